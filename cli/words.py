"""Facts with the words behind them: what each states, its corrections, passage and document."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from dataclasses import replace
from datetime import date

import click

from cli.describe import fields_of, headline, what_became_of
from cli.render import label, line, safe, to_the_second, value_text
from cli.text import terminal_width, wrapped
from ledger.cut import time_text
from ledger.envelope import Fact
from ledger.evidence.quote import FOUND, NOT_FOUND
from projections.passages import CitedFact, Correction, Passage, Words

STEP = "    "
CONTEXT = 400
"""Characters of a paragraph that are shown before a quote, and after it."""

NOT_CHECKED = "unchecked: no text of the document is at hand"
NOT_THERE = "not found: these words do not stand in the archived document"


def print_cited(cited: CitedFact, fields: Iterable[str], as_of: date, indent: str = "") -> None:
    """Print a fact with all that leads from it to the words.

    fields: those of its fields that state what is asked for. as_of: the day of the cut.
    """
    fact, reading = cited.life.fact, cited.reading
    maybe = reading.on is not None and reading.on.possible_at(as_of)
    line(f"{headline(reading)}{'  (possible)' if maybe else ''}", indent, bold=True)
    inner = indent + STEP
    recorded, now = dict(fields_of(fact)), dict(fields_of(reading))
    if reading.on != fact.on:
        line(f"on: {_on(reading)}, was {_on(fact)}", inner)
    for name in fields:
        was, reads = recorded.get(name, ""), now.get(name, "")
        before = f", was {was or 'left out'}" if was != reads else ""
        line(f"{label(name)}: {reads or 'left out'}{before}", inner)
    _print_passage(cited.passage, inner)
    _print_recorded(fact, inner)
    for correction in cited.corrections:
        _print_correction(correction, inner, cited.passage.source)
    for other in cited.others:
        _print_other(other, inner)
    for told in what_became_of(replace(cited.life, corrections=(), corroborations=(), disputes=())):
        line(told, inner)


def _print_correction(correction: Correction, indent: str, source: str | None) -> None:
    """Print a correction, and those of it in turn. source: what the corrected fact rests on."""
    cited, inner = correction.cited, indent + STEP
    fact = cited.life.fact
    line(f"corrected by {fact.ref} #{fact.seq}: {safe(correction.reason)}", indent)
    _print_changes(correction.before, correction.after, inner)
    _print_passage(cited.passage, inner, same_document=cited.passage.source == source)
    _print_recorded(fact, inner)
    for further in cited.corrections:
        _print_correction(further, inner, cited.passage.source)


def _print_other(other: CitedFact, indent: str) -> None:
    """Print what another document says of the same."""
    fact = other.reading
    reason = getattr(fact.content, "reason", None)
    why = f": {safe(reason)}" if reason else ""
    line(f"{fact.type.partition('.')[2]} by {fact.ref} #{fact.seq}{why}", indent)
    _print_passage(other.passage, indent + STEP)
    _print_recorded(fact, indent + STEP)


def _on(fact: Fact) -> str:
    return fact.on.text() if fact.on is not None else "undated"


def _print_changes(before: Fact, after: Fact, indent: str) -> None:
    if before.on != after.on:
        line(f"on: {_on(before)} -> {_on(after)}", indent)
    was, now = dict(fields_of(before)), dict(fields_of(after))
    for name in dict.fromkeys((*was, *now)):
        if was.get(name) != now.get(name):
            change = f"{was.get(name, 'left out')} -> {now.get(name, 'left out')}"
            line(f"{label(name)}: {change}", indent)


def _print_recorded(fact: Fact, indent: str) -> None:
    at = to_the_second(time_text(fact.recorded_at))
    line(f"recorded {at} by {safe(fact.actor)}", indent)


def _print_passage(passage: Passage, indent: str, *, same_document: bool = False) -> None:
    if passage.words is not None:
        _print_words(passage.words, indent)
    elif not same_document:  # most corrections read the same words again
        line("no quote is recorded", indent)
    if passage.locator is not None:
        line(f"at {safe(passage.locator)}", indent)
    document = passage.document
    if passage.source is None:
        line("no document is named", indent)
    elif same_document:
        line(f"on the same document, source:{passage.source}", indent)
    elif document is None:
        line(f"source:{passage.source}, which does not count at this cut", indent)
    else:
        told = (document.title, document.publisher, document.published, document.url)
        named = ", ".join(value_text(part) for part in told if part is not None)
        line(f"{document.stream}: {named}", indent)


def _print_words(words: Words, indent: str) -> None:
    """The paragraph with the quote in it: bold and reversed on a terminal, else in »«."""
    before, quoted, after = _shortened(words.before), words.quoted, _cut(words.after)
    if not sys.stdout.isatty() or os.environ.get("NO_COLOR"):
        line(f"{_flat(before)}»{_flat(quoted)}«{_flat(after)}", indent)
    else:
        width = terminal_width()
        lines = wrapped(f"{_flat(before)}{_flat(quoted)}{_flat(after)}", width, first=indent)
        begin = _letters(before)
        for shown in _highlighted(lines, len(indent), begin, begin + _letters(quoted)):
            click.echo(shown)
    if words.check != FOUND:
        line(f"({NOT_THERE if words.check == NOT_FOUND else NOT_CHECKED})", indent)


def _highlighted(lines: list[str], indent: int, begin: int, end: int) -> Iterable[str]:
    """The lines with the letters from one to another highlighted; spaces are no letters."""
    at = 0
    for text in lines:
        first = last = None
        for place in range(indent, len(text)):
            if not text[place].isspace():
                if begin <= at < end:
                    first, last = (place if first is None else first), place + 1
                at += 1
        if first is None:
            yield text
        else:
            quoted = click.style(text[first:last], bold=True, reverse=True)
            yield f"{text[:first]}{quoted}{text[last:]}"


def _letters(text: str) -> int:
    return sum(not char.isspace() for char in text)


def _flat(text: str) -> str:
    """On one line, and nothing in it that a terminal would obey; spaces at its ends stay."""
    one = " ".join(text.splitlines())
    return "".join(char if char.isprintable() else "�" for char in one)


def _shortened(before: str) -> str:
    """The end of what stands before a quote."""
    if len(before) <= CONTEXT:
        return before
    return f"…{before[-CONTEXT:].partition(' ')[2]}"


def _cut(after: str) -> str:
    """The beginning of what stands after a quote."""
    if len(after) <= CONTEXT:
        return after
    return f"{after[:CONTEXT].rpartition(' ')[0]}…"
