"""XLSX: a sheet of flat columns for Excel, and a sheet that tells what they mean.

Numbers are numbers where Excel can hold every digit of them (15), otherwise text; booleans
and full dates are real ones. Texts are text, never formulas or links; those that would run
if somebody edited the cell carry Excel's own mark for text, its hidden apostrophe.
The same answer gives the same bytes. Rows go to a temporary folder as they are written, so
that memory does not grow with the sheet.
"""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from itertools import chain, islice
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, BinaryIO, Self
from unicodedata import east_asian_width

from xlsxwriter import Workbook
from xlsxwriter.exceptions import FileCreateError
from xlsxwriter.utility import xl_rowcol_to_cell

from ledger.errors import UnwritableError
from ledger.values.numbers import plain
from projections.columns import Cell, FlatColumn, columns, flat, flat_columns
from projections.exports.caption import caption
from projections.exports.formulas import may_run
from projections.read import Answer
from projections.view import Row

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

MOST_ROWS = 1_048_576
"""Rows of a sheet, the header among them."""

LONGEST_TEXT = 32_767
"""UTF-16 units that a cell can hold."""

DIGITS = 15
"""Significant digits that a number cell keeps."""

FIRST_DATE = date(1900, 3, 1)
"""Before it, Excel counts days wrongly (it has a 29 February 1900) or not at all."""

_WIDEST = 60
_MEASURED_ROWS = 200
_NAMED_CELLS = 50


def write(answer: Answer, out: BinaryIO) -> None:
    """The answer as a workbook.

    Raises UnwritableError when a sheet cannot hold that many rows.
    """
    with TemporaryDirectory(prefix="lsledger-") as folder, _Guarded(out) as file:
        workbook = Workbook(
            file,
            {
                "constant_memory": True,
                "tmpdir": folder,
                "strings_to_formulas": False,
                "strings_to_urls": False,
                "strings_to_numbers": False,
            },
        )
        # Also the time of last change; without it the bytes would depend on the clock.
        workbook.set_properties({"created": datetime.combine(answer.cut.as_of, time())})
        workbook.use_zip64()
        changed = _rows(workbook, answer)
        _about(workbook, answer, changed)
        try:
            workbook.close()
        except FileCreateError as error:
            raise error.args[0] from None  # the OSError inside


class _Guarded:
    """Passes everything on to a file until something fails; then it takes all and keeps nothing.

    xlsxwriter leaves its archive open when a write fails. Python closes it at some later time,
    which would write to a file that is full or closed, and print a traceback.
    """

    def __init__(self, out: BinaryIO) -> None:
        self._out = out
        self._at = 0
        self._failed = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, error: type[BaseException] | None, *_: object) -> None:
        self._failed = error is not None

    def write(self, data: bytes) -> int:
        if not self._failed:
            try:
                self._out.write(data)
            except BaseException:
                self._failed = True
                raise
        self._at += len(data)
        return len(data)

    def tell(self) -> int:
        return self._at

    def seek(self, to: int) -> int:
        if not self._failed:
            self._out.seek(to)
        self._at = to
        return to

    def flush(self) -> None:
        if not self._failed:
            self._out.flush()


@dataclass
class _Sheet:
    """A sheet, and how its cells are written."""

    workbook: Workbook
    sheet: Worksheet
    changed: list[str] = field(default_factory=list)
    """The cells whose text Excel cannot hold as it is."""

    def __post_init__(self) -> None:
        add: Any = self.workbook.add_format
        self.quoted = add({"quote_prefix": True})
        self.whole = add({"num_format": "#,##0"})
        self.day = add({"num_format": "yyyy-mm-dd"})
        self.bold = add({"bold": True})

    def put(self, row: int, column: int, cell: Cell, type_: str = "text") -> None:
        """Write one cell."""
        if cell is None:
            return
        if isinstance(cell, bool):
            self.sheet.write_boolean(row, column, cell)
        elif isinstance(cell, int | Decimal):
            self._put_number(row, column, Decimal(cell))
        elif type_ == "date" and (day := date.fromisoformat(cell)) >= FIRST_DATE:
            self.sheet.write_datetime(row, column, day, self.day)
        else:
            self.put_text(row, column, cell)

    def put_text(self, row: int, column: int, text: str) -> None:
        """Write a text, as far as a cell can hold it."""
        shown = _fitting(text)
        if shown != text:
            self.changed.append(xl_rowcol_to_cell(row, column))
        if shown.startswith("<r>") and shown.endswith("</r>"):
            # xlsxwriter takes such a text for XML of its own, but not in several pieces.
            self.sheet.write_rich_string(row, column, "<", "r", shown[2:])
        else:
            form = self.quoted if may_run(shown) else None
            self.sheet.write_string(row, column, shown, form)

    def _put_number(self, row: int, column: int, number: Decimal) -> None:
        if len(number.normalize().as_tuple().digits) > DIGITS:
            self.put_text(row, column, plain(number))
        else:
            whole = number == number.to_integral_value()
            self.sheet.write_number(row, column, float(number), self.whole if whole else None)


