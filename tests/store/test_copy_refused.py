"""What `copy` refuses: another record at the target, a source that was changed, no such place."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from ledger import copy, copy_source, copy_target
from ledger.copy_errors import OtherRecordError
from ledger.database import Database, locate
from ledger.errors import DamagedError, LedgerMissingError, NotALedgerError
from ledger.evidence import archive
from ledger.evidence.errors import InconsistentError
from ledger.sqlite.file import SqliteFile
from ledger.store import created
from tests.store.copies import (
    BACKENDS,
    PAIRS,
    NewPlace,
    added,
    command,
    copied,
    everything,
    places,
    signed,
    with_notes,
)
from tests.store.ledgers import add, execute, note


@pytest.fixture
def new(tmp_path: Path, postgres: str) -> Iterator[NewPlace]:
    """Gives places at which nothing is yet."""
    with places(tmp_path, postgres) as made:
        yield made


@pytest.mark.parametrize("backend", BACKENDS)
def test_somebody_records_in_the_target_meanwhile(
    new: NewPlace, monkeypatch: pytest.MonkeyPatch, backend: str
) -> None:
    """The copy ends there, and the other one's fact stays."""
    monkeypatch.setattr(copy, "MOST_FACTS", 2)
    source, target = with_notes(new(backend), "a", "b", "c", "d", "e"), new(backend)

    def recording(what: str, done: int, _of: int) -> None:
        if (what, done) == ("Copying facts", 2):
            added(target, "theirs")

    with pytest.raises(OtherRecordError, match="somebody else records in it"):
        copy.copied(source, target, recording)
    assert [stream for _, stream, *_ in everything(target).facts] == [
        *("context:a", "context:b", "context:theirs"),
    ]


def other_facts(source: Database, target: Database) -> None:
    """Both began alike."""
    copied(source, target)
    added(source, "c", "d")
    added(target, "z", "d")


def gone_beyond(source: Database, target: Database) -> None:
    """The copy is used now, and the source no more."""
    copied(source, target)
    added(target, "c")


def signed_otherwise(source: Database, target: Database) -> None:
    """Each has signed the same facts by a key of its own."""
    copied(source, target)
    signed(source, 1)
    signed(target, 2)


def all_others(_source: Database, target: Database) -> None:
    """They have nothing to do with each other."""
    with_notes(target, "z")


@pytest.mark.parametrize(("here", "there"), PAIRS)
@pytest.mark.parametrize(
    ("prepare", "told"),
    [
        (other_facts, "fact #3 differs"),
        (gone_beyond, "it holds 3 facts, and 2 are to be copied"),
        (signed_otherwise, "its checkpoints differ"),
        (all_others, "fact #1 differs"),
    ],
)
def test_a_target_with_something_else_is_refused(
    new: NewPlace, here: str, there: str, prepare: Callable[[Database, Database], None], told: str
) -> None:
    """Nothing is changed in it, and it is said what it has that is not the source's."""
    source, target = with_notes(new(here), "a", "b"), new(there)
    prepare(source, target)
    before = everything(target)
    with pytest.raises(OtherRecordError, match=told) as refused:
        copied(source, target)
    assert str(target) in refused.value.what
    assert everything(target) == before


