"""Import files in JSON Lines, written by programs: one fact a line, fields side by side.

{"type": "plant.completed", "id": "acme-north", "on": "2025-09", "source": "acme-2025"}
"""

from __future__ import annotations

import json
import re
from codecs import BOM_UTF8
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Any, BinaryIO

from ledger import fields
from ledger.envelope import Draft, Fault
from ledger.errors import (
    DuplicateKeyError,
    EmptyFileError,
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

DECODER = json.JSONDecoder(parse_int=str, parse_float=str, parse_constant=str)

NESTING_HINT = "A fact is one object with plain fields."


def read(name: str, opened: text_file.Open = text_file.opened) -> Iterator[Draft | Fault]:
    """The drafts of a JSON Lines file, or the errors in it, line by line."""
    try:
        with opened(name) as file:
            yield from drafts(pieces(file), name)
    except OSError as error:
        raise text_file.unreadable(name, error) from None


def pieces(file: BinaryIO) -> Iterator[bytes]:
    """The lines; of one that is too long no more than tells so, for it may have no end."""
    while line := file.readline(LONGEST_LINE + 1):
        yield line
        if len(line) > LONGEST_LINE and not line.endswith(b"\n"):
            return


def drafts(lines: Iterable[bytes], name: str) -> Iterator[Draft | Fault]:
    """The draft or the error of every line that is not blank."""
    empty = True
    for number, line in enumerate(lines, start=1):
        data = line.removeprefix(BOM_UTF8) if number == 1 else line
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
    if len(data) > LONGEST_LINE:
        return Fault(_too_long(text_file.shown(name), number))
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

    def place(path: fields.Path, key: bool) -> Where:
        return _where(text, text_file.shown(name), number, offset_of(text, path, key=key))

    type_name = found.pop("type", None)
    if not isinstance(type_name, str):
        return Fault(
            MissingFieldError(
                "a fact needs its 'type'",
                hint='Such as "type": "plant.completed".',
                where=place((), False),
            )
        )
    return fields.draft(type_name, found, place)


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key is given twice")
    return found


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is not a number that can be recorded")


PARSER = json.JSONDecoder(
    parse_int=str, parse_float=str, parse_constant=_no_constant, object_pairs_hook=_unique
)
"""Takes what can be recorded; of anything else it says no more than that it is wrong."""


def parse_object(text: str, file: str, number: int) -> dict[str, Any]:
    """The object that a line holds, its numbers kept as the text that was written.

    Raises MalformedError, DuplicateKeyError, NestingError, NumberError or ShapeError.
    """
    if len(text) > LONGEST_LINE:
        raise _too_long(file, number)
    try:
        found = PARSER.decode(text)
    except (ValueError, RecursionError):
        found = None
    return found if isinstance(found, dict) else _examined(text, file, number)


def _examined(text: str, file: str, number: int) -> dict[str, Any]:
    """The same, for a text in which something is wrong, slowly: to tell what it is, and where."""

    def here(offset: int = 0) -> Where:
        return _where(text, file, number, offset)

    constants: list[str] = []
    try:
        found = json.loads(
            text,
            parse_float=str,
            parse_int=str,
            parse_constant=constants.append,
            object_pairs_hook=partial(_no_duplicates, here=here, text=text),
        )
    except json.JSONDecodeError as error:
        raise MalformedError(
            error.msg.lower(),
            hint="Every line is one JSON object, with keys and text in double quotes.",
            where=here(error.pos),
        ) from None
    except RecursionError:
        raise NestingError("nested too deep", hint=NESTING_HINT, where=here()) from None
    if constants:
        raise NumberError(
            f"{constants[0]} is not a number that can be recorded",
            hint="Leave the field out when the number is unknown.",
            where=here(_outside_text(text, constants[0])),
        )
    if not isinstance(found, dict):
        raise ShapeError("the line is not a JSON object", hint=NESTING_HINT, where=here())
    return found


def _too_long(file: str, number: int) -> ShapeError:
    return ShapeError(
        f"the line has more than {LONGEST_LINE:,} bytes; a fact takes 65,535 at most",
        hint="Write one fact a line, and shorten the note or the quote.",
        where=Where(file, number),
    )


def _where(text: str, file: str, number: int, offset: int) -> Where:
    """The place of an offset in a text that begins in line `number`."""
    if "\n" not in text:
        return Where(file, number, offset + 1, text)
    before = text[:offset]
    start = before.rfind("\n") + 1
    end = text.find("\n", offset)
    excerpt = text[start : end if end >= 0 else None]
    return Where(file, number + before.count("\n"), offset - start + 1, excerpt)


def _outside_text(text: str, word: str) -> int:
    """Where a bare word stands in JSON, outside of its strings."""
    found = re.search(rf'(?:[^"]|"(?:[^"\\]|\\.)*")*?(?={word})', text, re.DOTALL)
    return found.end() if found else 0


def _no_duplicates(
    pairs: list[tuple[str, Any]], *, here: Callable[[int], Where], text: str
) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        twice, _ = Counter(key for key, _ in pairs).most_common(1)[0]
        places = [at.start() for at in re.finditer(rf"{re.escape(json.dumps(twice))}\s*:", text)]
        raise DuplicateKeyError(
            f"the key {twice!r} is given twice",
            hint="Keep one of them.",
            where=here(places[1] if len(places) == 2 else 0),
        )
    return found


def offset_of(text: str, path: fields.Path, *, key: bool = False) -> int:
    """Where the value that a path leads to begins in a JSON text, or its key.

    When there is no such value, where the last value on the way begins.
    """
    key_at = at = _skip_space(text, 0)
    for step in path:
        for name, name_at, value_at in _members(text, at):
            if name == step:
                key_at, at = name_at, value_at
                break
        else:
            break
    return key_at if key else at


def _members(text: str, at: int) -> Iterator[tuple[str | int, int, int]]:
    """The keys of an object, or the indexes of an array, with the places of key and value."""
    opening, at = text[at], _skip_space(text, at + 1)
    if opening not in "{[":
        return
    index = 0
    while text[at] not in "}]":
        name: str | int = index
        name_at = at
        if opening == "{":
            name, at = DECODER.raw_decode(text, at)
            at = _skip_space(text, _skip_space(text, at) + 1)
        yield name, name_at, at
        _, at = DECODER.raw_decode(text, at)
        at = _skip_space(text, at)
        if text[at] == ",":
            at = _skip_space(text, at + 1)
        index += 1


def _skip_space(text: str, at: int) -> int:
    while text[at : at + 1] in (" ", "\t", "\r", "\n"):
        at += 1
    return at
