"""Many processes at once on one ledger, on every backend."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from cli.main import run
from cli.settings import Settings
from faults.processes import until
from ledger import database
from ledger.database import Database
from ledger.store import created, opened
from projections import catch_up, tables
from tests.contract import processes
from tests.contract.processes import LONGEST, begin, ended, start, told
from tests.store.ledgers import NOW, TODAY, add, bytes_of, note
from tests.store.ledgers import start as program_started

WRITERS, ROUNDS = 8, 12
FACTS = WRITERS * ROUNDS * 2 + ROUNDS


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Where a ledger can be made."""
    if request.param == "sqlite":
        return str(tmp_path / "ledger.db")
    return str(request.getfixturevalue("database_url"))


@pytest.fixture
def url(place: str) -> str:
    """Where an empty ledger is."""
    with created(database.locate(place)):
        return place


def table_rows(where: Database) -> dict[str, Any]:
    """The rows of every table of the views, and how far they are."""
    with where.reading() as connection:
        names = [name for (name,) in connection.execute("SELECT name FROM ledger_tables")]
        found: dict[str, Any] = {"position": tables.position(connection)}
        for name in names:
            if name.startswith("view_"):
                cursor = connection.cursor()
                cursor.execute(f"SELECT * FROM {name}")
                counts = [column[0] == "rowid" for column in cursor.description]
                rows = [
                    tuple(cell for cell, is_count in zip(row, counts, strict=True) if not is_count)
                    for row in cursor.fetchall()
                ]
                found[name] = sorted(rows, key=repr)
    return found


def applied_to(where: Database) -> int:
    """How far the tables of the views are."""
    with where.reading() as connection:
        return tables.position(connection)


def test_many_record_at_once(url: str) -> None:
    """Every acknowledged fact is there once, at its place; readers see the numbers come in their
    order, without a gap, and never a late one; what cannot stand beside what another was quicker
    to record is refused by a clear error; the views are what a rebuild gives.
    """
    where = database.locate(url)
    writers = [
        start(processes.RECORDING, url, number, ROUNDS, number % 2 == 0)
        for number in range(WRITERS)
    ]
    readers = [start(code, url, FACTS) for code in (processes.READING, processes.TAILING)]
    with ended([*writers, *readers]):
        begin([*readers, *writers])
        said = [words for writer in writers for words in told(writer)]
        grown = [told(reader) for reader in readers]

    facts = [json.loads(data) for data in bytes_of(where)]
    acknowledged = {int(seq): ref for what, seq, ref in said if what == "recorded"}
    assert len(facts) == FACTS
    assert acknowledged == {fact["seq"]: f"{fact['stream']}@{fact['version']}" for fact in facts}
    assert [fact["seq"] for fact in facts] == list(range(1, FACTS + 1))
    times = [fact["recorded_at"] for fact in facts]
    assert times == sorted(times)
    shared = [fact["version"] for fact in facts if fact["stream"] == "context:shared"]
    assert shared == list(range(1, WRITERS * ROUNDS + 1))

    deals = Counter(fact["stream"] for fact in facts if fact["stream"].startswith("contract:"))
    assert deals == {f"contract:deal-{number}": 1 for number in range(ROUNDS)}
    refused = Counter((deal, code) for what, deal, code in said if what == "refused")
    assert refused == {(f"deal-{number}", "timeline"): WRITERS - 1 for number in range(ROUNDS)}

    for ((_, times_grown),) in grown:
        assert int(times_grown) > 2  # or it saw too little to tell
    catch_up.ensure_current(where, TODAY)
    kept = table_rows(where)
    with opened(where) as store:
        assert catch_up.rebuild(store, TODAY) == FACTS
    assert kept == table_rows(where)
    assert run(["verify"], Settings(url, clock=lambda: NOW)) == 0


def test_many_catch_up_at_once(url: str) -> None:
    """Several processes that bring the tables up to date at once, while facts come in, apply each
    fact once.
    """
    where, batches, size = database.locate(url), 20, 10
    readers = [start(processes.CATCHING_UP, url, batches * size) for _ in range(4)]
    with ended(readers), opened(where) as store:
        begin(readers)
        for batch in range(batches):
            add(store, *(note(f"n-{batch}", f"{number}번째 말") for number in range(size)))
            if batch == 0:  # so that they do not apply all of it in one go, whoever is faster
                until("the first catching up", lambda: applied_to(where) == size, LONGEST)
        applied = [int(count) for reader in readers for _, count in told(reader)]
    assert sum(applied) == batches * size
    assert len(applied) > 1
    found = table_rows(where)
    assert found["position"] == len(found["view_log"]) == batches * size
    with opened(where) as store:
        catch_up.rebuild(store, TODAY)
    assert found == table_rows(where)


def test_reading_goes_on_during_a_rebuild(url: str) -> None:
    """Whoever asks while the tables are made anew, again and again, gets every row each time."""
    where, count, times = database.locate(url), 40, 12
    with opened(where) as store:
        add(store, *(note(f"n-{number}") for number in range(count)))
        catch_up.catch_up(store, TODAY)
    rebuilding = start(processes.REBUILDING, url, times)
    readers = [start(processes.ASKING, url, count) for _ in range(4)]
    with ended([rebuilding, *readers]):
        begin([rebuilding, *readers])
        assert told(rebuilding) == []
        for reader in readers:
            assert reader.stdin is not None
            reader.stdin.close()
            reader.stdin = None
        asked = [int(asked) for reader in readers for _, asked in told(reader)]
    assert min(asked) > 1


def test_several_make_the_same_ledger(place: str) -> None:
    """One makes it, the others are told that it is there, and none takes away the first one's."""
    making = [program_started("--ledger", place, "init", "--example") for _ in range(4)]
    codes = []
    with ended(making):
        for process in making:
            _, err = process.communicate(timeout=processes.LONGEST)
            assert process.returncode == 0 or "error[ledger-exists]" in err, err
            codes.append(process.returncode)
    assert sorted(codes) == [0, 1, 1, 1]
    assert len(bytes_of(database.locate(place))) == 65
    assert run(["verify"], Settings(place, clock=lambda: NOW)) == 0
