"""What is read before it is written: rows of texts that are needed twice, and whole outputs.

They are put aside in a file, so that memory does not grow with them and no row is made twice.
"""

from __future__ import annotations

import marshal
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import compress
from typing import IO, BinaryIO, Self, cast

AT_ONCE = 1_000
"""Rows that are held; up to so many no file is made."""

MOST_HELD = 1_048_576
"""Bytes of an output that are held; up to so many no file is made."""


class Aside:
    """Takes rows of texts, and gives them again in their order, as often as they are wanted.

    The file is a temporary one without a name, and is gone when the block ends.
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
            self._file.close()

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
        if self._file is None:
            from tempfile import TemporaryFile  # not for the few rows that most answers have

            self._file = TemporaryFile(prefix="lsledger-")  # noqa: SIM115  # until the block ends
        data = marshal.dumps(self._held)
        self._file.write(data)
        self._sizes.append(len(data))
        self._held = []


@contextmanager
def put_aside() -> Iterator[BinaryIO]:
    """Takes bytes, and gives them again; the file is as that of an Aside."""
    from tempfile import SpooledTemporaryFile

    with SpooledTemporaryFile(MOST_HELD, prefix="lsledger-") as file:
        yield cast("BinaryIO", file)
