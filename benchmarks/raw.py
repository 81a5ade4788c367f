"""The baselines: what sqlite3 alone needs. Run as a script, so that it imports nothing else.

raw.py insert ROWS DB    insert the rows of a marshal file into a new database
raw.py scan DB           read every fact
raw.py hash DB           read every fact and take the SHA-256 of its bytes
raw.py write DB FILE     read every fact and write it to a file, one a line
"""

from __future__ import annotations

import marshal
import sqlite3
import sys
from collections.abc import Callable
from contextlib import closing

TRANSACTION = 1_000
"""Facts in one transaction, and rows in one list of a file of rows, which an empty list ends."""

TABLE = """CREATE TABLE stored_events (originator_id TEXT, originator_version INTEGER, topic TEXT,
           state BLOB, PRIMARY KEY (originator_id, originator_version))"""
COLUMNS = "originator_id, originator_version, topic, state"


def insert(rows_file: str, database: str) -> None:
    """Insert the rows, as durably as the ledger does: write-ahead log, synchronous FULL."""
    with (
        open(rows_file, "rb") as file,  # noqa: PTH123 - pathlib takes time to import
        closing(sqlite3.connect(database, isolation_level=None)) as connection,
    ):
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute(TABLE)
        while rows := marshal.load(file):
            connection.execute("BEGIN IMMEDIATE")
            connection.executemany("INSERT INTO stored_events VALUES (?, ?, ?, ?)", rows)
            connection.execute("COMMIT")


def scan(database: str) -> None:
    """Read every fact."""
    with closing(sqlite3.connect(database)) as connection:
        for _ in connection.execute(f"SELECT {COLUMNS} FROM stored_events ORDER BY rowid"):
            pass


def hash_(database: str) -> None:
    """Read every fact and take the SHA-256 of its bytes."""
    from hashlib import sha256

    with closing(sqlite3.connect(database)) as connection:
        for row in connection.execute(f"SELECT {COLUMNS} FROM stored_events ORDER BY rowid"):
            sha256(row[3]).digest()


def write(database: str, output: str) -> None:
    """Read every fact and write it to a file, one a line."""
    with closing(sqlite3.connect(database)) as connection, open(output, "wb") as file:  # noqa: PTH123 - ditto
        for row in connection.execute(f"SELECT {COLUMNS} FROM stored_events ORDER BY rowid"):
            file.write(row[3] + b"\n")


COMMANDS: dict[str, Callable[..., None]] = {
    "insert": insert,
    "scan": scan,
    "hash": hash_,
    "write": write,
}

if __name__ == "__main__":
    COMMANDS[sys.argv[1]](*sys.argv[2:])
