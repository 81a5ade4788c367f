"""`follow`: the views on a server are kept fresh by a process that goes on."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from cli import messages
from cli.options import common
from cli.settings import Settings
from cli.text import counted
from ledger.errors import UsageError

if TYPE_CHECKING:
    from projections.follow import CaughtUp, Stop


@click.command("follow")
@common
@click.pass_obj
def follow(settings: Settings) -> None:
    """Keep the views of a ledger on PostgreSQL fresh, until it is stopped.

    Views are brought up to date by whoever records or reads. This does it as soon as facts come
    in and when a day begins (in UTC), for those who read the tables otherwise: with a role that
    may only read, on a standby, or with a tool of their own. One line is printed each time: when,
    how many facts were new, and the newest.

    Ctrl-C or SIGTERM stops it at once, with the exit code 0. It may be killed at any time, and
    several may run. A connection that is lost is made again, for a minute at most.
    """
    where = settings.database
    if not where.notifies:
        raise UsageError(
            f"{where} is a file, which is not followed",
            hint="Nothing is missing there: every reading catches up by itself.",
        )
    from projections.follow import Stop
    from projections.follow import follow as follow_ledger

    stop = Stop()
    with _told_by_signals(stop):
        try:
            follow_ledger(where, settings.clock, stop, told=_tell, say=messages.say)
        except KeyboardInterrupt:
            messages.say("Stopped.")


def _tell(caught_up: CaughtUp) -> None:
    at = f"{caught_up.at:%Y-%m-%dT%H:%M:%SZ}"
    click.echo(f"{at}  {counted(caught_up.applied, 'fact')} applied, up to #{caught_up.last_seq}")


@contextmanager
def _told_by_signals(stop: Stop) -> Iterator[None]:
    """The two signals by which a process is asked to end wish for a stop."""
    asking = (signal.SIGINT, signal.SIGTERM)
    before = {number: signal.signal(number, stop) for number in asking}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


COMMANDS = {"follow": follow}
