"""A ledger that a team shares on a server: its roles, and people who log in as members of them."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from urllib.parse import quote, unquote, urlsplit, urlunsplit

import psycopg

from cli.main import run
from cli.settings import Settings
from ledger.database import Database, locate
from tests import servers

NOW = datetime(2026, 3, 31, 9, 30, tzinfo=UTC)


@dataclass(frozen=True)
class Person:
    """Somebody with a name on the server, and the URL by which they log in to a database."""

    name: str
    url: str = field(repr=False)

    @property
    def where(self) -> Database:
        """The ledger, as they reach it."""
        return locate(self.url)

    def __call__(self, *words: str) -> int:
        """The exit code of a command that they type."""
        settings = Settings(self.url, actor=self.name, clock=lambda: NOW)
        return run(list(words), settings)

    def connected(self) -> psycopg.Connection:
        """A connection of theirs by another program."""
        return psycopg.connect(self.url, autocommit=True)

    def refused(self, statement: str) -> str:
        """The code with which the server refuses a statement of theirs; empty if it does not.

        What it does not refuse is undone again.
        """
        with self.connected() as connection:
            try:
                with connection.transaction(force_rollback=True):
                    connection.execute(statement.encode())
            except psycopg.Error as error:
                return str(error.sqlstate)
        return ""


@dataclass(frozen=True)
class Team:
    """A database, whoever may do everything there, and the people who were given a name."""

    admin: Person
    made: list[str]

    @property
    def database(self) -> str:
        """The name of the database."""
        return unquote(urlsplit(self.admin.url).path.removeprefix("/"))

    def role(self, which: str) -> str:
        """The name of a role of the ledger, as it stands in SQL: owner, writer, reader."""
        return f'"{self.database}_{which}"'

    def person(self, name: str, *roles: str, rights: str = "") -> Person:
        """Somebody new, who may log in; roles: of the ledger, that they are a member of."""
        called, password = f"{name}_{self.database}", secrets.token_urlsafe()
        with self.admin.connected() as connection:
            connection.execute(
                f"CREATE ROLE \"{called}\" LOGIN {rights} PASSWORD '{password}'".encode()
            )
            self.made.append(called)
            for role in roles:
                connection.execute(f'GRANT {self.role(role)} TO "{called}"'.encode())
        return Person(called, logged_in(self.admin.url, called, password))

    def member(self, person: Person, role: str) -> None:
        """Make somebody a member of a role of the ledger."""
        with self.admin.connected() as connection:
            connection.execute(f'GRANT {self.role(role)} TO "{person.name}"'.encode())


def logged_in(url: str, name: str, password: str) -> str:
    """The URL of the same database as somebody else."""
    parts = urlsplit(url)
    place = parts.netloc.rpartition("@")[2]
    return urlunsplit(parts._replace(netloc=f"{quote(name)}:{quote(password, safe='')}@{place}"))


@contextmanager
def on(postgres: str, stem: str = "ledger") -> Iterator[Team]:
    """A team on a server, whose database is empty, and whose people and roles go with it."""
    made: list[str] = []
    with servers.new_database(postgres, stem) as url:
        parts = urlsplit(url)
        team = Team(Person("admin", urlunsplit(parts._replace(path=quote(parts.path)))), made)
        yield team
        database = team.database
    with psycopg.connect(postgres, autocommit=True) as connection:
        roles = [f"{database}_{role}" for role in ("owner", "writer", "reader")]
        for name in (*roles, *made):
            connection.execute(f'DROP ROLE IF EXISTS "{name}"'.encode())
