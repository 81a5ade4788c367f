"""What the cases work on: the facts as an import file, ledgers that hold them, and baselines.

A ledger is a file of SQLite or a database on a server of PostgreSQL. A case asks for ledgers and
baselines, and is the same for both.
"""

from __future__ import annotations

import json
import marshal
import shutil
import sqlite3
import sys
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path

from benchmarks import raw, steady
from benchmarks.measure import Command, Cost, nothing, run
from benchmarks.peers import Peers
from benchmarks.server import Server
from benchmarks.steady import ImportObject
from benchmarks.synthetic import generate

LSLEDGER = str(Path(sys.executable).with_name("lsledger"))
RAW_POSTGRES = str(Path(__file__).with_name("raw_postgres.py"))  # not imported: needs psycopg
SEED = 1

B0 = "B0"
"""The least that a command line with a database costs."""

SCANS = {"scan": "raw scan", "hash": "raw scan, SHA-256", "write": "raw scan to file"}
"""What the baselines that read every fact do with each, and what they are called."""


@dataclass(frozen=True)
class Baseline:
    """What a case is measured beside, and what that is called."""

    name: str
    command: Command


@dataclass
class Facts:
    """So many synthetic facts, and the folder for files.

    one_stream: whether they are those of one long stream, and not of a ledger with many.
    """

    folder: Path
    number: int
    one_stream: bool = False

    @cached_property
    def input(self) -> Path:
        """The facts as an import file."""
        path = self.folder / "facts.jsonl"
        with path.open("w", encoding="utf-8") as out:
            for fact in self:
                out.write(json.dumps(fact, ensure_ascii=False) + "\n")
        return path

    @property
    def stream(self) -> str:
        """The stream that is asked for: the long one, or one that is the same at every size."""
        return steady.LONG_STREAM if self.one_stream else steady.STREAM

    def __iter__(self) -> Iterator[ImportObject]:
        return steady.one_stream(self.number) if self.one_stream else generate(self.number, SEED)


@dataclass
class Bench(ABC):
    """The ledgers of one backend, made when they are first needed.

    A ledger is named by what stands in LSLEDGER_LEDGER: a path or a URL.
    """

    facts: Facts

    @cached_property
    def empty(self) -> str:
        """An empty ledger."""
        ledger, make = self.fresh("empty")
        make()
        run(self.lsledger(ledger, "init"), self.facts.folder)
        return ledger

    @cached_property
    def filling(self) -> tuple[str, Cost]:
        """The ledger that holds the facts, its views up to date, and what the import cost."""
        ledger, make = self.fresh("ledger", self.empty)
        fill = self.lsledger(ledger, "import", str(self.facts.input), before=make)
        cost = run(fill, self.facts.folder)
        self.settle(ledger)
        return ledger, cost

    @property
    def ledger(self) -> str:
        """The ledger that holds the facts, its views up to date; it is only read."""
        return self.filling[0]

    @abstractmethod
    def fresh(self, name: str, original: str | None = None) -> tuple[str, Callable[[], None]]:
        """A place for a ledger, and what puts a copy of `original`, or nothing, there."""

    @abstractmethod
    def settle(self, ledger: str) -> None:
        """Do at once what is otherwise done to a database at some later moment."""

    @abstractmethod
    def lsledger(self, ledger: str, *args: str, before: Callable[[], None] = nothing) -> Command:
        """A command of this project on a ledger."""

    @abstractmethod
    def bare(self) -> tuple[Baseline, ...]:
        """The least that a command line with a database costs."""

    @abstractmethod
    def inserts(self) -> tuple[Baseline, ...]:
        """The same bytes put into a table of the same shape without us."""

    @abstractmethod
    def scan(self, what: str = "scan", *files: Path) -> tuple[Baseline, ...]:
        """Every fact of `ledger` read once without us; `what` is done with it, as in SCANS."""

    @abstractmethod
    def peers(self, what: str) -> tuple[Baseline, ...]:
        """What the peers that are installed need for the same, as in peers.py."""


