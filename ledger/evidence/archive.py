"""The archive: documents kept in the ledger by their SHA-256, and the text in them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from ledger.database import Connection
from ledger.errors import DamagedError

if TYPE_CHECKING:
    from ledger.evidence.quote import Text
    from ledger.source import Source


def digest(data: bytes) -> str:
    """What a document is kept under: its SHA-256 in hexadecimal digits."""
    return sha256(data).hexdigest()


def keep(cursor: Any, data: bytes) -> str:
    """Keep a document, unless it is there already; its digest."""
    name = digest(data)
    if not holds(cursor, name):
        cursor.execute("INSERT INTO documents VALUES (?, ?)", (name, data))
    return name


def holds(cursor: Any, sha256_: str) -> bool:
    """Whether a document is kept here."""
    cursor.execute("SELECT 1 FROM documents WHERE sha256 = ?", (sha256_,))
    return cursor.fetchone() is not None


def document(cursor: Any, sha256_: str) -> bytes | None:
    """The bytes of a document, or None when it is not kept here.

    Raises DamagedError for bytes that are not those that were archived.
    """
    cursor.execute("SELECT data FROM documents WHERE sha256 = ?", (sha256_,))
    row = cursor.fetchone()
    if row is None:
        return None
    if not isinstance(row[0], bytes) or digest(row[0]) != sha256_:
        raise DamagedError(
            f"the archived document {sha256_} is not what was archived",
            hint="`lsledger source check` tells which documents were changed.",
        )
    return row[0]


def digests(connection: Connection) -> list[str]:
    """The digests of all documents that are kept."""
    return [name for (name,) in connection.execute("SELECT sha256 FROM documents ORDER BY 1")]


def text_of(connection: Connection, source: Source) -> Text | None:
    """The text of the document that a source has in the archive; None when there is none, or
    no text can be taken from it.
    """
    if source.sha256 is None or source.media_type is None:
        return None
    data = document(connection.cursor(), source.sha256.value)
    return text(data, source.media_type.value) if data is not None else None


def text(data: bytes, media_type: str) -> Text | None:
    """The text of a document, ready to be searched; None when none can be taken from it."""
    from ledger.evidence.document import paragraphs
    from ledger.evidence.quote import prepared

    found = paragraphs(data, media_type)
    return prepared(found) if found is not None else None


@dataclass(frozen=True, slots=True)
class Held:
    """One document that is kept, or that a source says is.

    stream: the source, or None when no source names it. state: `unchanged`, `changed` (its
    bytes are not those of its SHA-256), `missing` or `no source names it`.
    """

    stream: str | None
    sha256: str
    state: str

    @property
    def ok(self) -> bool:
        """Whether nothing was lost or changed."""
        return self.state not in ("changed", "missing")


def hashed_anew(connection: Connection) -> Iterator[Held]:
    """Every kept document, hashed anew, and every one that a source names and is not there.

    Raises DamagedError when the facts about sources cannot be read.
    """
    states = {}
    for name in digests(connection):  # one at a time: together they may be larger than memory
        row = connection.execute("SELECT data FROM documents WHERE sha256 = ?", (name,)).fetchone()
        same = row is not None and isinstance(row[0], bytes) and digest(row[0]) == name
        states[str(name)] = "unchanged" if same else "changed"
    named = set()
    for stream, name in _named_by_sources(connection):
        named.add(name)
        yield Held(stream, name, states.get(name, "missing"))
    for name in sorted(states.keys() - named):
        state = "no source names it" if states[name] == "unchanged" else states[name]
        yield Held(None, name, state)


def _named_by_sources(connection: Connection) -> Iterator[tuple[str, str]]:
    from ledger import history
    from ledger.source import Source
    from ledger.timeline import state_at

    for stream in history.stream_names(connection, "source"):
        state = state_at(stream, history.stream(connection, stream), date.max)
        assert isinstance(state, Source)
        if state.media_type is not None and state.sha256 is not None:
            yield stream, state.sha256.value
