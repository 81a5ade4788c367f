"""One fact and what came of it: how it reads, what it said before, and who revised it why."""

from __future__ import annotations

import click

from cli.describe import readings_of, what_became_of
from cli.render import safe, to_the_second
from ledger.cut import time_text
from ledger.revision import Life


def print_life(life: Life, *, counts: bool) -> None:
    """Print a fact; what it said before a correction, or all of it when it is retracted, is
    struck through on a terminal.

    counts: whether it has taken effect at the cut.
    """
    fact, reading = life.fact, life.reading
    retracted = reading is None
    on = (reading or fact).on
    head = f"{on.text() if on is not None else 'undated'}  {fact.type}  {fact.ref} #{fact.seq}"
    mark = "  retracted" if retracted else "" if counts else "  (not yet at this cut)"
    click.echo(click.style(head, strikethrough=retracted) + mark)
    if reading is not None and fact.on != reading.on:
        was = fact.on.text() if fact.on is not None else "undated"
        click.echo(f"    on: {on.text() if on is not None else 'undated'}, was {_struck(was)}")
    for name, now, was in readings_of(life):
        if retracted:
            click.echo(f"    {name}: {_struck(now)}")
        elif was:
            click.echo(f"    {name}: {now or 'left out'}, was {_struck(was)}")
        else:
            click.echo(f"    {name}: {now}")
    at = to_the_second(time_text(fact.recorded_at))
    click.echo(f"    recorded {at} by {safe(fact.actor)}")
    for line in what_became_of(life):
        click.echo(f"    {line}")


def _struck(text: str) -> str:
    return click.style(text, strikethrough=True)
