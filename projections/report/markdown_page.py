"""The report in Markdown: the same sections without pictures, for a mail or a repository.

Figures do not lead on by links, which not every reader of Markdown follows: each row names the
facts behind it, and the facts stand below, in recorded order.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import BinaryIO

from projections.exports.markdown_file import escaped
from projections.passages import CitedFact
from projections.report.content import Cell, Table, Working
from projections.report.sections import Report
from projections.report.words import changed, reason, recorded, said_by
from projections.text import value_text


def write(report: Report, title: str, out: BinaryIO) -> None:
    """Write the page."""
    for line in _lines(report, title):
        out.write(f"{line}\n".encode())


def _lines(report: Report, title: str) -> Iterator[str]:
    workings = {working.name: working for working in report.workings}
    yield f"# {escaped(title)}"
    yield ""
    yield " · ".join(f"{label}: {escaped(text)}" for label, text in report.caption)
    yield ""
    for part in report.overview:
        yield f"- **{escaped(part.title)}**{': ' if part.counts else ''}{escaped(part.counts)}"
        for line in part.lines:
            cells = (_text(cell) for cell in (line.status, line.figure, line.note) if cell.text)
            yield f"  - {' · '.join((escaped(line.name), *cells))}"
        if part.more:
            yield f"  - and {part.more:,} more"
    for section in report.sections:
        yield from ("", f"## {escaped(section.title)}", "")
        if section.text:
            yield from (escaped(section.text), "")
        for table in section.tables:
            if table.rows:
                yield from _table(table, workings)
    yield from ("", "## Facts and their words", "")
    if not report.facts:
        yield "Nothing is recorded at this cut."
    for cited in report.facts:
        yield from _fact(cited)


def _table(table: Table, workings: Mapping[str, Working]) -> Iterator[str]:
    yield from (f"### {escaped(table.title)}", "")
    yield _row([*map(escaped, table.heads), "facts"])
    numbers = [any(row[n].number for row in table.rows) for n in range(len(table.heads))]
    yield _row([*("---:" if number else "---" for number in numbers), "---"])
    for row in table.rows:
        refs = dict.fromkeys(ref for cell in row for ref in _behind(cell, workings))
        yield _row([*map(_text, row), "; ".join(map(escaped, refs))])
    if table.more:
        yield from ("", f"and {table.more:,} more: `{table.command}`")
    yield ""


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _text(cell: Cell) -> str:
    text = ", ".join(filter(None, (cell.text, *cell.refs)))
    return f"{escaped(text)}{' ?' if cell.possible else ''}{' !' if cell.conflict else ''}"


def _behind(cell: Cell, workings: Mapping[str, Working]) -> Sequence[str]:
    if cell.link is None:
        return cell.refs
    if cell.link not in workings:
        return (cell.link,)
    working = workings[cell.link]
    return (*working.facts, *(ref for term in working.terms for ref in term.links))


def _fact(cited: CitedFact) -> Iterator[str]:
    fact, passage = cited.life.fact, cited.passage
    on = f", {escaped(cited.reading.on.text())}" if cited.reading.on is not None else ""
    yield f"### {escaped(fact.ref)}: {escaped(fact.type)}{on}"
    yield ""
    if passage.words is not None:
        yield from (f"> {escaped(value_text(passage.words.quoted))}", "")
    document = passage.document
    if document is not None:
        names = ("stream", "title", "publisher", "published", "url")
        named = ", ".join(
            escaped(value_text(told)) for n in names if (told := getattr(document, n))
        )
        at = f", at {escaped(passage.locator)}" if passage.locator else ""
        yield f"- document: {named}{at}"
    for name, text in said_by(cited.reading):
        yield f"- {escaped(name)}: {_value(text)}"
    if cited.life.retraction is not None:
        yield f"- retracted by {escaped(cited.life.retraction.ref)}: it does not count"
    for correction in cited.corrections:
        yield f"- corrected by {_revision(correction.cited, correction.reason)}"
        for name, before, after in changed(correction):
            yield f"  - {escaped(name)}: {_value(before)} → {_value(after)}"
    for other in cited.others:
        verb = other.reading.type.partition(".")[2]
        yield f"- {verb} by {_revision(other, reason(other.reading))}"
    yield f"- recorded: #{fact.seq}, {escaped(recorded(fact))}"
    yield ""


def _revision(cited: CitedFact, why: str) -> str:
    """Which fact says something of another one, why, on what document, and who recorded it."""
    fact, document = cited.life.fact, cited.passage.document
    told = [f"{escaped(fact.ref)}{': ' + _value(why) if why else ''}"]
    told += [f"document: {escaped(document.stream)}"] if document is not None else []
    return "; ".join([*told, f"recorded {escaped(recorded(fact))}"])


def _value(text: str) -> str:
    return escaped(value_text(text))
