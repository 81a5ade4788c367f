"""Reading an import file that a test wrote, and where its errors stand."""

from __future__ import annotations

from pathlib import Path
from typing import TypeAlias

from ledger.envelope import Draft, Fault
from ledger.intake import read_file

Place: TypeAlias = tuple[str, int | None, int | None]
"""An error's code, its line and its column."""


def read(folder: Path, name: str, content: str | bytes) -> list[Draft | Fault]:
    """What an import file of this content holds."""
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return list(read_file(str(path)))


def drafts(folder: Path, name: str, content: str | bytes) -> list[Draft]:
    """The drafts of a file without errors."""
    found = read(folder, name, content)
    assert all(isinstance(item, Draft) for item in found), found
    return [item for item in found if isinstance(item, Draft)]


def faults(folder: Path, name: str, content: str | bytes) -> list[Fault]:
    """The errors of a file."""
    return [item for item in read(folder, name, content) if isinstance(item, Fault)]


def places(folder: Path, name: str, content: str | bytes) -> list[Place]:
    """The errors of a file, each by its code and its place."""
    found: list[Place] = []
    for fault in faults(folder, name, content):
        where = fault.error.where
        found.append(
            (fault.error.code, where.line if where else None, where.column if where else None)
        )
    return found
