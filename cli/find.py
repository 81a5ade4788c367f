"""Finding a stream or a fact by what a person types: `plant:acme-north`, `acme-north`, `#12`."""

from __future__ import annotations

from ledger import history
from ledger.database import Connection
from ledger.errors import NothingSuchError, RefError, StreamNameError, did_you_mean
from ledger.streams import KINDS


def find_stream(connection: Connection, name: str) -> str:
    """The stream's full name.

    Raises NothingSuchError with the nearest names, StreamNameError when several kinds have
    a stream of that id.
    """
    if "@" in name:
        raise StreamNameError(
            f"{name} cites a fact, not a stream", hint=f"`lsledger log {name}` tells its life."
        )
    kind, colon, _ = name.partition(":")
    if colon and kind not in KINDS:
        raise StreamNameError(
            f"there is no kind of stream {kind!r}",
            hint=did_you_mean(kind, KINDS) or f"Kinds: {', '.join(KINDS)}.",
        )
    wanted = [name] if colon else [f"{kind}:{name}" for kind in KINDS]
    marks = ", ".join("?" * len(wanted))
    asked = f"SELECT DISTINCT stream FROM facts WHERE stream IN ({marks})"
    # What no terminal shows no stream is called, and not every database can be asked for it.
    rows = connection.execute(asked, wanted) if name.isprintable() else ()
    found = [stream for (stream,) in rows]
    if len(found) == 1:
        return str(found[0])
    if found:
        raise StreamNameError(
            f"{name} is the id of {len(found)} streams", hint=f"Say which: {' or '.join(found)}."
        )
    names = history.stream_names(connection)
    near = did_you_mean(name, names if colon else {n.partition(":")[2]: n for n in names})
    raise NothingSuchError(
        f"nothing is recorded of {name}", hint=near or "`lsledger log` lists what is recorded."
    )


def find_ref(connection: Connection, text: str) -> str:
    """A fact's reference from what a person types: `plant:x@2`, `x@2` or `#12`.

    Raises NothingSuchError, or RefError for what does not cite a fact.
    """
    if text.startswith("#") and text[1:].isdecimal():
        row = connection.execute(
            "SELECT stream, version FROM facts WHERE seq = ?",
            (int(text[1:]),) if len(text) < 19 else (0,),
        ).fetchone()
        if row is None:
            raise NothingSuchError(f"there is no fact {text}", hint="`lsledger log` lists them.")
        return f"{row[0]}@{row[1]}"
    name, at, version = text.rpartition("@")
    if not at or not version.isdecimal():
        raise RefError(
            f"{text!r} does not cite a fact",
            hint="A fact is cited as plant:acme-north@2 or #12; `lsledger show ID` shows a stream.",
        )
    return f"{find_stream(connection, name)}@{int(version)}"


def find_seq(connection: Connection, text: str) -> int:
    """A fact's sequence number from what a person types; raises as `find_ref` does."""
    ref = find_ref(connection, text)
    stream, _, version = ref.rpartition("@")
    row = connection.execute(
        "SELECT seq FROM facts WHERE stream = ? AND version = ?",
        (stream, int(version) if len(version) < 19 else 0),
    ).fetchone()
    if row is None:
        raise NothingSuchError(
            f"there is no fact {ref}", hint=f"`lsledger show {stream}` lists those there are."
        )
    return int(row[0])
