"""The time rule: which facts a cut sees, and in which order they are folded.

A view is asked at a cut of three times:

1. visible: recorded at or before `known_at`, and published at or before `public_at`;
2. live: not superseded by a visible correction or retraction;
3. effective: `on.earliest <= as_of`; while `as_of < on.latest` it is possible, not certain;
4. folded in the order (earliest, coarser precision first, sequence number).

A fact without a date is effective from the beginning.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime

from ledger.cut import Cut
from ledger.envelope import Fact
from ledger.errors import RuleError, TimelineError
from ledger.streams import State, begin, evolve, kind_of

OrderKey = tuple[date, int, int]


def order_key(fact: Fact) -> OrderKey:
    """Where a fact stands in happened-order: earliest, coarser first, sequence number."""
    if fact.on is None:
        return (date.min, -(10**9), fact.seq)
    earliest, coarseness = fact.on.order_key
    return (earliest, coarseness, fact.seq)


def visible(fact: Fact, cut: Cut, published: Callable[[Fact], date]) -> bool:
    """Whether the cut sees the fact. `published` tells the day it became public."""
    if isinstance(cut.known_at, int) and fact.seq > cut.known_at:
        return False
    if isinstance(cut.known_at, datetime) and fact.recorded_at > cut.known_at:
        return False
    return cut.public_at is None or published(fact) <= cut.public_at


def effective(fact: Fact, as_of: date) -> bool:
    """Whether the fact counts on the day `as_of`, certainly or possibly."""
    return fact.on is None or fact.on.effective_at(as_of)


def next_change(facts: Iterable[Fact], as_of: date) -> date | None:
    """The first day after `as_of` on which one of the facts takes effect or becomes certain."""
    days = [
        day
        for fact in facts
        if fact.on is not None
        for day in (fact.on.earliest, fact.on.latest)
        if as_of < day < date.max
    ]
    return min(days, default=None)


def fold(stream: str, facts: Iterable[Fact]) -> State:
    """The state of a stream after the facts, whatever order they come in."""
    state = begin(stream)
    for fact in sorted(facts, key=order_key):
        state = evolve(state, fact)
    return state


def state_at(stream: str, facts: Iterable[Fact], as_of: date) -> State:
    """The state of a stream on a day, from the facts that a cut sees."""
    return fold(stream, (fact for fact in facts if effective(fact, as_of)))


class Timeline:
    """All live facts of one stream in happened-order, and the state they fold to.

    The check before a write works on it: `admit` refuses what the resulting timeline
    cannot hold, `place` puts a fact where it belongs.
    """

    def __init__(self, stream: str, facts: Sequence[Fact] = ()) -> None:
        self.stream = stream
        self.facts = sorted(facts, key=order_key)
        self.state = fold(stream, self.facts)
        self.version = max((fact.version for fact in facts), default=0)

    def admit(self, fact: Fact) -> None:
        """Raise the RuleError that keeps the fact from its place in the timeline."""
        decide = kind_of(self.stream).decide
        place = self._place_of(fact)
        if place == len(self.facts):
            decide(self.state, fact)
            return
        without = fold(self.stream, self.facts[:place])
        decide(without, fact)
        with_it = evolve(without, fact)
        for later in self.facts[place:]:
            if not later.forced and not _refused(decide, without, later):
                error = _refused(decide, with_it, later)
                if error is not None:
                    raise TimelineError(
                        f"{fact.stream}: with this {fact.type}"
                        f"{f' ({fact.on.text()})' if fact.on else ''} before it, the recorded "
                        f"{later.type} {later.ref} becomes impossible: {error.what}",
                        hint=f"Check both dates. If {later.ref} is wrong, correct or retract it; "
                        "if both are right, record this one with --force.",
                    )
            without, with_it = evolve(without, later), evolve(with_it, later)

    def place(self, fact: Fact) -> None:
        """Put the fact at its place and bring the state up to date."""
        place = self._place_of(fact)
        self.facts.insert(place, fact)
        self.version = max(self.version, fact.version)
        if place == len(self.facts) - 1:
            self.state = evolve(self.state, fact)
        else:
            self.state = fold(self.stream, self.facts)

    def _place_of(self, fact: Fact) -> int:
        if not self.facts or order_key(self.facts[-1]) < order_key(fact):
            return len(self.facts)
        return bisect_right(self.facts, order_key(fact), key=order_key)


def _refused(decide: Callable[[State, Fact], None], state: State, fact: Fact) -> RuleError | None:
    try:
        decide(state, fact)
    except RuleError as error:
        return error
    return None
