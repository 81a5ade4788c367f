"""The scorecard: what came of each promiser's promises.

Promises are counted once under `made` and `revised`; outcomes are counted by due window, of
which a recurring promise has several. Only what recorded facts or texts show is kept or
missed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from statistics import median
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

from ledger.values import Party
from projections.slip import slip_text
from projections.view import Made, View, each

if TYPE_CHECKING:
    from projections.views import promises


class Row(NamedTuple):
    """One promiser."""

    by: Annotated[Party | None, "Who promised."]
    made: Annotated[int, "Promises made."]
    kept: Annotated[int, "Windows kept in time."]
    kept_late: Annotated[int, "Windows kept late."]
    kept_or_late: Annotated[int, "Windows kept on a date that may be in time or late."]
    missed: Annotated[int, "Windows that a text calls missed."]
    overdue: Annotated[int, "Windows that have passed without a recorded outcome."]
    open: Annotated[int, "Windows that have not passed."]
    withdrawn: Annotated[int, "Windows taken back."]
    undated: Annotated[int, "Promises without a due date."]
    revised: Annotated[int, "Promises whose terms were changed."]
    median_slip: Annotated[str | None, "Median slip of those whose due date was moved, in days."]
    median_slip_min_days: Annotated[int | None, "Median of the least slip of those moved."]
    median_slip_max_days: Annotated[int | None, "Median of the most slip of those moved."]


OUTCOMES = {
    "kept": "kept",
    "kept_late": "kept late",
    "kept_or_late": "kept or kept late",
    "missed": "missed",
    "overdue": "overdue",
    "open": "open",
    "withdrawn": "withdrawn",
    "undated": "undated",
}
"""The columns that count windows, and the status that each counts."""


def compose(rows_of: Callable[[str], Iterable[Any]]) -> Iterator[Made]:
    """One row a promiser, in the order of their names; who is not stated comes last."""
    windows: list[promises.Row] = list(rows_of("promises"))
    for by in sorted({window.by for window in windows}, key=lambda by: (by is None, str(by))):
        yield _row(by, [window for window in windows if window.by == by])


def _row(by: Party | None, windows: Sequence[promises.Row]) -> Made:
    made = list({window.stream: window for window in windows}.values())
    outcomes = {
        column: [window for window in windows if window.status == status]
        for column, status in OUTCOMES.items()
    }
    revised = [promise for promise in made if promise.revisions > 0]
    moved = [promise for promise in made if promise.slip is not None]
    least = _median([promise.slip_min_days for promise in moved])
    most = _median([promise.slip_max_days for promise in moved])
    row = Row(
        by=by,
        made=len(made),
        revised=len(revised),
        median_slip=slip_text((least, most)) if moved else None,
        median_slip_min_days=least,
        median_slip_max_days=most,
        **{column: len(found) for column, found in outcomes.items()},
    )
    return Made(
        row,
        lambda: {
            "by": each(made, "by"),
            "made": each(made, "made_on", "count"),
            "revised": each(revised, "revisions", "count"),
            "median_slip": each(moved, "slip", "median"),
            "median_slip_min_days": each(moved, "slip_min_days", "median"),
            "median_slip_max_days": each(moved, "slip_max_days", "median"),
            **{column: each(found, "status", "count") for column, found in outcomes.items()},
        },
    )


def _median(days: Sequence[int | None]) -> int | None:
    known = [day for day in days if day is not None]
    return round(median(known)) if known and len(known) == len(days) else None


VIEW = View(
    name="scorecard",
    title="Promises by promiser",
    kinds=(),
    row=Row,
    brief=(
        *(
            "by",
            "made",
            "kept",
            "kept_late",
            "kept_or_late",
            "missed",
            "overdue",
            "open",
            "withdrawn",
        ),
        *("undated", "revised", "median_slip"),
    ),
    compose=compose,
    keys=("by",),
    factless=(),
)
