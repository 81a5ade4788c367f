"""The runner measures its cases and prints a table; how long they take is not tested."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from benchmarks.__main__ import COLUMNS, main
from benchmarks.cases import CASES, Bench
from benchmarks.measure import Command, CommandFailedError, environment, run


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Bench:
    """A ledger so small that a case costs little more than its start."""
    return Bench(tmp_path_factory.mktemp("bench"), facts=40)


def test_it_prints_a_table() -> None:
    """One case gives the versions, the head of the table and a row of figures."""
    result = CliRunner().invoke(main, ["--facts", "40", "--runs", "1", "--only", "version"])
    assert result.exit_code == 0, result.output
    about, versions, _platform, _blank, head, _rule, row = result.output.splitlines()
    assert "40 facts, median of 1" in about
    assert "SQLite" in versions
    for column in COLUMNS:
        assert column in head
    name, facts, *_, cpu, wall = row.split()
    assert (name, facts) == ("version", "40")
    assert float(cpu) > 0
    assert float(wall) > 0


@pytest.mark.parametrize("name", CASES)
def test_every_case_runs(bench: Bench, name: str) -> None:
    """Both commands of every case succeed and cost something."""
    pair = CASES[name](bench)
    for command in (pair.ours, pair.baseline):
        cost = run(command, bench.folder)
        assert cost.cpu > 0
        assert cost.wall > 0


def test_a_case_can_run_again(bench: Bench) -> None:
    """A case that writes begins each run from the same files."""
    ours = CASES["record"](bench).ours
    run(ours, bench.folder)
    size = (bench.folder / "record.db").stat().st_size
    run(ours, bench.folder)
    assert (bench.folder / "record.db").stat().st_size == size


def test_a_failing_command_is_told(tmp_path: Path) -> None:
    """A command that fails stops the run, with what it said."""
    command = Command((sys.executable, "-c", "raise SystemExit('no such thing')"))
    with pytest.raises(CommandFailedError, match="no such thing"):
        run(command, tmp_path)


def test_the_environment_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Settings of whoever runs the benchmarks do not reach the measured commands."""
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    monkeypatch.setenv("LSLEDGER_LEDGER", "other.db")
    assert not {"PYTHONDONTWRITEBYTECODE", "LSLEDGER_LEDGER"} & environment().keys()
