"""Time travel: the rows of a view at any cut, folded by the same functions as the tables."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from functools import cached_property

from ledger.conflicts import Conflict, conflicts
from ledger.cut import Cut
from ledger.envelope import Fact
from ledger.facts.revision import FactDisputed
from ledger.revision import lives
from ledger.source import Source
from ledger.streams import State
from ledger.timeline import effective, effective_readings, fold, state_at, visible
from ledger.values import PartialDate
from projections.view import Question, Row, View


class Seen:
    """What a cut sees of one stream; each part is worked out when it is first asked for.

    recorded: the visible facts, in the order they were recorded.
    """

    def __init__(self, stream: str, recorded: list[Fact], as_of: date) -> None:
        self.stream = stream
        self.recorded = recorded
        self._as_of = as_of

    @cached_property
    def facts(self) -> list[Fact]:
        """The facts that count, as they read, in the order of the fold."""
        return effective_readings(self.recorded, self._as_of)

    @cached_property
    def state(self) -> State:
        """The state that they lead to."""
        return fold(self.stream, self.facts)

    @cached_property
    def conflicts(self) -> tuple[Conflict, ...]:
        """Where they contradict each other."""
        return tuple(conflicts(self.facts))

    @cached_property
    def disputes(self) -> list[tuple[Fact, Fact]]:
        """Those that are disputed, each with every dispute of it."""
        if not any(isinstance(fact.content, FactDisputed) for fact in self.recorded):
            return []
        return [
            (life.reading, dispute)
            for life in lives(self.recorded)
            if life.reading is not None and effective(life.reading, self._as_of)
            for dispute in life.disputes
        ]


class Past:
    """The ledger as a cut sees it; each stream is read and folded when it is asked for.

    load: the recorded facts of a stream. most: of as many facts streams are kept at the same
    time, and read again when they are asked for again; of all, without it.
    """

    def __init__(
        self, load: Callable[[str], Sequence[Fact]], cut: Cut, most: int | None = None
    ) -> None:
        self.cut = cut
        self._load = load
        self._most = most
        self._kept: dict[str, Seen] = {}
        self._size = 0
        self._published: dict[str, PartialDate | None] = {}
        self.question = Question(
            cut.as_of,
            self.state_of,
            self.facts_of,
            self.conflicts_of,
            self.disputes_of,
            self.published,
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
        return self._seen(stream).recorded

    def facts_of(self, stream: str) -> list[Fact]:
        """The facts of a stream that count at the cut, as they read, in the order of the fold."""
        return self._seen(stream).facts

    def conflicts_of(self, stream: str) -> tuple[Conflict, ...]:
        """Where these contradict each other."""
        return self._seen(stream).conflicts

    def disputes_of(self, stream: str) -> list[tuple[Fact, Fact]]:
        """The facts of a stream that count and are disputed, each with every dispute of it."""
        return self._seen(stream).disputes

    def state_of(self, stream: str) -> State:
        """The state of a stream at the cut."""
        return self._seen(stream).state

    def source(self, id_: str) -> Source:
        """The state of a document at the cut."""
        state = self.state_of(f"source:{id_}")
        assert isinstance(state, Source)
        return state

    def _seen(self, stream: str) -> Seen:
        seen = self._kept.pop(stream, None)
        if seen is None:
            recorded = [
                fact for fact in self._load(stream) if visible(fact, self.cut, self.published_day)
            ]
            seen = Seen(stream, recorded, self.cut.as_of)
            self._size += len(recorded)
            while self._most is not None and self._size > self._most and self._kept:
                longest_ago = next(iter(self._kept))
                self._size -= len(self._kept.pop(longest_ago).recorded)
        self._kept[stream] = seen  # last, as what was asked for last
        return seen

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
