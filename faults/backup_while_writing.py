"""Backups taken while four processes write: each copy is whole, and begins like the ledger.

Every trial takes a few backups, one after the other, and then kills one on its way. A copy
must verify; hold the first facts of the ledger in their order, with all that was acknowledged
before it was begun; have the root that the command printed; and be a ledger that can be recorded
into. What is left of a killed one must not look like a backup, or be a whole one.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import monotonic

from faults import trials
from faults.command import facts_of, lsledger
from faults.examine import detail, examined, not_verified
from faults.material import LEDGER, copied, make, portfolio, recording
from faults.tally import Outcome
from faults.trials import Trial
from faults.victim import Victim, start
from faults.wal_left import ref

BEFORE = 300
"""Facts that are there already."""

WRITERS = 4
FACTS = 12
"""Facts that each of them records, one by one."""

BACKUPS = 3
"""Backups of one trial, beside the one that is killed."""

_COPIED = re.compile(r"^Copied ([\d,]+) facts? to .*, root ([0-9a-f]{64})$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Given:
    """What all trials share. seconds: how long a backup takes."""

    template: Path
    seconds: float


@dataclass(frozen=True, slots=True)
class Copy:
    """A backup that was taken: how it ended, and what was acknowledged before and after it."""

    file: Path
    taker: Victim
    before: frozenset[str]
    after: frozenset[str]


def run(count: int) -> Outcome:
    """Take some backups while others write, so many times."""
    return trials.run("backup", count, _prepared, _backed_up)


def _prepared(folder: Path) -> Given:
    template = make(folder / "template.db", portfolio(BEFORE))
    copied(template, folder)
    os.chdir(folder)
    seconds = []
    for number in range(5):
        taker = start(LEDGER, [("backup", f"copy-{number}.db")])
        taker.wait()
        if taker.code != 0:
            raise AssertionError(taker.said)
        seconds.append(monotonic() - taker.started)
    return Given(template, median(seconds))


def _backed_up(trial: Trial, given: Given) -> Outcome:
    """Take backups, and look at each of them when all is written."""
    os.chdir(trial.folder)
    copied(given.template, trial.folder)
    writers = [
        start(LEDGER, [recording(f"w{writer}-{n}") for n in range(FACTS)])
        for writer in range(WRITERS)
    ]
    taken = [_taken(writers, trial.folder / f"백업-{n}.db") for n in range(BACKUPS)]
    half = trial.folder / "half.db"
    taker = start(LEDGER, [("backup", str(half))])
    struck = taker.killed_at(trial.spread(given.seconds * 1.5))
    for writer in writers:
        writer.wait()
    problems = [f"a writer: {w.said[-300:]}" for w in writers if w.code != 0 or w.crashed()]
    facts, wrong = examined(LEDGER)
    refs = tuple(map(ref, facts))
    told = _told(writers)
    for copy in taken:
        problems += [f"{copy.file.name}: {text}" for text in _wrong_with(copy, refs)]
    problems += _wrong_with_what_is_left(half, struck=struck)
    seen = ["a backup killed" if struck else "a backup to be killed ended before"]
    seen += [
        "a backup while facts were recorded" if c.after != c.before else "a backup in a pause"
        for c in taken
    ]
    return Outcome(
        trials=BACKUPS + 1,
        injected=struck + sum(copy.after != copy.before for copy in taken),
        acknowledged=len(told),
        lost=len(told - {*refs}),
        duplicates=len(refs) - len({*refs}),
        problems=(*problems, *wrong),
        seen=tuple(seen),
    )


def _told(writers: list[Victim]) -> frozenset[str]:
    return frozenset(name for writer in writers for name in writer.recorded())


def _taken(writers: list[Victim], file: Path) -> Copy:
    before = _told(writers)
    taker = start(LEDGER, [("backup", str(file))])
    taker.wait()
    return Copy(file, taker, before, _told(writers))


def _wrong_with(copy: Copy, refs: tuple[str, ...]) -> list[str]:
    """What is wrong with a backup; refs: of the ledger's facts, when all was written."""
    told = _COPIED.search(copy.taker.said)
    if copy.taker.code != 0 or told is None:
        return [f"ended with {copy.taker.code}: {copy.taker.said[-300:]}"]
    ran = lsledger(str(copy.file), "verify", "--format", "json")
    problems = not_verified(ran, "as it was made")
    facts, unread = facts_of(str(copy.file))
    problems += unread
    found = tuple(map(ref, facts))
    if found != refs[: len(found)]:
        problems.append("its facts are not the first of the ledger")
    if missing := copy.before - {*found}:
        problems.append(f"{len(missing)} facts are missing that were acknowledged before")
    if (int(told[1].replace(",", "")), told[2]) != (len(found), detail(ran, "tree")[-64:]):
        problems.append(f"it is told to be another one: {told[0]}")
    more = lsledger(str(copy.file), *recording("afterwards"))
    if more.code != 0:
        problems.append(str(more))
    return problems


def _wrong_with_what_is_left(half: Path, *, struck: bool) -> list[str]:
    """What is wrong with what a killed backup left."""
    known = (LEDGER, "백업-")
    names = [p.name for p in half.parent.iterdir() if not p.name.startswith((*known, half.name))]
    problems = [f"left behind: {n}" for n in names if not n.startswith(".lsledger-")]
    if half.exists():  # it was struck after it had given the copy its name, or not at all
        ran = lsledger(str(half), "verify", "--format", "json")
        problems += not_verified(ran, "a backup that was killed")
    elif not struck:
        problems.append("a backup ended, and is not there")
    again = lsledger(LEDGER, "backup", str(half.with_name("again.db")))
    if again.code != 0:
        problems.append(str(again))
    return problems
