"""The one file that names a database: where a ledger is, whether it is one, how to open it.

Everything here works without `eventsourcing`, so that reading a view costs no more than
`sqlite3`. `ledger.store` appends facts through the library, on the settings given here.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from stat import S_ISDIR, S_ISREG
from urllib.parse import quote, unquote

from ledger.errors import (
    BackendError,
    BusyError,
    DamagedError,
    DiskFullError,
    LedgerExistsError,
    LedgerMissingError,
    NewerLedgerError,
    NotALedgerError,
    ReadOnlyError,
    StoreError,
)

APPLICATION_ID = 0x4C534C47
"""SQLite's `application_id` of a ledger: the letters LSLG."""

SCHEMA_VERSION = 2
"""SQLite's `user_version` of a ledger; a higher one was written by a newer lsledger. A ledger
of version 1, without the tables of the evidence, is given them when it is next opened."""

LOCK_TIMEOUT = 30
"""Seconds that a writer waits for another one."""

# Beside the library's tables: the archived documents, the tiles of the Merkle tree over the
# facts, the checkpoints that were signed, and the time stamps of those.
EVIDENCE = (
    "CREATE TABLE documents (sha256 TEXT PRIMARY KEY, data BLOB NOT NULL)",
    "CREATE TABLE tiles (level INTEGER NOT NULL, position INTEGER NOT NULL, "
    "hashes BLOB NOT NULL, PRIMARY KEY (level, position))",
    "CREATE TABLE checkpoints (note TEXT PRIMARY KEY, size INTEGER NOT NULL, "
    "verifier_key TEXT NOT NULL)",
    "CREATE INDEX checkpoints_by_size ON checkpoints (size)",
    "CREATE TABLE timestamps (note TEXT NOT NULL, response BLOB NOT NULL, "
    "PRIMARY KEY (note, response))",
)

# The facts table is the library's; these triggers make it append-only. INSERT OR REPLACE
# deletes without firing a delete trigger, so it is refused by the third.
FACTS_PROTECTION = (
    """CREATE TRIGGER facts_are_never_changed BEFORE UPDATE ON stored_events
       BEGIN SELECT RAISE(ABORT, 'facts are never changed'); END""",
    """CREATE TRIGGER facts_are_never_deleted BEFORE DELETE ON stored_events
       BEGIN SELECT RAISE(ABORT, 'facts are never deleted'); END""",
    """CREATE TRIGGER facts_are_never_replaced BEFORE INSERT ON stored_events
       WHEN EXISTS (SELECT 1 FROM stored_events WHERE rowid = NEW.rowid)
         OR EXISTS (SELECT 1 FROM stored_events WHERE originator_id = NEW.originator_id
                    AND originator_version = NEW.originator_version)
       BEGIN SELECT RAISE(ABORT, 'facts are never replaced'); END""",
)

EVIDENCE_TABLES = ("documents", "tiles", "checkpoints", "timestamps")

EVIDENCE_PROTECTION = tuple(
    statement
    for table, key in (
        ("documents", "sha256 = NEW.sha256"),
        ("checkpoints", "note = NEW.note"),
        ("timestamps", "note = NEW.note AND response = NEW.response"),
    )
    for statement in (
        f"CREATE TRIGGER {table}_are_never_changed BEFORE UPDATE ON {table} "
        f"BEGIN SELECT RAISE(ABORT, '{table} are never changed'); END",
        f"CREATE TRIGGER {table}_are_never_deleted BEFORE DELETE ON {table} "
        f"BEGIN SELECT RAISE(ABORT, '{table} are never deleted'); END",
        f"CREATE TRIGGER {table}_are_never_replaced BEFORE INSERT ON {table} "
        f"WHEN EXISTS (SELECT 1 FROM {table} WHERE {key}) "
        f"BEGIN SELECT RAISE(ABORT, '{table} are never replaced'); END",
    )
)

PROTECTION = (*FACTS_PROTECTION, *EVIDENCE_PROTECTION)

# A write that changes nothing takes the write lock at the start of a transaction, so that
# what is read after it cannot be overtaken by another writer.
LOCK = "UPDATE tracking SET notification_id = notification_id WHERE 0"


