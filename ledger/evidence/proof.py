"""Proofs that anyone can check from files alone.

Inclusion, in the form of C2SP tlog-proof: the fact is in the tree that a checkpoint signed.

    c2sp.org/tlog-proof@v1
    index N
    the hashes from the leaf's sibling to below the root, in base64
    an empty line
    the checkpoint

Consistency, in the form in which C2SP tlog-witness is asked: the tree of a later checkpoint
begins with that of an earlier one, whose size stands in the first line, `old N`; then the
hashes, an empty line, the later checkpoint.
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

from ledger.evidence.checkpoint import Head
from ledger.evidence.errors import NoteError, ProofError
from ledger.evidence.merkle import HASH, HINT, check_consistency, leaf_hash, root_of_inclusion
from ledger.evidence.note import Note, VerifierKey, unbase64, verified

Signers: TypeAlias = tuple[VerifierKey, ...]
"""The trusted keys that signed."""

INCLUSION = "c2sp.org/tlog-proof@v1"
MOST_HASHES = 63
"""Hashes that a proof in the largest tree can have."""

_INDEX = re.compile(r"index (0|[1-9][0-9]{0,18})", re.ASCII)
_OLD = re.compile(r"old (0|[1-9][0-9]{0,18})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Inclusion:
    """That a fact is leaf `index` (from 0) of the tree that `checkpoint`, a note's text, signed."""

    index: int
    hashes: tuple[bytes, ...]
    checkpoint: str

    def __str__(self) -> str:
        return _joined([INCLUSION, f"index {self.index}"], self.hashes, self.checkpoint)

    def check(self, fact: bytes, keys: Sequence[VerifierKey]) -> tuple[Head, Signers]:
        """The signed head that the fact's stored bytes are shown to be in, and who signed it.

        Raises SignatureError, or ProofError when the proof does not lead to the signed root.
        """
        note = Note.parse(self.checkpoint)
        signers = verified(note, keys)
        head = Head.parse(note.text)
        found = root_of_inclusion(leaf_hash(fact), self.index, head.size, self.hashes)
        if found != head.root:
            raise ProofError(
                f"the fact is not number #{self.index + 1} of what the checkpoint signed",
                hint=HINT,
            )
        return head, signers


@dataclass(frozen=True, slots=True)
class Consistency:
    """That the tree which `checkpoint`, a note's text, signed begins with the `old` first facts
    of an earlier one.
    """

    old: int
    hashes: tuple[bytes, ...]
    checkpoint: str

    def __str__(self) -> str:
        return _joined([f"old {self.old}"], self.hashes, self.checkpoint)

    def check(self, earlier: str, keys: Sequence[VerifierKey]) -> tuple[Head, Head]:
        """The two signed heads, of the earlier checkpoint and of this one.

        Raises SignatureError, or ProofError when the later tree does not begin with the earlier.
        """
        notes = [Note.parse(earlier), Note.parse(self.checkpoint)]
        for note in notes:
            verified(note, keys)
        before, after = (Head.parse(note.text) for note in notes)
        if before.origin != after.origin:
            raise ProofError(
                f"the checkpoints are of two logs: {before.origin} and {after.origin}",
                hint="Compare checkpoints of one ledger.",
            )
        if before.size != self.old:
            raise ProofError(
                f"the proof begins at {self.old:,} facts, the earlier checkpoint has "
                f"{before.size:,}",
                hint="Ask for a proof since just that checkpoint.",
            )
        check_consistency(before.size, after.size, before.root, after.root, self.hashes)
        return before, after


def parse(text: str) -> Inclusion | Consistency:
    """The proof in a file; raises NoteError when there is none."""
    above, separator, checkpoint = text.partition("\n\n")
    lines = above.split("\n")
    if separator and lines[0] == INCLUSION:
        lines.pop(0)
        if lines and lines[0].startswith("extra "):
            lines.pop(0)  # the standard allows it, and nothing is proved by it
        found = _INDEX.fullmatch(lines[0]) if lines else None
        if found is not None:
            return Inclusion(int(found[1]), _hashes(lines[1:]), checkpoint)
    elif separator and (found := _OLD.fullmatch(lines[0])) is not None:
        return Consistency(int(found[1]), _hashes(lines[1:]), checkpoint)
    raise NoteError(
        "this is not a proof: neither a tlog-proof nor one of consistency",
        hint="Give it as `lsledger prove` wrote it.",
    )


def _hashes(lines: Sequence[str]) -> tuple[bytes, ...]:
    found = [unbase64(line) for line in lines]
    hashes = tuple(hash_ for hash_ in found if hash_ is not None and len(hash_) == HASH)
    if len(hashes) != len(lines) or len(hashes) > MOST_HASHES:
        raise NoteError(
            "the proof has a line that is not a hash in base64",
            hint="Give it as `lsledger prove` wrote it.",
        )
    return hashes


def _joined(first: Sequence[str], hashes: Sequence[bytes], checkpoint: str) -> str:
    lines = [*first, *(b64encode(hash_).decode() for hash_ in hashes)]
    return "\n".join(lines) + "\n\n" + checkpoint
