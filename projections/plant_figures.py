"""The figures of a plant: its capacities and productions, in the years and lanes they count in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from ledger.values import PartialDate, Quantity
from projections.view import said

if TYPE_CHECKING:
    from ledger.plant import Plant
    from ledger.stated import Stated


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure of a plant. by: what states it; place: which of the plant's capacities it is."""

    measure: str
    lane: str
    period: PartialDate
    quantity: Quantity
    by: Stated[Any]
    place: int | None = None


def figures_of(state: Plant) -> Iterator[Figure]:
    """Each dated capacity, from the year in which it is installed or planned, and each production.

    What a plant states that was cancelled before it was built is no figure.
    """
    built, status = state.built, state.status
    for place, level in enumerate(state.capacities):
        if level.on is None:
            continue
        if built is not None and built.on is not None:
            year, lane = max(year_of(level.on), year_of(built.on)), "actual"
        elif status is None or status.value != "cancelled":
            year, lane = year_of(level.on), "planned"
        else:
            continue
        period = PartialDate.parse(f"{year:04}")
        yield Figure("capacity", lane, period, level.value, level, place)
    for report in state.productions:
        made = report.value
        yield Figure("production", "actual", made.period, made.quantity, report)


def closing(state: Plant) -> Stated[str] | None:
    """The status of a plant that is closed; None of any other."""
    return state.status if said(state.status) == "closed" else None


def year_of(on: PartialDate) -> int:
    """The year in which a date counts: that of its last day."""
    return last_day(on).year


def last_day(on: PartialDate) -> date:
    """The last day of a date; of one without an end, the first."""
    return on.earliest if on.is_open_end else on.latest
