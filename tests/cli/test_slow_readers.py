"""What is printed is read before: whoever takes it slowly holds nobody up, and gets it whole."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp

import pytest

from ledger import database
from ledger.database import Database
from ledger.sqlite.file import SqliteFile
from ledger.store import opened
from projections.catch_up import rebuild
from tests.cli.console import Console
from tests.cli.terminal import plain, terminal
from tests.outside import outside
from tests.pool import Pool
from tests.rooms import Room, Shelf
from tests.store.ledgers import (
    PROGRAM,
    PROGRAM_AS_NOBODY,
    TODAY,
    add,
    command,
    draft,
    environment,
    make,
    note,
)

COUNT = 1_100
NOTES = [note(f"n-{number:04}", f"{number} " + "that is said " * 40) for number in range(COUNT)]
LAST = f"context:n-{COUNT - 1}"

LONG = [
    ["log"],
    ["log", "--format", "jsonl"],
    ["context"],
    ["context", "--format", "json"],
    ["context", "--known-at", "#1099", "--format", "csv"],
    ["export", "facts", "--format", "jsonl"],
]
"""Commands that print more than a pipe holds."""


@pytest.fixture
def room(server: Pool | None) -> Iterator[Room]:
    """A folder that others can enter; those of pytest are closed to the user nobody."""
    folder = Path(mkdtemp(prefix="lsledger-test-"))
    folder.chmod(0o755)
    with Room(folder, server) as made:
        yield made
    rmtree(folder)


@contextmanager
def waiting(where: Database, *words: str) -> Iterator[subprocess.Popen[bytes]]:
    """A command whose output waits in a pipe, after its first byte. It may only read a file."""
    code = PROGRAM_AS_NOBODY if isinstance(where, SqliteFile) else PROGRAM
    if isinstance(where, SqliteFile):
        where.path.chmod(0o444)
        where.path.parent.chmod(0o555)
    process = subprocess.Popen(
        command("--ledger", str(where), *words, code=code),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        bufsize=0,
        env=environment(None),
    )
    try:
        assert process.stdout is not None
        assert process.stdout.read(1)
        if isinstance(where, SqliteFile):
            where.path.parent.chmod(0o755)
            where.path.chmod(0o644)
        yield process
    finally:
        process.kill()
        process.communicate()


@pytest.mark.parametrize("words", LONG, ids=" ".join)
def test_others_write_while_a_pipe_is_full(
    room: Room, words: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Given an answer that waits in a pipe, when a fact is retracted and the tables are made anew,
    nobody waits, and the answer is the one of before.
    """
    monkeypatch.setattr(database, "LOCK_TIMEOUT", 5)
    where = make(room, *NOTES)
    with waiting(where, *words) as process:
        before, _ = process.communicate()
    with waiting(where, *words) as process:
        with opened(where) as store:
            add(store, draft("fact.retracted", None, ref=f"{LAST}@1", reason="misread"))
            assert rebuild(store, TODAY) == COUNT + 1
        assert process.poll() is None  # the pipe is full
        after, error = process.communicate()
    assert (process.returncode, error) == (0, b"")
    assert after == before


@pytest.fixture
def damaged(console: Console, shelf: Shelf) -> Console:
    """A ledger of which the last fact, and the last row of each table, cannot be read."""

    def damage() -> None:
        where = make(console.room, *NOTES)
        with outside(where) as tool:
            for view in ("log", "context"):
                change = f"""UPDATE view_{view} SET "on" = 'x' WHERE stream = ?"""
                tool.execute(change, (LAST,))
            change = "UPDATE stored_events SET state = ? WHERE originator_id = ?"
            tool.execute(change, (b"{", LAST))

    shelf.furnish(console.room, "damaged", damage)
    return console


@pytest.mark.parametrize("words", [w for w in LONG if "--known-at" not in w], ids=" ".join)
def test_of_an_answer_that_cannot_be_read_nothing_is_printed(
    damaged: Console, words: list[str]
) -> None:
    """Given damage in the last row, there is the error, and no half of an answer."""
    ran = damaged(*words)
    assert (ran.code, ran.out) == (1, "")
    assert "error[damaged]" in ran.err


def test_on_a_terminal_neither(damaged: Console) -> None:
    """The error stands alone there too."""
    for words in (["log"], ["context"]):
        with terminal("--ledger", str(damaged.where), *words) as screen:
            assert screen.end() == 1
        assert plain(screen.shown).startswith("error[damaged]"), words


def test_a_file_is_told_with_what_was_written(console: Console) -> None:
    """Many rows, and one, are counted as everywhere."""
    make(console.room, *NOTES)
    for words in (["log", "-o", "log.csv"], ["export", "log", "-o", "log.md"]):
        assert console(*words).err == f"Wrote {COUNT:,} rows of log to {words[-1]}.\n"
    assert console("export", "facts", "-o", "f.jsonl").err == f"Wrote {COUNT:,} facts to f.jsonl.\n"
    assert console("log", "--last", "1", "-o", "l.csv").err == "Wrote 1 row of log to l.csv.\n"
