"""The tables of the current views: their shape, and writing and reading their rows.

They live in the ledger's own database and are disposable: everything in them follows
from the facts. One table a view holds the rows of single streams, beside four of our own:

    view_state    which shape the tables have, and for which day they are folded
    view_streams  every stream: its name, number of facts, and the next day on which its
                  rows change without a new fact
    view_links    which stream's rows read which other stream
    view_fact_types  the fact types and what they mean, for completion
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from functools import cache
from typing import TYPE_CHECKING, Any

from ledger.errors import DamagedError, InputError
from projections import columns
from projections.view import Row, View
from projections.views import load_all

if TYPE_CHECKING:
    from sqlite3 import Connection

POSITION = "views"
"""The name under which the library's tracking table keeps how far the tables are."""

OWN_TABLES = {
    "view_state": "name TEXT PRIMARY KEY, value TEXT NOT NULL",
    "view_streams": "stream TEXT PRIMARY KEY, kind TEXT NOT NULL, name TEXT, "
    "facts INTEGER NOT NULL, next_change TEXT",
    "view_fact_types": "type TEXT PRIMARY KEY, help TEXT NOT NULL",
    "view_links": "target TEXT NOT NULL, stream TEXT NOT NULL, PRIMARY KEY (target, stream)",
}
INDEXES = (
    "CREATE INDEX view_streams_change ON view_streams (next_change) WHERE next_change IS NOT NULL",
    "CREATE INDEX view_streams_kind ON view_streams (kind, stream)",
    "CREATE INDEX view_links_stream ON view_links (stream)",
    "CREATE INDEX view_log_source ON view_log (source)",
    "CREATE INDEX view_log_stream ON view_log (stream)",
)


def table_of(view: View) -> str:
    """The name of a view's table."""
    return f"view_{view.name}"


def stored_views() -> list[View]:
    """The views that have a table: all but the composed ones."""
    return [view for view in load_all() if view.compose is None]


def statements() -> list[str]:
    """What makes the tables, empty; dropping what was there."""
    made = []
    for view in stored_views():
        shape = ", ".join(f'"{name}" {type_}' for name, type_ in columns.sql_columns(view.row))
        made += [
            f"DROP TABLE IF EXISTS {table_of(view)}",
            f"CREATE TABLE {table_of(view)} ({shape})",
        ]
        if view.of_fact is None:
            made.append(f"CREATE INDEX {table_of(view)}_by_stream ON {table_of(view)} (stream)")
    for name, shape in OWN_TABLES.items():
        made += [f"DROP TABLE IF EXISTS {name}", f"CREATE TABLE {name} ({shape})"]
    return [*made, *INDEXES]


@cache
def shape() -> str:
    """A fingerprint of the tables' shape; other tables are made anew."""
    return hashlib.sha256("\n".join(statements()).encode()).hexdigest()[:16]


def insert(cursor: Any, view: View, rows: Iterable[Row]) -> None:
    """Write rows into a view's table."""
    marks = ", ".join("?" * len(columns.sql_columns(view.row)))
    statement = f"INSERT INTO {table_of(view)} VALUES ({marks})"
    for row in rows:
        cursor.execute(statement, columns.to_sql(row))


def remove(cursor: Any, view: View, stream: str) -> None:
    """Remove a stream's rows from a view's table."""
    cursor.execute(f"DELETE FROM {table_of(view)} WHERE stream = ?", (stream,))


def select(
    connection: Connection, view: View, where: str = "", given: Sequence[Any] = ()
) -> list[Row]:
    """A view's rows, in the order of their streams (of the facts, for the log).

    Raises DamagedError for a cell that `insert` cannot have written.
    """
    names = [name for name, _ in columns.sql_columns(view.row)]
    listed = ", ".join(f'"{name}"' for name in names)
    order = "seq" if view.of_fact is not None else "stream, rowid"
    found = connection.execute(
        f"SELECT {listed} FROM {table_of(view)} {where} ORDER BY {order}", given
    )
    try:
        return [columns.from_sql(view.row, dict(zip(names, row, strict=True))) for row in found]
    except (InputError, ValueError, TypeError, RecursionError) as error:
        raise DamagedError(
            f"the table of the view {view.name} cannot be read back: {error}",
            hint="`lsledger rebuild` makes it anew from the facts.",
        ) from error


def position(connection: Connection) -> int:
    """The sequence number up to which the tables hold the facts."""
    row = connection.execute(
        "SELECT notification_id FROM tracking WHERE application_name = ?", (POSITION,)
    ).fetchone()
    return int(row[0]) if row is not None else 0


def are_current(connection: Connection, today: date) -> bool:
    """Whether the tables show every fact, for today."""
    if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'view_state'").fetchone():
        return False
    state = dict(connection.execute("SELECT name, value FROM view_state"))
    if state.get("shape") != shape() or state.get("as_of", "9999") > today.isoformat():
        return False
    (newest,) = connection.execute("SELECT coalesce(max(rowid), 0) FROM stored_events").fetchone()
    if newest != position(connection):
        return False
    (change,) = connection.execute("SELECT min(next_change) FROM view_streams").fetchone()
    return change is None or change > today.isoformat()


def streams(connection: Connection, prefix: str = "") -> Iterator[tuple[str, str | None]]:
    """Streams whose name begins with the prefix, and what each is called."""
    yield from connection.execute(
        "SELECT stream, name FROM view_streams WHERE stream >= ? AND stream < ? ORDER BY stream",
        (prefix, prefix + "\U0010ffff"),
    )
