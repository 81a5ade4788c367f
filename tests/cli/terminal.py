"""A real pseudo-terminal with lsledger in it, and somebody who reads and types."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import struct
import subprocess
import termios
from codecs import getincrementaldecoder
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic

from tests.store.ledgers import PROGRAM, command, environment

PATIENCE = 30
"""Seconds to wait for what must come."""

ESCAPES = re.compile(r"\x1b\[[0-9;?]*[a-zA-Z]")


class Terminal:
    """The screen and the keyboard of a running program."""

    def __init__(self, process: subprocess.Popen[bytes], keyboard: int) -> None:
        self.process = process
        self.keyboard = keyboard
        self.decoder = getincrementaldecoder("utf-8")()
        self.shown = ""
        self.read = 0

    def expect(self, text: str) -> str:
        """Wait until the text is shown; what stands between it and the last one."""
        end = monotonic() + PATIENCE
        while (at := self.shown.find(text, self.read)) < 0:
            if not self._more(end):
                raise AssertionError(f"{text!r} does not come; shown: {self.shown[self.read :]!r}")
        before, self.read = self.shown[self.read : at], at + len(text)
        return before

    def type(self, text: str) -> None:
        """Type a line."""
        self.press(text + "\r")

    def press(self, keys: str) -> None:
        """Press keys, without Enter after them."""
        os.write(self.keyboard, keys.encode())

    def answer(self, question: str, text: str) -> str:
        """Wait for a question and answer it; what was shown before it."""
        before = self.expect(question)
        self.expect(": ")
        self.type(text)
        return before

    def insist(self, keys: str, text: str) -> None:
        """Press keys until the text is shown: readline misses a Ctrl-C that comes too early."""
        for _ in range(PATIENCE):
            self.press(keys)
            end = monotonic() + 1
            while self._more(end):
                if text in self.shown[self.read :]:
                    return
        raise AssertionError(f"{text!r} does not come; shown: {self.shown[self.read :]!r}")

    def end(self) -> int:
        """Wait for the program to end; its exit code."""
        end = monotonic() + PATIENCE
        while self._more(end):
            pass
        return self.process.wait(PATIENCE)

    def _more(self, end: float) -> bool:
        ready, _, _ = select.select([self.keyboard], [], [], max(0, end - monotonic()))
        if not ready:
            return False
        try:
            data = os.read(self.keyboard, 65_536)
        except OSError:  # the other side is closed
            return False
        self.shown += self.decoder.decode(data).replace("\r", "")
        return bool(data)


@contextmanager
def terminal(
    *words: str | Path, columns: int = 100, env: dict[str, str] | None = None
) -> Iterator[Terminal]:
    """Run lsledger in a terminal of that width."""
    keyboard, screen = pty.openpty()
    fcntl.ioctl(screen, termios.TIOCSWINSZ, struct.pack("HHHH", 50, columns, 0, 0))
    process = subprocess.Popen(
        command(*words, code=PROGRAM),
        stdin=screen,
        stdout=screen,
        stderr=screen,
        env=environment({"TERM": "xterm", "COLUMNS": "", "LINES": "", **(env or {})}),
        start_new_session=True,
        preexec_fn=_take_the_terminal,
    )
    os.close(screen)
    try:
        yield Terminal(process, keyboard)
    finally:
        process.kill()
        process.wait()
        os.close(keyboard)


def _take_the_terminal() -> None:
    """Make it the one whose Ctrl-C reaches the program."""
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)


def plain(text: str) -> str:
    """The text without escape sequences."""
    return ESCAPES.sub("", text)
