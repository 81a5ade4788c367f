"""Running commands inside this process, as a person would type them, at a fixed moment."""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from datetime import UTC, datetime
from io import BytesIO, TextIOWrapper
from pathlib import Path

import pytest

from cli.main import run
from cli.settings import DEFAULT_LEDGER, Settings
from ledger import history
from ledger.database import Database
from ledger.envelope import Fact
from tests.rooms import Room

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
    """A folder with `ledger.db` in it, and somebody who types commands there.

    Where the ledgers are on a server, their URLs stand behind the names that are typed and
    printed.
    """

    room: Room
    capsys: pytest.CaptureFixture[str]
    monkeypatch: pytest.MonkeyPatch
    now: datetime = NOW
    ran: list[Ran] = field(default_factory=list)

    def __call__(self, *words: str, stdin: str | bytes = b"") -> Ran:
        """Run `lsledger` with these words."""
        given = stdin.encode() if isinstance(stdin, str) else stdin
        self.monkeypatch.setattr(sys, "stdin", TextIOWrapper(BytesIO(given), "utf-8"))
        self.capsys.readouterr()
        typed = [self.room.typed(word) for word in words]
        code = run(typed, Settings(self.room.typed(DEFAULT_LEDGER), clock=lambda: self.now))
        shown = self.capsys.readouterr()
        self.ran.append(Ran(code, self.room.shown(shown.out), self.room.shown(shown.err)))
        return self.ran[-1]

    @property
    def folder(self) -> Path:
        """Where the files lie that are typed."""
        return self.room.folder

    @property
    def where(self) -> Database:
        """Where the ledger is."""
        return self.room.place(DEFAULT_LEDGER)

    def file(self, name: str, content: str | bytes) -> str:
        """Write a file into the folder; its name."""
        data = content.encode() if isinstance(content, str) else content
        (self.folder / name).write_bytes(data)
        return name

    def facts(self) -> list[Fact]:
        """Every fact that is recorded."""
        with self.where.reading() as connection:
            return list(history.facts(connection))

    def stored(self) -> list[bytes]:
        """The same as the bytes that are stored."""
        with self.where.reading() as connection:
            return list(history.stored(connection))


def console_in(
    room: Room, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Console:
    """A console in an empty folder, deaf to the environment it was started from."""
    monkeypatch.chdir(room.folder)
    own = ("LSLEDGER_LEDGER", "LSLEDGER_KEY", "LSLEDGER_TRUST")
    for name in (*own, "COLUMNS", "NO_COLOR", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LSLEDGER_ACTOR", ACTOR)
    return Console(room, capsys, monkeypatch)
