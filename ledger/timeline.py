"""The time rule: which facts a cut sees, and in which order they are folded.

A view is asked at a cut of three times:

1. visible: recorded at or before `known_at`, and published at or before `public_at`;
2. live: not superseded by a visible, live correction or retraction (`ledger/revision.py`);
3. effective: `on.earliest <= as_of`; while `as_of < on.latest` it is possible, not certain;
4. folded in the order (earliest, coarser precision first, sequence number).

A fact without a date is effective from the beginning.
"""

from __future__ import annotations

from bisect import bisect
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime

from ledger.cut import Cut
from ledger.envelope import Draft, Fact
from ledger.errors import RuleError, TimelineError
from ledger.facts.content import FactContent
from ledger.facts.revision import (
    FactCorrected,
    FactCorroborated,
    FactDisputed,
    FactRetracted,
    Revision,
)
from ledger.revision import Life, lives, readings
from ledger.streams import State, begin, evolve, kind_of
from ledger.values import PartialDate

OrderKey = tuple[date, int, int]

LATE, SPACING = 8, 64
"""How many of its newest facts a timeline keeps the state before, and of the others every which:
enough for most late facts to cost little, few enough for a stream of any length."""


def order_key(fact: Fact) -> OrderKey:
    """Where a fact stands in happened-order: earliest, coarser first, sequence number."""
    return (*date_key(fact.on), fact.seq)


def date_key(on: PartialDate | None) -> tuple[date, int]:
    """The same of a date alone; without one a fact stands before all that have one."""
    return on.order_key if on is not None else (date.min, -(10**9))


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


def effective_readings(facts: Sequence[Fact], as_of: date) -> list[Fact]:
    """What counts on a day of the facts that a cut sees of one stream, in the order of the fold."""
    return sorted((fact for fact in readings(facts) if effective(fact, as_of)), key=order_key)


def change_days(facts: Sequence[Fact]) -> Iterator[date]:
    """The days on which one of the facts takes effect or becomes certain.

    A promise is kept by what was made in a period that may still last: so it is with periods.
    """
    for fact in readings(facts):
        for span in (fact.on, fact.content.__dict__.get("period")):
            if span is not None:
                yield from (span.earliest, span.latest)


def fold(stream: str, ordered: Iterable[Fact]) -> State:
    """The state of a stream after facts that stand in the order of the fold."""
    kind = kind_of(stream)
    state = kind.begin(stream)
    for fact in ordered:
        state = kind.evolve(state, fact)
    return state


def state_at(stream: str, facts: Sequence[Fact], as_of: date) -> State:
    """The state of a stream on a day, from the facts that a cut sees of it."""
    return fold(stream, effective_readings(facts, as_of))


def hash_of(on: PartialDate | None, content: FactContent) -> int:
    """The hash of what a fact says, and when it happened."""
    return hash((on, content))


class _Saying:
    """What a fact says, and when it happened. Hashed once: whole contents take long to hash."""

    __slots__ = ("content", "hashed", "on")

    def __init__(self, on: PartialDate | None, content: FactContent) -> None:
        self.on = on
        self.content = content
        self.hashed = hash_of(on, content)

    def __hash__(self) -> int:
        return self.hashed

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Saying) and self.on == other.on and self.content == other.content


