"""Measuring a command: the CPU time and the wall time of one fresh process."""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import perf_counter


class CommandFailedError(Exception):
    """A measured command exited with another code than 0."""


@dataclass(frozen=True)
class Command:
    """A command to measure; `before` prepares each of its runs and is not measured."""

    argv: tuple[str, ...]
    before: Callable[[], None] = lambda: None


@dataclass(frozen=True)
class Cost:
    """Seconds that a process took: user and system together, and on the clock."""

    cpu: float
    wall: float


def run(command: Command, folder: Path) -> Cost:
    """Run the command once in `folder`, its output thrown away.

    Raises CommandFailedError with what it wrote to standard error.
    """
    command.before()
    with tempfile.TemporaryFile() as errors:
        start = perf_counter()
        process = subprocess.Popen(
            command.argv,
            cwd=folder,
            env=environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=errors,
        )
        _, status, usage = os.wait4(process.pid, 0)
        wall = perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode != 0:
            errors.seek(0)
            said = errors.read().decode(errors="replace")
            raise CommandFailedError(
                f"{' '.join(command.argv)} exited with {process.returncode}:\n{said}"
            )
    return Cost(usage.ru_utime + usage.ru_stime, wall)


def side_by_side(ours: Command, baseline: Command, runs: int, folder: Path) -> tuple[Cost, Cost]:
    """The median costs of both, run in turns so that a busy moment meets both alike."""
    pairs = [(run(ours, folder), run(baseline, folder)) for _ in range(runs)]
    return _median([mine for mine, _ in pairs]), _median([other for _, other in pairs])


def environment() -> dict[str, str]:
    """The environment of the processes: none of the settings that would change the result.

    The actor is given because finding it out would start a process of git.
    """
    kept = {name: value for name, value in os.environ.items() if not name.startswith("LSLEDGER_")}
    kept.pop("PYTHONDONTWRITEBYTECODE", None)
    return {**kept, "LSLEDGER_ACTOR": "benchmark"}


def _median(costs: list[Cost]) -> Cost:
    return Cost(median(cost.cpu for cost in costs), median(cost.wall for cost in costs))
