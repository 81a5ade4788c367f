"""What recording guarantees: an unbroken sequence, and times that never go backwards."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest

from benchmarks.synthetic import generate
from cli.main import run
from cli.settings import Settings
from ledger import book, kept, streams, timeline, timelines
from ledger.envelope import Draft
from ledger.errors import NotOpenedError, QuoteError
from ledger.evidence import archive
from ledger.intake import jsonl_file
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


def test_a_timeline_that_was_let_go_of_is_read_again(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However few timelines are held, the same facts come of an input, in a dry run too."""
    drafts = [jsonl_file.draft_of_object(json.dumps(fact), "synthetic") for fact in generate(400)]
    with opened(room.empty("roomy.db")) as store:
        book.record(store, drafts, actor=ACTOR, now=NOW)
        whole = list(store.facts())
    monkeypatch.setattr(timelines, "MOST_HELD", 5)
    monkeypatch.setattr(timelines, "FEWEST_HELD", 1)
    monkeypatch.setattr(timelines, "CHUNK", 7)
    monkeypatch.setattr(kept, "MOST_KEPT", 10)
    where = room.empty("narrow.db")
    with opened(where) as store:
        dry = book.record(store, drafts, actor=ACTOR, now=NOW, dry_run=True)
        assert (store.last(), dry.new, list(dry.facts)) == (None, len(drafts), whole)
        done = book.record(store, drafts, actor=ACTOR, now=NOW)
        assert (done.new, list(done.facts)) == (len(drafts), whole[:10])
        assert list(store.facts()) == whole
        again = book.record(store, drafts, actor=ACTOR, now=NOW)
        assert (again.new, again.known) == (0, len(drafts))
    assert is_sound(where)


def test_a_long_stream_is_not_folded_again_for_each_fact(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of 1,500 facts, every tenth of which comes late, each is folded a few times and no more."""
    folded = []

    def evolve(state: Any, fact: Any) -> Any:
        folded.append(fact.seq)
        return streams.evolve(state, fact)

    monkeypatch.setattr(timeline, "evolve", evolve)
    days = [date(2016, 1, 1) + timedelta(days=n) for n in range(1_500)]
    for late in range(10, 1_500, 10):
        days[late - 3], days[late] = days[late], days[late - 3]
    drafts = [note("long", f"s {n}", on=day.isoformat()) for n, day in enumerate(days)]
    where = room.empty("long.db")
    with opened(where) as store:
        assert add(store, *drafts).new == 1_500
    assert len(folded) < 4 * 1_500
    assert is_sound(where)


def test_a_timeline_that_was_let_go_of_while_it_was_decided(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A source's document is exchanged, for which all who quote it are looked at: its next facts
    are decided by the new one, however few timelines are held.
    """
    monkeypatch.setattr(timelines, "MOST_HELD", 5)
    monkeypatch.setattr(timelines, "FEWEST_HELD", 1)
    first, second = "처음 말. 같은 말.".encode(), "나중 말. 같은 말.".encode()
    stated = {"media_type": "text/plain", "sha256": archive.digest(second)}
    registered = {"title": "보도", "publisher": "신문", "published": "2026-01-01"}
    documented = {"sha256": archive.digest(first), "media_type": "text/plain"}
    quoting = [note(f"n-{at}", source="s", quote="같은 말") for at in range(12)]

    def correction(reason: str, **changes: str) -> Draft:
        return draft("fact.corrected", None, ref="source:s@1", set=changes, reason=reason)

    exchanged = [correction("다시 읽음", title="제목"), correction("새 문서", **stated)]
    where = room.empty()

    def recorded(*drafts: Draft, document: bytes) -> book.Recorded:
        with opened(where) as store:
            return book.record(store, drafts, actor=ACTOR, now=NOW, documents=[document])

    source = draft("source.registered", "s", **registered, **documented)
    recorded(source, *quoting, document=first)
    with pytest.raises(QuoteError):
        recorded(*exchanged, note("z", source="s", quote="처음 말"), document=second)
    made = recorded(*exchanged, note("z", source="s", quote="나중 말"), document=second)
    assert [fact.ref for fact in made.facts] == ["source:s@2", "source:s@3", "context:z@1"]
