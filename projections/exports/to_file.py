"""Writing a file as a whole: a reader of it sees the old content or the new, nothing between."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from secrets import token_hex
from typing import BinaryIO

from ledger.errors import UnwritableError

_FULL = (errno.ENOSPC, errno.EDQUOT)
_DATABASE = b"SQLite format 3\0"
_HEADER = 100
_APPLICATION = slice(68, 72)


@contextmanager
def replacing(path: Path, application: int | None = None) -> Iterator[BinaryIO]:
    """A new file that takes the place of `path` when the block ends without an exception.

    Until then it is a temporary file in the same folder; after any exception, Ctrl-C
    among them, that one is gone and what was at `path` is as it was. A symbolic link stays:
    its target is replaced. The new file keeps the permissions of the old one. A pipe or
    a device is written to as it is. A database of SQLite is never replaced, unless its header
    says that it is of this `application`.

    Raises UnwritableError.
    """
    try:
        with _writing(path, application) as out:
            yield out
    except OSError as error:
        raise unwritable(path, error) from error


@contextmanager
def _writing(path: Path, application: int | None) -> Iterator[BinaryIO]:
    old = _status(path)
    if old is not None and not stat.S_ISREG(old.st_mode):
        with path.open("wb") as device:
            yield device
        return
    target = path.resolve()
    if old is not None:
        _may_be_replaced(path, target, application)
    temporary = target.with_name(f".lsledger-{token_hex(8)}.tmp")
    try:
        with _created(temporary, old) as out:
            yield out
            out.flush()
            os.fsync(out.fileno())
        temporary.replace(target)
    except BaseException:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)
        raise
    _sync(target.parent)


def _status(path: Path) -> os.stat_result | None:
    try:
        status = path.stat()
    except FileNotFoundError:
        return None
    if stat.S_ISDIR(status.st_mode):
        raise IsADirectoryError(errno.EISDIR, "is a folder")
    return status


def _may_be_replaced(path: Path, target: Path, application: int | None) -> None:
    """Refuse what only the folder's permissions would allow to be lost."""
    if not os.access(target, os.W_OK):
        raise UnwritableError(
            f"{path} is write-protected", hint="Name another file, or lift its protection."
        )
    with suppress(OSError), target.open("rb") as old:  # it may be writable and not readable
        header = old.read(_HEADER)
        of = int.from_bytes(header[_APPLICATION], "big")
        if header.startswith(_DATABASE) and (application is None or of != application):
            raise UnwritableError(
                f"{path} is a database, perhaps a ledger, and is not replaced",
                hint="Name another file.",
            )


def _created(path: Path, old: os.stat_result | None) -> BinaryIO:
    """An empty file: readable as the umask says, or only by its owner until it has the old
    file's permissions.
    """
    descriptor = os.open(
        path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666 if old is None else 0o600
    )
    out = os.fdopen(descriptor, "wb")
    if old is not None:
        with suppress(OSError):  # only the superuser may give a file away
            os.fchown(descriptor, old.st_uid, old.st_gid)
        os.fchmod(descriptor, stat.S_IMODE(old.st_mode))
    return out


def _sync(folder: Path) -> None:
    """Make the new name last through a power cut, where the system can."""
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def unwritable(path: Path, error: OSError) -> UnwritableError:
    """What to say of a place that cannot be written."""
    if error.errno in _FULL:
        return UnwritableError(
            f"{path} cannot be written: the disk is full",
            hint="Free some space and try again. Nothing was replaced.",
        )
    if isinstance(error, IsADirectoryError):
        return UnwritableError(
            f"{path} is a folder", hint="Name a file in it, such as contracts.csv."
        )
    if isinstance(error, FileNotFoundError | NotADirectoryError):
        return UnwritableError(
            f"{path} cannot be written: there is no folder {path.parent}",
            hint="Make the folder first, or name another one.",
        )
    reason = (error.strerror or str(error) or "unknown error").lower()
    return UnwritableError(
        f"{path} cannot be written: {reason}",
        hint="Check the name, and that you may write to the folder.",
    )
