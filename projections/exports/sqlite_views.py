"""The views as a database of SQLite for Datasette and other readers, and what its columns mean.

A table a view, with the rows as they are shown; no facts, and none of the ledger's own tables.
Numbers are numbers where SQLite holds every digit of them (whole ones up to 18 digits, others up
to 15), otherwise text, so that nothing is rounded. Conditions are 0 or 1, days are texts such as
2025-09-30, several values are a list in JSON, by which Datasette makes facets.

The metadata goes into a file beside it: `datasette views.db --metadata views.metadata.json`.
Datasette knows one unit for a column. Ours have one in each row, and the descriptions name the
columns that tell it.
"""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Callable, Iterable
from contextlib import closing
from decimal import Decimal
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, BinaryIO

from ledger.errors import UnwritableError
from ledger.evidence.checkpoint import Kept
from ledger.values.numbers import plain
from projections.columns import Cell, columns, flat_columns
from projections.exports.data_package import OURS, checkpoint_as_data
from projections.exports.meaning import meaning
from projections.read import Answer, Reader, cut_as_data
from projections.view import Row
from projections.views import load_all

APPLICATION = 0x6C737677
"""What marks the file as such an export, in SQLite's header; another database is not replaced."""

WHOLE_DIGITS, DIGITS = 18, 15
"""Digits that SQLite holds: of a whole number, and of a binary fraction."""

TYPES = {"text": "TEXT", "date": "TEXT", "integer": "INTEGER", "boolean": "INTEGER", "number": ""}
"""SQLite's types. A column of numbers has none: with one, SQLite would round long texts."""


def write(reader: Reader, out: BinaryIO) -> int:
    """Write the database; how many rows are in it."""
    with TemporaryDirectory(prefix="lsledger-") as folder:
        path = Path(folder) / "views.db"
        with closing(sqlite3.connect(path)) as database, database:
            database.execute(f"PRAGMA application_id = {APPLICATION}")
            count = sum(_table(database, reader.answer(view.name)) for view in load_all())
        with path.open("rb") as made:
            shutil.copyfileobj(made, out)
    return count


def metadata(name: str, reader: Reader, signed: Kept | None, licence: str | None) -> bytes:
    """What Datasette shows beside the tables of the database of that name, as JSON."""
    told: dict[str, Any] = {"title": "A ledger of contracts, investments, plants and promises"}
    if licence is not None:
        told |= {"license_url" if "://" in licence else "license": licence}
    told["databases"] = {
        name: {
            "description": ABOUT_TABLES,
            "tables": {
                view.name: {
                    "title": view.title,
                    "columns": {
                        part.name: meaning(column, part)
                        for column in columns(view.shown)
                        for part in flat_columns(column)
                    },
                }
                for view in load_all()
            },
        }
    }
    told[OURS] = {
        "version": 1,
        "cut": cut_as_data(reader.cut, reader.last_seq),
        "checkpoint": checkpoint_as_data(signed),
    }
    return f"{json.dumps(told, ensure_ascii=False, indent=2)}\n".encode()


def check_metadata(path: Path) -> None:
    """Refuse to replace a file that is not such metadata: nobody named it.

    Raises UnwritableError.
    """
    try:
        told = json.loads(path.read_bytes())
    except FileNotFoundError:
        return
    except (OSError, ValueError, RecursionError):
        told = None
    if not (isinstance(told, dict) and isinstance(told.get(OURS), dict)):
        raise UnwritableError(
            f"{path} is there already, and is not the metadata of such an export",
            hint="Name another file, or move that one away.",
        )


ABOUT_TABLES = (
    "Contracts, investments, plants and promises as documents state them, each figure with its "
    "bounds. One table a view. What is null is not stated. Several values are a list in JSON."
)


def _table(database: sqlite3.Connection, answer: Answer) -> int:
    """Make the table of a view, and fill it; how many rows it has."""
    parts = list(_parts(answer.view.shown))
    named = ", ".join(f'"{name}" {type_}'.rstrip() for name, type_, _ in parts)
    database.execute(f'CREATE TABLE "{answer.view.name}" ({named})')
    return database.executemany(
        f'INSERT INTO "{answer.view.name}" VALUES ({", ".join("?" * len(parts))})',
        ([cell(row) for _, _, cell in parts] for row in answer.rows),
    ).rowcount


def _parts(row_type: type) -> Iterable[tuple[str, str, Callable[[Row], Any]]]:
    """Name, type and way to the cell of each column."""
    for column in columns(row_type):
        if column.many:
            yield column.name, "TEXT", partial(_listed, column.name)
            continue
        for part in flat_columns(column):
            yield part.name, TYPES[part.type], partial(_stored, column.name, part.cell)


def _listed(name: str, row: Row) -> str:
    return json.dumps([str(value) for value in getattr(row, name)], ensure_ascii=False)


def _stored(name: str, cell: Callable[[Any], Cell], row: Row) -> str | int | float | None:
    value = cell(getattr(row, name))
    return _number(value) if isinstance(value, Decimal) else value


def _number(number: Decimal) -> str | int | float:
    text = plain(number)
    whole, _, places = text.partition(".")
    if not places and len(whole) <= WHOLE_DIGITS:
        return int(whole)
    if len((whole + places).strip("0")) <= DIGITS:
        return float(text)
    return text
