"""What recording guarantees: an unbroken sequence, and times that never go backwards."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone

import pytest

from cli.main import run
from cli.settings import Settings
from ledger.errors import NotOpenedError
from ledger.store import opened
from projections import catch_up
from tests.outside import contents
from tests.rooms import Room
from tests.store.ledgers import (
    ACTOR,
    NOW,
    add,
    bytes_of,
    draft,
    is_sound,
    make,
    note,
    program,
    rebuilt,
    tables_of,
)


def test_recorded_times_never_go_backwards(room: Room) -> None:
    """When the clock is set back, facts keep the time of the one before until it catches up."""
    where = make(room, note("a"))
    with opened(where) as store:
        (back,) = add(store, note("b"), now=NOW - timedelta(days=400)).facts
        (after,) = add(store, note("c"), now=NOW + timedelta(seconds=1)).facts
    assert back.recorded_at == NOW
    assert after.recorded_at == NOW + timedelta(seconds=1)


def test_recorded_times_are_utc(room: Room) -> None:
    """A clock in Seoul and one in Greenwich give the same bytes."""
    seoul = NOW.astimezone(timezone(timedelta(hours=9)))
    stored = []
    for name, now in (("utc.db", NOW), ("seoul.db", seoul)):
        where = make(room, name=name)
        with opened(where) as store:
            add(store, note("a"), now=now)
        stored += bytes_of(where)
    assert stored[0] == stored[1]
    assert b'"recorded_at":"2026-03-04T09:30:00.000000Z"' in stored[0]


def test_the_sequence_has_no_gaps_after_refusals(room: Room) -> None:
    """Refused batches use up no numbers, neither in the ledger nor in a stream."""
    where = make(room, note("a"))
    with opened(where) as store:
        for _ in range(3):
            with pytest.raises(NotOpenedError):
                add(store, note("a", "two"), draft("plant.closed", "none", on="2026"))
        (fact,) = add(store, note("a", "three")).facts
    assert (fact.seq, fact.version) == (2, 2)
    assert is_sound(where)


def test_a_dry_run_stores_nothing(room: Room) -> None:
    """The ledger is byte for byte as it was."""
    where = make(room, note("a"))
    before = contents(where)
    settings = Settings(ledger=str(where), actor=ACTOR, clock=lambda: NOW)
    fact = ["context.noted", "b", "--on", "2025", "--subject", "market"]
    said = ["--about", "world", "--statement", "s", "--dry-run"]
    assert run(["record", *fact, *said], settings) == 0
    assert contents(where) == before


def test_the_same_facts_at_the_same_time_give_the_same_bytes(room: Room) -> None:
    """Whatever the size of the batches, nothing of the machine enters a fact."""
    drafts = [note(f"n-{number}") for number in range(7)]
    one = make(room, *drafts, name="one.db")
    several = make(room, name="several.db")
    for begin in range(0, 7, 3):
        with opened(several) as store:
            add(store, *drafts[begin : begin + 3])
    assert bytes_of(one) == bytes_of(several)


def test_more_facts_than_a_chunk_are_one_transaction(room: Room) -> None:
    """1,201 facts are handed over in chunks, and are all there or not at all."""
    drafts = [note(f"n-{number % 200}", f"s {number}") for number in range(1_201)]
    where = make(room)
    with opened(where) as store:
        with pytest.raises(NotOpenedError):
            add(store, *drafts, draft("plant.closed", "none", on="2026"))
        assert store.last() is None
        assert len(add(store, *drafts).facts) == 1_201
        catch_up.catch_up(store, NOW.date())
    assert is_sound(where)
    assert tables_of(where) == rebuilt(where)


@pytest.mark.parametrize(
    "environment",
    [
        {"PERSISTENCE_MODULE": "eventsourcing.popo"},
        {"PERSISTENCE_MODULE": "no.such.module", "LSLEDGER_PERSISTENCE_MODULE": "no.such.module"},
        {"SQLITE_DBNAME": ":memory:"},
        {"SQLITE_DBNAME": "/nowhere/at/all.db", "LSLEDGER_SQLITE_DBNAME": "/nowhere/at/all.db"},
        {"CREATE_TABLE": "no", "SQLITE_LOCK_TIMEOUT": "x"},
        {"ORIGINATOR_ID_TYPE": "uuid"},
        {"MAPPER_TOPIC": "no.such:Mapper", "COMPRESSOR_TOPIC": "zlib", "CIPHER_KEY": "no key"},
        {"IS_SNAPSHOTTING_ENABLED": "y", "AGGREGATE_CACHE_MAXSIZE": "x"},
        {"PROCESS_RECORDER_TOPIC": "no.such:Recorder", "DEEPCOPY_FROM_AGGREGATE_CACHE": "x"},
    ],
)
def test_the_environment_changes_nothing(room: Room, environment: dict[str, str]) -> None:
    """Settings of the library in os.environ neither move the ledger nor change its bytes."""
    where = room.url()
    fact = ["context.noted", "a", "--on", "2025", "--subject", "market", "--about", "world"]
    for args in (["init"], ["record", *fact, "--statement", "s"], ["context"]):
        done = program("--ledger", where, *args, env=environment, cwd=room.folder)
        assert (done.returncode, done.stderr.count("error")) == (0, 0), done.stderr
    assert all(path.name.startswith("ledger.db") for path in room.folder.iterdir())
    (fact,) = map(json.loads, bytes_of(room.place()))
    assert (fact["stream"], fact["content"]["statement"]) == ("context:a", "s")


def test_the_moment_is_the_clock_of_the_settings(room: Room) -> None:
    """The time enters at the edge and nowhere else."""
    where = make(room)
    moment = datetime(1999, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC)
    settings = Settings(ledger=str(where), actor=ACTOR, clock=lambda: moment)
    args = ["record", "source.registered", "a", "--title", "T", "--published", "1999"]
    assert run(args, settings) == 0
    assert b'"recorded_at":"1999-12-31T23:59:59.999999Z"' in bytes_of(where)[0]
