"""The timelines that an input is about, as many as memory should hold, and facts on their way.

A timeline that was let go of is read again. What was decided meanwhile is in the database by
then: facts are handed to it as they come, all in the one transaction of the writer.
"""

from __future__ import annotations

from collections import OrderedDict

from ledger.envelope import Fact
from ledger.kept import Rehearsal
from ledger.store import Event, Writer
from ledger.timeline import Timeline

CHUNK = 500
"""Facts that are handed to the database at a time; all chunks are one transaction."""

MOST_HELD = 40_000
"""Facts, and streams, whose timelines are held at a time; each takes about 2 KiB."""

FEWEST_HELD = 16
"""Streams whose timelines are held whatever their length: a draft and all that it names."""


class Timelines:
    """The timelines of the streams that were asked for last, and what is to be stored of them."""

    def __init__(self, writer: Writer | Rehearsal) -> None:
        self._writer = writer
        self._was_empty = writer.last is None
        self._held: OrderedDict[str, Timeline] = OrderedDict()
        self._weight = 0
        # By their hashes alone, in less memory: of two that are alike one is read for nothing.
        self._let_go: set[int] = set()
        self._coming: list[Event] = []
        self._coming_to: set[str] = set()

    def of(self, stream: str) -> Timeline:
        """The timeline of a stream, with all that was decided so far."""
        timeline = self._held.get(stream)
        if timeline is not None:
            self._held.move_to_end(stream)
            return timeline
        timeline = Timeline(stream, self._stored(stream))
        self._held[stream] = timeline
        self._weight += _weight(timeline)
        while self._weight > MOST_HELD and len(self._held) > FEWEST_HELD:
            name, oldest = self._held.popitem(last=False)
            self._weight -= _weight(oldest)
            self._let_go.add(hash(name))
        return timeline

    def place(self, fact: Fact, event: Event, timeline: Timeline) -> None:
        """Put a fact in its place on its timeline, and on its way into the database."""
        timeline.place(fact)
        held = self._held.get(fact.stream)
        if held is timeline:
            self._weight += 1
        elif held is not None:
            # It was let go of while it was decided, and read again: what was read has not the fact.
            self._weight += _weight(timeline) - _weight(held)
            self._held[fact.stream] = timeline
        self._coming.append(event)
        self._coming_to.add(fact.stream)
        if len(self._coming) == CHUNK:
            self.store()

    def store(self) -> None:
        """Hand what is on its way to the database."""
        if self._coming:
            self._writer.append(self._coming)
        self._coming.clear()
        self._coming_to.clear()

    def _stored(self, stream: str) -> list[Fact]:
        if self._was_empty and hash(stream) not in self._let_go:
            return []
        if stream in self._coming_to:
            self.store()
        return self._writer.stream(stream)


def _weight(timeline: Timeline) -> int:
    return len(timeline.recorded) + 1
