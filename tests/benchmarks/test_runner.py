"""The runner measures its cases and prints a table; how long they take is not tested."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from benchmarks.__main__ import main
from benchmarks.bench import Facts, FileBench
from benchmarks.cases import CASES
from benchmarks.measure import Command, CommandFailedError, environment, in_turns, run
from benchmarks.table import SQLITE


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> FileBench:
    """A ledger so small that a case costs little more than its start."""
    return FileBench(Facts(tmp_path_factory.mktemp("bench"), 40))


def test_it_prints_a_table() -> None:
    """One case gives the versions, the head of the table and a row of figures."""
    result = CliRunner().invoke(main, ["--facts", "40", "--runs", "1", "--only", "version"])
    assert result.exit_code == 0, result.output
    about, versions, _platform, _blank, head, _rule, row = result.output.splitlines()
    assert "40 facts, median of 1" in about
    assert "SQLite" in versions
    for column in SQLITE.columns:
        assert column in head
    name, facts, *_, cpu, wall = row.split()
    assert (name, facts) == ("version", "40")
    assert float(cpu) > 0
    assert float(wall) > 0


@pytest.mark.parametrize("name", CASES)
def test_every_case_runs(bench: FileBench, name: str) -> None:
    """All commands of every case succeed and cost something."""
    pair = CASES[name].pair(bench)
    for command in (pair.ours, *(baseline.command for baseline in pair.beside)):
        cost = run(command, bench.facts.folder)
        assert cost.cpu > 0
        assert cost.wall > 0
        assert cost.server is None


def test_a_case_can_run_again(bench: FileBench) -> None:
    """A case that writes begins each run from the same files."""
    ours = CASES["record"].pair(bench).ours
    run(ours, bench.facts.folder)
    size = (bench.facts.folder / "record.db").stat().st_size
    run(ours, bench.facts.folder)
    assert (bench.facts.folder / "record.db").stat().st_size == size


def test_commands_are_run_in_turns(tmp_path: Path) -> None:
    """Each command has its run before any has its second."""
    written = tmp_path / "turns"
    commands = [
        Command((sys.executable, "-c", f"open({str(written)!r}, 'a').write({letter!r})"))
        for letter in "가나다"
    ]
    costs = in_turns(commands, 2, tmp_path)
    assert written.read_text() == "가나다가나다"
    assert len(costs) == len(commands)


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
