"""Commands of lsledger, run inside this process and looked at from outside."""

from __future__ import annotations

import json
import re
import sys
import traceback
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from io import BytesIO, StringIO, TextIOWrapper
from typing import Any

from cli.main import run
from cli.settings import Settings

ACTOR = "faults"
CRASHED = 70
"""The exit code of a command that an exception escaped from."""

_ERROR = re.compile(r"^error\[([a-z-]+)\]", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Ran:
    """What came of a command."""

    words: tuple[str, ...]
    code: int
    out: str
    err: str

    @property
    def error(self) -> str:
        """The code of the error that it told, such as `damaged`; empty when it told none."""
        return error_in(self.err)

    @property
    def crashed(self) -> bool:
        """Whether a traceback reached the user."""
        return "Traceback" in self.err or self.code not in (0, 1, 2)

    def __str__(self) -> str:
        said = " ".join((self.err or self.out).split())
        return f"`{' '.join(self.words)}` ended with {self.code}: {said[-300:]}"


def error_in(text: str) -> str:
    """The code of the first error that a command told; empty when it told none."""
    found = _ERROR.search(text)
    return found[1] if found else ""


def lsledger(ledger: str, *words: str, stdin: str = "") -> Ran:
    """Run `lsledger` on a ledger, and wait for it."""
    out, err = TextIOWrapper(BytesIO(), "utf-8"), StringIO()
    before, sys.stdin = sys.stdin, TextIOWrapper(BytesIO(stdin.encode()), "utf-8")
    try:
        with redirect_stdout(out), redirect_stderr(err):
            code = attempted(ledger, *words)
            out.flush()
    finally:
        sys.stdin = before
    return Ran(words, code, out.buffer.getvalue().decode(), err.getvalue())


def attempted(ledger: str, *words: str) -> int:
    """Run a command with the streams as they are; its exit code, CRASHED with a traceback."""
    try:
        return run(["--ledger", ledger, *words], Settings(actor=ACTOR))
    except BaseException:  # noqa: BLE001 - whatever it is, the user saw it
        traceback.print_exc()
        return CRASHED


def facts_of(ledger: str) -> tuple[list[dict[str, Any]], list[str]]:
    """Every fact that is stored, and what is wrong with reading them."""
    ran = lsledger(ledger, "export", "facts", "--format", "jsonl")
    if ran.code != 0:
        return [], [str(ran)]
    return [json.loads(line) for line in ran.out.splitlines()], []
