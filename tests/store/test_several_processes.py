"""Several processes on one ledger: no fact is lost, doubled or out of order."""

from __future__ import annotations

import json
import sqlite3
import sys
from contextlib import closing
from datetime import date
from pathlib import Path
from subprocess import PIPE, Popen

import pytest

import cli.recording
from cli.main import run
from cli.settings import Settings
from ledger import database
from ledger.errors import BusyError
from ledger.sqlite.file import SqliteFile
from ledger.store import Store, opened
from projections import catch_up
from tests.store.ledgers import (
    ACTOR,
    NOW,
    TODAY,
    add,
    bytes_of,
    caught_up,
    environment,
    is_sound,
    located,
    make,
    note,
    program,
    rebuilt,
    start,
)

RECORDING = """
import sys
from datetime import UTC, datetime
from ledger import database
from ledger.store import Store, opened
from projections.catch_up import catch_up
from tests.store.ledgers import TODAY, add, note

url, name, count = sys.argv[1], sys.argv[2], int(sys.argv[3])
sys.stdin.readline()  # all begin together
for number in range(count):
    with opened(database.locate(url)) as store:
        now = datetime.now(UTC)
        recorded = add(store, note(f"{name}-{number}"), note("shared", f"{name} {number}"), now=now)
        for fact in recorded.facts:
            print(fact.seq, fact.ref, flush=True)
        if number % 5 == 0:
            catch_up(store, TODAY)
"""


def recording(where: SqliteFile, name: str, count: int) -> Popen[str]:
    """A process that records `2 * count` facts, and prints each one when it is acknowledged."""
    return Popen(
        [sys.executable, "-c", RECORDING, str(where), name, str(count)],
        stdin=PIPE,
        stdout=PIPE,
        stderr=PIPE,
        text=True,
        env=environment(None),
    )


@pytest.mark.parametrize("processes", [2, 4])
def test_what_several_processes_record_is_all_there(tmp_path: Path, processes: int) -> None:
    """Every acknowledged fact is at the place it was told, and the order of times holds."""
    where = make(tmp_path)
    running = [recording(where, f"p{number}", 15) for number in range(processes)]
    for process in running:
        assert process.stdin is not None
        process.stdin.write("\n")
        process.stdin.flush()
    told: dict[int, str] = {}
    for process in running:
        out, err = process.communicate(timeout=120)
        assert process.returncode == 0, err
        for line in out.splitlines():
            seq, ref = line.split()
            assert int(seq) not in told
            told[int(seq)] = ref
    facts = [json.loads(data) for data in bytes_of(where)]
    assert told == {fact["seq"]: f"{fact['stream']}@{fact['version']}" for fact in facts}
    assert sorted(told) == list(range(1, processes * 30 + 1))
    times = [fact["recorded_at"] for fact in facts]
    assert times == sorted(times)
    assert is_sound(where)
    assert caught_up(where) == rebuilt(where)


def test_reading_goes_on_while_others_record(tmp_path: Path) -> None:
    """A reader beside two recording processes always sees a whole state, and later ones later."""
    where = make(tmp_path)
    running = [recording(where, f"p{number}", 12) for number in range(2)]
    for process in running:
        assert process.stdin is not None
        process.stdin.write("\n")
        process.stdin.flush()
    seen = [0]
    while any(process.poll() is None for process in running):
        with where.reading() as connection:
            rows = connection.execute("SELECT rowid, state FROM stored_events ORDER BY rowid")
            found = rows.fetchall()
        assert [row[0] for row in found] == list(range(1, len(found) + 1))
        seen.append(len(found))
        catch_up.ensure_current(where, TODAY)
    for process in running:
        _, err = process.communicate()
        assert process.returncode == 0, err
    assert seen == sorted(seen)
    assert len(bytes_of(where)) == 48


def test_a_process_that_gives_up_says_busy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """While another process holds the lock, recording ends with `busy` and nothing recorded."""
    where = make(tmp_path, note("a"))
    monkeypatch.setattr(database, "LOCK_TIMEOUT", 1)
    settings = Settings(ledger=str(where.path), actor=ACTOR, clock=lambda: NOW)
    fact = ["record", "source.registered", "s", "--title", "T", "--published", "2025"]
    with locked(where):
        assert run(fact, settings) == 1
        assert "error[busy]: another process is writing" in capsys.readouterr().err
        assert run(["context", "--format", "json"], settings) == 0  # reading goes on
    assert len(bytes_of(where)) == 1
    assert run(fact, settings) == 0
    assert len(bytes_of(where)) == 2


def test_busy_is_told_by_the_store_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The library's OperationalError reaches nobody."""
    where = make(tmp_path)
    monkeypatch.setattr(database, "LOCK_TIMEOUT", 1)
    with locked(where), pytest.raises(BusyError), opened(where) as store:
        add(store, note("a"))
    assert bytes_of(where) == []


def test_facts_that_are_stored_are_told_as_recorded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """When only the catching up has to give up, the facts are recorded and told to be."""
    where = make(tmp_path)
    monkeypatch.setattr(database, "LOCK_TIMEOUT", 1)
    held: list[closing[sqlite3.Connection]] = []
    real = catch_up.catch_up

    def locked_out(store: Store, today: date) -> int:
        held.append(locked(where))  # somebody else was quicker, after the facts were stored
        return real(store, today)

    monkeypatch.setattr(cli.recording, "catch_up", locked_out)
    settings = Settings(ledger=str(where.path), actor=ACTOR, clock=lambda: NOW)
    code = run(
        ["record", "source.registered", "s", "--title", "T", "--published", "2025"], settings
    )
    for other in held:
        with other:
            pass
    stored = len(bytes_of(where))
    assert "nothing was recorded" not in capsys.readouterr().err or stored == 0
    assert (code, stored) == (0, 1)


def test_two_that_make_the_same_ledger(tmp_path: Path) -> None:
    """One makes it, the others are told that it exists, and none removes the first one's."""
    where = tmp_path / "ledger.db"
    running = [start("--ledger", where, "init", "--example") for _ in range(4)]
    codes = []
    for process in running:
        _, err = process.communicate(timeout=120)
        assert process.returncode == 0 or "error[ledger-exists]" in err, err
        codes.append(process.returncode)
    assert sorted(codes) == [0, 1, 1, 1]
    assert program("--ledger", where, "status").returncode == 0
    assert len(bytes_of(located(str(where)))) == 65


def locked(where: SqliteFile) -> closing[sqlite3.Connection]:
    """Another connection that holds the write lock."""
    connection = sqlite3.connect(where.path, isolation_level=None)
    connection.execute("BEGIN IMMEDIATE")
    return closing(connection)
