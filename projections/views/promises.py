"""Promises: one row for each due window, with what has come of it by the day of the cut.

A promise that recurs ("over 500 t a year from 2025") has one row a period, as far as the
period has begun. A promise is overdue when its window has passed and no outcome is
recorded; only a text makes it missed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_DOWN, Context, Decimal, localcontext
from typing import TYPE_CHECKING, Annotated

from ledger.reference.stages import material_of
from ledger.values import Bounds, Money, PartialDate, Party, Quantity
from projections.view import Question, View, countries_about, in_conflict, possible, said

if TYPE_CHECKING:
    from ledger.promise import Promise

SOON = timedelta(days=90)
"""How long before the end of its window an open promise counts as due soon."""


WIDE = Context(prec=200)
"""For shares: room for the largest quantity over the smallest, 60 digits each."""


@dataclass(frozen=True, slots=True)
class Row:
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
            share=_share(found.reached, state),
            amount=said(state.amount),
            recurring=bool(said(state.recurring)),
            stated_due=stated_due,
            first_due=state.dues[0].value if state.dues else None,
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


def _share(reached: Quantity | Money | None, state: Promise) -> str | None:
    promised = said(state.quantity) if isinstance(reached, Quantity) else said(state.amount)
    if isinstance(reached, Quantity) and isinstance(promised, Quantity):
        bounds, of = reached.base_bounds, promised.base_bounds
    elif isinstance(reached, Money) and isinstance(promised, Money):
        bounds, of = reached.bounds, promised.bounds
    else:
        return None
    shown = share_of(bounds, of)
    return f"{shown} ({reached.text()} of {promised.text()})" if shown is not None else None


def share_of(reached: Bounds, promised: Bounds) -> str | None:
    """A share in percent, with its bounds and its ~; further digits are left off, which `…`
    says. Of a promise with a lower bound it is the share of the least that was promised.
    """
    of_least = promised.min if promised.min is not None and promised.min > 0 else None
    if of_least is None:
        return None
    whole = promised.is_exact
    about = "~" if reached.approx or promised.approx else ""
    low = _percent(reached.min, of_least)
    high = _percent(reached.max, of_least)
    if reached.is_exact:
        text = f"{about}{low}%"
    elif high is None:
        text = f"{about}{'≥' if reached.min_inclusive else '>'}{low}%"
    elif low is None:
        text = f"{about}{'≤' if reached.max_inclusive else '<'}{high}%"
    else:
        text = f"{about}{low}-{high}%"
    return text if whole else f"{text} of the least"


def _percent(part: Decimal | None, whole: Decimal) -> str | None:
    if part is None:
        return None
    with localcontext(WIDE):
        exact = part * 100 / whole
        shown = exact.quantize(Decimal("0.1"), ROUND_DOWN)
        return f"{shown.normalize():f}{'' if shown == exact else '…'}"


def _first_day(due: PartialDate) -> date:
    return due.latest if due.is_open_start else due.earliest


def _days(later: date, earlier: date) -> int | None:
    return None if date.max in (later, earlier) else (later - earlier).days


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


VIEW = View(
    name="promises",
    title="Promises",
    kinds=("promise",),
    row=Row,
    rows=rows,
    summary=Row,
    summarise=by_due,
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
