"""A ledger in a database of PostgreSQL: whether it is one, how to open it, who may write to it."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, ClassVar

import psycopg
from psycopg.rows import dict_row, tuple_row

from ledger import database
from ledger.database import (
    SCHEMA_VERSION,
    Cursor,
    Database,
    Definitions,
)
from ledger.errors import (
    EncodingError,
    LedgerExistsError,
    LedgerMissingError,
    NewerLedgerError,
    NotALedgerError,
    ReadOnlyError,
    StoreError,
)
from ledger.postgres import append, catalog, indexes, roles, schema, state
from ledger.postgres.connect import Place, connected, place
from ledger.postgres.faults import fault_of
from ledger.postgres.sql import VIEWS_SCHEMA, PostgresConnection, PostgresCursor
from ledger.server_errors import ConnectionLostError
from ledger.values.text import quoted

MAKING = 0x4C534C47
"""The number of the lock that whoever makes a ledger in a database holds: the letters LSLG."""

SEARCH_PATH = f"search_path = public, {VIEWS_SCHEMA}, pg_temp"

READING = (
    f"SET {SEARCH_PATH}; SET default_transaction_read_only = on; "
    "SET default_transaction_isolation = 'repeatable read'"
)

# What is read after the lock is the newest. The first statement of all: a server may have another
# default, and lets nobody change it later in a transaction.
NEWEST = "SET TRANSACTION ISOLATION LEVEL READ COMMITTED"

WRITING = (
    f"SET LOCAL lock_timeout = '%ds'; SET LOCAL {SEARCH_PATH}; "
    # A client that is gone is noticed, so that it does not hold the lock for long.
    "SET LOCAL tcp_keepalives_idle = 10; SET LOCAL tcp_keepalives_interval = 5; "
    "SET LOCAL tcp_keepalives_count = 3; SET LOCAL tcp_user_timeout = 30000; "
    # What is acknowledged is on the disk, and with the standbys that the server waits for.
    "SELECT pg_catalog.set_config('synchronous_commit', 'on', true) "
    "WHERE pg_catalog.current_setting('synchronous_commit') IN ('off', 'local')"
)

# Tables that somebody makes for a ledger belong to its owner, whoever of the owner's role it was.
# Nothing of the ledger's schemas is called before the role is taken, nor by a name without schema.
ROLE = (
    "SELECT pg_catalog.set_config('role', rolname::pg_catalog.text, true) "
    "FROM pg_catalog.pg_namespace JOIN pg_catalog.pg_roles ON pg_roles.oid = nspowner "
    f"WHERE nspname = '{VIEWS_SCHEMA}' AND rolname <> current_user "
    "AND pg_catalog.pg_has_role(current_user, nspowner, 'MEMBER')"
)

LIBRARY = {
    "PERSISTENCE_MODULE": "eventsourcing.postgres",
    "ORIGINATOR_ID_TYPE": "text",
    # Where the server is, the pool is told in `recorder`: these know one host only.
    "POSTGRES_DBNAME": "-",
    "POSTGRES_HOST": "-",
    "POSTGRES_USER": "-",
    "POSTGRES_PASSWORD": "-",
    "POSTGRES_POOL_SIZE": "1",
    # A writer may take a while between two statements of a large import. One that is stopped
    # would keep its lock for ever.
    "POSTGRES_IDLE_IN_TRANSACTION_SESSION_TIMEOUT": "300",
}


@dataclass(frozen=True, slots=True)
class PostgresServer(Database):
    """A database of PostgreSQL in which a ledger is or shall be.

    tell: is told, whenever the database is checked as a ledger on a standby, how far behind it is.
    """

    has_roles: ClassVar[bool] = True
    notifies: ClassVar[bool] = True

    place: Place
    tell: Callable[[str], None] | None = field(default=None, compare=False, repr=False)

    def __str__(self) -> str:
        return self.place.name

    @property
    def settings(self) -> dict[str, str]:
        """The library's settings."""
        return dict(LIBRARY)

    def writable(self) -> bool:
        """Whether the server takes facts from whoever is asking."""
        with self.reading() as connection:
            return state.standby(connection) is None and state.may_record(connection)

    def check(self) -> None:
        """Raise the StoreError that keeps the database from being used as a ledger."""
        with self.reading() as connection:
            self._check(connection)
            behind = self.behind(connection)
        if behind is not None and self.tell is not None:
            self.tell(f"{self} is {behind}.")

    def _check(self, connection: PostgresConnection) -> None:
        if not state.has_ledger(connection):
            raise LedgerMissingError(
                f"there is no ledger at {self}",
                hint="Make one with `lsledger init`, or name another with --ledger.",
            )
        found = self.version(connection)
        if found > SCHEMA_VERSION:
            raise NewerLedgerError(
                f"{self} was made by a newer version of lsledger "
                f"(its schema is {found}; this version reads {SCHEMA_VERSION})",
                hint="Install the newest version of lsledger.",
            )

    def check_writable(self) -> None:
        """Raise the StoreError that keeps facts from being recorded."""
        with self.reading() as connection:
            self._check(connection)
            standby = state.standby(connection)
            if standby is not None:
                raise ReadOnlyError(
                    f"{self} is a standby, and cannot be written to",
                    hint="Name the primary, or all hosts with ?target_session_attrs=read-write.",
                )
            if not state.may_record(connection):
                raise ReadOnlyError(
                    f"you may read {self}, and not record in it",
                    hint="The writer's role can: ask whoever looks after the server for it.",
                )

    def check_evidence(self) -> None:
        """Raise the StoreError that keeps the evidence from being asked."""
        self.check()

    @contextmanager
    def reading(self) -> Iterator[PostgresConnection]:
        """A connection that cannot write, with faults told in our terms."""
        with self.faults(), connected(self.place) as connection:
            connection.execute(READING.encode())
            yield PostgresConnection(connection)

    @contextmanager
    def snapshot(self) -> Iterator[PostgresConnection]:
        """The same, on one state of the ledger for all that is read.

        Tables that are made anew meanwhile would be empty in it; so their making is kept off
        until it ends.
        """
        with self.reading() as connection:
            (there,) = connection.execute("SELECT to_regclass('view_state')").fetchone()
            connection.execute("BEGIN")
            if there is not None:  # a lock before the first look, which takes the snapshot
                connection.execute("LOCK TABLE view_state IN ACCESS SHARE MODE")
            yield connection

    @contextmanager
    def inspecting(self) -> Iterator[PostgresConnection]:
        """The same: a server keeps its types."""
        with self.snapshot() as connection:
            yield connection

    def version(self, connection: Any) -> int:
        """Which version of the schema a ledger is of."""
        return int(connection.execute("SELECT max(schema_version) FROM lsledger").fetchone()[0])

    def protected(self, connection: Any) -> bool:
        """Whether the triggers are there, and fire, that keep the record from being changed."""
        return catalog.protected(connection)

    def definitions(self, connection: Any) -> Definitions:
        """Every table, index, trigger, function and the like of the ledger's schemas."""
        return catalog.definitions(connection)

    def expected(self, _connection: Any, tables: Iterable[str]) -> Definitions:
        """The same of a new ledger of this version, with the tables that the statements make."""
        return catalog.expected(tables)

    def defects(self, connection: Any, *, thorough: bool) -> list[str]:
        """Indexes by which not everything is found; the rest is the server's own to find."""
        if not thorough:
            return []
        return [*catalog.unusable_indexes(connection), *indexes.lacking(connection)]

    def substituted(self, connection: Any) -> bool:
        """Whether something else stands in a table's place."""
        return catalog.substituted(connection)

    @contextmanager
    def beside(self, connection: Any, tables: Mapping[str, str]) -> Iterator[sqlite3.Connection]:
        """A copy of the tables in a database of SQLite that is gone when it is closed."""
        beside = sqlite3.connect("")
        try:
            there = catalog.columns_of_views(connection)
            for name, columns in tables.items():
                if name not in there:
                    continue
                beside.execute(f"CREATE TABLE {name} ({columns})")
                listed = [row[1] for row in beside.execute(f"PRAGMA table_info({name})")]
                names = ", ".join(f'"{column}"' for column in listed)
                if there[name] != [*listed, "rowid"]:
                    beside.execute(f"DROP TABLE {name}")
                    beside.execute(f"CREATE TABLE {name} (others)")
                    continue
                marks = ", ".join("?" * len(listed))
                rows = connection.pages(f"SELECT {names} FROM {VIEWS_SCHEMA}.{name} ORDER BY rowid")
                beside.executemany(f"INSERT INTO {name} VALUES ({marks})", rows)
            yield beside
        finally:
            beside.close()

    def about(self, connection: Any) -> dict[str, object]:
        """The size of the database, and whether the server is a standby, and how far behind."""
        size, version = connection.execute(
            "SELECT pg_database_size(current_database()), current_setting('server_version')"
        ).fetchone()
        standby = state.standby(connection)
        return {
            "bytes": size,
            "server": f"PostgreSQL {version.partition(' ')[0]}, "
            + ("the primary" if standby is None else standby),
        }

    def behind(self, connection: Any) -> str | None:
        """Of a standby, how far behind its primary it is."""
        return state.standby(connection)

    def ask(self, query: str) -> tuple[list[str], list[tuple[object, ...]]]:
        """Run one reading statement, within bounds."""
        from ledger.postgres.ask import ask

        with self.snapshot() as connection:
            return ask(connection.inner, query)

    @contextmanager
    def room(self) -> Iterator[None]:
        """An empty database for a new ledger, empty again when what is done in it fails.

        Raises LedgerExistsError when one is there or being made, EncodingError for a database
        that cannot keep every text.
        """
        with self.faults(), connected(self.place) as connection, _alone(connection) as free:
            if not free or state.has_ledger(connection):
                raise LedgerExistsError(
                    f"there is a ledger in {self} already",
                    hint="Name another database with --ledger.",
                )
            if catalog.unfinished(connection):  # nobody is making it: this one holds the lock
                state.remove(connection)
            if others := catalog.tables_there(connection):
                raise NotALedgerError(
                    f"{self} holds tables already, {quoted(others[0])} among them",
                    hint="Make an empty database with PostgreSQL's createdb, and name that.",
                )
            ((encoding,),) = connection.execute("SHOW server_encoding")
            if encoding != "UTF8":
                raise EncodingError(
                    f"{self} keeps its texts in {encoding}, not in UTF-8",
                    hint="Make the database with: createdb --encoding=UTF8 --template=template0",
                )
            try:
                yield
            except BaseException:
                if not state.has_ledger(connection):  # others may have recorded in a finished one
                    state.remove(connection)
                raise

    def prepare(self) -> None:
        """Protect the facts of a new ledger, after the library made its tables."""
        with self.faults(), connected(self.place) as connection, connection.transaction():
            for statement in schema.STATEMENTS:
                connection.execute(statement.encode())

    def finish(self) -> None:
        """Write the version of the schema: others find a ledger from now on."""
        with self.faults(), connected(self.place) as connection:
            connection.execute(b"INSERT INTO public.lsledger VALUES (%s)", (SCHEMA_VERSION,))

    def give_to_roles(self) -> tuple[str, str, str]:
        """Make the ledger's roles, as far as they are not there, and give it to them.

        Returns the names of the owner's, the writers' and the readers' role; raises
        NotPermittedError for somebody who may not make roles.
        """
        with self.faults(), connected(self.place) as connection:
            return roles.give(connection)

    def recorder(self, factory: Any) -> Any:
        """The library's recorder on this server; `lock` takes the lock in its place."""
        pool = factory.datastore.pool
        pool.conninfo, pool.kwargs = self.place.conninfo, {"row_factory": dict_row}
        pool.timeout = self.place.longest  # the library tries ten times
        recorder = factory.process_recorder()
        recorder.lock_table_statements = []
        return recorder

    def lock(self, raw: Any) -> Cursor:
        """Take the write lock in a transaction of the library's; a cursor in it for our SQL."""
        cursor = PostgresCursor(raw.connection.cursor(row_factory=tuple_row), raw)
        cursor.execute(NEWEST)
        cursor.execute(ROLE)
        cursor.execute(WRITING % database.LOCK_TIMEOUT)
        cursor.execute("SELECT public.lsledger_lock()")
        return cursor

    def before_commit(self, cursor: Cursor) -> None:
        """From now on, keep what the server warns of: it may tell that a standby has it not."""
        assert isinstance(cursor, PostgresCursor)
        cursor.keep_warnings()

    def may_make_tables(self, cursor: Cursor) -> bool:
        """The owner may; writers can only fill them."""
        cursor.execute(f"SELECT pg_catalog.has_schema_privilege('{VIEWS_SCHEMA}', 'CREATE')")
        return bool(cursor.fetchone()[0])

    def check_committed(self, cursor: Cursor) -> None:
        """Raise ConnectionLostError when the server gave up to wait for its standbys.

        It then answers a commit, and says by a warning alone that a standby may not have it.
        """
        assert isinstance(cursor, PostgresCursor)
        cursor.forget()
        if cursor.warnings:
            raise ConnectionLostError(
                f"{self} did not wait for its standbys: {cursor.warnings[0]}",
                hint="Run the command again: what was recorded is not recorded twice.",
            )

    def raw(self, cursor: Cursor) -> Any:
        """The library's cursor behind one of ours."""
        assert isinstance(cursor, PostgresCursor)
        return cursor.raw

    def insert(self, recorder: Any, cursor: Cursor, events: Sequence[Any]) -> list[int]:
        """Insert facts in a transaction; the numbers that the database gave them."""
        if not events:
            return []
        return append.by_copy(recorder, self.raw(cursor), events)

    @contextmanager
    def faults(self) -> Iterator[None]:
        """Tell the server's faults in our terms."""
        try:
            yield
        except psycopg.Error as error:
            raise self.fault(error) from None  # its words may be anything

    def fault(self, error: BaseException) -> StoreError:
        """Our error for a fault of the server, whether it comes bare or through the library."""
        return fault_of(self.place.name, error)


@contextmanager
def _alone(connection: psycopg.Connection[Any]) -> Iterator[bool]:
    """Whether nobody else makes a ledger in the database as long as this is open."""
    ((free,),) = connection.execute("SELECT pg_try_advisory_lock(%s)", (MAKING,))
    try:
        yield free
    finally:
        # A server lets go of it only when it notices that the connection is closed; the next one
        # may be there before that.
        if free and not connection.broken:
            connection.execute("SELECT pg_advisory_unlock(%s)", (MAKING,))


def server(url: str, tell: Callable[[str], None] | None = None) -> PostgresServer:
    """The database that a URL names; raises BackendError for one that cannot be read."""
    return PostgresServer(place(url), tell)
