"""Measuring a command: the CPU time and the wall time of one fresh process."""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from time import perf_counter


class CommandFailedError(Exception):
    """A measured command exited with another code than 0."""


def nothing() -> None:
    """Prepare nothing."""


def no_server() -> None:
    """Of a command that works without a server there is no CPU time of one."""


@dataclass(frozen=True)
class Command:
    """A command to measure.

    before: prepares each of its runs, and is not measured. env: what its environment has beside
    the rest; a URL stands there, and not in argv, since a password may stand in it. server_cpu:
    the seconds of CPU that a server has taken so far, or None where nobody can see them.
    """

    argv: tuple[str, ...]
    before: Callable[[], None] = nothing
    env: Mapping[str, str] = field(default_factory=dict, repr=False)
    server_cpu: Callable[[], float | None] = no_server


@dataclass(frozen=True)
class Cost:
    """Seconds that a process took: user and system together, and on the clock.

    server: the seconds of CPU that a server took meanwhile, or None where nobody can see them.
    """

    cpu: float
    wall: float
    server: float | None = None


def run(command: Command, folder: Path) -> Cost:
    """Run the command once in `folder`, its output thrown away.

    Raises CommandFailedError with what it wrote to standard error.
    """
    command.before()
    with tempfile.TemporaryFile() as errors:
        served = command.server_cpu()
        start = perf_counter()
        process = subprocess.Popen(
            command.argv,
            cwd=folder,
            env={**environment(), **command.env},
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
    now_served = command.server_cpu()
    server = None if served is None or now_served is None else now_served - served
    return Cost(usage.ru_utime + usage.ru_stime, wall, server)


def in_turns(commands: Sequence[Command], runs: int, folder: Path) -> list[Cost]:
    """The median cost of each command, run in turns so that a busy moment meets all alike."""
    rounds = [[run(command, folder) for command in commands] for _ in range(runs)]
    return [_median(costs) for costs in zip(*rounds, strict=True)]


def environment() -> dict[str, str]:
    """The environment of the processes: none of the settings that would change the result.

    The actor is given because finding it out would start a process of git.
    """
    kept = {name: value for name, value in os.environ.items() if not name.startswith("LSLEDGER_")}
    kept.pop("PYTHONDONTWRITEBYTECODE", None)
    return {**kept, "LSLEDGER_ACTOR": "benchmark"}


def _median(costs: Sequence[Cost]) -> Cost:
    served = [cost.server for cost in costs if cost.server is not None]
    return Cost(
        median(cost.cpu for cost in costs),
        median(cost.wall for cost in costs),
        median(served) if served else None,
    )
