"""The Merkle tree of RFC 6962: hashes, roots, and proofs that one can check with them alone.

Section 2.1 of RFC 6962: a leaf is hashed with 0x00 before it, a node with 0x01 before its two
children; n leaves are split at the largest power of two below n. The proofs have the shape of
sections 2.1.1 and 2.1.2; they are checked by the algorithms of RFC 9162, section 2.1.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from hashlib import sha256

from ledger.evidence.errors import ProofError

HASH = 32
"""Bytes of a hash."""

EMPTY_ROOT = sha256(b"").digest()
"""The root of the tree without leaves."""

HINT = "The proof, the checkpoint or the fact was changed, or they do not belong together."

HashAt = Callable[[int, int], bytes]
"""From a level and an index to the hash of the complete subtree there: of the 2**level leaves
that begin at index * 2**level."""


def leaf_hash(data: bytes) -> bytes:
    """The hash of a leaf."""
    return sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of a node from those of its children."""
    return sha256(b"\x01" + left + right).digest()


def root_over(hashes: Sequence[bytes]) -> bytes:
    """The root of a tree with these hashes as its lowest row.

    All but the last must be of subtrees of one size, the last may be of a smaller one.
    """
    if not hashes:
        return EMPTY_ROOT
    row = list(hashes)
    while len(row) > 1:
        above = [node_hash(row[n], row[n + 1]) for n in range(0, len(row) - 1, 2)]
        if len(row) % 2:
            above.append(row[-1])
        row = above
    return row[0]


def root(size: int, hash_at: HashAt) -> bytes:
    """The root of the tree of the first `size` leaves."""
    return _span(0, size, hash_at) if size else EMPTY_ROOT


def inclusion_proof(index: int, size: int, hash_at: HashAt) -> list[bytes]:
    """What leads from a leaf to the root of the tree of `size` leaves: from its sibling up.

    RFC 6962, section 2.1.1.
    """
    return list(_path(index, 0, size, hash_at))


def consistency_proof(old: int, size: int, hash_at: HashAt) -> list[bytes]:
    """What shows that the tree of `size` leaves begins with the tree of `old` leaves.

    RFC 6962, section 2.1.2. Of the empty tree, which every tree begins with, it is empty.
    """
    return list(_subproof(old, 0, size, True, hash_at)) if old else []


def root_of_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes]) -> bytes:
    """The root that an inclusion proof leads to from a leaf's hash.

    RFC 9162, section 2.1.3.2. Raises ProofError for a proof of another length.
    """
    if not 0 <= index < size:
        raise ProofError(f"a tree of {size:,} facts has no leaf {index:,}", hint=HINT)
    node, last, found = index, size - 1, leaf
    for hash_ in proof:
        if last == 0:
            raise ProofError("the inclusion proof is too long", hint=HINT)
        if node % 2 or node == last:
            found = node_hash(hash_, found)
            while not node % 2 and node:
                node, last = node >> 1, last >> 1
        else:
            found = node_hash(found, hash_)
        node, last = node >> 1, last >> 1
    if last:
        raise ProofError("the inclusion proof is too short", hint=HINT)
    return found


def check_consistency(
    old: int, size: int, old_root: bytes, new_root: bytes, proof: Sequence[bytes]
) -> None:
    """Raise ProofError unless the proof shows that the tree of `size` leaves begins with that of
    `old` leaves.

    RFC 9162, section 2.1.4.2.
    """
    if old > size:
        raise ProofError(f"a tree of {size:,} facts cannot begin with one of {old:,}", hint=HINT)
    if old in (0, size):
        expected = EMPTY_ROOT if old == 0 else new_root
        if proof or old_root != expected:
            raise ProofError("the two trees do not begin alike", hint=HINT)
        return
    path = list(proof) if old & (old - 1) else [old_root, *proof]
    if not path:
        raise ProofError("the consistency proof is too short", hint=HINT)
    node, last = old - 1, size - 1
    while node % 2:
        node, last = node >> 1, last >> 1
    before = after = path[0]
    for hash_ in path[1:]:
        if last == 0:
            raise ProofError("the consistency proof is too long", hint=HINT)
        if node % 2 or node == last:
            before, after = node_hash(hash_, before), node_hash(hash_, after)
            while not node % 2 and node:
                node, last = node >> 1, last >> 1
        else:
            after = node_hash(after, hash_)
        node, last = node >> 1, last >> 1
    if last or before != old_root or after != new_root:
        raise ProofError("the two trees do not begin alike", hint=HINT)


def _span(start: int, end: int, hash_at: HashAt) -> bytes:
    """The root over the leaves from start to end, a part that RFC 6962's splits lead to."""
    count = end - start
    level = count.bit_length() - 1
    if count == 1 << level:
        return hash_at(level, start >> level)
    split = start + (1 << level)
    return node_hash(hash_at(level, start >> level), _span(split, end, hash_at))


def _split(start: int, end: int) -> int:
    return start + (1 << ((end - start - 1).bit_length() - 1))


def _path(index: int, start: int, end: int, hash_at: HashAt) -> Iterator[bytes]:
    if end - start == 1:
        return
    split = _split(start, end)
    if index < split:
        yield from _path(index, start, split, hash_at)
        yield _span(split, end, hash_at)
    else:
        yield from _path(index, split, end, hash_at)
        yield _span(start, split, hash_at)


def _subproof(old: int, start: int, end: int, whole: bool, hash_at: HashAt) -> Iterator[bytes]:
    """whole: whether the old tree is the left edge so far, whose root the checker has."""
    if old == end:
        if not whole:
            yield _span(start, end, hash_at)
        return
    split = _split(start, end)
    if old <= split:
        yield from _subproof(old, start, split, whole, hash_at)
        yield _span(split, end, hash_at)
    else:
        yield from _subproof(old, split, end, False, hash_at)
        yield _span(start, split, hash_at)
