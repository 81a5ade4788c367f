"""Reading an import file as text: it must be there, not empty, and UTF-8."""

from __future__ import annotations

import errno
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from stat import S_ISREG
from typing import BinaryIO, TypeAlias

from ledger.errors import EmptyFileError, EncodingError, FileMissingError, InputError, Where

LARGEST_YAML = 16 * 1024 * 1024
"""Bytes of the largest YAML file; more than people write. JSON Lines has no limit."""

Open: TypeAlias = Callable[[str], AbstractContextManager[BinaryIO]]
"""Opens an input by its name."""


def whole(file: BinaryIO) -> bytes:
    """The bytes of a file, or no more than tell that it is too large: /dev/zero has no end."""
    return file.read(LARGEST_YAML + 1)


@contextmanager
def opened(name: str) -> Iterator[BinaryIO]:
    """A file to read bytes from, or standard input for `-`; it may raise OSError."""
    if name != "-":
        with Path(name).open("rb") as file:
            yield file
    elif sys.stdin is None:  # as in `lsledger record <&-`
        raise OSError(errno.EBADF, "it is closed")
    else:
        yield sys.stdin.buffer


def read_bytes(name: str, opened: Open = opened) -> bytes:
    """The bytes of a file, or of standard input for `-`; no more than tell that it is too large.

    Raises FileMissingError when it cannot be read.
    """
    try:
        with opened(name) as file:
            return whole(file)
    except OSError as error:
        raise unreadable(name, error) from None


def can_be_read_again(name: str) -> bool:
    """Whether it is a regular file, which makes nobody wait, and is there once more."""
    try:
        return name != "-" and S_ISREG(Path(name).stat().st_mode)
    except OSError:  # told when it is read
        return True


def unreadable(name: str, error: OSError) -> FileMissingError:
    """Our error for a file that the system does not let us read."""
    return FileMissingError(
        f"{shown(name)} cannot be read: {(error.strerror or 'unknown error').lower()}",
        hint="Check the name and the permissions.",
    )


def shown(name: str) -> str:
    """How messages name the input."""
    return "<stdin>" if name == "-" else name


def decoded(data: bytes, name: str, first_line: int = 1) -> str:
    """The text of UTF-8 bytes.

    Raises EncodingError with the line of the first byte that is not.
    """
    try:
        return data.decode().removeprefix("\ufeff")
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
            f"{shown(name)} has more than {LARGEST_YAML:,} bytes",
            hint="Split it, or write large imports as JSON Lines (.jsonl), which has no limit.",
        )
    return data
