"""`status`, `rebuild`, `sql`: looking after a ledger and asking its tables."""

from __future__ import annotations

import json
import sqlite3
import sys

import click

from cli import messages, render
from cli.options import common
from cli.settings import Settings
from ledger import database
from ledger.database import open_readonly
from ledger.errors import RefusedSqlError, did_you_mean
from projections import tables

MOST_ROWS = 10_000
"""Rows that `sql` prints."""

LARGEST_VALUE = 10_000_000
"""Bytes of the largest text that a query may make."""

LONGEST_QUERY = 10_000_000
"""Steps of SQLite's machine after which a query is stopped (a few seconds)."""


@click.command("status")
@click.option(
    "--format",
    "format_",
    type=click.Choice(["text", "json"]),
    default="text",
    help="What to print.",
)
@common
@click.pass_obj
def status(settings: Settings, format_: str) -> None:
    """Tell what the ledger holds, and whether its tables are up to date."""
    where = settings.database
    database.check(where)
    with open_readonly(where) as connection:
        facts, streams = connection.execute(
            "SELECT count(*), count(DISTINCT originator_id) FROM stored_events"
        ).fetchone()
        kinds = dict(
            connection.execute(
                "SELECT substr(originator_id, 1, instr(originator_id, ':') - 1) AS kind, "
                "count(DISTINCT originator_id) FROM stored_events GROUP BY kind ORDER BY kind"
            )
        )
        current = tables.are_current(connection, settings.today)
        protected = database.protected(connection)
        (damage,) = connection.execute("PRAGMA quick_check(1)").fetchone()
    found = {
        "ledger": str(where),
        "bytes": where.path.stat().st_size,
        "schema": database.SCHEMA_VERSION,
        "facts": facts,
        "streams": streams,
        "streams_by_kind": kinds,
        "views": "up to date" if current else "behind; the next reading catches up",
        "writable": where.writable(),
        "facts_protected": protected,
        "database": damage,
    }
    if format_ == "json":
        click.echo(json.dumps(found, ensure_ascii=False, indent=2))
    else:
        for name, value in found.items():
            text = (
                ", ".join(f"{n} {kind}" for kind, n in value.items())
                if isinstance(value, dict)
                else f"{value:,}" if isinstance(value, int) and not isinstance(value, bool)
                else render.value_text(value)
            )  # fmt: skip
            click.echo(f"{render.label(name)}: {text}")
    if not protected or damage != "ok":
        messages.say("Something is wrong with this file: see above.")
        click.get_current_context().exit(1)


@click.command("rebuild")
@common
@click.pass_obj
def rebuild(settings: Settings) -> None:
    """Make the tables of the views anew from the facts."""
    from ledger.store import opened
    from projections.catch_up import rebuild as rebuild_tables

    with opened(settings.database) as store:
        count = rebuild_tables(store, settings.today)
    messages.say(f"Rebuilt the views from {count:,} facts.")


@click.command("sql")
@click.argument("query", required=False)
@click.option(
    "--format", "format_", type=click.Choice(["table", "json"]), default="table",
    help="What to print.",
)  # fmt: skip
@common
@click.pass_obj
def sql(settings: Settings, query: str | None, format_: str) -> None:
    """Ask the tables of the views in SQL; nothing can be written.

    \b
    lsledger sql "SELECT stream, amount, amount_min FROM view_investments"

    Without a query the tables and their columns are listed. Amounts and quantities are
    exact decimals kept as text: CAST(amount_min AS REAL) to calculate.
    """
    from projections.read import bring_up_to_date

    database.check(settings.database)
    if not bring_up_to_date(settings.database, settings.today):
        messages.say("The tables are behind the facts, and this ledger cannot be written to.")
    with open_readonly(settings.database) as connection:
        if query is None:
            _list_tables(connection)
            return
        header, rows = _ask(connection, query)
    if format_ == "json":
        listed = [dict(zip(header, row, strict=True)) for row in rows]
        click.echo(json.dumps(listed, ensure_ascii=False, indent=2, default=repr))
    else:
        render.table(header, [[render.value_text(cell) for cell in row] for row in rows])
    if len(rows) == MOST_ROWS:
        messages.say(f"Only the first {MOST_ROWS:,} rows are shown; add LIMIT or use `export`.")


def _list_tables(connection: sqlite3.Connection) -> None:
    found = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
    for name in sorted(name for (name,) in found if name.startswith("view_")):
        columns = [row[1] for row in connection.execute(f"PRAGMA table_info({name})")]
        click.echo(f"{name}: {', '.join(columns)}")


def _ask(connection: sqlite3.Connection, query: str) -> tuple[list[str], list[tuple[object, ...]]]:
    """Run one reading statement, within bounds."""
    connection.set_authorizer(_only_reading)
    if sys.version_info >= (3, 12):  # a misspelt "column" is an error, not a text
        connection.setconfig(sqlite3.SQLITE_DBCONFIG_DQS_DML, False)
    connection.set_progress_handler(lambda: 1, LONGEST_QUERY)
    connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, LARGEST_VALUE)
    try:
        cursor = connection.execute(query)
        if cursor.description is None:
            raise RefusedSqlError("that is not a query", hint="Only SELECT is possible here.")
        header = [str(column[0]) for column in cursor.description]
        if text := next((name for name in header if name[:1] == '"'), None):
            raise RefusedSqlError(
                f"no such column: {text}", hint="A text is written in single quotes."
            )
        return header, cursor.fetchmany(MOST_ROWS)
    except (sqlite3.Error, sqlite3.Warning) as error:
        raise _refusal(connection, error) from None


def _refusal(connection: sqlite3.Connection, error: Exception) -> RefusedSqlError:
    text = str(error)
    if "interrupted" in text:
        return RefusedSqlError("the query took too long", hint="Narrow it down with WHERE.")
    if "not authorized" in text or "prohibited" in text or "readonly" in text:
        return RefusedSqlError(
            "only reading is possible here", hint="Write one SELECT; facts are only ever recorded."
        )
    missing = text.removeprefix("no such table: ")
    hint = "`lsledger sql` alone lists the tables and their columns."
    if missing != text:
        known = [row[0] for row in connection.execute("SELECT name FROM sqlite_master")]
        hint = did_you_mean(missing, known) or hint
    return RefusedSqlError(text, hint=hint)


def _only_reading(action: int, first: str | None, *_: object) -> int:
    allowed = action in (sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_RECURSIVE)
    if allowed or (action == sqlite3.SQLITE_FUNCTION and first != "load_extension"):
        return sqlite3.SQLITE_OK
    return sqlite3.SQLITE_DENY


COMMANDS = {"status": status, "rebuild": rebuild, "sql": sql}
