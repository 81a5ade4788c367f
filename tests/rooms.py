"""Room for the ledgers of a test: a folder for files of SQLite, or a server for databases."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from shutil import copytree
from types import TracebackType

from ledger.database import Database, locate
from ledger.store import created
from tests.pool import Pool

BACKENDS = ("sqlite", "postgresql")
"""Where every test with a ledger runs."""

LEDGER = re.compile(r"[\w-]+\.db")
"""How the tests call a ledger, wherever it is."""


@dataclass
class Room:
    """A folder, and with a server a database on it for each ledger that is named.

    Ledgers are called as files are: what a test types and what it reads is the same everywhere.
    """

    folder: Path
    server: Pool | None = None
    _urls: dict[str, str] = field(default_factory=dict)
    _until: ExitStack = field(default_factory=ExitStack)

    def __enter__(self) -> Room:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._until.close()

    def url(self, name: str = "ledger.db") -> str:
        """The path or URL of a ledger that is or shall be made."""
        if self.server is None:
            return str(self.folder / name)
        if name not in self._urls:
            self._take(name, self.server.database())
        return self._urls[name]

    def place(self, name: str = "ledger.db") -> Database:
        """The same, to be opened."""
        return locate(self.url(name))

    def empty(self, name: str = "ledger.db") -> Database:
        """A new ledger in which nothing is recorded."""
        if self.server is None:
            with created(where := self.place(name)):
                return where
        self._take(name, self.server.lent(self.server.empty))
        return self.place(name)

    def furnish(self, other: Room, *, to_stay: bool = False) -> None:
        """Put copies of the files and ledgers of another room here, on which nobody works.

        to_stay: they are not to be put back to what they were when the room is left.
        """
        copytree(other.folder, self.folder, dirs_exist_ok=True)
        if self.server is not None:
            for name, url in other._urls.items():
                if to_stay:
                    self._urls[name] = self.server.kept(url)
                else:
                    self._take(name, self.server.lent(url))

    def typed(self, word: str) -> str:
        """A word of a command line, with the URL in place of the name of a ledger."""
        if self.server is None or not LEDGER.fullmatch(word):
            return word
        return self.url(word)

    def shown(self, text: str) -> str:
        """What was printed, with the names of ledgers in place of their URLs."""
        for name in self._urls:
            text = text.replace(str(self.place(name)), name)
        return text

    def _take(self, name: str, database: AbstractContextManager[str]) -> None:
        self._urls[name] = self._until.enter_context(database)


@dataclass
class Shelf:
    """What tests begin with, made once and copied for each of them."""

    new_room: Callable[[str], Room]
    _kept: dict[str, Room] = field(default_factory=dict)

    def furnish(self, room: Room, name: str, make: Callable[[], object]) -> None:
        """Make it in the room by its recipe, or put a copy of what was made there."""
        if name in self._kept:
            room.furnish(self._kept[name])
            return
        make()
        kept = self.new_room(name)
        kept.furnish(room, to_stay=True)
        self._kept[name] = kept
