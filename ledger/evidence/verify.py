"""Verification: whether anyone has touched the record since it was made.

Nothing that the ledger stores about itself is believed: every fact's bytes are hashed anew
(`scan.py`), and what is stored beside them must agree with that. What a ledger that was changed
as a whole cannot hide is a key, a checkpoint or an export that somebody else holds.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from ledger import database
from ledger.codec import NOT_A_FACT
from ledger.database import Connection, Database
from ledger.errors import LedgerError, hints
from ledger.evidence import archive, stamps
from ledger.evidence.checkpoint import Head
from ledger.evidence.errors import NoteError
from ledger.evidence.note import Note, VerifierKey, signers_among, verified
from ledger.evidence.scan import Record, has_table, raw, shown

if TYPE_CHECKING:
    from cryptography.x509 import Certificate

T = TypeVar("T")

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


SPOILT = (*NOT_A_FACT, ArithmeticError, AssertionError, LookupError, MemoryError)
"""What working on values raises that no ledger wrote."""


def attempted(where: Database, name: str, check: Callable[[], T]) -> T | Check:
    """What the function gives; what keeps it from that is a difference of the check so named,
    and the other checks go on.
    """
    try:
        with where.faults():
            return check()
    except LedgerError as error:
        return Check(name, "", (hints(f"it cannot be checked: {error.what}.", error.hint),))
    except SPOILT as error:
        why = f"it cannot be checked: {type(error).__name__} at a value that no ledger wrote"
        return Check(name, "", (why,))


def facts(record: Record) -> Check:
    """The facts themselves, by their bytes."""
    detail = f"{record.size:,}, without a gap; rows and bytes agree; times never decrease"
    return _check("facts", detail, record.facts)


def tree_over(record: Record) -> Check:
    """The stored tiles against the tree over the facts."""
    return _check("tree", f"{record.size:,} leaves, root {record.edge.root().hex()}", record.tiles)


def checkpoint_sizes(connection: Connection) -> Iterator[int]:
    """The sizes of the trees that kept checkpoints are of."""
    if not has_table(connection, "checkpoints"):
        return
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
    elif record.roots.get(head.size) != head.root:
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
        if not isinstance(response, bytes):
            differences.append(f"the stamp of the checkpoint of {_size_of(text)} facts is no bytes")
            continue
        try:
            times.append(stamps.read(response, raw(text), roots).time)
        except LedgerError as error:
            differences.append(
                f"the stamp of the checkpoint of {_size_of(text)} facts: {error.what}"
            )
    if not times and not differences:
        if roots is not None:
            gone = "none is kept, though an authority is trusted: they were removed, or never made"
            return Check("timestamps", "", (gone,))
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
        f"{document.stream or 'no source'}: the document {shown(document.sha256)} is "
        f"{document.state}"
        for document in held
        if not document.ok
    ]
    spare = sum(document.stream is None for document in held)
    detail = f"{len(held):,} archived, unchanged"
    return _check(
        "documents", detail + (f"; {spare} that no source names" if spare else ""), differences
    )


def of_version_1(connection: Connection, trusted: Collection[VerifierKey]) -> Check:
    """Of a ledger that an earlier version made: that it has no evidence yet, and says no other."""
    there = [name for name in database.EVIDENCE_TABLES if has_table(connection, name)]
    if there:
        told = f"it is said to be of an earlier version, and has the tables {', '.join(there)}"
        return Check("evidence", "", (told,))
    if trusted:
        gone = "none is kept, though a key is trusted: it was removed, or never there"
        return Check("evidence", "", (gone,))
    nothing = "none is kept yet: an earlier version made it, and nothing was recorded since"
    return Check("evidence", nothing, checked=False)


def _check(name: str, detail: str, differences: list[str]) -> Check:
    more = len(differences) - MOST
    named = differences[:MOST] + ([f"and {more:,} more"] if more > 0 else [])
    return Check(name, detail, tuple(named))
