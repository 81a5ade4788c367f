"""Where an answer goes: to the terminal as a table, to a pipe in a format, or to a file.

What is printed is read to its end before, and the reader closed. A pager or a pipe takes it as
slowly as it likes, and meanwhile nobody who records or rebuilds has to wait for it, or be waited
for. And what cannot be read to its end is not begun.
"""

from __future__ import annotations

import sys
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from cli import messages, render
from cli.settings import Settings
from cli.text import counted
from ledger.errors import InputError
from projections.aside import put_aside, room
from projections.read import Answer, Reader, Rows, reader

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager

    from ledger.cut import Cut
    from projections.view import Row

AT_ONCE = 65_536
"""Bytes that are copied at a time."""


@contextmanager
def answered(
    settings: Settings,
    cut: Cut,
    ask: Callable[[Reader], Answer],
    format_: str | None,
    output: str | None,
    *,
    with_evidence: bool,
) -> Iterator[Answer]:
    """What is asked of a reader of views, which is open until the block ends; with evidence, its
    rows name the facts behind each column.

    Raises InputError for evidence in a table on the terminal.
    """
    if not with_evidence:
        with reader(settings.database, cut, settings.today) as views:
            yield ask(views)
        return
    if output is None and format_ in (None, "table"):
        raise InputError(
            "--with-evidence adds more columns than a table has room for",
            hint="Use -o FILE.csv or --format json; `lsledger why ROW FIELD` tells of one figure.",
        )
    from projections.origins import origins_reader, with_facts

    with origins_reader(settings.database, cut, settings.today) as views:
        yield with_facts(ask(views), views.origins)


def deliver(
    asked: AbstractContextManager[Answer],
    format_: str | None,
    output: str | None,
    rendered: Callable[[Answer], AbstractContextManager[Callable[[], None]]] = render.rendered,
) -> None:
    """Print or write an answer, which can be read until `asked` is left.

    rendered: reads it to its end, and gives what prints it where no format is asked for. Raises
    FileTypeError for an unknown extension, UnwritableError when a file cannot be written,
    InputError when the format and the extension disagree.
    """
    if output is not None:
        with asked as answer:
            write_file(answer, format_, Path(output))
    elif format_ in (None, "table"):
        with ExitStack() as kept:
            with asked as answer:
                print_ = kept.enter_context(rendered(answer))
            print_()
    else:
        from projections import exports

        with to_stdout() as out, asked as answer:
            refuse_binary_on_terminal(str(format_))
            exports.by_name(str(format_)).write(answer, out)


@contextmanager
def to_stdout() -> Iterator[BinaryIO]:
    """Takes what goes to standard output when the block has ended without an exception.

    Raises UnwritableError when there is no room for it until then.
    """
    with put_aside() as out:
        with room():
            yield out
            out.seek(0)
        while data := out.read(AT_ONCE):
            sys.stdout.buffer.write(data)


def write_file(answer: Answer, format_: str | None, path: Path) -> None:
    """Write an answer to a file, replacing an old one when the new one is complete."""
    from projections import exports
    from projections.exports.to_file import replacing

    format_by_name = exports.by_extension(path)
    if format_ is not None and format_ != format_by_name.name:
        raise InputError(
            f"--format {format_} and the extension of {path} disagree",
            hint="Leave --format out; the extension picks it.",
        )
    count = 0

    def rows() -> Iterator[Row]:
        nonlocal count
        count = 0  # a format may go through them again
        for row in answer.rows:
            count += 1
            yield row

    with replacing(path) as out:
        format_by_name.write(replace(answer, rows=Rows(rows)), out)
    messages.say(f"Wrote {counted(count, 'row')} of {answer.view.name} to {path}.")


def refuse_binary_on_terminal(format_: str) -> None:
    """Raise InputError for a format that a terminal cannot show."""
    from projections import exports

    if exports.by_name(format_).binary and sys.stdout.isatty():
        raise InputError(
            f"a terminal cannot show {format_.upper()}", hint=f"Use -o FILE.{format_}."
        )
