"""Comparing the record with what somebody else holds: a checkpoint, or a copy of the log.

Whoever may write to a ledger's file can change all of it, so that it agrees with itself again.
What was handed out before cannot be changed with it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from ledger import history
from ledger.database import Connection
from ledger.errors import FileMissingError
from ledger.evidence import checkpoint, tiles
from ledger.evidence.checkpoint import Head
from ledger.evidence.errors import NoteError, SignatureError
from ledger.evidence.note import Note, VerifierKey, signers_among, verified
from ledger.evidence.scan import Record
from ledger.evidence.verify import Check, contradictions

LARGEST_BUNDLE = tiles.WIDTH * (2 + 0xFFFF)
"""Bytes of the largest bundle of entries."""


@dataclass(frozen=True, slots=True)
class Given:
    """A checkpoint that somebody holds. name: how it was given."""

    name: str
    note: Note
    head: Head


def given(text: str, name: str) -> Given:
    """The checkpoint in a text; raises NoteError for a text that is none."""
    note = Note.parse(text)
    return Given(name, note, Head.parse(note.text))


def compared(
    held: Given, record: Record, connection: Connection, trusted: Collection[VerifierKey]
) -> Check:
    """Whether the record begins with the tree of a checkpoint that somebody holds.

    trusted: keys that somebody holds; without any, its signature is checked by the kept keys.
    """
    own = checkpoint.kept(connection.cursor())
    differences = list(contradictions(held.head, record))
    origins = {one.head.origin for one in own}
    if origins and held.head.origin not in origins:
        differences.append(f"it is of the log {held.head.origin}, this one is {origins.pop()}")
    signed = "its signature was not checked: --trust names its key"
    try:
        if trusted:
            verified(held.note, list(trusted))
            signed = "signed by a trusted key"
        elif signers_among(held.note, [one.verifier_key for one in own]):
            signed = "signed by a key that the ledger keeps"
    except SignatureError as error:
        differences.append(error.what)
    detail = f"the record begins with its {held.head.size:,} facts; {signed}"
    return Check(f"against {held.name}", detail, tuple(differences))


def log_compared(folder: Path, size: int, connection: Connection) -> Check:
    """Every entry of a copy of the log, as `export log` writes it, against the facts."""
    here = history.numbered(connection)
    count, differences = 0, list[str]()
    for seq, entry in enumerate(entries(folder, size), start=1):
        row = next(here, None)
        count = seq
        if row is None:
            differences.append(f"#{seq} and what follows it is in the copy, and missing here")
        elif (seq, entry) != row:
            differences.append(f"#{seq}: the copy holds other bytes")
        if differences:
            break
    return Check(
        f"against {folder.name}/tile/entries",
        f"its {count:,} facts are here, byte for byte",
        tuple(differences),
    )


def entries(folder: Path, size: int) -> Iterator[bytes]:
    """The entries of a copy of the log; raises FileMissingError or NoteError for what is none."""
    full, width = divmod(size, tiles.WIDTH)
    partial = [(full, width)] if width else []
    for number, wide in chain(((number, tiles.WIDTH) for number in range(full)), partial):
        path = folder / tiles.path("entries", number, wide)
        try:
            with path.open("rb") as bundle:
                found = list(tiles.unbundled(bundle.read(LARGEST_BUNDLE)))
        except OSError as error:
            raise FileMissingError(
                f"{path} cannot be read: {(error.strerror or 'unknown error').lower()}",
                hint="Give the folder as `lsledger export log -o FOLDER` wrote it.",
            ) from None
        except ValueError as error:
            raise NoteError(f"{path}: {error}", hint="The copy is damaged.") from None
        if len(found) != wide:
            raise NoteError(f"{path} has {len(found)} entries, not {wide}", hint="It is damaged.")
        yield from found
