"""Reading facts back without the library: for views of the past, `show`, and exports.

It works on a connection that cannot write, so that a ledger without write access can
still be asked everything.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from operator import itemgetter

from ledger.codec import decode, decode_stream
from ledger.database import Connection, Cursor
from ledger.envelope import Fact

PAGE = 1_000


def facts(connection: Connection, after: int = 0) -> Iterator[Fact]:
    """All facts with a higher sequence number than `after`, in recorded order."""
    return (decode(data) for data in stored(connection, after))


def stored(connection: Connection, after: int = 0) -> Iterator[bytes]:
    """The same as the bytes that are stored."""
    return (data for _, data in numbered(connection, after))


def numbered(connection: Connection, after: int = 0) -> Iterator[tuple[int, bytes]]:
    """The same with their sequence numbers."""
    while True:
        page = connection.execute(
            "SELECT seq, data FROM facts WHERE seq > ? ORDER BY seq LIMIT ?", (after, PAGE)
        ).fetchall()
        yield from page
        if len(page) < PAGE:
            return
        after = page[-1][0]


def stream(connection: Connection, name: str) -> list[Fact]:
    """The facts of one stream in the order they were recorded."""
    return stream_by(connection.cursor(), name)


def stream_by(cursor: Cursor, name: str) -> list[Fact]:
    """The same inside a transaction."""
    cursor.execute("SELECT data FROM facts WHERE stream = ? ORDER BY version", (name,))
    return decode_stream(name, (data for (data,) in cursor.fetchall()))


def streams_by(cursor: Cursor) -> Iterator[tuple[str, list[Fact]]]:
    """Every stream and its facts, in the order of their names; one at a time is held."""
    for name, found in groupby(_by_stream(cursor), key=itemgetter(0)):
        yield name, decode_stream(name, (data for _, _, data in found))


def _by_stream(cursor: Cursor) -> Iterator[tuple[str, int, bytes]]:
    """The name, version and bytes of every fact, in the order of the names."""
    last: tuple[str, int] = ("", 0)
    while True:
        cursor.execute(
            "SELECT stream, version, data FROM facts WHERE (stream, version) > (?, ?) "
            "ORDER BY stream, version LIMIT ?",
            (*last, PAGE),
        )
        page = cursor.fetchall()
        yield from page
        if len(page) < PAGE:
            return
        last = page[-1][:2]


def stream_names(connection: Connection, kind: str | None = None) -> list[str]:
    """The names of all streams, or of those of one kind, in order."""
    where, given = ("WHERE stream >= ? AND stream < ?", (f"{kind}:", f"{kind};"))
    found = connection.execute(
        f"SELECT DISTINCT stream FROM facts {where if kind else ''} ORDER BY 1",
        given if kind else (),
    )
    return [name for (name,) in found]
