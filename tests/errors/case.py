"""One case of the gallery: a command, what lies in the folder before, the error that it gives."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from tests.cli.console import Console


def _nothing(_: Console) -> None:
    """The ledger is as it is."""


@dataclass(frozen=True)
class Case:
    """One error: the command that gives it, and what lies in the folder before."""

    name: str
    """Its file in `golden/`; begins with the error's code."""

    code: str
    command: tuple[str, ...]
    files: Mapping[str, str | bytes] = field(default_factory=dict)
    stdin: str | bytes = b""
    prepare: Callable[[Console], object] = _nothing
    of_files: bool = False
    """Whether it is about a file of SQLite as such."""


def case(
    name: str,
    command: str | tuple[str, ...],
    *,
    code: str | None = None,
    stdin: str | bytes = b"",
    prepare: Callable[[Console], object] = _nothing,
    files: Mapping[str, str | bytes] | None = None,
    of_files: bool = False,
) -> Case:
    """A case whose name is the error's code, unless the code is given."""
    words = tuple(command.split()) if isinstance(command, str) else command
    return Case(name, code or name, words, files or {}, stdin, prepare, of_files)
