"""A query of somebody's own on a ledger in SQLite: reading only, and within bounds."""

from __future__ import annotations

import sqlite3
import sys

from ledger.database import MOST_ROWS
from ledger.errors import RefusedSqlError, did_you_mean

LARGEST_VALUE = 10_000_000
"""Bytes of the largest text that a query may make."""

LONGEST_QUERY = 10_000_000
"""Steps of SQLite's machine after which a query is stopped (a few seconds)."""

DAMAGE = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
"""Codes of errors that are the file's fault, and not the query's."""


def ask(connection: sqlite3.Connection, query: str) -> tuple[list[str], list[tuple[object, ...]]]:
    """The header and rows of one reading statement, within bounds; raises RefusedSqlError."""
    connection.set_authorizer(_only_reading)
    if sys.version_info >= (3, 12):  # a misspelt "column" is an error, not a text
        connection.setconfig(sqlite3.SQLITE_DBCONFIG_DQS_DML, False)
    connection.set_progress_handler(lambda: 1, LONGEST_QUERY)
    connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, LARGEST_VALUE)
    try:
        cursor = connection.execute(query)
        if cursor.description is None:
            raise RefusedSqlError("that is not a query", hint="Only SELECT is possible here.")
        header = [str(column[0]) for column in cursor.description]
        if text := next((name for name in header if name[:1] == '"'), None):
            raise RefusedSqlError(
                f"no such column: {text}", hint="A text is written in single quotes."
            )
        return header, cursor.fetchmany(MOST_ROWS)
    except (sqlite3.Error, sqlite3.Warning) as error:
        if getattr(error, "sqlite_errorcode", 0) & 0xFF in DAMAGE:
            raise
        raise _refusal(connection, error) from None


def _refusal(connection: sqlite3.Connection, error: Exception) -> RefusedSqlError:
    text = str(error)
    if "interrupted" in text:
        return RefusedSqlError("the query took too long", hint="Narrow it down with WHERE.")
    if "not authorized" in text or "prohibited" in text or "readonly" in text:
        return RefusedSqlError(
            "only reading is possible here", hint="Write one SELECT; facts are only ever recorded."
        )
    missing = text.removeprefix("no such table: ")
    hint = "`lsledger sql` alone lists the tables and their columns."
    if missing != text:
        known = [row[0] for row in connection.execute("SELECT name FROM main.sqlite_master")]
        hint = did_you_mean(missing, known) or hint
    return RefusedSqlError(text, hint=hint)


def _only_reading(action: int, first: str | None, *_: object) -> int:
    allowed = action in (sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_RECURSIVE)
    if allowed or (action == sqlite3.SQLITE_FUNCTION and first != "load_extension"):
        return sqlite3.SQLITE_OK
    return sqlite3.SQLITE_DENY
