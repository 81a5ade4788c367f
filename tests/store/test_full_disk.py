"""A full disk: a clear error, nothing half-written, and a ledger that goes on afterwards.

The limit on the size of files stands for the disk: SQLite meets it in the same place.
"""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from tempfile import gettempdir

import pytest

from ledger.sqlite.file import SqliteFile
from tests.store.ledgers import (
    PROGRAM_ON_A_FULL_DISK,
    bytes_of,
    caught_up,
    code_of,
    is_sound,
    located,
    make,
    note,
    notes,
    program,
    rebuilt,
    tables_of,
    write_lines,
)

PAGE = 4_096


def full(limit: int, *args: str | Path) -> subprocess.CompletedProcess[str]:
    """Run lsledger where no file may grow beyond so many bytes."""
    return program(*args, code=PROGRAM_ON_A_FULL_DISK, before=[str(limit)])


def all_is_well(where: SqliteFile, facts: int) -> None:
    """The ledger holds so many facts, shows them, and takes another one."""
    assert len(bytes_of(where)) == facts
    assert is_sound(where)
    assert caught_up(where) == rebuilt(where)
    args = ["--title", "T", "--published", "2025"]
    done = program("--ledger", where.path, "record", "source.registered", "after", *args)
    assert done.returncode == 0, done.stderr
    assert len(bytes_of(where)) == facts + 1


@pytest.mark.parametrize("pages", [1, 8, 40, 80, 160, 240])
def test_an_import_on_a_full_disk(tmp_path: Path, pages: int) -> None:
    """Wherever the space runs out, all facts of the import are stored or none is."""
    where = make(tmp_path, note("before"))
    lines = write_lines(tmp_path / "facts.jsonl", notes(1_000))
    done = full(pages * PAGE, "--ledger", where.path, "import", lines)
    stored = len(bytes_of(where)) - 1
    assert stored in (0, 1_000)
    if done.returncode == 0:
        assert stored == 1_000
    else:
        assert (done.returncode, code_of(done)) == (1, "disk-full")
    all_is_well(where, stored + 1)


def test_an_import_is_not_denied_when_only_its_views_found_no_room(tmp_path: Path) -> None:
    """`nothing was recorded` is said only when nothing was recorded."""
    for pages in (60, 120, 180, 240):
        folder = tmp_path / str(pages)
        folder.mkdir()
        where = make(folder, note("before"))
        lines = write_lines(folder / "facts.jsonl", notes(1_000))
        done = full(pages * PAGE, "--ledger", where.path, "import", lines)
        stored = len(bytes_of(where)) - 1
        assert stored == 0 or "nothing was recorded" not in done.stderr
        if stored:
            break


def test_recording_on_a_full_disk(tmp_path: Path) -> None:
    """One fact that does not fit is refused, and what was there stays."""
    where = make(tmp_path, note("before"))
    before = bytes_of(where), tables_of(where)
    args = ["--title", "T", "--published", "2025"]
    done = full(PAGE, "--ledger", where.path, "record", "source.registered", "s", *args)
    assert code_of(done) == "disk-full"
    assert "nothing was recorded" in done.stderr
    assert (bytes_of(where), tables_of(where)) == before
    all_is_well(where, 1)


@pytest.mark.parametrize("pages", [0, 1, 2, 4, 16, 24])
def test_making_a_ledger_on_a_full_disk(tmp_path: Path, pages: int) -> None:
    """No half-made file is left, so that the same command works when there is room."""
    where = tmp_path / "ledger.db"
    done = full(pages * PAGE, "--ledger", where, "init", "--example")
    if done.returncode == 0:  # only its views found no room, and the facts are all there
        assert "views will follow" in done.stderr
        all_is_well(located(str(where)), 65)
        return
    assert code_of(done) == "disk-full"
    assert list(tmp_path.iterdir()) == []
    assert program("--ledger", where, "init", "--example").returncode == 0


def test_restoring_on_a_full_disk(tmp_path: Path) -> None:
    """A restore that finds no room leaves no file."""
    first = make(tmp_path, *(note(f"n-{number}") for number in range(300)))
    export = tmp_path / "facts.jsonl"
    assert program("--ledger", first.path, "export", "facts", "-o", export).returncode == 0
    second = located(str(tmp_path / "second.db"))
    done = full(20 * PAGE, "--ledger", second.path, "init", "--restore", export)
    assert code_of(done) == "disk-full"
    assert not list(tmp_path.glob("second*"))
    assert program("--ledger", second.path, "init", "--restore", export).returncode == 0
    assert bytes_of(second) == bytes_of(first)


def test_rebuilding_on_a_full_disk(tmp_path: Path) -> None:
    """A rebuild that finds no room leaves the tables as they were."""
    where = make(tmp_path, *(note(f"n-{number}") for number in range(300)))
    before = tables_of(where)
    done = full(10 * PAGE, "--ledger", where.path, "rebuild")
    assert code_of(done) == "disk-full"
    assert tables_of(where) == before
    all_is_well(where, 300)


def test_a_long_answer_on_a_full_disk(tmp_path: Path) -> None:
    """What is put aside before it is printed finds no room: the error names the folder."""
    where = make(tmp_path, *(note(f"n-{number}", "said " * 500) for number in range(1_100)))
    for words in (["log"], ["log", "--format", "jsonl"], ["export", "facts"]):
        done = full(16 * PAGE, "--ledger", where.path, *words)
        assert (done.returncode, code_of(done), done.stdout) == (2, "unwritable", ""), words
        assert f"cannot be put aside in {gettempdir()}: " in done.stderr
        assert "TMPDIR" in done.stderr


def test_reading_on_a_full_disk(tmp_path: Path) -> None:
    """A current ledger can be read when nothing can be written."""
    where = make(tmp_path, note("a"))
    for name in ("ledger.db-wal", "ledger.db-shm"):
        (tmp_path / name).unlink(missing_ok=True)
    done = full(0, "--ledger", where.path, "context", "--format", "json")
    assert done.returncode in (0, 1)
    assert done.returncode == 0 or code_of(done) in ("disk-full", "store")
    shutil.copy(where.path, tmp_path / "copy.db")
    assert bytes_of(located(str(tmp_path / "copy.db"))) == bytes_of(where)
