"""`log`: the audit history, fact by fact in the order of recording."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import click

from cli import complete, render
from cli.options import common, cut_of, cut_options, evidence_option, output_options
from cli.output import answered, deliver
from cli.settings import Settings
from cli.text import terminal_width, wrapped
from ledger.errors import InputError
from projections.aside import Aside
from projections.read import Answer
from projections.view import Row


def _types(ctx: click.Context, _param: click.Parameter, begun: str) -> list[Any]:
    from click.shell_completion import CompletionItem

    return [
        CompletionItem(name, help=help_)
        for name, help_ in complete.fact_types(ctx)
        if name.startswith(begun)
    ]


@click.command("log")
@click.argument("ref", metavar="[REF]", required=False, shell_complete=complete.refs_argument)
@click.option(
    "--stream", metavar="ID", shell_complete=complete.streams, help="Only of this stream."
)
@click.option(
    "--type",
    "type_",
    metavar="TYPE",
    shell_complete=_types,
    help="Only of this type, such as plant.completed, or of all of plant.",
)
@click.option("--by", "actor", metavar="NAME", help="Only recorded by this actor.")
@click.option(
    "--source", metavar="ID", shell_complete=complete.sources, help="Only resting on this document."
)
@click.option(
    "--company",
    metavar="ID",
    shell_complete=complete.companies,
    help="Only naming this company.",
)
@click.option("--tag", metavar="TAG", help="Only with this tag.")
@click.option("--since", metavar="WHEN", help="Recorded at or after: a date, an instant, #120.")
@click.option("--until", metavar="WHEN", help="Recorded at or before.")
@click.option("--happened-since", metavar="DATE", help="Possibly happened on or after.")
@click.option("--happened-until", metavar="DATE", help="Possibly happened on or before.")
@click.option("--published-since", metavar="DATE", help="Published on or after.")
@click.option("--published-until", metavar="DATE", help="Published on or before.")
@click.option("--last", metavar="N", type=click.IntRange(min=1), help="Only the last N of these.")
@cut_options
@output_options
@evidence_option
@common
@click.pass_obj
def log(settings: Settings, /, **given: Any) -> None:
    """List the facts in the order of recording: when, by whom, what, on which source.

    With a reference such as plant:acme-north@2 it tells the life of that one fact: how it
    reads, what it said before, and who revised it when and why.

    The log lists every fact, also what is dated ahead; --as-of limits it to what had
    happened by then.
    """
    from cli.log_filter import log_filter

    cut = cut_of(settings, given["as_of"], given["known_at"], given["public_at"])
    if given["ref"] is not None:
        from cli.life import show_life

        if given["with_evidence"]:
            raise InputError("the life of a fact is evidence itself", hint="Leave it out.")
        show_life(settings, given["ref"], cut, given["format_"])
        return
    plain = given["output"] is None and given["format_"] in (None, "table")
    asked = answered(
        settings,
        cut,
        lambda views: views.log(log_filter(given, views)),
        given["format_"],
        given["output"],
        with_evidence=given["with_evidence"],
    )
    if plain and sys.stdout.isatty():
        deliver(asked, None, None, rendered_log)
    else:
        deliver(asked, given["format_"], given["output"])


@contextmanager
def rendered_log(answer: Answer) -> Iterator[Callable[[], None]]:
    """The log for a terminal: some lines a fact, as wide as the window."""
    width = terminal_width()
    with Aside() as facts:
        for row in answer.rows:
            facts.add(["\n".join(["", *_lines(row, width)])])
        yield partial(_print, answer, facts)


def _print(answer: Answer, facts: Aside) -> None:
    click.echo(render.heading(answer))
    render.lines(text for (text,) in facts)
    if not facts:
        click.echo("\nNothing here. The filters may leave it out.")


def _lines(row: Row, width: int) -> Iterator[str]:
    on = f"  {row.on.text()}" if row.on is not None else ""
    at = row.recorded_at[:19].replace("T", " ")
    gone = row.status == "retracted"
    mark = "  retracted" if gone else ""
    head, *rest = wrapped(f"#{row.seq} {row.ref} {row.type}{on}{mark}", width)
    yield click.style(head, bold=True)
    for line in rest:
        yield f"    {line}"
    for line in wrapped(render.safe(row.what), width, first="    "):
        yield click.style(line, strikethrough=(gone or row.reads is not None) or None)
    if row.reads is not None and not gone:
        yield from wrapped(f"now: {render.safe(row.reads)}", width, first="    ")
    if row.forced:
        yield f"    forced: {', '.join(row.forced)}"
    if row.revised_by:
        yield f"    {'retracted' if gone else 'corrected'} by {', '.join(row.revised_by)}"
    source = f", on {row.source}" if row.source is not None else ""
    told = f"{at}, by {render.safe(row.actor)}{source}"
    for line in wrapped(told, width, first="    "):
        yield click.style(line, dim=True)


COMMANDS = {"log": log}
