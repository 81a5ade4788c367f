"""Plain text for pipes and narrow places: widths, columns, safe output."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from itertools import chain


def terminal_width() -> int:
    """The cells of a line of the terminal."""
    from shutil import get_terminal_size  # only here: it brings every archive format along

    return get_terminal_size().columns


def counted(count: int, noun: str) -> str:
    """A number of things: `1 fact`, `2,000 facts`."""
    return f"{count:,} {noun}{'s' if count != 1 else ''}"


def cells(text: str) -> int:
    """How many cells of a terminal the text takes: Hangul and the like take two."""
    if text.isascii():
        return len(text)
    return sum(map(_cells, text))


@cache
def _cells(char: str) -> int:
    if unicodedata.combining(char) or unicodedata.category(char) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(char) in ("W", "F") else 1


def padded(text: str, width: int) -> str:
    """The text with spaces up to the width in cells."""
    return text.ljust(width) if text.isascii() else text + " " * max(0, width - cells(text))


def plain_table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """Lines of aligned columns, two spaces apart, nothing cut off; it goes through the rows
    twice.
    """
    widths = list(map(cells, header))
    for row in rows:
        widths = list(map(max, widths, map(cells, row)))
    for line in chain((header,), rows):
        yield "  ".join(map(padded, line, widths)).rstrip()


def stacked(header: Sequence[str], rows: Iterable[Sequence[str]], width: int) -> Iterator[str]:
    """One block a row, one line a field: for windows too narrow for a table."""
    label = max((cells(name) for name in header), default=0)
    for number, row in enumerate(rows):
        if number:
            yield ""
        for name, value in zip(header, row, strict=True):
            if value:
                yield from wrapped(value, width, first=f"{padded(name, label)}  ")


def wrapped(text: str, width: int, first: str = "") -> list[str]:
    """The text broken at spaces into lines of at most `width` cells, `first` before it."""
    indent = " " * cells(first)
    lines: list[str] = []
    line, empty = first, True
    for word in text.split():
        if not empty and cells(line) + 1 + cells(word) > width:
            lines.append(line)
            line, empty = indent, True
        line += word if empty else f" {word}"
        empty = False
    return [*lines, line]
