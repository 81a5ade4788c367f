"""Trials that go wrong in each way that the suite must notice, each in a process of its own."""

from __future__ import annotations

import os
import signal
from pathlib import Path

from faults.command import lsledger
from faults.examine import examined
from faults.material import LEDGER, copied, make, note
from faults.tally import Outcome
from faults.trials import Trial
from tests.outside import outside
from tests.store.ledgers import located

WELL = Outcome(1, 0, 0, 0, 0)


def nothing(_folder: Path) -> str:
    """Nothing has to be prepared."""
    return ""


def unprepared(_folder: Path) -> str:
    """The preparation fails."""
    raise AssertionError("준비 실패")


def good(_trial: Trial, _given: str) -> Outcome:
    """Nothing goes wrong."""
    return WELL


def failing(_trial: Trial, _given: str) -> Outcome:
    """The trial itself has a mistake."""
    raise ZeroDivisionError


def crashing(trial: Trial, _given: str) -> Outcome:
    """Every second trial dies without a word."""
    if trial.number % 2:
        os.kill(os.getpid(), signal.SIGKILL)
    return WELL


def hanging(_trial: Trial, _given: str) -> Outcome:
    """The trial never ends."""
    while True:
        signal.pause()


def ledger(folder: Path) -> Path:
    """A ledger of a few facts."""
    return make(folder / "template.db", (note(f"n-{number}") for number in range(5)))


def changed(trial: Trial, template: Path) -> Outcome:
    """Somebody changes a fact, or takes the last one away, and the ledger is looked at."""
    path = copied(template, trial.folder)
    with outside(located(str(path))) as tool:
        if trial.number:
            tool.execute("DELETE FROM stored_events WHERE rowid = 5")
        else:
            tool.execute("UPDATE stored_events SET state = ? WHERE rowid = 2", (b"{}",))
    _, problems = examined(str(trial.folder / LEDGER))
    return Outcome(1, 1, 0, 0, 0, tuple(problems))


def untouched(trial: Trial, template: Path) -> Outcome:
    """Nobody changes anything."""
    copied(template, trial.folder)
    facts, problems = examined(str(trial.folder / LEDGER))
    ran = lsledger(str(trial.folder / LEDGER), "log")
    return Outcome(1, 0, len(facts), 0, 0, (*problems, *(["log"] if ran.code else [])))
