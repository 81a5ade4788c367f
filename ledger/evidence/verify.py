"""Verification: whether anyone has touched the record since it was made.

Nothing that the ledger stores about itself is believed: every fact's bytes are hashed anew
(`scan.py`), and what is stored beside them must agree with that. What a ledger that was changed
as a whole cannot hide is a key, a checkpoint or an export that somebody else holds.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from sqlite3 import Connection
from typing import TYPE_CHECKING

from ledger import database
from ledger.database import Database
from ledger.errors import LedgerError, hints
from ledger.evidence import archive, stamps
from ledger.evidence.checkpoint import Head
from ledger.evidence.errors import NoteError
from ledger.evidence.note import Note, VerifierKey, signers_among, verified
from ledger.evidence.scan import Record, raw, shown

if TYPE_CHECKING:
    from cryptography.x509 import Certificate

MOST = 20
"""Differences of one kind that are named; the rest is counted."""


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was checked: what was found in order, and every difference found.

    checked: False where there was nothing to check.
    """

    name: str
    detail: str
    differences: tuple[str, ...] = ()
    checked: bool = True

    @property
    def ok(self) -> bool:
        """Whether nothing differs."""
        return not self.differences


def attempted(where: Database, name: str, check: Callable[[], Check]) -> Check:
    """The check; what keeps it from being made is a difference, and the other checks go on."""
    try:
        with database.faults(where):
            return check()
    except LedgerError as error:
        return Check(name, "", (hints(f"it cannot be checked: {error.what}.", error.hint),))


def facts(record: Record) -> Check:
    """The facts themselves, by their bytes."""
    detail = f"{record.size:,}, without a gap; rows and bytes agree; times never decrease"
    return _check("facts", detail, record.facts)


def tree_over(record: Record) -> Check:
    """The stored tiles against the tree over the facts."""
    return _check("tree", f"{record.size:,} leaves, root {record.edge.root().hex()}", record.tiles)


def checkpoint_sizes(connection: Connection) -> Iterator[int]:
    """The sizes of the trees that kept checkpoints are of."""
    for (text,) in connection.execute("SELECT note FROM checkpoints"):
        with suppress(NoteError):
            yield Head.parse(Note.parse(str(text)).text).size


def checkpoints(connection: Connection, record: Record, trusted: Collection[VerifierKey]) -> Check:
    """Every kept checkpoint: its form, its signature, and that the record begins with its tree.

    trusted: the keys that somebody holds; without any, those that the ledger itself keeps.
    """
    rows = connection.execute(
        "SELECT note, size, verifier_key FROM checkpoints ORDER BY size, rowid"
    ).fetchall()
    if not rows:
        if trusted:
            gone = "none is kept, though a key is trusted: they were removed, or never signed"
            return Check("checkpoints", "", (gone,))
        nothing = "none is kept: `lsledger checkpoint --key FILE` signs one"
        return Check("checkpoints", nothing, checked=False)
    differences, names, newest = [], set(), 0
    for number, (text, size, key) in enumerate(rows, start=1):
        try:
            note = Note.parse(str(text))
            head = Head.parse(note.text)
            own = VerifierKey.parse(str(key))
            if not signers_among(note, [own]):
                differences.append(f"checkpoint {number}: the key beside it is not its signer")
            elif trusted:
                verified(note, [*trusted])
        except LedgerError as error:
            differences.append(f"checkpoint {number}, of {shown(size)} facts: {error}")
            continue
        names.add(head.origin)
        newest = max(newest, head.size)
        if head.size != size:
            differences.append(f"checkpoint {number} is of {head.size:,} facts, not of {size}")
        differences += contradictions(head, record)
    if len(names) > 1:
        differences.append(f"they are of several logs: {', '.join(sorted(names))}")
    whose = "a trusted key" if trusted else "keys kept beside them; --trust names one that you hold"
    unsigned = record.size - newest
    covers = f"all but the last {unsigned:,} of the facts" if unsigned else "all facts"
    detail = f"{len(rows):,} kept, covering {covers}; signed by {whose}"
    return _check("checkpoints", detail, differences)


def contradictions(head: Head, record: Record) -> Iterator[str]:
    """What shows that the record does not begin with the tree of a checkpoint."""
    if head.size > record.size:
        yield (
            f"the checkpoint of {head.size:,} facts: #{record.size + 1} to #{head.size} are missing"
        )
    elif record.roots[head.size] != head.root:
        yield (
            f"the checkpoint of {head.size:,} facts: the first {head.size:,} facts are not those "
            "that were signed"
        )


def timestamps(connection: Connection, roots: Sequence[Certificate] | None) -> Check:
    """The time stamps: that each is of a kept checkpoint, and with roots, who made it.

    roots: the authorities that are trusted.
    """
    kept = {text for (text,) in connection.execute("SELECT note FROM checkpoints")}
    differences, times = [], []
    for text, response in connection.execute("SELECT note, response FROM timestamps"):
        if text not in kept:
            differences.append("a time stamp is of a checkpoint that is not kept")
            continue
        try:
            times.append(stamps.read(raw(response), raw(text), roots).time)
        except LedgerError as error:
            differences.append(
                f"the stamp of the checkpoint of {_size_of(text)} facts: {error.what}"
            )
    if not times and not differences:
        return Check("timestamps", "none is kept", checked=False)
    detail = f"{len(times):,} kept"
    if times:
        detail += f", the last of {max(times):%Y-%m-%d %H:%M:%S}Z"
        if roots is None:
            detail += "; who made them was not checked: --timestamp ROOTS.pem names whom you trust"
    return _check("timestamps", detail, differences)


def _size_of(note: object) -> str:
    """The size that a checkpoint's text states, for a report."""
    return str(note).partition("\n")[2].partition("\n")[0]


def documents(connection: Connection) -> Check:
    """The archived documents, hashed anew, and whether each one that a source names is there."""
    held = list(archive.hashed_anew(connection))
    if not held:
        return Check("documents", "none is archived", checked=False)
    differences = [
        f"{document.stream or 'no source'}: the document {document.sha256} is {document.state}"
        for document in held
        if not document.ok
    ]
    spare = sum(document.stream is None for document in held)
    detail = f"{len(held):,} archived, unchanged"
    return _check(
        "documents", detail + (f"; {spare} that no source names" if spare else ""), differences
    )


def protection(connection: Connection) -> Check:
    """The triggers that keep the database from changing what is recorded."""
    differences = [
        f"{shown(name)} is a {kind}, where lsledger has tables only"
        for name, kind in database.foreign(connection)
    ]
    if not database.protected(connection):
        differences.append("the triggers that refuse changes are missing, or others are there")
    return _check("protection", "the triggers that refuse changes are in place", differences)


def _check(name: str, detail: str, differences: list[str]) -> Check:
    more = len(differences) - MOST
    named = differences[:MOST] + ([f"and {more:,} more"] if more > 0 else [])
    return Check(name, detail, tuple(named))
