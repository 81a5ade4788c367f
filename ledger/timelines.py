"""The streams that an input is about: timelines, as many as memory should hold, outlines of those
that were let go of, and facts on their way.

What is left out of memory is read again where it is needed. What was decided meanwhile is in the
database by then: facts are handed to it as they come, all in the one transaction of the writer.
"""

from __future__ import annotations

from collections import OrderedDict

from ledger.envelope import Fact
from ledger.kept import Rehearsal
from ledger.outline import Outline, outline_of
from ledger.store import Event, Writer
from ledger.timeline import Timeline

CHUNK = 500
"""Facts that are handed to the database at a time; all chunks are one transaction."""

MOST_HELD = 12_000
"""Facts, and streams, whose timelines are held at a time; each takes about 2 KiB."""

FEWEST_HELD = 16
"""Streams whose timelines are held whatever their length: a draft and all that it names."""

MOST_OUTLINED = 80_000
"""Streams whose outlines are held at a time; each takes about half a KiB."""


class Timelines:
    """The timelines of the streams that were asked for last, and what is to be stored of them.

    Of a stream its timeline is held, or its outline, or neither. A timeline that is let go of
    leaves its outline behind, where it has one; when it is read again, that one goes.
    """

    def __init__(self, writer: Writer | Rehearsal) -> None:
        self._writer = writer
        self._was_empty = writer.last is None
        self._held: OrderedDict[str, Timeline] = OrderedDict()
        self._weight = 0
        self._outlines: OrderedDict[str, Outline] = OrderedDict()
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
        self._outlines.pop(stream, None)
        self._held[stream] = timeline
        self._weight += _weight(timeline)
        while self._weight > MOST_HELD and len(self._held) > FEWEST_HELD:
            self._let_go_of(*self._held.popitem(last=False))
        return timeline

    def outline(self, stream: str) -> Outline | None:
        """The outline of a stream whose timeline was let go of, if it has one."""
        outline = self._outlines.get(stream)
        if outline is not None:
            self._outlines.move_to_end(stream)
        return outline

    def place(self, fact: Fact, event: Event, timeline: Timeline | Outline) -> None:
        """Put a fact in its place in what it was decided on, and on its way into the database."""
        stream = fact.stream
        timeline.place(fact)
        # While it was decided, its stream may have been let go of or read again, and what is held
        # of it then has not the fact.
        held = self._held.get(stream)
        if isinstance(timeline, Outline):
            if held is not None:
                del self._held[stream]
                self._weight -= _weight(held)
            self._outline(stream, timeline)  # again, where it was let go of itself
        else:
            self._outlines.pop(stream, None)
            if held is timeline:
                self._weight += 1
            elif held is not None:
                self._weight += _weight(timeline) - _weight(held)
                self._held[stream] = timeline
        self._coming.append(event)
        self._coming_to.add(stream)
        if len(self._coming) == CHUNK:
            self.store()

    def store(self) -> None:
        """Hand what is on its way to the database."""
        if self._coming:
            self._writer.append(self._coming)
        self._coming.clear()
        self._coming_to.clear()

    def _let_go_of(self, stream: str, timeline: Timeline) -> None:
        self._weight -= _weight(timeline)
        self._let_go.add(hash(stream))
        outline = outline_of(timeline)
        if outline is not None:
            self._outline(stream, outline)

    def _outline(self, stream: str, outline: Outline) -> None:
        self._outlines[stream] = outline
        if len(self._outlines) > MOST_OUTLINED:
            self._outlines.popitem(last=False)

    def _stored(self, stream: str) -> list[Fact]:
        if self._was_empty and hash(stream) not in self._let_go:
            return []
        if stream in self._coming_to:
            self.store()
        return self._writer.stream(stream)


def _weight(timeline: Timeline) -> int:
    return len(timeline.recorded) + 1
