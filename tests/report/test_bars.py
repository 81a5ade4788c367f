"""The small drawings on a terminal."""

from __future__ import annotations

from pathlib import Path

import pytest

from cli import bars
from cli.text import cells
from ledger.cut import Cut
from projections.read import reader
from projections.view import Row
from tests import golden
from tests.cli.terminal import plain, terminal
from tests.report.portfolio import TODAY, types
from tests.rooms import Room

GOLDEN = Path(__file__).parent / "golden"
AT = ("--as-of", TODAY.isoformat())


def rows(room: Room, view: str) -> list[Row]:
    """The rows of a view."""
    with reader(room.place(), Cut(TODAY), TODAY) as views:
        return list(views.answer(view).rows)


@pytest.mark.parametrize("view", bars.DRAWN)
def test_the_drawing_is_kept(rich: Room, view: str) -> None:
    """Given the rich ledger and a window of 80 columns, the drawing shows doubt, slips and the
    day of the cut.
    """
    drawn = "\n".join(bars.DRAWN[view](rows(rich, view), TODAY, 80))
    golden.check(GOLDEN / f"{view}.txt", f"{drawn}\n".encode())


@pytest.mark.parametrize("view", bars.DRAWN)
@pytest.mark.parametrize("width", [60, 80, 133, 200])
def test_the_drawing_fits_the_window(rich: Room, hostile: Room, view: str, width: int) -> None:
    """Given a window of any width that is wide enough, no line is wider."""
    for room in (rich, hostile):
        for line in bars.DRAWN[view](rows(room, view), TODAY, width):
            assert cells(line) <= width, line


@pytest.mark.parametrize("view", bars.DRAWN)
def test_nothing_is_drawn_of_nothing(view: str) -> None:
    """Given no rows, there is no line."""
    assert list(bars.DRAWN[view]([], TODAY, 80)) == []


def on_terminal(room: Room, view: str, columns: int) -> str:
    """What a terminal of that width shows of a view."""
    with terminal("--ledger", room.url(), view, *AT, columns=columns) as screen:
        assert screen.end() == 0
    return plain(screen.shown)


def test_a_terminal_shows_it_and_a_pipe_does_not(
    rich: Room, capfd: pytest.CaptureFixture[str]
) -> None:
    """Given a terminal, the drawing stands below the table; in a narrow one and in a pipe not."""
    assert "█" in on_terminal(rich, "capacity", 100)
    assert "━ due" in on_terminal(rich, "promises", 100)
    assert "█" not in on_terminal(rich, "capacity", 50)
    capfd.readouterr()
    types(rich, "capacity", *AT)
    assert "█" not in capfd.readouterr().out
