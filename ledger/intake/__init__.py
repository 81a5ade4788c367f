"""Intake: what people and programs hand in, turned into drafts or into errors with a place.

The registry of import formats: a new one is a file with `read` and `pieces`, and a line here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from importlib import import_module
from pathlib import PurePath
from tempfile import TemporaryFile
from typing import Any, BinaryIO

from ledger.envelope import Draft, Fault
from ledger.errors import CollectedError, FileTypeError, LedgerError, did_you_mean, hints
from ledger.intake import text_file
from ledger.intake.text_file import Open

FORMATS = {"yaml": "yaml_file", "jsonl": "jsonl_file"}
EXTENSIONS = {".yaml": "yaml", ".yml": "yaml", ".jsonl": "jsonl", ".ndjson": "jsonl"}


def read_file(
    name: str, format_: str | None = None, opened: Open = text_file.opened
) -> Iterator[Draft | Fault]:
    """The drafts of an import file, or the errors in it; `-` is standard input.

    format_: yaml or jsonl, for names that do not say so; without it and without a name that
    says it, the one Fault is a FileTypeError. Every error is a Fault of its own. opened: how
    the file is opened.
    """
    try:
        read: Callable[[str, Open], Iterator[Draft | Fault]] = _module(name, format_).read
        for item in read(name, opened):
            if isinstance(item, Fault) and isinstance(item.error, CollectedError):
                yield from (Fault(error, item.stream) for error in item.error.errors)
            else:
                yield item
    except LedgerError as error:
        yield Fault(error)


@dataclass(frozen=True, slots=True)
class Files:
    """Import files, one after the other, whose drafts can be gone through more than once."""

    openers: tuple[tuple[str, Open], ...]
    format_: str | None

    def __iter__(self) -> Iterator[Draft | Fault]:
        for name, opened in self.openers:
            yield from read_file(name, self.format_, opened)


@contextmanager
def held(names: Sequence[str], format_: str | None = None) -> Iterator[Files]:
    """The files, with what can be read only once, and may keep one waiting, read into temporary
    files: a pipe, or standard input.
    """
    with ExitStack() as stack:
        openers = []
        for name in names:
            opened: Open = text_file.opened
            if not text_file.can_be_read_again(name):
                opened = _copied(name, format_, stack)
            openers.append((name, opened))
        yield Files(tuple(openers), format_)


def _copied(name: str, format_: str | None, stack: ExitStack) -> Open:
    """Opens what was copied of an input; an error on the way comes again where it is read."""
    copy = stack.enter_context(TemporaryFile())  # noqa: SIM115 - the stack closes it
    told: OSError | None = None
    try:
        pieces: Callable[[BinaryIO], Iterable[bytes]] = _module(name, format_).pieces
        with text_file.opened(name) as file:
            copy.writelines(pieces(file))
    except FileTypeError:
        return text_file.opened  # nothing is read of it
    except OSError as error:
        told = error

    @contextmanager
    def opened(_name: str) -> Iterator[BinaryIO]:
        if told is not None:
            raise told
        copy.seek(0)
        yield copy

    return opened


def _module(name: str, format_: str | None) -> Any:
    return import_module(f"ledger.intake.{FORMATS[format_ or _format_of(name)]}")


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
