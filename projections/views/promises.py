"""Promises: one row for each due window, with what has come of it by the day of the cut.

A promise that recurs ("over 500 t a year from 2025") has one row a period, as far as the
period has begun. A promise is overdue when its window has passed and no outcome is
recorded; only a text makes it missed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Annotated

from ledger.reference.stages import material_of
from ledger.values import Money, PartialDate, Party, Quantity
from projections.view import Question, View, countries_about, possible, said

if TYPE_CHECKING:
    from ledger.promise import Promise

SOON = timedelta(days=90)
"""How long before the end of its window an open promise counts as due soon."""


@dataclass(frozen=True, slots=True)
class Row:
    """One due window of a promise."""

    stream: Annotated[str, "The promise, as promise:id."]
    status: Annotated[str, "open, overdue (no outcome recorded), kept, missed, withdrawn, undated."]
    due: Annotated[PartialDate | None, "The window of this row."]
    due_soon: Annotated[bool, "Open, and its window ends within 90 days."]
    by: Annotated[Party | None, "Who promised."]
    statement: Annotated[str | None, "What was promised."]
    measure: Annotated[str | None, "What would show it kept: capacity, production, supply ..."]
    wording: Annotated[str | None, "How firmly it was put."]
    quantity: Annotated[Quantity | None, "The promised quantity."]
    amount: Annotated[Money | None, "The promised sum of money."]
    recurring: Annotated[bool, "Whether it is due anew in each period."]
    stated_due: Annotated[PartialDate | None, "The due date or interval as it stands now."]
    first_due: Annotated[PartialDate | None, "The due date as it was first stated."]
    revisions: Annotated[int, "How often it was revised."]
    made_on: Annotated[PartialDate | None, "When it was made."]
    about: Annotated[tuple[str, ...], "The streams it is about."]
    condition: Annotated[str | None, "What it depends on."]
    material: Annotated[str | None, "The chain."]
    stage: Annotated[str | None, "The stage of the chain."]
    country: Annotated[tuple[str, ...], "Countries of the plants and so on that it is about."]
    possible: Annotated[tuple[str, ...], "Columns whose fact may not have happened yet."]


def rows(state: Promise, question: Question) -> Iterator[Row]:
    """The promise's rows: one, or one a period when it recurs."""
    stated_due = said(state.due)
    stage = said(state.stage)
    for window in windows(state, question.as_of):
        status = _status(state, window, question.as_of)
        yield Row(
            stream=state.stream,
            status=status,
            due=window,
            due_soon=status == "open"
            and window is not None
            and window.latest - question.as_of <= SOON,
            by=said(state.by),
            statement=said(state.statement),
            measure=said(state.measure),
            wording=said(state.wording),
            quantity=said(state.quantity),
            amount=said(state.amount),
            recurring=bool(said(state.recurring)),
            stated_due=stated_due,
            first_due=state.dues[0].value if state.dues else None,
            revisions=len(state.revisions),
            made_on=state.by.on if state.by is not None else None,
            about=said(state.about) or (),
            condition=said(state.condition),
            material=said(state.material) or material_of(stage),
            stage=stage,
            country=countries_about(state, question),
            possible=possible(state, question.as_of),
        )


def by_due(rows: Sequence[Row]) -> list[Row]:
    """The rows in the order in which they fall due; the undated last."""
    return sorted(
        rows, key=lambda row: (row.due.latest if row.due is not None else date.max, row.stream)
    )


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


def _status(state: Promise, window: PartialDate | None, as_of: date) -> str:
    outcome = said(state.status)
    if outcome in ("kept", "missed", "withdrawn"):
        return outcome
    if window is None:
        return "undated"
    return "overdue" if as_of > window.latest else "open"


VIEW = View(
    name="promises",
    title="Promises",
    kinds=("promise",),
    row=Row,
    rows=rows,
    summary=Row,
    summarise=by_due,
    change_days=change_days,
    statuses=("open", "due soon", "overdue", "kept", "missed", "withdrawn", "undated"),
    brief=(
        "stream",
        "statement",
        "by",
        "due",
        "status",
        "quantity",
        "amount",
        "wording",
        "revisions",
    ),
)
