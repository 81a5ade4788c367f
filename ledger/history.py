"""Reading facts back without the library: for views of the past, `show`, and exports.

It works on a connection that cannot write, so that a ledger without write access can
still be asked everything.
"""

from __future__ import annotations

from collections.abc import Iterator
from sqlite3 import Connection

from ledger.codec import decode, decode_stream
from ledger.envelope import Fact

PAGE = 1_000


def facts(connection: Connection, after: int = 0) -> Iterator[Fact]:
    """All facts with a higher sequence number than `after`, in recorded order."""
    return (decode(data) for data in stored(connection, after))


def stored(connection: Connection, after: int = 0) -> Iterator[bytes]:
    """The same as the bytes that are stored."""
    cursor = connection.execute(
        "SELECT state FROM stored_events WHERE rowid > ? ORDER BY rowid", (after,)
    )
    while page := cursor.fetchmany(PAGE):
        yield from (data for (data,) in page)


def stream(connection: Connection, name: str) -> list[Fact]:
    """The facts of one stream in the order they were recorded."""
    found = connection.execute(
        "SELECT state FROM stored_events WHERE originator_id = ? ORDER BY originator_version",
        (name,),
    )
    return decode_stream(name, (data for (data,) in found))


def stream_names(connection: Connection, kind: str | None = None) -> list[str]:
    """The names of all streams, or of those of one kind, in order."""
    where, given = ("WHERE originator_id >= ? AND originator_id < ?", (f"{kind}:", f"{kind};"))
    found = connection.execute(
        f"SELECT DISTINCT originator_id FROM stored_events {where if kind else ''} ORDER BY 1",
        given if kind else (),
    )
    return [name for (name,) in found]
