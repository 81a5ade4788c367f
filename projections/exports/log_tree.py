"""The log as a folder of files that a tlog-tiles client reads: tiles, entry bundles, checkpoint.

It is of the tree that the newest checkpoint signed; of earlier ones the partial tiles are there
as long as no full tile has taken their place. Served as static files under any address, it is
what C2SP tlog-tiles asks of a log. The checkpoint is written last.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from sqlite3 import Connection, Cursor

from ledger.errors import UnwritableError
from ledger.evidence import checkpoint, tiles, tree
from ledger.evidence.checkpoint import Head
from ledger.evidence.errors import InconsistentError, NoCheckpointError
from ledger.evidence.merkle import HASH, leaf_hash
from ledger.evidence.tiles import Part
from projections.exports.to_file import replacing

CHECKPOINT = "checkpoint"
HINT = "`lsledger verify` tells what differs. Name another folder to keep this one."


def write(connection: Connection, folder: Path) -> Head:
    """Write the tree of files, or bring an earlier one up to date; the head that was signed.

    Raises NoCheckpointError when nothing is signed, UnwritableError for a folder of something
    else, InconsistentError when the facts, or the files there, are not what was signed.
    """
    cursor = connection.cursor()
    kept = checkpoint.kept(cursor)
    if not kept:
        raise NoCheckpointError(
            "a log is handed out with a checkpoint, and none was signed in this ledger",
            hint="`lsledger checkpoint --key FILE` signs what is recorded up to now.",
        )
    signed = kept[-1]
    if tree.root(cursor, signed.head.size) != signed.head.root:
        raise InconsistentError("the record is not what the newest checkpoint signed", hint=HINT)
    _check_folder(folder)
    for part in _parts(sorted({one.head.size for one in kept})):
        _write_part(cursor, folder, part)
    _write_file(folder / CHECKPOINT, signed.text.encode(), may_change=True)
    return signed.head


def _parts(sizes: list[int]) -> Iterator[Part]:
    """The tiles of the largest tree, and the partial ones of smaller trees where that has none
    that is full.
    """
    full = set(tiles.full_tiles(sizes[-1]))
    yield from sorted(full)
    partial = {part for size in sizes for part in tiles.partial_tiles(size)}
    yield from sorted(p for p in partial if (p[0], p[1], tiles.WIDTH) not in full)


def _write_part(cursor: Cursor, folder: Path, part: Part) -> None:
    """Write a tile, and of the lowest level the bundle of entries that it is over."""
    level, number, width = part
    cursor.execute("SELECT hashes FROM tiles WHERE level = ? AND position = ?", (level, number))
    (stored,) = cursor.fetchone()
    hashes = stored[: width * HASH]
    _write_file(folder / tiles.path(level, number, width), hashes)
    if level:
        return
    cursor.execute(
        "SELECT state FROM stored_events WHERE rowid > ? ORDER BY rowid LIMIT ?",
        (number * tiles.WIDTH, width),
    )
    entries = [state for (state,) in cursor.fetchall()]
    if b"".join(map(leaf_hash, entries)) != hashes:
        raise InconsistentError("the facts are not those that the checkpoint signed", hint=HINT)
    _write_file(folder / tiles.path("entries", number, width), tiles.bundle(entries))


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


def _check_folder(folder: Path) -> None:
    """Refuse what is not a folder of its own."""
    if folder.exists() and not folder.is_dir():
        raise UnwritableError(f"{folder} is a file", hint="Name a folder, new or empty.")
    if not folder.is_dir() or (folder / CHECKPOINT).exists() or (folder / "tile").is_dir():
        return  # new, or a log already; one that was interrupted has tiles and no checkpoint
    if any(folder.iterdir()):
        raise UnwritableError(
            f"{folder} holds other things than a log", hint="Name a folder, new or empty."
        )
