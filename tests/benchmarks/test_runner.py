"""The runner measures its cases and prints tables; how long they take is not tested."""

from __future__ import annotations

import platform
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from benchmarks.__main__ import main
from benchmarks.bench import Facts, FileBench
from benchmarks.cases import CASES, sizes_of
from benchmarks.measure import Command, CommandFailedError, environment, in_turns, run

FAILING_PEER = """#!/bin/sh
# Gives up on a journal that is larger than that of the warm-up.
[ "$1" = --version ] && { echo "Ledger 0.0"; exit; }
[ "$(grep -c "    press" "$2")" -le 64 ] && exit
echo "too much" >&2
exit 3
"""


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> FileBench:
    """A ledger so small that a case costs little more than its start."""
    return FileBench(Facts(tmp_path_factory.mktemp("bench"), 40))


@pytest.fixture(scope="module")
def long(tmp_path_factory: pytest.TempPathFactory) -> FileBench:
    """A ledger whose facts are of one stream, all but three."""
    return FileBench(Facts(tmp_path_factory.mktemp("long"), 40, one_stream=True))


def printing(*cells: str) -> Command:
    """A command that does next to nothing."""
    return Command((sys.executable, "-c", f"print({cells!r})"))


def test_it_prints_and_keeps_tables(tmp_path: Path) -> None:
    """One case gives the versions, its target and its costs, which are kept as well."""
    kept = tmp_path / "RESULTS.md"
    options = ["--facts", "40", "--runs", "1", "--only", "version", "--results", str(kept)]
    result = CliRunner().invoke(main, options)
    assert result.exit_code == 0, result.output
    assert "SQLite" in result.stdout
    assert "40 facts" in result.stdout
    assert all(line in kept.read_text("utf-8") for line in result.stdout.splitlines())
    assert platform.node() not in kept.read_text("utf-8")
    target, cpu, wall, peak = (
        [cell.strip() for cell in line.split("|")[1:-1]]
        for line in result.stdout.splitlines()
        if line.startswith("| version")
    )
    assert target[:3] == ["version", "40", "B0"]
    assert float(target[3]) > 0
    assert target[5] == "1.15"
    assert target[6] in ("(reached)", "(not reached)")
    assert all(float(figures[1]) > 0 for figures in (cpu, wall, peak))


def test_a_failing_command_ends_the_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was measured before is printed, the message says why it ended, nothing is kept."""
    peer, kept = tmp_path / "ledger", tmp_path / "RESULTS.md"
    peer.write_text(FAILING_PEER)
    peer.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    options = ["--facts", "80", "--runs", "1", "--only", "help", "--only", "view-company"]
    result = CliRunner().invoke(main, [*options, "--results", str(kept)])
    assert result.exit_code == 1
    assert "bal exited with 3:\ntoo much" in result.stderr
    assert "Ledger 0.0" in result.stdout
    assert "| help" in result.stdout
    assert "| view-company" not in result.stdout
    assert not kept.exists()


def test_peers_that_are_not_installed_are_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without ledger and hledger a line each says which rows are left out; the rest is measured."""
    monkeypatch.setenv("PATH", str(tmp_path))
    options = ["--facts", "40", "--runs", "1", "--only", "time-travel-mid"]
    result = CliRunner().invoke(main, options)
    assert result.exit_code == 0, result.output
    told = [line for line in result.stdout.splitlines() if "not installed" in line]
    assert told == [
        "ledger is not installed: the rows beside ledger bal are left out",
        "hledger is not installed: the rows beside hledger bal and import are left out",
    ]
    (row,) = (line for line in result.stdout.splitlines() if "| ledger bal" in line)
    assert "not measured" in row


@pytest.mark.parametrize("name", CASES)
def test_every_case_runs(bench: FileBench, long: FileBench, name: str) -> None:
    """All commands of every case succeed and cost something."""
    case = CASES[name]
    pair = case.pair(long if case.one_stream else bench)
    for command in (pair.ours, *(baseline.command for baseline in pair.beside)):
        cost = run(command, bench.facts.folder)
        assert cost.cpu > 0
        assert cost.wall > 0
        assert cost.peak > 0
        assert cost.server is None


def test_a_case_can_run_again(bench: FileBench) -> None:
    """A case that writes begins each run from the same files."""
    ours = CASES["record"].pair(bench).ours
    run(ours, bench.facts.folder)
    size = (bench.facts.folder / "record.db").stat().st_size
    run(ours, bench.facts.folder)
    assert (bench.facts.folder / "record.db").stat().st_size == size


def test_sizes_that_a_case_is_measured_at() -> None:
    """A case leaves out what is too large for it, and keeps the least where all are."""
    assert sizes_of(CASES["record"], [1_000, 1_000_000]) == [1_000, 1_000_000]
    assert sizes_of(CASES["stream-log"], [1_000, 10_000, 100_000]) == [1_000, 10_000]
    assert sizes_of(CASES["help"], [1_000, 10_000]) == [1_000]


def test_commands_are_run_in_turns(tmp_path: Path) -> None:
    """Each command has its run before any has its second."""
    written = tmp_path / "turns"
    commands = [
        Command((sys.executable, "-c", f"open({str(written)!r}, 'a').write({letter!r})"))
        for letter in "가나다"
    ]
    costs = in_turns(commands, 2, tmp_path)
    assert written.read_text() == "가나다가나다"
    assert [cost.runs for cost in costs] == [2, 2, 2]


def test_what_takes_long_has_fewer_runs(tmp_path: Path) -> None:
    """Where the first round used up the time there is no second, and the cost says so."""
    (cost,) = in_turns([printing("a")], 5, tmp_path, seconds=0.000_001)
    assert cost.runs == 1


def test_a_known_run_is_not_made_again(tmp_path: Path) -> None:
    """What a command cost before is taken as its first run."""
    known = run(printing("a"), tmp_path)
    failing = Command((sys.executable, "-c", "raise SystemExit('not again')"))
    assert in_turns([failing], 1, tmp_path, known={0: known}) == [known]


def test_the_peak_is_the_commands_own(tmp_path: Path) -> None:
    """What this process holds is not counted as the command's, what the command holds is."""
    held = bytearray(150_000_000)
    small = run(printing("a"), tmp_path).peak
    large = run(Command((sys.executable, "-c", "held = bytearray(80_000_000)")), tmp_path).peak
    assert small < 60_000_000 < 80_000_000 < large < len(held)


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
