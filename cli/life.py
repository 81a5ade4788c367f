"""One fact and what came of it: how it reads, what it said before, and who revised it why."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date
from functools import partial

import click

from cli.describe import readings_of, what_became_of
from cli.find import find_ref
from cli.render import safe, to_the_second
from cli.settings import Settings
from ledger import history
from ledger.cut import Cut, time_text
from ledger.errors import InputError, NothingSuchError
from ledger.facts.revision import Revision
from ledger.revision import Life, lives
from ledger.values import PartialDate
from projections.read import check_cut
from projections.stream_page import life_as_data
from projections.time_travel import Past


def show_life(settings: Settings, ref: str, cut: Cut, format_: str | None) -> None:
    """Print the life of one fact as a cut sees it; as text or, with the format json, as data.

    Raises NothingSuchError when the cut sees no such fact.
    """
    if format_ not in (None, "table", "json"):
        raise InputError("the life of a fact is told as a table or as JSON", hint="--format json")
    settings.database.check()
    with settings.database.reading() as connection:
        check_cut(connection, cut)
        ref = find_ref(connection, ref)
        stream = ref.rpartition("@")[0]
        past = Past(partial(history.stream, connection), cut)
        found = {life.fact.ref: life for life in lives(past.recorded(stream))}
    about = _about(ref, found.values())
    if ref not in found:
        raise NothingSuchError(
            f"there is no fact {ref} at this cut",
            hint=f"{stream} has {', '.join(found)}."
            if found
            else "`lsledger log` lists the references.",
        )
    if format_ == "json":
        told = life_as_data(found[ref], cut.as_of)
        told["revisions"] = [life_as_data(life, cut.as_of) for life in about]
        click.echo(json.dumps(told, ensure_ascii=False, indent=2))
        return
    print_life(found[ref], cut.as_of)
    for life in about:
        click.echo("")
        print_life(life, cut.as_of)


def print_life(life: Life, as_of: date) -> None:
    """Print a fact; what it said before a correction, or all of it when it is retracted, is
    struck through on a terminal.

    as_of: the day of the cut, on which it may not have taken effect, or only possibly.
    """
    fact, reading = life.fact, life.reading
    retracted = reading is None
    on = (reading or fact).on
    when = f"{on.text()}  " if on is not None else ""
    head = f"{when}{fact.type}  {fact.ref} #{fact.seq}"
    mark = "  retracted" if retracted else _mark(on, as_of)
    click.echo(click.style(head, strikethrough=retracted or None) + mark)
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


def _mark(on: PartialDate | None, as_of: date) -> str:
    if on is None or on.latest <= as_of:
        return ""
    return "  (possible)" if on.earliest <= as_of else "  (not yet at this cut)"


def _about(ref: str, recorded: Iterable[Life]) -> list[Life]:
    """The facts about a fact, and about those in turn, live or not, in recorded order."""
    meant, found = {ref}, []
    for life in recorded:
        if isinstance(life.fact.content, Revision) and life.fact.content.ref in meant:
            meant.add(life.fact.ref)
            found.append(life)
    return found


def _struck(text: str) -> str:
    return click.style(text, strikethrough=True)
