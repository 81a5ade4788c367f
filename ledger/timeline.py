"""The time rule: which facts a cut sees, and in which order they are folded.

A view is asked at a cut of three times:

1. visible: recorded at or before `known_at`, and published at or before `public_at`;
2. live: not superseded by a visible, live correction or retraction (`ledger/revision.py`);
3. effective: `on.earliest <= as_of`; while `as_of < on.latest` it is possible, not certain;
4. folded in the order (earliest, coarser precision first, sequence number).

A fact without a date is effective from the beginning.
"""

from __future__ import annotations

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
Saying = tuple[PartialDate | None, FactContent, str | None]


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


class Timeline:
    """One stream: what was recorded, what counts of it in happened-order, and the last state.

    The check before a write works on it: `admit` refuses what the resulting timeline
    cannot hold, `place` puts a fact where it belongs.
    """

    def __init__(self, stream: str, recorded: Sequence[Fact] = ()) -> None:
        self.stream = stream
        self.recorded: list[Fact] = []
        self._lives: dict[str, Life] = {}
        self._recorded_as: dict[Saying, Fact] = {}
        for fact in recorded:
            self._keep(fact)
        self._read_anew()

    def _read_anew(self) -> None:
        self.facts = sorted(self._readings(), key=order_key)
        self.state = fold(self.stream, self.facts)
        self._said = {(fact.on, fact.content): fact for fact in self.facts}

    @property
    def version(self) -> int:
        """The version of the newest fact; 0 before the first."""
        return self.recorded[-1].version if self.recorded else 0

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
        before = {refused.ref for refused, _ in self._refusals(self.facts)}
        for refused, error in self._refusals(self.facts_with(fact)):
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
        recorded = self._recorded_as.get((draft.on, draft.content, draft.source))
        return recorded or self._said.get((draft.on, draft.content))

    def place(self, fact: Fact) -> None:
        """Add the fact and bring the state up to date."""
        last = self._comes_last(fact)
        self._keep(fact)
        if last:
            self.facts.append(fact)
            self.state = evolve(self.state, fact)
            self._said[fact.on, fact.content] = fact
        else:
            self._read_anew()

    def live(self) -> Iterator[Fact]:
        """Every fact that is not retracted, as it reads; those about other facts, too."""
        for life in self._lives.values():
            if life.reading is not None:
                yield life.reading

    def life_of(self, ref: str) -> Life | None:
        """What came of a recorded fact of this stream, if there is one of that reference."""
        return self._lives.get(ref)

    def _keep(self, fact: Fact) -> None:
        """Add the fact to those recorded; a corroboration says what its fact reads as by then."""
        said: Fact | None = fact
        if isinstance(fact.content, FactCorroborated):
            life = self.life_of(fact.content.ref)
            said = life.reading if life is not None else None
        if said is not None and not isinstance(said.content, Revision):
            self._recorded_as[said.on, said.content, fact.source] = fact
        self.recorded.append(fact)
        match fact.content:
            case FactCorrected() | FactRetracted():
                self._lives = {life.fact.ref: life for life in lives(self.recorded)}
                return
            case FactCorroborated(ref=ref) if (life := self._lives.get(ref)) is not None:
                self._lives[ref] = replace(life, corroborations=(*life.corroborations, fact))
            case FactDisputed(ref=ref) if (life := self._lives.get(ref)) is not None:
                self._lives[ref] = replace(life, disputes=(*life.disputes, fact))
        self._lives[fact.ref] = Life(fact, fact)

    def _readings(self) -> Iterator[Fact]:
        return (reading for reading in self.live() if not isinstance(reading.content, Revision))

    def _comes_last(self, fact: Fact) -> bool:
        if isinstance(fact.content, Revision):
            return False
        return not self.facts or order_key(self.facts[-1]) < order_key(fact)

    def _refusals(self, ordered: Sequence[Fact]) -> Iterator[tuple[Fact, RuleError]]:
        """The facts of a timeline that cannot stand where they do, and why."""
        state = begin(self.stream)
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
