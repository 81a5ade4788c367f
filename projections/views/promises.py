"""Promises: one row for each due window, with what has come of it by the day of the cut.

A promise that recurs ("over 500 t a year from 2025") has one row a period, as far as the
period has begun. A promise is overdue when its window has passed and no outcome is
recorded; only a text makes it missed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

from ledger.reference.stages import material_of
from ledger.values import Money, PartialDate, Party, Quantity
from projections.basis import (
    NOTHING,
    Basis,
    Grounds,
    chain_of,
    derived_from,
    made_of,
    stated_by,
    term,
)
from projections.share import share_text
from projections.slip import slip_of, slip_text
from projections.view import (
    Behind,
    Made,
    Question,
    View,
    countries_about,
    countries_grounds,
    first_fact,
    in_conflict,
    possible,
    said,
)
from projections.views.plants import capacity_grounds
from projections.windows import SOON, change_days, windows

if TYPE_CHECKING:
    from ledger.outcome import Outcome
    from ledger.promise import Judged, Promise
    from ledger.stated import Stated
    from ledger.streams import State

REPORTS = {"production": ("productions", "production"), "supply": ("deliveries", "delivered")}
"""From a measure to the reports of a stream that count towards it, and the column that they
are shown in."""


class Row(NamedTuple):
    """One due window of a promise."""

    stream: Annotated[str, "The promise, as promise:id."]
    status: Annotated[
        str,
        "open, overdue (no outcome recorded), kept, kept late, kept or kept late (the dates do "
        "not tell), missed, withdrawn, undated.",
    ]
    due: Annotated[PartialDate | None, "The window of this row."]
    due_soon: Annotated[bool, "Open, and its window ends within 90 days."]
    decided_on: Annotated[PartialDate | None, "When it was kept, missed or withdrawn."]
    by: Annotated[Party | None, "Who promised."]
    statement: Annotated[str | None, "What was promised."]
    measure: Annotated[str | None, "What would show it kept: capacity, production, supply ..."]
    wording: Annotated[str | None, "How firmly it was put."]
    quantity: Annotated[Quantity | None, "The promised quantity."]
    reached: Annotated[Quantity | None, "What recorded facts show of it so far."]
    reached_amount: Annotated[Money | None, "The same of a promised sum of money."]
    share: Annotated[str | None, "What was reached as a share of what was promised."]
    amount: Annotated[Money | None, "The promised sum of money."]
    recurring: Annotated[bool, "Whether it is due anew in each period."]
    stated_due: Annotated[PartialDate | None, "The due date or interval as it stands now."]
    first_due: Annotated[PartialDate | None, "The due date as it was first stated."]
    dues: Annotated[tuple[PartialDate, ...], "Every due date that was stated, in order."]
    revisions: Annotated[int, "How often it was revised."]
    slip: Annotated[str | None, "From the first due date to the present one, in days."]
    slip_min_days: Annotated[int | None, "The least that the slip can be; empty when open."]
    slip_max_days: Annotated[int | None, "The most that the slip can be; empty when open."]
    made_on: Annotated[PartialDate | None, "When it was made."]
    about: Annotated[tuple[str, ...], "The streams it is about."]
    shown_by: Annotated[tuple[str, ...], "The facts that show what was reached."]
    condition: Annotated[str | None, "What it depends on."]
    material: Annotated[str | None, "The chain."]
    stage: Annotated[str | None, "The stage of the chain."]
    country: Annotated[tuple[str, ...], "Countries of the plants and so on that it is about."]
    possible: Annotated[tuple[str, ...], "Columns whose fact may not have happened yet."]
    conflicts: Annotated[tuple[str, ...], "Columns of which sources state different values."]


def rows(state: Promise, question: Question) -> Iterator[Row]:
    """The promise's rows: one, or one a period when it recurs."""
    from ledger.outcome import outcome

    as_of = question.as_of
    stated_due, stage = said(state.due), said(state.stage)
    about = said(state.about) or ()
    states = [question.state_of(stream) for stream in about]
    slip = slip_of(state)
    for window in windows(state, as_of):
        found = outcome(state, window, states, as_of)
        maybe = found.on is not None and found.on.possible_at(as_of)
        yield Row(
            stream=state.stream,
            status=found.status,
            due=window,
            due_soon=found.status == "open"
            and window is not None
            and window.latest - as_of <= SOON,
            decided_on=found.on,
            by=said(state.by),
            statement=said(state.statement),
            measure=said(state.measure),
            wording=said(state.wording),
            quantity=said(state.quantity),
            reached=found.reached if isinstance(found.reached, Quantity) else None,
            reached_amount=found.reached if isinstance(found.reached, Money) else None,
            share=share_text(found.reached, state),
            amount=said(state.amount),
            recurring=bool(said(state.recurring)),
            stated_due=stated_due,
            first_due=state.dues[0].value if state.dues else None,
            dues=tuple(due.value for due in state.dues),
            revisions=len(state.revisions),
            slip=slip_text(slip),
            slip_min_days=slip[0] if slip is not None else None,
            slip_max_days=slip[1] if slip is not None else None,
            made_on=state.by.on if state.by is not None else None,
            about=about,
            shown_by=found.facts,
            condition=said(state.condition),
            material=said(state.material) or material_of(stage),
            stage=stage,
            country=countries_about(state, question),
            possible=tuple(
                dict.fromkeys((*possible(state, as_of), *(("status",) if maybe else ())))
            ),
            conflicts=in_conflict(state, question),
        )


