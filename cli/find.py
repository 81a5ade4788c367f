"""Finding a stream by what a person types: `plant:acme-north`, or `acme-north` alone."""

from __future__ import annotations

from sqlite3 import Connection

from ledger.errors import NothingSuchError, StreamNameError, did_you_mean
from ledger.streams import KINDS


def find_stream(connection: Connection, name: str) -> str:
    """The stream's full name.

    Raises NothingSuchError with the nearest names, StreamNameError when several kinds have
    a stream of that id.
    """
    kind, colon, _ = name.partition(":")
    if colon and kind not in KINDS:
        raise StreamNameError(
            f"there is no kind of stream {kind!r}",
            hint=did_you_mean(kind, KINDS) or f"Kinds: {', '.join(KINDS)}.",
        )
    wanted = [name] if colon else [f"{kind}:{name}" for kind in KINDS]
    marks = ", ".join("?" * len(wanted))
    found = [
        stream
        for (stream,) in connection.execute(
            f"SELECT DISTINCT originator_id FROM stored_events WHERE originator_id IN ({marks})",
            wanted,
        )
    ]
    if len(found) == 1:
        return str(found[0])
    if found:
        raise StreamNameError(
            f"{name} is the id of {len(found)} streams", hint=f"Say which: {' or '.join(found)}."
        )
    names = [
        row[0] for row in connection.execute("SELECT DISTINCT originator_id FROM stored_events")
    ]
    near = did_you_mean(name, names if colon else {n.partition(":")[2]: n for n in names})
    raise NothingSuchError(
        f"nothing is recorded of {name}", hint=near or "`lsledger log` lists what is recorded."
    )
