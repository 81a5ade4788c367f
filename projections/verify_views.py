"""Whether the tables of the views are what the facts alone give: compared with a rebuild."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from sqlite3 import Connection

from ledger.errors import LedgerError
from ledger.evidence.verify import Check
from projections import tables
from projections.catch_up import rebuild_beside

MOST = 5
"""Rows of one table that are named."""


def views(connection: Connection) -> Check:
    """Compare each table with one made anew beside it, for the same day and the same facts."""
    found = connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'view_state'").fetchone()
    state = dict(connection.execute("SELECT name, value FROM view_state")) if found else {}
    if state.get("shape") != tables.SHAPE:
        nothing = "not made by this version; the next reading makes them anew"
        return Check("views", nothing, checked=False)
    try:
        as_of = date.fromisoformat(state.get("as_of", ""))
        position = tables.position(connection)
        rebuild_beside(connection, as_of, position)
    except (LedgerError, ValueError) as error:
        return Check("views", "", (f"they cannot be rebuilt: {error}",))
    names = list(tables.shapes())
    differing = tuple(line for name in names for line in _differing(connection, name))
    return Check(
        "views", f"{len(names)} tables are what the first {position:,} facts give", differing
    )


def _differing(connection: Connection, table: str) -> Iterator[str]:
    """The rows that a table has and a rebuild has not, and the other way round."""
    for what, here, there in (
        ("is not what the facts give", "main", "temp"),
        ("is missing", "temp", "main"),
    ):
        rows = connection.execute(
            f"SELECT * FROM {here}.{table} EXCEPT SELECT * FROM {there}.{table} LIMIT {MOST}"
        )
        for row in rows:
            yield f"{table}: the row {_named(row)} {what}"
    counts = [
        connection.execute(f"SELECT count(*) FROM {schema}.{table}").fetchone()[0]
        for schema in ("main", "temp")
    ]
    if counts[0] != counts[1]:
        yield f"{table}: {counts[0]:,} rows are there, {counts[1]:,} follow from the facts"


def _named(row: tuple[object, ...]) -> str:
    """The beginning of a row, in quotes for what may stand in it."""
    return ", ".join(ascii(value)[:40] if value is not None else "-" for value in row[:4])
