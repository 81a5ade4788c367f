"""A query of somebody's own on a ledger in PostgreSQL: reading only, and within bounds.

Whoever asks has no more rights than the server gives them; a cursor takes nothing but a query.
"""

from __future__ import annotations

import re
from typing import Any

import psycopg

from ledger.database import MOST_ROWS
from ledger.errors import RefusedSqlError, did_you_mean

LONGEST_QUERY = 10
"""Seconds after which a query is stopped."""

LISTS = "`lsledger sql` alone lists the tables and their columns."

OTHERS = (
    "ALTER", "ANALYZE", "ATTACH", "BEGIN", "CALL", "CLUSTER", "COMMENT", "COMMIT", "COPY",
    "CREATE", "DELETE", "DO", "DROP", "EXPLAIN", "GRANT", "INSERT", "LISTEN", "LOCK", "MERGE",
    "NOTIFY", "PRAGMA", "REFRESH", "REINDEX", "RESET", "REVOKE", "ROLLBACK", "SET", "SHOW",
    "START", "TRUNCATE", "UPDATE", "VACUUM",
)  # fmt: skip
"""What statements begin with that are no queries."""

_NEAR = re.compile(r'syntax error at or near "(.+)"')

_NAMED = re.compile(r'(?:relation|column) "?(.+?)"? does not exist')


def ask(connection: psycopg.Connection[Any], query: str) -> tuple[list[str], list[Any]]:
    """The header and rows of one reading statement, within bounds; raises RefusedSqlError."""
    if "\0" in query:
        raise RefusedSqlError("the query contains a null character", hint=LISTS)
    statement = query.strip().rstrip(";")
    if not statement:
        raise RefusedSqlError("that is not a query", hint="Only SELECT is possible here.")
    try:
        with connection.transaction():
            connection.execute(f"SET LOCAL statement_timeout = '{LONGEST_QUERY}s'".encode())
            with connection.cursor(name="query", scrollable=False) as cursor:
                cursor.execute(statement.encode())
                header = [column.name for column in cursor.description or ()]
                if not header:  # SELECT alone is a query, to a server
                    raise RefusedSqlError("incomplete input", hint=LISTS)
                return header, cursor.fetchmany(MOST_ROWS)
    except (psycopg.errors.ProgramLimitExceeded, psycopg.errors.OutOfMemory):
        raise RefusedSqlError("the query asks for too much", hint="Narrow it down.") from None
    except psycopg.errors.QueryCanceled:
        raise RefusedSqlError(
            "the query took too long", hint="Narrow it down with WHERE."
        ) from None
    except (
        psycopg.errors.ReadOnlySqlTransaction,
        psycopg.errors.ActiveSqlTransaction,
        psycopg.errors.FeatureNotSupported,
    ):
        raise _only_reading() from None
    except (psycopg.errors.SyntaxError, psycopg.DataError, psycopg.ProgrammingError) as error:
        text = str(error.diag.message_primary or error)
        if statement.split()[0].upper() in OTHERS:
            raise _only_reading() from None
        raise _refusal(connection, error, " ".join(text.split())) from None


def _refusal(connection: psycopg.Connection[Any], error: Exception, text: str) -> RefusedSqlError:
    """The refusal in the same words on every backend, where they are ours to choose."""
    if near := _NEAR.match(text):
        return RefusedSqlError(f'near "{near[1]}": syntax error', hint=LISTS)
    if text == "syntax error at end of input":
        return RefusedSqlError("incomplete input", hint=LISTS)
    named = _NAMED.match(text)
    if named and isinstance(error, psycopg.errors.UndefinedColumn):
        return RefusedSqlError(f"no such column: {named[1]}", hint=LISTS)
    if named and isinstance(error, psycopg.errors.UndefinedTable):
        known = [name for (name,) in connection.execute("SELECT name FROM ledger_tables")]
        hint = did_you_mean(named[1], known) or LISTS
        return RefusedSqlError(f"no such table: {named[1]}", hint=hint)
    return RefusedSqlError(text, hint=LISTS)


def _only_reading() -> RefusedSqlError:
    return RefusedSqlError(
        "only reading is possible here", hint="Write one SELECT; facts are only ever recorded."
    )
