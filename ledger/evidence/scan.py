"""Reading the whole record once: every fact's bytes hashed anew, and compared with what the ledger
stores beside them: the columns of its row, its place, the tiles of the tree.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from ledger.database import Connection
from ledger.evidence.merkle import HASH, leaf_hash
from ledger.evidence.tiles import WIDTH, Frontier, Tile, split
from ledger.header import header
from ledger.values.text import quoted

Row: TypeAlias = tuple[Any, ...]
"""A row of the facts: sequence number, stream, version, type, and the bytes."""

PAGE = WIDTH
"""Facts that are read at a time: a tile. Of more, the first would not be at hand any more."""

LOWEST_SEQ = -(1 << 63)
"""The lowest number that a database counts: a forged row may stand before the first fact."""


@dataclass(slots=True)
class Record:
    """What hashing all facts gave.

    roots: of the trees of the sizes asked for. edge: the tree over them all.
    """

    roots: dict[int, bytes] = field(default_factory=dict)
    edge: Frontier = field(default_factory=Frontier)
    facts: list[str] = field(default_factory=list)
    tiles: list[str] = field(default_factory=list)

    @property
    def size(self) -> int:
        """How many facts there are."""
        return self.edge.size


def scan(connection: Connection, sizes: Collection[int]) -> Record:
    """Hash every fact, and compare its columns, its place and its tile with its bytes.

    sizes: the sizes of the trees whose roots are wanted.
    """
    record = Record()
    stops = sorted({size for size in sizes if size > 0})
    record.roots[0] = record.edge.root()
    rows = _Rows()
    partial: dict[int, Tile] = {}
    start = LOWEST_SEQ
    stored = _StoredTiles(connection)
    while True:
        wanted = min(PAGE, stops[0] - record.size) if stops else PAGE
        page = connection.execute(
            "SELECT seq, stream, version, type, data FROM facts WHERE seq >= ? "
            "ORDER BY seq LIMIT ?",
            (start, wanted),
        ).fetchall()
        for row in page:
            record.facts += rows.differences(row)
        for tile in record.edge.add([leaf_hash(raw(row[4])) for row in page]):
            if tile.width == WIDTH:
                record.tiles += stored.differences(tile)
                partial.pop(tile.level, None)
            else:
                partial[tile.level] = tile
        if stops and record.size == stops[0]:
            record.roots[stops.pop(0)] = record.edge.root()
        if len(page) < wanted:
            break
        start = page[-1][0] + 1
    for tile in partial.values():
        record.tiles += stored.differences(tile)
    record.tiles += stored.left_over(record.size)
    return record


class _Rows:
    """What the next row must continue: the sequence, each stream's versions, the time."""

    def __init__(self) -> None:
        self.seq = 0
        self.next_versions: dict[Any, int] = {}
        self.recorded_at = ""

    def differences(self, row: Row) -> Sequence[str]:
        """What of a row does not fit its bytes, or the rows before it; most often nothing."""
        seq, stream, version, _, data = row
        inside = _inside(data)
        fits = (
            inside is not None
            and inside[:4] == row[:4]
            and seq == self.seq + 1
            and version == self.next_versions.get(stream, 1)
            and inside[4] >= self.recorded_at
            and isinstance(data, bytes)
        )
        found = () if fits else tuple(self._named(row, inside))
        self.seq = seq
        if inside is not None:
            self.next_versions[stream] = version + 1 if isinstance(version, int) else 1
            if inside[4] > self.recorded_at:
                self.recorded_at = inside[4]
        return found

    def _named(self, row: Row, inside: Row | None) -> Iterator[str]:
        """Everything that does not fit."""
        seq, stream, version, _, data = row
        if seq != self.seq + 1:
            lost = f"#{self.seq + 1}" + (f" to #{seq - 1}" if seq > self.seq + 2 else "")
            yield f"{lost} is missing: after #{self.seq} comes #{seq}"
        if inside is None:
            yield f"#{seq} ({stream!a:.100}@{version!a:.20}): its bytes are not those of a fact"
            return
        if not isinstance(data, bytes):
            yield f"#{seq}: its bytes were made a text"
        name = f"#{seq} ({shown(inside[1])}@{shown(inside[2])})"
        columns = ("sequence number", "stream", "version", "type")
        for column, here, there in zip(columns, row, inside, strict=False):
            if here != there:
                yield (
                    f"{name}: its {column} is {shown(there)} in its bytes and {shown(here)} "
                    "in its row"
                )
        expected = self.next_versions.get(stream, 1)
        if version != expected:
            yield f"{name}: version {shown(version)} comes where {expected} should"
        if inside[4] < self.recorded_at:
            yield f"{name}: recorded at {shown(inside[4])}, before the fact that precedes it"


def _inside(data: Any) -> Row | None:
    """What a fact's bytes say of its row, and when it was recorded; None for bytes of no fact."""
    try:
        told = header(data)
        topic = f"{told['type']}/{told['type_version']}"
        return told["seq"], told["stream"], told["version"], topic, str(told["recorded_at"])
    except (ValueError, KeyError, TypeError, RecursionError):
        return None


class _StoredTiles:
    """The stored tiles; of leaves, only the first that differs is named."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.there = has_table(connection, "tiles")
        self.seen: set[tuple[int, int]] = set()
        self.differs = False

    def differences(self, tile: Tile) -> Iterator[str]:
        """What of a stored tile is not what the facts give."""
        self.seen.add((tile.level, tile.number))
        stored = self._stored(tile.level, tile.number)
        hashes = stored if isinstance(stored, bytes) else b""
        if hashes == tile.hashes or self.differs:
            return
        self.differs = True
        if stored is not None and not isinstance(stored, bytes):
            yield f"tile {tile.number} of level {tile.level} is no bytes any more"
            return
        if tile.level:
            yield f"tile {tile.number} of level {tile.level} is not the one over the facts"
            return
        pairs = zip(split(tile.hashes), split(hashes), strict=False)
        same = next((n for n, (one, other) in enumerate(pairs) if one != other), None)
        first = tile.number * WIDTH + 1
        if same is not None:
            yield f"#{first + same}: its bytes are not those that were hashed when it was recorded"
        elif len(hashes) < len(tile.hashes):
            yield f"#{first + len(hashes) // HASH} and what follows was not recorded by lsledger"
        else:
            yield f"#{first + tile.width} and what followed it is missing"

    def _stored(self, level: int, number: int) -> object:
        if not self.there:
            return None
        row = self.connection.execute(
            "SELECT hashes FROM tiles WHERE level = ? AND position = ?", (level, number)
        ).fetchone()
        return row[0] if row is not None else None

    def left_over(self, size: int) -> Iterator[str]:
        """Tiles beyond those of the facts, unless a difference explains them."""
        if self.differs or not self.there:
            return
        for level, number in self.connection.execute("SELECT level, position FROM tiles"):
            if (level, number) not in self.seen:
                yield (
                    f"#{size + 1} and what followed it is missing"
                    if level == 0
                    else f"tile {shown(number)} of level {shown(level)} is not one of the tree"
                )
                return


def has_table(connection: Connection, name: str) -> bool:
    """Whether the file has a table of that name."""
    found = connection.execute("SELECT 1 FROM ledger_tables WHERE name = ?", (name,))
    return found.fetchone() is not None


def raw(value: Any) -> bytes:
    """What a column holds as bytes, whatever its type was made."""
    return value if isinstance(value, bytes) else str(value).encode("utf-8", "surrogateescape")


def shown(value: Any) -> str:
    """A value that may be anything, for a report."""
    return quoted(str(value)) if isinstance(value, str) else ascii(value)[:60]
