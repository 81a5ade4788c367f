"""A full disk, wherever in a command the space runs out: an error, and nothing half-written.

Two things stand for the disk. A limit on the size of files, at every trial another one, meets
SQLite in the middle of any write. A small file system in memory is really full; it needs a
system that lets its users mount one (`small_disk.py`).
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from faults import disk, small_disk, trials
from faults.tally import Outcome, together
from faults.trials import Trial
from faults.victim import Victim, start, within


@dataclass(frozen=True, slots=True)
class Given:
    """What all trials share: a folder, and how many bytes each command needs at most."""

    folder: Path
    needs: tuple[int, ...]


def run(count: int) -> Outcome:
    """Let the disk be full so many times, a third of them on a small file system."""
    small = count // 3
    limited = trials.run("full-disk", count - small, _prepared, _limited)
    return together([limited, small_disk.run(small)])


def _prepared(folder: Path) -> Given:
    disk.prepare(folder)
    each = disk.commands(folder)
    return Given(folder, tuple(max(disk.sizes(one, folder / "own", folder)) for one in each))


def _within(limit: int, ledger: str, words: tuple[str, ...]) -> Victim:
    victim = start(ledger, [words], within(limit, deadly=False))
    victim.wait()
    return victim


def _limited(trial: Trial, given: Given) -> Outcome:
    """Run one of the commands where no file may grow beyond a limit."""
    each = disk.commands(given.folder)
    limit = disk.room(trial.number, trial.of, given.needs, trial.chance)
    one = each[trial.number % len(each)]
    return disk.attempt(trial.folder, given.folder, one, limit, _within)
