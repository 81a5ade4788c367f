"""Time travel: the rows of a view at any cut, folded by the same functions as the tables."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from ledger.cut import Cut
from ledger.envelope import Fact
from ledger.source import Source
from ledger.streams import State
from ledger.timeline import fold, state_at, visible
from ledger.values import PartialDate
from projections.stream_rows import stream_rows
from projections.view import Question, Row, View


class Past:
    """The ledger as a cut sees it: the visible facts by stream, and states folded from them."""

    def __init__(self, facts: Iterable[Fact], cut: Cut) -> None:
        self.cut = cut
        everything = list(facts)
        self.last_seq = everything[-1].seq if everything else 0
        self._published = _published_dates(everything, cut)
        self.facts = [fact for fact in everything if visible(fact, cut, self.published_day)]
        self._streams: dict[str, list[Fact]] = {}
        for fact in self.facts:
            self._streams.setdefault(fact.stream, []).append(fact)
        self._states: dict[str, State] = {}

    def published(self, fact: Fact) -> PartialDate | None:
        """When the fact's source was published, as far as it is stated."""
        return self._published.get(source_of(fact))

    def published_day(self, fact: Fact) -> date:
        """The day from which the public could know the fact."""
        published = self.published(fact)
        return published.latest if published is not None else fact.recorded_at.date()

    def state_of(self, stream: str) -> State:
        """The state of a stream at the cut."""
        if stream not in self._states:
            facts = self._streams.get(stream, ())
            self._states[stream] = state_at(stream, facts, self.cut.as_of)
        return self._states[stream]

    def rows(self, view: View) -> list[Row]:
        """The rows of a view before it is summed up, in the order that the tables have.

        The log lists every visible fact, whenever it happens.
        """
        if view.of_fact is not None:
            return [view.of_fact(fact, self.published(fact)) for fact in self.facts]
        question = Question(self.cut.as_of, self.state_of)
        return [
            row
            for stream in sorted(self._streams)
            for row in stream_rows(view, stream, self._streams[stream], question)
        ]


def source_of(fact: Fact) -> str:
    """The source stream that decides when a fact was public; a document decides for itself."""
    return fact.stream if fact.kind == "source" else f"source:{fact.source}"


def _published_dates(facts: list[Fact], cut: Cut) -> dict[str, PartialDate]:
    """The published date of every source, as it was known at the cut."""
    known = Cut(cut.as_of, cut.known_at)
    sources: dict[str, list[Fact]] = {}
    for fact in facts:
        if fact.kind == "source" and visible(fact, known, lambda _: date.min):
            sources.setdefault(fact.stream, []).append(fact)
    states = [fold(stream, told) for stream, told in sources.items()]
    return {
        state.stream: state.published.value
        for state in states
        if isinstance(state, Source) and state.published is not None
    }
