"""`init --restore` makes the same ledger again from an export, or none."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from cli.main import run
from cli.settings import Settings
from ledger.database import Database
from ledger.errors import LedgerMissingError
from ledger.store import opened
from tests.rooms import Room
from tests.store.ledgers import (
    NOW,
    TODAY,
    add,
    bytes_of,
    caught_up,
    draft,
    make,
    note,
    rebuilt,
)

Lines = list[bytes]


@pytest.fixture
def original(room: Room) -> Database:
    """A ledger of several recordings by the clock of different days."""
    where = make(
        room,
        draft("source.registered", "s", title="보도자료", published="2025-12"),
        draft("company.registered", "c", name="C", local_names=["씨"]),
        draft("plant.operating", "p", on="2025", stage="metal", company="c", source="s"),
        name="original.db",
    )
    with opened(where) as store:
        add(store, note("a", quote="verbatim"), now=NOW + timedelta(hours=5))
        add(store, draft("plant.closed", "p", on="2027-01-01"), now=NOW + timedelta(days=9))
    return where


def exported(where: Database, path: Path) -> Lines:
    """The lines of `export facts`, which are also in the file."""
    assert run(["export", "facts", "-o", str(path)], settings(where)) == 0
    return path.read_bytes().splitlines(keepends=True)


def settings(where: Database) -> Settings:
    """Somebody else's settings, on a later day."""
    return Settings(ledger=str(where), actor="else", clock=lambda: NOW + timedelta(days=99))


def restored(room: Room, lines: Lines) -> tuple[int, Database]:
    """The exit code of restoring from the lines, and where the ledger would be."""
    path = room.folder / "lines.jsonl"
    path.write_bytes(b"".join(lines))
    where = room.place("restored.db")
    return run(["init", "--restore", str(path)], settings(where)), where


def test_the_same_bytes_and_the_same_views(room: Room, original: Database) -> None:
    """Facts, recorded times and actors are the original's, and so is what the views show."""
    code, copy = restored(room, exported(original, room.folder / "facts.jsonl"))
    assert code == 0
    assert bytes_of(copy) == bytes_of(original)
    with original.reading() as one, copy.reading() as other:
        everything = "SELECT * FROM facts ORDER BY seq"
        assert one.execute(everything).fetchall() == other.execute(everything).fetchall()
    later = TODAY + timedelta(days=99)
    assert caught_up(copy, later) == caught_up(original, later) == rebuilt(original, later)


def test_a_restored_ledger_goes_on(room: Room, original: Database) -> None:
    """It is protected, and takes the next fact."""
    _, copy = restored(room, exported(original, room.folder / "facts.jsonl"))
    with opened(copy) as store:
        (fact,) = add(store, note("a", "more")).facts
    assert (fact.seq, fact.version) == (6, 2)
    assert fact.recorded_at == NOW + timedelta(days=9)  # not before the last one's
    with copy.reading() as connection:
        assert copy.protected(connection)


def test_more_facts_than_a_chunk(room: Room) -> None:
    """All chunks of a restore are one ledger."""
    first = make(room, *(note(f"n-{number % 300}", f"s {number}") for number in range(1_100)))
    code, copy = restored(room, exported(first, room.folder / "facts.jsonl"))
    assert code == 0
    assert bytes_of(copy) == bytes_of(first)


def test_an_export_of_a_restored_ledger_is_the_same_file(room: Room, original: Database) -> None:
    """There and back and there again."""
    lines = exported(original, room.folder / "facts.jsonl")
    _, copy = restored(room, lines)
    assert exported(copy, room.folder / "again.jsonl") == lines


def swapped(lines: Lines) -> Lines:
    """Two lines in the wrong order."""
    return [*lines[:3], lines[4], lines[3]]


TAMPERED: dict[str, Callable[[Lines], Lines]] = {
    "nothing": lambda _: [],
    "first line missing": lambda lines: lines[1:],
    "middle line missing": lambda lines: lines[:2] + lines[3:],
    "swapped": swapped,
    "twice": lambda lines: [*lines, lines[-1]],
    "first line twice": lambda lines: [lines[0], *lines],
    "half a line": lambda lines: [*lines[:-1], lines[-1][:40]],
    "a line of something else": lambda lines: [*lines, b"{}\n"],
    "not JSON": lambda lines: [b"PK\x03\x04", *lines],
    "other spacing": lambda lines: [json.dumps(json.loads(lines[0])).encode(), *lines[1:]],
    "number changed": lambda lines: [lines[0].replace(b'"seq":1', b'"seq":2'), *lines[1:]],
    "reference changed": lambda lines: [lines[0].replace(b"source:s@1", b"source:t@1"), *lines[1:]],
    "stream changed": lambda lines: [
        *lines[:4],
        lines[4].replace(b'"stream":"plant:p"', b'"stream":"plant:q"'),
    ],
    "time set back": lambda lines: [*lines[:4], lines[4].replace(b"2026-03-13T", b"2026-03-01T")],
    "time in another zone": lambda lines: [
        lines[0].replace(b"09:30:00.000000Z", b"18:30:00.000000+09:00"),
        *lines[1:],
    ],
    "unknown type": lambda lines: [*lines[:4], lines[4].replace(b"plant.closed", b"plant.moved")],
    "unknown field": lambda lines: [*lines[:4], lines[4].replace(b"{}}", b'{"x":1}}')],
    "escape in the actor": lambda lines: [lines[0].replace(b"kim@", b"\\u001bkim@"), *lines[1:]],
    "type of another stream": lambda lines: [*lines[:4], lines[4].replace(b"plant:p", b"source:p")],
}


@pytest.mark.parametrize("how", TAMPERED)
def test_what_is_not_an_untouched_export_is_refused(
    room: Room, original: Database, capsys: pytest.CaptureFixture[str], how: str
) -> None:
    """The line is named and nothing is left behind."""
    lines = exported(original, room.folder / "facts.jsonl")
    changed = TAMPERED[how](lines)
    assert changed != lines
    capsys.readouterr()
    code, copy = restored(room, changed)
    assert code != 0
    assert "lines.jsonl" in capsys.readouterr().err
    with pytest.raises(LedgerMissingError):
        copy.check()
    assert not list(room.folder.glob("restored*"))


def test_an_existing_ledger_is_left_alone(
    room: Room, original: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    """A restore never goes over what is there, and a failed one does not remove it."""
    lines = exported(original, room.folder / "facts.jsonl")
    there = make(room, note("mine"), name="restored.db")
    before = bytes_of(there)
    assert restored(room, lines)[0] == 1
    assert restored(room, lines[1:])[0] != 0
    assert "error[ledger-exists]" in capsys.readouterr().err
    assert bytes_of(there) == before


def test_a_file_that_cannot_be_read(room: Room, capsys: pytest.CaptureFixture[str]) -> None:
    """A missing file or a folder makes no ledger."""
    where = room.place("new.db")
    for name in (room.folder / "none.jsonl", room.folder):
        assert run(["init", "--restore", str(name)], settings(where)) == 2
        assert "error[file]" in capsys.readouterr().err
    assert list(room.folder.iterdir()) == []
    with pytest.raises(LedgerMissingError):
        where.check()
