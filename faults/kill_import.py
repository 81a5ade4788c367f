"""Killed imports: an import of some hundred facts is struck anywhere in its life.

A third of the kills come at a moment of the clock; a third when the log has grown to so many
bytes; and a third from the system, in the middle of a write, when a file would exceed so many
bytes: in the commit of the facts, in that of the views, while the log is brought into the file.
"""

from __future__ import annotations

import signal
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import monotonic

from faults import trials
from faults.command import facts_of, lsledger
from faults.examine import doubled, examined, lost
from faults.material import (
    LEDGER,
    copied,
    make,
    note,
    portfolio,
    remove,
    said,
    write,
)
from faults.tally import Outcome, together
from faults.trials import Trial
from faults.victim import Victim, holding, nothing, start, within

BEFORE = 30
"""Facts that are there already."""

FACTS = 300
"""Facts of the import."""


@dataclass(frozen=True, slots=True)
class Given:
    """What all trials share.

    expected: what the facts of the import say once they are stored. seconds: how long it
    takes. size: bytes that no file exceeds in it.
    """

    template: Path
    file: Path
    expected: tuple[str, ...]
    seconds: float
    size: int


def run(count: int) -> Outcome:
    """Kill so many imports."""
    return trials.run("kill-import", count, _prepared, _killed)


def _prepared(folder: Path) -> Given:
    """The import as it is when nothing strikes it."""
    template = make(folder / "template.db", (note(f"before-{n}") for n in range(BEFORE)))
    file = write(folder / "facts.jsonl", portfolio(FACTS))
    seconds = median(_seconds(template, file, folder) for _ in range(3))
    facts, _ = facts_of(str(folder / LEDGER))
    return Given(template, file, tuple(map(said, facts[BEFORE:])), seconds, _size(folder, file))


def _size(folder: Path, file: Path) -> int:
    """The bytes that the log of such an import has at its end, or the ledger, if that has more."""
    other = folder / "other"
    other.mkdir()
    ledger = copied(folder / "template.db", other)
    holder = holding(ledger)
    start(str(ledger), [("import", str(file))]).wait()
    holder.kill()
    return max(path.stat().st_size for path in other.iterdir())


def _seconds(template: Path, file: Path, folder: Path) -> float:
    victim = _victim(template, file, folder)
    victim.wait()
    if victim.code != 0:
        raise AssertionError(victim.said)
    return monotonic() - victim.started


def _victim(
    template: Path, file: Path, folder: Path, first: Callable[[], None] = nothing
) -> Victim:
    """A process that imports the file into a copy of the ledger."""
    remove(folder / LEDGER)
    return start(str(copied(template, folder)), [("import", str(file))], first)


def _by_the_clock(trial: Trial, given: Given) -> tuple[Victim, bool]:
    victim = _victim(given.template, given.file, trial.folder)
    # Another trial runs beside this one, so it takes longer than it did alone.
    return victim, victim.killed_at(trial.spread(given.seconds * 1.5))


def _by_the_log(trial: Trial, given: Given) -> tuple[Victim, bool]:
    log, size = trial.folder / f"{LEDGER}-wal", trial.spread(given.size)
    victim = _victim(given.template, given.file, trial.folder)
    while not victim.wait(0):
        with suppress(FileNotFoundError):
            if log.stat().st_size >= size:
                break
    return victim, victim.killed_at(0)


def _in_a_write(trial: Trial, given: Given) -> tuple[Victim, bool]:
    limit = int(trial.spread(given.size))
    victim = _victim(given.template, given.file, trial.folder, within(limit, deadly=True))
    victim.wait()
    return victim, victim.code == -signal.SIGXFSZ


WAYS: dict[str, Callable[[Trial, Given], tuple[Victim, bool]]] = {
    "by the clock": _by_the_clock,
    "by the size of the log": _by_the_log,
    "in a write": _in_a_write,
}
"""The ways of striking: each gives the victim, and whether it was struck."""


def _killed(trial: Trial, given: Given) -> Outcome:
    """Kill one import and look at what is left."""
    how = list(WAYS)[trial.number % len(WAYS)]
    victim, struck = WAYS[how](trial, given)
    problems = []
    if victim.crashed() or victim.code not in (0, -signal.SIGKILL, -signal.SIGXFSZ):
        problems.append(f"the import ended with {victim.code}: {victim.said[-300:]}")
    ledger = str(trial.folder / LEDGER)
    current = '"views": "up to date"' in lsledger(ledger, "status", "--format", "json").out
    facts, wrong = examined(ledger)
    problems += wrong
    stored = Counter(map(said, facts[BEFORE:]))
    count = stored.total()
    if count not in (0, len(given.expected)):
        problems.append(f"half-written: {count} of {len(given.expected)} facts are stored")
    if len(facts) < BEFORE:
        problems.append("facts that were there before are gone")
    told = given.expected if victim.acknowledged_all() else ()
    outcome = Outcome(
        trials=1,
        injected=struck,
        acknowledged=len(told),
        lost=lost(told, stored),
        duplicates=doubled(stored, given.expected),
        problems=tuple(problems),
        seen=(f"killed {how}, {_moment(count, current)}" if struck else "ended before",),
    )
    return outcome if trial.number % 4 else together([outcome, _again(ledger, given)])


def _moment(stored: int, current: bool) -> str:
    """Where in the life of the import it was struck, as the ledger shows."""
    if not stored:
        return "before the facts were stored"
    return "after the views were" if current else "between the facts and the views"


def _again(ledger: str, given: Given) -> Outcome:
    """Import the same once more, as whoever was struck would do: now all is there, once."""
    ran = lsledger(ledger, "import", str(given.file))
    facts, problems = facts_of(ledger)
    stored = Counter(map(said, facts[BEFORE:]))
    if ran.code != 0:
        problems.append(str(ran))
    return Outcome(
        trials=0,
        injected=0,
        acknowledged=len(given.expected),
        lost=lost(given.expected, stored),
        duplicates=doubled(stored, given.expected),
        problems=tuple(problems),
    )
