"""A ledger that cannot be written: reading commands work, recording ones say why not.

The user root may write anything, so as root the program becomes the user nobody first.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from ledger.sqlite.file import SqliteFile
from ledger.store import created, opened
from tests.store.ledgers import (
    NEXT,
    PROGRAM_AS_NOBODY,
    add,
    bytes_of,
    code_of,
    draft,
    located,
    make,
    note,
    program,
)

READING = [
    ["context", "--format", "json"],
    ["portfolio"],
    ["log"],
    ["show", "plant:north"],
    ["plants", "--as-of", "2025"],
    ["export", "facts", "--format", "jsonl"],
    ["status"],
    ["verify"],
    ["coverage"],
    ["source", "check"],
    ["why", "plant:north", "status"],
    ["sql", "SELECT stream FROM view_plants"],
]
WRITING = [
    ["record", "plant.closed", "north", "--on", "2026"],
    ["import", "-", "--as", "jsonl"],
    ["rebuild"],
]
FACTS = [draft("plant.operating", "north", on="2024", stage="metal"), note("a")]


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that others can read; those of pytest are closed to the user nobody."""
    made = Path(tempfile.mkdtemp(prefix="lsledger-test-"))
    made.chmod(0o755)
    yield made
    made.chmod(0o755)
    shutil.rmtree(made)


def readable(*args: str | Path, stdin: str = "") -> subprocess.CompletedProcess[str]:
    """Run lsledger as somebody who may only read."""
    return program(*args, code=PROGRAM_AS_NOBODY, stdin=stdin)


def closed(folder: Path, *, file: bool, over: bool) -> None:
    """Take away the right to write to the files, and to the folder over them."""
    for path in folder.iterdir():
        path.chmod(0o444 if file else 0o666)
    folder.chmod(0o555 if over else 0o777)


def answers(where: SqliteFile, *commands: list[str]) -> list[str]:
    """What reading commands print, which must be without an error."""
    words: list[str | Path] = []
    for command in commands:
        words += ["--ledger", where.path, *command, NEXT]
    done = readable(*words[:-1])
    assert done.returncode == 0, done.stderr
    return done.stdout.split(f"{NEXT}\n")[:-1]


@pytest.mark.parametrize(("file", "over"), [(True, True), (True, False), (False, True)])
def test_every_reading_command_works(folder: Path, file: bool, over: bool) -> None:
    """A current ledger answers everything, whether the file, its folder or both are closed."""
    where = make(folder, *FACTS)
    closed(folder, file=file, over=over)
    before = sorted(path.name for path in folder.iterdir())
    found = answers(where, *READING)
    assert len(found) == len(READING)
    assert all(text.strip() for text in found)
    assert sorted(path.name for path in folder.iterdir()) == before


@pytest.mark.parametrize("args", WRITING, ids=lambda args: args[0])
@pytest.mark.parametrize(("file", "over"), [(True, True), (True, False), (False, True)])
def test_recording_says_read_only(folder: Path, file: bool, over: bool, args: list[str]) -> None:
    """Nothing is written, and the error says that it cannot be."""
    where = make(folder, *FACTS)
    before = bytes_of(where)
    closed(folder, file=file, over=over)
    line = '{"type":"context.noted","id":"b","on":"2025","subject":"market","about":"w",'
    done = readable("--ledger", where.path, *args, stdin=line + '"statement":"s"}\n')
    assert (done.returncode, code_of(done)) == (1, "read-only")
    assert bytes_of(where) == before


def test_a_ledger_whose_tables_are_behind(folder: Path) -> None:
    """Facts that no reader has caught up with are shown all the same, folded on the spot."""
    where = located(str(folder / "ledger.db"))
    with created(where) as store:
        add(store, *FACTS)
    closed(folder, file=True, over=True)
    plants, log, status = answers(where, ["plants", "--format", "json"], ["log"], ["status"])
    assert '"plant:north"' in plants
    assert "context:a" in log
    assert "behind" in status


@pytest.mark.parametrize("shared_memory", [True, False])
def test_a_ledger_with_a_log_left_behind(folder: Path, shared_memory: bool) -> None:
    """After a kill, facts are in the write-ahead log only: they are shown, or it is said why not.

    Without the shared-memory file, which nobody may make, SQLite cannot read the log.
    """
    where = make(folder, FACTS[0])
    left = folder / "left"
    left.mkdir()
    with opened(where) as store:
        add(store, FACTS[1])
        for path in folder.glob("ledger.db*"):
            if shared_memory or not path.name.endswith("-shm"):
                shutil.copy(path, left / path.name)
    taken = located(str(left / "ledger.db"))
    closed(left, file=True, over=True)
    done = readable("--ledger", taken.path, "context", "--format", "json")
    if shared_memory:
        assert done.returncode == 0, done.stderr
        assert '"context:a"' in done.stdout
    else:
        assert (done.returncode, code_of(done)) == (1, "store")


def test_a_ledger_that_may_not_be_read(folder: Path) -> None:
    """A file without the right to read it, and one in a closed folder, are no traceback."""
    where = make(folder, *FACTS)
    where.path.chmod(0o000)
    done = readable("--ledger", where.path, "plants")
    assert (done.returncode, code_of(done)) == (1, "store")
    folder.chmod(0o000)
    done = readable("--ledger", where.path, "plants")
    assert (done.returncode, code_of(done)) == (1, "store")
    assert "Permission denied" in done.stderr


def test_making_a_ledger_in_a_closed_folder(folder: Path) -> None:
    """The error says what the system says."""
    folder.chmod(0o555)
    done = readable("--ledger", folder / "ledger.db", "init")
    assert (done.returncode, code_of(done)) == (1, "store")
    assert "Permission denied" in done.stderr


def test_the_right_to_write_is_what_the_system_says(folder: Path) -> None:
    """`writable` asks for the file and for its folder."""
    where = make(folder)
    assert where.writable()
    if os.geteuid() != 0:
        folder.chmod(0o555)
        assert not where.writable()
