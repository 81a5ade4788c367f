"""A write-ahead log that is left behind, copied, removed, damaged, or another ledger's.

A process dies that held the ledger open, so that the newest facts stand in the log alone. Then:

    opened again             all that was acknowledged is there
    copied                   so it is in the copies of the file and its log
    shared memory garbled    and here: it is made anew from the log
    log removed              the file is the ledger of an earlier moment, whole, or is named as
                             damaged; what stood in the log alone went with the log
    log cut, overwritten     likewise: SQLite reads a log up to the first frame that does not hold
    file replaced            by an earlier backup, with the log left beside it: likewise

What must never be is a ledger that verifies and holds something else than the first of the
facts, in their order, each import wholly or not at all. That the last ones are missing only
somebody can tell who holds a checkpoint or an export: `verify --against` must do so.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

from faults import trials
from faults.command import facts_of, lsledger
from faults.examine import examined
from faults.material import LEDGER, copied, make, note, portfolio, recording, write
from faults.tally import Outcome
from faults.trials import Trial
from faults.victim import forked, holding, start, within

BEFORE = 60
"""Facts that are there already, and in the file."""

IMPORTED = 15
"""Facts of each import; so few that each is told."""

LOG, MEMORY = f"{LEDGER}-wal", f"{LEDGER}-shm"


@dataclass(frozen=True, slots=True)
class Left:
    """What a dead process left: the references of all facts, in their order.

    told: those that were acknowledged. ends: after how many facts a command may have ended.
    checkpoint: a signed checkpoint of all facts, kept elsewhere.
    """

    refs: tuple[str, ...]
    told: frozenset[str]
    ends: frozenset[int]
    checkpoint: Path


def run(count: int) -> Outcome:
    """Leave a log behind so many times."""
    return trials.run("wal-left", count, _prepared, _left)


def _prepared(folder: Path) -> Path:
    ledger = str(make(folder / "template.db", portfolio(BEFORE)))
    ran = lsledger(ledger, "keygen", "example.com/ledger", "-o", str(folder / "key"))
    if ran.code != 0:
        raise AssertionError(str(ran))
    return folder


def _left(trial: Trial, shared: Path) -> Outcome:
    """Leave a log behind, do something to it, and look at the ledger."""
    os.chdir(trial.folder)
    left, problems = _leave(trial, shared)
    what = list(WAYS)[trial.number % len(WAYS)]
    place = trial.folder / "place"
    copy_of(trial.folder, place)
    way = WAYS[what]
    way.change(place, trial.chance, shared)
    told: frozenset[str] = frozenset()
    refs: list[str] = []
    if way.harmless:
        facts, wrong = examined(str(place / LEDGER))
        told, refs, seen = left.told, list(map(ref, facts)), "all is there"
        if refs != list(left.refs):
            wrong.append("the facts are others than before")
    else:
        seen, wrong = _earlier(str(place / LEDGER), left)
    return Outcome(
        trials=1,
        injected=1,
        acknowledged=len(told),
        lost=len(told - {*refs}),
        duplicates=len(refs) - len({*refs}),
        problems=tuple(f"{what}: {text}" for text in (*problems, *wrong)),
        seen=(f"{what}: {seen}",),
    )


def ref(fact: Mapping[str, Any]) -> str:
    """The reference of a stored fact."""
    return f"{fact['stream']}@{fact['version']}"


def _leave(trial: Trial, shared: Path) -> tuple[Left, list[str]]:
    """Record into a ledger that another process holds open, and let that one die."""
    chance, ledger = trial.chance, copied(shared / "template.db", trial.folder)
    holder = holding(ledger, reading=chance.random() < 0.3)
    problems = []
    told: list[str] = []
    for part in range(2):
        recorder = start(LEDGER, _commands(trial.folder, part, chance))
        if chance.random() < 0.5:
            recorder.killed_at(chance.uniform(0, 0.3))
        recorder.wait()
        told += recorder.recorded()
        if recorder.crashed():
            problems.append(f"a traceback: {recorder.said[-300:]}")
        if part == 0 and chance.random() < 0.6:
            forked(partial(_bring_in, ledger, chance.randrange(ledger.stat().st_size * 2))).wait()
    holder.kill()
    whole = trial.folder / "whole"
    copy_of(trial.folder, whole)
    facts, unread = facts_of(str(whole / LEDGER))
    signed = ("checkpoint", "--key", str(shared / "key"), "-o", str(trial.folder / "checkpoint"))
    ran = lsledger(str(whole / LEDGER), *signed)
    if ran.code != 0:
        problems.append(str(ran))
    times = [fact["recorded_at"] for fact in facts]  # one for all facts of a command
    ends = {n for n in range(1, len(times)) if times[n - 1] != times[n]} | {len(times)}
    refs = tuple(map(ref, facts))
    left = Left(refs, frozenset(told), frozenset(ends), trial.folder / "checkpoint")
    return left, problems + unread


def _bring_in(ledger: Path, limit: int) -> int:
    """Bring the log into the file, as far as it goes; be killed where that exceeds a limit."""
    within(limit, deadly=True)()
    with closing(sqlite3.connect(ledger)) as connection:
        connection.execute("PRAGMA wal_checkpoint(PASSIVE)")
    return 0


def _commands(folder: Path, part: int, chance: Random) -> list[tuple[str, ...]]:
    """Some facts to record, one by one and several at once."""
    found: list[tuple[str, ...]] = []
    for number in range(chance.randint(1, 4)):
        name = f"n{part}-{number}"
        if chance.random() < 0.5:
            found.append(recording(name))
        else:
            file = folder / f"{name}.jsonl"
            write(file, (note(f"{name}-{each}") for each in range(IMPORTED)))
            found.append(("import", str(file)))
    return found


def copy_of(folder: Path, other: Path) -> None:
    """Copy the files of a ledger into a new folder."""
    other.mkdir()
    for name in (LEDGER, LOG, MEMORY):
        if (folder / name).exists():
            shutil.copyfile(folder / name, other / name)


def _as_it_is(_place: Path, _chance: Random, _shared: Path) -> None:
    """The ledger is only opened again."""


def _without_memory(place: Path, _chance: Random, _shared: Path) -> None:
    (place / MEMORY).unlink(missing_ok=True)


def _garbled(place: Path, chance: Random, _shared: Path) -> None:
    (place / MEMORY).write_bytes(chance.randbytes(32_768))


def _removed(place: Path, chance: Random, _shared: Path) -> None:
    (place / LOG).unlink(missing_ok=True)
    if chance.random() < 0.5:
        (place / MEMORY).unlink(missing_ok=True)


def _cut(place: Path, chance: Random, _shared: Path) -> None:
    data = (place / LOG).read_bytes()
    (place / LOG).write_bytes(data[: chance.randrange(len(data) + 1)])


def _overwritten(place: Path, chance: Random, _shared: Path) -> None:
    data = bytearray((place / LOG).read_bytes())
    if data:
        at, size = chance.randrange(len(data)), chance.choice((1, 8, 4_096))
        data[at : at + size] = chance.randbytes(min(size, len(data) - at))
        (place / LOG).write_bytes(data)


def _replaced(place: Path, chance: Random, shared: Path) -> None:
    shutil.copyfile(shared / "template.db", place / LEDGER)
    if chance.random() < 0.5:
        (place / MEMORY).unlink(missing_ok=True)


@dataclass(frozen=True, slots=True)
class Way:
    """Something that happens to the files that were left. harmless: nothing may be missing."""

    change: Callable[[Path, Random, Path], None]
    harmless: bool = False


WAYS = {
    "opened again": Way(_as_it_is, harmless=True),
    "copied without the shared memory": Way(_without_memory, harmless=True),
    "shared memory garbled": Way(_garbled, harmless=True),
    "log removed": Way(_removed),
    "log cut": Way(_cut),
    "log overwritten": Way(_overwritten),
    "file replaced": Way(_replaced),
}


def _earlier(ledger: str, left: Left) -> tuple[str, list[str]]:
    """What a ledger whose log was touched is, and what is wrong with it."""
    commands = (("verify",), ("log",), ("export", "facts", "--format", "jsonl"))
    ran = [lsledger(ledger, *words) for words in commands]
    problems = [f"a traceback: {one}" for one in ran if one.crashed]
    if ran[0].code != 0:
        return "named as damaged", problems
    facts, wrong = examined(ledger)
    problems += wrong
    refs = tuple(map(ref, facts))
    if refs != left.refs[: len(refs)]:
        problems.append("it verifies, and its facts are not the first of those recorded")
    elif len(refs) not in left.ends:
        problems.append(f"it verifies with {len(refs)} facts, in the middle of an import")
    if len(refs) < BEFORE:
        problems.append("facts are missing that stood in the file")
    against = lsledger(ledger, "verify", "--against", str(left.checkpoint))
    if (against.code == 0) != (refs == left.refs):
        problems.append(f"{len(left.refs) - len(refs)} facts are missing: {against}")
    return (
        "all is there" if refs == left.refs else "an earlier moment, as --against tells"
    ), problems
