"""Tiles: a Merkle tree cut into pieces of 256 hashes, as C2SP tlog-tiles lays it out.

Tile N of level 0 holds the hashes of leaves 256 N and on; a hash in a tile of a higher level is
the root over a full tile below it. Only the last tile of a level may be partial. Everything
between the rows that tiles hold is hashed anew from them. (c2sp.org/tlog-tiles)
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from ledger.evidence.merkle import EMPTY_ROOT, HASH, HashAt, root_over

HEIGHT = 8
WIDTH = 1 << HEIGHT
"""Hashes in a full tile."""

FULL = WIDTH * HASH
"""Bytes of a full tile."""


@dataclass(frozen=True, slots=True)
class Tile:
    """One tile: its level, its number in the level, and its hashes side by side."""

    level: int
    number: int
    hashes: bytes

    @property
    def width(self) -> int:
        """How many hashes it has."""
        return len(self.hashes) // HASH


@dataclass(slots=True)
class Frontier:
    """The right edge of a growing tree: of every level, how many tiles are full, and the hashes
    that have come after them. All that adding leaves needs to know of the leaves before.
    """

    full: list[int] = field(default_factory=list)
    tails: list[bytes] = field(default_factory=list)

    @property
    def size(self) -> int:
        """How many leaves the tree has."""
        return self.full[0] * WIDTH + len(self.tails[0]) // HASH if self.full else 0

    def add(self, leaf_hashes: Iterable[bytes]) -> Iterator[Tile]:
        """Add leaves by their hashes; every tile that came to be or became wider."""
        yield from self._add(0, b"".join(leaf_hashes))

    def root(self) -> bytes:
        """The root of the tree."""
        below: bytes | None = None
        for tail in self.tails:
            row = [*split(tail), *((below,) if below is not None else ())]
            below = root_over(row) if row else None
        return below or EMPTY_ROOT

    def _add(self, level: int, hashes: bytes) -> Iterator[Tile]:
        if not hashes:
            return
        if level == len(self.full):
            self.full.append(0)
            self.tails.append(b"")
        row = self.tails[level] + hashes
        above = []
        for start in range(0, len(row), FULL):
            tile = Tile(level, self.full[level], row[start : start + FULL])
            yield tile
            if tile.width == WIDTH:
                self.full[level] += 1
                above.append(root_over(split(tile.hashes)))
        self.tails[level] = row[len(row) // FULL * FULL :]
        yield from self._add(level + 1, b"".join(above))


def split(hashes: bytes) -> list[bytes]:
    """The single hashes of a tile."""
    return [hashes[start : start + HASH] for start in range(0, len(hashes), HASH)]


def hash_at(tile: Callable[[int, int], bytes]) -> HashAt:
    """Looks up the hash of any complete subtree in tiles.

    tile: gives the hashes of the tile of a level and number.
    """

    def look_up(level: int, index: int) -> bytes:
        tile_level, height = divmod(level, HEIGHT)
        number, offset = divmod(index << height, WIDTH)
        hashes = tile(tile_level, number)
        return root_over(split(hashes[offset * HASH : (offset + (1 << height)) * HASH]))

    return look_up


Part = tuple[int, int, int]
"""A tile of a tree: its level, its number, and how many hashes it has there."""


def partial_tiles(size: int) -> Iterator[Part]:
    """The partial tiles of a tree of that size: at most one a level."""
    level = 0
    while size:
        if size % WIDTH:
            yield level, size // WIDTH, size % WIDTH
        size, level = size // WIDTH, level + 1


def path(level: int | str, number: int, width: int = WIDTH) -> str:
    """Where a tile is served: `tile/0/x001/234.p/17`; entry bundles have the level `entries`."""
    groups = [f"{number % 1000:03}"]
    while number := number // 1000:
        groups.insert(0, f"x{number % 1000:03}")
    partial = f".p/{width}" if width < WIDTH else ""
    return f"tile/{level}/{'/'.join(groups)}{partial}"


def bundle(entries: Sequence[bytes]) -> bytes:
    """A bundle of up to 256 entries: each with its length before it in two bytes, big-endian."""
    return b"".join(len(entry).to_bytes(2, "big") + entry for entry in entries)


def unbundled(data: bytes) -> Iterator[bytes]:
    """The entries of a bundle; raises ValueError for bytes that are none."""
    start = 0
    while start < len(data):
        end = start + 2 + int.from_bytes(data[start : start + 2], "big")
        if start + 2 > len(data) or end > len(data):
            raise ValueError("the bundle of entries ends in the middle of one")
        yield data[start + 2 : end]
        start = end
