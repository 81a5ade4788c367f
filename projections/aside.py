"""What is read before it is written: rows of texts that are needed twice, and whole outputs.

They are put aside in a file, so that memory does not grow with them and no row is made twice.
"""

from __future__ import annotations

import marshal
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from itertools import compress
from typing import IO, BinaryIO, Self, cast

from ledger.errors import UnwritableError

AT_ONCE = 1_000
"""Rows that are held; up to so many no file is made."""

MOST_HELD = 1_048_576
"""Bytes of an output that are held; up to so many no file is made."""


class Aside:
    """Takes rows of texts, and gives them again in their order, as often as they are wanted.

    The file is a temporary one without a name, and is gone when the block ends. Raises
    UnwritableError when there is no room for it.
    """

    def __init__(self) -> None:
        self._held: list[Sequence[str]] = []
        self._file: IO[bytes] | None = None
        self._sizes: list[int] = []
        self._kept: Sequence[bool] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._file is not None:
            _close(self._file)

    def add(self, row: Sequence[str]) -> None:
        """Put a row aside."""
        if len(self._held) == AT_ONCE:
            self._write()
        self._held.append(row)

    def only(self, kept: Sequence[bool]) -> None:
        """From now on, give only those texts of each row for which this says so."""
        self._kept = kept

    def __len__(self) -> int:
        return AT_ONCE * len(self._sizes) + len(self._held)

    def __iter__(self) -> Iterator[Sequence[str]]:
        kept = self._kept
        for rows in self._pages():
            yield from rows if kept is None else [list(compress(row, kept)) for row in rows]

    def _pages(self) -> Iterator[Sequence[Sequence[str]]]:
        if self._file is not None:
            self._file.seek(0)
            for size in self._sizes:
                yield marshal.loads(self._file.read(size))
        yield self._held

    def _write(self) -> None:
        data = marshal.dumps(self._held)
        with room():
            if self._file is None:
                from tempfile import TemporaryFile  # not for the few rows that most answers have

                self._file = TemporaryFile(prefix="lsledger-")  # noqa: SIM115  # till the block ends
            self._file.write(data)
            self._file.flush()
        self._sizes.append(len(data))
        self._held = []


@contextmanager
def put_aside() -> Iterator[BinaryIO]:
    """Takes bytes, and gives them again from where they are sought; the file is as that of an
    Aside, and so is the error.
    """
    from tempfile import SpooledTemporaryFile

    file = SpooledTemporaryFile(MOST_HELD, prefix="lsledger-")  # noqa: SIM115  # closed below
    try:
        yield cast("BinaryIO", file)
    finally:
        _close(file)


@contextmanager
def room() -> Iterator[None]:
    """What is put aside in this block has room in a temporary file, or else it is told where that
    should be.

    Raises UnwritableError for an OSError.
    """
    try:
        yield
    except OSError as error:
        raise _without_room(error) from error


def _without_room(error: OSError) -> UnwritableError:
    from tempfile import gettempdir

    try:
        folder = gettempdir()
    except FileNotFoundError:
        return UnwritableError(
            "there is no folder for temporary files that can be written to",
            hint="Name one in the environment variable TMPDIR.",
        )
    reason = (error.strerror or str(error) or "unknown error").lower()
    return UnwritableError(
        f"what is read cannot be put aside in {folder}: {reason}",
        hint="Free some space there, or name another folder in the environment variable TMPDIR.",
    )


def _close(file: IO[bytes]) -> None:
    with suppress(OSError):  # what it could not take a first time
        file.close()
