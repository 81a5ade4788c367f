"""A ledger that is made read-only: before a command, or at some moment while it imports.

Who asks then still gets every answer; who records is told that it cannot be; and what was
acknowledged before is there. Root may write anything, so as root the commands run as the user
nobody.
"""

from __future__ import annotations

import os
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from time import monotonic

from faults import trials
from faults.command import facts_of, lsledger
from faults.examine import doubled, examined, lost
from faults.material import LEDGER, copied, make, note, portfolio, recording, said, write
from faults.tally import Outcome
from faults.trials import Trial
from faults.victim import Victim, become_nobody, start

BEFORE = 60
"""Facts that are there already."""

FACTS = 150
"""Facts of the import."""

READING = (
    ("portfolio",),
    ("plants", "--format", "csv"),
    ("log", "--format", "csv"),
    ("totals", "--as-of", "2024"),
    ("export", "facts", "--format", "jsonl"),
    ("sql", "SELECT stream FROM view_plants"),
    ("verify",),
)
CLOSED = {"the file": (0o444, 0o777), "its folder": (0o666, 0o555), "both": (0o444, 0o555)}
"""What is made read-only, and the permissions of the files and of their folder."""


@dataclass(frozen=True, slots=True)
class Given:
    """What all trials share.

    before, new: what the facts say that are there, and those of the import. answers: to the
    reading commands. seconds: how long the import takes.
    """

    template: Path
    file: Path
    before: tuple[str, ...]
    new: tuple[str, ...]
    answers: str
    seconds: float


def run(count: int) -> Outcome:
    """Make a ledger read-only so many times."""
    return trials.run("read-only", count, _prepared, _made_read_only)


def _prepared(folder: Path) -> Given:
    template = make(folder / "template.db", portfolio(BEFORE))
    file = write(folder / "facts.jsonl", (note(f"new-{n}") for n in range(FACTS)))
    for path in (template, file):
        path.chmod(0o444)
    own = folder / "own"
    own.mkdir()
    _open(copied(template, own))
    answers = _as_nobody(own, *READING)
    answers.wait()
    importing = _as_nobody(own, ("import", str(file)))
    importing.wait()
    seconds = monotonic() - importing.started
    found = [said(fact) for fact in facts_of(str(own / LEDGER))[0]]
    if answers.code != 0 or importing.code != 0 or len(found) != BEFORE + FACTS:
        raise AssertionError(answers.said + importing.said)
    before, new = tuple(found[:BEFORE]), tuple(found[BEFORE:])
    return Given(template, file, before, new, answers.said, seconds)


def _as_nobody(folder: Path, *commands: tuple[str, ...]) -> Victim:
    """A process without the rights of root that runs commands on the ledger in a folder."""
    os.chdir(folder)
    return start(LEDGER, commands, become_nobody)


def _open(ledger: Path) -> None:
    """Let everybody write to the files of a ledger, and to their folder."""
    _set(ledger, (0o666, 0o777))


def _set(ledger: Path, permissions: tuple[int, int]) -> None:
    files, folder = permissions
    for path in ledger.parent.glob(f"{ledger.name}*"):
        path.chmod(files)
    ledger.parent.chmod(folder)


def _made_read_only(trial: Trial, given: Given) -> Outcome:
    """Make a ledger read-only, and look at what commands say and leave."""
    ledger = copied(given.template, trial.folder)
    _open(ledger)
    what = list(CLOSED)[trial.number // 2 % len(CLOSED)]
    if trial.number % 2:
        return _while_importing(trial, given, ledger, what)
    _set(ledger, CLOSED[what])
    reading = _as_nobody(trial.folder, *READING)
    reading.wait()
    problems = []
    if reading.said != given.answers:
        problems.append(f"an answer differs: {_difference(reading.said, given.answers)}")
    for words in (recording("late"), ("import", str(given.file)), ("rebuild",)):
        writing = _as_nobody(trial.folder, words)
        writing.wait()
        if (writing.code, writing.error) != (1, "read-only"):
            problems.append(f"{words[0]} ended with {writing.code}: {writing.said[-300:]}")
    _open(ledger)
    facts, wrong = examined(str(ledger))
    if len(facts) != BEFORE:
        problems.append(f"{len(facts)} facts are there, and not {BEFORE}")
    stored = Counter(map(said, facts))
    return Outcome(
        trials=1,
        injected=1,
        acknowledged=BEFORE,
        lost=lost(given.before, stored),
        duplicates=doubled(stored, given.before),
        problems=tuple(f"{what}: {text}" for text in (*problems, *wrong)),
        seen=(f"{what} before the command",),
    )


def _difference(one: str, other: str) -> str:
    pairs = zip(one.splitlines(), other.splitlines(), strict=False)
    return next((f"{a!r} for {b!r}" for a, b in pairs if a != b), "one is shorter")


def _while_importing(trial: Trial, given: Given, ledger: Path, what: str) -> Outcome:
    """Make the ledger read-only at some moment of an import."""
    importing = _as_nobody(trial.folder, ("import", str(given.file)))
    struck = not importing.wait(trial.spread(given.seconds))
    _set(ledger, CLOSED[what])
    importing.wait()
    _open(ledger)
    facts, problems = examined(str(ledger))
    stored = Counter(map(said, facts))
    added = len(facts) - BEFORE
    if importing.code == 0:
        verdict, told = "done", given.new
    else:
        verdict, told = "refused", ()
        # A file that was closed between two looks at it cannot be opened: `store` says so.
        told_so = importing.error in ("read-only", "store") and not importing.crashed()
        if importing.code != 1 or not told_so:
            problems.append(f"it ended with {importing.code}: {importing.said[-300:]}")
        if added and "nothing was recorded" in importing.said:
            problems.append("it said that nothing was recorded, and all of it was")
    if added not in (0, FACTS):
        problems.append(f"half-written: {added} of {FACTS} facts are stored")
    problems += _goes_on(str(ledger), given)
    every = (*given.before, *told)
    return Outcome(
        trials=1,
        injected=int(struck),
        acknowledged=len(every),
        lost=lost(every, stored),
        duplicates=doubled(stored, (*given.before, *given.new)),
        problems=tuple(f"{what}, while it imports: {text}" for text in problems),
        seen=(f"{what} while it imports: {verdict}",),
    )


def _goes_on(ledger: str, given: Given) -> list[str]:
    """What is wrong with importing once it can be written to again."""
    ran = lsledger(ledger, "import", str(given.file))
    facts, problems = facts_of(ledger)
    if ran.code != 0 or len(facts) != BEFORE + FACTS:
        problems.append(f"importing does not go on: {ran}")
    return problems