class Timeline:
    """One stream: what was recorded, what counts of it in happened-order, and the last state.

    The check before a write works on it: `admit` refuses what the resulting timeline
    cannot hold, `place` puts a fact where it belongs. Of a fact that comes late, both fold
    only what lies behind it anew.
    """

    def __init__(self, stream: str, recorded: Sequence[Fact] = ()) -> None:
        self.stream = stream
        self.recorded: list[Fact] = []
        self._known_lives: dict[str, Life] | None = None
        self._recorded_as: dict[tuple[_Saying, str | None], Fact] = {}
        self._about: dict[str, list[Fact]] = {}
        for fact in recorded:
            self._keep(fact)
        self._read_anew()

    def _read_anew(self) -> None:
        self.facts = sorted(self._readings(), key=order_key)
        self._said = {_Saying(fact.on, fact.content): fact for fact in self.facts}
        self._states: dict[int, State] = {}
        self._fold_from(0, begin(self.stream))

    @property
    def version(self) -> int:
        """The version of the newest fact; 0 before the first."""
        return self.recorded[-1].version if self.recorded else 0

    @property
    def begun(self) -> bool:
        """Whether a fact of the stream counts."""
        return bool(self.facts)

    @property
    def is_revised(self) -> bool:
        """Whether there are facts about its facts."""
        return bool(self._about)

    @property
    def hashes(self) -> Iterator[int]:
        """The hashes of what the facts that count say."""
        return (said.hashed for said in self._said)

    def newest(self) -> Iterator[tuple[Fact, State]]:
        """The facts that count and the state before each, from the last one back as far as the
        states are kept without a gap.
        """
        for at in range(len(self.facts) - 1, -1, -1):
            if at not in self._states:
                return
            yield self.facts[at], self._states[at]

    def admit(self, fact: Fact) -> None:
        """Raise the RuleError that keeps the fact from the timeline that results with it."""
        if self._comes_last(fact):
            kind_of(self.stream).decide(self.state, fact)
            return
        for refused, error in self.newly_refused(fact):
            if refused.ref != fact.ref:
                raise self._collision(fact, refused, error)
            raise self._too_early(fact, error)

    def newly_refused(self, fact: Fact) -> Iterator[tuple[Fact, RuleError]]:
        """The facts that could stand before, and cannot in the timeline with the fact."""
        if isinstance(fact.content, Revision):
            state, now, then = begin(self.stream), self.facts, self.facts_with(fact)
        else:  # nothing changes before its place
            place = self._place_of(fact)
            state, now = self._state_before(place), self.facts[place:]
            then = [fact, *now]
        before = {refused.ref for refused, _ in self._refusals(state, now)}
        for refused, error in self._refusals(state, then):
            if refused.ref not in before and not refused.forced:
                yield refused, error

    def facts_with(self, fact: Fact) -> list[Fact]:
        """What counts in the timeline that results with the fact, in happened-order."""
        return sorted(readings([*self.recorded, fact]), key=order_key)

    def saying(self, draft: Draft) -> Fact | None:
        """The fact that says the same as the draft.

        It is the one that was recorded of the same source, even if it reads otherwise by now
        or was retracted: an input that is read again must not undo what was said about it
        since. Otherwise it is one that counts, whatever its source.
        """
        if not self.recorded:
            return None
        said = _Saying(draft.on, draft.content)
        return self._recorded_as.get((said, draft.source)) or self._said.get(said)

    def about(self, ref: str) -> Sequence[Fact]:
        """The recorded facts about a fact of this stream, by its reference."""
        return self._about.get(ref, ())

    def place(self, fact: Fact) -> None:
        """Add the fact and bring the state up to date."""
        said = self._keep(fact)
        if said is not None:
            place = self._place_of(fact)
            state = self._state_before(place)
            self.facts.insert(place, fact)
            self._said[said] = fact
            self._fold_from(place, state)
        elif isinstance(fact.content, FactCorrected | FactRetracted):
            self._read_anew()

    def live(self) -> Iterator[Fact]:
        """Every fact that is not retracted, as it reads; those about other facts, too."""
        for life in self._lives.values():
            if life.reading is not None:
                yield life.reading

    def life_of(self, ref: str) -> Life | None:
        """What came of a recorded fact of this stream, if there is one of that reference."""
        return self._lives.get(ref)

    @property
    def _lives(self) -> dict[str, Life]:
        """By reference, what came of each fact. Most streams are never asked for it."""
        if self._known_lives is None:
            self._known_lives = {life.fact.ref: life for life in lives(self.recorded)}
        return self._known_lives

    def _keep(self, fact: Fact) -> _Saying | None:
        """Add the fact to those recorded; what it says, unless it is about another one.

        A corroboration says what its fact reads as by then.
        """
        content = fact.content
        said = None
        if not isinstance(content, Revision):
            said = _Saying(fact.on, content)
            self._recorded_as[said, fact.source] = fact
        elif isinstance(content, FactCorroborated):
            life = self.life_of(content.ref)
            reading = life.reading if life is not None else None
            if reading is not None and not isinstance(reading.content, Revision):
                self._recorded_as[_Saying(reading.on, reading.content), fact.source] = fact
        self.recorded.append(fact)
        if isinstance(content, Revision):
            self._about.setdefault(content.ref, []).append(fact)
        if self._known_lives is not None:
            self._live_on(fact, self._known_lives)
        return said

    def _live_on(self, fact: Fact, known: dict[str, Life]) -> None:
        """Bring what came of each fact up to date after a new one."""
        match fact.content:
            case FactCorrected() | FactRetracted():
                self._known_lives = None
                return
            case FactCorroborated(ref=ref) if (life := known.get(ref)) is not None:
                known[ref] = replace(life, corroborations=(*life.corroborations, fact))
            case FactDisputed(ref=ref) if (life := known.get(ref)) is not None:
                known[ref] = replace(life, disputes=(*life.disputes, fact))
        known[fact.ref] = Life(fact, fact)

    def _readings(self) -> Iterable[Fact]:
        if not self._about:
            return self.recorded
        return (reading for reading in self.live() if not isinstance(reading.content, Revision))

    def _comes_last(self, fact: Fact) -> bool:
        if isinstance(fact.content, Revision):
            return False
        return not self.facts or order_key(self.facts[-1]) < order_key(fact)

    def _place_of(self, fact: Fact) -> int:
        """Where the fact comes to stand among those that count."""
        if self._comes_last(fact):
            return len(self.facts)
        return bisect(self.facts, order_key(fact), key=order_key)

    def _state_before(self, place: int) -> State:
        """The state before the fact at that place, or before one that comes after all."""
        if place == len(self.facts):
            return self.state
        start = place
        while start not in self._states:
            start -= 1
        state = self._states[start]
        for fact in self.facts[start:place]:
            state = evolve(state, fact)
        return state

    def _fold_from(self, place: int, state: State) -> None:
        """Bring the state up to date with what stands at that place and behind it.

        The states before the newest facts are kept, where late ones fall, and every so many.
        """
        for at in range(place, len(self.facts)):
            self._states[at] = state
            if (at - LATE) % SPACING:
                self._states.pop(at - LATE, None)
            state = evolve(state, self.facts[at])
        self.state = state

    def _refusals(self, state: State, ordered: Sequence[Fact]) -> Iterator[tuple[Fact, RuleError]]:
        """The facts of a timeline that cannot stand where they do, after a state, and why."""
        decide = kind_of(self.stream).decide
        for fact in ordered:
            try:
                decide(state, fact)
            except RuleError as error:
                yield fact, error
            state = evolve(state, fact)

    def _too_early(self, fact: Fact, error: RuleError) -> RuleError:
        """The error; where nothing lies before the fact, with the fact that lies after it."""
        if isinstance(fact.content, Revision) or not isinstance(error, TimelineError):
            return error
        first = self.facts[0]
        if order_key(first) < order_key(fact) or first.on is None:
            return error
        return TimelineError(
            f"{error.what}; its first fact is {first.ref} ({first.on.text()})",
            hint=f"Check both dates. If {first.ref} is wrong, correct or retract it; if both are "
            "right, record this one with --force.",
        )

    def _collision(self, fact: Fact, refused: Fact, error: RuleError) -> TimelineError:
        on = f" ({fact.on.text()})" if fact.on is not None else ""
        return TimelineError(
            f"{fact.stream}: with this {fact.type}{on} the recorded {refused.type} "
            f"{refused.ref} becomes impossible: {error.what}",
            hint=f"Check both dates. If {refused.ref} is wrong, correct or retract it first; if "
            "both are right, record this one with --force.",
        )
