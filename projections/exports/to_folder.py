"""Writing a folder as a whole: it has the old files or the new ones, never some of both."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from secrets import token_hex

from ledger.errors import UnwritableError
from projections.exports.to_file import unwritable


@contextmanager
def replacing_folder(path: Path, ours: Callable[[Path], bool]) -> Iterator[Path]:
    """A new folder that takes the place of `path` when the block ends without an exception.

    Until then it is a temporary folder beside it; after any exception, Ctrl-C among them, that
    one is gone and `path` is as it was. Only a folder that is empty, or of which `ours` says so,
    is replaced. For a moment neither stands at `path`: the system exchanges no folders. If the
    power fails just then, the old one is beside it, under a name that begins with .lsledger-.

    Raises UnwritableError.
    """
    try:
        with _writing(path, ours) as folder:
            yield folder
    except OSError as error:
        raise unwritable(path, error) from error


@contextmanager
def _writing(path: Path, ours: Callable[[Path], bool]) -> Iterator[Path]:
    target = path.resolve()
    _check(path, target, ours)
    temporary = target.with_name(f".lsledger-{token_hex(8)}.tmp")
    try:
        temporary.mkdir()
        yield temporary
        for file in (*temporary.iterdir(), temporary):
            _sync(file)
        _check(path, target, ours)  # somebody may have put something there meanwhile
        _take_place(temporary, target)
    except BaseException:
        with suppress(OSError):
            shutil.rmtree(temporary)
        raise
    with suppress(OSError):
        _sync(target.parent)


def _check(path: Path, target: Path, ours: Callable[[Path], bool]) -> None:
    """Refuse to replace what is something else."""
    if not os.path.lexists(target):
        return
    if not target.is_dir():
        raise UnwritableError(f"{path} is a file", hint="Name a folder, new or empty.")
    if any(target.iterdir()) and not ours(target):
        raise UnwritableError(
            f"{path} holds other things than such an export", hint="Name a folder, new or empty."
        )
    if target == Path.cwd():
        raise UnwritableError(
            f"{path} is the folder that you are in, which cannot be replaced",
            hint="Name a folder in it, or another one.",
        )


def _take_place(temporary: Path, target: Path) -> None:
    if not target.exists():
        temporary.rename(target)
        return
    shutil.copymode(target, temporary)
    old = target.with_name(f".lsledger-{token_hex(8)}.old")
    try:
        target.rename(old)
        temporary.rename(target)
    except BaseException:
        if old.exists() and not target.exists():
            old.rename(target)
        raise
    shutil.rmtree(old, ignore_errors=True)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
