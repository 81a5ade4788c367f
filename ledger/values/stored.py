"""Values of any type in their stored form, as text: for corrections, which hold them unread."""

from __future__ import annotations

from ledger.values.money import Money
from ledger.values.quantity import Quantity


def stored_text(data: object) -> str:
    """A stored value for people: `KRW 28.5bn`, `>500 t/yr`, `2025-09`, `left out` for none."""
    if data is None:
        return "left out"
    if isinstance(data, list):
        return ", ".join(stored_text(item) for item in data)
    if isinstance(data, dict):
        return (Money if "currency" in data else Quantity).from_data(data).text()
    return str(data)
