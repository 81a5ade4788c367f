"""The text of a PDF, read by PDFium in a process of its own.

PDFium is native code, and a PDF of a few kilobytes can ask it for more time and memory
than there is. So this file is also a program: it reads a PDF from standard input and
writes its text as JSON, under limits of the operating system, where it has them. Without
a form environment, and none is made, PDFium runs no script; it fetches nothing. The
program imports nothing of the ledger.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from itertools import pairwise
from statistics import quantiles
from typing import Any

SECONDS = 20
"""Processor time for one document; 2,000 pages of dense text take about 5 s. It may take
three times as long on a machine that has other work."""

MEMORY = 1024 * 1024 * 1024
"""Bytes of address space for one document."""

MOST_PAGES = 2_000
"""Pages of a document that is read; an annual report has some hundred."""

MOST_CHARACTERS = 10_000_000
"""Characters of text that are taken from a document."""

_BROKEN = "\ufffe"  # what PDFium writes for a hyphen at the end of a line, and the line's end
_LAST_WORD = re.compile(r"\w{1,40}\Z")
_FIRST_WORD = re.compile(r"\w{1,40}")
_WIDER = 1.3
"""How much farther than usual the next line is when a paragraph ends between them, or how
much larger one's letters are than the other's."""


def paragraphs(data: bytes) -> tuple[str, ...] | None:
    """The paragraphs, as PDFium gives them; None when there is no text, or none can be had.

    A paragraph ends where more than the usual space follows, or the letters' size changes;
    always at the end of a page. A word that is broken at the end of a line is joined again
    where the document has it unbroken, too; otherwise it keeps its hyphen.
    """
    found = _run("paragraphs", data)
    return tuple(found) if found else None


def title(data: bytes) -> str | None:
    """The title among the document's properties; None when it has none, or cannot be read."""
    found = _run("title", data)
    return found[0] if found else None


def _run(what: str, data: bytes) -> list[str] | None:
    # -P: the modules beside this file are not to hide those of the standard library.
    command = [sys.executable, "-P", __file__, what, str(SECONDS), str(MEMORY)]
    try:
        done = subprocess.run(
            command,
            input=data,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=3 * SECONDS,
            check=True,
        )
        found: list[str] = json.loads(done.stdout)
    except (OSError, subprocess.SubprocessError, ValueError):
        return None
    return found


# --- the program -----------------------------------------------------------------------------


def main(what: str, seconds: int, memory: int) -> None:
    """Read a PDF from standard input, and write the list of its paragraphs, or of its title."""
    import pypdfium2
    from pypdfium2 import raw

    # Of a font that a document names and does not bring, PDFium would ask the machine: where its
    # lines end, and what they say, would hang on what is installed. It takes its own in its place.
    no_fonts = raw.FPDF_SYSFONTINFO(version=1)
    raw.FPDF_SetSystemFontInfo(no_fonts)
    with os.fdopen(0, "rb") as source, os.fdopen(1, "wb") as target:
        data = source.read()
        _limit(seconds, memory)
        document = pypdfium2.PdfDocument(data)
        found = [document.get_metadata_value("Title")] if what == "title" else _read(document)
        target.write(json.dumps(found).encode("ascii"))
        document.close()


def _limit(seconds: int, memory: int) -> None:
    try:
        import resource
    except ImportError:  # Windows has no such limits; the time is limited from outside
        return
    for kind, most in (
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_FSIZE, 0),  # no file is written
        (resource.RLIMIT_CORE, 0),
    ):
        with suppress(ValueError, OSError):  # a lower limit holds already, or none can be set
            resource.setrlimit(kind, (most, most))


def _read(document: Any) -> list[str]:
    if len(document) > MOST_PAGES:
        raise ValueError("too many pages")
    found: list[str] = []
    length = 0
    for page in document:
        textpage = page.get_textpage()
        found += filter(str.strip, _on_page(textpage))
        length += textpage.count_chars()
        if length > MOST_CHARACTERS:
            raise ValueError("too much text")
        textpage.close()
        page.close()
    return _unbroken("\n".join(found)).split("\n") if found else []


def _on_page(textpage: Any) -> Iterator[str]:
    """The page's paragraphs, each on one line."""
    lines = textpage.get_text_range().split("\r\n")
    heights, bottoms = _boxes(textpage, lines)
    steps = [above - below for above, below in pairwise(bottoms)]
    down = [step for step in steps if step > 0]
    usual = quantiles(down, n=4)[0] if len(down) > 1 else 0.0
    paragraph = lines[:1]
    for line, step, (above, here) in zip(lines[1:], steps, pairwise(heights), strict=True):
        if (
            not line.strip()
            or step > _WIDER * max(usual, here)
            or max(above, here) > _WIDER * min(above, here)
        ):
            yield " ".join(paragraph)
            paragraph = []
        paragraph.append(line)
    yield " ".join(paragraph)


def _boxes(textpage: Any, lines: list[str]) -> tuple[list[float], list[float]]:
    """The height of each line and where its bottom is, in points, by its first letter."""
    import pypdfium2

    heights: list[float] = []
    bottoms: list[float] = []
    bottom = top = 0.0
    position = 0
    for line in lines:
        blank = len(line) - len(line.lstrip())
        with suppress(pypdfium2.PdfiumError):  # then it counts as where the line before is
            _, bottom, _, top = textpage.get_charbox(position + blank, loose=True)
        heights.append(top - bottom)
        bottoms.append(bottom)
        position += len(line) + len("\r\n")
    return heights, bottoms


def _unbroken(text: str) -> str:
    """The text with words joined that were broken at the end of a line."""
    first, *others = text.split(_BROKEN)
    if not others:
        return text
    words = set(re.findall(r"\w+", text.casefold()))
    pieces = [first]
    for piece in others:
        before, after = _LAST_WORD.search(pieces[-1][-40:]), _FIRST_WORD.match(piece)
        whole = before and after and (before.group() + after.group()).casefold()
        pieces.append(piece if whole in words else "-" + piece)
    return "".join(pieces)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
