"""YAML text to plain values, every one with the place it stands at.

Built from the parser's events, so that nothing is constructed, resolved or expanded:
scalars stay the text that was typed (`on: 2025-09` is no date object, `NO` no boolean),
and anchors, aliases and tags are refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError
from ruamel.yaml.events import (
    AliasEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)
from ruamel.yaml.reader import ReaderError

from ledger.errors import (
    DuplicateKeyError,
    MalformedError,
    NestingError,
    ShapeError,
    Where,
)
from ledger.values.text import quoted

DEEPEST = 12
"""Levels of nesting; an import file needs five."""

NEEDS_QUOTES = ">|&*!%@`"
"""What a text without quotes cannot begin with."""

Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Node:
    """A value (None, text, list of nodes, or dict of key to node) and its place.

    `keys` has the place of each key of a mapping.
    """

    value: Any
    where: Where
    keys: dict[str, Where]

    def plain(self) -> Any:
        """The value without places."""
        if isinstance(self.value, dict):
            return {key: node.plain() for key, node in self.value.items()}
        if isinstance(self.value, list):
            return [node.plain() for node in self.value]
        return self.value

    def place(self, path: Path) -> Where:
        """The place of what a path leads to, or of the last step that exists."""
        node = self
        for step in path:
            children = dict(enumerate(node.value)) if isinstance(node.value, list) else node.value
            if not isinstance(children, dict) or step not in children:
                break
            node = children[step]
        return node.where

    def key_place(self, key: str) -> Where:
        """The place of a key."""
        return self.keys.get(key, self.where)


def parse(text: str, file: str) -> Node:
    """The tree of a YAML document.

    Raises MalformedError, NestingError, DuplicateKeyError or ShapeError with the place.
    """
    return _Reader(text, file).document()


class _Reader:
    def __init__(self, text: str, file: str) -> None:
        # As YAML 1.2 counts them: str.splitlines knows more kinds of line ends.
        self.lines = re.split("\r\n|\r|\n", text)
        self.file = file
        self.events: Iterator[Any] = self._events(text)

    def document(self) -> Node:
        root: Node | None = None
        for event in self.events:
            if isinstance(event, ScalarEvent | MappingStartEvent | SequenceStartEvent | AliasEvent):
                if root is not None:
                    raise ShapeError(
                        "a second YAML document begins here",
                        hint="Put each document into a file of its own.",
                        where=self._where(event),
                    )
                root = self._node(event, depth=1)
        if root is None:
            raise ShapeError(
                "the file holds only comments",
                hint="`lsledger schema --example` prints a file to start from.",
                where=Where(self.file, 1),
            )
        return root

    def _events(self, text: str) -> Iterator[Any]:
        try:
            yield from YAML(typ="safe", pure=True).parse(text)
        except MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            where = self._at(mark.line, mark.column) if mark else Where(self.file)
            problem = str(error.problem or error.context or "malformed YAML")
            what, hint = _diagnosis(problem, where.excerpt or "")
            raise MalformedError(what, hint=hint, where=where) from None
        except ReaderError as error:
            before = text[: error.position]
            line = len(re.findall("\r\n|\r|\n", before))
            column = len(re.split("\r\n|\r|\n", before)[-1])
            raise MalformedError(
                f"the character U+{ord(text[error.position]):04X} is not allowed in YAML",
                hint="Remove it; control characters are invisible and were probably pasted along.",
                where=self._at(line, column),
            ) from None

    def _node(self, event: Any, depth: int) -> Node:
        where = self._where(event)
        if isinstance(event, AliasEvent) or getattr(event, "anchor", None):
            raise NestingError(
                "anchors (&) and aliases (*) are not part of the import format",
                hint="Write the value out; text that begins with & or * needs quotes.",
                where=where,
            )
        if getattr(event, "tag", None) not in (None, "!"):
            raise ShapeError(
                f"the tag {_shown_tag(event.tag)} is not part of the import format",
                hint="Remove it; text that begins with ! needs quotes.",
                where=where,
            )
        if depth > DEEPEST:
            raise NestingError(
                f"nested deeper than {DEEPEST} levels",
                hint="An import file is a list of facts with plain fields.",
                where=where,
            )
        if isinstance(event, MappingStartEvent):
            return self._mapping(where, depth)
        if isinstance(event, SequenceStartEvent):
            return self._sequence(where, depth)
        plain = event.style is None
        absent = plain and event.value in ("", "~", "null", "Null", "NULL")
        return Node(None if absent else event.value, where, {})

    def _mapping(self, where: Where, depth: int) -> Node:
        values: dict[str, Node] = {}
        keys: dict[str, Where] = {}
        for event in self.events:
            if isinstance(event, MappingEndEvent):
                break
            place = self._where(event)
            key = self._node(event, depth + 1).value
            if not isinstance(key, str):
                raise ShapeError(
                    "a key must be a word",
                    hint="Write `name: value`; a comma inside { } begins a new key.",
                    where=place,
                )
            if key in keys:
                raise DuplicateKeyError(
                    f"the key {key!r} is given twice; first in line {keys[key].line}",
                    hint="Keep one of them.",
                    where=place,
                )
            keys[key] = place
            values[key] = self._node(next(self.events), depth + 1)
        return Node(values, where, keys)

    def _sequence(self, where: Where, depth: int) -> Node:
        items: list[Node] = []
        for event in self.events:
            if isinstance(event, SequenceEndEvent):
                break
            items.append(self._node(event, depth + 1))
        return Node(items, where, {})

    def _where(self, event: Any) -> Where:
        return self._at(event.start_mark.line, event.start_mark.column)

    def _at(self, line: int, column: int) -> Where:
        excerpt = self.lines[line] if line < len(self.lines) else None
        return Where(self.file, line + 1, column + 1, excerpt)


def _shown_tag(tag: str) -> str:
    """The tag as it was probably typed."""
    return quoted(str(tag).replace("tag:yaml.org,2002:", "!!"))


def _diagnosis(problem: str, line: str) -> tuple[str, str]:
    """What is probably wrong with a line that the parser cannot read, and what to do."""
    if "\t" in line[: len(line) - len(line.lstrip())]:
        return "a tab in the indentation", "Indent with spaces."
    key, colon, value = line.partition(": ")
    value = value.strip()
    looks_like_text = ": " in value and value[:1] not in "'\"{["
    if colon and value and len(line) <= 200 and (value[0] in NEEDS_QUOTES or looks_like_text):
        text = value.replace('"', "'")
        what = (
            f"a text that begins with {value[0]} needs quotes"
            if value[0] in NEEDS_QUOTES
            else "a text that holds a colon and a space needs quotes"
        )
        return what, f'Write {key.strip()}: "{text}"'
    return problem, (
        "Check indentation, quotes and colons around here; text that holds ': ' or begins "
        "with > [ { needs quotes."
    )
