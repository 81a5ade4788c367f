"""Databases for the tests of ledgers on a server: new ones, copies, and ones that are used again.

To copy a database takes ten times as long as to put its rows back. So a database that was copied
is put back after a test to what it was, and lent to the next that wants the same; unless the test
left anything else in it than rows.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import psycopg

from ledger.database import Definitions, locate
from ledger.postgres import catalog
from ledger.postgres.sql import VIEWS_SCHEMA
from ledger.store import created
from projections import catch_up
from tests import servers

LONG_AGO = date(1900, 1, 1)
"""The day for which the tables of the empty ledger are made: no test asks for an earlier one."""

TABLES = f"""SELECT schemaname || '.' || tablename FROM pg_tables
WHERE schemaname IN ('public', '{VIEWS_SCHEMA}')"""

PROMPTLY = "SET session_replication_role = replica; SET lock_timeout = '2s'"
"""No trigger keeps a row, and nothing that a test left behind is waited for."""

Rows = list[tuple[Any, ...]]


@dataclass
class Original:
    """A database that is lent in copies: what it is made of, the rows, and the copies at hand."""

    url: str
    definitions: Definitions
    rows: dict[str, Rows]
    copies: list[str] = field(default_factory=list)


@dataclass
class Pool:
    """A server, and databases on it. empty: a ledger in which nothing is recorded."""

    url: str
    empty: str
    _originals: dict[str, Original] = field(default_factory=dict)
    _made: list[str] = field(default_factory=list)

    def database(self) -> AbstractContextManager[str]:
        """The URL of a new database in which there is nothing."""
        return servers.new_database(self.url)

    @contextmanager
    def lent(self, original: str) -> Iterator[str]:
        """The URL of a copy of another database, new or put back to what it was."""
        if original not in self._originals:
            self._originals[original] = _described(original)
        of = self._originals[original]
        copy = of.copies.pop() if of.copies else self.kept(original)
        yield copy
        if _is_put_back(copy, of):
            of.copies.append(copy)
        else:
            self._made.remove(copy)
            servers.drop_database(self.url, copy)

    def kept(self, original: str) -> str:
        """The URL of a new copy that stays as long as the server."""
        self._made.append(servers.make_database(self.url, template=servers.name_of(original)))
        return self._made[-1]

    def clear(self) -> None:
        """Remove what was made and lent."""
        for made in self._made:
            servers.drop_database(self.url, made)


@contextmanager
def on(url: str) -> Iterator[Pool]:
    """The databases on a server, which are removed afterwards unless it goes itself."""
    empty = servers.make_database(url, "empty")
    with created(where := locate(empty)):
        pass
    catch_up.ensure_current(where, LONG_AGO)
    pool = Pool(url, empty)
    yield pool
    if servers.is_shared():
        pool.clear()
        servers.drop_database(url, empty)


def _described(url: str) -> Original:
    with psycopg.connect(url, autocommit=True) as connection:
        names = [name for (name,) in connection.execute(TABLES.encode())]
        rows = {name: _rows(connection, name) for name in names}
        return Original(url, catalog.definitions(connection), rows)


def _is_put_back(copy: str, of: Original) -> bool:
    """Put the rows back; whether the database is as it was, then."""
    try:
        with psycopg.connect(copy, autocommit=True) as connection:
            connection.execute(PROMPTLY)
            none = (f"DELETE FROM {name}" for name, rows in of.rows.items() if not rows)
            connection.execute("; ".join(none).encode())
            for name, rows in of.rows.items():
                if rows and _rows(connection, name) != rows:
                    _write_again(connection, name, rows)
            return catalog.definitions(connection) == of.definitions
    except psycopg.Error:
        return False


def _rows(connection: psycopg.Connection[Any], table: str) -> Rows:
    return sorted(connection.execute(f"SELECT * FROM {table}".encode()).fetchall(), key=repr)


def _write_again(connection: psycopg.Connection[Any], table: str, rows: Rows) -> None:
    connection.execute(f"DELETE FROM {table}".encode())
    marks = ", ".join(["%s"] * len(rows[0]))
    with connection.cursor() as cursor:
        cursor.executemany(
            f"INSERT INTO {table} OVERRIDING SYSTEM VALUE VALUES ({marks})".encode(), rows
        )
