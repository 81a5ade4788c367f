"""What the faults of SQLite mean for whoever uses the ledger in a file."""

from __future__ import annotations

from pathlib import Path

from ledger.errors import (
    BusyError,
    DamagedError,
    DiskFullError,
    NotALedgerError,
    ReadOnlyError,
    StoreError,
)

MAGIC = b"SQLite format 3\0"
"""The first bytes of every file of SQLite, whose head is HEAD bytes long."""
HEAD = 100


def fault_of(path: Path, error: BaseException) -> StoreError:
    """Our error for a fault of the database, whether it comes bare or through the library."""
    text = str(error)
    lowered = text.lower()
    if "locked" in lowered or "busy" in lowered:
        return BusyError(
            f"another process is writing to {path}; nothing was recorded",
            hint="Try again in a moment.",
        )
    if "full" in lowered or "disk i/o error" in lowered:
        return DiskFullError(
            f"the disk that holds {path} is full or failing ({text}); nothing was recorded",
            hint="Free some space and try again.",
        )
    if "readonly" in lowered or "read-only" in lowered:
        return ReadOnlyError(
            f"{path} cannot be written to",
            hint="Check the permissions of the file and its folder.",
        )
    if "not a database" in lowered and not _begins_as_one(path):
        return NotALedgerError(
            f"{path} is not a ledger",
            hint="Name a ledger with --ledger, or make a new one with `lsledger init`.",
        )
    if "unable to open" in lowered:
        return StoreError(
            f"{path} cannot be opened",
            hint="Check that the folder exists and that you may read and write it.",
        )
    return DamagedError(
        f"{path} cannot be read: {text}",
        hint="The file may be damaged; restore it from a backup.",
    )


def _begins_as_one(path: Path) -> bool:
    """Whether a file has the head of a database: what cannot be read as one is damaged."""
    try:
        with path.open("rb") as opened:
            head = opened.read(HEAD)
            return len(head) == HEAD and head.startswith(MAGIC)
    except OSError:
        return False