@dataclass
class FileBench(Bench):
    """Ledgers in files of SQLite."""

    @cached_property
    def rows(self) -> Path:
        """The rows of the facts table in a file, for those who insert them without us.

        Lists of a thousand, one after the other, and an empty one.
        """
        path = self.facts.folder / "rows.marshal"
        with closing(sqlite3.connect(self.ledger)) as connection, path.open("wb") as out:
            cursor = connection.execute(f"SELECT {raw.COLUMNS} FROM stored_events ORDER BY rowid")
            while found := cursor.fetchmany(raw.TRANSACTION):
                marshal.dump(found, out)
            marshal.dump([], out)
        return path

    def fresh(self, name: str, original: str | None = None) -> tuple[str, Callable[[], None]]:
        """A path, and what puts a copy of `original`, or nothing, there."""
        path = self.facts.folder / f"{name}.db"

        def renew() -> None:
            for old in (path, Path(f"{path}-wal"), Path(f"{path}-shm")):
                old.unlink(missing_ok=True)
            if original is not None:
                shutil.copyfile(original, path)

        return str(path), renew

    def settle(self, ledger: str) -> None:
        """Nothing: a file is left as a command leaves it."""

    def lsledger(self, ledger: str, *args: str, before: Callable[[], None] = nothing) -> Command:
        """A command of this project on a file."""
        return Command((LSLEDGER, *args), before, {"LSLEDGER_LEDGER": ledger})

    def bare(self) -> tuple[Baseline, ...]:
        """A process that imports click and sqlite3 and ends."""
        command = Command((sys.executable, "-c", "import click, sqlite3"))
        return (Baseline(B0, command),)

    def inserts(self) -> tuple[Baseline, ...]:
        """By sqlite3, as durably as the ledger does."""
        database, remove = self.fresh("raw")
        command = (sys.executable, raw.__file__, "insert", str(self.rows), database)
        return (Baseline("raw insert", Command(command, remove)),)

    def scan(self, what: str = "scan", *files: Path) -> tuple[Baseline, ...]:
        """By sqlite3."""
        command = (sys.executable, raw.__file__, what, self.ledger, *map(str, files))
        return (Baseline(SCANS[what], Command(command)),)

    @cached_property
    def _peers(self) -> Peers:
        return Peers(self.facts.folder, partial(iter, self.facts), self.facts.number)

    def peers(self, what: str) -> tuple[Baseline, ...]:
        """On a journal with as many entries as there are facts."""
        return tuple(Baseline(name, command) for name, command in self._peers.commands(what))


@dataclass
class ServerBench(Bench):
    """Ledgers in databases of a server. files: the bench whose rows are inserted here too."""

    server: Server
    files: FileBench

    def fresh(self, name: str, original: str | None = None) -> tuple[str, Callable[[], None]]:
        """A database's URL, and what puts a copy of `original`, or nothing, there."""
        url = self.server.database(name)
        return url, lambda: self.server.renew(url, original)

    def settle(self, ledger: str) -> None:
        """What the server itself would do within minutes: free space and statistics."""
        self.server.settle(ledger)

    def lsledger(self, ledger: str, *args: str, before: Callable[[], None] = nothing) -> Command:
        """A command of this project on a database."""
        return self._command((LSLEDGER, *args), ledger, before)

    def bare(self) -> tuple[Baseline, ...]:
        """A process that imports click and psycopg, asks the server for a number and ends."""
        return (Baseline("bare psycopg", self._raw("connect", database=self.ledger)),)

    def inserts(self) -> tuple[Baseline, ...]:
        """By COPY, and by psycopg's `executemany`."""
        database, renew = self.fresh("raw")
        return tuple(
            Baseline(name, self._raw(what, self.files.rows, database=database, before=renew))
            for what, name in (("copy", "COPY"), ("insert", "psycopg insert"))
        )

    def scan(self, what: str = "scan", *files: Path) -> tuple[Baseline, ...]:
        """By psycopg."""
        return (Baseline(SCANS[what], self._raw(what, *files, database=self.ledger)),)

    def peers(self, what: str) -> tuple[Baseline, ...]:  # noqa: ARG002 - there are none of any kind
        """None: they read files."""
        return ()

    def _raw(
        self, what: str, *files: Path, database: str, before: Callable[[], None] = nothing
    ) -> Command:
        argv = (sys.executable, RAW_POSTGRES, what, *map(str, files))
        return self._command(argv, database, before)

    def _command(self, argv: tuple[str, ...], url: str, before: Callable[[], None]) -> Command:
        return Command(argv, before, {"LSLEDGER_LEDGER": url}, self.server.cpu)
