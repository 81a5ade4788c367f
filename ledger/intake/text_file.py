"""Reading an import file as text: it must be there, not empty, and UTF-8."""

from __future__ import annotations

import sys
from pathlib import Path

from ledger.errors import EmptyFileError, EncodingError, FileMissingError, InputError, Where

LARGEST_YAML = 16 * 1024 * 1024
"""Bytes of the largest YAML file; more than people write. JSON Lines has no limit."""


def read_bytes(name: str) -> bytes:
    """The bytes of a file, or of standard input for `-`.

    Raises FileMissingError when it cannot be read.
    """
    if name == "-":
        return sys.stdin.buffer.read()
    try:
        return Path(name).read_bytes()
    except OSError as error:
        raise FileMissingError(
            f"{name} cannot be read: {(error.strerror or 'unknown error').lower()}",
            hint="Check the name and the permissions.",
        ) from None


def shown(name: str) -> str:
    """How messages name the input."""
    return "<stdin>" if name == "-" else name


def decoded(data: bytes, name: str, first_line: int = 1) -> str:
    """The text of UTF-8 bytes.

    Raises EncodingError with the line of the first byte that is not.
    """
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = first_line + data.count(b"\n", 0, error.start)
        column = error.start - data.rfind(b"\n", 0, error.start)
        raise EncodingError(
            f"{shown(name)} is not UTF-8: byte 0x{data[error.start]:02x} does not fit",
            hint="Save the file as UTF-8.",
            where=Where(shown(name), line, column),
        ) from None


def not_empty(text: str, name: str) -> str:
    """The text, unless there is nothing in it (EmptyFileError)."""
    if not text.strip():
        raise EmptyFileError(
            f"{shown(name)} is empty",
            hint="`lsledger schema --example` prints a file to start from.",
        )
    return text


def not_too_large(data: bytes, name: str) -> bytes:
    """The bytes, unless there are more than LARGEST_YAML (InputError)."""
    if len(data) > LARGEST_YAML:
        raise InputError(
            f"{shown(name)} has {len(data):,} bytes; a YAML file may have {LARGEST_YAML:,}",
            hint="Write large imports as JSON Lines (.jsonl).",
        )
    return data
