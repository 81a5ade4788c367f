"""Verification: whether anyone has touched the record since it was made.

Nothing that the ledger stores about itself is believed: every fact's bytes are hashed anew, and
what is stored beside them (columns, tiles, checkpoints) must agree with that. What a ledger that
was changed as a whole cannot hide is a checkpoint or an export that somebody else holds.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from sqlite3 import Connection
from typing import TYPE_CHECKING, Any

from ledger import database
from ledger.errors import LedgerError
from ledger.evidence import archive, checkpoint
from ledger.evidence.errors import NoteError
from ledger.evidence.merkle import HASH, leaf_hash
from ledger.evidence.note import Note, VerifierKey, verified
from ledger.evidence.tiles import WIDTH, Frontier, Tile, split
from ledger.values.text import quoted

if TYPE_CHECKING:
    from cryptography.x509 import Certificate

MOST = 20
"""Differences of one kind that are named; the rest is counted."""

PAGE = 4_096


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was checked: what was found in order, and every difference found.

    checked: False where there was nothing to check.
    """

    name: str
    detail: str
    differences: tuple[str, ...] = ()
    checked: bool = True

    @property
    def ok(self) -> bool:
        """Whether nothing differs."""
        return not self.differences


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
    # A column may have been made a text of any bytes.
    connection.text_factory = lambda data: data.decode("utf-8", "surrogateescape")
    record = Record()
    stops = sorted({size for size in sizes if size > 0})
    record.roots[0] = record.edge.root()
    rows = _Rows()
    partial: dict[int, Tile] = {}
    cursor = connection.cursor()
    found = cursor.execute(
        "SELECT rowid, originator_id, originator_version, topic, state FROM stored_events "
        "ORDER BY rowid"
    )
    stored = _StoredTiles(connection)
    while True:
        wanted = min(PAGE, stops[0] - record.size) if stops else PAGE
        page = found.fetchmany(wanted)
        hashes = []
        for row in page:
            record.facts += rows.differences(row)
            hashes.append(leaf_hash(_bytes(row[4])))
        for tile in record.edge.add(hashes):
            if tile.width == WIDTH:
                record.tiles += stored.differences(tile)
                partial.pop(tile.level, None)
            else:
                partial[tile.level] = tile
        if stops and record.size == stops[0]:
            record.roots[stops.pop(0)] = record.edge.root()
        if len(page) < wanted:
            break
    for tile in partial.values():
        record.tiles += stored.differences(tile)
    record.tiles += stored.left_over(record.size)
    return record


class _Rows:
    """What the next row must continue: the sequence, each stream's versions, the time."""

    def __init__(self) -> None:
        self.seq = 0
        self.versions: dict[str, int] = {}
        self.recorded_at = ""

    def differences(self, row: tuple[Any, ...]) -> Iterator[str]:
        """What of a row does not fit its bytes, or the rows before it."""
        seq, stream, version, topic, data = row
        if seq != self.seq + 1:
            lost = f"#{self.seq + 1}" + (f" to #{seq - 1}" if seq > self.seq + 2 else "")
            yield f"{lost} is missing: after #{self.seq} comes #{seq}"
        self.seq = seq
        try:
            fact = json.loads(data)
            inside = [fact[name] for name in ("seq", "stream", "version", "type", "type_version")]
            recorded_at = str(fact["recorded_at"])
        except (ValueError, KeyError, TypeError, RecursionError):
            yield f"#{seq} ({stream!a:.100}@{version!a:.20}): its bytes are not those of a fact"
            return
        if not isinstance(data, bytes):
            yield f"#{seq}: its bytes were made a text"
        name = f"#{seq} ({_shown(inside[1])}@{_shown(inside[2])})"
        columns = (seq, stream, version, topic)
        for column, here, there in zip(
            ("sequence number", "stream", "version", "type"),
            columns,
            (*inside[:3], f"{inside[3]}/{inside[4]}"),
            strict=True,
        ):
            if here != there:
                yield (
                    f"{name}: its {column} is {_shown(there)} in its bytes and {_shown(here)} "
                    "in its row"
                )
        expected = self.versions.get(stream, 0) + 1
        if version != expected:
            yield f"{name}: version {_shown(version)} comes where {expected} should"
        if recorded_at < self.recorded_at:
            yield f"{name}: recorded at {_shown(recorded_at)}, before the fact that precedes it"
        if isinstance(version, int):
            self.versions[stream] = version
        self.recorded_at = max(self.recorded_at, recorded_at)


