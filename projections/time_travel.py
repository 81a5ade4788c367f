"""Time travel: the rows of a view at any cut, folded by the same functions as the tables."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date

from ledger.cut import Cut
from ledger.envelope import Fact
from ledger.facts.revision import FactDisputed
from ledger.revision import lives
from ledger.source import Source
from ledger.streams import State
from ledger.timeline import effective, effective_readings, fold, state_at, visible
from ledger.values import PartialDate
from projections.view import Question, Row, View


class Past:
    """The ledger as a cut sees it; each stream is read and folded when it is asked for.

    load: the recorded facts of a stream.
    """

    def __init__(self, load: Callable[[str], Sequence[Fact]], cut: Cut) -> None:
        self.cut = cut
        self._load = load
        self._recorded: dict[str, list[Fact]] = {}
        self._facts: dict[str, list[Fact]] = {}
        self._states: dict[str, State] = {}
        self._published: dict[str, PartialDate | None] = {}
        self.question = Question(
            cut.as_of, self.state_of, self.facts_of, self.disputes_of, self.published
        )

    def published(self, fact: Fact) -> PartialDate | None:
        """When the fact's source was published, as far as that was known at the cut."""
        source = fact.stream if fact.kind == "source" else f"source:{fact.source}"
        if source not in self._published:
            # Whether a document itself was public yet does not matter for its date.
            known = Cut(self.cut.as_of, self.cut.known_at)
            told = [f for f in self._load(source) if visible(f, known, lambda _: date.min)]
            stated = getattr(state_at(source, told, date.max), "published", None)
            self._published[source] = stated.value if stated is not None else None
        return self._published[source]

    def published_day(self, fact: Fact) -> date:
        """The day from which the public could know the fact."""
        published = self.published(fact)
        return published.latest if published is not None else fact.recorded_at.date()

    def recorded(self, stream: str) -> list[Fact]:
        """The visible facts of a stream, in the order they were recorded."""
        if stream not in self._recorded:
            self._recorded[stream] = [
                fact for fact in self._load(stream) if visible(fact, self.cut, self.published_day)
            ]
        return self._recorded[stream]

    def facts_of(self, stream: str) -> list[Fact]:
        """The facts of a stream that count at the cut, as they read, in the order of the fold."""
        if stream not in self._facts:
            self._facts[stream] = effective_readings(self.recorded(stream), self.cut.as_of)
        return self._facts[stream]

    def disputes_of(self, stream: str) -> list[tuple[Fact, Fact]]:
        """The facts of a stream that count and are disputed, each with every dispute of it."""
        if not any(isinstance(fact.content, FactDisputed) for fact in self.recorded(stream)):
            return []
        return [
            (life.reading, dispute)
            for life in lives(self.recorded(stream))
            if life.reading is not None and effective(life.reading, self.cut.as_of)
            for dispute in life.disputes
        ]

    def state_of(self, stream: str) -> State:
        """The state of a stream at the cut."""
        if stream not in self._states:
            self._states[stream] = fold(stream, self.facts_of(stream))
        return self._states[stream]

    def source(self, id_: str) -> Source:
        """The state of a document at the cut."""
        state = self.state_of(f"source:{id_}")
        assert isinstance(state, Source)
        return state

    def stream_rows(self, view: View, stream: str) -> Iterable[Row]:
        """The rows of one stream in a view: the step that tables and time travel share.

        No rows when the view does not read such streams, or nothing of it counts at the cut.
        The log has a row for every visible fact, whenever it happens.
        """
        if view.of_fact is not None:
            return [
                view.of_fact(life, self.published(life.fact))
                for life in lives(self.recorded(stream))
            ]
        if stream.partition(":")[0] not in view.kinds or not self.facts_of(stream):
            return ()
        return view.rows(self.state_of(stream), self.question)
