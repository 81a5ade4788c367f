"""The same commands at the same moments on every backend, and whether they do the same."""

from __future__ import annotations

import io
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from cli.main import run
from cli.settings import DEFAULT_LEDGER, Settings
from tests.rooms import Room

BEGINNING = datetime(2026, 3, 31, 9, 30, tzinfo=UTC)


@dataclass(frozen=True)
class Told:
    """What came of a command, with the ledger called as it was typed."""

    code: int
    out: bytes
    err: str


@dataclass
class Pair:
    """A ledger on each backend, to which the same happens. now: when the last command was run."""

    rooms: Sequence[Room]
    now: datetime = BEGINNING

    def __call__(self, *words: str) -> list[Told]:
        """Run a command on each, a second after the one before."""
        self.now += timedelta(seconds=1)
        return [_told(room, words, self.now) for room in self.rooms]

    def same(self, *words: str) -> Told:
        """Run a command that does the same on each; what it tells."""
        first, *others = self(*words)
        for other in others:
            assert other == first, f"{words}\n{first}\n{other}"
        assert "Traceback" not in first.err
        return first

    def done(self, *words: str) -> Told:
        """The same of a command that must succeed."""
        told = self.same(*words)
        assert told.code == 0, (words, told)
        return told

    def file(self, name: str, content: str | bytes) -> str:
        """Write the same file beside each; its name."""
        data = content.encode() if isinstance(content, str) else content
        for room in self.rooms:
            (room.folder / name).write_bytes(data)
        return name

    def written(self, pattern: str) -> dict[str, bytes]:
        """The files of a pattern beside each, which must be the same; their bytes by name."""
        first, *others = (
            {
                str(path.relative_to(room.folder)): path.read_bytes()
                for path in sorted(room.folder.glob(pattern))
                if path.is_file()
            }
            for room in self.rooms
        )
        for other in others:
            assert list(other) == list(first)
            assert [name for name in first if other[name] != first[name]] == []
        return first


def _told(room: Room, words: Sequence[str], now: datetime) -> Told:
    out, err = (io.TextIOWrapper(io.BytesIO(), "utf-8") for _ in range(2))
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(room.folder)
        for name in ("LSLEDGER_LEDGER", "LSLEDGER_KEY", "LSLEDGER_TRUST", "COLUMNS"):
            patch.delenv(name, raising=False)
        patch.setattr(sys, "stdin", io.StringIO(""))
        patch.setattr(sys, "stdout", out)
        patch.setattr(sys, "stderr", err)
        settings = Settings(room.typed(DEFAULT_LEDGER), actor="kim@example.com", clock=lambda: now)
        code = run([room.typed(word) for word in words], settings)
    shown = []
    for stream in (out, err):
        stream.flush()
        shown.append(room.shown(bytes(stream.buffer.getbuffer()).decode()))
    return Told(code, shown[0].encode(), shown[1])
