"""Due windows: when a promise is due, and the days on which that changes what is said of it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import TYPE_CHECKING

from ledger.values import PartialDate
from projections.view import said

if TYPE_CHECKING:
    from ledger.promise import Promise

SOON = timedelta(days=90)
"""How long before the end of its window an open promise counts as due soon."""


def windows(state: Promise, as_of: date) -> tuple[PartialDate | None, ...]:
    """The due windows that have begun by `as_of`; the first one even when it has not."""
    due = said(state.due)
    if due is None or not said(state.recurring) or due.is_open_start:
        return (due,)
    last = min(as_of.year, due.latest.year)
    years = range(due.earliest.year, max(last, due.earliest.year) + 1)
    return tuple(PartialDate.parse(f"{year:04}") for year in years)


def change_days(state: Promise, as_of: date) -> Iterator[date]:
    """The days on which a window begins, comes near, or has passed."""
    for window in windows(state, as_of):
        if window is not None and window.latest < date.max:
            yield from (window.latest - SOON, window.latest + timedelta(days=1))
    due = said(state.due)
    if said(state.recurring) and due is not None and not due.is_open_start:
        last = min(as_of.year + 1, due.latest.year)
        yield from (date(year, 1, 1) for year in range(due.earliest.year, last + 1))
