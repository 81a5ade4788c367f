"""Catching up: the tables are brought to the newest fact and to today, in one transaction.

new facts, and streams that change by the passing of time
-> the streams they touch, and those whose rows read a touched one; from nothing, every stream
-> each folded anew -> its rows, with the position, committed together

One stream after the other is read and let go again, so that memory does not grow with the facts.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from ledger import history
from ledger.cut import Cut
from ledger.database import Connection, Cursor, Database
from ledger.envelope import Fact
from ledger.facts import FACT_TYPES
from ledger.facts.revision import FactCorrected
from ledger.revision import lives
from ledger.server_errors import NotPermittedError
from ledger.store import Store, opened
from ledger.timeline import change_days
from projections import tables
from projections.time_travel import Past
from projections.view import said
from projections.views import load_for

MOST_KEPT = 10_000
"""Facts of the streams that are kept, since the rows of others may read them, too."""


def ensure_current(where: Database, today: date) -> None:
    """Catch up unless the tables are current: the first thing that every reading does."""
    with where.reading() as connection:
        if tables.are_current(connection, today):
            return
    with opened(where) as store:
        catch_up(store, today)


def catch_up(store: Store, today: date) -> int:
    """Bring the tables to the newest fact and to `today`; the number of facts applied."""
    with store.transaction() as cursor:
        work = _in_ledger(store, cursor, today)
        if work.must_start_anew():
            return work.start_anew(*_making(store, cursor))
        return work.go_on()


def rebuild(store: Store, today: date) -> int:
    """Make the tables anew from the facts alone; the number of facts applied."""
    with store.transaction() as cursor:
        return _in_ledger(store, cursor, today).start_anew(*_making(store, cursor))


def _making(store: Store, cursor: Cursor) -> tuple[list[str], list[str]]:
    """What makes the tables, empty, and what makes their indexes when they are full; for somebody
    who may only fill them, what empties them.

    Raises NotPermittedError for such a one where they have to be made.
    """
    if store.database.may_make_tables(cursor):
        return tables.making(), tables.indexes()
    if not tables.are_in_shape(cursor):
        raise NotPermittedError(
            f"the views' tables of {store.database} are of another version of lsledger, and only "
            "their owner can make them anew",
            hint="Ask the owner for `lsledger rebuild`; meanwhile the facts give each answer.",
        )
    return [f"DELETE FROM {name}" for name in tables.shapes()], []


def rebuild_beside(
    connection: Connection, beside: sqlite3.Connection, today: date, last_seq: int
) -> None:
    """Make the tables of the facts anew as temporary tables of another connection.

    last_seq: the newest fact that they shall hold.
    """
    work = _Work(
        facts=connection.cursor(),
        cursor=beside.cursor(),
        keep_position=lambda _position: None,
        today=today,
        last_seq=last_seq,
    )
    work.start_anew(tables.making_beside(), [])


def _in_ledger(store: Store, cursor: Any, today: date) -> _Work:
    """The work on the ledger's own tables."""
    cursor.execute("SELECT coalesce(max(seq), 0) FROM facts")
    (last_seq,) = cursor.fetchone()
    return _Work(
        facts=cursor,
        cursor=cursor,
        keep_position=lambda position: store.keep_position(cursor, tables.POSITION, position),
        today=today,
        last_seq=last_seq,
    )