def _rows(workbook: Workbook, answer: Answer) -> list[str]:
    parts = _parts(answer)
    left = iter(answer.rows)
    first = list(islice(left, _MEASURED_ROWS))
    rows = chain(first, left)
    view = _Sheet(workbook, workbook.add_worksheet(answer.view.name))
    for place, width in enumerate(_widths(parts, first)):
        view.sheet.set_column(place, place, width)
    for place, part in enumerate(parts):
        view.sheet.write_string(0, place, part.name, view.bold)
    number = 0
    with ExitStack() as failing:
        failing.callback(view.sheet.row_data_fh.close)  # its temporary file, or it stays open
        for number, row in enumerate(rows, start=1):
            if number == MOST_ROWS:
                raise _too_many(number + sum(1 for _ in rows))
            cells = flat(row)
            for place, part in enumerate(parts):
                view.put(number, place, cells[part.name], part.type)
        failing.pop_all()
    view.sheet.freeze_panes(1, 0)
    view.sheet.autofilter(0, 0, number, len(parts) - 1)
    return view.changed


def _too_many(count: int) -> UnwritableError:
    return UnwritableError(
        f"{count:,} rows do not fit on a sheet, which holds {MOST_ROWS - 1:,} and a header",
        hint="Write .csv or .jsonl instead, or ask for less with a filter.",
    )


def _about(workbook: Workbook, answer: Answer, changed: list[str]) -> None:
    about = _Sheet(workbook, workbook.add_worksheet("About"))
    about.sheet.set_column(0, 0, 28)
    about.sheet.set_column(1, 1, 12)
    about.sheet.set_column(2, 2, 80)
    lines = [("View", answer.view.title), *caption(answer)]
    if changed:
        named = ", ".join(changed[:_NAMED_CELLS])
        more = len(changed) - _NAMED_CELLS
        lines.append(
            (
                "Not whole",
                f"{len(changed)} of the texts do not fit into a cell of Excel. What is missing "
                f"is marked … or \ufffd; JSON and CSV have all of it. Cells: {named}"
                + (f" and {more} more" if more > 0 else ""),
            )
        )
    for number, (label, text) in enumerate(lines):
        about.sheet.write_string(number, 0, label, about.bold)
        about.put_text(number, 2, text)
    top = len(lines) + 1
    for place, name in enumerate(("Column", "Type", "Meaning")):
        about.sheet.write_string(top, place, name, about.bold)
    for number, part in enumerate(_parts(answer), start=top + 1):
        for place, text in enumerate((part.name, part.type, part.help)):
            about.put_text(number, place, text)


def _parts(answer: Answer) -> list[FlatColumn]:
    return [part for column in columns(answer.view.shown) for part in flat_columns(column)]


def _fitting(text: str) -> str:
    """The text as a cell can hold it: what XML has no character for is replaced by U+FFFD,
    and what is too long ends in an ellipsis.
    """
    text = text.replace("\ufffe", "\ufffd").replace("\uffff", "\ufffd")
    if len(text) <= LONGEST_TEXT // 2:
        return text
    units = text.encode("utf-16-le")
    if len(units) <= 2 * LONGEST_TEXT:
        return text
    return units[: 2 * (LONGEST_TEXT - 1)].decode("utf-16-le", "ignore") + "…"


def _widths(parts: list[FlatColumn], first: list[Row]) -> list[int]:
    """Widths that fit the first rows; in East Asian scripts a character takes two."""
    widths = [len(part.name) + 4 for part in parts]  # the filter's button stands beside the name
    for row in first:
        for place, cell in enumerate(flat(row).values()):
            shown = format(cell, ",") if isinstance(cell, Decimal) else str(cell or "")
            width = sum(1 + (east_asian_width(c) in "WF") for c in shown[:_WIDEST]) + 2
            widths[place] = min(max(widths[place], width), _WIDEST)
    return widths
