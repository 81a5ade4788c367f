"""The Merkle tree: published roots, and proofs checked by code that is not ours."""

from __future__ import annotations

from functools import cache
from types import SimpleNamespace
from typing import Any, cast

import pytest
from sigstore._internal.merkle import verify_merkle_inclusion
from sigstore.errors import VerificationError

from ledger.evidence import merkle
from ledger.evidence.errors import ProofError
from tests.evidence.reference import Reference

PUBLIC_LEAVES = [
    bytes.fromhex(text)
    for text in (
        *("", "00", "10", "2021", "3031", "40414243", "5051525354555657"),
        "606162636465666768696a6b6c6d6e6f",
    )
]
PUBLIC_ROOTS = {
    0: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    1: "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    2: "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    3: "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    5: "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    8: "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
}
LARGEST = 600
LEAVES = [f"leaf {n}".encode() for n in range(LARGEST)]
REFERENCE = Reference(LEAVES)


@cache
def hash_at(level: int, index: int) -> bytes:
    """The hash of a complete subtree, by the reference."""
    return REFERENCE.mth(index << level, (index + 1) << level)


def accepted_by_sigstore(index: int, size: int, proof: list[bytes], root: bytes) -> bool:
    """Whether sigstore-python takes the inclusion proof of a leaf."""
    inclusion = SimpleNamespace(log_index=index, tree_size=size, hashes=proof, root_hash=root)
    inner = SimpleNamespace(inclusion_proof=inclusion, canonicalized_body=LEAVES[index])
    try:
        verify_merkle_inclusion(cast(Any, SimpleNamespace(_inner=inner)))
    except VerificationError:
        return False
    return True


@pytest.mark.parametrize("size", PUBLIC_ROOTS)
def test_public_roots(size: int) -> None:
    """The roots over the public test leaves are the published ones."""
    reference = Reference(PUBLIC_LEAVES)
    hashes = [merkle.leaf_hash(leaf) for leaf in PUBLIC_LEAVES[:size]]
    expected = bytes.fromhex(PUBLIC_ROOTS[size])
    assert merkle.root_over(hashes) == expected
    assert merkle.root(size, lambda level, n: reference.mth(n << level, n + 1 << level)) == expected


@pytest.mark.parametrize("block", range(0, LARGEST, 50))
def test_inclusion_proofs_are_accepted_by_sigstore(block: int) -> None:
    """Every proof in trees of 1 to 600 leaves is taken by sigstore-python and by our check."""
    for size in range(block + 1, block + 51):
        root = merkle.root(size, hash_at)
        assert root == REFERENCE.mth(0, size)
        for index in range(size):
            proof = merkle.inclusion_proof(index, size, hash_at)
            assert accepted_by_sigstore(index, size, proof, root)
            leaf = hash_at(0, index)
            assert merkle.root_of_inclusion(leaf, index, size, proof) == root


@pytest.mark.parametrize("block", range(0, LARGEST, 50))
def test_consistency_proofs_hold(block: int) -> None:
    """Every proof between trees of 1 to 600 leaves passes the check."""
    for size in range(block + 1, block + 51):
        root = merkle.root(size, hash_at)
        for old in range(size + 1):
            proof = merkle.consistency_proof(old, size, hash_at)
            merkle.check_consistency(old, size, REFERENCE.mth(0, old), root, proof)


def test_proofs_have_the_standard_shape() -> None:
    """The proofs are hash for hash those that RFC 6962 defines."""
    for size in range(1, 140):
        for other in range(size):
            path = merkle.inclusion_proof(other, size, hash_at)
            assert path == REFERENCE.path(other, 0, size)
            if other:
                proof = merkle.consistency_proof(other, size, hash_at)
                assert proof == REFERENCE.proof(other, size)


@pytest.mark.parametrize("size", [1, 2, 3, 7, 8, 9, 31, 100])
def test_an_inclusion_proof_of_something_else_leads_elsewhere(size: int) -> None:
    """A flipped bit, another index, a hash too many or too few never lead to the root."""
    root = merkle.root(size, hash_at)
    for index in range(size):
        leaf, proof = hash_at(0, index), merkle.inclusion_proof(index, size, hash_at)
        for changed in (*flipped(proof), proof[:-1], [*proof, root], [root, *proof]):
            if changed != proof:
                assert leads_to(leaf, index, size, changed) != root
                assert not accepted_by_sigstore(index, size, changed, root)
        for (other_leaf,) in flipped([leaf]):
            assert leads_to(other_leaf, index, size, proof) != root
        for other in {*range(size)} - {index}:
            assert leads_to(leaf, other, size, proof) != root


@pytest.mark.parametrize(("old", "size"), [(1, 2), (2, 4), (3, 7), (6, 8), (7, 13), (64, 100)])
def test_a_consistency_proof_of_something_else_fails(old: int, size: int) -> None:
    """A flipped bit in a hash or a root, a hash too many or too few, another size: refused."""
    roots = [REFERENCE.mth(0, old), REFERENCE.mth(0, size)]
    proof = merkle.consistency_proof(old, size, hash_at)
    wrong = [(roots, changed) for changed in (*flipped(proof), proof[:-1], [*proof, roots[1]])]
    wrong += [(changed, proof) for changed in flipped(roots)]
    for (before, after), hashes in wrong:
        with pytest.raises(ProofError):
            merkle.check_consistency(old, size, before, after, hashes)
    for other in {*range(size + 3)} - {old}:
        with pytest.raises(ProofError):
            merkle.check_consistency(other, size, roots[0], roots[1], proof)


def test_the_same_tree_is_consistent_only_with_itself() -> None:
    """Of one size, the roots must be equal and nothing is to be shown."""
    root = REFERENCE.mth(0, 5)
    merkle.check_consistency(5, 5, root, root, [])
    for other, proof in ((REFERENCE.mth(0, 4), []), (root, [root])):
        with pytest.raises(ProofError):
            merkle.check_consistency(5, 5, other, root, proof)


def test_a_leaf_outside_the_tree_is_refused() -> None:
    """There is no leaf 3 in a tree of three, and none in an empty tree."""
    for index, size in ((3, 3), (0, 0), (-1, 3)):
        with pytest.raises(ProofError, match="has no leaf"):
            merkle.root_of_inclusion(hash_at(0, 0), index, size, [])


def leads_to(leaf: bytes, index: int, size: int, proof: list[bytes]) -> bytes | None:
    """The root that a proof leads to; None when it does not fit."""
    try:
        return merkle.root_of_inclusion(leaf, index, size, proof)
    except ProofError:
        return None


def flipped(hashes: list[bytes]) -> list[list[bytes]]:
    """The hashes with one bit flipped, for a bit of every byte of each."""
    changed = []
    for place, hash_ in enumerate(hashes):
        for byte in range(len(hash_)):
            other = bytearray(hash_)
            other[byte] ^= 1 << (byte + place) % 8
            changed.append([*hashes[:place], bytes(other), *hashes[place + 1 :]])
    return changed
