"""Running the trials of a case: each in a process and a folder of its own, a few at once.

The processes are forked from one that has imported everything and never opened a database,
so that a trial costs milliseconds to start, may fork again, may hang and may crash.
"""

from __future__ import annotations

import multiprocessing
import os
import shutil
import signal
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from random import Random
from tempfile import mkdtemp
from time import monotonic
from typing import TypeVar

from faults.chance import dice
from faults.tally import Outcome, together

T = TypeVar("T")

AT_ONCE = 2
"""Trials that run at the same time."""

DEADLINE = 120.0
"""Seconds after which a trial is taken to hang."""


@dataclass(frozen=True, slots=True)
class Trial:
    """One attempt: its own empty folder, the how-manieth it is of how many, and its dice."""

    folder: Path
    number: int
    of: int
    chance: Random

    def spread(self, length: float) -> float:
        """A random point of this trial's own part of a length: all trials together cover it."""
        return (self.number + self.chance.random()) / self.of * length


def run(
    name: str, count: int, prepare: Callable[[Path], T], work: Callable[[Trial, T], Outcome]
) -> Outcome:
    """Run a function as often as that, and sum up what it saw.

    name: for the dice. prepare: makes, in a folder, what all trials share and only read; what
    it returns is given to each of them. Both functions must stand at the top of a module.
    """
    with scratch() as folder:
        shared = folder / "shared"
        shared.mkdir(mode=0o755)
        given = _alone(prepare, shared)
        if isinstance(given, Failed):
            return Outcome(0, 0, 0, 0, 0, (f"the case could not be prepared: {given.why}",))
        running: dict[Connection, _Running] = {}
        outcomes: list[Outcome] = []
        try:
            for number in range(count):
                if len(running) == AT_ONCE:
                    outcomes += map(_outcome, _ended(running))
                own = folder / str(number)
                own.mkdir(mode=0o755)
                begun = _begin(own, work, Trial(own, number, count, dice(name, number)), given)
                running[begun.connection] = begun
            while running:
                outcomes += map(_outcome, _ended(running))
        finally:
            for left in running.values():
                left.end()
    return together(outcomes)


@dataclass(frozen=True, slots=True)
class Failed:
    """A process that came to no result, and why."""

    why: str


def _outcome(result: object) -> Outcome:
    if isinstance(result, Outcome):
        return result
    why = result.why if isinstance(result, Failed) else f"gave {result!r}"
    return Outcome(1, 0, 0, 0, 0, (f"a trial {why}",))


def _alone(work: Callable[[Path], T], folder: Path) -> T | Failed:
    """What a function gives that runs in a process of its own, as trials do."""
    running = {}
    begun = _begin(None, work, folder)
    running[begun.connection] = begun
    try:
        (result,) = _ended(running)
    finally:
        for left in running.values():
            left.end()
    return result  # type: ignore[return-value]  # it came through a pipe


@contextmanager
def scratch() -> Iterator[Path]:
    """A folder that anybody may enter, gone afterwards whatever its permissions became."""
    folder = Path(mkdtemp(prefix="lsledger-faults-"))
    folder.chmod(0o755)
    try:
        yield folder
    finally:
        _remove(folder)


def _remove(folder: Path) -> None:
    for path in (folder, *folder.rglob("*")):
        if path.is_dir() and not path.is_symlink():
            with suppress(OSError):
                path.chmod(0o755)
    shutil.rmtree(folder, ignore_errors=True)


@dataclass(frozen=True, slots=True)
class _Running:
    """A process whose result is waited for; its folder goes when it ends."""

    connection: Connection
    process: ForkServerProcess
    folder: Path | None
    deadline: float

    def end(self) -> int | None:
        """End what is left of it; the exit code of the process."""
        self.connection.close()
        if self.process.is_alive() and self.process.pid is not None:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, signal.SIGKILL)  # and what it has started
            self.process.kill()
        self.process.join()
        code = self.process.exitcode
        self.process.close()
        if self.folder is not None:
            _remove(self.folder)
        return code


def _begin(folder: Path | None, work: Callable[..., object], *given: object) -> _Running:
    """Start a process that runs a function."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["__main__", "faults.warm"])
    here, there = context.Pipe(duplex=False)
    process = context.Process(target=_in_its_process, args=(there, work, given))
    process.start()
    there.close()
    return _Running(here, process, folder, monotonic() + DEADLINE)


def _ended(running: dict[Connection, _Running]) -> list[object]:
    """Wait until a process ends, or must; the results of all that did."""
    first = min(one.deadline for one in running.values())
    ready = wait(list(running), max(0.0, first - monotonic()))
    found: list[object] = []
    for connection in [c for c in running if c in ready or running[c].deadline <= monotonic()]:
        one = running.pop(connection)
        result: object = None
        if connection in ready:
            with suppress(EOFError):
                result = connection.recv()
                one.process.join()
        code = one.end()
        if result is None:
            result = Failed(
                f"crashed with exit code {code}" if connection in ready else "did not end"
            )
        found.append(result)
    return found


def _in_its_process(
    connection: Connection, work: Callable[..., object], given: tuple[object, ...]
) -> None:
    """The whole life of such a process."""
    os.setpgrp()
    for name in [name for name in os.environ if name.startswith("LSLEDGER_")]:
        del os.environ[name]
    try:
        result = work(*given)
    except Exception:  # noqa: BLE001 - it is told as a problem
        told = traceback.format_exc().strip().splitlines()
        result = Failed("failed itself: " + " | ".join(line.strip() for line in told[-5:]))
    connection.send(result)
    connection.close()
