"""The portfolio on the terminal: its sections one below the other, each with its own columns."""

from __future__ import annotations

from itertools import groupby

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


def render_portfolio(answer: Answer) -> None:
    """Print the page."""
    click.echo(render.heading(answer))
    section, marked = None, []
    for section, listed in groupby(answer.rows, key=lambda row: row.section):
        with Aside() as rows:
            columns, found = render.put_aside(rows, listed, COLUMNS[section])
            marked += found
            labels = LABELS.get(section, {})
            click.echo("")
            click.echo(click.style(section.upper(), bold=True))
            render.table([labels.get(name, render.label(name)) for name in columns], rows)
    if section is None:
        render.nothing(answer)
    render.footnote(marked)