@dataclass(frozen=True, slots=True)
class Database:
    """A place where a ledger is or shall be."""

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
        """The library's settings for this database; nothing else decides them."""
        return {
            "PERSISTENCE_MODULE": "eventsourcing.sqlite",
            "SQLITE_DBNAME": self.uri("rw"),
            "SQLITE_LOCK_TIMEOUT": str(LOCK_TIMEOUT),
            "ORIGINATOR_ID_TYPE": "text",
        }

    def writable(self) -> bool:
        """Whether the file, and the folder that its write-ahead log goes to, can be written."""
        return os.access(self.path, os.W_OK) and os.access(self.path.absolute().parent, os.W_OK)


def locate(url: str) -> Database:
    """The database that a path or URL names.

    Raises BackendError for a URL of another kind.
    """
    scheme, separator, rest = url.partition("://")
    if not separator:
        return Database(_path(url))
    if scheme == "sqlite":
        # sqlite:///relative.db, sqlite:////absolute.db, as in other tools
        return Database(_path(unquote(rest.removeprefix("/"))))
    raise BackendError(
        f"{scheme}:// names a kind of database that this version cannot use",
        hint="Give a file's path or sqlite:///path.",
    )


def check(database: Database) -> None:
    """Raise the StoreError that keeps the file from being used as a ledger."""
    with open_readonly(database) as connection:
        (application,) = connection.execute("PRAGMA application_id").fetchone()
        found = version(connection)
    if application != APPLICATION_ID:
        raise NotALedgerError(
            f"{database} is not a ledger",
            hint="Name a ledger with --ledger, or make a new one with `lsledger init`.",
        )
    if found > SCHEMA_VERSION:
        raise NewerLedgerError(
            f"{database} was made by a newer version of lsledger "
            f"(its schema is {found}; this version reads {SCHEMA_VERSION})",
            hint="Install the newest version of lsledger.",
        )


def check_writable(database: Database) -> None:
    """Raise the StoreError that keeps facts from being recorded in the file."""
    check(database)
    if not database.writable():
        raise fault(database, OSError("readonly"))
    check_evidence(database)


def version(connection: sqlite3.Connection) -> int:
    """Which version of the schema a ledger is of."""
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def check_evidence(database: Database) -> None:
    """Raise the StoreError that keeps the file's evidence from being asked.

    A ledger of version 1, which has none yet, is given its tables now.
    """
    check(database)
    with open_readonly(database) as connection:
        old = version(connection) < SCHEMA_VERSION
    if old:
        _upgrade(database)


@contextmanager
def open_readonly(database: Database) -> Iterator[sqlite3.Connection]:
    """A connection that cannot write, with faults told in our terms.

    Raises LedgerMissingError when nothing is there, another StoreError for other faults.
    """
    name = database.uri("ro")
    with faults(database):
        _look_at(database)
        # Without write access SQLite cannot make the shared-memory file of the write-ahead
        # log; when no log is left behind the file can be read as it is.
        if not database.writable() and not _beside(database, "-wal").exists():
            name += "&immutable=1"
        with closing(sqlite3.connect(name, uri=True, timeout=LOCK_TIMEOUT)) as connection:
            yield connection


def protected(connection: sqlite3.Connection) -> bool:
    """Whether just those triggers are in place that keep what is recorded from being changed."""
    found = connection.execute("SELECT sql FROM sqlite_master WHERE type = 'trigger'")
    right = PROTECTION if version(connection) >= SCHEMA_VERSION else FACTS_PROTECTION
    return {sql for (sql,) in found} == set(right)


def create_file(database: Database) -> None:
    """Make the empty file for a new ledger.

    Raises LedgerExistsError when something is there, StoreError when it cannot be made.
    """
    try:
        database.path.open("xb").close()
    except FileExistsError:
        raise LedgerExistsError(
            f"{database} exists already",
            hint="Name another file with --ledger, or move this one away.",
        ) from None
    except OSError as error:
        raise StoreError(
            f"{database} cannot be made: {error.strerror}",
            hint="Check that the folder exists and that you may write to it.",
        ) from None


def remove(database: Database) -> None:
    """Remove the file of a ledger that could not be made, and what SQLite put beside it."""
    for suffix in ("", "-wal", "-shm", "-journal"):
        _beside(database, suffix).unlink(missing_ok=True)


