"""Whether the tables of the views are what the facts alone give: compared with a rebuild."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from sqlite3 import Connection

from ledger import database, history
from ledger.database import Connection as LedgerConnection
from ledger.database import Database
from ledger.evidence.verify import Check
from projections import tables
from projections.catch_up import rebuild_beside

MOST = 5
"""Rows of one table that are named."""


def views(where: Database, connection: LedgerConnection, today: date) -> Check:
    """Compare each table with one made anew beside it, for the same day and the same facts."""
    last = database.last_seq(connection)
    there = {name for (name,) in connection.execute("SELECT name FROM ledger_tables")}
    if there.isdisjoint(tables.shapes()):
        with where.beside(connection, {}) as beside:
            rebuild_beside(connection, beside, today, last)  # nothing else reads every fact
        nothing = "not made yet; the next reading makes them from the facts, which can all be read"
        return Check("views", nothing, checked=False)
    if not tables.are_of_this_version(connection):
        other = "they are of another version: `lsledger rebuild` makes them anew"
        return Check("views", "", (other,))
    state = dict(connection.execute("SELECT name, value FROM view_state"))
    try:
        as_of = date.fromisoformat(str(state.get("as_of")))
    except ValueError as error:
        return Check("views", "", (f"they do not say for which day they are: {error}",))
    position = tables.position(connection)
    if position > last:
        ahead = f"they are said to hold #{last + 1} to #{position}, which are not there"
        return Check("views", "", (ahead,))
    for _ in history.facts(connection, position):
        pass  # those that the tables do not hold yet must be readable, too
    shapes = tables.shapes()
    with where.beside(connection, shapes) as beside:
        rebuild_beside(connection, beside, as_of, position)
        differing = tuple(
            line
            for name in shapes
            for line in _shape(beside, name)
            or (() if _alike(beside, name) else _rows(beside, name))
        )
    return Check(
        "views", f"{len(shapes)} tables are what the first {position:,} facts give", differing
    )


def _shape(connection: Connection, table: str) -> list[str]:
    """What is wrong with a table as such."""
    here, there = (
        connection.execute(
            f"SELECT type, sql FROM {schema} WHERE name = ? AND type <> 'index'", (table,)
        ).fetchone()
        for schema in ("main.sqlite_master", "temp.sqlite_master")
    )
    if here is None:
        return [f"{table}: the table is missing"]
    return [] if here == there else [f"{table}: its columns are others"]


def _alike(connection: Connection, table: str) -> bool:
    """Whether a table and a rebuild have the same rows, in the same order within each stream.

    So it is nearly always, and found out in one pass that sorts no more than the places of rows.
    No index is believed: one could hide a row.
    """
    names = [name for _, name, *_ in connection.execute(f"PRAGMA main.table_info({table})")]
    for schema, places in (("main", "places_here"), ("temp", "places_there")):
        connection.execute(f"DROP TABLE IF EXISTS temp.{places}")
        connection.execute(
            f"CREATE TEMP TABLE {places} AS "
            f"SELECT rowid AS place FROM {schema}.{table} NOT INDEXED "
            f"ORDER BY {'stream, ' if 'stream' in names else ''}rowid"
        )
    same = " AND ".join(f'here."{name}" IS there."{name}"' for name in names)
    (alike,) = connection.execute(
        "SELECT count(*) FROM places_here CROSS JOIN places_there "
        "ON places_there.rowid = places_here.rowid "
        f"CROSS JOIN main.{table} AS here ON here.rowid = places_here.place "
        f"CROSS JOIN temp.{table} AS there ON there.rowid = places_there.place WHERE {same}"
    ).fetchone()
    counts = (
        connection.execute(f"SELECT count(*) FROM {places}").fetchone()
        for places in ("places_here", "places_there")
    )
    return all(count == (alike,) for count in counts)


def _rows(connection: Connection, table: str) -> Iterator[str]:
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
