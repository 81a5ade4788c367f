"""Small drawings under a table on a terminal: bars of capacity, and promises over time."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from typing import TYPE_CHECKING

import click

from cli.text import cells, padded, terminal_width

if TYPE_CHECKING:
    from projections.read import Answer
    from projections.view import Row

NARROWEST = 60
"""Columns of a terminal below which nothing is drawn."""

MOST = 24
"""Rows of a drawing: what fits a window."""

SHADES = {"actual": "█", "planned": "▓", "promised": "▒"}


def are_drawn(answer: Answer) -> bool:
    """Whether there is a drawing of the view, and a terminal that is wide enough for it."""
    return answer.view.name in DRAWN and sys.stdout.isatty() and terminal_width() >= NARROWEST


def show(answer: Answer) -> None:
    """Draw what the view shows."""
    lines = list(DRAWN[answer.view.name](list(answer.rows), answer.cut.as_of, terminal_width()))
    if lines:
        click.echo("\n" + "\n".join(lines))


def capacity(rows: Sequence[Row], _today: date, width: int) -> Iterator[str]:
    """A bar for each figure, on one scale for what can be compared."""
    from cli.render import safe
    from projections.pictures.capacity import LANES, panels_of, said
    from projections.pictures.picture import span

    left = MOST
    for name, panel in panels_of(rows):
        figures = [(row, lane) for row in panel for lane in LANES if getattr(row, lane) is not None]
        if len(figures) >= left:
            yield "… and more: `lsledger chart capacity -o capacity.svg`"
            return
        left -= len(figures) + 1
        heads = [padded(_when(row), 12) + padded(lane, 9) for row, lane in figures]
        texts = [safe(said(row, lane)) for row, lane in figures]
        room = width - max(map(cells, heads)) - max(map(cells, texts)) - 4
        spans = [span(getattr(row, lane).base_bounds) for row, lane in figures]
        highest = max(place.high for place in spans) or 1.0
        yield safe(name)
        for (_, lane), head, text, place in zip(figures, heads, texts, spans, strict=True):
            certain = round(place.low / highest * room)
            between = round(place.high / highest * room) - certain
            bar = SHADES[lane] * certain + "░" * between + ("▸" if place.open else "")
            yield f"  {head}{bar or '▏'} {text}"


def promises(rows: Sequence[Row], today: date, width: int) -> Iterator[str]:
    """A line for each promise: the windows in which it falls due, and those stated before."""
    from cli.render import safe
    from projections.pictures.picture import days, years_around
    from projections.pictures.promises import labels, nearest

    dated = [row for row in rows if row.due is not None]
    streams = nearest(dated, today)[:MOST]
    shown = [row for row in dated if row.stream in streams]
    if not shown:
        return
    around = years_around([when for row in shown for when in (*row.dues, row.due)], today)
    names = {stream: _cut(safe(name), width // 3) for stream, name in labels(shown).items()}
    head = max(map(cells, names.values())) + 1
    last = {row.stream: row for row in shown}
    room = width - head - max(len(_status(row)) for row in last.values()) - 2
    whole = (around.last - around.first).days + 1

    def place(day: date) -> int:
        return min((day - around.first).days * room // whole, room - 1)

    axis = ""
    for year in range(around.first.year, around.last.year + 1):
        at = place(date(year, 1, 1))
        if len(axis) < at + (not axis) and at + 4 <= room:
            axis = f"{axis:{at}}{year}"
    yield f"{'':{head}}{axis}"
    for stream in streams:
        line = [" "] * room
        for row in (row for row in shown if row.stream == stream):
            made = row.made_on.earliest if row.made_on is not None else around.first
            begun = min(made, row.due.latest) if row.due.is_open_start else around.first
            over = days(row.due, max(around.first, begun), around.last)
            for at in range(place(over.first), place(over.last) + 1):
                line[at] = "━"
            for due in row.dues[:-1]:
                line[place(days(due, around.first, around.last).last)] = "╳"
        line[place(today)] = "┿" if line[place(today)] == "━" else "┊"
        yield f"{padded(names[stream], head)}{''.join(line)} {_status(last[stream])}"
    left = len({row.stream for row in dated}) - len(streams)
    yield from [f"and {left:,} more, due further from the cut"] if left else []
    yield "━ due   ╳ stated before   ┊ ┿ the day of the cut"


def _status(row: Row) -> str:
    """The status of a promise, with the marks of a table."""
    mark = "?" if "status" in row.possible else ""
    return f"{row.status}{mark}{'!' if row.conflicts else ''}"


def _when(row: Row) -> str:
    return row.period.text() if row.period is not None else "no date"


def _cut(text: str, most: int) -> str:
    """The beginning of a text, in at most so many cells."""
    if cells(text) <= most:
        return text
    while cells(text) >= most:
        text = text[:-1]
    return f"{text}…"


DRAWN: dict[str, Callable[[Sequence[Row], date, int], Iterator[str]]] = {
    "capacity": capacity,
    "promises": promises,
}
