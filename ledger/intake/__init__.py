"""Intake: what people and programs hand in, turned into drafts or into errors with a place.

The registry of import formats: a new one is a file with `read(name)` and a line here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import PurePath

from ledger.envelope import Draft, Fault
from ledger.errors import CollectedError, FileTypeError, LedgerError, did_you_mean, hints

FORMATS = {"yaml": "yaml_file", "jsonl": "jsonl_file"}
EXTENSIONS = {".yaml": "yaml", ".yml": "yaml", ".jsonl": "jsonl", ".ndjson": "jsonl"}


def read_file(name: str, format_: str | None = None) -> Iterator[Draft | Fault]:
    """The drafts of an import file, or the errors in it; `-` is standard input.

    format_: yaml or jsonl, for names that do not say so; without it and without a name that
    says it, the one Fault is a FileTypeError. Every error is a Fault of its own.
    """
    try:
        module = import_module(f"ledger.intake.{FORMATS[format_ or _format_of(name)]}")
        read: Callable[[str], Iterator[Draft | Fault]] = module.read
        for item in read(name):
            if isinstance(item, Fault) and isinstance(item.error, CollectedError):
                yield from (Fault(error, item.stream) for error in item.error.errors)
            else:
                yield item
    except LedgerError as error:
        yield Fault(error)


def _format_of(name: str) -> str:
    extension = PurePath(name).suffix.lower()
    if extension in EXTENSIONS:
        return EXTENSIONS[extension]
    if name == "-":
        raise FileTypeError(
            "standard input has no name that says whether it is YAML or JSON Lines",
            hint="Say --as yaml or --as jsonl.",
        )
    near = did_you_mean(extension, EXTENSIONS)
    raise FileTypeError(
        f"{name}: its name does not say whether it is YAML or JSON Lines",
        hint=hints(near, "Name it .yaml or .jsonl, or say --as yaml or --as jsonl."),
    )
