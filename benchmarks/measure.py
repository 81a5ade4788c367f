"""Measuring a command: the CPU time, the wall time and the peak memory of one fresh process."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from benchmarks import once

SECONDS = 100.0
"""How much CPU time the rounds of a case at one size may take together before fewer are made.

Not wall time, so that a busy machine makes as many runs as an idle one."""


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

    peak: the bytes of memory that it held at once. server: the seconds of CPU that a server took
    meanwhile, or None where nobody can see them. runs: how many runs these are the medians of.
    """

    cpu: float
    wall: float
    peak: int
    server: float | None = None
    runs: int = 1


def run(command: Command, folder: Path) -> Cost:
    """Run the command once in `folder`, its output thrown away.

    Raises CommandFailedError with what it wrote to standard error.
    """
    command.before()
    with tempfile.TemporaryFile() as errors:
        served = command.server_cpu()
        process = subprocess.Popen(
            [sys.executable, "-I", "-S", once.__file__, *command.argv],
            cwd=folder,
            env={**environment(), **command.env},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=errors,
            process_group=0,
        )
        try:
            written, _ = process.communicate()
        except BaseException:  # whoever ends the run ends the command as well
            os.killpg(process.pid, signal.SIGKILL)
            process.communicate()
            raise
        code, *figures = written.split() or [b"1"]
        if int(code) != 0:
            errors.seek(0)
            said = errors.read().decode(errors="replace")
            raise CommandFailedError(f"{' '.join(command.argv)} exited with {int(code)}:\n{said}")
    now_served = command.server_cpu()
    cpu, wall, peak = map(float, figures)
    server = None if served is None or now_served is None else now_served - served
    return Cost(cpu, wall, int(peak), server)


def in_turns(
    commands: Sequence[Command],
    runs: int,
    folder: Path,
    *,
    known: Mapping[int, Cost] | None = None,
    seconds: float = SECONDS,
) -> list[Cost]:
    """The median cost of each command, run in turns so that a busy moment meets all alike.

    known: what the first run of some commands cost, by their place, so that it need not be made.
    Where `runs` rounds like the first would take more than `seconds` of CPU, there are fewer.
    """
    known = known or {}
    rounds = [[known.get(at) or run(command, folder) for at, command in enumerate(commands)]]
    took = sum(cost.cpu for cost in rounds[0])
    fitting = max(1, min(runs, int(seconds / took)))
    rounds += [[run(command, folder) for command in commands] for _ in range(fitting - 1)]
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
        int(median(cost.peak for cost in costs)),
        median(served) if served else None,
        len(costs),
    )
