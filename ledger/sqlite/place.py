"""What is at the path of a file, before SQLite is let near it."""

from __future__ import annotations

from pathlib import Path
from stat import S_ISDIR, S_ISREG

from ledger.errors import LedgerMissingError, NotALedgerError, StoreError

MAGIC = b"SQLite format 3\0"
"""The first bytes of every file of SQLite, whose head is HEAD bytes long."""
HEAD = 100


def look_at(path: Path, shown: str) -> None:
    """Raise the StoreError that tells why no database can be at this place.

    shown: how messages name it.
    """
    try:
        mode = path.stat().st_mode
    except (FileNotFoundError, NotADirectoryError):
        raise LedgerMissingError(
            f"there is no ledger at {shown}",
            hint="Make one with `lsledger init`, or name another with --ledger.",
        ) from None
    except OSError as error:
        raise StoreError(
            f"{shown} cannot be opened: {error.strerror}",
            hint="Check the name, and that you may read the file and its folder.",
        ) from None
    if not S_ISREG(mode):
        kind = "a folder" if S_ISDIR(mode) else "not a regular file"
        raise NotALedgerError(f"{shown} is {kind}", hint="Name a file with --ledger.")


def begins_as_one(path: Path) -> bool:
    """Whether a file has the head of a database: what cannot be read as one is damaged."""
    try:
        with path.open("rb") as opened:
            head = opened.read(HEAD)
            return len(head) == HEAD and head.startswith(MAGIC)
    except OSError:
        return False
