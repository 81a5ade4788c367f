"""Slip: how far a promise's due date was moved, in days."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from ledger.values import PartialDate

if TYPE_CHECKING:
    from ledger.promise import Promise


def slip_of(state: Promise) -> tuple[int | None, int | None] | None:
    """The least and the most days from the first due date to the present one; None without
    a revised due date, and None for an open side.

    What is due by a date is due on it at the latest, and the slip of such dates is exact;
    of other partial dates every day may be the one that was meant.
    """
    if len(state.dues) < 2:
        return None
    first, now = state.dues[0].value, state.dues[-1].value
    least = _days(_first_day(now), first.latest)
    most = _days(now.latest, _first_day(first))
    return least, most


def slip_text(slip: tuple[int | None, int | None] | None) -> str | None:
    """The slip for people: `731 days`, `1 to 730 days`, `at least 366 days`."""
    if slip is None or slip == (None, None):
        return None
    least, most = slip
    if least == most:
        return f"{least:,} days"
    if most is None:
        return f"at least {least:,} days"
    return f"at most {most:,} days" if least is None else f"{least:,} to {most:,} days"


def _first_day(due: PartialDate) -> date:
    return due.latest if due.is_open_start else due.earliest


def _days(later: date, earlier: date) -> int | None:
    return None if date.max in (later, earlier) else (later - earlier).days
