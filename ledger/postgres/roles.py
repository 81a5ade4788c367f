"""Who may do what with a ledger on a server: its owner, its writers, its readers."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from typing import Any

import psycopg

from ledger.postgres.schema import COUNTER, FACTS, TABLES, VIEWS
from ledger.postgres.sql import VIEWS_SCHEMA
from ledger.server_errors import NotPermittedError

FILLING = "SELECT, INSERT, UPDATE, DELETE"
"""What keeping tables up to date takes."""

LONGEST_STEM = 56
"""Bytes of a database's name to which the names of its roles are added: a server cuts off what
has more than 63."""


def roles_of(database: str) -> tuple[str, str, str]:
    """The names of a ledger's roles: its owner, its writers, its readers.

    Of a name that is too long the end gives way to a digest of all of it, so that no two databases
    have a role in common.
    """
    stem = database
    if len(stem.encode()) > LONGEST_STEM:
        digest = sha256(database.encode()).hexdigest()[:8]
        stem = stem.encode()[: LONGEST_STEM - 9].decode(errors="ignore") + f"_{digest}"
    return f"{stem}_owner", f"{stem}_writer", f"{stem}_reader"


def statements(owner: str, writer: str, reader: str, views: Sequence[str]) -> list[str]:
    """What gives a new ledger to its roles, which are there already (names in quotes).

    views: the tables of views that were made.

    The owner has everything, and may do everything that the triggers do not refuse. A writer
    can add facts, documents and checkpoints, and maintain the views; a reader can read.
    """
    return [
        # Who is to own something in a schema must be allowed to make it there, for a moment.
        f"GRANT CREATE ON SCHEMA public TO {owner}",
        *(f"ALTER TABLE public.{name} OWNER TO {owner}" for name in TABLES),
        *(f"ALTER VIEW public.{name} OWNER TO {owner}" for name in VIEWS),
        f"ALTER TYPE public.stored_event_text OWNER TO {owner}",
        f"ALTER FUNCTION public.lsledger_refuse() OWNER TO {owner}",
        f"ALTER FUNCTION public.lsledger_lock() OWNER TO {owner}",
        f"REVOKE CREATE ON SCHEMA public FROM {owner}, PUBLIC",
        f"ALTER SCHEMA {VIEWS_SCHEMA} OWNER TO {owner}",
        f"GRANT USAGE ON SCHEMA {VIEWS_SCHEMA} TO {writer}",
        f"GRANT {writer} TO {owner}",  # to maintain the views, too
        f"GRANT USAGE ON SCHEMA public TO {owner}, {writer}, {reader}",
        f"GRANT SELECT ON ALL TABLES IN SCHEMA public TO {writer}, {reader}",
        # Not the number, which the counter gives.
        "GRANT INSERT (originator_id, originator_version, topic, state) "
        f"ON public.{FACTS} TO {writer}",
        "GRANT INSERT ON public.documents, public.checkpoints, public.timestamps, public.tiles, "
        f"public.notification_tracking TO {writer}",
        f"GRANT UPDATE ON public.tiles, public.notification_tracking TO {writer}",
        f"GRANT DELETE ON public.tracking TO {writer}",
        f"GRANT USAGE ON SEQUENCE public.{COUNTER} TO {writer}",
        f"GRANT EXECUTE ON FUNCTION public.lsledger_lock() TO {writer}",
        f"GRANT USAGE ON SCHEMA {VIEWS_SCHEMA} TO {reader}",
        # The owner makes the tables of the views; what others would put beside them or on them
        # would act with the rights of whoever reads or writes.
        *(f"ALTER TABLE {VIEWS_SCHEMA}.{name} OWNER TO {owner}" for name in views),
        *(f"GRANT {FILLING} ON {VIEWS_SCHEMA}.{name} TO {writer}" for name in views),
        *(f"GRANT SELECT ON {VIEWS_SCHEMA}.{name} TO {reader}" for name in views),
        f"ALTER DEFAULT PRIVILEGES FOR ROLE {owner} IN SCHEMA {VIEWS_SCHEMA} "
        f"GRANT {FILLING} ON TABLES TO {writer}",
        f"ALTER DEFAULT PRIVILEGES FOR ROLE {owner} IN SCHEMA {VIEWS_SCHEMA} "
        f"GRANT SELECT ON TABLES TO {reader}",
    ]


def give(connection: psycopg.Connection[Any]) -> tuple[str, str, str]:
    """Make a ledger's roles, as far as they are not there, and give it to them; their names.

    Whoever does it is a member of them all, unless the server lets them do everything anyway.
    Raises NotPermittedError for somebody who may not make roles, or not use those that are there;
    then nothing is changed.
    """
    ((database,),) = connection.execute("SELECT current_database()")
    names = roles_of(database)
    try:
        with connection.transaction():
            _make(connection, names)
            _give(connection, names)
    except psycopg.errors.InsufficientPrivilege as error:
        raise NotPermittedError(
            f"the server does not let you give the ledger to roles: {error.diag.message_primary}",
            hint="Let somebody run it who may make roles (CREATEROLE) and owns the database, or "
            "leave --roles out.",
        ) from None
    return names


def _make(connection: psycopg.Connection[Any], names: Sequence[str]) -> None:
    """Make the roles that are not there, and become a member of each."""
    there = {name for (name,) in connection.execute("SELECT rolname FROM pg_roles")}
    for name in names:
        if name not in there:
            connection.execute(f"CREATE ROLE {_quoted(name)} NOLOGIN".encode())
        ((member,),) = connection.execute("SELECT pg_has_role(%s, 'USAGE')", (name,))
        if not member:
            connection.execute(f"GRANT {_quoted(name)} TO CURRENT_USER".encode())


def _give(connection: psycopg.Connection[Any], names: Sequence[str]) -> None:
    owner, writer, reader = (_quoted(name) for name in names)
    made = connection.execute(
        "SELECT tablename FROM pg_tables WHERE schemaname = %s", (VIEWS_SCHEMA,)
    ).fetchall()
    for statement in statements(owner, writer, reader, [name for (name,) in made]):
        connection.execute(statement.encode())


def _quoted(name: str) -> str:
    doubled = name.replace('"', '""')
    return f'"{doubled}"'
