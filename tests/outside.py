"""Somebody with another tool and every right, who changes a ledger past lsledger."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from typing import Any, Protocol, cast

import psycopg

from ledger.database import Database
from ledger.postgres.sql import VIEWS_SCHEMA, PostgresConnection
from ledger.sqlite.file import SqliteFile


class Tool(Protocol):
    """Runs SQL that both backends understand, with `?` for what is given."""

    def execute(self, sql: str, given: Sequence[Any] = (), /) -> Any:
        """Run one statement; its rows."""


@contextmanager
def outside(where: Database) -> Iterator[Tool]:
    """Such a tool, for which no trigger of the ledger fires."""
    if isinstance(where, SqliteFile):
        with closing(sqlite3.connect(where.path)) as file, file, without_triggers(file):
            yield cast("Tool", file)
        return
    with psycopg.connect(str(where)) as connection:
        connection.execute(f"SET search_path = public, {VIEWS_SCHEMA}".encode())
        connection.execute("SET session_replication_role = replica")
        yield PostgresConnection(connection)


@contextmanager
def without_triggers(file: sqlite3.Connection) -> Iterator[None]:
    """What protects the record is dropped, and put back afterwards where its table is left."""
    found = file.execute(
        "SELECT name, tbl_name, sql FROM sqlite_master WHERE type = 'trigger'"
    ).fetchall()
    for name, _, _ in found:
        file.execute(f"DROP TRIGGER {name}")
    yield
    tables = {name for (name,) in file.execute("SELECT name FROM sqlite_master WHERE type='table'")}
    for _, table, sql in found:
        if table in tables:
            file.execute(sql)


def edit(where: Database, table: str, column: str, old: bytes, new: bytes) -> None:
    """Put other bytes in the place of some, wherever they stand in a column of a table."""
    with outside(where) as tool:
        for (data,) in tool.execute(f"SELECT {column} FROM {table}").fetchall():
            if old in bytes(data):
                changed = bytes(data).replace(old, new)
                tool.execute(f"UPDATE {table} SET {column} = ? WHERE {column} = ?", (changed, data))


@contextmanager
def writing(where: Database) -> Iterator[None]:
    """Somebody else who is writing as long as this is open."""
    if isinstance(where, SqliteFile):
        with closing(sqlite3.connect(where.path, isolation_level=None)) as file:
            file.execute("BEGIN IMMEDIATE")
            yield
        return
    with psycopg.connect(str(where)) as connection:
        connection.execute("SELECT public.lsledger_lock()")
        yield
        connection.rollback()


def say_a_newer_version(where: Database) -> None:
    """What a later version of lsledger would have made."""
    with outside(where) as tool:
        if isinstance(where, SqliteFile):
            tool.execute("PRAGMA user_version = 99")
        else:
            tool.execute("UPDATE lsledger SET schema_version = 99")


def contents(where: Database) -> Any:
    """All that a ledger is stored in, which no two writes leave the same."""
    if isinstance(where, SqliteFile):
        return where.path.read_bytes()
    with psycopg.connect(str(where)) as connection:
        tables = connection.execute(
            "SELECT schemaname || '.' || tablename FROM pg_tables WHERE schemaname IN (%s, %s) "
            "ORDER BY 1",
            ("public", VIEWS_SCHEMA),
        ).fetchall()
        return [
            (name, connection.execute(f"SELECT xmin, ctid, * FROM {name}".encode()).fetchall())
            for (name,) in tables
        ]
