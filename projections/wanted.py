"""Which rows of a view are wanted, as far as its table can tell: conditions in SQL.

A filter is a function on rows, and that alone decides. What it says here lets the database leave
out rows that it would drop: none that it keeps may be missing, others may be among them.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TypeAlias

Condition: TypeAlias = tuple[str, tuple[str | int, ...]]
"""A condition in SQL, and what is given for its marks."""

LONGEST = 1_000
"""Characters of a text that a database is asked for."""

LARGEST = 2**63 - 1
"""The largest number that a database knows."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Some rows of a view.

    streams: those of these streams alone, which holds wherever the rows come from; None for all.
    conditions: all of them hold; they serve tables only. newest_first: of a view of facts, the
    last one comes first.
    """

    streams: tuple[str, ...] | None = None
    conditions: tuple[Condition, ...] = ()
    newest_first: bool = False

    @classmethod
    def of(cls, streams: Iterable[str], *conditions: Condition) -> Wanted:
        """Rows of these streams alone; what no stream can be called is left out."""
        return cls(tuple(filter(askable, streams)), conditions)

    def from_newest(self) -> Wanted:
        """The same rows, the last one first."""
        return replace(self, newest_first=True)

    def clause(self, *more: Condition) -> Condition:
        """What follows the table's name in a query, with more conditions."""
        found = (*self.conditions, *more)
        if self.streams is not None:
            found = (*found, _one_of("stream", self.streams) if self.streams else ("1 = 0", ()))
        if not found:
            return "", ()
        sql = " AND ".join(f"({sql})" for sql, _ in found)
        return f"WHERE {sql}", tuple(value for _, given in found for value in given)


ALL = Wanted()
"""Every row."""


def askable(text: str) -> bool:
    """Whether every database can be asked for a text."""
    return text.isprintable() and len(text) <= LONGEST


def one_of(column: str, words: Iterable[str]) -> Iterable[Condition]:
    """The condition that a column holds one of these words, if it can be asked for them."""
    known = tuple(dict.fromkeys(words))
    if all(map(askable, known)):
        yield _one_of(column, known)


def has_one_of(column: str, words: Iterable[str]) -> Iterable[Condition]:
    """The same of a column of several values, which stand in a cell as a list in JSON."""
    known = tuple(dict.fromkeys(words))
    if all(map(askable, known)):
        # Beginning and end of the word in the list: one that is longer is another one.
        patterns = (_escaped(json.dumps(word, ensure_ascii=False)) for word in known)
        likes = " OR ".join([f"\"{column}\" LIKE ? ESCAPE '!'"] * len(known))
        yield likes, tuple(f"%{pattern}%" for pattern in patterns)


def either(conditions: Iterable[Condition]) -> Condition:
    """The condition that one of these holds."""
    found = tuple(conditions)
    given = tuple(value for _, values in found for value in values)
    return " OR ".join(f"({sql})" for sql, _ in found), given


def _one_of(column: str, words: tuple[str, ...]) -> Condition:
    return f'"{column}" IN ({", ".join("?" * len(words))})', words


def _escaped(text: str) -> str:
    for special in "!%_":
        text = text.replace(special, f"!{special}")
    return text
