"""The time stamps that are kept with checkpoints: each is of one signed checkpoint's bytes."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import new
from typing import TYPE_CHECKING, Any

from ledger.errors import hints
from ledger.evidence import timestamp
from ledger.evidence.checkpoint import Kept, kept
from ledger.evidence.errors import NoCheckpointError, TimestampError
from ledger.evidence.timestamp import Stamp

if TYPE_CHECKING:
    from cryptography.x509 import Certificate


def read(response: bytes, checkpoint: bytes, roots: Sequence[Certificate] | None) -> Stamp:
    """What a kept time stamp says of its checkpoint; with roots, by an authority that is trusted.

    Raises TimestampError.
    """
    if roots is None:
        return timestamp.same_data(response, checkpoint)
    return timestamp.check(response, checkpoint, roots)


def meant(cursor: Any, stamp: Stamp) -> Kept:
    """The kept checkpoint that a time stamp is of.

    Raises NoCheckpointError without checkpoints, TimestampError when it is of none of them.
    """
    found = kept(cursor)
    for one in reversed(found):
        if new(stamp.algorithm, one.text.encode()).digest() == stamp.digest:
            return one
    begin = "`lsledger checkpoint --key FILE --timestamp-request FILE.tsq` begins it."
    if not found:
        raise NoCheckpointError(
            "no checkpoint was signed that a time stamp could be of", hint=begin
        )
    raise TimestampError(
        "the time stamp is of none of the checkpoints that are kept here",
        hint=hints("Is it the answer to another request, or another ledger's?", begin),
    )


def keep(cursor: Any, response: bytes, checkpoint: Kept) -> None:
    """Keep a time stamp that was checked with its checkpoint; one that is kept stays."""
    cursor.execute(
        "SELECT 1 FROM timestamps WHERE note = ? AND response = ?", (checkpoint.text, response)
    )
    if cursor.fetchone() is None:
        cursor.execute("INSERT INTO timestamps VALUES (?, ?)", (checkpoint.text, response))
