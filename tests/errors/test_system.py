"""Errors that come from outside: permissions, the disk, another process, closed streams."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp

import pytest

from ledger import database
from tests.cli.console import Console
from tests.outside import writing
from tests.store import ledgers
from tests.store.ledgers import PROGRAM_AS_NOBODY, PROGRAM_ON_A_FULL_DISK, bytes_of, code_of


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that other users can enter."""
    folder = Path(mkdtemp(prefix="lsledger-test-"))
    folder.chmod(0o755)
    yield folder
    rmtree(folder)


def test_a_ledger_that_cannot_be_written(open_folder: Path) -> None:
    """Recording into a read-only file is refused in a sentence; nothing changes."""
    where = ledgers.make(open_folder, ledgers.note("a"))
    before = bytes_of(where)
    where.path.chmod(0o444)
    open_folder.chmod(0o555)
    run = ledgers.program(
        *("--ledger", where.path, "record", "context.noted", "b", "--on", "2025"),
        *("--subject", "market", "--about", "world", "--statement", "x"),
        code=PROGRAM_AS_NOBODY,
        cwd=Path("/"),
    )
    open_folder.chmod(0o755)
    assert (code_of(run), run.returncode, run.stdout) == ("read-only", 1, "")
    assert f"error[read-only]: {where.path} cannot be written to\n    Check the" in run.stderr
    assert bytes_of(where) == before


def test_a_disk_that_is_full(tmp_path: Path) -> None:
    """An import that does not fit leaves nothing behind, and the message says so."""
    where = ledgers.make(tmp_path, ledgers.note("a"))
    before = bytes_of(where)
    file = ledgers.write_lines(tmp_path / "many.jsonl", ledgers.notes(3_000))
    limit = where.path.stat().st_size + 100_000
    run = ledgers.program(
        *("--ledger", where.path, "import", file),
        code=PROGRAM_ON_A_FULL_DISK,
        before=(str(limit),),
    )
    assert (code_of(run), run.returncode, run.stdout) == ("disk-full", 1, "")
    assert "nothing was recorded" in run.stderr
    assert "Free some space" in run.stderr
    assert bytes_of(where) == before


def test_another_process_that_writes(ledger: Console) -> None:
    """Whoever waits in vain for the lock is told so, and that nothing was recorded."""
    ledger.monkeypatch.setattr(database, "LOCK_TIMEOUT", 1)
    with writing(ledger.where):
        ran = ledger("source", "add", "--id", "a", "--title", "A", "--published", "2025")
    assert ran.code == 1
    assert ran.err == (
        "error[busy]: another process is writing to ledger.db; nothing was recorded\n"
        "    Try again in a moment.\n"
    )
    assert ledger.facts() == []


def test_an_import_file_that_may_not_be_read(console: Console) -> None:
    """A folder in place of a file is an error of that file."""
    console("init")
    (console.folder / "folder.yaml").mkdir()
    (console.folder / "folder.jsonl").mkdir()
    ran = console("import", "folder.yaml", "folder.jsonl")
    assert ran.code == 2
    assert ran.err.count("error[file]: folder.") == 2
    assert ran.err.count("is a directory") == 2


def test_standard_input_that_is_closed(tmp_path: Path) -> None:
    """`lsledger record <&-` is told that there is nothing to read."""
    where = ledgers.make(tmp_path)
    closed = "import os, sys\nos.close(0)\nsys.stdin = None\nfrom cli.main import main\nmain()"
    for words in (["record"], ["import", "-", "--as", "yaml"], ["import", "-", "--as", "jsonl"]):
        run = ledgers.program("--ledger", where.path, *words, code=closed)
        assert (code_of(run), run.returncode) == ("file", 2), words
        assert "<stdin> cannot be read: it is closed" in run.stderr


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="needs /dev/zero")
def test_a_file_without_end(ledger: Console) -> None:
    """A device that never stops is refused as too large, not read until memory is gone."""
    assert ledger("import", "/dev/zero", "--as", "yaml").err.startswith("error[input]: /dev/zero")
    assert ledger("import", "/dev/zero", "--as", "jsonl").err.startswith("error[shape]: the line")


def test_a_name_that_would_command_the_terminal(ledger: Console) -> None:
    """An escape sequence in an argument does not reach the terminal through its error."""
    words = "\x1b[31mred\x07"
    commands = (["import", words], ["show", words], ["record", "plant.named", words, "--on", "1"])
    for command in (*commands, [words], ["plants", f"--{words}"], ["record", words]):
        ran = ledger(*command)
        assert ran.code in (1, 2)
        assert "\x1b" not in ran.err + ran.out, command
        assert "\x07" not in ran.err + ran.out, command


def test_a_ledger_whose_name_is_not_utf8(tmp_path: Path) -> None:
    """A file name may hold any bytes; it works or is refused, without a traceback."""
    run = ledgers.program("--ledger", "caf\udce9.db", "init", cwd=tmp_path)
    assert "Traceback" not in run.stderr


def test_a_terminal_that_knows_no_hangul(tmp_path: Path) -> None:
    """Where the output takes only ASCII, other letters are replaced."""
    where = ledgers.make(tmp_path, ledgers.note("a"))
    run = ledgers.program("--ledger", where.path, "log", env={"PYTHONIOENCODING": "ascii"})
    assert "Traceback" not in run.stderr
