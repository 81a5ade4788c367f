"""Catching up: the tables are brought to the newest fact and to today, in one transaction.

new facts, and streams that change by the passing of time
-> the streams they touch, and those whose rows read a touched one
-> each folded anew -> its rows, with the position, committed together
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from eventsourcing.persistence import Tracking

from ledger import database
from ledger.database import Database
from ledger.envelope import Fact
from ledger.facts import FACT_TYPES
from ledger.store import Store, opened
from ledger.streams import State
from ledger.timeline import fold, next_change, state_at
from ledger.values import PartialDate
from projections import tables
from projections.stream_rows import stream_rows
from projections.time_travel import source_of
from projections.view import Question, View, said


def ensure_current(where: Database, today: date) -> None:
    """Catch up unless the tables are current: the first thing that every reading does."""
    with database.open_readonly(where) as connection:
        if tables.are_current(connection, today):
            return
    with opened(where) as store:
        catch_up(store, today)


def catch_up(store: Store, today: date) -> int:
    """Bring the tables to the newest fact and to `today`; the number of facts applied."""
    with store.transaction() as cursor:
        work = _Work(store, cursor, today)
        if work.must_start_anew():
            work.make_tables()
        return work.run()


def rebuild(store: Store, today: date) -> int:
    """Make the tables anew from the facts alone; the number of facts applied."""
    with store.transaction() as cursor:
        work = _Work(store, cursor, today)
        work.make_tables()
        return work.run()


@dataclass
class _Work:
    """One catching up, inside one transaction that holds the write lock."""

    store: Store
    cursor: Any
    today: date
    views: list[View] = field(default_factory=tables.stored_views)
    states: dict[str, State] = field(default_factory=dict)
    published: dict[str, PartialDate | None] = field(default_factory=dict)

    def must_start_anew(self) -> bool:
        self.cursor.execute("SELECT 1 FROM sqlite_master WHERE name = 'view_state'")
        if self.cursor.fetchone() is None:
            return True
        self.cursor.execute("SELECT name, value FROM view_state")
        state = {row[0]: row[1] for row in self.cursor.fetchall()}
        # Tables that are folded for a later day (the clock was set back) cannot be unfolded.
        return state.get("shape") != tables.shape() or state["as_of"] > self.today.isoformat()

    def make_tables(self) -> None:
        for statement in tables.statements():
            self.cursor.execute(statement)
        self.cursor.execute("DELETE FROM tracking WHERE application_name = ?", (tables.POSITION,))
        self._set("shape", tables.shape())
        for name, fact_type in FACT_TYPES.items():
            meaning = (fact_type.__doc__ or "").partition("\n")[0]
            self.cursor.execute("INSERT INTO view_fact_types VALUES (?, ?)", (name, meaning))

    def run(self) -> int:
        self._set("as_of", self.today.isoformat())
        position = self._position()
        touched: dict[str, None] = dict.fromkeys(self._due())
        applied = 0
        for fact in self.store.facts(after=position):
            self._log(fact)
            touched[fact.stream] = None
            position, applied = fact.seq, applied + 1
        for stream in list(touched):
            touched.update(dict.fromkeys(self._readers_of(stream)))
        for stream in touched:
            self._write_stream(stream)
        if applied:
            recorder: Any = self.store.recorder
            recorder._insert_tracking(self.cursor, Tracking(tables.POSITION, position))
        return applied

    def _position(self) -> int:
        self.cursor.execute(
            "SELECT notification_id FROM tracking WHERE application_name = ?", (tables.POSITION,)
        )
        row = self.cursor.fetchone()
        return int(row[0]) if row is not None else 0

    def _set(self, name: str, value: str) -> None:
        self.cursor.execute("INSERT OR REPLACE INTO view_state VALUES (?, ?)", (name, value))

    def _due(self) -> Iterator[str]:
        """The streams whose rows change by `today` though nothing new is recorded of them."""
        self.cursor.execute(
            "SELECT stream FROM view_streams WHERE next_change <= ?", (self.today.isoformat(),)
        )
        for row in self.cursor.fetchall():
            yield row[0]

    def _readers_of(self, stream: str) -> Iterator[str]:
        self.cursor.execute("SELECT stream FROM view_links WHERE target = ?", (stream,))
        for row in self.cursor.fetchall():
            yield row[0]

    def _log(self, fact: Fact) -> None:
        published = self._published(source_of(fact))
        for view in self.views:
            if view.of_fact is not None:
                tables.insert(self.cursor, view, (view.of_fact(fact, published),))

    def _published(self, source: str) -> PartialDate | None:
        """When a document was published: it is no happening, and does not wait for its day."""
        if source not in self.published:
            document = fold(source, self.store.stream(source))
            self.published[source] = said(getattr(document, "published", None))
        return self.published[source]

    def state_of(self, stream: str) -> State:
        if stream not in self.states:
            self.states[stream] = state_at(stream, self.store.stream(stream), self.today)
        return self.states[stream]

    def _write_stream(self, stream: str) -> None:
        facts = self.store.stream(stream)
        state = self.state_of(stream)
        kind = stream.partition(":")[0]
        question = Question(self.today, self.state_of)
        changes = [next_change(facts, self.today)]
        for view in self.views:
            if kind in view.kinds:
                tables.remove(self.cursor, view, stream)
                tables.insert(self.cursor, view, stream_rows(view, stream, facts, question))
                if view.next_change is not None:
                    changes.append(view.next_change(state, self.today))
        self._write_links(stream, facts)
        soonest = min((day for day in changes if day is not None), default=None)
        name = getattr(state, "name", None) or getattr(state, "title", None)
        self.cursor.execute(
            "INSERT OR REPLACE INTO view_streams VALUES (?, ?, ?, ?, ?)",
            (stream, kind, said(name), len(facts), soonest.isoformat() if soonest else None),
        )

    def _write_links(self, stream: str, facts: list[Fact]) -> None:
        self.cursor.execute("DELETE FROM view_links WHERE stream = ?", (stream,))
        for target in {name for fact in facts for name in _read_by_rows(fact)}:
            self.cursor.execute("INSERT INTO view_links VALUES (?, ?)", (target, stream))


def _read_by_rows(fact: Fact) -> Iterator[str]:
    """The streams that the rows of the fact's stream may read."""
    for field_name in fact.content.STREAM_FIELDS:
        yield from getattr(fact.content, field_name)
