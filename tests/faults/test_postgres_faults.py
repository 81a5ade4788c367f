"""The faults of a server, a few of each; and that what they do to a ledger is noticed."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

import pytest

from faults import checks, postgres_faults, server_disk
from faults.command import lsledger
from faults.material import recording
from faults.postgres_faults import cut_connections, end_backends, kill_server
from faults.tally import Outcome
from faults.writers import Attempt, Writer


@pytest.mark.parametrize(
    ("case", "trials"), [(cut_connections, 12), (end_backends, 12), (kill_server, 2)]
)
def test_nothing_is_lost(
    case: Callable[[int], Outcome], trials: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two processes record meanwhile, and all that they were told is there, once."""
    monkeypatch.setattr(postgres_faults, "FUNCTIONS", 2)
    monkeypatch.setattr(postgres_faults, "COMMANDS", 0)
    outcome = case(trials)
    assert outcome.ok, outcome.problems
    assert (outcome.trials, outcome.injected) == (trials, trials)
    assert outcome.acknowledged > 2


def writer(folder: Path, *attempts: Attempt, code: int = 0) -> Writer:
    """Somebody who says that this came of recording, and ends with the code."""
    file, log = folder / "writer", folder / "writer.log"
    file.write_text("".join(f"{json.dumps(asdict(one))}\n" for one in attempts), "utf-8")
    log.write_text("까닭\n", "utf-8")
    ended = [sys.executable, "-c", f"import sys; sys.stdin.read(); sys.exit({code})"]
    return Writer("writer", file, log, subprocess.Popen(ended, stdin=subprocess.PIPE))


def seen(url: str, folder: Path, *attempts: Attempt, code: int = 0) -> Outcome:
    """What is found in a ledger that has one fact more, which states 말."""
    witness = checks.new_ledger(url, folder)
    assert lsledger(url, *recording("one", "말")).code == 0
    return checks.outcome(url, [writer(folder, *attempts, code=code)], witness, 1, ["struck"])


def test_what_was_acknowledged_is_there(database_url: str, tmp_path: Path) -> None:
    """Then all is well, and the errors that were told are seen."""
    told = Attempt("말", "connection-lost", 1, 2)
    outcome = seen(database_url, tmp_path, told, Attempt("말", None, 2, 3))
    assert outcome == Outcome(
        *(1, 1, 1, 0, 0, ()),
        seen=("struck", "told and tried again: connection-lost"),
    )


def test_a_fact_that_is_lost(database_url: str, tmp_path: Path) -> None:
    """Somebody was told of a fact that is not there."""
    found = seen(database_url, tmp_path, Attempt("말", None, 1, 2), Attempt("없는 말", None, 2, 3))
    assert (found.acknowledged, found.lost, found.duplicates) == (2, 1, 0)


def test_a_fact_that_is_there_twice(database_url: str, tmp_path: Path) -> None:
    """The same was recorded under two names, as no retry may."""
    witness = checks.new_ledger(database_url, tmp_path)
    for name in ("one", "two"):
        assert lsledger(database_url, *recording(name, "말")).code == 0
    somebody = writer(tmp_path, Attempt("말", None, 1, 2))
    found = checks.outcome(database_url, [somebody], witness, 1, ["struck"])
    assert (found.acknowledged, found.lost, found.duplicates) == (1, 0, 1)


@pytest.mark.parametrize(
    ("attempts", "code", "problem"),
    [
        ([Attempt("말", "damaged", 1, 2)], 0, "1 attempts to record ended in the error damaged"),
        (
            [
                Attempt("말", "busy", 1, 2, told="nothing was recorded"),
                Attempt("말", None, 2, 3, known=True),
            ],
            0,
            "of '말' it was told that nothing was recorded, and it was: nothing was recorded",
        ),
        ([Attempt("말", None, 1, 200)], 0, "an attempt to record took 199 s"),
        ([Attempt("말", None, 1, 2)], 3, "writer ended with 3: 까닭\n"),
    ],
)
def test_a_writer_that_did_not_fare_well(
    database_url: str, tmp_path: Path, attempts: list[Attempt], code: int, problem: str
) -> None:
    """What no writer may meet is a problem, though nothing is lost."""
    assert problem in seen(database_url, tmp_path, *attempts, code=code).problems


def test_another_ledger_in_its_place(database_url: str, tmp_path: Path) -> None:
    """A record that does not go on from the checkpoint is noticed."""
    witness = checks.new_ledger(database_url, tmp_path)
    other = tmp_path / "other.db"
    for words in (("init",), recording("before", "다른 처음")):
        assert lsledger(str(other), *words).code == 0
    found = checks.outcome(str(other), [writer(tmp_path)], witness, 1, [])
    assert any("with a checkpoint" in problem for problem in found.problems)


def test_a_disk_that_is_full() -> None:
    """An import that meets it is refused or all there, unless no disk can be made here."""
    outcome = server_disk.run(2)
    assert outcome.ok, outcome.problems
    assert outcome.notes or outcome.trials == 2
