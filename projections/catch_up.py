"""Catching up: the tables are brought to the newest fact and to today, in one transaction.

new facts, and streams that change by the passing of time
-> the streams they touch, and those whose rows read a touched one
-> each folded anew -> its rows, with the position, committed together
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from itertools import takewhile
from typing import Any

from ledger import history
from ledger.cut import Cut
from ledger.database import Connection, Cursor, Database
from ledger.envelope import Fact
from ledger.facts import FACT_TYPES
from ledger.facts.revision import FactCorrected, Revision
from ledger.revision import Life, lives
from ledger.server_errors import NotPermittedError
from ledger.store import Store, opened
from ledger.timeline import change_days
from projections import tables
from projections.time_travel import Past
from projections.view import View, said


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
            work.make_tables(_making(store, cursor))
        return work.run()


def rebuild(store: Store, today: date) -> int:
    """Make the tables anew from the facts alone; the number of facts applied."""
    with store.transaction() as cursor:
        work = _in_ledger(store, cursor, today)
        work.make_tables(_making(store, cursor))
        return work.run()


def _making(store: Store, cursor: Cursor) -> list[str]:
    """What makes the tables, empty; for somebody who may only fill them, what empties them.

    Raises NotPermittedError for such a one where they have to be made.
    """
    if store.database.may_make_tables(cursor):
        return tables.statements()
    if not tables.are_in_shape(cursor):
        raise NotPermittedError(
            f"the views' tables of {store.database} are of another version of lsledger, and only "
            "their owner can make them anew",
            hint="Ask the owner for `lsledger rebuild`; meanwhile the facts give each answer.",
        )
    return [f"DELETE FROM {name}" for name in tables.shapes()]


def rebuild_beside(
    connection: Connection, beside: sqlite3.Connection, today: date, last_seq: int
) -> None:
    """Make the tables of the facts anew as temporary tables of another connection.

    last_seq: the newest fact that they shall hold.
    """
    facts = partial(takewhile, lambda fact: fact.seq <= last_seq)
    work = _Work(
        facts=lambda after: facts(history.facts(connection, after)),
        stream=lambda name: list(facts(history.stream(connection, name))),
        cursor=beside.cursor(),
        keep_position=lambda _position: None,
        today=today,
    )
    work.make_tables(tables.temporary_statements())
    work.run()


def _in_ledger(store: Store, cursor: Any, today: date) -> _Work:
    """The work on the ledger's own tables."""
    return _Work(
        facts=store.facts,
        stream=store.stream,
        cursor=cursor,
        keep_position=lambda position: store.keep_position(cursor, tables.POSITION, position),
        today=today,
    )


@dataclass
class _Work:
    """One catching up, inside one transaction.

    facts: those with a higher sequence number. stream: the recorded facts of one stream.
    keep_position: keeps how far the tables are, in the same transaction.
    """

    facts: Callable[[int], Iterator[Fact]]
    stream: Callable[[str], list[Fact]]
    cursor: Any
    keep_position: Callable[[int], None]
    today: date
    views: list[View] = field(default_factory=tables.stored_views)

    def __post_init__(self) -> None:
        # The tables hold what a cut of everything sees today: one fold for both.
        self.present = Past(self._load, Cut(self.today))
        self.fresh: dict[str, list[Fact]] = {}
        self.from_nothing = False

    def must_start_anew(self) -> bool:
        if not tables.are_in_shape(self.cursor):
            return True
        state = dict(self._select("SELECT name, value FROM view_state"))
        ((last,),) = self._select("SELECT coalesce(max(seq), 0) FROM facts")
        # Tables that are folded for a later day (the clock was set back), or of facts that are not
        # there, cannot be unfolded.
        return str(state.get("as_of", "9999")) > self.today.isoformat() or self._position() > last

    def make_tables(self, statements: Iterable[str]) -> None:
        for statement in statements:
            self.cursor.execute(statement)
        self.cursor.execute("DELETE FROM tracking WHERE application_name = ?", (tables.POSITION,))
        self._set("shape", tables.SHAPE)
        for name, fact_type in FACT_TYPES.items():
            meaning = (fact_type.__doc__ or "").partition("\n")[0]
            self.cursor.execute("INSERT INTO view_fact_types VALUES (?, ?)", (name, meaning))

    def run(self) -> int:
        self._set("as_of", self.today.isoformat())
        position = self._position()
        self.from_nothing = position == 0
        touched: dict[str, None] = dict.fromkeys(self._due())
        logged_anew: set[str] = set()
        applied = 0
        for fact in self.facts(position):
            touched[fact.stream] = None
            self.fresh.setdefault(fact.stream, []).append(fact)
            if isinstance(fact.content, Revision) or (fact.kind == "source" and fact.version > 1):
                logged_anew.add(fact.stream)
            position, applied = fact.seq, applied + 1
        for facts in self.fresh.values():
            self._log(facts)
        for stream in list(touched):
            touched.update(dict.fromkeys(self._readers_of(stream)))
        for stream in logged_anew:
            touched.update(dict.fromkeys(self._log_anew(stream)))
        for stream in touched:
            self._write_stream(stream)
        if applied:
            self.keep_position(position)
        return applied

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
        """The facts of a stream; of tables made from nothing, all were just read."""
        return self.fresh.get(stream, []) if self.from_nothing else self.stream(stream)

    def _log(self, facts: Sequence[Fact]) -> None:
        """Add the rows of new facts; what was revised is logged anew afterwards."""
        self._insert_log_rows([Life(fact, fact) for fact in facts])

    def _log_anew(self, stream: str) -> set[str]:
        """Write a stream's log rows anew after a revision; of a source, those that cite it too.

        Returns the streams that were written.
        """
        streams = {stream, *self._citing(stream)}
        for name in streams:
            self.cursor.execute("DELETE FROM view_log WHERE stream = ?", (name,))
            self._insert_log_rows(lives(self.present.recorded(name)))
        return streams

    def _insert_log_rows(self, found: Iterable[Life]) -> None:
        for view in self.views:
            if view.of_fact is not None:
                rows = [view.of_fact(life, self.present.published(life.fact)) for life in found]
                tables.insert(self.cursor, view, rows)

    def _write_stream(self, stream: str) -> None:
        """Write a stream's rows in every view, and what is known of the stream itself."""
        facts = self.present.recorded(stream)
        state = self.present.state_of(stream)
        days = {*change_days(facts)}
        for view in self.views:
            if stream.partition(":")[0] in view.kinds:
                tables.remove(self.cursor, view, stream)
                tables.insert(self.cursor, view, self.present.stream_rows(view, stream))
                if view.change_days is not None:
                    days |= {*view.change_days(state, self.today)}
        name = getattr(state, "name", None) or getattr(state, "title", None)
        tables.write_stream(
            self.cursor,
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
