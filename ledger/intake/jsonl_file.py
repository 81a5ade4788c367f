"""Import files in JSON Lines, written by programs: one fact a line, fields side by side.

{"type": "plant.completed", "id": "acme-north", "on": "2025-09", "source": "acme-2025"}
"""

from __future__ import annotations

import json
import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from ledger import fields
from ledger.envelope import Draft, Fault
from ledger.errors import (
    DuplicateKeyError,
    EmptyFileError,
    FileMissingError,
    LedgerError,
    MalformedError,
    MissingFieldError,
    NestingError,
    NumberError,
    ShapeError,
    Where,
)
from ledger.intake import text_file

LONGEST_LINE = 1024 * 1024
"""Bytes of the longest line; a fact may take 65,535."""

NESTING_HINT = "A fact is one object with plain fields."


def read(name: str) -> Iterator[Draft | Fault]:
    """The drafts of a JSON Lines file, or the errors in it, line by line."""
    if name == "-":
        yield from drafts(sys.stdin.buffer, name)
        return
    try:
        with Path(name).open("rb") as lines:
            yield from drafts(lines, name)
    except OSError as error:
        raise FileMissingError(
            f"{name} cannot be read: {(error.strerror or 'unknown error').lower()}",
            hint="Check the name and the permissions.",
        ) from None


def drafts(lines: Iterable[bytes], name: str) -> Iterator[Draft | Fault]:
    """The draft or the error of every line that is not blank."""
    empty = True
    for number, data in enumerate(lines, start=1):
        if data.strip():
            empty = False
            yield draft_of_line(data, name, number)
    if empty:
        raise EmptyFileError(
            f"{text_file.shown(name)} is empty",
            hint="Write one JSON object a line; `lsledger schema --jsonl` describes it.",
        )


def draft_of_line(data: bytes, name: str, number: int) -> Draft | Fault:
    """The draft of one line."""
    try:
        text = text_file.decoded(data, name, number).rstrip("\r\n")
    except LedgerError as error:
        return Fault(error)
    return draft_of_object(text, name, number)


def draft_of_object(text: str, name: str, number: int = 1) -> Draft | Fault:
    """The draft of one JSON object, which begins in line `number` of the input."""
    try:
        found = parse_object(text, text_file.shown(name), number)
    except LedgerError as error:
        return Fault(error)

    def place(path: fields.Path) -> Where:
        key = str(path[0]) if path else None
        at = re.search(rf'"{re.escape(key)}"\s*:\s*', text) if key is not None else None
        return _where(text, text_file.shown(name), number, at.end() if at else 0)

    type_name = found.pop("type", None)
    if not isinstance(type_name, str):
        return Fault(
            MissingFieldError(
                "a fact needs its 'type'",
                hint='Such as "type": "plant.completed".',
                where=place(()),
            )
        )
    return fields.draft(type_name, found, place)


def parse_object(text: str, file: str, number: int) -> dict[str, Any]:
    """The object that a line holds, its numbers kept as the text that was written.

    Raises MalformedError, DuplicateKeyError, NestingError, NumberError or ShapeError.
    """

    def here(offset: int = 0) -> Where:
        return _where(text, file, number, offset)

    if len(text) > LONGEST_LINE:
        raise ShapeError(
            f"the line has {len(text):,} characters; a fact takes 65,535 bytes at most",
            hint="Shorten the note or the quote.",
            where=Where(file, number, 1, text[:200]),
        )
    try:
        found = json.loads(
            text,
            parse_float=str,
            parse_int=str,
            parse_constant=_refuse_constant,
            object_pairs_hook=_no_duplicates,
        )
    except json.JSONDecodeError as error:
        raise MalformedError(
            error.msg.lower(),
            hint="Every line is one JSON object, with keys and text in double quotes.",
            where=here(error.pos),
        ) from None
    except RecursionError:
        raise NestingError("nested too deep", hint=NESTING_HINT, where=here()) from None
    except LedgerError as error:
        raise error.at(here()) from None
    if not isinstance(found, dict):
        raise ShapeError("the line is not a JSON object", hint=NESTING_HINT, where=here())
    return found


def _where(text: str, file: str, number: int, offset: int) -> Where:
    """The place of an offset in a text that begins in line `number`."""
    before = text[:offset]
    start = before.rfind("\n") + 1
    end = text.find("\n", offset)
    excerpt = text[start : end if end >= 0 else None]
    return Where(file, number + before.count("\n"), offset - start + 1, excerpt)


def _refuse_constant(text: str) -> object:
    raise NumberError(f"{text} is not a number that can be recorded", hint="Leave the field out.")


def _no_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        twice, _ = Counter(key for key, _ in pairs).most_common(1)[0]
        raise DuplicateKeyError(f"the key {twice!r} is given twice", hint="Keep one of them.")
    return found