def test_a_file_is_not_copied_to_itself(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither by its own name nor by others."""
    monkeypatch.chdir(tmp_path)
    with_notes(locate("원장.db"), "a")
    (tmp_path / "link.db").symlink_to("원장.db")
    (tmp_path / "hard.db").hardlink_to("원장.db")
    before = everything(locate("원장.db"))
    for name in ("원장.db", "./원장.db", "sqlite:///원장.db", "link.db", "hard.db"):
        assert command("copy", "원장.db", name) == 2
        assert "error[usage]: 원장.db cannot be copied to itself" in capsys.readouterr().err
    assert everything(locate("원장.db")) == before


def test_a_database_is_not_copied_to_itself(new: NewPlace) -> None:
    """By its own name it is refused; by another one it holds all of itself already."""
    source = with_notes(new("postgresql"), "a")
    assert command("copy", source, source) == 2
    other = locate(f"{source}&application_name=another")
    assert copied(source, other).nothing
    assert len(everything(source).facts) == 1


@pytest.mark.parametrize("backend", BACKENDS)
def test_a_source_that_is_missing(tmp_path: Path, new: NewPlace, backend: str) -> None:
    """Nothing is made at the target."""
    target = tmp_path / "target.db"
    with pytest.raises(LedgerMissingError):
        copied(new(backend), locate(str(target)))
    assert not target.exists()


def test_a_target_in_no_folder_or_database(
    tmp_path: Path, new: NewPlace, capsys: pytest.CaptureFixture[str]
) -> None:
    """It is said what is missing; a password is not said."""
    source = with_notes(new("sqlite"), "a")
    gone = f"{new('postgresql')}".replace("/ledger_", "/gone_")
    for name, code in (
        (tmp_path / "none" / "x.db", "store"),
        (gone, "ledger-missing"),
        ("postgresql://kim:geheim@127.0.0.1:1/x", "server-unreachable"),
    ):
        assert command("copy", source, name) == 1
        told = capsys.readouterr().err
        assert f"error[{code}]" in told
        assert "geheim" not in told
    assert not (tmp_path / "none").exists()


def test_something_else_at_the_target_is_left_alone(tmp_path: Path, new: NewPlace) -> None:
    """A folder, a text, a file of another program."""
    source = with_notes(new("sqlite"), "a")
    text, folder, foreign = (tmp_path / name for name in ("text", "folder", "foreign"))
    text.write_text("말\n" * 999, "utf-8")
    folder.mkdir()
    with closing(sqlite3.connect(foreign)) as db, db:
        db.execute("CREATE TABLE stored_events (x)")
        db.execute("CREATE TABLE notes (x)")
    for path in (text, folder, foreign):
        before = path.read_bytes() if path.is_file() else b""
        with pytest.raises(NotALedgerError):
            copied(source, locate(str(path)))
        assert (path.read_bytes() if path.is_file() else b"") == before
    assert not list(folder.iterdir())


TAMPERED = {
    "bytes": (
        "UPDATE stored_events SET state = CAST(replace(state, 'd', 'e') AS BLOB) WHERE rowid = 3",
        "its first 4 facts are not those that were recorded",
    ),
    "a text": ("UPDATE stored_events SET state = CAST(state AS TEXT) WHERE rowid = 3", "#3"),
    "the last is gone": (
        "DELETE FROM stored_events WHERE rowid = 5",
        "5 facts were recorded, 4 are there",
    ),
    "one is gone": ("DELETE FROM stored_events WHERE rowid = 2", "#2 is missing"),
    "one more": (
        "INSERT INTO stored_events SELECT 'context:z', 1, topic, state FROM stored_events LIMIT 1",
        "5 facts were recorded, 6 are there",
    ),
    "tiles": ("UPDATE tiles SET hashes = CAST(zeroblob(160) AS BLOB)", "its first 2 facts"),
    "a document": (
        "UPDATE documents SET data = CAST('말' AS BLOB)",
        "is not what was archived",
    ),
}


@pytest.mark.parametrize("how", TAMPERED)
def test_a_source_that_was_changed_from_outside(
    new: NewPlace, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    """It is not copied as if it were in order: at most what comes before, and that is in order."""
    monkeypatch.setattr(copy, "MOST_FACTS", 2)
    statement, told = TAMPERED[how]
    source, target = new("sqlite"), new("sqlite")
    assert isinstance(source, SqliteFile)
    with created(source) as store:
        add(store, *map(note, "abcde"))
        with store.transaction() as cursor:
            archive.keep(cursor, "보도".encode())
    before = everything(source).facts
    with closing(sqlite3.connect(source.path)) as db:
        triggers = db.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall()
    for (name,) in triggers:
        execute(source, f"DROP TRIGGER {name}")
    execute(source, statement)
    with pytest.raises(DamagedError, match=told):
        copied(source, target)
    if copy_target.is_there(target):
        there = everything(target).facts
        assert there == before[: len(there)]
        assert len(there) < len(before)
        assert command("verify", ledger=target) == 0


def test_a_damaged_source_is_named(new: NewPlace, monkeypatch: pytest.MonkeyPatch) -> None:
    """While the target is compared, it is the source that cannot be read, and that is told."""
    monkeypatch.setattr(copy_source, "PAGE", 10)
    source, target = with_notes(new("sqlite"), *(f"n-{at}" for at in range(300))), new("sqlite")
    assert isinstance(source, SqliteFile)
    copied(source, target)
    with closing(sqlite3.connect(source.path)) as db:
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    data = source.path.read_bytes()
    page = data.index(b"context:n-150") // 4096 * 4096
    source.path.write_bytes(data[:page] + b"\xff" * 4096 + data[page + 4096 :])
    with pytest.raises(DamagedError) as refused:
        copied(source, target)
    assert str(source) in refused.value.what


def test_a_source_that_was_cut_short(new: NewPlace) -> None:
    """A checkpoint that signed more facts than are there is not left behind in silence."""
    source, target = with_notes(new("sqlite"), "a", "b"), new("sqlite")
    assert isinstance(source, SqliteFile)
    signed(source, 1)
    execute(source, "DROP TRIGGER facts_are_never_deleted")
    execute(source, "DELETE FROM stored_events WHERE rowid = 2")
    execute(source, "UPDATE tiles SET hashes = substr(hashes, 1, 32)")
    with pytest.raises(InconsistentError, match="holds 1 facts, and a checkpoint of 2"):
        copied(source, target)
    assert not copy_target.is_there(target)


def test_a_copy_that_was_changed_from_outside(new: NewPlace) -> None:
    """The facts of the target are read as they are, whatever its tree says."""
    source, target = with_notes(new("sqlite"), "a", "b", "c"), new("sqlite")
    assert isinstance(target, SqliteFile)
    copied(source, target)
    execute(target, "DROP TRIGGER facts_are_never_changed")
    execute(target, "UPDATE stored_events SET state = x'7b7d' WHERE rowid = 2")
    with pytest.raises(OtherRecordError, match="fact #2 differs"):
        copied(source, target)


def test_a_copy_that_is_changed_while_it_is_made(new: NewPlace) -> None:
    """In the end the facts are hashed anew as they are stored."""
    source, target = with_notes(new("sqlite"), "a", "b", "c"), new("sqlite")

    def changing(what: str, _done: int, _of: int) -> None:
        if what == "Copying facts":
            assert isinstance(target, SqliteFile)
            execute(target, "DROP TRIGGER facts_are_never_changed")
            execute(target, "UPDATE stored_events SET state = x'7b7d' WHERE rowid = 2")

    with pytest.raises(DamagedError, match="it does not hold what was copied"):
        copy.copied(source, target, changing)
