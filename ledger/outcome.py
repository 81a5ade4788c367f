"""What came of a promise: derived from recorded facts, unless a text says it outright.

Each measure has its evidence: a plant that was completed or operates, a capacity that is
stated of plants that are built, the production reported for the window, the deliveries in
it, an investment that was completed. What is not comparable (another unit, another basis)
shows nothing. Without evidence a promise is open until its window has passed and overdue
from then on; it is never missed because nobody wrote.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import reduce
from operator import add

from ledger.contract import Contract
from ledger.investment import Investment
from ledger.plant import Plant
from ledger.promise import Judged, Promise
from ledger.stated import Stated
from ledger.streams import State
from ledger.values import Bounds, Money, PartialDate, Quantity, comparable

KEPT_OR_LATE = "kept or kept late"
"""The status of a promise that was kept on a date that may lie within its window or after it."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one due window of a promise.

    status: open, overdue, kept, kept late, kept or kept late, missed, withdrawn or undated.
    on: when it was decided. reached: what counts towards it. facts: the references of the
    facts that show it.
    """

    status: str
    on: PartialDate | None = None
    reached: Quantity | Money | None = None
    facts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Evidence:
    """What recorded facts show. on: when all of it was reached, or None while it is not."""

    on: PartialDate | None
    reached: Quantity | Money | None
    facts: tuple[str, ...]


def outcome(
    promise: Promise, window: PartialDate | None, about: Sequence[State], as_of: date
) -> Outcome:
    """What came of a window by a day. about: the states of the streams it is about."""
    judged = _judged(promise, window)
    if judged is not None:
        # A text about a period says what came of it, whenever the text was written.
        decides = judged.value.kept and judged.value.period is None
        word = _in_time(judged.on, window) if decides else judged.value.word
        shown = _evidence(promise, window, about)
        if decides and shown is not None and shown.on is not None:
            word = _in_time(shown.on, window)  # the facts tell when; the text only that
        reached = judged.value.reached or (shown.reached if shown is not None else None)
        return Outcome(word, judged.on, reached, (judged.ref,))
    evidence = _evidence(promise, window, about)
    status = promise.status
    withdrawn = (
        status is not None
        and status.value == "withdrawn"
        and (not _recurs(promise) or _from(status.on, window))
    )
    if status is not None and withdrawn and evidence is not None and _after(evidence.on, status.on):
        evidence = replace(evidence, on=None)  # what came after the withdrawal keeps nothing
    if evidence is not None and evidence.on is not None:
        return Outcome(_in_time(evidence.on, window), evidence.on, evidence.reached, evidence.facts)
    if status is not None and withdrawn:
        return Outcome("withdrawn", status.on, None, (status.ref,))
    reached = evidence.reached if evidence is not None else None
    facts = evidence.facts if evidence is not None else ()
    if window is None:
        return Outcome("undated", None, reached, facts)
    return Outcome("overdue" if as_of > window.latest else "open", None, reached, facts)


def _recurs(promise: Promise) -> bool:
    return promise.recurring is not None and promise.recurring.value


def _judged(promise: Promise, window: PartialDate | None) -> Stated[Judged] | None:
    """The last text that says outright what came of the window."""
    recurring = _recurs(promise)
    found = None
    for judged in promise.outcomes:
        period = judged.value.period or judged.on
        if not recurring or (window is not None and period is not None and _in(period, window)):
            found = judged
    return found


def _evidence(
    promise: Promise, window: PartialDate | None, about: Sequence[State]
) -> Evidence | None:
    measure = promise.measure.value if promise.measure is not None else None
    show = _SHOWN_BY.get(measure or "")
    return show(promise, window, about) if show is not None else None


def _completion(
    _promise: Promise, _window: PartialDate | None, about: Sequence[State]
) -> Evidence | None:
    return _all_of([plant.built for plant in about if isinstance(plant, Plant)])


def _operation(
    _promise: Promise, _window: PartialDate | None, about: Sequence[State]
) -> Evidence | None:
    return _all_of([plant.started for plant in about if isinstance(plant, Plant)])


def _investment(
    promise: Promise, _window: PartialDate | None, about: Sequence[State]
) -> Evidence | None:
    """Every investment is completed, and a promised sum was reached by their amounts."""
    investments = [other for other in about if isinstance(other, Investment)]
    statuses = [other.status for other in investments]
    found = _all_of([s if s is not None and s.value == "completed" else None for s in statuses])
    if found is None or promise.amount is None:
        return found
    promised = promise.amount.value
    amounts = [i.amount.value for i in investments if i.amount is not None]
    if not amounts or any(amount.currency != promised.currency for amount in amounts):
        return replace(found, on=None)
    reached = reduce(add, amounts)
    enough = no_less(reached.bounds, promised.bounds)
    return replace(found, on=found.on if enough else None, reached=reached)


def _all_of(milestones: Sequence[Stated[str] | None]) -> Evidence | None:
    """Every milestone was passed; the last one decides when."""
    passed = [milestone for milestone in milestones if milestone is not None]
    if not passed or len(passed) < len(milestones):
        return None
    last = max(passed, key=lambda m: m.on.latest if m.on is not None else date.max)
    return Evidence(last.on, None, tuple(milestone.ref for milestone in passed))


def _capacity(
    promise: Promise, _window: PartialDate | None, about: Sequence[State]
) -> Evidence | None:
    """The capacities of the plants that are built, together, statement by statement."""
    promised = promise.quantity.value if promise.quantity is not None else None
    if promised is None:
        return None
    steps = sorted(_capacity_steps(about), key=lambda step: step[0].latest)
    now: dict[str, tuple[Quantity, str]] = {}
    reached, when = None, None
    for on, stream, level in steps:
        if level is None:
            now.pop(stream, None)
        elif comparable(level.value, promised):
            now[stream] = (level.value, level.ref)
        reached = _sum(promised, (quantity for quantity, _ in now.values()))
        if when is None and reached is not None and satisfies(reached, promised):
            when = on  # what was reached was reached, whatever is stated later
    if reached is None:
        return None
    return Evidence(when, reached, tuple(ref for _, ref in now.values()))


def _capacity_steps(
    about: Sequence[State],
) -> Iterator[tuple[PartialDate, str, Stated[Quantity] | None]]:
    """From when on each plant has which capacity; none once it is closed."""
    for plant in about:
        if isinstance(plant, Plant) and plant.built is not None and plant.built.on is not None:
            for level in plant.capacities:
                if level.on is not None:
                    yield max(level.on, plant.built.on, key=_last_day), plant.stream, level
            if plant.status is not None and plant.status.value == "closed" and plant.status.on:
                yield plant.status.on, plant.stream, None


def _production(
    promise: Promise, window: PartialDate | None, about: Sequence[State]
) -> Evidence | None:
    reports = [
        _Part(report.value.period, report.value.quantity, report.ref, plant.stream)
        for plant in about
        if isinstance(plant, Plant)
        for report in plant.productions
    ]
    return _total(promise, window, reports)


def _supply(
    promise: Promise, window: PartialDate | None, about: Sequence[State]
) -> Evidence | None:
    deliveries = [
        _Part(period, delivery.value.quantity, delivery.ref, delivery.ref)
        for contract in about
        if isinstance(contract, Contract)
        for delivery in contract.deliveries
        if (period := delivery.value.period or delivery.on) is not None
    ]
    return _total(promise, window, deliveries)


@dataclass(frozen=True, slots=True)
class _Part:
    """A quantity of a period; of one `origin` no two periods that overlap are added."""

    period: PartialDate
    quantity: Quantity
    ref: str
    origin: str


def _total(promise: Promise, window: PartialDate | None, parts: Iterable[_Part]) -> Evidence | None:
    promised = _in_the_window(promise, window)
    if promised is None or window is None:
        return None
    taken: dict[str, list[tuple[date, date]]] = {}
    within = [
        part for part in parts if _in(part.period, window) and comparable(part.quantity, promised)
    ]
    within.reverse()
    # The longest periods first; of the same period the latest statement.
    chosen = [
        part
        for part in sorted(within, key=lambda part: -part.period.days)
        if _find_room(part.period, taken.setdefault(part.origin, []))
    ]
    reached, when = None, None
    for part in sorted(chosen, key=lambda part: part.period.latest):
        reached = part.quantity if reached is None else reached + part.quantity
        if when is None and satisfies(reached, promised):
            when = part.period
    if reached is None:
        return None
    return Evidence(when, reached, tuple(part.ref for part in chosen))


def _in_the_window(promise: Promise, window: PartialDate | None) -> Quantity | None:
    """The promised quantity for the whole window: a rate a year, in a window of one year, is
    that quantity.
    """
    if promise.quantity is None:
        return None
    promised = promise.quantity.value
    if promised.per is None:
        return promised
    whole_year = window is not None and len(window.edtf) == 4
    return replace(promised, per=None) if promised.per == "year" and whole_year else None


def satisfies(reached: Quantity, promised: Quantity) -> bool:
    """Whether what was reached is certainly no less than what was promised; both comparable."""
    return no_less(reached.base_bounds, promised.base_bounds)


def no_less(total: Bounds, least: Bounds) -> bool:
    """Whether a total is certainly no less than what was promised.

    A promise without a lower bound cannot be shown kept by a sum.
    """
    if least.min is None or total.min is None:
        return False
    if total.min == least.min:
        return least.min_inclusive or not total.min_inclusive
    return total.min > least.min


def _sum(like: Quantity, quantities: Iterable[Quantity]) -> Quantity | None:
    """The sum of the quantities; None when there is none, or one is of another measure."""
    total: Quantity | None = None
    for quantity in quantities:
        if not comparable(quantity, like):
            return None
        total = quantity if total is None else total + quantity
    return total


def _in_time(on: PartialDate | None, window: PartialDate | None) -> str:
    """Kept, kept late, or one of the two where the dates do not tell."""
    if on is None or window is None or on.latest <= window.latest:
        return "kept"
    return "kept late" if on.earliest > window.latest else KEPT_OR_LATE


def _from(on: PartialDate | None, window: PartialDate | None) -> bool:
    """Whether a withdrawal concerns the window: it had not passed by then."""
    return window is None or on is None or on.earliest <= window.latest


def _after(on: PartialDate | None, other: PartialDate | None) -> bool:
    return on is not None and other is not None and on.earliest > other.latest


def _in(period: PartialDate, window: PartialDate) -> bool:
    return window.earliest <= period.earliest and period.latest <= window.latest


def _find_room(period: PartialDate, taken: list[tuple[date, date]]) -> bool:
    """Whether a period overlaps none of those that are taken, and takes it too.

    taken: the first and last days of periods, in their order; none overlaps another.
    """
    first, last = period.earliest, period.latest
    place = bisect_left(taken, (first, first))
    if any(begin <= last and first <= end for begin, end in taken[max(0, place - 1) : place + 1]):
        return False
    taken.insert(place, (first, last))
    return True


def _last_day(on: PartialDate) -> date:
    return on.latest


_Show = Callable[[Promise, PartialDate | None, Sequence[State]], Evidence | None]
_SHOWN_BY: dict[str, _Show] = {
    "completion": _completion,
    "operation": _operation,
    "investment": _investment,
    "capacity": _capacity,
    "production": _production,
    "supply": _supply,
}
"""From a promise's measure to the facts that show it kept."""
