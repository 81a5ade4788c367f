"""The sections of a report, in the order in which one reads them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import cache, partial
from typing import NamedTuple

from projections import pictures
from projections.diff import Change
from projections.exports.caption import caption
from projections.filters import Filters, applies
from projections.origins import OriginsReader
from projections.passages import CitedFact
from projections.pictures.picture import counted
from projections.read import Answer
from projections.report.content import (
    LONGEST,
    MOST_ROWS,
    Cell,
    Leads,
    Section,
    Table,
    Working,
    table,
)
from projections.report.words import shortened
from projections.text import label, value_text
from projections.view import Row, Value
from projections.views import load, portfolio

ON_ONE_SCREEN = 8
"""Lines of each part of the overview."""

WHERE = {
    "Contracts": "portfolio",
    "Stated investment": "investments",
    "Plants": "portfolio",
    "Promises": "promises",
    "Gaps": "chain",
}
"""The section behind each part of the overview."""

STREAMS = ("contracts", "investments", "plants", "promises")
"""The views whose rows say which streams a filter keeps."""

Ask = Callable[[str], Answer]


class Line(NamedTuple):
    """A line of the overview: what it is about, how far it is, its figure, what else is said."""

    name: str
    status: Cell
    figure: Cell
    note: Cell


class Part(NamedTuple):
    """A part of the overview: how many there are, and the first of them. section: where all of
    them stand.
    """

    title: str
    section: str
    counts: str
    lines: Sequence[Line]
    more: int


class Report(NamedTuple):
    """A whole report. overview: the portfolio in one screen. facts: all that figures lead to."""

    caption: Sequence[tuple[str, str]]
    overview: Sequence[Part]
    sections: Sequence[Section]
    workings: Sequence[Working]
    facts: Sequence[CitedFact]


class Since(NamedTuple):
    """What changed since an earlier cut, and that cut in words."""

    cut: str
    changes: Sequence[Change]


def report(reader: OriginsReader, filters: Filters, since: Since | None) -> Report:
    """The report of a cut, with what changed since an earlier one where that is asked for.

    Raises InputError for a filter that names nothing.
    """
    leads, ask = Leads(reader), cache(partial(_answer, reader, filters))
    overview = list(_overview(leads, ask("portfolio")))
    sections = [section(leads, ask) for section in SECTIONS.values()]
    if since is not None:
        sections.append(_changes(leads, since, ask))
    return _whole(leads, filters, overview, sections)


def section_report(reader: OriginsReader, filters: Filters, name: str) -> Report:
    """The report of one section alone, with what its figures lead to."""
    leads = Leads(reader)
    return _whole(leads, filters, [], [SECTIONS[name](leads, partial(_answer, reader, filters))])


def _whole(
    leads: Leads, filters: Filters, overview: Sequence[Part], sections: Sequence[Section]
) -> Report:
    reader = leads.reader
    told = caption(Answer(load("portfolio"), (), reader.cut, filters, reader.last_seq))
    return Report(told, overview, sections, list(leads.workings.values()), leads.facts())


def _answer(reader: OriginsReader, filters: Filters, name: str) -> Answer:
    """The rows of a view that the filters keep; of a view that knows none of them, the rows of
    the streams that they keep.
    """
    given, view = filters.given(), load(name)
    if all(applies(key, view) for key in given):
        return reader.answer(name, filters).held()
    answer, kept = reader.answer(name).held(), _kept(partial(_answer, reader, filters))
    return replace(answer, rows=[row for row in answer.rows if row.stream in kept])


def _kept(ask: Ask) -> set[str]:
    return {row.stream for name in STREAMS for row in ask(name).rows}


def _overview(leads: Leads, answer: Answer) -> Iterator[Part]:
    """The portfolio in one screen: for each of its parts how many, and the first lines."""
    for title in portfolio.PARTS:
        rows = [row for row in answer.rows if row.section == title]
        yield Part(
            title,
            WHERE[title],
            _count(rows),
            [_line(leads, answer, row) for row in rows[:ON_ONE_SCREEN]],
            max(len(rows) - ON_ONE_SCREEN, 0),
        )


def _count(rows: Sequence[Row]) -> str:
    """How many lines there are of each status; of sums, which have none, nothing."""
    found = Counter(row.status for row in rows if row.status is not None)
    told = ", ".join(f"{number:,} {status}" for status, number in found.items())
    return told or ("" if rows else "nothing is recorded")


def _line(leads: Leads, answer: Answer, row: Row) -> Line:
    figure = "quantity" if row.quantity is not None else "amount"
    cells = (leads.cell(answer.view, row, name) for name in ("status", figure, "note"))
    return Line(shortened(row.name or value_text(row.item), LONGEST), *cells)


def _portfolio(leads: Leads, ask: Ask) -> Section:
    tables = (
        table(leads, ask("contracts"), "Contracts"),
        table(leads, ask("plants"), "Plants"),
    )
    return Section("portfolio", "Contracts and plants", "", tables)


def _pictured(name: str, *others: tuple[str, str]) -> Callable[[Leads, Ask], Section]:
    """A section with a picture, the table of what it shows, and further tables: views and
    titles.
    """

    def section(leads: Leads, ask: Ask) -> Section:
        picture = pictures.load(name)
        answer = ask(picture.view)
        tables = [table(leads, answer, picture.title)]
        tables += [table(leads, ask(view), title) for view, title in others]
        rows = list(answer.rows)
        text = picture.text(rows, answer.cut.as_of)
        return Section(name, picture.title, text, tables, picture, rows)

    return section


def _conflicts(leads: Leads, ask: Ask) -> Section:
    answer = ask("conflicts")
    text = "" if any(answer.rows) else "No source contradicts another one."
    return Section("conflicts", "Where sources disagree", text, [table(leads, answer, "Conflicts")])


def _changes(leads: Leads, since: Since, ask: Ask) -> Section:
    """What changed since the earlier cut: of the streams that the filters keep."""
    shown = since.changes
    if ask("plants").filters.given():
        kept = _kept(ask)
        shown = [change for change in shown if _stream(change) in kept]
    rows = [
        [Cell(change.kind), Cell(change.item), Cell(_told(change)), _causes(leads, change)]
        for change in shown[:MOST_ROWS]
    ]
    found = counted(len(shown), "change") if shown else "Nothing changed"
    text = f"{found} since the ledger {since.cut}."
    listed = Table("Changes", ("change", "of", "what", "because of"), rows,
                  len(shown) - len(rows), "lsledger diff")  # fmt: skip
    return Section("changes", "What changed", text, [listed])


def _stream(change: Change) -> str:
    return change.item.partition(" (")[0]


def _told(change: Change) -> str:
    """The fields that read otherwise, before and after."""
    told = (
        (label(field.field), _short(field.before), _short(field.after)) for field in change.fields
    )
    if change.kind == "new":
        return "; ".join(f"{name}: {after}" for name, _, after in told)
    return "; ".join(f"{name}: {before} → {after}" for name, before, after in told)


def _short(value: Value) -> str:
    return shortened(value_text(value), LONGEST) or "not stated"


def _causes(leads: Leads, change: Change) -> Cell:
    return leads.causes(change.facts) if change.facts else Cell("the passing of time")


SECTIONS: dict[str, Callable[[Leads, Ask], Section]] = {
    "portfolio": _portfolio,
    "chain": _pictured("chain"),
    "investments": _pictured("investments", ("investments", "Investments")),
    "capacity": _pictured("capacity"),
    "promises": _pictured("promises"),
    "conflicts": _conflicts,
}
"""In the order of the page."""
