"""Intake: what people and programs hand in, turned into drafts or into errors with a place.

The registry of import formats: a new one is a file with `read(name)` and a line here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import PurePath

from ledger.envelope import Draft, Fault
from ledger.errors import FileTypeError, LedgerError, did_you_mean

FORMATS = {"yaml": "yaml_file", "jsonl": "jsonl_file"}
EXTENSIONS = {".yaml": "yaml", ".yml": "yaml", ".jsonl": "jsonl", ".ndjson": "jsonl"}


def read_file(name: str, format_: str | None = None) -> Iterator[Draft | Fault]:
    """The drafts of an import file, or the errors in it; `-` is standard input.

    format_: yaml or jsonl, for names that do not say so. Raises FileTypeError when neither
    the name nor the format tells.
    """
    if format_ is None:
        extension = PurePath(name).suffix.lower()
        if extension not in EXTENSIONS:
            raise FileTypeError(
                f"{name}: its name does not say whether it is YAML or JSON Lines",
                hint=did_you_mean(extension, EXTENSIONS)
                or "Name it .yaml or .jsonl, or say --as yaml or --as jsonl.",
            )
        format_ = EXTENSIONS[extension]
    read: Callable[[str], Iterator[Draft | Fault]] = import_module(
        f"ledger.intake.{FORMATS[format_]}"
    ).read
    try:
        yield from read(name)
    except LedgerError as error:
        yield Fault(error)
