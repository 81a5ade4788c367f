"""The little of Markdown that the pages need."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

GENERATED = "<!-- Made from the code by `make reference`. Changes by hand are lost. -->"


def page(*parts: str) -> str:
    """The parts of a page, a blank line between them."""
    return "\n\n".join((GENERATED, *parts)) + "\n"


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table; its cells are Markdown."""
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join(f"| {' | '.join(map(_cell, line))} |" for line in lines)


def block(text: str, language: str = "text") -> str:
    """Text as it is, in a frame."""
    return f"```{language}\n{text.rstrip()}\n```"


def code(text: str) -> str:
    """A word of the program."""
    return f"`{text}`"


def codes(words: Iterable[str]) -> str:
    """Several words of the program."""
    return ", ".join(map(code, words))


def yes(value: bool) -> str:
    """A truth as a word."""
    return "yes" if value else "no"


def sentence(docstring: str | None) -> str:
    """A docstring as one line."""
    return " ".join((docstring or "").split())


def anchor(heading: str) -> str:
    """The name under which GitHub lets a heading be linked to."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def link(heading: str, page: str = "") -> str:
    """A link to a heading."""
    return f"[{heading}]({page}#{anchor(heading)})"


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")
