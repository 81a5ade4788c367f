"""A ledger that an earlier version made is used on, with all its facts."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from shutil import rmtree
from subprocess import CompletedProcess
from tempfile import mkdtemp

import pytest

from ledger import database
from tests.cli.console import Console
from tests.store import ledgers
from tests.store.ledgers import PROGRAM_AS_NOBODY, code_of, located

pytestmark = pytest.mark.sqlite


def as_version_1(ledger: Path) -> None:
    """Turn a ledger into what version 1 made: the facts and their triggers alone."""
    with closing(sqlite3.connect(ledger, isolation_level=None)) as db:
        for table in ("documents", "tiles", "checkpoints", "timestamps"):
            db.execute(f"DROP TABLE {table}")
        db.execute("PRAGMA user_version = 1")


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that other users can enter."""
    folder = Path(mkdtemp(prefix="lsledger-test-"))
    folder.chmod(0o755)
    yield folder
    folder.chmod(0o755)
    rmtree(folder)


def test_an_old_ledger_is_given_its_tree(console: Console) -> None:
    """The first command that writes to it, or needs its evidence, adds the tables and hashes the
    facts, which stay as they were; from then on it can do all that a new one can.
    """
    console("init", "--example")
    before, new = console.stored(), console("verify", "--format", "json").out
    as_version_1(Path("ledger.db"))
    assert console("checkpoint", "--list").code == 0
    assert console.stored() == before
    assert console("verify", "--format", "json").out == new
    assert console("source", "add", "--id", "x", "--title", "X", "--published", "2026").code == 0


def test_an_old_ledger_that_cannot_be_written(open_folder: Path) -> None:
    """Its views are shown; what needs its evidence is refused, and the message says what to do."""
    where = ledgers.make(open_folder, ledgers.note("a"))
    as_version_1(where.path)
    where.path.chmod(0o444)
    open_folder.chmod(0o555)

    def asked(*command: str) -> CompletedProcess[str]:
        return ledgers.program(
            "--ledger", where.path, *command, code=PROGRAM_AS_NOBODY, cwd=Path("/")
        )

    assert "context:a@1" in asked("log").stdout
    assert "none is kept yet: an earlier version" in asked("verify").stdout
    run = asked("source", "check")
    assert (code_of(run), run.returncode, run.stdout) == ("read-only", 1, "")
    assert "earlier version" in run.stderr


def test_a_new_ledger_is_of_the_present_version(ledger: Console) -> None:
    """Nothing has to be added to it."""
    with located("ledger.db").reading() as connection:
        (version,) = connection.execute("PRAGMA user_version").fetchone()
    assert (version, ledger("status").code) == (database.SCHEMA_VERSION, 0)
