"""`source`: the documents that facts rest on, and the archive of them."""

from __future__ import annotations

import json
import sys
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any

import click

from cli import complete, messages, render
from cli.files import write_whole
from cli.options import common, cut_of, cut_options, output_options, writing
from cli.output import answered, deliver
from cli.settings import Settings
from ledger.errors import InputError, NotArchivedError, NothingSuchError, did_you_mean
from projections.documents import registered
from projections.read import reader

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from projections.read import Answer, Reader
    from projections.views.sources import Row


@click.group("source")
@common
def source() -> None:
    """Archive, register and look up the documents that facts rest on."""


@source.command("add")
@click.argument("file", metavar="[FILE]", required=False, type=click.Path())
@click.option("--id", "id_", metavar="ID", help="The id under which facts cite it.")
@click.option("--title", help="Its title, or a description of it (default: the document's own).")
@click.option("--published", metavar="DATE", help="When the public could read it.")
@click.option("--publisher", help="Who published it, where the document says so.")
@click.option("--url", help="Where it was found.")
@click.option("--language", metavar="TAG", help="Language of its text: en, ko, vi.")
@click.option(
    "--media-type",
    metavar="TYPE",
    help="What it is, where that cannot be told from it: 'text/html; charset=euc-kr'.",
)
@click.option("--note", help="A remark of yours.")
@click.option("--tags", multiple=True, help="A free label. Can be given several times.")
@writing
@click.pass_obj
def add(settings: Settings, /, file: str | None, force: bool, dry_run: bool, **fields: Any) -> None:
    """Archive a document and register it under an id that facts can cite.

    FILE is a text, HTML or PDF file, or any other; `-` is standard input. It is kept in the
    ledger byte for byte under its SHA-256, and quotes from it are checked from then on. A
    document that is there already is found again. With the id of a source that is registered
    without its document, that document is added to it. Without FILE, the source is registered
    alone, and quotes are taken as stated.

    \b
    lsledger source add release.html --id acme-2026 --published 2026-03-04
    """
    from cli.archiving import archive_and_tell, register_alone

    given = {name: value for name, value in fields.items() if value not in (None, ())}
    if file is None:
        register_alone(settings, given, force=force, dry_run=dry_run)
    else:
        archive_and_tell(settings, file, given, force=force, dry_run=dry_run)


@source.command("list")
@cut_options
@output_options
@common
@click.pass_obj
def list_(
    settings: Settings,
    as_of: str | None,
    known_at: str | None,
    public_at: str | None,
    format_: str | None,
    output: str | None,
) -> None:
    """List the registered documents."""
    cut = cut_of(settings, as_of, known_at, public_at)
    asked = answered(
        settings, cut, lambda views: views.answer("sources"), format_, output, with_evidence=False
    )
    deliver(asked, format_, output)


@source.command("show")
@click.argument("id_", metavar="ID", shell_complete=complete.sources)
@cut_options
@output_options
@common
@click.pass_obj
def show(
    settings: Settings,
    id_: str,
    as_of: str | None,
    known_at: str | None,
    public_at: str | None,
    format_: str | None,
    output: str | None,
) -> None:
    """Show one document and every fact that rests on it."""
    from projections.log_filter import LogFilter

    cut = cut_of(settings, as_of, known_at, public_at)
    name = id_.removeprefix("source:")
    found: list[Row] = []

    def facts(view: Reader) -> Answer:
        found.append(_row(view, name))
        return view.log(LogFilter(source=name))

    asked = answered(settings, cut, facts, format_, output, with_evidence=False)
    deliver(asked, format_, output, partial(_rendered, found))


@contextmanager
def _rendered(found: Sequence[Row], facts: Answer) -> Iterator[Callable[[], None]]:
    with render.rendered(facts) as print_facts:
        yield partial(_print, found[0], print_facts)


def _print(row: Row, print_facts: Callable[[], None]) -> None:
    for field in row._fields:
        text = render.value_text(getattr(row, field))
        if text:
            click.echo(f"{render.label(field)}: {text}")
    click.echo("" if row.media_type else "not archived: quotes from it are not checked\n")
    print_facts()


@source.command("get")
@click.argument("id_", metavar="ID", shell_complete=complete.sources)
@click.option("-o", "--output", metavar="FILE", type=click.Path(), help="Write it to a file.")
@common
@click.pass_obj
def get(settings: Settings, id_: str, output: str | None) -> None:
    """Write an archived document as it was archived, byte for byte.

    Without -o it goes to a pipe; never to a terminal, which could obey what is in it.
    """
    if output is None and sys.stdout.isatty():
        raise InputError(
            "a document is not printed on a terminal, which might obey what stands in it",
            hint="Use -o FILE, or pipe it to a program.",
        )
    name = id_.removeprefix("source:")
    with reader(settings.database, cut_of(settings, None, None, None), settings.today) as view:
        row = _row(view, name)
    data = _archived(settings, row)
    if output is None:
        sys.stdout.buffer.write(data)
        return
    write_whole(output, data)
    messages.say(f"Wrote {len(data):,} bytes to {output}.")


@source.command("check")
@click.option(
    "--format", "format_", type=click.Choice(["text", "json"]), default="text",
    help="What to print (default: text).",
)  # fmt: skip
@common
@click.pass_obj
def check(settings: Settings, format_: str) -> None:
    """Hash every archived document anew, and tell which was changed or lost.

    The exit code is 1 when one was.
    """
    from ledger.evidence.archive import hashed_anew

    settings.database.check_evidence()
    with settings.database.reading() as connection:
        held = list(hashed_anew(connection))
    if format_ == "json":
        told = [{"source": one.stream, "sha256": one.sha256, "state": one.state} for one in held]
        click.echo(json.dumps(told, ensure_ascii=False, indent=2))
    elif not held:
        click.echo("No document is archived. `lsledger source add FILE` archives one.")
    else:
        render.table(
            ["source", "state", "sha256"],
            [
                [render.without_kind(one.stream or ""), one.state, render.safe(one.sha256)]
                for one in held
            ],
        )
    if lost := [one for one in held if not one.ok]:
        messages.say(f"Changed or lost: {len(lost):,} of {len(held):,}.")
        click.get_current_context().exit(1)


def _row(view: Reader, name: str) -> Row:
    """The row of a registered document; raises NothingSuchError."""
    row = registered(view, name)
    if row is None:
        raise NothingSuchError(
            f"no source {name} is registered",
            hint=did_you_mean(name, view.ids("sources")) or "`lsledger source list` lists them.",
        )
    return row


def _archived(settings: Settings, row: Row) -> bytes:
    """The document of a source; raises NotArchivedError when it is not kept here."""
    from ledger.evidence.archive import document

    settings.database.check_evidence()
    with settings.database.reading() as connection:
        data = document(connection.cursor(), row.sha256 or "")
    if data is None:
        raise NotArchivedError(
            f"the document of {row.stream} is not in the archive",
            hint=f"`lsledger source add FILE --id {row.stream.partition(':')[2]}` adds it.",
        )
    return data


COMMANDS = {"source": source}
