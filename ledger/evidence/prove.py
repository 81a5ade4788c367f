"""Making proofs from a ledger: that a fact is signed, that a checkpoint continues another."""

from __future__ import annotations

from ledger.database import Connection
from ledger.evidence import checkpoint, merkle, tree
from ledger.evidence.checkpoint import Head, Kept
from ledger.evidence.errors import InconsistentError, NoCheckpointError
from ledger.evidence.note import Note, signers_among
from ledger.evidence.proof import Consistency, Inclusion

SIGN = "`lsledger checkpoint --key FILE` signs what is recorded up to now."


def inclusion(connection: Connection, seq: int) -> tuple[Inclusion, bytes]:
    """The proof that the fact with that sequence number is in the newest checkpoint, and the
    fact's bytes.

    Raises NoCheckpointError when none covers it, InconsistentError when the record is not what
    was signed.
    """
    cursor = connection.cursor()
    signed = _newest(connection)
    head = signed.head
    if seq > head.size:
        raise NoCheckpointError(
            f"#{seq} was recorded after the newest checkpoint, which covers {head.size:,} facts",
            hint=SIGN,
        )
    cursor.execute("SELECT data FROM facts WHERE seq = ?", (seq,))
    row = cursor.fetchone()
    if row is None or not isinstance(row[0], bytes):
        raise _differs(head)
    data = row[0]
    hashes = merkle.inclusion_proof(seq - 1, head.size, tree.hash_at(cursor))
    leaf = merkle.leaf_hash(data)
    if merkle.root_of_inclusion(leaf, seq - 1, head.size, hashes) != head.root:
        raise _differs(head)
    return Inclusion(seq - 1, tuple(hashes), signed.text), data


def consistency(connection: Connection, earlier: str) -> Consistency:
    """The proof that the newest checkpoint continues an earlier one, given as its text.

    Raises NoteError, NoCheckpointError, SignatureError for a signature that does not hold, or
    InconsistentError when it does not continue it.
    """
    note = Note.parse(earlier)
    old = Head.parse(note.text)
    signed = _newest(connection)
    # A signature by a key that is known here must hold; whose others are, the reader judges.
    signers_among(note, [one.verifier_key for one in checkpoint.kept(connection.cursor())])
    head = signed.head
    if old.size > head.size:
        raise InconsistentError(
            f"the earlier checkpoint is of {old.size:,} facts, the newest here of {head.size:,}",
            hint=f"Facts are missing here, or the newest are not signed yet: {SIGN}",
        )
    cursor = connection.cursor()
    for one in (old, head):
        if tree.root(cursor, one.size) != one.root:
            raise _differs(one)
    hashes = merkle.consistency_proof(old.size, head.size, tree.hash_at(cursor))
    return Consistency(old.size, tuple(hashes), signed.text)


def _newest(connection: Connection) -> Kept:
    signed = checkpoint.newest(connection.cursor())
    if signed is None:
        raise NoCheckpointError("no checkpoint was signed in this ledger", hint=SIGN)
    return signed


def _differs(head: Head) -> InconsistentError:
    return InconsistentError(
        f"the record is not what the checkpoint of {head.size:,} facts signed",
        hint="`lsledger verify` tells what differs.",
    )
