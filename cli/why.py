"""`why`: from a figure of any view to its facts, their corrections, the words, the document."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import click

from cli import complete, render
from cli.options import common, cut_of, cut_options, text_or_json_option
from cli.settings import Settings
from ledger.errors import InputError, NothingSuchError, did_you_mean, hints

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from projections.basis import Basis
    from projections.origins import OriginsReader
    from projections.passages import CitedFact
    from projections.view import Row, View

MOST_TERMS = 6
"""Terms that are written out in one line, and references that a table shows of a field."""


@click.command("why")
@click.argument("row", metavar="ROW", shell_complete=complete.streams)
@click.argument("field", metavar="[FIELD]", nargs=-1)
@cut_options
@text_or_json_option
@common
@click.pass_obj
def why(
    settings: Settings,
    row: str,
    field: tuple[str, ...],
    as_of: str | None,
    known_at: str | None,
    public_at: str | None,
    format_: str,
) -> None:
    """Tell why a figure is what it is: its arithmetic, its facts, their words and documents.

    ROW is a stream such as plant:acme-north, or its id; or the row of any view by the view's
    name and the columns that tell its rows apart. FIELD is a column, as it is printed; without
    it every field that has a value is listed with the facts behind it.

    \b
    lsledger why acme-north capacity
    lsledger why promises/acme-2025/2026 share
    lsledger why totals/precursor/KRW amount
    lsledger why capacity/precursor/2029
    """
    from projections.origins import origins_reader
    from projections.passages import Documents

    cut = cut_of(settings, as_of, known_at, public_at)
    with origins_reader(settings.database, cut, settings.today) as reader:
        view, found = find(reader, row)
        names = [_column(view, found, " ".join(field))] if field else _with_value(view, found)
        bases = [reader.origins.basis(found, name) for name in names]
        refs = list(dict.fromkeys(ref for basis in bases for ref in basis.grounds.refs))
        documents = Documents(reader.connection, reader.origins.past)
        if format_ == "json":
            told = _as_data(reader, view, found, bases, documents.cited(refs))
            click.echo(json.dumps(told, ensure_ascii=False, indent=2))
            return
        click.echo(f"{reader.origins.name(found)} {render.cut_text(cut, reader.last_seq)}")
        click.echo("")
        if field:
            _print_chain(view, found, bases[0], documents.cited(refs), reader)
        else:
            _print_list(view, found, bases)


def find(reader: OriginsReader, typed: str) -> tuple[View, Row]:
    """The row that a person means, and its view.

    Raises NothingSuchError or InputError, with the rows there are, where it is not one row.
    """
    from cli.find import find_stream
    from projections.origins import view_of
    from projections.row_keys import find_row
    from projections.views import NAMES, load

    name, slash, key = typed.partition("/")
    if slash or (name in NAMES and ":" not in typed):
        view = load(name)
        return view, find_row(view, reader.rows_named(view, key), key)
    stream = find_stream(reader.connection, typed)
    view = view_of(stream)
    if not reader.origins.past.facts_of(stream):
        raise NothingSuchError(
            f"nothing of {stream} counts at this cut",
            hint=f"`lsledger show {stream}` tells when it was recorded.",
        )
    id_ = stream.partition(":")[2]
    return view, find_row(view, reader.rows_named(view, stream), id_)


def _column(view: View, row: Row, typed: str) -> str:
    """The column that a person means, by its own name or as it is printed."""
    from projections.columns import columns

    names: list[str] = [column.name for column in columns(view.shown)]
    labels = _labels(row)
    known = {_plain(labels.get(name, render.label_in(view, name))): name for name in names}
    known |= {name: name for name in names}
    if _plain(typed) in known:
        return known[_plain(typed)]
    near = did_you_mean(_plain(typed), known)
    raise InputError(
        f"{view.name} has no field {typed!r}", hint=hints(near, f"Fields: {', '.join(names)}.")
    )


def _labels(row: Row) -> Mapping[str, str]:
    """What the columns are called where the row is printed: otherwise in the portfolio alone."""
    section = getattr(row, "section", None)
    if section is None:
        return {}
    from cli.portfolio import LABELS

    return LABELS.get(section, {})


def _plain(name: str) -> str:
    return name.casefold().replace("-", "_").replace(" ", "_")


def _with_value(view: View, row: Row) -> list[str]:
    """The columns that can rest on facts and have something to show."""
    from projections.origins import resting_on_facts

    return [name for name in resting_on_facts(view) if getattr(row, name) not in (None, (), False)]


def _as_data(
    reader: OriginsReader,
    view: View,
    row: Row,
    bases: Sequence[Basis],
    facts: Sequence[CitedFact],
) -> dict[str, Any]:
    """The answer as data.

    `row` names the view and the row; `fields` has a basis for each field that is asked for, with
    `possible` and `conflict` beside it; `facts` has each fact behind them once.
    """
    from projections.read import cut_as_data

    return {
        "view": "why",
        "version": 1,
        "cut": cut_as_data(reader.cut, reader.last_seq),
        "row": {"view": view.name, "name": reader.origins.name(row)},
        "fields": [
            {
                **basis.to_json(),
                "possible": basis.column in getattr(row, "possible", ()),
                "conflict": basis.column in getattr(row, "conflicts", ()),
            }
            for basis in bases
        ],
        "facts": [fact.to_json(reader.origins.past) for fact in facts],
    }


def _print_list(view: View, row: Row, bases: Sequence[Basis]) -> None:
    def refs(basis: Basis) -> str:
        found = basis.grounds.refs
        more = f" and {len(found) - MOST_TERMS} more" if len(found) > MOST_TERMS else ""
        return ", ".join(found[:MOST_TERMS]) + more

    cells = [
        [
            render.label_in(view, basis.column),
            render.value_text(basis.value) + render.marks(row, basis.column),
            refs(basis),
        ]
        for basis in bases
    ]
    render.table(["field", "value", "facts"], cells)
    render.footnote(render.marks_of(row))


def _print_chain(
    view: View, row: Row, basis: Basis, facts: Sequence[CitedFact], reader: OriginsReader
) -> None:
    from cli.render import line
    from cli.words import print_cited
    from projections.passages import fields_behind

    marks = render.marks(row, basis.column)
    for depth, text in _tree(basis, (basis.of, getattr(row, "stream", "")), marks):
        line(text, "    " * depth, bold=depth == 0)
    if not facts:
        line(_without_facts(view, basis))
    by_ref = {fact.life.fact.ref: fact for fact in facts}
    fields: dict[str, dict[str, None]] = {ref: {} for ref in by_ref}
    for node in _nodes(basis):
        for ref in node.grounds.facts:
            names = fields_behind(by_ref[ref].reading, node.column, node.value)
            fields[ref].update(dict.fromkeys(names))
    for ref, fact in by_ref.items():
        click.echo("")
        print_cited(fact, fields[ref], reader.cut.as_of)
    render.footnote(render.marks_of(row) if marks else ())


def _without_facts(view: View, basis: Basis) -> str:
    if basis.column in view.factless:
        return "It names the row or is reference data; it rests on no fact."
    if basis.value is None or basis.value == ():
        return "No fact that counts at this cut states it."
    return "It rests on no fact of its own."


def _nodes(basis: Basis) -> Iterator[Basis]:
    yield basis
    for term in basis.grounds.terms:
        yield from _nodes(term)


def _tree(basis: Basis, of: Sequence[str], marks: str = "") -> Iterator[tuple[int, str]]:
    """The arithmetic, a line for each value, each with how deep it stands; `of` is known."""
    grounds = basis.grounds
    owner = "" if basis.of in of else f"{basis.of}, "
    text = f"{owner}{render.label(basis.column)}: "
    text += (render.value_text(basis.value) or "not stated") + marks + _made(basis)
    if grounds.note is not None:
        text += f", {grounds.note}"
    if grounds.facts:
        text += f" ({', '.join(grounds.facts)})"
    yield 0, text
    for term in grounds.terms:
        for depth, below in _tree(term, (*of, basis.of)):
            yield depth + 1, below


def _made(basis: Basis) -> str:
    """How a value is made of its terms, as it is written behind it."""
    grounds = basis.grounds
    values = [render.value_text(term.value) for term in grounds.terms]
    if grounds.how == "sum" and values:
        if len(values) > MOST_TERMS:
            return f" = the sum of {len(values)} terms"
        return f" = {' + '.join(values)}"
    if grounds.how == "difference" and values:
        return f", from {values[0]} to {values[1]}"
    if grounds.how == "median":
        return f", the median of {len(values)}"
    return ""


COMMANDS = {"why": why}
