"""The log as a folder of files that a tlog-tiles client reads: tiles, entry bundles, checkpoint.

It is of the tree that the newest checkpoint signed; of earlier ones the partial tiles are there
as long as no full tile has taken their place. Served as static files under any address, it is
what C2SP tlog-tiles asks of a log. The checkpoint is written last.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from ledger import history
from ledger.database import Connection
from ledger.errors import UnwritableError
from ledger.evidence import checkpoint, tiles
from ledger.evidence.checkpoint import Head
from ledger.evidence.errors import InconsistentError, NoCheckpointError
from ledger.evidence.merkle import HASH, leaf_hash
from ledger.evidence.note import Note
from ledger.evidence.scan import raw
from ledger.evidence.tiles import Frontier, Tile
from projections.exports.to_file import replacing

CHECKPOINT = "checkpoint"
HINT = "`lsledger verify` tells what differs. Name another folder to keep this one."


def write(connection: Connection, folder: Path) -> Head:
    """Write the tree of files, or bring an earlier one up to date; the head that was signed.

    Everything is made from the facts' bytes; the stored tiles are not looked at. Raises
    NoCheckpointError when nothing is signed, UnwritableError for a folder of something else,
    InconsistentError when the facts, or the files there, are not what was signed.
    """
    kept = checkpoint.kept(connection.cursor())
    if not kept:
        raise NoCheckpointError(
            "a log is handed out with a checkpoint, and none was signed in this ledger",
            hint="`lsledger checkpoint --key FILE` signs what is recorded up to now.",
        )
    signed = kept[-1]
    if _root(connection, signed.head.size) != signed.head.root:
        raise InconsistentError("the record is not what the newest checkpoint signed", hint=HINT)
    before = _log_there(folder)
    if before is not None and (
        before.size > signed.head.size or _root(connection, before.size) != before.root
    ):
        raise InconsistentError(
            f"{folder} holds a log of {before.size:,} facts that this one does not continue",
            hint="Name another folder to keep that one.",
        )
    edge, last = Frontier(), dict[int, Tile]()
    for number, entries in enumerate(_bundles(connection, signed.head.size)):
        for tile in edge.add(map(leaf_hash, entries)):
            last[tile.level] = tile
            if tile.width == tiles.WIDTH:
                _write_file(folder / tiles.path(tile.level, tile.number), tile.hashes)
        if len(entries) == tiles.WIDTH:
            _write_file(folder / tiles.path("entries", number), tiles.bundle(entries))
        else:
            _write_partial_bundles(folder, number, entries, kept)
    _write_partial_tiles(folder, last, kept)
    _write_file(folder / CHECKPOINT, signed.text.encode(), may_change=True)
    return signed.head


def _root(connection: Connection, size: int) -> bytes:
    """The root over the first facts, from their bytes."""
    edge = Frontier()
    for entries in _bundles(connection, size):
        for _ in edge.add(map(leaf_hash, entries)):
            pass
    return edge.root()


def _bundles(connection: Connection, size: int) -> Iterator[list[bytes]]:
    """The first facts' bytes, 256 at a time; fewer at the end."""
    found = islice(history.stored(connection), size)
    while page := list(islice(found, tiles.WIDTH)):
        yield [raw(data) for data in page]


def _write_partial_bundles(
    folder: Path, number: int, entries: list[bytes], kept: list[checkpoint.Kept]
) -> None:
    """The last bundle, as wide as each checkpoint that ends in it needs it."""
    for level, n, width in _partial_tiles(kept):
        if (level, n) == (0, number):
            _write_file(folder / tiles.path("entries", n, width), tiles.bundle(entries[:width]))


def _write_partial_tiles(folder: Path, last: dict[int, Tile], kept: list[checkpoint.Kept]) -> None:
    """The last tile of each level, as wide as each checkpoint that ends in it needs it."""
    for level, number, width in _partial_tiles(kept):
        tile = last.get(level)
        if tile is not None and tile.number == number and tile.width < tiles.WIDTH:
            _write_file(folder / tiles.path(level, number, width), tile.hashes[: width * HASH])


def _partial_tiles(kept: list[checkpoint.Kept]) -> set[tiles.Part]:
    return {part for one in kept for part in tiles.partial_tiles(one.head.size)}


def _write_file(path: Path, data: bytes, *, may_change: bool = False) -> None:
    """Write a file that is not there yet. Only the checkpoint ever changes."""
    if path.exists():
        with path.open("rb") as there:
            if there.read(len(data) + 1) == data:
                return
        if not may_change:
            raise InconsistentError(f"{path} holds other bytes than this log", hint=HINT)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UnwritableError(
            f"{path.parent} cannot be made: {(error.strerror or 'unknown error').lower()}",
            hint="Check the name, and that you may write there.",
        ) from None
    with replacing(path) as out:
        out.write(data)


def _log_there(folder: Path) -> Head | None:
    """The head of the log that is in a folder, if one is; refuses what is something else."""
    if folder.exists() and not folder.is_dir():
        raise UnwritableError(f"{folder} is a file", hint="Name a folder, new or empty.")
    names = {path.name for path in folder.iterdir()} if folder.is_dir() else set()
    if not names <= {CHECKPOINT, "tile"}:
        raise UnwritableError(
            f"{folder} holds other things than a log", hint="Name a folder, new or empty."
        )
    if CHECKPOINT not in names:
        return None  # new, or a log whose writing was interrupted
    if not (folder / CHECKPOINT).is_file():
        raise UnwritableError(f"{folder / CHECKPOINT} is no file", hint="Name another folder.")
    text = (folder / CHECKPOINT).read_bytes().decode("utf-8", "replace")
    return Head.parse(Note.parse(text).text)
