"""What is kept of an input's facts to be told of, and where a dry run puts them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, overload
from weakref import finalize

from ledger import database, history
from ledger.envelope import Fact
from ledger.store import Event, Writer

MOST_KEPT = 2_000
"""Facts that are kept in memory."""


class Rehearsal:
    """A writer that puts facts aside, into a temporary database of its own, and reads them there
    behind those of the ledger.
    """

    def __init__(self, writer: Writer) -> None:
        self._writer = writer
        self.last, self.cursor = writer.last, writer.cursor
        self._next = self.last.seq + 1 if self.last else 1
        self._aside = database.temporary()
        finalize(self, self._aside.close)
        self._aside.execute(
            "CREATE TABLE facts (seq INTEGER PRIMARY KEY, stream TEXT, version INTEGER, data BLOB)"
        )
        self._aside.execute("CREATE INDEX streams ON facts (stream, version)")

    def append(self, events: Sequence[Event]) -> None:
        """Put facts aside that carry the next sequence numbers."""
        rows = (
            (seq, event.originator_id, event.originator_version, event.state)
            for seq, event in enumerate(events, start=self._next)
        )
        self._aside.executemany("INSERT INTO facts VALUES (?, ?, ?, ?)", rows)
        self._next += len(events)

    def stream(self, name: str) -> list[Fact]:
        """The facts of one stream in the order they were recorded, or would be."""
        return [*self._writer.stream(name), *history.stream(self._aside, name)]

    def facts(self) -> Iterator[Fact]:
        """All facts in recorded order, those put aside last."""
        yield from self._writer.facts()
        yield from self.put_aside()

    def put_aside(self) -> Iterator[Fact]:
        """Those alone that were put aside."""
        return history.facts(self._aside)

    def stream_names(self, kind: str) -> list[str]:
        """The names of all streams of a kind, for hints."""
        names = history.stream_names(self._aside, kind)
        return sorted({*self._writer.stream_names(kind), *names})


class Kept:
    """The new facts of an input: of many the first ones, or all that a rehearsal put aside.

    new: how many there were.
    """

    def __init__(self, rehearsal: Rehearsal | None) -> None:
        self.new = 0
        self._rehearsal = rehearsal
        self._first: list[Fact] = []

    def add(self, fact: Fact) -> None:
        """Keep one more, while there is room for it."""
        self.new += 1
        if self.new <= MOST_KEPT:
            self._first.append(fact)

    def told(self) -> Sequence[Fact]:
        """Those that are there to be told of."""
        if self._rehearsal is None or self.new <= MOST_KEPT:
            return tuple(self._first)
        return _Aside(self._rehearsal, self.new)


class _Aside(Sequence[Fact]):
    """All facts that a rehearsal put aside, read whenever they are gone through."""

    def __init__(self, rehearsal: Rehearsal, count: int) -> None:
        self._rehearsal, self._count = rehearsal, count

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[Fact]:
        return self._rehearsal.put_aside()

    @overload
    def __getitem__(self, index: int) -> Fact: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Fact]: ...
    def __getitem__(self, index: Any) -> Any:
        return list(self)[index]
