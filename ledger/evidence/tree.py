"""The tree over the facts, kept as tiles in the ledger: a projection that only ever grows.

A leaf is a fact's stored bytes; leaf n (from 0) is the fact with sequence number n + 1. Every
write makes the tree grow before it commits, so that the tree has a leaf for each fact that
this program recorded, and for no other.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Any

from ledger.errors import DamagedError
from ledger.evidence import merkle, tiles
from ledger.evidence.tiles import FULL, Frontier

PAGE = 4_096
"""Facts that are hashed before their tiles are written."""


def size(cursor: Any) -> int:
    """How many facts are in the tree."""
    return frontier(cursor).size


def frontier(cursor: Any) -> Frontier:
    """The right edge of the stored tree. Raises DamagedError when its tiles are no tree."""
    edge = Frontier()
    (highest,) = _row(cursor, "SELECT max(level) FROM tiles") or (None,)
    for level in range(highest + 1 if highest is not None else 0):
        row = _row(
            cursor,
            "SELECT position, hashes FROM tiles WHERE level = ? ORDER BY position DESC LIMIT 1",
            level,
        )
        whole_hashes = row is not None and isinstance(row[1], bytes)
        if not whole_hashes or not 0 < len(row[1]) <= FULL or len(row[1]) % merkle.HASH:
            raise _damaged()
        whole = len(row[1]) == FULL
        edge.full.append(row[0] + whole)
        edge.tails.append(b"" if whole else bytes(row[1]))
    return edge


def grow(cursor: Any) -> None:
    """Bring the tree to the newest fact, inside the caller's transaction."""
    edge = frontier(cursor)
    while True:
        cursor.execute(
            "SELECT data FROM facts WHERE seq > ? ORDER BY seq LIMIT ?",
            (edge.size, PAGE),
        )
        page = cursor.fetchall()
        add(cursor, edge, [merkle.leaf_hash(row[0]) for row in page])
        if len(page) < PAGE:
            return


def add(cursor: Any, edge: Frontier, leaf_hashes: Iterable[bytes]) -> None:
    """Write the tiles that facts with these hashes make or widen, behind the stored tree's edge."""
    for tile in edge.add(leaf_hashes):
        cursor.execute(
            "INSERT INTO tiles VALUES (?, ?, ?) "
            "ON CONFLICT (level, position) DO UPDATE SET hashes = excluded.hashes",
            (tile.level, tile.number, tile.hashes),
        )


def hash_at(cursor: Any) -> merkle.HashAt:
    """Looks up the hash of any complete subtree of the stored tree; reads each tile once.

    Raises DamagedError for a tile that is missing.
    """

    @cache
    def tile(level: int, number: int) -> bytes:
        row = _row(
            cursor, "SELECT hashes FROM tiles WHERE level = ? AND position = ?", level, number
        )
        if row is None or not isinstance(row[0], bytes):
            raise _damaged()
        return row[0]

    return tiles.hash_at(tile)


def root(cursor: Any, leaves: int) -> bytes:
    """The root over the first facts, as the stored tiles have it."""
    return merkle.root(leaves, hash_at(cursor))


def _row(cursor: Any, sql: str, *given: int) -> Any:
    cursor.execute(sql, given)
    return cursor.fetchone()


def _damaged() -> DamagedError:
    return DamagedError(
        "the tiles of the tree over the facts do not fit together",
        hint="`lsledger verify` tells what differs.",
    )
