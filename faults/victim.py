"""A process that runs lsledger and is struck: killed at some moment, or by its own limits.

It is forked from the trial's process, which must have no database open then.
"""

from __future__ import annotations

import os
import re
import resource
import select
import signal
import sqlite3
import sys
import traceback
from collections.abc import Callable, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic

from faults.command import CRASHED, attempted, error_in

PATIENCE = 60.0
"""Seconds to wait for what must come."""

NOBODY = 65_534
"""The user that may read what is closed to others; root may write anything."""

_RECORDED = re.compile(r"^Recorded #\d+ (\S+)", re.MULTILINE)
_ALL = re.compile(r"^Recorded [\d,]+ facts? in ", re.MULTILINE)


def nothing() -> None:
    """What a victim does first: nothing special."""


@dataclass(slots=True)
class Victim:
    """A running process, and what it has said, which outlives a kill."""

    pid: int
    alive: int
    """The reading end of a pipe that closes when the process is gone."""
    words: int
    """The reading end of a pipe that both of its streams go to. A file would not do: limits on
    files are what some victims are struck by."""
    started: float = field(default_factory=monotonic)
    code: int | None = None
    heard: bytearray = field(default_factory=bytearray)

    def wait(self, seconds: float | None = None) -> bool:
        """Wait for the end; False when it has not come after so many seconds."""
        if self.code is not None:
            return True
        end = monotonic() + seconds if seconds is not None else None
        while True:
            left = max(0.0, end - monotonic()) if end is not None else None
            ready = select.select([self.alive, self.words], [], [], left)[0]
            if self.words in ready:  # a full pipe would hold it up
                self._hear()
            if self.alive in ready:
                break
            if not ready:
                return False
        _, status = os.waitpid(self.pid, 0)
        self._hear()
        os.close(self.alive)
        os.close(self.words)
        self.code = os.waitstatus_to_exitcode(status)
        return True

    def says(self, text: str, seconds: float = PATIENCE) -> bool:
        """Wait until it has printed a text; False when it ends or does not in that time."""
        end = monotonic() + seconds
        while text not in self.said:
            if self.code is not None or monotonic() > end:
                return False
            select.select([self.alive, self.words], [], [], 0.1)
            self.wait(0)
        return True

    def kill(self) -> None:
        """Kill it, unless it has ended."""
        self.killed_at(0)

    def killed_at(self, seconds: float) -> bool:
        """Kill it so many seconds after its start; False when it had ended by itself."""
        if self.wait(max(0.0, self.started + seconds - monotonic())):
            return False
        os.kill(self.pid, signal.SIGKILL)
        self.wait()
        return self.code == -signal.SIGKILL

    @property
    def said(self) -> str:
        """What it has printed so far."""
        if self.code is None:
            self._hear()
        return self.heard.decode("utf-8", "replace")

    def recorded(self) -> list[str]:
        """The references of the facts that it has said, one by one, are recorded."""
        return _RECORDED.findall(self.said)

    def acknowledged_all(self) -> bool:
        """Whether it has said that all of what it was to record is recorded."""
        return self.code == 0 or _ALL.search(self.said) is not None

    @property
    def error(self) -> str:
        """The code of the error that it told first; empty when it told none."""
        return error_in(self.said)

    def crashed(self) -> bool:
        """Whether a traceback stands in what it said."""
        return "Traceback" in self.said

    def _hear(self) -> None:
        with suppress(BlockingIOError):
            while data := os.read(self.words, 65_536):
                self.heard += data


def start(
    ledger: str, commands: Sequence[Sequence[str]], first: Callable[[], None] = nothing
) -> Victim:
    """Start a process that runs commands of lsledger, one after the other, to the last one.

    first: what it does before, such as taking a limit. Its exit code is that of the last
    command.
    """

    def all_of_them() -> int:
        first()
        code = 0
        for words in commands:
            code = attempted(ledger, *words)
        return code

    return forked(all_of_them)


def forked(work: Callable[[], int]) -> Victim:
    """Start a process that runs a function, which gives its exit code."""
    alive, living = os.pipe()
    words, speaking = os.pipe()
    os.set_blocking(words, False)
    sys.stdout.flush()
    pid = os.fork()
    if pid:
        os.close(living)
        os.close(speaking)
        return Victim(pid, alive, words)
    code = CRASHED
    try:
        os.close(alive)
        os.close(words)
        _speak_into(speaking)
        code = work()
    except BaseException:  # noqa: BLE001 - it must not return to where it was forked
        traceback.print_exc()
    finally:
        os._exit(code)


def holding(ledger: Path, *, reading: bool = False) -> Victim:
    """Start a process that holds a file open, so that no other one tidies its log away.

    reading: from one moment on, so that nothing that is newer can be brought into the file.
    """

    def hold() -> int:
        with closing(sqlite3.connect(ledger)) as connection:
            if reading:
                connection.execute("BEGIN")
            connection.execute("SELECT count(*) FROM stored_events").fetchone()
            print("open", flush=True)  # noqa: T201 - it is what we wait for
            while True:
                signal.pause()

    holder = forked(hold)
    if not holder.says("open"):
        raise AssertionError(holder.said)
    return holder


def _speak_into(pipe: int) -> None:
    """Let both streams go to a pipe, each line as soon as it is printed."""
    for number in (1, 2):
        os.dup2(pipe, number)
    sys.stdout = os.fdopen(1, "w", encoding="utf-8", buffering=1, closefd=False)
    sys.stderr = os.fdopen(2, "w", encoding="utf-8", buffering=1, closefd=False)


def within(limit: int, *, deadly: bool) -> Callable[[], None]:
    """Let no file grow beyond so many bytes.

    deadly: the system kills whoever writes beyond, in the middle of the write; otherwise the
    write fails, as on a full disk.
    """

    def take() -> None:
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        signal.signal(signal.SIGXFSZ, signal.SIG_DFL if deadly else signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    return take


def become_nobody() -> None:
    """Give up the right of root to write anything; others have none to give up."""
    if os.geteuid() == 0:
        os.setgroups([])
        os.setgid(NOBODY)
        os.setuid(NOBODY)
