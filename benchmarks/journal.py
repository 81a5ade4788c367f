"""A journal for `ledger` and `hledger` of the same facts: as many entries as there are facts.

    python -m benchmarks.journal facts.jsonl > facts.journal

The entry of a fact that states an amount moves the amount, that of any other moves one FACT. It
goes to an account of its company and its kind of stream, of which there are a thousand at most,
as in the books of a group; an account for each stream would make it harder for the peers.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator
from decimal import Decimal

from benchmarks.steady import ImportObject
from ledger.values import Bounds, Money, PartialDate, Quantity

MONEY = ("amount", "funding", "value")
QUANTITIES = ("capacity", "added", "production", "quantity", "reached")
FIRST_DAY = "2005-01-01"
"""Of facts without a date."""

PRESS = "press"
"""The account on the other side of every entry."""

NEW_ROW = "2025-03-01,a-new-plant,plant:company-1,1\n"
"""One more entry, as a row of CSV."""

RULES = f"""fields date, description, account1, amount
date-format %Y-%m-%d
currency FACT
account2 {PRESS}
"""
"""How hledger reads it."""


def entries(facts: Iterable[ImportObject]) -> Iterator[str]:
    """An entry for each fact, in their order."""
    companies: dict[str, str] = {}
    for fact in facts:
        kind, _, step = fact["type"].partition(".")
        company = fact.get("company") or companies.get(fact["id"]) or "none"
        if "company" in fact:
            companies[fact["id"]] = company
        number, commodity = _amount(fact)
        on = fact.get("on")
        day = FIRST_DAY if on is None else PartialDate.parse(on).earliest.isoformat()
        yield (
            f"{day} * {step} {fact['id']}\n"
            f"    {kind}:{company}    {number:f} {commodity}\n"
            f"    {PRESS}\n\n"
        )


def _amount(fact: ImportObject) -> tuple[Decimal, str]:
    """What the first of its amounts comes to, and its currency or unit."""
    for name in MONEY:
        if name in fact:
            money = Money.parse(fact[name])
            return _one_number(money.bounds), money.currency
    for name in QUANTITIES:
        if name in fact:
            quantity = Quantity.parse(fact[name])
            unit = quantity.unit if quantity.per is None else f'"{quantity.unit}/{quantity.per}"'
            return _one_number(quantity.bounds), unit
    return Decimal(1), "FACT"


def _one_number(bounds: Bounds) -> Decimal:
    """A journal knows no bounds: the lower one stands for both."""
    number = bounds.min if bounds.min is not None else bounds.max
    assert number is not None
    return number


if __name__ == "__main__":
    with open(sys.argv[1], encoding="utf-8") as file:  # noqa: PTH123 - a script of one line
        sys.stdout.writelines(entries(map(json.loads, file)))
