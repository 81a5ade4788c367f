"""The values that facts are made of. Importing them imports no pydantic."""

from ledger.values.bounds import Bounds
from ledger.values.dates import PartialDate
from ledger.values.money import Money
from ledger.values.party import Party
from ledger.values.quantity import Quantity, comparable
from ledger.values.text import check_id, check_text

__all__ = [
    "Bounds",
    "Money",
    "PartialDate",
    "Party",
    "Quantity",
    "check_id",
    "check_text",
    "comparable",
]
