"""What is done on a full disk, and what must hold when there is room again."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import TypeAlias

from faults.command import facts_of, lsledger
from faults.examine import examined
from faults.material import (
    LEDGER,
    copied,
    make,
    note,
    portfolio,
    recording,
    write,
)
from faults.tally import Outcome
from faults.victim import Victim, holding, start

BEFORE = 40
"""Facts that are there already."""

FACTS = 200
"""Facts of the import and of the export that is restored."""

NEW = "new.db"
"""What some commands make: a new ledger, a backup."""

LATE = "views will follow"
"""What a command says whose facts found room and whose views did not."""

Squeeze: TypeAlias = Callable[[int, str, tuple[str, ...]], Victim]
"""Runs words on a ledger where there is room for so many bytes, and gives the room back."""


@dataclass(frozen=True, slots=True)
class Command:
    """A command to run where the space runs out.

    adds: facts that it adds to the ledger. makes: facts of the new file that it makes.
    codes: the errors by which it may say so.
    """

    name: str
    words: tuple[str, ...]
    adds: int = 0
    makes: int = 0
    codes: tuple[str, ...] = ("disk-full",)

    def into(self, folder: Path) -> tuple[str, ...]:
        """Its words, with what it makes in that folder."""
        return tuple(str(folder / word) if word == NEW else word for word in self.words)


def commands(shared: Path) -> tuple[Command, ...]:
    """The commands that write, on the files that `prepare` made."""
    restored = ("--ledger", NEW, "init", "--restore", str(shared / "all.jsonl"))
    return (
        Command("import", ("import", str(shared / "facts.jsonl")), adds=FACTS),
        Command("record", recording("late"), adds=1),
        Command("rebuild", ("rebuild",)),
        Command("init --restore", restored, makes=FACTS),
        Command("backup", ("backup", NEW), makes=BEFORE, codes=("unwritable", "disk-full")),
    )


def prepare(shared: Path) -> None:
    """Make a ledger in a folder, and files to import and to restore."""
    make(shared / "template.db", (note(f"before-{n}") for n in range(BEFORE)))
    write(shared / "facts.jsonl", portfolio(FACTS))
    other = str(make(shared / "other.db", portfolio(FACTS)))
    ran = lsledger(other, "export", "facts", "-o", str(shared / "all.jsonl"))
    if ran.code != 0:
        raise AssertionError(str(ran))


def sizes(command: Command, folder: Path, shared: Path) -> list[int]:
    """The bytes that each file has which a command writes, before its log is tidied away."""
    folder.mkdir()
    ledger = copied(shared / "template.db", folder)
    holder = holding(ledger)
    victim = start(str(ledger), [command.into(folder)])
    victim.wait()
    holder.kill()
    if victim.code != 0:
        raise AssertionError(victim.said)
    made = folder / NEW
    found = [path.stat().st_size for path in folder.iterdir()]
    if made.exists() and command.name != "backup":
        found.append(made.stat().st_size)  # its log, which is tidied away, was as large
    shutil.rmtree(folder)
    return found


def room(number: int, of: int, needs: tuple[int, ...], chance: Random) -> int:
    """The bytes that the trial of this number leaves: each command meets all of its range.

    needs: what each command needs; the trial is of the command `number % len(needs)`.
    """
    part, parts = number // len(needs), max(1, of // len(needs))
    return int((part % parts + chance.random()) / parts * needs[number % len(needs)])


def attempt(folder: Path, shared: Path, command: Command, left: int, squeeze: Squeeze) -> Outcome:
    """Run a command where so many bytes are left, and look at what is there afterwards."""
    ledger = str(copied(shared / "template.db", folder))
    victim = squeeze(left, ledger, command.into(folder))
    refused, late = victim.code != 0, LATE in victim.said
    facts, problems = examined(ledger)
    added = len(facts) - BEFORE
    told = 0 if refused else command.adds
    if refused:
        problems += _wrongly_told(victim, command)
    if added not in (0, command.adds):
        problems.append(f"half-written: {added} of {command.adds} facts are stored")
    if refused and added and "nothing was recorded" in victim.said:
        problems.append("it said that nothing was recorded, and all of it was")
    if command.makes:
        problems += _made(folder, command.makes, refused=refused)
    problems += _goes_on(ledger, len(facts))
    what = "refused" if refused else "done, the views later" if late else "done"
    return Outcome(
        trials=1,
        injected=int(refused or late),
        acknowledged=told,
        lost=max(0, told - added),
        duplicates=max(0, added - command.adds),
        problems=tuple(f"{command.name} with {left:,} bytes left: {text}" for text in problems),
        seen=(f"{command.name}: {what}",),
    )


def _wrongly_told(victim: Victim, command: Command) -> list[str]:
    """What is wrong with how a command said that there is no room."""
    if victim.crashed():
        return [f"a traceback: {victim.said[-300:]}"]
    if victim.code in (1, 2) and victim.error in command.codes:
        return []
    return [f"ended with {victim.code}: {victim.said[-300:]}"]


def _made(folder: Path, facts: int, *, refused: bool) -> list[str]:
    """What is wrong with the new file: it is whole, or there is none, nor a part of it."""
    left = sorted(path.name for path in folder.iterdir() if not path.name.startswith(LEDGER))
    if refused:
        return [f"left behind: {', '.join(left)}"] if left else []
    found, problems = examined(str(folder / NEW))
    if len(found) != facts:
        problems.append(f"the new file holds {len(found)} facts of {facts}")
    return problems


def _goes_on(ledger: str, before: int) -> list[str]:
    """What is wrong with recording once there is room again."""
    ran = lsledger(ledger, *recording("afterwards"))
    facts, problems = facts_of(ledger)
    if ran.code != 0 or len(facts) != before + 1:
        problems.append(f"recording does not go on: {ran}")
    return problems
