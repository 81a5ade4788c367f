"""A file with a copy of a ledger, taken while others write: whole, checked, in nobody's place.

the ledger, as it is at one moment -> a temporary file beside the new one -> every fact in it
hashed anew -> on the disk -> its name
"""

from __future__ import annotations

import errno
import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from secrets import token_hex
from stat import S_IMODE
from typing import TypeAlias

from ledger import database
from ledger.database import SCHEMA_VERSION, Connection, Database
from ledger.errors import DamagedError, LedgerError, LedgerExistsError, UnwritableError
from ledger.evidence import verify
from ledger.evidence.scan import Record, scan
from ledger.evidence.verify import Check, attempted

PAGES = 256
"""Pages of a file that are copied at a time, before the progress is told."""

LOGS = ("-wal", "-journal")
"""What SQLite takes for the log of a file of that name, and would play into it."""

Progress: TypeAlias = Callable[[str, int, int], None]
"""Told what is being done, how much of it is done, and of how much."""

_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_NO_LINKS = (errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK)
# By these SQLite says that it could not write; the ledger itself is only read.
_NOT_WRITTEN = (
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_IOERR_WRITE,
    sqlite3.SQLITE_IOERR_FSYNC,
    sqlite3.SQLITE_IOERR_TRUNCATE,
)


@dataclass(frozen=True, slots=True)
class Copied:
    """What a copy holds: how many facts, and the root of the tree over them."""

    facts: int
    root: bytes


def back_up(where: Database, target: Path, progress: Progress) -> Copied:
    """Copy a ledger into a new file, which gets its name when it is complete.

    Needs no more than the right to read the ledger. Others may go on writing meanwhile: the
    copy is the ledger of the moment at which the copying began. That of a server is a file,
    too.

    Raises LedgerExistsError when something is at the place already, UnwritableError when
    the file cannot be made there, DamagedError when the ledger does not hold together.
    """
    where.check()
    _check_free(target)
    with _temporary(target) as temporary:
        _copy(where, target, temporary, progress)
        found = _checked(where, temporary)
        try:
            _sync(temporary)
            _give_name(temporary, target)
        except OSError as error:
            raise _unwritable(target, error) from None
    return found


def _check_free(target: Path) -> None:
    """Raise the error that keeps the copy from getting its name."""
    if target.is_dir():
        raise UnwritableError(
            f"{target} is a folder", hint="Name a new file in it, such as ledger-2026-03-31.db."
        )
    if os.path.lexists(target):
        raise _exists(target)
    for suffix in LOGS:
        log = target.with_name(target.name + suffix)
        if os.path.lexists(log) and log.lstat().st_size:
            raise LedgerExistsError(
                f"{log} was left by another database, and would be played into the copy",
                hint="Name another file, or move that one away.",
            )


def _exists(target: Path) -> LedgerExistsError:
    return LedgerExistsError(
        f"{target} exists already, and is not replaced",
        hint="Name a new file for each backup, or move this one away.",
    )


