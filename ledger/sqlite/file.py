"""A ledger in a file of SQLite: whether it is one, how to open it, what its faults mean."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from stat import S_ISDIR, S_ISREG
from typing import Any
from urllib.parse import quote

from ledger import database
from ledger.database import (
    SCHEMA_VERSION,
    Connection,
    Cursor,
    Database,
    Definitions,
)
from ledger.errors import (
    DamagedError,
    LedgerExistsError,
    LedgerMissingError,
    NewerLedgerError,
    NotALedgerError,
    ReadOnlyError,
    StoreError,
)
from ledger.sqlite import schema
from ledger.sqlite.faults import fault_of

APPLICATION_ID = 0x4C534C47
"""SQLite's `application_id` of a ledger: the letters LSLG."""

# A write that changes nothing takes the write lock at the start of a transaction, so that
# what is read after it cannot be overtaken by another writer.
LOCK = "UPDATE tracking SET notification_id = notification_id WHERE 0"


@dataclass(frozen=True, slots=True)
class SqliteFile(Database):
    """A file of SQLite in which a ledger is or shall be."""

    path: Path

    def __str__(self) -> str:
        # A name need not be text; what cannot be shown is shown as U+FFFD.
        return os.fsencode(self.path).decode(errors="replace")

    def uri(self, mode: str) -> str:
        """The name by which SQLite opens the file, with odd characters escaped."""
        name = quote(os.fsencode(self.path.absolute()))
        return f"file:///{name.lstrip('/')}?mode={mode}"

    @property
    def settings(self) -> dict[str, str]:
        """The library's settings for this file."""
        return {
            "PERSISTENCE_MODULE": "eventsourcing.sqlite",
            "SQLITE_DBNAME": self.uri("rw"),
            "SQLITE_LOCK_TIMEOUT": str(database.LOCK_TIMEOUT),
            "ORIGINATOR_ID_TYPE": "text",
        }

    def writable(self) -> bool:
        """Whether the file, and the folder that its write-ahead log goes to, can be written."""
        return os.access(self.path, os.W_OK) and os.access(self.path.absolute().parent, os.W_OK)

    def check(self) -> None:
        """Raise the StoreError that keeps the file from being used as a ledger."""
        with self._opened() as connection:
            (application,) = connection.execute("PRAGMA application_id").fetchone()
            found = self.version(connection)
        if application != APPLICATION_ID:
            raise NotALedgerError(
                f"{self} is not a ledger",
                hint="Name a ledger with --ledger, or make a new one with `lsledger init`.",
            )
        if found > SCHEMA_VERSION:
            raise NewerLedgerError(
                f"{self} was made by a newer version of lsledger "
                f"(its schema is {found}; this version reads {SCHEMA_VERSION})",
                hint="Install the newest version of lsledger.",
            )

    def check_writable(self) -> None:
        """Raise the StoreError that keeps facts from being recorded in the file."""
        self.check()
        if not self.writable():
            raise self.fault(OSError("readonly"))
        self.check_evidence()

    def check_evidence(self) -> None:
        """Raise the StoreError that keeps the file's evidence from being asked.

        A ledger of version 1, which has none yet, is given its tables now.
        """
        self.check()
        with self._opened() as connection:
            old = self.version(connection) < SCHEMA_VERSION
        if old:
            _upgrade(self)

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """A connection that cannot write, with faults told in our terms."""
        with self._opened() as connection:
            for statement in schema.COMMON_VIEWS:
                connection.execute(statement)
            yield connection

    @contextmanager
    def inspecting(self) -> Iterator[sqlite3.Connection]:
        """The same for a file that may have been changed: texts of any bytes can be read."""
        with self.snapshot() as connection:
            connection.text_factory = lambda data: data.decode("utf-8", "surrogateescape")
            yield connection

    @contextmanager
    def snapshot(self) -> Iterator[sqlite3.Connection]:
        """The same, on one state of the ledger for all that is read."""
        with self.reading() as connection:
            connection.execute("BEGIN")
            yield connection

    @contextmanager
    def _opened(self) -> Iterator[sqlite3.Connection]:
        name = self.uri("ro")
        with self.faults():
            _look_at(self)
            # Without write access SQLite cannot make the shared-memory file of the write-ahead
            # log; when no log is left behind the file can be read as it is.
            if not self.writable() and not _beside(self, "-wal").exists():
                name += "&immutable=1"
            with closing(
                sqlite3.connect(name, uri=True, timeout=database.LOCK_TIMEOUT)
            ) as connection:
                yield connection

    def version(self, connection: Connection) -> int:
        """Which version of the schema a ledger is of."""
        return int(connection.execute("PRAGMA user_version").fetchone()[0])

    def protected(self, connection: sqlite3.Connection) -> bool:
        """Whether just those triggers are there that keep what is recorded from being changed."""
        new = self.version(connection) >= SCHEMA_VERSION
        return schema.protected(connection, schema.PROTECTION if new else schema.FACTS_PROTECTION)

    def definitions(self, connection: sqlite3.Connection) -> Definitions:
        """Every table, index, trigger and view of the file, with the SQL that made it."""
        return schema.definitions(connection)

    def expected(self, connection: sqlite3.Connection, tables: Iterable[str]) -> Definitions:
        """The same of a new ledger of this version, with the tables that the statements make."""
        from tempfile import TemporaryDirectory

        from ledger.store import created

        with TemporaryDirectory(prefix="lsledger-verify-") as folder:
            new = SqliteFile(Path(folder) / "new.db")
            with created(new) as store, store.transaction() as cursor:
                for statement in tables:
                    cursor.execute(statement)
            with new.reading() as made:
                found = schema.definitions(made)
        old = self.version(connection) < SCHEMA_VERSION
        return schema.without_evidence(found) if old else found

    def defects(self, connection: sqlite3.Connection, *, thorough: bool) -> list[str]:
        """What SQLite finds wrong with the file; thorough: indexes are compared with tables."""
        check = "PRAGMA integrity_check(5)" if thorough else "PRAGMA quick_check(1)"
        return [str(text) for (text,) in connection.execute(check) if text != "ok"]

    def substituted(self, connection: sqlite3.Connection) -> bool:
        """Whether something else stands in a table's place."""
        return schema.substituted(connection)

    @contextmanager
    def beside(
        self, connection: sqlite3.Connection, _tables: Mapping[str, str]
    ) -> Iterator[sqlite3.Connection]:
        """The connection itself: temporary tables can be made in it."""
        yield connection

    def about(self, _connection: Connection) -> dict[str, object]:
        """How many bytes the file has."""
        return {"bytes": self.path.stat().st_size}

    def behind(self, _connection: Connection) -> str | None:
        """A file follows no other."""
        return None

    def ask(self, query: str) -> tuple[list[str], list[tuple[object, ...]]]:
        """Run one reading statement, within bounds."""
        from ledger.sqlite.ask import ask

        with self.reading() as connection:
            return ask(connection, query)

    @contextmanager
    def room(self) -> Iterator[None]:
        """The empty file for a new ledger, removed again when what is done in it fails.

        Raises LedgerExistsError when something is there, StoreError when it cannot be made.
        """
        try:
            self.path.open("xb").close()
        except FileExistsError:
            raise LedgerExistsError(
                f"{self} exists already",
                hint="Name another file with --ledger, or move this one away.",
            ) from None
        except OSError as error:
            raise StoreError(
                f"{self} cannot be made: {error.strerror}",
                hint="Check that the folder exists and that you may write to it.",
            ) from None
        try:
            yield
        except BaseException:
            if self._is_finished():  # others may have recorded in it
                raise
            for suffix in ("", "-wal", "-shm", "-journal"):
                _beside(self, suffix).unlink(missing_ok=True)
            raise

    def prepare(self) -> None:
        """Protect the facts of a new ledger, after the library made its tables."""
        with _changing(self) as connection:
            for statement in (*schema.EVIDENCE, *schema.PROTECTION):
                connection.execute(statement)
            connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")

    def finish(self) -> None:
        """Mark the file as a ledger: others find one from now on."""
        with _changing(self) as connection:
            connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")

    def _is_finished(self) -> bool:
        try:
            self.check()
        except StoreError:
            return False
        return True

    def recorder(self, factory: Any) -> Any:
        """The library's recorder, as it is."""
        return factory.process_recorder()

    def lock(self, raw: Any) -> Cursor:
        """Take the write lock in a transaction of the library's; a cursor in it for our SQL."""
        cursor: sqlite3.Cursor = raw.sqlite_cursor  # the library's own gives no rows to its caller
        cursor.execute(LOCK)
        for statement in schema.COMMON_VIEWS:
            cursor.execute(statement)
        return cursor

    def before_commit(self, cursor: Cursor) -> None:
        """Nothing is left to do."""

    def may_make_tables(self, _cursor: Cursor) -> bool:
        """Whoever can write to a file can."""
        return True

    def check_committed(self, cursor: Cursor) -> None:
        """A commit that SQLite has done is done."""

    def raw(self, cursor: Cursor) -> Any:
        """The same cursor, which does for the library's."""
        return cursor

    def insert(self, recorder: Any, cursor: Cursor, events: Sequence[Any]) -> list[int]:
        """Insert facts in a transaction; the numbers that the database gave them."""
        return list(recorder._insert_events(cursor, events))

    @contextmanager
    def faults(self) -> Iterator[None]:
        """Tell the database's faults in our terms."""
        try:
            yield
        except sqlite3.ProgrammingError:
            raise  # our own mistake, no fault of the file
        except sqlite3.Error as error:
            raise self.fault(error) from error

    def fault(self, error: BaseException) -> StoreError:
        """Our error for a fault of the database, whether it comes bare or through the library."""
        return fault_of(self.path, error)


