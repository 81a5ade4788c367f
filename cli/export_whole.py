"""`export all` and `export sqlite`: every view at once, for tools that open whole data sets."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from cli import messages
from cli.settings import Settings
from cli.text import counted
from ledger.errors import FileTypeError, UsageError
from projections.read import reader
from projections.views import NAMES

if TYPE_CHECKING:
    from ledger.cut import Cut


def export_all(settings: Settings, cut: Cut, licence: str | None, output: str | None) -> None:
    """Write every view and the facts as a folder that is a Data Package."""
    from ledger.evidence import checkpoint
    from projections.exports import data_package, facts
    from projections.exports.seen_facts import seen
    from projections.exports.to_folder import replacing_folder

    if output is None:
        raise UsageError(
            "all is written into a folder", hint="Name it: `lsledger export all -o FOLDER`."
        )
    where = settings.database
    where.check_evidence()
    with where.reading() as connection:
        # First, so that it signs nothing that the views do not show yet.
        signed = checkpoint.newest(connection.cursor())
        with (
            reader(where, cut, settings.today) as views,
            replacing_folder(Path(output), data_package.is_package) as folder,
        ):
            lines = facts.lines(seen(connection, cut, settings.today, views.last_seq))
            count = data_package.write(folder, views, lines, signed, licence)
    messages.say(
        f"Wrote {len(NAMES)} views and {counted(count, 'fact')} to {output}: "
        f"{data_package.DESCRIPTION} tells what they mean."
    )


def export_sqlite(settings: Settings, cut: Cut, licence: str | None, output: str | None) -> None:
    """Write every view as a table of a database, and beside it what the columns mean."""
    from ledger.evidence import checkpoint
    from projections.exports import sqlite_views
    from projections.exports.to_file import replacing

    if output is None or Path(output).suffix not in (".db", ".sqlite", ".sqlite3"):
        raise FileTypeError("sqlite is written as a database", hint="Name it: -o FILE.db.")
    path = Path(output)
    beside = path.with_suffix(".metadata.json")
    sqlite_views.check_metadata(beside)
    where = settings.database
    where.check_evidence()
    with where.reading() as connection:
        signed = checkpoint.newest(connection.cursor())
    with (
        reader(where, cut, settings.today) as views,
        replacing(beside) as about,
        replacing(path, application=sqlite_views.APPLICATION) as out,
    ):
        count = sqlite_views.write(views, out)
        about.write(sqlite_views.metadata(path.stem, views, signed, licence))
    messages.say(
        f"Wrote {len(NAMES)} views with {counted(count, 'row')} to {output}, "
        f"and what their columns mean to {beside}."
    )
