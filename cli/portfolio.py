"""The portfolio on the terminal: its sections one below the other, each with its own columns."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import partial
from itertools import groupby
from typing import NamedTuple

import click

from cli import render
from projections.aside import Aside
from projections.read import Answer
from projections.views.portfolio import CONTRACTS, GAPS, INVESTMENT, PLANTS, PROMISES

COLUMNS = {
    CONTRACTS: ("item", "name", "company", "status", "on", "quantity", "amount", "note"),
    INVESTMENT: ("item", "name", "amount", "status", "note"),
    PLANTS: ("item", "name", "company", "status", "on", "quantity", "note"),
    PROMISES: ("item", "name", "company", "status", "on", "quantity", "amount", "note"),
    GAPS: ("item", "name", "status", "note"),
}
LABELS = {
    INVESTMENT: {"item": "business", "amount": "stated", "note": "of"},
    PLANTS: {"item": "plant", "quantity": "capacity", "note": "place"},
    PROMISES: {
        "item": "promise",
        "name": "statement",
        "on": "due",
        "company": "by",
        "note": "condition",
    },
    GAPS: {"item": "stage", "note": "what there is"},
    CONTRACTS: {"item": "contract"},
}


@contextmanager
def rendered_portfolio(answer: Answer) -> Iterator[Callable[[], None]]:
    """Reads the rows; gives what prints the page."""
    sections: list[_Section] = []
    with ExitStack() as kept:
        for name, listed in groupby(answer.rows, key=lambda row: row.section):
            rows = kept.enter_context(Aside())
            columns, marked = render.put_aside(rows, listed, COLUMNS[name])
            sections.append(_Section(name, columns, rows, marked))
        yield partial(_print, answer, sections)


class _Section(NamedTuple):
    name: str
    columns: Sequence[str]
    rows: Aside
    marked: Collection[str]


def _print(answer: Answer, sections: Sequence[_Section]) -> None:
    click.echo(render.heading(answer))
    for name, columns, rows, _ in sections:
        labels = LABELS.get(name, {})
        click.echo("")
        click.echo(click.style(name.upper(), bold=True))
        render.table([labels.get(column, render.label(column)) for column in columns], rows)
    if not sections:
        render.nothing(answer)
    render.footnote({mark for section in sections for mark in section.marked})
