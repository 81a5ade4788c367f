"""The names of rows: `plant:acme-north`, `totals/precursor/KRW`, `promises/acme-2025/2026`.

A row is named by its view and the values of its keys, with further ones where rows are alike in
these. The last ones may be left out where the first ones are of one row alone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from ledger.errors import InputError, NothingSuchError, did_you_mean, hints
from ledger.values import PartialDate, Party
from projections.view import Row, Value, View

NONE = "-"
"""Stands for a column without a value."""

MOST_LISTED = 40
"""Names that an error lists."""


def short_keys(view: View, rows: Sequence[Row]) -> list[str]:
    """The name of each row: its keys, and as many of the ties as tell it from the others."""
    least, names = len(view.keys), (*view.keys, *view.ties)
    parts = [[_spellings(getattr(row, name))[0] for name in names] for row in rows]
    begun = Counter(tuple(part[:n]) for part in parts for n in range(least, len(names) + 1))

    def enough(part: list[str]) -> int:
        alone = (n for n in range(least, len(names)) if begun[tuple(part[:n])] == 1)
        return next(alone, len(names))

    return [f"{view.name}/{'/'.join(part[: enough(part)])}" for part in parts]


def find_row(view: View, rows: Sequence[Row], typed: str) -> Row:
    """The row that the text after `VIEW/` names.

    Raises NothingSuchError when there is none, and InputError when it fits several; both list
    what there is.
    """
    keys, columns = short_keys(view, rows), (*view.keys, *view.ties)
    named = [row for key, row in zip(keys, rows, strict=True) if key == f"{view.name}/{typed}"]
    if len(named) == 1:
        return named[0]
    for loosely in (False, True):
        fitting = [n for n, row in enumerate(rows) if _fits(typed, row, columns, loosely)]
        if len(fitting) == 1:
            return rows[fitting[0]]
        if fitting:
            listed = _listed([keys[n] for n in fitting])
            what = f"{view.name}/{typed} fits {len(fitting)} rows"
            raise InputError(what if typed else f"{view.name} has {len(rows)} rows", hint=listed)
    listed = _listed(keys)
    raise NothingSuchError(
        f"{view.name} has no row {typed!r} at this cut",
        hint=hints(did_you_mean(f"{view.name}/{typed}", keys), listed),
    )


def _fits(typed: str, row: Row, names: Sequence[str], loosely: bool) -> bool:
    """Whether the text gives the first columns of a row; every row fits an empty text.

    A text may hold slashes of its own (`../2029`), so it is not taken apart beforehand.
    """
    if not typed:
        return True
    if not names:
        return False
    for spelling in _spellings(getattr(row, names[0]))[: None if loosely else 2]:
        head, rest = typed[: len(spelling)], typed[len(spelling) :]
        here = _plain(head) == _plain(spelling) and (not rest or rest.startswith("/"))
        if here and _fits(rest[1:], row, names[1:], loosely):
            return True
    return False


def _spellings(value: Value) -> tuple[str, ...]:
    """How a value may be typed: as names have it, as it is printed, then more loosely."""
    if value is None or value == ():
        return (NONE, NONE)
    if isinstance(value, PartialDate):
        loose = (value.edtf.removeprefix("../"),) if value.is_open_start else ()
        return (value.edtf, value.text(), *loose)
    if isinstance(value, Party):
        return (_hyphened(str(value)), value.text(), value.company or str(value.unnamed))
    if isinstance(value, tuple):
        ids = "+".join(str(item).partition(":")[2] or str(item) for item in value)
        return (ids, ", ".join(map(str, value)))
    text = str(value.text() if hasattr(value, "text") else value)
    kind, colon, id_ = text.partition(":")
    if colon and kind.isalpha() and "@" not in text:
        return (id_, text)
    return (_hyphened(text), text)


def _hyphened(text: str) -> str:
    return text.replace(" ", "-")


def _plain(text: str) -> str:
    """Without the differences that do not matter: capitals, spaces, underscores."""
    return text.casefold().replace(" ", "-").replace("_", "-")


def _listed(names: Sequence[str]) -> str:
    if not names:
        return "It has no rows."
    more = f" and {len(names) - MOST_LISTED} more" if len(names) > MOST_LISTED else ""
    return f"Rows: {', '.join(names[:MOST_LISTED])}{more}."
