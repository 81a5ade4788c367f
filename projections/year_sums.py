"""Sums over a year: which capacities stand at its end, and which promises can be added up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from functools import reduce
from operator import add
from typing import TYPE_CHECKING

from ledger.values import Bounds, Quantity

if TYPE_CHECKING:
    from projections.views.capacity import Row


def standing(levels: Sequence[Row], year: int) -> list[Row]:
    """The latest level of each plant that stands at the end of the year."""
    latest: dict[str, Row] = {}
    for level in levels:
        begun = level.period is not None and level.period.latest.year <= year
        if begun and (level.until is None or year < level.until):
            latest[level.stream] = level
    return list(latest.values())


def apart(promises: Sequence[Row]) -> list[list[Row]]:
    """The promises in groups that can be added: none of a group shares a plant with another."""
    groups: list[list[Row]] = []
    for promise in promises:
        for group in groups:
            if not any(set(promise.about) & set(other.about) for other in group):
                group.append(promise)
                break
        else:
            groups.append([promise])
    return groups


def sum_of(entries: Sequence[Row]) -> Quantity | None:
    """The sum of their quantities; None of no entries."""
    return reduce(add, (entry.quantity for entry in entries)) if entries else None


def nothing_like(quantity: Quantity) -> Quantity:
    """What is left where all plants are closed: zero, in the measure of the quantity."""
    return replace(quantity, bounds=Bounds.exact(Decimal(0)))
