"""A process that is killed leaves all of its facts or none, and a ledger that goes on."""

from __future__ import annotations

import random
import shutil
import signal
import subprocess
from pathlib import Path

import pytest

from ledger.sqlite.file import SqliteFile
from ledger.store import opened
from tests.store.ledgers import (
    DEEP,
    NOW,
    add,
    bytes_of,
    caught_up,
    is_sound,
    located,
    make,
    note,
    notes,
    program,
    rebuilt,
    start,
    write_lines,
)

COUNT = 3_000 if DEEP else 1_500
TRIALS = 60 if DEEP else 12


@pytest.fixture(scope="module")
def lines(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An import file of many facts."""
    return write_lines(tmp_path_factory.mktemp("kill") / "facts.jsonl", notes(COUNT))


def killed_after(process: subprocess.Popen[str], seconds: float) -> None:
    """Kill the process after a while, unless it has ended before."""
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        process.kill()
    process.communicate()


def killed_when_it_writes(process: subprocess.Popen[str], where: SqliteFile, size: int) -> None:
    """Kill the process in the middle of writing: once its write-ahead log has so many bytes."""
    wal = where.path.with_name(where.path.name + "-wal")
    while process.poll() is None:
        try:
            if wal.stat().st_size >= size:
                break
        except FileNotFoundError:
            continue
    process.kill()
    process.communicate()


@pytest.mark.parametrize("trial", range(TRIALS))
def test_an_import_is_all_or_nothing_when_killed(tmp_path: Path, lines: Path, trial: int) -> None:
    """Killed at any moment, an import has stored every one of them or none."""
    where = make(tmp_path, note("before"))
    chance = random.Random(trial)
    process = start("--ledger", where.path, "import", lines)
    if trial % 2:
        killed_when_it_writes(process, where, chance.randrange(1, 600 * COUNT))
    else:
        killed_after(process, chance.uniform(0.3, 0.3 + COUNT / 2_000))
    stored = len(bytes_of(where)) - 1
    assert stored in (0, COUNT)
    assert process.returncode in (0, -signal.SIGKILL)
    assert process.returncode != 0 or stored == COUNT  # what was acknowledged is there
    assert caught_up(where) == rebuilt(where)
    assert is_sound(where)
    if trial % 4 == 0:
        again = program("--ledger", where.path, "import", lines)
        assert again.returncode == 0, again.stderr
        assert len(bytes_of(where)) == COUNT + 1


def test_a_copy_of_the_files_taken_at_any_time_is_a_ledger(tmp_path: Path) -> None:
    """The file with its write-ahead log, as a kill leaves them, holds every stored fact."""
    where = make(tmp_path, note("a"))
    with opened(where) as store:
        add(store, note("b"))
        copy = tmp_path / "copy"
        copy.mkdir()
        for name in ("ledger.db", "ledger.db-wal"):
            shutil.copy(tmp_path / name, copy / name)
    taken = located(str(copy / "ledger.db"))
    assert bytes_of(taken) == bytes_of(where)
    assert caught_up(taken) == caught_up(where)


def test_a_log_left_by_a_removed_ledger_is_not_taken_over(tmp_path: Path) -> None:
    """A new ledger at the place of a removed one is empty, whatever was left beside it."""
    where = make(tmp_path, note("old"))
    kept = tmp_path / "kept"
    with opened(where) as store:
        add(store, note("older"), now=NOW)
        shutil.copy(tmp_path / "ledger.db-wal", kept)
    where.path.unlink()
    shutil.copy(kept, tmp_path / "ledger.db-wal")
    assert bytes_of(make(tmp_path)) == []
