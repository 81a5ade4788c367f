"""Reading facts back without the library: for views of the past, `show`, and exports.

It works on a connection that cannot write, so that a ledger without write access can
still be asked everything.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain
from typing import Any, Protocol

from ledger.codec import decode, decode_stream
from ledger.envelope import Fact

PAGE = 1_000


class Asked(Protocol):
    """A connection, or a transaction that somebody writes in."""

    def execute(self, sql: str, given: Sequence[Any] = (), /) -> Any:
        """The rows that a query gives."""


def facts(connection: Asked, after: int = 0) -> Iterator[Fact]:
    """All facts with a higher sequence number than `after`, in recorded order."""
    return (decode(data) for data in stored(connection, after))


def stored(connection: Asked, after: int = 0) -> Iterator[bytes]:
    """The same as the bytes that are stored."""
    return (data for page in _pages(connection, after) for _, data in page)


def numbered(connection: Asked, after: int = 0) -> Iterator[tuple[int, bytes]]:
    """The same with their sequence numbers."""
    return chain.from_iterable(_pages(connection, after))


def _pages(connection: Asked, after: int) -> Iterator[list[tuple[int, bytes]]]:
    """The same a page at a time: together they may be larger than memory."""
    while True:
        page = connection.execute(
            "SELECT seq, data FROM facts WHERE seq > ? ORDER BY seq LIMIT ?", (after, PAGE)
        ).fetchall()
        yield page
        if len(page) < PAGE:
            return
        after = page[-1][0]


def stream(connection: Asked, name: str) -> list[Fact]:
    """The facts of one stream in the order they were recorded."""
    found = connection.execute(
        "SELECT data FROM facts WHERE stream = ? ORDER BY version",
        (name,),
    ).fetchall()
    return decode_stream(name, (data for (data,) in found))


def stream_names(connection: Asked, kind: str | None = None) -> list[str]:
    """The names of all streams, or of those of one kind, in order."""
    where, given = ("WHERE stream >= ? AND stream < ?", (f"{kind}:", f"{kind};"))
    found = connection.execute(
        f"SELECT DISTINCT stream FROM facts {where if kind else ''} ORDER BY 1",
        given if kind else (),
    ).fetchall()
    return [name for (name,) in found]
