"""`export facts --as cloudevents`: each line read with the CloudEvents SDK, against the record."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest
from cloudevents.core.formats.json import JSONFormat
from cloudevents.core.v1.event import CloudEvent

from ledger import history
from ledger.codec import encode
from projections.exports.cloud_events import source_of
from tests.cli.console import Console
from tests.exports.portfolio import NOW
from tests.exports.whole import LONG, Whole


def read(path: Path) -> list[CloudEvent]:
    """The events in a file."""
    found = [JSONFormat().read(CloudEvent, line) for line in path.read_bytes().splitlines()]
    assert all(isinstance(event, CloudEvent) for event in found)
    return [event for event in found if isinstance(event, CloudEvent)]


def test_the_sdk_reads_every_fact(everything: Whole, tmp_path: Path) -> None:
    """Attributes are the fact's own, and the data is the stored fact."""
    path = tmp_path / "events.jsonl"
    assert everything("export", "facts", "--as", "cloudevents", "-o", str(path)) == 0
    with everything.where.reading() as connection:
        facts = list(history.facts(connection))
    events = read(path)
    for event, fact in zip(events, facts, strict=True):
        assert event.get_specversion() == "1.0"
        assert event.get_id() == fact.ref
        assert event.get_source() == source_of(encode(facts[0]))
        assert event.get_type() == f"lsledger.{fact.type}.v{fact.content.VERSION}"
        assert event.get_subject() == fact.stream
        assert event.get_time() == fact.recorded_at
        assert event.get_datacontenttype() == "application/json"
        assert event.get_data() == json.loads(encode(fact))
    assert len({(event.get_source(), event.get_id()) for event in events}) == len(facts)


def test_the_data_is_the_stored_fact_byte_for_byte(everything: Whole, tmp_path: Path) -> None:
    """So that a proof of the record still fits it; Korean texts and long ones among them."""
    path = tmp_path / "events.jsonl"
    assert everything("export", "facts", "--as", "cloudevents", "-o", str(path)) == 0
    with everything.where.reading() as connection:
        stored = list(history.stored(connection))
    lines = path.read_bytes().splitlines()
    assert [line.partition(b',"data":')[2][:-1] for line in lines] == stored
    assert LONG.encode() in path.read_bytes()


def test_the_partial_date_is_in_the_data(everything: Whole, tmp_path: Path) -> None:
    """What happened in 2026, who knows when, has its date in the data; `time` is of recording."""
    path = tmp_path / "events.jsonl"
    assert everything("export", "facts", "--as", "cloudevents", "-o", str(path)) == 0
    event = next(e for e in read(path) if e.get_id() == "contract:hard-supply@1")
    data = event.get_data()
    assert isinstance(data, dict)
    assert data["on"] == "2026"
    assert event.get_time() == NOW


def record(ledger: Console, name: str, *words: str) -> None:
    """Record a company."""
    ran = ledger("record", "company.registered", name, "--name", "=회사 🔋", *words)
    assert ran.code == 0, ran


def test_ids_and_source_never_change(ledger: Console) -> None:
    """Events that were written before are written again just so, also from a restored copy."""
    record(ledger, "acme")
    before = ledger("export", "facts", "--as", "cloudevents").out
    ledger.now += timedelta(days=1)
    record(ledger, "beta")
    after = ledger("export", "facts", "--as", "cloudevents").out
    assert after.startswith(before)
    assert after.count("\n") == 2
    assert ledger("export", "facts", "-o", "f.jsonl").code == 0
    assert ledger("--ledger", "again.db", "init", "--restore", "f.jsonl").code == 0
    again = ledger("--ledger", "again.db", "export", "facts", "--as", "cloudevents").out
    assert again == after


def test_a_cut_leaves_events_out(ledger: Console) -> None:
    """What was recorded later is not there."""
    record(ledger, "acme")
    record(ledger, "beta")
    out = ledger("export", "facts", "--as", "cloudevents", "--known-at", "#1").out
    assert [json.loads(line)["subject"] for line in out.splitlines()] == ["company:acme"]


def test_nothing_gives_no_events_and_a_retraction_gives_one(ledger: Console) -> None:
    """An empty ledger is an empty file; what was retracted stays, and so does the retraction."""
    assert ledger("export", "facts", "--as", "cloudevents", "-o", "e.jsonl").code == 0
    assert Path("e.jsonl").read_bytes() == b""
    record(ledger, "acme")
    assert ledger("retract", "company:acme@1", "--reason", "misread").code == 0
    assert ledger("export", "facts", "--as", "cloudevents", "-o", "e.jsonl").code == 0
    types = [event.get_type() for event in read(Path("e.jsonl"))]
    assert types == ["lsledger.company.registered.v1", "lsledger.fact.retracted.v1"]


@pytest.mark.parametrize(
    "words",
    [
        "facts --as cloudevents -o x.csv",
        "facts --as cloudevents --format json",
        "facts --as cloudevents --company acme",
        "facts --as cloudevents --with-evidence",
        "facts --as protobuf",
        "log --as cloudevents",
    ],
)
def test_what_events_cannot_be_is_refused(words: str, ledger: Console) -> None:
    """The error says so, and nothing is written."""
    ran = ledger("export", *words.split())
    assert ran.code == 2
    assert ran.out == ""
    assert not Path("x.csv").exists()
