"""The SQL of the ledger in PostgreSQL's words, and connections that take it.

It is written once, as SQLite reads it; here the marks for what is given and, where a table is
made, the names of types are put in PostgreSQL's. Texts are ordered by their bytes, as in SQLite,
and every table has a column `rowid` that counts its rows in the order of their coming.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from typing import Any

import psycopg
from psycopg.rows import TupleRow, tuple_row

TYPES = {"TEXT": 'TEXT COLLATE "C"', "INTEGER": "BIGINT", "BLOB": "BYTEA"}
"""The names of types in SQLite, and what they are here."""

VIEWS_SCHEMA = "ledger_views"
"""The schema of the views' tables: whoever maintains them owns those, and nothing else."""

PAGE = 1_000
"""Rows that the server hands out at a time."""

ROWID = "rowid BIGINT GENERATED ALWAYS AS IDENTITY"

_TABLE = re.compile(r"CREATE TABLE (\w+) \((.*)\)", re.DOTALL)
_INSERT = re.compile(r"INSERT INTO (\w+ \([^()]+\)) VALUES \([?, ]+\)")


@cache
def translated(sql: str, *, with_marks: bool) -> str:
    """A statement as PostgreSQL reads it. with_marks: something is given for its marks."""
    if table := _TABLE.fullmatch(sql):
        columns = re.sub(r"\b(TEXT|INTEGER|BLOB)\b", lambda word: TYPES[word[0]], table[2])
        return f"CREATE TABLE {VIEWS_SCHEMA}.{table[1]} ({columns}, {ROWID})"
    return sql.replace("%", "%%").replace("?", "%s") if with_marks else sql


class PostgresCursor:
    """Runs the ledger's SQL. raw: the library's cursor in the same transaction, if there is one."""

    def __init__(self, inner: psycopg.Cursor[TupleRow], raw: Any = None) -> None:
        self._inner = inner
        self.raw = raw
        self.warnings: list[str] = []

    def keep_warnings(self) -> None:
        """From now on, keep what the server warns of."""
        self._inner.connection.add_notice_handler(self._noticed)

    def forget(self) -> None:
        """Let go of the connection, which somebody else will use."""
        self._inner.connection.remove_notice_handler(self._noticed)

    def _noticed(self, diagnostic: psycopg.errors.Diagnostic) -> None:
        if diagnostic.severity_nonlocalized == "WARNING":
            self.warnings.append(str(diagnostic.message_primary))

    def execute(self, sql: str, given: Sequence[Any] = (), /) -> PostgresCursor:
        """Run one statement."""
        statement = translated(sql, with_marks=bool(given)).encode()
        # Where something is given, it is one statement, whose rows can come in binary: as text,
        # the bytes of facts would be twice as many.
        self._inner.execute(statement, given or None, binary=bool(given))
        return self

    def executemany(self, sql: str, rows: Iterable[Sequence[Any]], /) -> None:
        """Insert many rows, by COPY: a pipeline of inserts hangs when it holds some megabytes."""
        into = _INSERT.fullmatch(sql)
        assert into is not None
        with self._inner.copy(f"COPY {into[1]} FROM STDIN".encode()) as copy:
            for row in rows:
                copy.write_row(row)

    def fetchone(self) -> Any:
        """The next row, or None."""
        return self._inner.fetchone()

    def fetchall(self) -> list[Any]:
        """The rows that are left; none after a statement that gives no rows."""
        return self._inner.fetchall() if self._inner.description is not None else []

    def __iter__(self) -> Iterator[Any]:
        return iter(self._inner)

    @property
    def description(self) -> Any:
        """What is known of the columns; a name comes first."""
        return self._inner.description


class PostgresConnection:
    """An open ledger that is read."""

    def __init__(self, inner: psycopg.Connection[TupleRow]) -> None:
        self.inner = inner

    def execute(self, sql: str, given: Sequence[Any] = (), /) -> PostgresCursor:
        """The rows that a query gives."""
        return self.cursor().execute(sql, given)

    def cursor(self) -> PostgresCursor:
        """A cursor of its own."""
        return PostgresCursor(self.inner.cursor(row_factory=tuple_row))

    def pages(self, sql: str) -> Iterator[TupleRow]:
        """The rows that a query gives inside a transaction, as they are asked for: the server
        keeps the others, which may be more than memory holds.
        """
        with self.inner.cursor("pages", row_factory=tuple_row, binary=True) as cursor:
            cursor.itersize = PAGE
            cursor.execute(translated(sql, with_marks=False).encode())
            yield from cursor
