"""Somebody who adds facts by hand, with another program, cannot break the order of the record."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import psycopg
import pytest

from ledger import book
from ledger.database import Database, locate
from ledger.errors import DamagedError, NotOpenedError
from ledger.store import created, opened, stored_event
from projections.catch_up import catch_up
from tests.contract import processes
from tests.contract.processes import begin, ended, start, told
from tests.postgres.followers import ask, until
from tests.store.ledgers import ACTOR, NOW, TODAY, add, bytes_of, draft, note

INSERT = (
    "INSERT INTO stored_events (originator_id, originator_version, topic, state) "
    "VALUES ('context:by-hand', 1, 'context.noted/1', '') RETURNING notification_id"
)
WAITING = "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = 'stored_events'::regclass"


@pytest.fixture
def where(database_url: str) -> Database:
    """A ledger with one fact."""
    made = locate(database_url)
    with created(made) as store:
        add(store, note("first"))
    return made


def numbers(url: str) -> list[int]:
    """The numbers of the facts as any reader sees them."""
    return [seq for (seq,) in ask(url, "SELECT seq FROM facts ORDER BY seq")]


def recorded(where: Database, *ids: str) -> list[int]:
    """Record facts; their numbers."""
    with opened(where) as store:
        return [fact.seq for fact in add(store, *(note(id_) for id_ in ids)).facts]


def test_a_writer_waits_for_it(where: Database, database_url: str) -> None:
    """As long as it is not decided what becomes of a row by hand, no later number is given; when
    it is given up, its number is given to the next fact.
    """
    with psycopg.connect(database_url) as by_hand, ThreadPoolExecutor() as others:
        assert by_hand.execute(INSERT).fetchone() == (2,)
        writer = others.submit(recorded, where, "a", "b")
        until(lambda: ask(database_url, WAITING) == [(1,)])
        assert numbers(database_url) == [1]
        by_hand.rollback()
        assert writer.result(60) == [2, 3]
    assert numbers(database_url) == [1, 2, 3]


def test_one_that_is_committed_is_noticed(where: Database, database_url: str) -> None:
    """Even if it looks as if lsledger had made it: the next writer records nothing on top of it,
    and says that somebody was there.
    """
    with opened(where) as store:
        decided = book.record(store, [note("by-hand")], actor=ACTOR, now=NOW, dry_run=True)
    made = stored_event(decided.facts[0])
    with psycopg.connect(database_url) as by_hand, ThreadPoolExecutor() as others:
        by_hand.execute(
            "INSERT INTO stored_events (originator_id, originator_version, topic, state) "
            "VALUES (%s, %s, %s, %s)",
            (made.originator_id, made.originator_version, made.topic, made.state),
        )
        writer = others.submit(recorded, where, "a")
        until(lambda: ask(database_url, WAITING) == [(1,)])
        by_hand.commit()
        with pytest.raises(DamagedError, match="changed from outside: 1 facts were recorded, 2"):
            writer.result(60)
    assert numbers(database_url) == [1, 2]


def test_it_waits_for_a_writer(where: Database, database_url: str) -> None:
    """A row by hand comes after the facts of a writer who was there before, not among them."""
    with opened(where) as store, psycopg.connect(database_url) as by_hand:
        drafts = [note("a"), note("b", "리튬")]
        decided = book.record(store, drafts, actor=ACTOR, now=NOW, dry_run=True)
        with ThreadPoolExecutor() as others:
            with store.writing() as writer:
                writer.append([stored_event(fact) for fact in decided.facts])
                inserted = others.submit(by_hand.execute, INSERT)
                until(lambda: ask(database_url, WAITING) == [(1,)])
                assert numbers(database_url) == [1]
            assert inserted.result(60).fetchone() == (4,)
        by_hand.rollback()
    assert numbers(database_url) == [1, 2, 3]


def test_what_fails_leaves_no_gap(where: Database, database_url: str) -> None:
    """The numbers that a transaction took and did not keep are given again."""
    with opened(where) as store:
        drafts = [note(f"n-{number}") for number in range(3)]
        decided = book.record(store, drafts, actor=ACTOR, now=NOW, dry_run=True)
        with pytest.raises(DamagedError), store.writing() as writer:
            writer.append([stored_event(fact) for fact in (*decided.facts, *decided.facts)])
        with pytest.raises(NotOpenedError):
            add(store, note("b"), draft("contract.completed", "none", on="2026"))
        add(store, note("c"))
    assert numbers(database_url) == [1, 2]


def test_many_writers_beside_it(where: Database, database_url: str) -> None:
    """While four processes record, somebody adds rows by hand and gives each of them up; readers
    see every number in its order, and the record is as if nobody had been there.
    """
    writers, rounds = 4, 6
    total = 1 + writers * rounds * 2 + rounds
    recording = [
        start(processes.RECORDING, database_url, number, rounds, number % 2 == 0)
        for number in range(writers)
    ]
    reading = [start(code, database_url, total) for code in (processes.READING, processes.TAILING)]
    done, given = Event(), []

    def by_hand() -> None:
        with psycopg.connect(database_url) as connection:
            while not done.is_set():
                given.extend(connection.execute(INSERT).fetchall())
                connection.rollback()

    with ended([*recording, *reading]), ThreadPoolExecutor() as others:
        begin([*reading, *recording])
        hand = others.submit(by_hand)
        try:
            for process in (*recording, *reading):
                told(process)
        finally:
            done.set()
        hand.result(60)
    assert len(given) > rounds
    assert [json.loads(data)["seq"] for data in bytes_of(where)] == list(range(1, total + 1))
    with opened(where) as store:
        catch_up(store, TODAY)
    assert ask(database_url, "SELECT count(*) FROM ledger_views.view_log") == [(total,)]
