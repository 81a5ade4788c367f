"""What the cases work on: ledgers to copy, files to import, facts to record."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from benchmarks.synthetic import generate
from faults.command import lsledger

LEDGER = "ledger.db"
LOGS = ("-wal", "-shm", "-journal")
"""What SQLite puts beside a ledger."""

PAGE = 4_096
"""Bytes of a page of a ledger."""


def note(id_: str, statement: str = "말은 남는다.") -> dict[str, Any]:
    """The smallest fact, as a line of an import file."""
    return {
        "type": "context.noted",
        "id": id_,
        "on": "2025-03",
        "subject": "market",
        "about": "world",
        "statement": statement,
    }


def recording(id_: str, statement: str = "말은 남는다.") -> tuple[str, ...]:
    """The words of the command that records such a fact."""
    fact = note(id_, statement)
    options = ("on", "subject", "about", "statement")
    given = [word for name in options for word in (f"--{name}", str(fact[name]))]
    return ("record", str(fact["type"]), id_, *given)


def portfolio(count: int) -> list[dict[str, Any]]:
    """So many facts of all kinds, as lines of an import file; the same ones each time."""
    return list(generate(count, 1))


def write(path: Path, lines: Iterable[Mapping[str, Any]]) -> Path:
    """Write an import file in JSON Lines."""
    text = "".join(f"{json.dumps(line, ensure_ascii=False)}\n" for line in lines)
    path.write_text(text, "utf-8")
    return path


def make(path: Path, lines: Iterable[Mapping[str, Any]]) -> Path:
    """A new ledger that holds these facts, its views up to date, as one file."""
    file = write(path.with_suffix(".jsonl"), lines)
    for words in (("init",), ("import", str(file)), ("log",)):
        ran = lsledger(str(path), *words)
        if ran.code != 0:
            raise AssertionError(str(ran))
    file.unlink()
    log = path.with_name(f"{path.name}-wal")
    if log.exists() and log.stat().st_size:
        raise AssertionError(f"{log.name} holds something that {path.name} does not")
    for suffix in LOGS:
        path.with_name(path.name + suffix).unlink(missing_ok=True)
    return path


def remove(ledger: Path) -> None:
    """Remove a ledger, with what SQLite put beside it."""
    for suffix in ("", *LOGS):
        ledger.with_name(ledger.name + suffix).unlink(missing_ok=True)


def copied(template: Path, folder: Path) -> Path:
    """A copy of a ledger that nobody has open."""
    return Path(shutil.copyfile(template, folder / LEDGER))


def said(fact: Mapping[str, Any]) -> str:
    """What a stored fact says, without where and when it was recorded."""
    parts = [fact.get(name) for name in ("stream", "type", "on", "source", "content")]
    return json.dumps(parts, ensure_ascii=False, sort_keys=True)