class _StoredTiles:
    """The stored tiles; of leaves, only the first that differs is named."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.seen: set[tuple[int, int]] = set()
        self.differs = False

    def differences(self, tile: Tile) -> Iterator[str]:
        """What of a stored tile is not what the facts give."""
        self.seen.add((tile.level, tile.number))
        row = self.connection.execute(
            "SELECT hashes FROM tiles WHERE level = ? AND position = ?", (tile.level, tile.number)
        ).fetchone()
        hashes = _bytes(row[0]) if row is not None else b""
        if hashes == tile.hashes or self.differs:
            return
        self.differs = True
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

    def left_over(self, size: int) -> Iterator[str]:
        """Tiles beyond those of the facts, unless a difference explains them."""
        if self.differs:
            return
        for level, number in self.connection.execute("SELECT level, position FROM tiles"):
            if (level, number) not in self.seen:
                yield (
                    f"#{size + 1} and what followed it is missing"
                    if level == 0
                    else f"tile {_shown(number)} of level {_shown(level)} is not one of the tree"
                )
                return


def facts(record: Record) -> Check:
    """The facts themselves, by their bytes."""
    detail = f"{record.size:,}, without a gap; rows and bytes agree; times never decrease"
    return _check("facts", detail, record.facts)


def tree_over(record: Record) -> Check:
    """The stored tiles against the tree over the facts."""
    return _check("tree", f"{record.size:,} leaves, root {record.edge.root().hex()}", record.tiles)


def checkpoint_sizes(connection: Connection) -> Iterator[int]:
    """The sizes of the trees that kept checkpoints are of."""
    for (text,) in connection.execute("SELECT note FROM checkpoints"):
        with suppress(NoteError):
            yield checkpoint.Head.parse(Note.parse(str(text)).text).size


def checkpoints(connection: Connection, record: Record, trusted: Collection[VerifierKey]) -> Check:
    """Every kept checkpoint: its form, its signature, and that the record begins with its tree.

    trusted: the keys that somebody holds; without any, those that the ledger itself keeps.
    """
    rows = connection.execute(
        "SELECT note, size, verifier_key FROM checkpoints ORDER BY size, rowid"
    ).fetchall()
    differences, names = [], set()
    for number, (text, size, key) in enumerate(rows, start=1):
        try:
            own = VerifierKey.parse(str(key))
            note = Note.parse(str(text))
            head = checkpoint.Head.parse(note.text)
            verified(note, [*trusted] or [own])
            names.add(head.origin)
        except LedgerError as error:
            differences.append(f"checkpoint {number}, of {_shown(size)} facts: {error}")
            continue
        if head.size != size:
            differences.append(
                f"checkpoint {number} is of {head.size:,} facts, its row says {size}"
            )
        differences += contradictions(head, record)
    if len(names) > 1:
        differences.append(f"they are of several logs: {', '.join(sorted(names))}")
    if not rows:
        nothing = "none is kept: `lsledger checkpoint --key FILE` signs one"
        return Check("checkpoints", nothing, checked=False)
    whose = "a trusted key" if trusted else "keys kept beside them; --trust names one that you hold"
    return _check(
        "checkpoints", f"{len(rows):,} kept, all of this record, signed by {whose}", differences
    )


def contradictions(head: checkpoint.Head, record: Record) -> Iterator[str]:
    """What shows that the record does not begin with the tree of a checkpoint."""
    if head.size > record.size:
        yield (
            f"the checkpoint of {head.size:,} facts: #{record.size + 1} to #{head.size} are missing"
        )
    elif record.roots[head.size] != head.root:
        yield (
            f"the checkpoint of {head.size:,} facts: the first {head.size:,} facts are not those "
            "that were signed"
        )


def timestamps(connection: Connection, roots: Sequence[Certificate] | None) -> Check:
    """The time stamps of kept checkpoints; roots: the authorities that are trusted."""
    from ledger.evidence import timestamp

    differences, times = [], []
    for text, response in connection.execute("SELECT note, response FROM timestamps"):
        try:
            stamp = (
                timestamp.check(_bytes(response), _bytes(text), roots)
                if roots is not None
                else timestamp.same_data(_bytes(response), _bytes(text))
            )
            times.append(stamp.time)
        except LedgerError as error:
            differences.append(f"{error}")
    detail = f"{len(times):,} kept"
    if times:
        detail += f", the last of {max(times):%Y-%m-%d %H:%M:%S}Z"
    if times and roots is None:
        detail += "; who made them was not checked: --timestamp ROOTS.pem names whom you trust"
    if not times and not differences:
        return Check("timestamps", "none is kept", checked=False)
    return _check("timestamps", detail, differences)


def documents(connection: Connection) -> Check:
    """The archived documents, hashed anew, and whether each one that a source names is there."""
    try:
        held = list(archive.hashed_anew(connection))
    except LedgerError as error:
        return Check("documents", "", (f"the sources cannot be read: {error}",))
    differences = [
        f"{document.stream or 'no source'}: the document {document.sha256} is {document.state}"
        for document in held
        if not document.ok
    ]
    if not held:
        return Check("documents", "none is archived", checked=False)
    return _check("documents", f"{len(held):,} archived, unchanged", differences)


def protection(connection: Connection) -> Check:
    """The triggers that keep the database from changing what is recorded."""
    if database.protected(connection):
        return Check("protection", "the triggers that refuse changes are in place")
    return Check(
        "protection", "", ("the triggers that refuse changes are missing, or others are there",)
    )


def _check(name: str, detail: str, differences: list[str]) -> Check:
    more = len(differences) - MOST
    shown = differences[:MOST] + ([f"and {more:,} more"] if more > 0 else [])
    return Check(name, detail, tuple(shown))


def _bytes(value: Any) -> bytes:
    """What a column holds as bytes, whatever its type was made."""
    return value if isinstance(value, bytes) else str(value).encode("utf-8", "surrogateescape")


def _shown(value: Any) -> str:
    return quoted(str(value)) if isinstance(value, str) else ascii(value)[:60]
