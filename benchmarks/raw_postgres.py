"""The baselines on PostgreSQL: what psycopg alone needs. Run as a script, like raw.py.

The URL of the database is taken from LSLEDGER_LEDGER, since whoever lists processes sees what
stands behind a command.

raw_postgres.py connect        import click and psycopg, and ask the server for a number
raw_postgres.py insert ROWS    make the table and insert the rows of a marshal file
raw_postgres.py copy ROWS      the same by COPY
raw_postgres.py scan           read every fact
raw_postgres.py hash           read every fact and take the SHA-256 of its bytes
raw_postgres.py write FILE     read every fact and write it to a file, one a line
"""

from __future__ import annotations

import marshal
import os
import sys
from collections.abc import Callable, Iterator
from typing import Any

import psycopg

TRANSACTION = 1_000
"""Facts in one answer of the server to `scan`; in one transaction of `insert` are those of one
list of the file of rows, as many."""

# The same columns, orders and indexes as the ledger's.
TABLE = """CREATE TABLE stored_events (originator_id TEXT COLLATE "C" NOT NULL,
           originator_version BIGINT NOT NULL, topic TEXT COLLATE "C" NOT NULL,
           state BYTEA NOT NULL,
           notification_id BIGSERIAL NOT NULL, PRIMARY KEY (originator_id, originator_version));
           CREATE UNIQUE INDEX stored_events_notification_id_idx
           ON stored_events (notification_id)"""
COLUMNS = "originator_id, originator_version, topic, state"
TYPES = ("text", "int8", "text", "bytea")


def connect() -> None:
    """The least that a command line with a server costs."""
    import click  # noqa: F401 - lsledger needs it as well

    with _connected() as connection:
        connection.execute("SELECT 1")


def insert(rows_file: str) -> None:
    """Insert the rows, as durably as the server does by default."""
    statement = f"INSERT INTO stored_events ({COLUMNS}) VALUES (%s, %s, %s, %s)".encode()
    with _connected() as connection:
        connection.execute(TABLE)
        for rows in _rows(rows_file):
            with connection.transaction(), connection.cursor() as cursor:
                cursor.executemany(statement, rows)


def copy(rows_file: str) -> None:
    """Insert the rows by one COPY in its binary format, the quickest way into a table."""
    statement = f"COPY stored_events ({COLUMNS}) FROM STDIN (FORMAT BINARY)".encode()
    with _connected() as connection, connection.cursor() as cursor:
        cursor.execute(TABLE)
        with cursor.copy(statement) as taken:
            taken.set_types(TYPES)
            for rows in _rows(rows_file):
                for row in rows:
                    taken.write_row(row)


def scan() -> None:
    """Read every fact."""
    for _ in _stored():
        pass


def hash_() -> None:
    """Read every fact and take the SHA-256 of its bytes."""
    from hashlib import sha256

    for row in _stored():
        sha256(row[3]).digest()


def write(output: str) -> None:
    """Read every fact and write it to a file, one a line."""
    with open(output, "wb") as file:  # noqa: PTH123 - pathlib takes time to import
        for row in _stored():
            file.write(row[3] + b"\n")


COMMANDS: dict[str, Callable[..., None]] = {
    "connect": connect,
    "insert": insert,
    "copy": copy,
    "scan": scan,
    "hash": hash_,
    "write": write,
}


def _connected() -> psycopg.Connection[Any]:
    return psycopg.connect(os.environ["LSLEDGER_LEDGER"], autocommit=True)


def _rows(file_name: str) -> Iterator[list[tuple[Any, ...]]]:
    with open(file_name, "rb") as file:  # noqa: PTH123 - as above
        while rows := marshal.load(file):
            yield rows


def _stored() -> Iterator[tuple[Any, ...]]:
    """Every fact, a thousand at a time: a plain cursor would hold all of them at once."""
    query = f"SELECT {COLUMNS} FROM stored_events ORDER BY notification_id".encode()
    with (
        _connected() as connection,
        connection.transaction(),
        connection.cursor("facts", binary=True) as cursor,
    ):
        cursor.itersize = TRANSACTION
        cursor.execute(query)
        yield from cursor


if __name__ == "__main__":
    COMMANDS[sys.argv[1]](*sys.argv[2:])
