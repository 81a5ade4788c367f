"""`copy`: a ledger to another file or server, with everything it holds."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click

from cli import messages
from cli.options import json_errors_option
from cli.settings import Settings
from cli.text import counted

if TYPE_CHECKING:
    from ledger.copy import Copied, Progress
    from ledger.database import Database


@click.command("copy")
@click.argument("source", metavar="FROM", type=click.Path())
@click.argument("target", metavar="TO", type=click.Path())
@json_errors_option
@click.pass_obj
def copy(settings: Settings, source: str, target: str) -> None:
    """Copy a ledger to another file or server, with everything it holds.

    FROM and TO are files or URLs, as for --ledger. Facts keep their bytes and numbers;
    documents, checkpoints and time stamps come along. FROM is only read, as it is at the
    beginning. At the end the facts in TO are hashed anew, and their root is compared with that
    of FROM.

    TO is made if it is not there. When a copy was broken off, the same command goes on with it;
    so it does when facts were recorded in FROM since. A TO that holds something else is refused.
    """
    from ledger.copy import copied
    from ledger.database import locate
    from projections.read import bring_up_to_date

    settings.named = here, there = locate(source, messages.say), locate(target)
    try:
        with shown_progress() as progress:
            made = copied(here, there, progress)
        if sys.stderr.isatty():
            messages.say("Making the views ...")
        bring_up_to_date(there, settings.today)
    except KeyboardInterrupt:
        messages.say("Stopped; the same command goes on from there.")
        raise click.exceptions.Exit(messages.INTERRUPTED) from None
    messages.say(_told(made, here, there))


def _told(made: Copied, here: Database, there: Database) -> str:
    root = f"root {made.root.hex()}"
    if made.nothing:
        facts = counted(made.before, "fact")
        return f"{there} holds all {facts} of {here} already; nothing was changed; {root}."
    before = f" ({made.before:,} were there)" if made.before else ""
    parts = [
        f"{counted(made.facts, 'fact')}{before}",
        counted(made.documents, "document"),
        counted(made.checkpoints, "checkpoint"),
    ]
    if made.timestamps:
        parts.append(counted(made.timestamps, "time stamp"))
    return f"Copied {', '.join(parts)}; {root}."


@contextmanager
def shown_progress() -> Iterator[Progress]:
    """What draws a bar for each part of a copy; on a terminal only."""
    if not sys.stderr.isatty():
        yield _nothing
        return
    bars = _Bars()
    try:
        yield bars
    finally:
        bars.finish()


def _nothing(_what: str, _done: int, _of: int) -> None:
    """Nobody watches."""


class _Bars:
    """One bar after the other."""

    def __init__(self) -> None:
        self._what = ""
        self._bar: Any = None

    def __call__(self, what: str, done: int, of: int) -> None:
        if self._bar is None or what != self._what:
            self.finish()
            self._what = what
            self._bar = click.progressbar(
                length=of, label=f"{what:17}", file=sys.stderr, show_pos=True, width=0
            )
            self._bar.render_progress()
        self._bar.update(done - self._bar.pos)

    def finish(self) -> None:
        """Leave the bar as it is, and begin a new line."""
        if self._bar is not None:
            self._bar.render_finish()
            self._bar = None


COMMANDS = {"copy": copy}
