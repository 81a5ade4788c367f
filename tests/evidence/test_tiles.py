"""Tiles: the layout of C2SP tlog-tiles, and a tree that grows tile by tile."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.evidence import merkle, tiles
from tests.evidence.reference import Reference

LEAVES = [f"leaf {n}".encode() for n in range(70_000)]
HASHES = [merkle.leaf_hash(leaf) for leaf in LEAVES]
REFERENCE = Reference(LEAVES)


def grown(*steps: int) -> tuple[tiles.Frontier, dict[tuple[int, int], bytes]]:
    """A tree that grew to each of the sizes in turn, and its tiles as they then were."""
    edge, stored = tiles.Frontier(), dict[tuple[int, int], bytes]()
    for size in steps:
        for tile in edge.add(HASHES[edge.size : size]):
            stored[tile.level, tile.number] = tile.hashes
    return edge, stored


def full_tiles(size: int) -> Iterator[tiles.Part]:
    """The full tiles of a tree of that size, level by level."""
    level = 0
    while size := size // tiles.WIDTH:
        yield from ((level, number, tiles.WIDTH) for number in range(size))
        level += 1


def test_every_root_up_to_600() -> None:
    """Grown leaf by leaf, the tree has the right root at each size."""
    edge = tiles.Frontier()
    assert edge.root() == merkle.EMPTY_ROOT
    for size in range(1, 601):
        for _ in edge.add(HASHES[size - 1 : size]):
            pass
        assert (edge.size, edge.root()) == (size, REFERENCE.mth(0, size))


@given(st.lists(st.integers(0, 2_000), min_size=1, max_size=6))
def test_how_it_grew_does_not_matter(sizes: list[int]) -> None:
    """However many leaves come at a time, tiles and root are the same."""
    steps = sorted(sizes)
    edge, stored = grown(*steps)
    at_once, expected = grown(steps[-1])
    assert (edge, stored) == (at_once, expected)
    assert edge.root() == REFERENCE.mth(0, steps[-1])


def test_the_tiles_of_70_000_leaves() -> None:
    """They are those of the standard's own example, and each hash is what it defines."""
    edge, stored = grown(70_000)
    full = list(full_tiles(70_000))
    assert [sum(level == n for level, _, _ in full) for n in range(3)] == [273, 1, 0]
    assert list(tiles.partial_tiles(70_000)) == [(0, 273, 112), (1, 1, 17), (2, 0, 1)]
    widths = {place: len(hashes) // merkle.HASH for place, hashes in stored.items()}
    assert widths == {(level, n): w for level, n, w in (*full, *tiles.partial_tiles(70_000))}
    assert edge.root() == REFERENCE.mth(0, 70_000)
    for (level, number), hashes in stored.items():
        span = 256**level
        for place in (0, widths[level, number] - 1):
            start = (number * 256 + place) * span
            assert tiles.split(hashes)[place] == REFERENCE.mth(start, start + span)


def test_256_leaves_have_a_full_tile_and_one_above() -> None:
    """The root over a full tile stands in a partial tile a level up."""
    assert [*full_tiles(256), *tiles.partial_tiles(256)] == [(0, 0, 256), (1, 0, 1)]
    assert [*full_tiles(0), *tiles.partial_tiles(0)] == []


@pytest.mark.parametrize("size", [1, 255, 256, 257, 511, 65_535, 65_536, 65_537, 70_000])
def test_proofs_from_tiles(size: int) -> None:
    """Hashes looked up in tiles make the same proofs as all leaves do."""
    _, stored = grown(size)
    hash_at = tiles.hash_at(lambda level, number: stored[level, number])
    assert merkle.root(size, hash_at) == REFERENCE.mth(0, size)
    for index in {0, size // 3, size - 1}:
        assert merkle.inclusion_proof(index, size, hash_at) == REFERENCE.path(index, 0, size)
    for old in {1, size // 2 or 1, size}:
        assert merkle.consistency_proof(old, size, hash_at) == REFERENCE.proof(old, size)


@pytest.mark.parametrize(
    ("place", "path"),
    [
        ((0, 0, 256), "tile/0/000"),
        ((1, 1234067, 256), "tile/1/x001/x234/067"),
        ((0, 273, 112), "tile/0/273.p/112"),
        (("entries", 1000, 1), "tile/entries/x001/000.p/1"),
    ],
)
def test_paths(place: tuple[int | str, int, int], path: str) -> None:
    """A tile is served where the standard says."""
    assert tiles.path(*place) == path


@given(st.lists(st.binary(max_size=300), max_size=256))
def test_bundles_are_read_back(entries: list[bytes]) -> None:
    """A bundle gives its entries back."""
    assert list(tiles.unbundled(tiles.bundle(entries))) == entries


@pytest.mark.parametrize("damage", [b"\0", b"\0\5abc", b"\0\1ab\0"])
def test_a_damaged_bundle_is_refused(damage: bytes) -> None:
    """A bundle that ends in the middle of an entry is none."""
    with pytest.raises(ValueError, match="middle"):
        list(tiles.unbundled(damage))
