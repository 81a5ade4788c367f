"""A query of somebody's own on a ledger in PostgreSQL: reading only, and within bounds.

Whoever asks has no more rights than the server gives them; a cursor takes nothing but a query.
"""

from __future__ import annotations

from typing import Any

import psycopg

from ledger.database import MOST_ROWS
from ledger.errors import RefusedSqlError

LONGEST_QUERY = 10
"""Seconds after which a query is stopped."""


def ask(connection: psycopg.Connection[Any], query: str) -> tuple[list[str], list[Any]]:
    """The header and rows of one reading statement, within bounds; raises RefusedSqlError."""
    try:
        with connection.transaction():
            connection.execute(f"SET LOCAL statement_timeout = '{LONGEST_QUERY}s'".encode())
            with connection.cursor(name="query", scrollable=False) as cursor:
                cursor.execute(query.strip().rstrip(";").encode())
                header = [column.name for column in cursor.description or ()]
                return header, cursor.fetchmany(MOST_ROWS)
    except psycopg.errors.QueryCanceled:
        raise RefusedSqlError(
            "the query took too long", hint="Narrow it down with WHERE."
        ) from None
    except psycopg.errors.ReadOnlySqlTransaction:
        raise _only_reading() from None
    except (psycopg.errors.SyntaxError, psycopg.DataError, psycopg.ProgrammingError) as error:
        text = str(error.diag.message_primary or error)
        first = query.strip().partition(" ")[0].upper()
        if first not in ("SELECT", "WITH", "VALUES", "TABLE", "("):
            raise _only_reading() from None
        hint = "`lsledger sql` alone lists the tables and their columns."
        raise RefusedSqlError(" ".join(text.split()), hint=hint) from None


def _only_reading() -> RefusedSqlError:
    return RefusedSqlError(
        "only reading is possible here", hint="Write one SELECT; facts are only ever recorded."
    )