def prepare(database: Database) -> None:
    """Mark a new file as a ledger and protect its facts, after the library made its tables."""
    with _changing(database) as connection:
        for statement in (*EVIDENCE, *PROTECTION):
            connection.execute(statement)
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")


def _upgrade(database: Database) -> None:
    """Give a ledger of version 1 the tables of the evidence, and its facts their tree."""
    from ledger.evidence import tree

    if not database.writable():
        raise ReadOnlyError(
            f"{database} was made by an earlier version of lsledger and cannot be written to",
            hint="Use it once where it can be written to; its facts stay as they are. The views "
            "can be asked as it is.",
        )
    with _changing(database) as connection:
        if version(connection) < SCHEMA_VERSION:  # nobody else was faster
            there = connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'documents'")
            if there.fetchone() is not None:
                raise DamagedError(
                    f"{database} is said to be of an earlier version, and is not",
                    hint="It was changed from outside; `lsledger verify` tells more.",
                )
            for statement in (*EVIDENCE, *EVIDENCE_PROTECTION):
                connection.execute(statement)
            tree.grow(connection.cursor())
            connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")


@contextmanager
def _changing(database: Database) -> Iterator[sqlite3.Connection]:
    """A connection inside a transaction that holds the write lock, for changes of the schema."""
    with (
        faults(database),
        closing(
            sqlite3.connect(
                database.uri("rw"), uri=True, timeout=LOCK_TIMEOUT, isolation_level=None
            )
        ) as connection,
    ):
        connection.execute("BEGIN IMMEDIATE")
        yield connection
        connection.execute("COMMIT")


@contextmanager
def faults(database: Database) -> Iterator[None]:
    """Tell the database's faults in our terms."""
    try:
        yield
    except sqlite3.ProgrammingError:
        raise  # our own mistake, no fault of the file
    except sqlite3.Error as error:
        raise fault(database, error) from error


def fault(database: Database, error: BaseException) -> StoreError:
    """Our error for a fault of the database, whether it comes bare or through the library."""
    text = str(error)
    lowered = text.lower()
    if "locked" in lowered or "busy" in lowered:
        return BusyError(
            f"another process is writing to {database}; nothing was recorded",
            hint="Try again in a moment.",
        )
    if "full" in lowered or "disk i/o error" in lowered:
        return DiskFullError(
            f"the disk that holds {database} is full or failing ({text}); nothing was recorded",
            hint="Free some space and try again.",
        )
    if "readonly" in lowered or "read-only" in lowered:
        return ReadOnlyError(
            f"{database} cannot be written to",
            hint="Check the permissions of the file and its folder.",
        )
    if "not a database" in lowered:
        return NotALedgerError(
            f"{database} is not a ledger",
            hint="Name a ledger with --ledger, or make a new one with `lsledger init`.",
        )
    if "unable to open" in lowered:
        return StoreError(
            f"{database} cannot be opened",
            hint="Check that the folder exists and that you may read and write it.",
        )
    return DamagedError(
        f"{database} cannot be read: {text}",
        hint="The file may be damaged; restore it from a backup.",
    )


def _look_at(database: Database) -> None:
    """Raise the StoreError that tells why no database can be at this place."""
    try:
        mode = database.path.stat().st_mode
    except (FileNotFoundError, NotADirectoryError):
        raise LedgerMissingError(
            f"there is no ledger at {database}",
            hint="Make one with `lsledger init`, or name another with --ledger.",
        ) from None
    except OSError as error:
        raise StoreError(
            f"{database} cannot be opened: {error.strerror}",
            hint="Check the name, and that you may read the file and its folder.",
        ) from None
    if not S_ISREG(mode):
        kind = "a folder" if S_ISDIR(mode) else "not a regular file"
        raise NotALedgerError(f"{database} is {kind}", hint="Name a file with --ledger.")


def _path(text: str) -> Path:
    try:
        return Path(text).expanduser()
    except RuntimeError:  # ~somebody, and there is no such user: a name like any other
        return Path(text)


def _beside(database: Database, suffix: str) -> Path:
    return database.path.with_name(database.path.name + suffix)
