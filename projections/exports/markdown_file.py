"""Markdown: a title, the cut, and a GitHub table for people.

Values are written as people write them, `?` after one marks what may not have happened yet,
and columns in which no row has a value are named below the table instead of standing in it.
No text can end its cell, format anything, or become HTML or a link.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any, BinaryIO

from ledger.values import Money, Quantity
from projections.aside import Aside
from projections.columns import Column, columns
from projections.exports.caption import caption
from projections.read import Answer
from projections.view import Row

_ESCAPES = {character: f"\\{character}" for character in "\\|`*_[]~$@"} | {
    "<": "&lt;",
    "&": "&amp;",
    "\n": "<br>",
    "\t": " ",
}
_SPECIAL = re.compile(f"[{re.escape(''.join(_ESCAPES))}]")
_AUTOLINK = re.compile(r":(?=//)|(?<=www)\.|(?<=mailto):|(?<=xmpp):", re.IGNORECASE)
"""Where a bare address would become a link: GitHub needs no brackets for one."""

_NUMBERS = (int, Money, Quantity)


def write(answer: Answer, out: BinaryIO) -> None:
    """The answer as a page of Markdown."""
    every = [column for column in columns(answer.view.shown) if column.name != "possible"]
    with Aside() as rows:
        empty = every
        for row in answer.rows:
            empty = [column for column in empty if not _has(row, column)]
            rows.add([_cell(row, column) for column in every])
        used = [column for column in every if column not in empty]
        rows.only([column in used for column in every])
        for line in _lines(answer, used, empty, rows):
            out.write(f"{line}\n".encode())


def escaped(text: str) -> str:
    """The text so that a cell shows it as it is."""
    plain = _SPECIAL.sub(lambda special: _ESCAPES[special.group()], text)
    return _AUTOLINK.sub(r"\\\g<0>", plain)


def _lines(answer: Answer, used: list[Column], empty: list[Column], rows: Aside) -> Iterator[str]:
    yield f"# {escaped(answer.view.title)}"
    yield ""
    yield " · ".join(f"{label}: {escaped(text)}" for label, text in caption(answer))
    yield ""
    if not rows:
        yield "No rows."
        return
    yield _line(map(_heading, used))
    yield _line("---:" if column.type in _NUMBERS else "---" for column in used)
    yield from map(_line, rows)
    if empty:
        yield ""
        yield f"Columns without a value: {', '.join(map(_heading, empty))}."


def _line(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _heading(column: Column) -> str:
    return escaped(column.name.replace("_", " "))


def _has(row: Row, column: Column) -> bool:
    return getattr(row, column.name) not in (None, ())


def _cell(row: Row, column: Column) -> str:
    value = getattr(row, column.name)
    possible: tuple[str, ...] = getattr(row, "possible", ())
    if not _has(row, column):
        return ""
    mark = " ?" if column.name in possible else ""
    if not column.many:
        return escaped(_text(value)) + mark
    # A view of whole stages names the streams that are possible, not the column.
    return (
        "; ".join(escaped(_text(item)) + (" ?" if str(item) in possible else "") for item in value)
        + mark
    )


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value.text()) if hasattr(value, "text") else str(value)
