"""A server of PostgreSQL whose disk is full: what is recorded then is refused, or is all there.

The disk is a small file system in memory, mounted in a name space of its own, which needs no
right but that of making one, and is gone with the process. Run as a program in that name space:
server_disk FOLDER SEED FIRST TRIALS.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections import Counter
from dataclasses import asdict
from pathlib import Path
from typing import Any

from faults import server
from faults.chance import SEED, dice
from faults.command import Ran, lsledger
from faults.examine import doubled, examined, lost
from faults.material import PAGE, note, recording, write
from faults.server import Server
from faults.tally import Outcome, together
from faults.trials import scratch
from faults.writers import PASSING
from ledger import database

SIZE = 96 * 1024 * 1024
"""Bytes of the file system, of which a new server takes a third."""

ROUND = 40
"""Trials on one file system: what they record does not fill it by itself."""

FACTS = 100
"""Facts of an import."""

# Mounting takes root's name in the name space, and a server takes any name but that.
ENTER = (
    *("unshare", "--map-root-user", "--mount", "sh", "-c"),
    f'mount -t tmpfs -o size={SIZE},mode=777 lsledger "$0" && '
    'exec unshare --map-user=1000 --map-group=1000 "$@"',
)

TOLD = PASSING | {"disk-full"}
"""The codes of errors that may be told; a server may stop when it cannot write its log."""


def run(count: int) -> Outcome:
    """Fill the disk so many times; where none can be mounted, nothing and a note of it."""
    if shutil.which("unshare") is None:
        return _not_here("there is no `unshare`")
    with scratch() as folder:
        folder.chmod(0o777)
        probe = _entered(folder, "true")
        if probe.returncode != 0:
            return _not_here(" ".join(probe.stderr.split()) or "unshare fails")
        return together(
            _round(folder, first, min(ROUND, count - first)) for first in range(0, count, ROUND)
        )


def _entered(folder: Path, *command: str) -> subprocess.CompletedProcess[str]:
    """Run a command where a small file system is mounted on the folder."""
    return subprocess.run(
        [*ENTER, str(folder), *command],
        capture_output=True,
        text=True,
        check=False,
        env={k: v for k, v in os.environ.items() if not k.startswith(("LSLEDGER_", "PG"))},
    )


def _round(folder: Path, first: int, count: int) -> Outcome:
    numbers = (str(number) for number in (SEED.get(), first, count))
    done = _entered(folder, sys.executable, "-m", __name__, str(folder), *numbers)
    if done.returncode != 0:
        return Outcome(0, 0, 0, 0, 0, (f"the trials on a small disk: {done.stderr[-500:]}",))
    found: dict[str, Any] = json.loads(done.stdout)
    return Outcome(**found | {name: tuple(found[name]) for name in ("problems", "seen", "notes")})


def _not_here(why: str) -> Outcome:
    told = f"no small file system can be mounted here ({why}): nothing was tried"
    return Outcome(0, 0, 0, 0, 0, notes=(told,))


def _inside(mounted: Path, first: int, count: int) -> Outcome:
    """The trials, in the name space: each leaves some room, and is repeated when there is more."""
    database.PATIENCE = 5  # seconds: a server that cannot write its log does not come back
    acknowledged: list[str] = []
    problems: list[str] = []
    seen: list[str] = []
    stopped = 0
    with scratch() as folder, server.start(mounted, wal_recycle="off") as itself:
        if (made := lsledger(itself.url, "init")).code != 0:
            raise AssertionError(str(made))
        for number in range(first, first + count):
            stated, words = _trial(number, folder)
            left = _room(number, len(stated))
            squeezed = _squeezed(mounted, itself, words, left)
            itself.start()
            again = lsledger(itself.url, *words)
            stopped, before = itself.log.read_text("utf-8").count("PANIC"), stopped
            met = "the server stopped itself, then " if stopped > before else ""
            seen.append(f"{words[0]}: {met}{squeezed.error or 'done'}")
            problems += _wrong_with(squeezed, again)
            if 0 in (squeezed.code, again.code):
                acknowledged += stated
        facts, more = examined(itself.url)
    stored = Counter(str(fact["content"]["statement"]) for fact in facts)
    return Outcome(
        trials=count,
        injected=sum(not text.endswith(": done") for text in seen),
        acknowledged=len(acknowledged),
        lost=lost(acknowledged, stored),
        duplicates=doubled(stored, stored),
        problems=(*problems, *more),
        seen=tuple(seen),
    )


def _trial(number: int, folder: Path) -> tuple[list[str], tuple[str, ...]]:
    """What a trial records, and the words of the command that does so."""
    if number % 2:
        said = _long(f"one-{number}")
        return [said], recording(f"one-{number}", said)
    names = [f"many-{number}-{fact}" for fact in range(FACTS)]
    file = write(folder / f"{number}.jsonl", (note(name, _long(name)) for name in names))
    return [_long(name) for name in names], ("import", str(file))


def _room(number: int, facts: int) -> int:
    """The bytes that a trial leaves: too few for the tables, or enough for them and too few for
    the next file of the log.
    """
    pages = 9 + facts * (4 if number % 4 == 0 else 1)
    return PAGE * dice("server-disk", number).randrange(pages)


def _long(name: str) -> str:
    """A statement that no server makes shorter."""
    return f"{name} 말 {dice(name, 0).randbytes(1_000).hex()}"


def _squeezed(mounted: Path, itself: Server, words: tuple[str, ...], left: int) -> Ran:
    """Run a command where so many bytes are left, and give the rest back."""
    filler = mounted / "filler"
    with filler.open("wb") as file:
        free = shutil.disk_usage(mounted).free
        os.posix_fallocate(file.fileno(), 0, max(PAGE, free - left))
    try:
        return lsledger(itself.url, *words)
    finally:
        filler.unlink()


def _wrong_with(squeezed: Ran, again: Ran) -> list[str]:
    """What is wrong with how a command failed, and went on when there was room."""
    problems = []
    if squeezed.crashed or (squeezed.code != 0 and squeezed.error not in TOLD):
        problems.append(f"on a full disk: {squeezed}"[:400])
    if again.code != 0:
        problems.append(f"with room again: {again}"[:400])
    return problems


if __name__ == "__main__":
    SEED.set(int(sys.argv[2]))
    json.dump(asdict(_inside(Path(sys.argv[1]), *map(int, sys.argv[3:5]))), sys.stdout)
