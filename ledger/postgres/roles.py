"""Who may do what with a ledger on a server: its owner, its writers, its readers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import psycopg

from ledger.postgres.schema import COUNTER, FACTS, TABLES, VIEWS
from ledger.postgres.sql import VIEWS_SCHEMA


def roles_of(database: str) -> tuple[str, str, str]:
    """The names of a ledger's roles: its owner, its writers, its readers."""
    stem = database[:50]
    return f"{stem}_owner", f"{stem}_writer", f"{stem}_reader"


def statements(owner: str, writer: str, reader: str, views: Sequence[str]) -> list[str]:
    """What gives a new ledger to its roles, which are there already (names in quotes).

    views: the tables of views that were made.

    The owner has everything, and may do everything that the triggers do not refuse. A writer
    can add facts, documents and checkpoints, and maintain the views; a reader can read.
    """
    return [
        *(f"ALTER TABLE public.{name} OWNER TO {owner}" for name in TABLES),
        *(f"ALTER VIEW public.{name} OWNER TO {owner}" for name in VIEWS),
        f"ALTER TYPE public.stored_event_text OWNER TO {owner}",
        f"ALTER FUNCTION public.lsledger_refuse() OWNER TO {owner}",
        f"ALTER FUNCTION public.lsledger_lock() OWNER TO {owner}",
        f"ALTER SCHEMA {VIEWS_SCHEMA} OWNER TO {writer}",
        "REVOKE CREATE ON SCHEMA public FROM PUBLIC",
        f"GRANT USAGE ON SCHEMA public TO {owner}, {writer}, {reader}",
        f"GRANT SELECT ON ALL TABLES IN SCHEMA public TO {writer}, {reader}",
        f"GRANT INSERT ON public.{FACTS}, public.documents, public.checkpoints, "
        f"public.timestamps, public.tiles, public.notification_tracking TO {writer}",
        f"GRANT UPDATE ON public.tiles, public.notification_tracking TO {writer}",
        f"GRANT DELETE ON public.tracking TO {writer}",
        f"GRANT USAGE ON SEQUENCE public.{COUNTER} TO {writer}",
        f"GRANT EXECUTE ON FUNCTION public.lsledger_lock() TO {writer}",
        f"GRANT USAGE ON SCHEMA {VIEWS_SCHEMA} TO {reader}",
        *(f"ALTER TABLE {VIEWS_SCHEMA}.{name} OWNER TO {writer}" for name in views),
        *(f"GRANT SELECT ON {VIEWS_SCHEMA}.{name} TO {reader}" for name in views),
        f"ALTER DEFAULT PRIVILEGES FOR ROLE {writer} IN SCHEMA {VIEWS_SCHEMA} "
        f"GRANT SELECT ON TABLES TO {reader}",
    ]


def give(connection: psycopg.Connection[Any]) -> tuple[str, str, str]:
    """Make a ledger's roles, as far as they are not there, and give it to them; their names."""
    with connection.transaction():
        ((database,),) = connection.execute("SELECT current_database()")
        names = roles_of(database)
        there = {name for (name,) in connection.execute("SELECT rolname FROM pg_roles")}
        owner, writer, reader = (_quoted(name) for name in names)
        for name in set(names) - there:
            connection.execute(f"CREATE ROLE {_quoted(name)} NOLOGIN".encode())
        made = connection.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = %s", (VIEWS_SCHEMA,)
        ).fetchall()
        for statement in statements(owner, writer, reader, [name for (name,) in made]):
            connection.execute(statement.encode())
    return names


def _quoted(name: str) -> str:
    doubled = name.replace('"', '""')
    return f'"{doubled}"'
