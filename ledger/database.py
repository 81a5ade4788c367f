"""Where a ledger is: the one file that names the backends, and what each of them must do.

SQL is written once, in what both backends read: `?` for what is given, and two views that every
connection has beside the tables: `facts` (seq, stream, version, type, data) and `ledger_tables`
(name). Everything here works without `eventsourcing`, so that reading a view costs no more than
`sqlite3`; `ledger.store` appends facts through the library, on the settings given here.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Protocol, TypeAlias
from urllib.parse import unquote

from ledger.errors import BackendError, StoreError

if TYPE_CHECKING:
    import sqlite3

SCHEMA_VERSION = 2
"""The version of a ledger's own tables; a higher one was written by a newer lsledger. A file of
version 1, without the tables of the evidence, is given them when it is next opened."""

LOCK_TIMEOUT = 30
"""Seconds that a writer waits for another one."""

PATIENCE = 60
"""Seconds that a server which was lost, or which chooses a new leader, is waited for."""

EVIDENCE_TABLES = ("documents", "tiles", "checkpoints", "timestamps")
"""Beside the library's tables: the archived documents, the tiles of the tree over the facts, the
checkpoints that were signed, and the time stamps of those."""

MOST_ROWS = 10_000
"""Rows that a query of somebody's own gives at most."""

Definitions: TypeAlias = "Counter[tuple[str, str, str]]"
"""The kind, name and definition of tables, indexes, triggers and the like, and how often each is
there."""


class Rows(Protocol):
    """What a query gave."""

    def __iter__(self) -> Iterator[Any]:
        """The rows, one after the other."""

    def fetchone(self) -> Any:
        """The next row, or None."""

    def fetchall(self) -> Any:
        """The rows that are left."""


class Cursor(Protocol):
    """Runs SQL inside a transaction."""

    def execute(self, sql: str, given: Sequence[Any] = (), /) -> Rows:
        """Run one statement; the rows that it gives."""

    def executemany(self, sql: str, rows: Iterable[Sequence[Any]], /) -> object:
        """Insert many rows: `INSERT INTO table (columns) VALUES (marks)`."""

    def fetchone(self) -> Any:
        """The next row, or None."""

    def fetchall(self) -> Any:
        """The rows that are left."""


class Connection(Protocol):
    """An open ledger that is read."""

    def execute(self, sql: str, given: Sequence[Any] = (), /) -> Rows:
        """The rows that a query gives."""

    def cursor(self) -> Any:
        """A cursor of its own."""


class Database(ABC):
    """A place where a ledger is or shall be. As text, it is named without any password."""

    __slots__ = ()

    has_roles: ClassVar[bool] = False
    """Whether it knows who may do what."""

    notifies: ClassVar[bool] = False
    """Whether it tells those who listen of new facts, so that it can be followed."""

    @property
    @abstractmethod
    def settings(self) -> dict[str, str]:
        """The library's settings for this database; nothing else decides them."""

    @abstractmethod
    def writable(self) -> bool:
        """Whether facts can be recorded there by whoever is asking."""

    @abstractmethod
    def check(self) -> None:
        """Raise the StoreError that keeps it from being used as a ledger."""

    @abstractmethod
    def check_writable(self) -> None:
        """Raise the StoreError that keeps facts from being recorded."""

    @abstractmethod
    def check_evidence(self) -> None:
        """Raise the StoreError that keeps the evidence from being asked."""

    @abstractmethod
    def reading(self) -> AbstractContextManager[Connection]:
        """A connection that cannot write, with faults told in our terms.

        Raises LedgerMissingError when nothing is there, another StoreError for other faults.
        """

    @abstractmethod
    def snapshot(self) -> AbstractContextManager[Connection]:
        """The same, on one state of the ledger for all that is read."""

    @abstractmethod
    def inspecting(self) -> AbstractContextManager[Connection]:
        """The same of a ledger that may have been changed: what cannot have been written can be
        read.
        """

    @abstractmethod
    def version(self, connection: Connection) -> int:
        """Which version of the schema a ledger is of."""

    @abstractmethod
    def protected(self, connection: Any) -> bool:
        """Whether what keeps the record from being changed is in place."""

    @abstractmethod
    def definitions(self, connection: Any) -> Definitions:
        """Every table, index, trigger and the like, as they are defined."""

    @abstractmethod
    def expected(self, connection: Any, tables: Iterable[str]) -> Definitions:
        """The same of a new ledger of this version, with the tables that the statements make."""

    @abstractmethod
    def defects(self, connection: Any, *, thorough: bool) -> list[str]:
        """What is wrong with the database as such."""

    @abstractmethod
    def substituted(self, connection: Any) -> bool:
        """Whether something else stands in a table's place, so that it must not be read."""

    @abstractmethod
    def beside(
        self, connection: Any, tables: Mapping[str, str]
    ) -> AbstractContextManager[sqlite3.Connection]:
        """A connection of SQLite that has the tables as they are, by name and columns, and in
        which temporary ones can be made beside them.
        """

    @abstractmethod
    def about(self, connection: Any) -> dict[str, object]:
        """What else is to be told of the place."""

    @abstractmethod
    def behind(self, connection: Any) -> str | None:
        """Of a server that follows another, how far behind it is."""

    @abstractmethod
    def ask(self, query: str) -> tuple[list[str], list[tuple[object, ...]]]:
        """The header and rows of one reading statement; raises RefusedSqlError."""

    @abstractmethod
    def room(self) -> AbstractContextManager[None]:
        """Room for a new ledger, for nobody else; empty again when what is done in it fails.

        Raises LedgerExistsError when a ledger is there, and leaves that alone.
        """

    @abstractmethod
    def prepare(self) -> None:
        """Mark and protect a new ledger, after the library made its tables."""

    def give_to_roles(self) -> tuple[str, str, str]:
        """Give a new ledger to an owner, writers and readers; the names of their roles."""
        raise NotImplementedError

    @abstractmethod
    def finish(self) -> None:
        """Let a new ledger be one, when it holds what it was made for."""

    @abstractmethod
    def may_make_tables(self, cursor: Cursor) -> bool:
        """Whether whoever writes may make the tables of the views, and not only fill them."""

    @abstractmethod
    def recorder(self, factory: Any) -> Any:
        """The library's recorder, fitted to this place."""

    @abstractmethod
    def lock(self, raw: Any) -> Cursor:
        """Take the write lock in a transaction of the library's; a cursor in it for our SQL."""

    @abstractmethod
    def before_commit(self, cursor: Cursor) -> None:
        """The last thing in a transaction."""

    @abstractmethod
    def check_committed(self, cursor: Cursor) -> None:
        """Raise ConnectionLostError when a commit was answered, and may not last all the same."""

    @abstractmethod
    def raw(self, cursor: Cursor) -> Any:
        """The library's cursor behind one of ours."""

    @abstractmethod
    def insert(self, recorder: Any, cursor: Cursor, events: Sequence[Any]) -> list[int]:
        """Insert facts in a transaction; the numbers that the database gave them."""

    @abstractmethod
    def faults(self) -> AbstractContextManager[None]:
        """Tell the database's faults in our terms."""

    @abstractmethod
    def fault(self, error: BaseException) -> StoreError:
        """Our error for a fault of the database, whether it comes bare or through the library."""


