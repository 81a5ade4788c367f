"""CSV: flat columns for programs and spreadsheets.

RFC 4180: commas, CRLF after every record, quotes where they are needed; a line break inside
a text stays a line feed. UTF-8 without a byte order mark: with one, Excel would show
Korean on a double click, but for `awk`, PostgreSQL's COPY and most readers it would become
a part of the first column's name, and the same bytes go into pipes. For Excel there is
XLSX; its Data > From Text/CSV reads this file too, with UTF-8 chosen.

Texts that a spreadsheet would run are guarded (`formulas.py`); numbers never need it. An
empty cell is a value that is not stated.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from decimal import Decimal
from typing import BinaryIO

from ledger.values.numbers import plain
from projections.columns import Cell, columns, flat, flat_columns
from projections.exports.formulas import guarded
from projections.read import Answer


@dataclass(frozen=True, slots=True)
class _Utf8:
    """Takes the text that `csv` writes. A TextIOWrapper would close `out` with itself."""

    out: BinaryIO

    def write(self, text: str) -> None:
        self.out.write(text.encode())


def write(answer: Answer, out: BinaryIO) -> None:
    """One line of column names, then one record a row."""
    records = csv.writer(_Utf8(out), lineterminator="\r\n")
    records.writerow(
        part.name for column in columns(answer.view.shown) for part in flat_columns(column)
    )
    for row in answer.rows:
        records.writerow(map(_text, flat(row).values()))


def _text(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, Decimal):
        return plain(cell)
    return guarded(cell) if isinstance(cell, str) else str(cell)
