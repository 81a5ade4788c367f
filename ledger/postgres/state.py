"""What a database of PostgreSQL is at this moment: whether a ledger is there, who may record in it,
how far behind it is.
"""

from __future__ import annotations

from typing import Any

import psycopg

from ledger.postgres import schema


def has_ledger(connection: Any) -> bool:
    """Whether there is one, and is finished: the version of its schema is written last."""
    (there,) = connection.execute("SELECT to_regclass('public.lsledger') IS NOT NULL").fetchone()
    if not there:
        return False
    (finished,) = connection.execute("SELECT EXISTS (SELECT 1 FROM public.lsledger)").fetchone()
    return bool(finished)


def remove(connection: psycopg.Connection[Any]) -> None:
    """Take away the tables of a ledger that was not finished."""
    with connection.transaction():
        for statement in schema.REMOVAL:
            connection.execute(statement.encode())


def may_record(connection: Any) -> bool:
    """Whether whoever asks may add facts."""
    (may,) = connection.execute(
        f"SELECT has_any_column_privilege('public.{schema.FACTS}', 'INSERT')"
    ).fetchone()
    return bool(may)


def standby(connection: Any) -> str | None:
    """Of a standby, how far behind its primary it is; None for a primary.

    What has not arrived here at all nobody can know here: hence the time of the last commit that
    did.
    """
    standby, lag, seconds = connection.execute(
        "SELECT pg_is_in_recovery(), "
        "pg_wal_lsn_diff(pg_last_wal_receive_lsn(), pg_last_wal_replay_lsn())::bigint, "
        "greatest(0, extract(epoch FROM "
        "clock_timestamp() - pg_last_xact_replay_timestamp()))::bigint"
    ).fetchone()
    if not standby:
        return None
    last = "" if seconds is None else f"; the last commit that it shows was {seconds:,} s ago"
    if not lag or lag < 0:
        return f"a standby, which shows all that it has received{last}"
    return f"a standby, {lag:,} bytes of the log behind what it has received{last}"