def _upgrade(file: SqliteFile) -> None:
    """Give a ledger of version 1 the tables of the evidence, and its facts their tree."""
    from ledger.evidence import tree

    if not file.writable():
        raise ReadOnlyError(
            f"{file} was made by an earlier version of lsledger and cannot be written to",
            hint="Use it once where it can be written to; its facts stay as they are. The views "
            "can be asked as it is.",
        )
    with _changing(file) as connection:
        if file.version(connection) < SCHEMA_VERSION:  # nobody else was faster
            there = connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'documents'")
            if there.fetchone() is not None:
                raise DamagedError(
                    f"{file} is said to be of an earlier version, and is not",
                    hint="It was changed from outside; `lsledger verify` tells more.",
                )
            for statement in (*schema.COMMON_VIEWS, *schema.EVIDENCE, *schema.EVIDENCE_PROTECTION):
                connection.execute(statement)
            tree.grow(connection.cursor())
            connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")


def temporary() -> sqlite3.Connection:
    """An empty database without a name; whichever thread lets go of it closes it."""
    return sqlite3.connect("", check_same_thread=False)


@contextmanager
def _changing(file: SqliteFile) -> Iterator[sqlite3.Connection]:
    """A connection inside a transaction that holds the write lock, for changes of the schema."""
    with (
        file.faults(),
        closing(
            sqlite3.connect(
                file.uri("rw"), uri=True, timeout=database.LOCK_TIMEOUT, isolation_level=None
            )
        ) as connection,
    ):
        connection.execute("BEGIN IMMEDIATE")
        yield connection
        connection.execute("COMMIT")


def _look_at(file: SqliteFile) -> None:
    """Raise the StoreError that tells why no database can be at this place."""
    try:
        mode = file.path.stat().st_mode
    except (FileNotFoundError, NotADirectoryError):
        raise LedgerMissingError(
            f"there is no ledger at {file}",
            hint="Make one with `lsledger init`, or name another with --ledger.",
        ) from None
    except OSError as error:
        raise StoreError(
            f"{file} cannot be opened: {error.strerror}",
            hint="Check the name, and that you may read the file and its folder.",
        ) from None
    if not S_ISREG(mode):
        kind = "a folder" if S_ISDIR(mode) else "not a regular file"
        raise NotALedgerError(f"{file} is {kind}", hint="Name a file with --ledger.")


def _beside(file: SqliteFile, suffix: str) -> Path:
    return file.path.with_name(file.path.name + suffix)
