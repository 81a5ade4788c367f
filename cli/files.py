"""Small files on the command line: read whole, within a limit, and written whole or not at all."""

from __future__ import annotations

from pathlib import Path

from ledger.errors import EncodingError, InputError
from ledger.intake.text_file import opened, shown, unreadable
from projections.exports.to_file import replacing

SMALL = 1024 * 1024
"""Bytes of a checkpoint, proof, key, certificate or time stamp that are read."""


def read_small(name: str, limit: int = SMALL) -> bytes:
    """The bytes of a file, or of standard input for `-`.

    Raises FileMissingError when it cannot be read, InputError when it has more than `limit`.
    """
    try:
        with opened(name) as file:
            data = file.read(limit + 1)
    except OSError as error:
        raise unreadable(name, error) from None
    if len(data) > limit:
        raise InputError(
            f"{shown(name)} has more than {limit:,} bytes", hint="Is it the right file?"
        )
    return data


def read_text(name: str) -> str:
    """The text of a small file; raises EncodingError when it is not UTF-8."""
    try:
        return read_small(name).decode()
    except UnicodeDecodeError:
        raise EncodingError(
            f"{shown(name)} is not UTF-8", hint="Is it the right file, and was it not damaged?"
        ) from None


def write_whole(name: str, data: bytes) -> None:
    """Write a file; what was there stays until the new one is complete."""
    with replacing(Path(name)) as out:
        out.write(data)
