"""Views for the eye: a table on a terminal, aligned text in a pipe, blocks where it is narrow."""

from __future__ import annotations

import sys
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from itertools import islice

import click

from cli import bars
from cli.text import plain_table, stacked, terminal_width, wrapped
from ledger.cut import Cut, time_text
from projections.aside import Aside
from projections.read import Answer
from projections.text import label as label  # the commands name columns as tables do
from projections.text import value_text as plain_text
from projections.view import MARKS, Row, Value, View

KINDS = ("source", "company", "contract", "investment", "plant", "promise", "context")

OWN_ID = ("stream", "item")
"""Columns that name what a row is about."""

NARROWEST_TABLE = 76
"""Columns of a terminal below which a table becomes a list of blocks."""


AT_ONCE = 200
"""Lines that are printed at a time."""


@contextmanager
def rendered(answer: Answer) -> Iterator[Callable[[], None]]:
    """Reads the rows; gives what prints the heading, the rows, and what the marks mean."""
    if bars.are_drawn(answer):
        answer = answer.held()
    with Aside() as rows:
        columns, marked = put_aside(rows, answer.rows, answer.view.brief, ("", "0", "no"))
        yield partial(_print, answer, columns, rows, marked)


def _print(answer: Answer, columns: Sequence[str], rows: Aside, marked: Collection[str]) -> None:
    click.echo(heading(answer))
    if not rows:
        nothing(answer)
        return
    click.echo("")
    table([label_in(answer.view, name) for name in columns], rows)
    footnote(marked)
    if bars.are_drawn(answer):
        bars.show(answer)


def put_aside(
    aside: Aside, rows: Iterable[Row], names: Sequence[str], blank: Collection[str] = ("",)
) -> tuple[list[str], set[str]]:
    """Put the cells of rows aside, those of the columns in which a row has more than a blank.

    Returns these columns, and which of MARKS the rows have.
    """
    empty = list(names)
    marked: set[str] = set()
    for row in rows:
        empty = [name for name in empty if value_text(getattr(row, name)) in blank]
        aside.add(cells_of(row, names))
        marked |= marks_of(row)
    columns = [name for name in names if name not in empty]
    aside.only([name in columns for name in names])
    return columns, marked


def nothing(answer: Answer) -> None:
    """Say that there are no rows, and what the reason may be."""
    click.echo("")
    if answer.last_seq == 0:
        click.echo("Nothing is recorded yet. `lsledger record` asks for a first fact.")
    elif answer.filters.given():
        click.echo("Nothing here. The filters may leave it out.")
    else:
        click.echo("Nothing here at this cut.")


def heading(answer: Answer) -> str:
    """The view's title and the cut that it shows."""
    parts = [f"{answer.view.title} {cut_text(answer.cut, answer.last_seq)}"]
    for name, words in answer.filters.given().items():
        parts.append(f"{name}: {' or '.join(words)}")
    return " · ".join(parts)


def cut_text(cut: Cut, last_seq: int) -> str:
    """The cut in words."""
    text = f"as of {cut.as_of.isoformat()}"
    if isinstance(cut.known_at, datetime):
        text += f", as known at {to_the_second(time_text(cut.known_at))}"
    elif cut.known_at is not None:
        text += f", as known at #{cut.known_at}"
    if cut.public_at is not None:
        text += f", as public on {cut.public_at.isoformat()}"
    if cut.known_at is not None or cut.public_at is not None:
        return text
    return f"{text} ({last_seq:,} fact{'s' if last_seq != 1 else ''} recorded)"


def to_the_second(recorded_at: str) -> str:
    """A recorded time for people, who do not need its microseconds."""
    return f"{recorded_at[:19]}Z"


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Rows under a header, in the form that suits where they go; it goes through them twice."""
    if not sys.stdout.isatty():
        lines(plain_table(header, rows))
        return
    width = terminal_width()
    if width < NARROWEST_TABLE:
        lines(stacked(header, rows, width))
        return
    from cli.rich_table import rich_table  # only here: it takes as long to import as a view takes

    rich_table(header, rows)


def lines(texts: Iterator[str]) -> None:
    """Print lines, many at a time."""
    while some := list(islice(texts, AT_ONCE)):
        click.echo("\n".join(some))


def line(text: str, indent: str = "", *, bold: bool = False) -> None:
    """Print a line; on a terminal it is broken to the width of the window."""
    for part in broken(text, indent):
        click.echo(click.style(part, bold=True) if bold else part)


def broken(text: str, first: str) -> list[str]:
    """The text behind `first`, on a terminal in lines that fit the window."""
    if not sys.stdout.isatty():
        return [f"{first}{text}"]
    return wrapped(text, terminal_width(), first=first)


def marks_of(row: Row) -> set[str]:
    """Which of MARKS a row has, for the footnote."""
    return {mark for mark in MARKS if getattr(row, mark, ())}


def footnote(marked: Collection[str]) -> None:
    """What those of MARKS mean that are shown."""
    notes = []
    if "possible" in marked:
        notes.append("? possible: by this day it may or may not have happened yet.")
    if "conflicts" in marked:
        notes.append("! sources disagree: `lsledger conflicts` lists what each of them states.")
    if notes:
        click.echo("\n" + "\n".join(notes))


def label_in(view: View, name: str) -> str:
    """A column's name in a view: the id column of a view of plants is called plant."""
    return view.kinds[0] if name == "stream" and len(view.kinds) == 1 else label(name)


def cells_of(row: Row, columns: Sequence[str]) -> list[str]:
    """A row's values as text, with `?` behind what is only possible."""
    return [cell_text(row, name) + marks(row, name) for name in columns]


def marks(row: Row, name: str) -> str:
    """The marks behind a value: `?` possible, `!` sources disagree."""
    if not getattr(row, name):
        return ""
    maybe = "?" if name in getattr(row, "possible", ()) else ""
    return maybe + ("!" if name in getattr(row, "conflicts", ()) else "")


def cell_text(row: Row, name: str) -> str:
    """A cell of a table: like `value_text`, but an id stands without its kind, and no for blank."""
    value = getattr(row, name)
    if name in OWN_ID:
        return own_id(row)
    if value is False:
        return ""
    if name == "recorded_at":
        return to_the_second(value)
    if name == "revised_by" and value:
        return f"{row.status} by {', '.join(value)}"
    if name == "status" and getattr(row, "due_soon", False):
        return f"{value}, due soon"
    if isinstance(value, tuple):
        maybe = getattr(row, "possible", ())
        return ", ".join(
            without_kind(value_text(item)) + ("?" if item in maybe else "") for item in value
        )
    return value_text(value)


def own_id(row: Row) -> str:
    """The id of the stream that a row is about; its kind is told by the heading."""
    return without_kind(value_text(getattr(row, "stream", None) or getattr(row, "item", None)))


def without_kind(name: str) -> str:
    """A stream's id without the kind before it; any other text as it is."""
    kind, _, id_ = name.partition(":")
    # A reference (kind:id@version) stays whole: it is typed again.
    return id_ if kind in KINDS and id_ and " " not in id_ and "@" not in id_ else name


def value_text(value: Value) -> str:
    """A value for people, on one line, with nothing in it that a terminal would obey."""
    return safe(plain_text(value))


def safe(text: str) -> str:
    """One line of printable characters."""
    line = " ".join(text.split())
    return line if line.isprintable() else "".join(c if c.isprintable() else "�" for c in line)
