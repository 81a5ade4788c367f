"""`status`, `rebuild`, `sql`: looking after a ledger and asking its tables."""

from __future__ import annotations

import json
from collections import Counter

import click

from cli import messages, render
from cli.options import common
from cli.settings import Settings
from ledger import database
from ledger.database import MOST_ROWS, Connection
from ledger.errors import RefusedSqlError
from projections import tables


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
    from ledger import history

    where = settings.database
    where.check()
    with where.reading() as connection:
        facts, streams = connection.execute(
            "SELECT count(*), count(DISTINCT stream) FROM facts"
        ).fetchone()
        names = history.stream_names(connection)
        current = tables.are_current(connection, settings.today)
        protected = where.protected(connection)
        defects = where.defects(connection, thorough=False)
        about = where.about(connection)
    writable = where.writable()
    behind = "the next reading catches up" if writable else "each answer is folded from the facts"
    found = {
        "ledger": str(where),
        **about,
        "schema": database.SCHEMA_VERSION,
        "facts": facts,
        "streams": streams,
        "streams_by_kind": dict(sorted(Counter(n.partition(":")[0] for n in names).items())),
        "views": "up to date" if current else f"behind; {behind}",
        "writable": writable,
        "facts_protected": protected,
        "database": "; ".join(defects) or "ok",
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
    if not protected or defects:
        messages.say("Something is wrong with this ledger: see above.")
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

    if query is not None and not _is_utf8(query):
        raise RefusedSqlError("the query is not in UTF-8", hint="Check what was typed or pasted.")
    settings.database.check()
    if not bring_up_to_date(settings.database, settings.today):
        messages.say("The tables are behind the facts, and this ledger cannot be written to.")
    if query is None:
        with settings.database.reading() as connection:
            _list_tables(connection)
        return
    header, rows = settings.database.ask(query)
    if format_ == "json":
        listed = [dict(zip(header, row, strict=True)) for row in rows]
        click.echo(json.dumps(listed, ensure_ascii=False, indent=2, default=repr))
    else:
        render.table(header, [[render.value_text(cell) for cell in row] for row in rows])
    if len(rows) == MOST_ROWS:
        messages.say(f"Only the first {MOST_ROWS:,} rows are shown; add LIMIT or use `export`.")


def _is_utf8(text: str) -> bool:
    """Whether what was typed is text: other bytes come as halves of letters."""
    return not any("\ud800" <= char <= "\udfff" for char in text)


def _list_tables(connection: Connection) -> None:
    found = connection.execute("SELECT name FROM ledger_tables").fetchall()
    for name in sorted(name for (name,) in found if name.startswith("view_")):
        cursor = connection.cursor()
        cursor.execute(f"SELECT * FROM {name} LIMIT 0")
        columns = [column[0] for column in cursor.description]
        click.echo(f"{name}: {', '.join(columns)}")


COMMANDS = {"status": status, "rebuild": rebuild, "sql": sql}