def behind(state: Promise, question: Question) -> Iterator[Behind]:
    """For each window, what stands behind the columns that no field of the state tells."""
    from ledger.outcome import outcome

    due = term(state.stream, "stated_due", state.due)
    first_due = term(state.stream, "first_due", next(iter(state.dues), None))
    slip = made_of("difference", (first_due, due))
    states = [question.state_of(stream) for stream in said(state.about) or ()]
    for window in windows(state, question.as_of):
        found = outcome(state, window, states, question.as_of)
        # What the facts show beside any text that says outright what came of it.
        shown = outcome(replace(state, status=None, outcomes=()), window, states, question.as_of)
        reached = _reached(state, found, shown, states, question)
        yield {
            "status": _status(state, found, shown, reached, question),
            "due": derived_from(due) if said(state.recurring) else stated_by(state.due),
            "due_soon": derived_from(due),
            "decided_on": Grounds(found.facts),
            "reached": reached,
            "reached_amount": reached,
            "share": _share_grounds(state, found, reached),
            "stated_due": stated_by(state.due),
            "first_due": stated_by(*state.dues[:1]),
            "dues": stated_by(*state.dues),
            "revisions": Grounds(state.revisions, "count"),
            **dict.fromkeys(("slip", "slip_min_days", "slip_max_days"), slip),
            "made_on": _made_by(state, question),
            "shown_by": Grounds(found.facts),
            "material": chain_of(state),
            "country": countries_grounds(state, question),
        }


def _made_by(state: Promise, question: Question) -> Grounds:
    """The grounds of there being such a promise."""
    return stated_by(state.by) if state.by is not None else first_fact(state, question)


def _judged(state: Promise, found: Outcome) -> Stated[Judged] | None:
    """The text that says outright what came of a window, where one decided it."""
    return next((text for text in state.outcomes if (text.ref,) == found.facts), None)


def _status(
    state: Promise, found: Outcome, shown: Outcome, reached: Grounds, question: Question
) -> Grounds:
    """The grounds of a status: what decided it, and the due date that it is measured by."""
    name, day = state.stream, question.as_of.isoformat()
    notes = {
        "open": f"no outcome is recorded, and its window has not passed by {day}",
        "overdue": f"no outcome is recorded, and its window has passed by {day}",
        "undated": "no due date is stated",
    }
    if found.status in ("missed", "withdrawn"):
        return Grounds(found.facts)
    if found.status not in notes:
        facts, judged = found.facts, _judged(state, found)
        if judged is not None and judged.value.period is None:
            facts = (*facts, *shown.facts)  # where facts show when, they tell it, not the text
        on = Basis(name, "decided_on", found.on, Grounds(facts))
        return derived_from(on, term(name, "stated_due", state.due))
    so_far = Basis(name, "reached", found.reached, reached) if found.reached is not None else None
    terms = derived_from(term(name, "stated_due", state.due), so_far, note=notes[found.status])
    return terms if state.due is not None else terms._replace(facts=_made_by(state, question).facts)


def _reached(
    state: Promise,
    found: Outcome,
    shown: Outcome,
    states: Sequence[State],
    question: Question,
) -> Grounds:
    """The grounds of what was reached: what a text says, or the figures that were added up."""
    judged, measure = _judged(state, found), said(state.measure)
    if found.reached is None:
        return NOTHING
    if judged is not None and judged.value.reached is not None:
        return stated_by(judged)
    if measure == "investment":
        amounts = [
            (i.stream, getattr(i, "amount", None))
            for i in states
            if i.stream.startswith("investment:")
        ]
        terms = (term(stream, "amount", amount) for stream, amount in amounts)
        return made_of("sum", terms)._replace(facts=shown.facts)
    figures = {
        ref: figure for other in states for ref, figure in _figures(measure, other, question)
    }
    return made_of("sum", (figure for ref, figure in figures.items() if ref in shown.facts))


def _figures(measure: str | None, other: Any, question: Question) -> Iterator[tuple[str, Basis]]:
    """The figures of a stream that may count towards a measure, by the fact that states each."""
    if measure == "capacity":
        for place, level in enumerate(getattr(other, "capacities", ())):
            grounds = capacity_grounds(other, place, question)
            if other.built is not None:
                grounds = grounds._replace(facts=(*grounds.facts, other.built.ref))
            yield level.ref, Basis(other.stream, "capacity", level.value, grounds)
        return
    reports, column = REPORTS[str(measure)]
    for report in getattr(other, reports, ()):
        figure = Basis(other.stream, column, report.value.quantity, stated_by(report))
        yield report.ref, figure


def _share_grounds(state: Promise, found: Outcome, reached: Grounds) -> Grounds:
    """The grounds of a share: what was reached, and what was promised."""
    name, promised = (
        ("reached", state.quantity)
        if isinstance(found.reached, Quantity)
        else ("reached_amount", state.amount)
    )
    first = Basis(state.stream, name, found.reached, reached)
    second = term(state.stream, "quantity" if name == "reached" else "amount", promised)
    return made_of("share", (first, second))


def by_due(rows: Sequence[Row]) -> list[Row]:
    """The rows in the order in which they fall due; the undated last."""
    return sorted(
        rows, key=lambda row: (row.due.latest if row.due is not None else date.max, row.stream)
    )


VIEW = View(
    name="promises",
    title="Promises",
    kinds=("promise",),
    row=Row,
    rows=rows,
    behind=behind,
    summary=Row,
    summarise=lambda rows: (Made(row) for row in by_due(rows)),
    ties=("due",),
    change_days=change_days,
    statuses=(
        *("open", "due soon", "overdue", "kept", "kept late", "kept or kept late"),
        *("missed", "withdrawn", "undated"),
    ),
    brief=(
        "stream",
        "statement",
        "by",
        "due",
        "status",
        "quantity",
        "amount",
        "share",
        "revisions",
        "slip",
        "condition",
    ),
)
