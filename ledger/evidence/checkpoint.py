"""Checkpoints: the signed head of the tree over the facts, as C2SP tlog-checkpoint has it.

    origin        whose log it is
    size          how many facts, in decimal
    root          the tree's root in base64

The text is signed as a note (`note.py`). Every checkpoint that was signed is kept, and a key
does not sign what contradicts one that it signed before. (c2sp.org/tlog-checkpoint)
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, repeat
from typing import Any

from ledger.errors import UsageError
from ledger.evidence import merkle, tree
from ledger.evidence.errors import InconsistentError, NoteError
from ledger.evidence.keys import SigningKey
from ledger.evidence.merkle import HASH
from ledger.evidence.note import Note, VerifierKey, check_name, signers_among, unbase64
from ledger.values.text import quoted

LARGEST_SIZE = (1 << 63) - 1
"""More than a database counts."""

PAGE = 100
"""Checkpoints that are read at a time, after the newest alone."""

_SIZE = re.compile(r"0|[1-9][0-9]{0,18}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Head:
    """The head of a tree: whose it is, how many leaves it has, and its root (32 bytes).

    extensions: further lines that another log may have written.
    """

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """The text that is signed."""
        lines = (self.origin, str(self.size), b64encode(self.root).decode(), *self.extensions)
        return "".join(f"{line}\n" for line in lines)

    @classmethod
    def parse(cls, text: str) -> Head:
        """The head that a note's text states; raises NoteError for another text."""
        lines = text.removesuffix("\n").split("\n")
        if len(lines) >= 3 and all(lines) and _SIZE.fullmatch(lines[1]):
            root = unbase64(lines[2])
            if root is not None and len(root) == HASH:
                return cls(lines[0], int(lines[1]), root, tuple(lines[3:]))
        raise NoteError(
            "this is not a checkpoint: an origin, a size and a root are expected",
            hint="Give it as `lsledger checkpoint` printed it.",
        )


@dataclass(frozen=True, slots=True)
class Kept:
    """A checkpoint that was signed here. text: the signed note, byte for byte."""

    text: str
    verifier_key: VerifierKey

    @property
    def head(self) -> Head:
        """What it states; raises NoteError when it was changed from outside."""
        return Head.parse(Note.parse(self.text).text)


def kept(cursor: Any) -> list[Kept]:
    """The kept checkpoints, from the smallest tree to the largest, then in the order of signing.

    Raises NoteError when one was changed from outside.
    """
    return list(_backwards(cursor))[::-1]


def newest(cursor: Any) -> Kept | None:
    """The kept checkpoint of the largest tree, the last one signed of it; raises NoteError."""
    return next(_backwards(cursor), None)


def _backwards(cursor: Any) -> Iterator[Kept]:
    """The kept checkpoints from the newest on, read as far as they are asked for."""
    before = (LARGEST_SIZE, LARGEST_SIZE)
    for page in chain((1,), repeat(PAGE)):
        cursor.execute(
            "SELECT note, verifier_key, size, rowid FROM checkpoints "
            "WHERE (size, rowid) < (?, ?) ORDER BY size DESC, rowid DESC LIMIT ?",
            (*before, page),
        )
        rows = cursor.fetchall()
        for text, key, size, number in rows:
            if not (isinstance(text, str) and isinstance(key, str)):
                raise NoteError(
                    f"the checkpoint of {size} facts was changed from outside",
                    hint="`lsledger verify` tells what differs.",
                )
            yield Kept(text, VerifierKey.parse(key))
            before = (size, number)
        if len(rows) < page:
            return


def sign_head(cursor: Any, key: SigningKey, origin: str | None = None) -> Kept:
    """Sign the present head of the tree, and keep the checkpoint; one signed before is found again.

    origin: None for that of the earlier checkpoints, or else the key's name. Raises
    InconsistentError when an earlier checkpoint signed another beginning, UsageError for an
    origin that is not the one of the earlier checkpoints.
    """
    earlier = newest(cursor)
    size = tree.size(cursor)
    _continues(cursor, size, key.verifier_key)
    signed = key.signed(Head(_origin(earlier, key, origin), size, tree.root(cursor, size)).text)
    made = Kept(str(signed), key.verifier_key)
    cursor.execute("SELECT 1 FROM checkpoints WHERE note = ?", (made.text,))
    if cursor.fetchone() is None:
        cursor.execute(
            "INSERT INTO checkpoints VALUES (?, ?, ?)", (made.text, size, str(made.verifier_key))
        )
    return made


def _continues(cursor: Any, size: int, key: VerifierKey) -> None:
    """Raise InconsistentError unless the tree continues what the key signed before.

    From the newest checkpoint back to one that the key has signed itself: that one was signed
    as a continuation of those before it. A key that is new has signed none, and all are looked at.
    """
    hash_at = tree.hash_at(cursor)
    for one in _backwards(cursor):
        head = one.head
        if head.size > size or merkle.root(head.size, hash_at) != head.root:
            raise InconsistentError(
                f"the record does not begin with the {head.size:,} facts that a checkpoint signed",
                hint="`lsledger verify` tells what differs. Nothing was signed.",
            )
        if signers_among(Note.parse(one.text), [key]):
            return


def _origin(earlier: Kept | None, key: SigningKey, wanted: str | None) -> str:
    before = earlier.head.origin if earlier is not None else None
    if before is not None and wanted not in (None, before):
        raise UsageError(
            f"the checkpoints of this ledger are of {before}, not of {quoted(str(wanted))}",
            hint="The origin names the ledger and stays; leave it out.",
        )
    return before or check_name(wanted or key.name)
