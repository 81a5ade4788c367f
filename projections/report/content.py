"""What stands in a report, before it is written as a page: sections, tables, workings, facts.

A cell that rests on facts leads on: where one fact states it, to that fact; where it was added
up, counted or derived, to its working, which leads to the facts. Every fact that something leads
to is in the report once, with its words, its document, and who recorded it when.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from projections.basis import Basis, Grounds
from projections.columns import columns
from projections.origins import OriginsReader, resting_on_facts
from projections.passages import CitedFact, Documents
from projections.pictures.picture import Picture
from projections.read import Answer
from projections.report.words import shortened
from projections.text import label, value_text
from projections.view import Row, View

MOST_ROWS = 50
"""Rows of a table that a report shows; it is a page to be read, and says how to get the rest."""

MOST_TERMS = 10
"""Terms of a sum, or facts, that a working names."""

MOST_OF_TERM = 3
"""Facts of a term that a working names."""

LONGEST = 280
"""Characters of a value that a table shows. The fact that it leads to has all of them."""


class Cell(NamedTuple):
    """A value in a table.

    link: the reference of the fact, or the name of the working, that it leads to. refs: further
    facts, which stand there by their references.
    """

    text: str
    link: str | None = None
    possible: bool = False
    conflict: bool = False
    number: bool = False
    refs: Sequence[str] = ()


class Table(NamedTuple):
    """Rows of a view. more: how many there are beyond those; command: what shows them all."""

    title: str
    heads: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    more: int
    command: str


class Term(NamedTuple):
    """A value that another is made of, and what it leads to. more: facts left out."""

    text: str
    links: Sequence[str]
    more: int


class Working(NamedTuple):
    """How a figure comes about. how: a word of `projections.basis.HOW`. more: terms left out."""

    name: str
    of: str
    value: str
    how: str
    note: str | None
    terms: Sequence[Term]
    facts: Sequence[str]
    more: int


class Section(NamedTuple):
    """A part of the report; picture and rows: what is drawn, and of what."""

    id: str
    title: str
    text: str
    tables: Sequence[Table] = ()
    picture: Picture | None = None
    rows: Sequence[Row] = ()


@dataclass
class Leads:
    """What the cells of a report lead to, as it is gathered."""

    reader: OriginsReader
    workings: dict[tuple[str, str], Working] = field(default_factory=dict)
    refs: dict[str, None] = field(default_factory=dict)

    def cell(self, view: View, row: Row, name: str) -> Cell:
        """A cell of a row that came from the reader."""
        value = getattr(row, name)
        text = shortened(value_text(value), LONGEST)
        link = None
        if name == "ref":
            link = self._gathered([value])[0]
        elif text and name in resting_on_facts(view):
            link = self._lead(self.reader.origins.basis(row, name))
        column = next(column for column in columns(type(row)) if column.name == name)
        return Cell(
            text,
            link,
            possible=name in getattr(row, "possible", ()),
            conflict=name in getattr(row, "conflicts", ()),
            number=hasattr(value, "bounds") or (column.type is int and not column.many),
        )

    def _lead(self, basis: Basis) -> str | None:
        """What a value leads to; the facts on the way are gathered."""
        grounds = basis.grounds
        if not grounds.refs:
            return None
        if len(grounds.refs) == 1 and not _has_rule(grounds):
            return self._gathered(grounds.refs)[0]
        key = (basis.of, basis.column)
        if key not in self.workings:
            self.workings[key] = self._working(basis)
        return self.workings[key].name

    def _working(self, basis: Basis) -> Working:
        grounds = basis.grounds
        terms = [
            Term(
                f"{term.of}, {label(term.column)}: {shortened(value_text(term.value), LONGEST)}",
                self._gathered(term.grounds.refs[:MOST_OF_TERM]),
                max(len(term.grounds.refs) - MOST_OF_TERM, 0),
            )
            for term in grounds.terms[:MOST_TERMS]
        ]
        return Working(
            name=f"working-{len(self.workings) + 1}",
            of=f"{basis.of}, {label(basis.column)}",
            value=shortened(value_text(basis.value), LONGEST),
            how=grounds.how,
            note=grounds.note,
            terms=terms,
            facts=self._gathered(grounds.facts[:MOST_TERMS]),
            more=grounds.more + _beyond(grounds.terms) + _beyond(grounds.facts),
        )

    def _gathered(self, refs: Iterable[str]) -> list[str]:
        found = list(refs)
        self.refs.update(dict.fromkeys(found))
        return found

    def causes(self, refs: Sequence[str]) -> Cell:
        """A cell that names facts; those which the cut does not see lead nowhere."""
        seen = [ref for ref in refs if ref in self._recorded(ref.rpartition("@")[0])]
        return Cell(", ".join(ref for ref in refs if ref not in seen), refs=self._gathered(seen))

    def _recorded(self, stream: str) -> set[str]:
        return {fact.ref for fact in self.reader.origins.past.recorded(stream)}

    def facts(self) -> list[CitedFact]:
        """Every fact that something leads to, in recorded order."""
        documents = Documents(self.reader.connection, self.reader.origins.past)
        return sorted(documents.cited(list(self.refs)), key=lambda cited: cited.life.fact.seq)


def _beyond(found: Sequence[object]) -> int:
    return max(len(found) - MOST_TERMS, 0)


def _has_rule(grounds: Grounds) -> bool:
    """Whether there is more to say of a value than which fact states it."""
    return grounds.note is not None or any(_has_rule(term.grounds) for term in grounds.terms)


def table(leads: Leads, answer: Answer, title: str, names: Sequence[str] = ()) -> Table:
    """The rows of a view with the columns that it shows on a terminal, where they say something.

    names: other columns.
    """
    view, every = answer.view, list(answer.rows)
    rows = every[:MOST_ROWS]
    shown = [
        name
        for name in names or view.brief
        if any(getattr(row, name) not in (None, (), False) for row in rows)
    ]
    return Table(
        title=title,
        heads=[label(name) for name in shown],
        rows=[[leads.cell(view, row, name) for name in shown] for row in rows],
        more=len(every) - len(rows),
        command=f"lsledger {view.name}",
    )
