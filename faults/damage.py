"""A damaged file: bytes or pages of a ledger overwritten, swapped, or cut off.

Each command then runs on a copy of the damaged file. It may answer rightly, since the damage
may be elsewhere, or say that the file is damaged. Never a traceback; `verify` passes only on
what says the same as before; `backup` copies only what it has found whole.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from random import Random

from faults import trials
from faults.command import Ran, facts_of, lsledger
from faults.examine import doubled, lost
from faults.material import LEDGER, PAGE, make, portfolio, recording, remove, said
from faults.tally import Outcome
from faults.trials import Trial

BEFORE = 120
"""Facts that are there."""

READING = (
    ("portfolio",),
    ("plants", "--format", "csv"),
    ("plants", "--known-at", "#60", "--format", "csv"),
    ("contracts", "--known-at", "2999", "--format", "csv"),
    ("promises", "--as-of", "2024", "--format", "csv"),
    ("totals", "--public-at", "2024", "--format", "csv"),
    ("companies", "--format", "csv", "--with-evidence"),
    ("conflicts",),
    ("chain",),
    ("show", "plant:plant-1"),
    ("why", "plant:plant-1", "status"),
    ("log", "--format", "csv"),
    ("diff", "--from", "#60"),
    ("coverage",),
    ("source", "list"),
    ("source", "check"),
    ("status",),
    ("checkpoint",),
    ("checkpoint", "--list"),
    ("prove", "#7"),
    ("export", "facts", "--format", "jsonl"),
    ("export", "facts", "--format", "json", "--known-at", "#60"),
    ("sql", "SELECT stream, name FROM view_streams ORDER BY stream"),
)
TOLD = ("damaged", "not-a-ledger", "ledger-newer", "inconsistent")
"""The errors by which a command says that the file is not what it was."""

MISLEADING = ("busy", "disk-full", "read-only", "store", "ledger-missing", "usage")
"""Errors that would send somebody to look for the cause elsewhere."""


@dataclass(frozen=True, slots=True)
class Given:
    """What all trials share: a ledger, the answers to the commands, its content, its facts."""

    template: Path
    answers: tuple[str, ...]
    content: dict[str, list[str]]
    facts: tuple[str, ...]


def run(count: int) -> Outcome:
    """Damage a ledger so many times."""
    return trials.run("damage", count, _prepared, _damaged)


def _prepared(folder: Path) -> Given:
    os.chdir(folder)
    template = make(folder / LEDGER, portfolio(BEFORE))
    (folder / "page.html").write_text("<p>The plant began in 2025.</p>" * 300, "utf-8")
    document = ("source", "add", "page.html", "--id", "page", "--title", "P", "--published", "2025")
    for words in (
        document,
        ("keygen", "example.com/ledger", "-o", "key"),
        ("checkpoint", "--key", "key"),
        ("log",),
    ):
        ran = lsledger(LEDGER, *words)
        if ran.code != 0:
            raise AssertionError(str(ran))
    answers = [lsledger(LEDGER, *words) for words in READING]
    for ran in answers:
        if ran.error or ran.crashed:
            raise AssertionError(str(ran))
    facts = tuple(map(said, facts_of(LEDGER)[0]))
    return Given(template, tuple(map(_as_told, answers)), content(template), facts)


def _as_told(ran: Ran) -> str:
    return f"{ran.code}\n{ran.out}"


def content(ledger: Path) -> dict[str, list[str]]:
    """Everything that the tables of a ledger say, read past lsledger.

    Raises sqlite3.Error or UnicodeDecodeError when they cannot be read.
    """
    with closing(sqlite3.connect(f"file:{ledger}?mode=ro&immutable=1", uri=True)) as connection:
        connection.text_factory = bytes
        tables = [
            name.decode()
            for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        ]
        found = {
            "": sorted(map(repr, connection.execute("SELECT type, name, sql FROM sqlite_master")))
        }
        for table in tables:
            # by the table itself, and not by an index that may be damaged in another way
            rows = connection.execute(f"SELECT * FROM {table} NOT INDEXED")
            found[table] = sorted(map(repr, rows))
    return found


def _byte(data: bytearray, chance: Random) -> None:
    at = chance.randrange(len(data))
    data[at] ^= 1 << chance.randrange(8)


def _bytes(data: bytearray, chance: Random) -> None:
    at, size = chance.randrange(len(data) - 8), chance.choice((2, 8))
    data[at : at + size] = chance.randbytes(size)


def _page(data: bytearray, chance: Random) -> None:
    at = chance.randrange(len(data) // PAGE) * PAGE
    data[at : at + PAGE] = chance.choice((bytes(PAGE), chance.randbytes(PAGE)))


def _swapped(data: bytearray, chance: Random) -> None:
    one, other = (n * PAGE for n in chance.sample(range(1, len(data) // PAGE), 2))
    data[one : one + PAGE], data[other : other + PAGE] = (
        data[other : other + PAGE],
        data[one : one + PAGE],
    )


def _cut(data: bytearray, chance: Random) -> None:
    del data[chance.randrange(1, len(data)) :]


KINDS: dict[str, Callable[[bytearray, Random], None]] = {
    "one bit": _byte,
    "some bytes": _bytes,
    "a page": _page,
    "two pages swapped": _swapped,
    "the end cut off": _cut,
}


def _damaged(trial: Trial, given: Given) -> Outcome:
    """Damage a copy in one way, and run each command on it."""
    os.chdir(trial.folder)
    kind = list(KINDS)[trial.number % len(KINDS)]
    before = given.template.read_bytes()
    data = bytearray(before)
    KINDS[kind](data, trial.chance)
    damaged = Path("damaged")
    damaged.write_bytes(data)
    verified = _on_a_copy(damaged, "verify")
    problems = [f"{CRASHED}: {verified}"] if verified.crashed else []
    if verified.code == 0 and not _says_the_same(damaged, given):
        problems.append("verify passes, and the content is another one")
    seen = [f"verify {'passed: all says the same' if verified.code == 0 else 'failed'}"]
    for words, answer in zip(READING, given.answers, strict=True):
        ran = _on_a_copy(damaged, *words)
        verdict = _verdict(ran, answer)
        seen.append(f"a command {verdict}")
        if verdict in (CRASHED, MISLED) or (verdict == OTHERWISE and verified.code == 0):
            problems.append(f"{verdict}: {ran}")
    for words in (recording("late"), ("rebuild",), ("backup", "copy.db")):
        problems += _written(damaged, given, words)
    whole = verified.code == 0
    stored = Counter(map(said, facts_of("damaged")[0])) if whole else Counter[str]()
    return Outcome(
        trials=1,
        injected=int(bytes(data) != before),
        acknowledged=len(given.facts) if whole else 0,
        lost=lost(given.facts, stored) if whole else 0,
        duplicates=doubled(stored, stored),
        problems=tuple(f"{kind}: {text}" for text in problems),
        seen=tuple(seen),
    )


def _says_the_same(damaged: Path, given: Given) -> bool:
    try:
        return content(damaged.absolute()) == given.content
    except (sqlite3.Error, UnicodeDecodeError):
        return False


RIGHT = "answered rightly"
DAMAGED = "told that the file is damaged"
OTHERWISE = "answered otherwise, and verify tells"
MISLED = "told another cause"
CRASHED = "ended in a traceback"


def _verdict(ran: Ran, answer: str) -> str:
    """What a reading command made of the damage."""
    if ran.crashed:
        return CRASHED
    if ran.error in TOLD:
        return DAMAGED
    if ran.error in MISLEADING:
        return MISLED
    return RIGHT if _as_told(ran) == answer else OTHERWISE


def _written(damaged: Path, given: Given, words: tuple[str, ...]) -> list[str]:
    """What is wrong with what a writing command does with a damaged file."""
    remove(Path("copy.db"))
    ran = _on_a_copy(damaged, *words)
    if ran.crashed or (ran.code != 0 and ran.error not in TOLD):
        return [str(ran)]
    if ran.code != 0:
        return []
    made = "copy.db" if words[0] == "backup" else LEDGER
    found, unread = facts_of(made)
    whole = [said(fact) for fact in found][: len(given.facts)] == list(given.facts)
    problems = []
    if words[0] == "record" and not unread and found[-1]["stream"] != "context:late":
        problems.append("record: the fact is not there")
    if words[0] == "backup" and not whole:
        problems.append("backup: the copy has other facts")
    if lsledger(made, "verify").code == 0 and not whole:
        problems.append(f"{words[0]}: verify passes on other facts")
    return problems


def _on_a_copy(damaged: Path, *words: str) -> Ran:
    remove(Path(LEDGER))
    shutil.copyfile(damaged, LEDGER)
    return lsledger(LEDGER, *words)
