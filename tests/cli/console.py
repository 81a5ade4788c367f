"""Running commands inside this process, as a person would type them, at a fixed moment."""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from datetime import UTC, datetime
from io import BytesIO, TextIOWrapper
from pathlib import Path

import pytest

from cli.main import run
from cli.settings import Settings
from ledger import history
from ledger.database import locate
from ledger.envelope import Fact

NOW = datetime(2026, 3, 31, 9, 30, tzinfo=UTC)
ACTOR = "kim@example.com"


@dataclass(frozen=True)
class Ran:
    """What came of a command."""

    code: int
    out: str
    err: str


@dataclass
class Console:
    """A folder with `ledger.db` in it, and somebody who types commands there."""

    folder: Path
    capsys: pytest.CaptureFixture[str]
    monkeypatch: pytest.MonkeyPatch
    now: datetime = NOW
    ran: list[Ran] = field(default_factory=list)

    def __call__(self, *words: str, stdin: str | bytes = b"") -> Ran:
        """Run `lsledger` with these words."""
        given = stdin.encode() if isinstance(stdin, str) else stdin
        self.monkeypatch.setattr(sys, "stdin", TextIOWrapper(BytesIO(given), "utf-8"))
        self.capsys.readouterr()
        code = run(list(words), Settings(clock=lambda: self.now))
        shown = self.capsys.readouterr()
        self.ran.append(Ran(code, shown.out, shown.err))
        return self.ran[-1]

    def file(self, name: str, content: str | bytes) -> str:
        """Write a file into the folder; its name."""
        data = content.encode() if isinstance(content, str) else content
        (self.folder / name).write_bytes(data)
        return name

    def facts(self) -> list[Fact]:
        """Every fact that is recorded."""
        with locate("ledger.db").reading() as connection:
            return list(history.facts(connection))

    def stored(self) -> list[bytes]:
        """The same as the bytes that are stored."""
        with locate("ledger.db").reading() as connection:
            return list(history.stored(connection))


def console_in(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Console:
    """A console in an empty folder, deaf to the environment it was started from."""
    monkeypatch.chdir(folder)
    own = ("LSLEDGER_LEDGER", "LSLEDGER_KEY", "LSLEDGER_TRUST")
    for name in (*own, "COLUMNS", "NO_COLOR", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LSLEDGER_ACTOR", ACTOR)
    return Console(folder, capsys, monkeypatch)
