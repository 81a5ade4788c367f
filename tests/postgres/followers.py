"""Followers as processes of their own, and what they write, line by line."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from queue import Empty, Queue
from signal import SIGKILL
from threading import Event, Thread
from time import monotonic
from typing import IO, Any

import psycopg

from tests.store.ledgers import environment

PATIENCE = 60.0
"""Seconds after which what has not come will not."""

FOLLOWING = """
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from ledger import database
url, clock, database.PATIENCE = sys.argv[1], sys.argv[2], float(sys.argv[3])
from projections import follow
follow.LOOK = float(sys.argv[4])
from cli.main import main
from cli.settings import Settings
main(["--ledger", url, "follow"], Settings(clock=lambda: eval(clock)))
"""

SYSTEM_CLOCK = "datetime.now(UTC)"

APPLIED = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ  ([\d,]+) facts? applied, up to #(\d+)\n")


@dataclass
class Follower:
    """A process that follows, and the lines that it wrote."""

    process: subprocess.Popen[str]
    out: Queue[str] = field(default_factory=Queue)
    err: Queue[str] = field(default_factory=Queue)

    def said(self, words: str) -> str:
        """The next line on standard error that has the words."""
        return _next(self.err, lambda line: words in line)

    def applied(self, up_to: int) -> int:
        """How many facts it says it has applied, until the newest was the one of this number."""
        count = 0
        while True:
            line = _next(self.out, bool)
            found = APPLIED.fullmatch(line)
            assert found is not None, line
            count += int(found[1].replace(",", ""))
            if int(found[2]) >= up_to:
                return count

    def ended(self) -> tuple[int, str]:
        """Its exit code, once it has ended, and what is left of standard error."""
        code = self.process.wait(PATIENCE)
        return code, "".join(_lines(self.err))


@contextmanager
def following(
    url: str, *, clock: str = SYSTEM_CLOCK, patience: float = 60, look: float = 10
) -> Iterator[Follower]:
    """A follower that has begun; it is killed afterwards if it goes on.

    clock: an expression for the present moment. patience: seconds that a lost server is waited
    for. look: seconds after which it looks by itself.
    """
    process = subprocess.Popen(
        [sys.executable, "-c", FOLLOWING, url, clock, str(patience), str(look)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment(None),
    )
    follower = Follower(process)
    assert process.stdout is not None
    assert process.stderr is not None
    readers = [
        Thread(target=_read, args=(process.stdout, follower.out)),
        Thread(target=_read, args=(process.stderr, follower.err)),
    ]
    for reader in readers:
        reader.start()
    try:
        yield follower
    finally:
        process.send_signal(SIGKILL)
        process.wait()
        for reader in readers:
            reader.join()
        process.stdout.close()
        process.stderr.close()


def until(found: Callable[[], Any]) -> Any:
    """What the function gives when it first gives something true."""
    end = monotonic() + PATIENCE
    while not (value := found()):
        assert monotonic() < end, "it did not come"
        Event().wait(0.01)  # leaves the processor to those who are waited for
    return value


def ask(url: str, query: str) -> list[tuple[Any, ...]]:
    """The rows of a query by another program than lsledger."""
    with psycopg.connect(url, autocommit=True) as connection:
        return connection.execute(query.encode()).fetchall()


def _read(stream: IO[str], lines: Queue[str]) -> None:
    for line in stream:
        lines.put(line)
    lines.put("")  # the end


def _next(lines: Queue[str], wanted: Callable[[str], bool]) -> str:
    seen: list[str] = []
    end = monotonic() + PATIENCE
    while True:
        try:
            line = lines.get(timeout=max(0.0, end - monotonic()))
        except Empty:
            raise AssertionError(f"it did not come; there was {seen}") from None
        if not line:
            raise AssertionError(f"it ended; there was {seen}")
        if wanted(line):
            return line
        seen.append(line)


def _lines(lines: Queue[str]) -> Iterator[str]:
    while line := lines.get(timeout=PATIENCE):
        yield line