@contextmanager
def _temporary(target: Path) -> Iterator[Path]:
    """An empty file beside the target, which only its owner may read; gone when the block ends."""
    temporary = target.absolute().with_name(f".lsledger-{token_hex(8)}.tmp")
    try:
        os.close(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    except OSError as error:
        raise _unwritable(target, error) from None
    try:
        yield temporary
    finally:
        for suffix in ("", "-wal", "-shm"):
            with suppress(OSError):
                temporary.with_name(temporary.name + suffix).unlink(missing_ok=True)


def _copy(where: Database, target: Path, temporary: Path, progress: Progress) -> None:
    """Copy the ledger, as it is at one moment, into an empty file."""
    with where.snapshot() as ledger:
        if isinstance(ledger, sqlite3.Connection):
            _copy_pages(ledger, target, temporary, progress)
            return
    from ledger.copy import copied

    copied(where, database.locate(str(temporary)), progress)
    with closing(sqlite3.connect(temporary)) as copy:  # all of it into the one file
        copy.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _copy_pages(
    ledger: sqlite3.Connection, target: Path, temporary: Path, progress: Progress
) -> None:
    """Copy a file page by page, and its permissions."""
    with closing(sqlite3.connect(temporary)) as copy:
        # The file is thrown away after any fault, so it needs no journal of its own.
        copy.execute("PRAGMA journal_mode = OFF")
        copy.execute("PRAGMA synchronous = OFF")
        # Reading from here to the end: otherwise each fact that somebody records in the
        # meantime would make the copying begin anew.
        ledger.execute("SELECT count(*) FROM main.sqlite_master").fetchone()
        try:
            ledger.backup(
                copy,
                pages=PAGES,
                progress=lambda _, left, all_: progress("Copying pages", all_ - left, all_),
            )
        except sqlite3.Error as error:
            if getattr(error, "sqlite_errorcode", None) in _NOT_WRITTEN:
                raise _unwritable(target, OSError(errno.ENOSPC, "disk full")) from None
            raise
    files = {name: file for _, name, file in ledger.execute("PRAGMA database_list")}
    with suppress(OSError):
        temporary.chmod(S_IMODE(Path(files["main"]).stat().st_mode) & 0o666 | 0o600)


def _checked(where: Database, temporary: Path) -> Copied:
    """What the copy holds, as its bytes say; raises DamagedError when they do not fit together."""
    copy = database.locate(str(temporary))
    with copy.inspecting() as connection:
        record = attempted(
            where, "facts", lambda: scan(connection, [*verify.checkpoint_sizes(connection)])
        )
        if isinstance(record, Check):
            raise _damaged(where, record)
        for name, check in _checks(copy, connection, record):
            found = attempted(where, name, check)
            if not found.ok:
                raise _damaged(where, found)
    return Copied(record.size, record.edge.root())


def _checks(
    copy: Database, connection: Connection, record: Record
) -> Iterator[tuple[str, Callable[[], Check]]]:
    """Each check of what no other copy could replace. The views can be made anew."""
    yield "file", lambda: Check("file", "", tuple(copy.defects(connection, thorough=True)))
    yield "facts", partial(verify.facts, record)
    if copy.version(connection) >= SCHEMA_VERSION:
        yield "tree", partial(verify.tree_over, record)
        yield "checkpoints", partial(verify.checkpoints, connection, record, ())
        yield "documents", partial(verify.documents, connection)


def _damaged(where: Database, check: Check) -> LedgerError:
    first = " ".join(check.differences[0].split())
    return DamagedError(
        f"{where} is damaged, and no copy of it was made: {check.name}: {first}",
        hint="`lsledger verify` tells all that differs. Keep the backups that you have.",
    )


def _give_name(temporary: Path, target: Path) -> None:
    """Let the finished file have its name, unless somebody took that in the meantime."""
    try:
        try:
            os.link(temporary, target)
        except OSError as error:
            if error.errno not in _NO_LINKS:
                raise
            # A file system without links: the name is taken first, and then filled at once.
            target.open("xb").close()
            temporary.replace(target)
    except FileExistsError:
        raise _exists(target) from None
    with suppress(OSError):  # not every system lets a folder be opened
        _sync(target.parent)


def _sync(path: Path) -> None:
    """Make it last through a power cut."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _unwritable(target: Path, error: OSError) -> UnwritableError:
    if error.errno in _FULL:
        return UnwritableError(
            f"{target} cannot be written: the disk is full",
            hint="Free some space and try again. Nothing was left there.",
        )
    if isinstance(error, FileNotFoundError | NotADirectoryError):
        return UnwritableError(
            f"{target} cannot be written: there is no folder {target.parent}",
            hint="Make the folder first, or name another one.",
        )
    reason = (error.strerror or str(error) or "unknown error").lower()
    return UnwritableError(
        f"{target} cannot be written: {reason}",
        hint="Check the name, and that you may write to the folder.",
    )
