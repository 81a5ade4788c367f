"""Where an answer goes: to the terminal as a table, to a pipe in a format, or to a file."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from cli import messages, render
from cli.settings import Settings
from ledger.errors import InputError
from projections.read import Answer, Reader, Rows, reader

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ledger.cut import Cut
    from projections.view import Row


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


def deliver(answer: Answer, format_: str | None, output: str | None) -> None:
    """Print or write an answer.

    Raises FileTypeError for an unknown extension, UnwritableError when a file cannot be
    written, InputError when the format and the extension disagree.
    """
    if output is not None:
        write_file(answer, format_, Path(output))
    elif format_ in (None, "table"):
        render.render(answer)
    else:
        from projections import exports

        refuse_binary_on_terminal(str(format_))
        exports.by_name(str(format_)).write(answer, sys.stdout.buffer)


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

    def counted() -> Iterator[Row]:
        nonlocal count
        for row in answer.rows:
            count += 1
            yield row

    with replacing(path) as out:
        format_by_name.write(replace(answer, rows=Rows(counted)), out)
    messages.say(f"Wrote {count} row{'s' if count != 1 else ''} of {answer.view.name} to {path}.")


def refuse_binary_on_terminal(format_: str) -> None:
    """Raise InputError for a format that a terminal cannot show."""
    from projections import exports

    if exports.by_name(format_).binary and sys.stdout.isatty():
        raise InputError(
            f"a terminal cannot show {format_.upper()}", hint=f"Use -o FILE.{format_}."
        )
