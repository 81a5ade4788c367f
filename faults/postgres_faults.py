"""Faults of a server of PostgreSQL, while several processes record on it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import TypeAlias

from faults import checks, proxy, server, writers
from faults.chance import dice
from faults.processes import until
from faults.proxy import MOMENTS, Proxy
from faults.server import KILLS, Server
from faults.tally import Outcome
from faults.writers import Writer

FUNCTIONS, COMMANDS = 3, 1
"""Processes that record on an open ledger, and that run the command line for each fact."""
APART = 0.2
"""Seconds that pass at most between one fault and the next."""
COMING_BACK = 90.0
"""Seconds within which each writer must have recorded again after a fault."""

SIGNALS = {"pg_terminate_backend": None, "pg_cancel_backend": "active"}
"""What ends a client's connection; and what ends its statement, so that there must be one."""

# A random client of lsledger's; how many were struck: none or one.
STRIKE = """
SELECT {call}(pid) FROM pg_stat_activity
WHERE application_name = 'lsledger' AND coalesce(state = %s, true) ORDER BY random() LIMIT 1"""


@dataclass(frozen=True)
class Load:
    """Writers at work, and the dice that say when what happens to them."""

    writers: list[Writer]
    chance: Random

    def pause(self) -> None:
        """Let a moment pass, of a length that nobody knows beforehand."""
        time.sleep(self.chance.uniform(0, APART))

    def wait_until_recorded(self) -> None:
        """Wait until each writer was acknowledged one more fact; raises TimeoutError."""
        now = time.monotonic()
        for writer in self.writers:
            until(f"a fact of {writer.name}", partial(writer.acknowledged_since, now), COMING_BACK)


Inject: TypeAlias = Callable[[Load, int], Iterator[str]]
"""Makes so many faults under a load; a phrase for each. Raises TimeoutError when a writer does not
come back."""


def cut_connections(trials: int) -> Outcome:
    """Cut connections before, while and after the server commits, by a proxy before it."""
    with server.start() as itself, proxy.before(itself.url) as (between, url):
        return _under_load("cut-connections", itself.url, url, trials, partial(_cut, between))


def kill_server(trials: int) -> Outcome:
    """Kill the server, in part or as a whole, and start it again."""
    with server.start() as itself:
        return _under_load("kill-server", itself.url, itself.url, trials, partial(_kill, itself))


def end_backends(trials: int) -> Outcome:
    """Let the server end a client's connection, or cancel its statement."""
    with server.start() as itself:
        return _under_load("end-backends", itself.url, itself.url, trials, partial(_end, itself))


def _under_load(name: str, itself: str, through: str, trials: int, inject: Inject) -> Outcome:
    """What came of faults. itself: the URL of the ledger; through: the one that writers have."""
    with TemporaryDirectory(prefix="faults-") as place:
        folder = Path(place)
        witness = checks.new_ledger(itself, folder)
        with writers.at_work(through, folder, FUNCTIONS, COMMANDS) as working:
            load = Load(working, dice(name, 0))
            struck: list[str] = []
            late: list[str] = []
            try:
                for fault in inject(load, trials):
                    struck.append(fault)  # noqa: PERF402 - the making may be broken off
                load.wait_until_recorded()
            except TimeoutError as error:
                late.append(str(error))
            found = checks.outcome(itself, working, witness, trials, struck)
    return replace(found, problems=(*late, *found.problems))


def _cut(between: Proxy, load: Load, trials: int) -> Iterator[str]:
    for _ in range(trials):
        load.pause()
        moment = load.chance.choice(MOMENTS)
        between.cuts.append(moment)
        until("a commit to cut", lambda: not between.cuts, COMING_BACK)
        yield f"cut {moment} the commit"


def _kill(itself: Server, load: Load, trials: int) -> Iterator[str]:
    killed = 0
    while killed < trials:
        load.wait_until_recorded()
        load.pause()
        what = load.chance.choice(KILLS)
        if itself.kill(what):
            killed += 1
            yield f"killed: {what}"
        itself.start()


def _end(itself: Server, load: Load, trials: int) -> Iterator[str]:
    ended = 0
    with itself.connect() as connection:
        while ended < trials:
            load.pause()
            call, state = load.chance.choice([*SIGNALS.items()])
            for (done,) in connection.execute(STRIKE.format(call=call).encode(), (state,)):
                if done:
                    ended += 1
                    yield call