def last_seq(connection: Connection) -> int:
    """The highest sequence number of the facts; 0 when nothing is recorded."""
    return int(connection.execute("SELECT coalesce(max(seq), 0) FROM facts").fetchone()[0])


def locate(url: str, tell: Callable[[str], None] | None = None) -> Database:
    """The database that a path or URL names.

    tell: is told, in a sentence, how far behind a ledger is that is asked for on a standby.
    Raises BackendError for a URL of another kind, or whose backend is not installed.
    """
    from ledger.sqlite.file import SqliteFile

    scheme, separator, rest = url.strip().partition("://")
    scheme = scheme.lower()
    spelt_otherwise = re.match(r"postgres(ql)?:|.*\bpassword\s*=", url, re.DOTALL)
    if not url.strip():
        raise BackendError(
            "the name of the ledger is empty", hint="Give a file's path or a URL with --ledger."
        )
    if not separator and re.match(r"[^/\s:@]+:[^@]+@", url):
        raise BackendError(
            "the name of the ledger looks like a URL without its beginning",
            hint="Write postgresql://user@host/database, or ./ before the name of a file.",
        )
    if not separator and not spelt_otherwise:
        return SqliteFile(_path(url))
    if scheme == "sqlite" and rest.startswith("/"):
        # sqlite:///relative.db, sqlite:////absolute.db, as in other tools
        return SqliteFile(_path(unquote(rest.removeprefix("/"))))
    if scheme == "sqlite":
        raise BackendError(
            "a URL of SQLite names a file, and no host before it",
            hint="Write three slashes: sqlite:///ledger.db.",
        )
    if not separator or scheme in ("postgresql", "postgres"):
        try:
            import psycopg_pool  # noqa: F401
        except ImportError:
            raise BackendError(
                "a ledger on PostgreSQL needs a package that is not installed",
                hint="Install it with: pip install 'lsledger[postgres]'",
            ) from None
        from ledger.postgres.server import server

        return server(url, tell)
    raise BackendError(
        f"{scheme}:// names a kind of database that this version cannot use",
        hint="Give a file's path, sqlite:///path or postgresql://user@host/database.",
    )


def temporary() -> sqlite3.Connection:
    """An empty database of SQLite outside of memory, which is gone when it is closed."""
    from ledger.sqlite.file import temporary

    return temporary()


def _path(text: str) -> Path:
    try:
        return Path(text).expanduser()
    except RuntimeError:  # ~somebody, and there is no such user: a name like any other
        return Path(text)
