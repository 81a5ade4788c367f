"""A table on a terminal is laid out page by page; nobody can tell."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import redirect_stdout
from io import StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from cli import rich_table
from cli.text import cells

WORDS = st.sampled_from(["a", "plant", "새만금", "e\u0301", "🔋", "2025-09~", "x" * 30, "-", "+"])
TEXTS = st.lists(WORDS, max_size=6).map(" ".join)


def at_once(header: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """The same as one table of Rich's, which measures all of its cells."""
    console = Console(highlight=False)
    kept = [n for n in range(len(header)) if any(row[n] for row in rows)]
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, padding=(0, 1, 0, 0), header_style="bold")
    for n in kept:
        widest = max(cells(row[n]) for row in rows)
        whole = widest <= rich_table.WIDEST_WHOLE or (n == 0 and widest * 3 <= console.width)
        table.add_column(Text(header[n]), overflow="fold", no_wrap=whole)
    for row in rows:
        table.add_row(*(Text(row[n]) for n in kept))
    console.print(table)


def printed(print_: Callable[[], None], width: int) -> str:
    """What is printed in a window of that width, with its colours."""
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(StringIO()) as out:
        patch.delenv("NO_COLOR", raising=False)
        for name, value in {"COLUMNS": str(width), "TERM": "xterm", "FORCE_COLOR": "1"}.items():
            patch.setenv(name, value)
        print_()
    return out.getvalue()


def test_rich_asks_a_table_for_its_widths() -> None:
    """Given widths, Rich takes these: it still asks the method that is private to it, and that is
    overridden.
    """
    columns = [rich_table._Column("a", 0), rich_table._Column("b", 1)]

    def lines() -> None:
        console = Console(highlight=False)
        table = rich_table._Table(box.ASCII, columns, console, [7, 0])
        table.add_row("x", "y")
        console.print(table)

    assert {len(line.split("|")[0]) for line in printed(lines, 40).splitlines()[2:]} == {7}


@given(
    rows=st.lists(st.tuples(*[TEXTS] * 4), max_size=7),
    width=st.integers(20, 120),
    page=st.integers(1, 4),
)
def test_pages_are_one_table(rows: list[tuple[str, ...]], width: int, page: int) -> None:
    """Whatever the texts, the window and the pages, it is what one table of all rows prints."""
    header = ("plant", "-", "local names", "on")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rich_table, "AT_ONCE", page)
        paged = printed(lambda: rich_table.rich_table(header, rows), width)
    assert paged == printed(lambda: at_once(header, rows), width)
