"""The console blocks of a page: their commands are run, and their outputs are put below them.

A page is told apart into three kinds of fenced blocks:

    ```yaml title="acme.yaml"   a file, written to the folder before what follows it
    ```console                  lines with `$ lsledger ...`, each with its output below it
    anything else               left as it is, like commands of other programs

A line of output that is `...` stands for any lines, and a block without any output has
commands that must merely succeed; RENEW fills it in when `?` stands below a command. The
commands of a page share one folder and one clock, which goes on by a minute a command.
"""

from __future__ import annotations

import io
import os
import re
import shlex
from collections.abc import Iterator, Sequence
from contextlib import chdir, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from unittest.mock import patch

from cli.main import run
from cli.settings import Settings

RENEW = "LSLEDGER_RENEW_DOCS"
ACTOR = "you@example.com"
PROGRAM = "lsledger "
PROMPT = "$ "
ANYTHING = "..."

_FENCE = re.compile(r"```(?P<language>\w*)(?: title=\"(?P<title>[^\"]+)\")?")


@dataclass
class Console:
    """A folder in which commands are run, and the time there."""

    folder: Path
    now: datetime = datetime(2026, 5, 4, 9, 0, tzinfo=UTC)
    exit_code: int = 0

    def output(self, command: str) -> str:
        """What a command prints, messages and errors included, in the order of printing."""
        _, *words = shlex.split(command)
        printed = io.BytesIO()
        screen = io.TextIOWrapper(printed, encoding="utf-8", write_through=True)
        settings = Settings(actor=ACTOR, clock=lambda: self.now)
        with (
            chdir(self.folder),
            patch.dict(os.environ, {"COLUMNS": "90"}),
            redirect_stdout(screen),
            redirect_stderr(screen),
        ):
            os.environ.pop("LSLEDGER_LEDGER", None)
            self.exit_code = run(words, settings)
        self.now += timedelta(minutes=1)
        return printed.getvalue().decode().replace("\r\n", "\n")


def played(page: str, folder: Path) -> str:
    """The page as it reads with the outputs that its commands have now."""
    console = Console(folder)
    lines: list[str] = []
    rest = iter(page.splitlines())
    for line in rest:
        lines.append(line)
        if (fence := _FENCE.fullmatch(line)) is None:
            continue
        inside = list(_until_fence(rest))
        if fence["title"]:
            (folder / fence["title"]).write_text("".join(f"{text}\n" for text in inside), "utf-8")
        lines += _played(inside, console) if fence["language"] == "console" else inside
        lines.append("```")
    return "".join(f"{line}\n" for line in lines)


def commands(page: str) -> Iterator[str]:
    """The commands of a page's console blocks."""
    rest = iter(page.splitlines())
    for line in rest:
        if (fence := _FENCE.fullmatch(line)) is not None:
            inside = list(_until_fence(rest))
            if fence["language"] == "console":
                yield from (_joined(command) for command, _ in _steps(inside))


def check(path: Path, folder: Path) -> None:
    """Compare a page with what its commands print, or rewrite it when RENEW is set."""
    page = path.read_text("utf-8")
    actual = played(page, folder)
    if os.environ.get(RENEW) == "1":
        path.write_text(actual, "utf-8")
        return
    assert actual == page, f"{path.name} shows other outputs; {RENEW}=1 rewrites them"


def _until_fence(lines: Iterator[str]) -> Iterator[str]:
    for line in lines:
        if line == "```":
            return
        yield line


def _played(inside: Sequence[str], console: Console) -> Iterator[str]:
    steps = list(_steps(inside))
    bare = not any(shown for _, shown in steps)
    for command, shown in steps:
        yield from command
        if not _joined(command).startswith(PROGRAM):
            yield from shown
            continue
        printed = console.output(_joined(command)).splitlines()
        if not bare or console.exit_code:
            yield from shown if _fits(shown, printed) else printed


def _steps(inside: Sequence[str]) -> Iterator[tuple[list[str], list[str]]]:
    """Every command, as its lines, and the lines that stand below it."""
    rest = list(inside)
    while rest:
        command = [rest.pop(0)]
        while command[-1].endswith("\\") and rest:
            command.append(rest.pop(0))
        shown: list[str] = []
        while rest and not rest[0].startswith(PROMPT):
            shown.append(rest.pop(0))
        yield command, shown


def _joined(command: Sequence[str]) -> str:
    return " ".join(line.removesuffix("\\").strip() for line in command).removeprefix(PROMPT)


def _fits(shown: Sequence[str], printed: Sequence[str]) -> bool:
    parts = ["(.*\n)*?" if line == ANYTHING else re.escape(f"{line}\n") for line in shown]
    return re.fullmatch("".join(parts), "".join(f"{line}\n" for line in printed)) is not None
