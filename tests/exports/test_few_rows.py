"""Rows are written as they come: no format, and no table, holds all of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, redirect_stdout
from dataclasses import replace
from functools import partial
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from cli.log import rendered_log
from cli.output import write_file
from cli.portfolio import rendered_portfolio
from cli.render import NARROWEST_TABLE, rendered
from ledger.database import Database
from ledger.errors import DamagedError
from projections.exports import FORMATS, Format, parquet_file
from projections.read import Answer, Rows
from tests.exports.portfolio import reading, written

ROWS = 1_500
HELD = 250
"""Rows that may be there at a time: for its widths, a sheet looks at the first 200."""


Form = Callable[[Answer], AbstractContextManager[Callable[[], None]]]
"""How an answer is read and printed."""


def printed(form: Form, answer: Answer) -> None:
    """Read an answer and print it."""
    with form(answer) as print_:
        print_()


WRITING: dict[str, Callable[[Answer], object]] = {
    **{name: partial(written, name) for name in FORMATS},
    "a table": partial(printed, rendered),
    "the log on a terminal": partial(printed, rendered_log),
}


class Many:
    """Many rows like one, which are counted as long as somebody holds them."""

    def __init__(self, like: Any) -> None:
        self.there = self.most = self.made = 0
        many = self

        class Row(type(like)):  # type: ignore[misc]
            def __del__(self) -> None:
                many.there -= 1

        self._row, self._like = Row, like

    def __call__(self) -> Iterator[Any]:
        """Make them."""
        for _ in range(ROWS):
            self.there += 1
            self.made += 1
            self.most = max(self.most, self.there)
            yield self._row(*self._like)


@pytest.mark.parametrize("how", WRITING)
def test_each_row_is_made_once_and_let_go(
    how: str, shown: dict[str, Answer], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Given many rows, when they are written, few of them are there at a time."""
    monkeypatch.setattr(parquet_file, "PAGE", HELD // 2)
    many = Many(next(iter(shown["log"].rows)))
    WRITING[how](replace(shown["log"], rows=Rows(many)))
    assert many.made == ROWS
    assert many.most <= HELD


class Window(StringIO):
    """A terminal."""

    def isatty(self) -> bool:
        """It is one."""
        return True


@pytest.mark.parametrize("columns", [NARROWEST_TABLE - 1, 200])
@pytest.mark.parametrize(
    ("name", "form"),
    [("log", rendered), ("log", rendered_log), ("portfolio", rendered_portfolio)],
)
def test_so_it_is_on_a_terminal(
    name: str, form: Form, columns: int, shown: dict[str, Answer], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whether it is narrow or wide, rows are made once and let go, and all are shown."""
    monkeypatch.setenv("COLUMNS", str(columns))
    many = Many(next(iter(shown[name].rows)))
    with redirect_stdout(Window()) as screen:
        printed(form, replace(shown[name], rows=Rows(many)))
    assert many.made == ROWS
    assert many.most <= HELD
    assert screen.getvalue().count("\n") > ROWS


def test_rows_can_be_gone_through_again(hard: Database, shown: dict[str, Answer]) -> None:
    """An answer that is not held gives its rows anew each time, the same ones."""
    with reading(hard) as views:
        for name, held in shown.items():
            answer = views.answer(name)
            assert [list(answer.rows), list(answer.rows)] == [held.rows, held.rows]


@pytest.mark.parametrize("form", FORMATS.values(), ids=lambda form: form.name)
def test_a_reading_that_fails_halfway_leaves_the_old_file(
    form: Format, shown: dict[str, Answer], tmp_path: Path
) -> None:
    """Given an old file, when the last row cannot be read, it is as it was, and alone."""

    def rows() -> Iterator[Any]:
        yield from shown["log"].rows
        raise DamagedError("the last row is damaged", hint="Restore it.")

    path = tmp_path / f"log.{form.extensions[0]}"
    path.write_bytes(b"old")
    with pytest.raises(DamagedError):
        write_file(replace(shown["log"], rows=Rows(rows)), None, path)
    assert [(path, b"old")] == [(one, one.read_bytes()) for one in tmp_path.iterdir()]