@dataclass
class _Work:
    """One catching up, inside one transaction.

    facts: reads the facts. cursor: reads and writes the tables. keep_position: keeps how far
    the tables are, in the same transaction. last_seq: the newest fact that they shall hold.
    """

    facts: Cursor
    cursor: Cursor
    keep_position: Callable[[int], None]
    today: date
    last_seq: int

    def __post_init__(self) -> None:
        # The tables hold what a cut of everything sees today: one fold for both.
        self.present = Past(self._load, Cut(self.today), MOST_KEPT)
        self.waiting = tables.Waiting(self.cursor)
        self.at_hand: tuple[str, list[Fact]] = ("", [])

    def must_start_anew(self) -> bool:
        if not tables.are_in_shape(self.cursor):
            return True
        state = dict(self._select("SELECT name, value FROM view_state"))
        # Tables that are folded for a later day (the clock was set back), or of facts that are not
        # there, cannot be unfolded.
        later = str(state.get("as_of", "9999")) > self.today.isoformat()
        return later or self._position() > self.last_seq

    def start_anew(self, making: Iterable[str], indexing: Iterable[str]) -> int:
        """Make the tables and fill them from the facts alone; the number of facts applied."""
        for statement in making:
            self.cursor.execute(statement)
        self.cursor.execute("DELETE FROM tracking WHERE application_name = ?", (tables.POSITION,))
        self._set("shape", tables.SHAPE)
        self._set("as_of", self.today.isoformat())
        types = [
            (name, (fact_type.__doc__ or "").partition("\n")[0])
            for name, fact_type in FACT_TYPES.items()
        ]
        self.waiting.add("INSERT INTO view_fact_types (type, help) VALUES (?, ?)", types)
        applied = 0
        for stream, facts in history.by_stream(self.facts):
            self.at_hand = (stream, self._held(facts))
            if self.at_hand[1]:
                applied += len(self.at_hand[1])
                self._write_stream(stream)
        self.waiting.hand_over()
        for statement in indexing:
            self.cursor.execute(statement)
        if applied:
            self.keep_position(self.last_seq)
        return applied

    def go_on(self) -> int:
        """Write the streams anew that new facts or the passing of time change, and those whose
        rows read one of them; the number of facts applied.
        """
        self._set("as_of", self.today.isoformat())
        position = self._position()
        touched: dict[str, None] = dict.fromkeys(self._due())
        logged_anew: dict[str, None] = {}
        for stream, version, type_ in self._recorded_after(position):
            touched[stream] = None
            if type_.startswith("fact.") or (stream.startswith("source:") and version > 1):
                logged_anew[stream] = None
        for stream in list(touched):
            touched.update(dict.fromkeys(self._readers_of(stream)))
        for stream in list(logged_anew):
            logged_anew.update(dict.fromkeys(self._citing(stream)))
        for stream in touched | logged_anew:
            self._remove(stream, log=stream in logged_anew)
            self._write_stream(stream, after=0 if stream in logged_anew else position)
        self.waiting.hand_over()
        if self.last_seq > position:
            self.keep_position(self.last_seq)
        return self.last_seq - position

    def _position(self) -> int:
        found = self._select(
            "SELECT notification_id FROM tracking WHERE application_name = ?", tables.POSITION
        )
        return next((int(position) for (position,) in found), 0)

    def _set(self, name: str, value: str) -> None:
        self.cursor.execute(
            "INSERT INTO view_state VALUES (?, ?) "
            "ON CONFLICT (name) DO UPDATE SET value = excluded.value",
            (name, value),
        )

    def _select(self, sql: str, *given: Any) -> list[tuple[Any, ...]]:
        self.cursor.execute(sql, given)
        return [tuple(row) for row in self.cursor.fetchall()]

    def _recorded_after(self, position: int) -> Iterator[tuple[str, int, str]]:
        """The stream, version and type of each new fact."""
        while position < self.last_seq:
            page = self._select(
                "SELECT seq, stream, version, type FROM facts WHERE seq > ? ORDER BY seq LIMIT ?",
                *(position, history.PAGE),
            )
            yield from ((stream, version, type_) for _, stream, version, type_ in page)
            position = page[-1][0]

    def _due(self) -> Iterator[str]:
        """The streams whose rows change by `today` though nothing new is recorded of them."""
        for (stream,) in self._select(
            "SELECT stream FROM view_streams WHERE next_change <= ?", self.today.isoformat()
        ):
            yield stream

    def _readers_of(self, stream: str) -> Iterator[str]:
        for (reader,) in self._select("SELECT stream FROM view_links WHERE target = ?", stream):
            yield reader
        yield from self._citing(stream)

    def _citing(self, stream: str) -> Iterator[str]:
        """The streams that rest on a document: their rows read when it was published."""
        kind, _, source = stream.partition(":")
        if kind == "source":
            yield from (citing for (citing,) in self._select(tables.CITING, source, source))

    def _load(self, stream: str) -> list[Fact]:
        """The facts of a stream; those of the one at hand were just read."""
        name, facts = self.at_hand
        return facts if name == stream else self._held(history.stream(self.facts, stream))

    def _held(self, facts: list[Fact]) -> list[Fact]:
        """Those of the facts that the tables shall hold."""
        return [fact for fact in facts if fact.seq <= self.last_seq]

    def _remove(self, stream: str, *, log: bool) -> None:
        """Remove what the tables hold of a stream. log: its rows in the log, too."""
        for view in load_for(stream.partition(":")[0]):
            if log or view.of_fact is None:
                tables.remove(self.cursor, view, stream)
        tables.remove_stream(self.cursor, stream)

    def _write_stream(self, stream: str, after: int = 0) -> None:
        """Write a stream's rows in every view, and what is known of the stream itself.

        after: the newest fact that the log holds already.
        """
        facts = self.present.recorded(stream)
        state = self.present.state_of(stream)
        days = {*change_days(facts)}
        for view in load_for(stream.partition(":")[0]):
            if view.of_fact is not None:
                new = [life for life in lives(facts) if life.fact.seq > after]
                rows = [view.of_fact(life, self.present.published(life.fact)) for life in new]
                tables.insert(self.waiting, view, rows)
            else:
                tables.insert(self.waiting, view, self.present.stream_rows(view, stream))
                if view.change_days is not None:
                    days |= {*view.change_days(state, self.today)}
        name = getattr(state, "name", None) or getattr(state, "title", None)
        tables.write_stream(
            self.waiting,
            tables.StreamRow(
                stream=stream,
                name=said(name),
                facts=len(facts),
                last_seq=max(fact.seq for fact in facts),
                last_public=max(self.present.published_day(fact) for fact in facts),
                last_change=max((day for day in days if day <= self.today), default=None),
                next_change=min((day for day in days if day > self.today), default=None),
            ),
            {name for fact in facts for name in _read_by_rows(fact)},
        )


def _read_by_rows(fact: Fact) -> Iterator[str]:
    """The streams that the rows of the fact's stream may read."""
    for field_name in fact.content.STREAM_FIELDS:
        yield from getattr(fact.content, field_name)
    if isinstance(fact.content, FactCorrected):
        for value in fact.content.set.values():
            if isinstance(value, list):
                yield from (item for item in value if isinstance(item, str) and ":" in item)
