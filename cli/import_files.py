"""`import`: many facts from files, all of them or none."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, islice
from typing import TYPE_CHECKING, Generic, TypeVar

import click

from cli.options import writing
from cli.settings import Settings

if TYPE_CHECKING:
    from rich.progress import Progress

T = TypeVar("T")


@click.command("import")
@click.argument("files", nargs=-1, required=True, metavar="FILE...", type=click.Path())
@click.option(
    "--as",
    "format_",
    type=click.Choice(["yaml", "jsonl"]),
    help="The format of standard input (-) or of a file without its extension.",
)
@writing
@click.pass_obj
def import_files(
    settings: Settings, files: tuple[str, ...], format_: str | None, force: bool, dry_run: bool
) -> None:
    """Record many facts from YAML (.yaml, .yml) or JSON Lines (.jsonl) files.

    All files together are recorded, or nothing when there is an error in any of them; every
    error is reported, with its place and what to do. Facts that were recorded before are
    left alone, so that importing a file again is harmless. `-` reads standard input.

    `lsledger schema` describes the format; `lsledger schema --example` prints a small file.
    """
    from cli.recording import record_and_tell
    from ledger.intake import held

    settings.database.check_writable()  # before an input is read for nothing
    with held(files, format_) as drafts:
        record_and_tell(settings, _Watched(drafts), force=force, dry_run=dry_run)


@dataclass(frozen=True, slots=True)
class _Watched(Generic[T]):
    """Items that can be gone through more than once, with a progress bar on a terminal."""

    items: Iterable[T]

    def __iter__(self) -> Iterator[T]:
        return _with_progress(self.items)


def _with_progress(items: Iterable[T]) -> Iterator[T]:
    """The items; on a terminal with a progress bar once there are many."""
    if not sys.stderr.isatty():
        yield from items
        return
    from cli.recording import SLOW

    numbered = enumerate(items, start=1)
    yield from (item for _, item in islice(numbered, SLOW))
    following = next(numbered, None)
    if following is None:
        return
    with _progress() as progress:
        task = progress.add_task("Recording facts", total=None, completed=SLOW)
        for number, item in chain((following,), numbered):
            if number % 100 == 0:
                progress.update(task, completed=number)
            yield item


def _progress() -> Progress:
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    return Progress(
        SpinnerColumn(),
        TextColumn("{task.description}: {task.completed:,.0f}"),
        TimeElapsedColumn(),
        console=Console(stderr=True),
        transient=True,
    )


COMMANDS = {"import": import_files}
