"""`init --restore` makes the same ledger again from an export, or none."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from cli.main import run
from cli.settings import Settings
from ledger.sqlite.file import SqliteFile
from ledger.store import opened
from tests.store.ledgers import (
    NOW,
    TODAY,
    add,
    bytes_of,
    caught_up,
    draft,
    located,
    make,
    note,
    rebuilt,
)

Lines = list[bytes]


@pytest.fixture
def original(tmp_path: Path) -> SqliteFile:
    """A ledger of several recordings by the clock of different days."""
    where = make(
        tmp_path,
        draft("source.registered", "s", title="보도자료", published="2025-12"),
        draft("company.registered", "c", name="C", local_names=["씨"]),
        draft("plant.operating", "p", on="2025", stage="metal", company="c", source="s"),
        name="original.db",
    )
    with opened(where) as store:
        add(store, note("a", quote="verbatim"), now=NOW + timedelta(hours=5))
        add(store, draft("plant.closed", "p", on="2027-01-01"), now=NOW + timedelta(days=9))
    return where


def exported(where: SqliteFile, path: Path) -> Lines:
    """The lines of `export facts`, which are also in the file."""
    assert run(["export", "facts", "-o", str(path)], settings(where)) == 0
    return path.read_bytes().splitlines(keepends=True)


def settings(where: SqliteFile) -> Settings:
    """Somebody else's settings, on a later day."""
    return Settings(ledger=str(where.path), actor="else", clock=lambda: NOW + timedelta(days=99))


def restored(tmp_path: Path, lines: Lines) -> tuple[int, SqliteFile]:
    """The exit code of restoring from the lines, and where the ledger would be."""
    path = tmp_path / "lines.jsonl"
    path.write_bytes(b"".join(lines))
    where = located(str(tmp_path / "restored.db"))
    return run(["init", "--restore", str(path)], settings(where)), where


def test_the_same_bytes_and_the_same_views(tmp_path: Path, original: SqliteFile) -> None:
    """Facts, recorded times and actors are the original's, and so is what the views show."""
    code, copy = restored(tmp_path, exported(original, tmp_path / "facts.jsonl"))
    assert code == 0
    assert bytes_of(copy) == bytes_of(original)
    with original.reading() as one, copy.reading() as other:
        everything = "SELECT rowid, * FROM stored_events ORDER BY rowid"
        assert one.execute(everything).fetchall() == other.execute(everything).fetchall()
    later = TODAY + timedelta(days=99)
    assert caught_up(copy, later) == caught_up(original, later) == rebuilt(original, later)


def test_a_restored_ledger_goes_on(tmp_path: Path, original: SqliteFile) -> None:
    """It is protected, and takes the next fact."""
    _, copy = restored(tmp_path, exported(original, tmp_path / "facts.jsonl"))
    with opened(copy) as store:
        (fact,) = add(store, note("a", "more")).facts
    assert (fact.seq, fact.version) == (6, 2)
    assert fact.recorded_at == NOW + timedelta(days=9)  # not before the last one's
    with copy.reading() as connection:
        assert copy.protected(connection)


def test_more_facts_than_a_chunk(tmp_path: Path) -> None:
    """All chunks of a restore are one ledger."""
    first = make(tmp_path, *(note(f"n-{number % 300}", f"s {number}") for number in range(1_100)))
    code, copy = restored(tmp_path, exported(first, tmp_path / "facts.jsonl"))
    assert code == 0
    assert bytes_of(copy) == bytes_of(first)


def test_an_export_of_a_restored_ledger_is_the_same_file(
    tmp_path: Path, original: SqliteFile
) -> None:
    """There and back and there again."""
    lines = exported(original, tmp_path / "facts.jsonl")
    _, copy = restored(tmp_path, lines)
    assert exported(copy, tmp_path / "again.jsonl") == lines


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
    tmp_path: Path, original: SqliteFile, capsys: pytest.CaptureFixture[str], how: str
) -> None:
    """The line is named and no file is left behind."""
    lines = exported(original, tmp_path / "facts.jsonl")
    changed = TAMPERED[how](lines)
    assert changed != lines
    capsys.readouterr()
    code, copy = restored(tmp_path, changed)
    assert code != 0
    assert "lines.jsonl" in capsys.readouterr().err
    assert not list(tmp_path.glob("restored*"))
    assert copy.path.name == "restored.db"


def test_an_existing_ledger_is_left_alone(
    tmp_path: Path, original: SqliteFile, capsys: pytest.CaptureFixture[str]
) -> None:
    """A restore never goes over what is there, and a failed one does not remove it."""
    lines = exported(original, tmp_path / "facts.jsonl")
    there = make(tmp_path, note("mine"), name="restored.db")
    before = bytes_of(there)
    assert restored(tmp_path, lines)[0] == 1
    assert restored(tmp_path, lines[1:])[0] != 0
    assert "error[ledger-exists]" in capsys.readouterr().err
    assert bytes_of(there) == before


def test_a_file_that_cannot_be_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A missing file or a folder makes no ledger."""
    where = located(str(tmp_path / "new.db"))
    for name in (tmp_path / "none.jsonl", tmp_path):
        assert run(["init", "--restore", str(name)], settings(where)) == 2
        assert "error[file]" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []
