"""Reading facts back without the library: for views of the past, `show`, and exports.

It works on a connection that cannot write, so that a ledger without write access can
still be asked everything.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain, groupby
from operator import itemgetter
from typing import Any, Protocol

from ledger.codec import decode, decode_stream
from ledger.database import Rows
from ledger.envelope import Fact

PAGE = 1_000


class Asked(Protocol):
    """A connection, or a transaction that somebody writes in."""

    def execute(self, sql: str, given: Sequence[Any] = (), /) -> Rows:
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


def last(connection: Asked, type_name: str | None = None) -> Fact | None:
    """The newest fact, or the newest of a type."""
    # Facts are kept under their type and its version: plant.completed/1.
    of_type = "" if type_name is None else "WHERE type >= ? AND type < ? "
    found = connection.execute(
        f"SELECT data FROM facts {of_type}ORDER BY seq DESC LIMIT 1",
        () if type_name is None else (f"{type_name}/", f"{type_name}0"),
    ).fetchone()
    return decode(found[0]) if found is not None else None


def stream(connection: Asked, name: str) -> list[Fact]:
    """The facts of one stream in the order they were recorded."""
    found = connection.execute(
        "SELECT data FROM facts WHERE stream = ? ORDER BY version",
        (name,),
    ).fetchall()
    return decode_stream(name, (data for (data,) in found))


def by_stream(connection: Asked) -> Iterator[tuple[str, list[Fact]]]:
    """Every stream and its facts, in the order of their names; one at a time is held."""
    for name, found in groupby(_in_order_of_streams(connection), key=itemgetter(0)):
        yield name, decode_stream(name, (data for _, _, data in found))


def _in_order_of_streams(connection: Asked) -> Iterator[tuple[str, int, bytes]]:
    """The name, version and bytes of every fact, in the order of the names."""
    last: tuple[str, int] = ("", 0)
    while True:
        page = connection.execute(
            "SELECT stream, version, data FROM facts WHERE (stream, version) > (?, ?) "
            "ORDER BY stream, version LIMIT ?",
            (*last, PAGE),
        ).fetchall()
        yield from page
        if len(page) < PAGE:
            return
        last = page[-1][:2]


def streams(
    connection: Asked, names: Sequence[str], until: int | None = None
) -> dict[str, list[Fact]]:
    """The facts of several streams, of each in the order they were recorded.

    until: the sequence number of the last fact that is read; None for all.
    """
    within = "" if until is None else " AND seq <= ?"
    found = connection.execute(
        f"SELECT stream, data FROM facts WHERE stream IN ({', '.join('?' * len(names))}){within} "
        "ORDER BY stream, version",
        (*names, *(() if until is None else (until,))),
    )
    stored: dict[str, list[bytes]] = {name: [] for name in names}
    for name, data in found:
        stored[name].append(data)
    return {name: decode_stream(name, of_stream) for name, of_stream in stored.items()}


def stream_names(connection: Asked, kind: str | None = None) -> list[str]:
    """The names of all streams, or of those of one kind, in order."""
    where, given = ("WHERE stream >= ? AND stream < ?", (f"{kind}:", f"{kind};"))
    found = connection.execute(
        f"SELECT DISTINCT stream FROM facts {where if kind else ''} ORDER BY 1",
        given if kind else (),
    ).fetchall()
    return [name for (name,) in found]
