"""`show`: one stream, with its state, its timeline and its sources."""

from __future__ import annotations

import json
from functools import partial
from typing import TYPE_CHECKING

import click

from cli import complete, render
from cli.options import common, cut_of, cut_options, text_or_json_option
from cli.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Sequence

    from projections.passages import CitedFact
    from projections.stream_page import Line, Page


@click.command("show")
@click.argument("name", metavar="ID", shell_complete=complete.streams)
@click.option(
    "--why", is_flag=True, help="Below each value the words it rests on, and their document."
)
@cut_options
@text_or_json_option
@common
@click.pass_obj
def show(
    settings: Settings,
    name: str,
    as_of: str | None,
    known_at: str | None,
    public_at: str | None,
    format_: str,
    *,
    why: bool,
) -> None:
    """Show one stream: what is known of it, fact by fact, and on whose word.

    ID is a stream such as plant:acme-north, or its id alone where only one kind has it.
    """
    from cli.find import find_stream
    from ledger import history
    from projections.read import check_cut
    from projections.stream_page import stream_page
    from projections.time_travel import Past

    cut = cut_of(settings, as_of, known_at, public_at)
    settings.database.check()
    with settings.database.reading() as connection:
        stream = find_stream(connection, name)
        past = Past(partial(history.stream, connection), cut)
        page = stream_page(stream, past, check_cut(connection, cut))
        cited: Sequence[CitedFact] = ()
        if why:
            from projections.passages import Documents

            refs = tuple(dict.fromkeys(line.ref for line in page.state))
            cited = Documents(connection, past).cited(refs)
    if format_ == "json":
        told = page.to_json()
        if why:
            told["evidence"] = [fact.to_json(past) for fact in cited]
        click.echo(json.dumps(told, ensure_ascii=False, indent=2))
        return
    _print(page, cited)


def _print(page: Page, cited: Sequence[CitedFact]) -> None:
    from cli.life import print_life
    from ledger.facts.revision import Revision

    click.echo(f"{page.stream} {render.cut_text(page.cut, page.last_seq)}")
    click.echo("")
    click.echo(click.style("STATE", bold=True))
    if not page.state:
        click.echo("Nothing has happened yet at this cut.")
    if cited:
        _print_why(page, cited)
    else:
        render.table(["field", "value", "stated by"], [_cells(line) for line in page.state])
    if page.windows:
        click.echo("")
        click.echo(click.style("OUTCOME", bold=True))
        names = ("due", "status", "decided_on", "reached", "share", "shown_by")
        rows = [render.cells_of(window, names) for window in page.windows]
        render.table([render.label(name) for name in names], rows)
    click.echo("")
    click.echo(click.style("TIMELINE", bold=True))
    for life in page.lives:
        if not isinstance(life.fact.content, Revision):
            print_life(life, page.cut.as_of)
    revisions = [life for life in page.lives if isinstance(life.fact.content, Revision)]
    if revisions:
        click.echo("")
        click.echo(click.style("REVISIONS", bold=True))
        for life in sorted(revisions, key=lambda life: life.fact.seq):
            print_life(life, page.cut.as_of)
    click.echo("")
    click.echo(click.style("SOURCES", bold=True))
    for source in page.sources:
        words = (source.stream, source.published, source.title)
        click.echo("  ".join(render.value_text(word) for word in words))
    if not page.sources:
        click.echo("None is cited.")
    if any(line.possible for line in page.state):
        click.echo("")
        click.echo("? possible: by this day it may or may not have happened yet.")


def _cells(line: Line) -> list[str]:
    maybe = "?" if line.possible else ""
    return [render.label(line.field), render.value_text(line.value) + maybe, line.ref]


def _print_why(page: Page, cited: Sequence[CitedFact]) -> None:
    """Each value of the state, and below it, once, the fact that states it with its words."""
    from cli import words

    by_ref = {fact.life.fact.ref: fact for fact in cited}
    for line in page.state:
        field, value, ref = _cells(line)
        fact = by_ref.pop(ref, None)
        render.line(f"{field}: {value} ({ref}{', above' if fact is None else ''})")
        if fact is not None:
            words.print_cited(fact, (), page.cut.as_of, words.STEP)


COMMANDS = {"show": show}
