"""A table on a terminal, wrapped to its width, however many rows it has.

Rich holds all of a table to measure it. So the widths are taken from a small table, of those texts
that decide them, and the rows are printed in tables of these widths, page by page.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice

from rich import box
from rich.cells import cell_len
from rich.console import Console, ConsoleOptions
from rich.table import Table
from rich.text import Text

from cli.text import cells

WIDEST_WHOLE = 12
"""Cells up to which a column is never broken into lines."""

AT_ONCE = 200
"""Rows that are laid out and printed at a time."""


@dataclass(slots=True)
class _Column:
    """A column, and what makes it as wide as it is.

    widest: cells of its widest text. line, word: a text that needs most room on one line, and one
    with the longest word, which needs most where lines are broken; each after its width.
    """

    header: str
    place: int
    widest: int = 0
    line: tuple[int, str] = (-1, "")
    word: tuple[int, str] = (-1, "")

    def measure(self, text: str) -> None:
        """Take a text into account."""
        self.widest = max(self.widest, cells(text))
        width = cell_len(text)
        if width > self.line[0]:
            self.line = width, text
        if width > self.word[0]:  # or else no word of it can be longer
            self.word = max(self.word, (max(map(cell_len, text.split()), default=width), text))


def rich_table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Print rows under a header, without the columns that have no text; it goes through the rows
    twice.
    """
    found = [_Column(name, place) for place, name in enumerate(header)]
    for row in rows:
        for column, text in zip(found, row, strict=True):
            if text:
                column.measure(text)
    columns = [column for column in found if column.line[1]]
    console = Console(highlight=False)
    if not columns:
        console.print()
        return
    widths = _widths(columns, console)
    left, first = iter(rows), True
    while page := list(islice(left, AT_ONCE)):
        shown = _Table(box.SIMPLE_HEAD, columns, console, widths)
        shown.show_header, first = first, False
        for row in page:
            shown.add_row(*(Text(row[column.place]) for column in columns))
        console.print(shown)


def _widths(columns: Sequence[_Column], console: Console) -> list[int]:
    """The widths that Rich gives these columns: as it draws the line below their header."""
    measured = _Table(box.ASCII, columns, console)
    for blank in measured.columns:  # a line, so that the one below it is the second
        blank.header = ""
    for texts in zip(*((c.header, c.line[1], c.word[1]) for c in columns), strict=True):
        measured.add_row(*map(Text, texts))
    drawn = "".join(part.text for part in console.render_lines(measured)[1])
    return [len(part) for part in drawn.rstrip().split("+")]


assert hasattr(Table, "_calculate_column_widths")  # or else _Table would take any width


class _Table(Table):
    """A table of these columns; of these widths, where they are known."""

    def __init__(
        self,
        lines: box.Box,
        columns: Sequence[_Column],
        console: Console,
        widths: list[int] | None = None,
    ) -> None:
        bold = "" if os.environ.get("NO_COLOR") else "bold"
        super().__init__(box=lines, show_edge=False, padding=(0, 1, 0, 0), header_style=bold)
        self._widths = widths
        for column in columns:
            # Dates, numbers and the ids that one types again are not broken while there is room.
            whole = column.widest <= WIDEST_WHOLE or (
                column.place == 0 and column.widest * 3 <= console.width
            )
            self.add_column(Text(column.header), overflow="fold", no_wrap=whole)

    def _calculate_column_widths(self, console: Console, options: ConsoleOptions) -> list[int]:
        # Rich's own, and private to it: a column can be given a width, but not that of 0 which
        # Rich leaves it in a narrow window.
        return self._widths or super()._calculate_column_widths(console, options)
