"""Processes that record while something fails, and write down what was acknowledged to them.

Run as a module, with a name, a file and a way: records one fact after the other at
LSLEDGER_LEDGER until standard input ends, and adds a line to the file after each attempt.
"""

from __future__ import annotations

import json
import os
import select
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import NamedTuple

from cli.recording import record_into
from cli.settings import Settings
from faults.command import ACTOR, error_in
from faults.material import note, recording
from faults.processes import until
from ledger.envelope import Draft
from ledger.errors import LedgerError
from ledger.fields import draft as draft_of
from ledger.store import Store, opened

ROOT = Path(__file__).parents[1]
STARTING = 60.0
"""Seconds within which a writer must have tried to record its first fact."""
ENDING = 180.0
"""Seconds within which a writer that was told to stop must be through with its last fact: it may
wait for a server for a minute, and for a lock."""
PASSING = {"connection-lost", "server-unreachable", "busy"}
"""The codes of errors after which the same command shall be run again; no other may be told."""
FACTS_IN_A_STREAM = 5
"""All writers write to the same streams, so that they meet there."""

WAYS = ("functions", "commands")
"""How a writer records: in one process that keeps the ledger open, by what the command line
calls; or by the command line itself, each fact by a process of its own."""


@dataclass(frozen=True)
class Attempt:
    """What came of recording one fact. error: the code that was told, None when acknowledged.

    began, ended: seconds of the machine's monotonic clock, which processes share. told: what the
    error says. known: whether the acknowledgement says that it was recorded before.
    """

    statement: str
    error: str | None
    began: float
    ended: float
    told: str = ""
    known: bool = False


class Came(NamedTuple):
    """What comes back of recording: the fields of an attempt that have the same names."""

    error: str | None
    told: str = ""
    known: bool = False


@dataclass(frozen=True)
class Writer:
    """A process that records. file: where it writes its attempts down. log: what it says."""

    name: str
    file: Path
    log: Path
    process: subprocess.Popen[bytes]

    def attempts(self) -> list[Attempt]:
        """What it has tried up to now, in order."""
        lines = self.file.read_text("utf-8").split("\n")[:-1]  # the last one may be half written
        return [Attempt(**json.loads(line)) for line in lines]

    def acknowledged_since(self, moment: float) -> list[float]:
        """When each of its facts was acknowledged after a moment, in order."""
        return [
            attempt.ended
            for attempt in self.attempts()
            if attempt.error is None and attempt.ended > moment
        ]

    def stop(self) -> str | None:
        """Let it finish its fact and end; what went wrong with the process itself, if anything."""
        try:
            self.process.communicate(timeout=ENDING)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.communicate()
            return f"{self.name} did not end within {ENDING:g} s"
        if self.process.returncode:
            told = self.log.read_text("utf-8")[-300:]
            return f"{self.name} ended with {self.process.returncode}: {told}"
        return None


@contextmanager
def at_work(url: str, folder: Path, functions: int, commands: int = 0) -> Iterator[list[Writer]]:
    """Writers of either way that have recorded their first fact; none is left at the end."""
    ways = ["functions"] * functions + ["commands"] * commands
    working = [start(url, f"{way}-{at}", folder, way) for at, way in enumerate(ways)]
    try:
        for writer in working:
            until(f"a first fact of {writer.name}", writer.attempts, STARTING)
        yield working
    finally:
        for writer in working:
            writer.process.kill()
            writer.process.communicate()


def start(url: str, name: str, folder: Path, way: str) -> Writer:
    """Start a writer that writes its attempts down in the folder."""
    file, log = folder / name, folder / f"{name}.log"
    file.touch()
    with log.open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "faults.writers", name, str(file), way],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=out,
            cwd=ROOT,
            env=environment(url),
        )
    return Writer(name, file, log, process)


def environment(url: str) -> dict[str, str]:
    """The environment of a process of ours on a ledger, with nobody's own settings in it.

    The URL stands here and in no argument, so that the list of processes does not show it.
    """
    own = ("LSLEDGER", "PG", "NO_COLOR")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(own)}
    return kept | {"LSLEDGER_LEDGER": url, "LSLEDGER_ACTOR": ACTOR, "NO_COLOR": "1"}


def command_line(*words: str) -> list[str]:
    """The command line of the program."""
    return [sys.executable, "-c", "from cli.main import main; main()", *words]


def fact(name: str, number: int) -> tuple[str, str]:
    """The id and the statement of a fact of a writer; no two facts state the same."""
    return f"note-{number // FACTS_IN_A_STREAM}", f"{name} 말 {number}"


def drafted(id_: str, said: str) -> Draft:
    """The smallest fact, to be recorded."""
    given = note(id_, said)
    made = draft_of(given.pop("type"), given)
    assert isinstance(made, Draft), made
    return made


def _write(name: str, file: Path, way: str) -> None:
    number = 0
    attempt = _by_functions(name) if way == "functions" else partial(_by_command, name)
    with file.open("a", encoding="utf-8") as out:
        while not select.select([sys.stdin], [], [], 0)[0]:  # which ends when we are to stop
            began = time.monotonic()
            came = attempt(number)
            said = Attempt(
                fact(name, number)[1], came.error, began, time.monotonic(), came.told, came.known
            )
            out.write(json.dumps(asdict(said)) + "\n")
            out.flush()
            number += came.error is None  # what was refused is tried again, as a person would


def _by_functions(name: str) -> Callable[[int], Came]:
    """Record by what the command line calls, on a ledger that stays open until an error is told."""
    settings = Settings(ledger=os.environ["LSLEDGER_LEDGER"])
    held = ExitStack()
    store: Store | None = None

    def attempt(number: int) -> Came:
        nonlocal store
        try:
            store = store or held.enter_context(opened(settings.database))
            made = record_into(store, settings, [drafted(*fact(name, number))])
        except LedgerError as error:
            held.close()
            store = None
            return Came(error.code, error.what)
        return Came(None, known=bool(made.already))

    return attempt


def _by_command(name: str, number: int) -> Came:
    """Record by the command line."""
    words = command_line(*recording(*fact(name, number)))
    ran = subprocess.run(words, capture_output=True, text=True, check=False)
    return Came(code(ran), ran.stderr[-500:], "Known already" in ran.stdout)


def code(ran: subprocess.CompletedProcess[str]) -> str | None:
    """The code of the error that a command told; raises ChildProcessError for no such error."""
    if ran.returncode == 0:
        return None
    told = error_in(ran.stderr)
    if not told or "Traceback" in ran.stderr:
        raise ChildProcessError(ran.stderr[-500:])
    return told


if __name__ == "__main__":
    _write(sys.argv[1], Path(sys.argv[2]), sys.argv[3])
