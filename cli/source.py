"""`source`: the documents that facts rest on."""

from __future__ import annotations

from typing import Any

import click

from cli import complete, render
from cli.options import common, cut_of, cut_options, output_options, writing
from cli.output import deliver
from cli.settings import Settings
from projections.read import reader


@click.group("source")
@common
def source() -> None:
    """Register and look up the documents that facts rest on."""


@source.command("add")
@click.argument("id_", metavar="ID")
@click.option("--title", required=True, help="The document's title, or a description of it.")
@click.option("--published", metavar="DATE", required=True, help="When the public could read it.")
@click.option("--publisher", help="Who published it, where the document says so.")
@click.option("--url", help="Where it was found.")
@click.option("--language", metavar="TAG", help="Language of its text: en, ko, vi.")
@click.option("--sha256", metavar="HEX", help="SHA-256 of the document.")
@click.option("--note", help="A remark of yours.")
@click.option("--tags", multiple=True, help="A free label. Can be given several times.")
@writing
@click.pass_obj
def add(settings: Settings, /, id_: str, force: bool, dry_run: bool, **fields: Any) -> None:
    """Register a document under an id that facts can cite."""
    from cli.recording import record_and_tell
    from ledger.fields import draft

    given = {name: value for name, value in fields.items() if value not in (None, ())}
    drafted = draft("source.registered", {"id": id_, **given})
    record_and_tell(settings, [drafted], force=force, dry_run=dry_run)


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
    with reader(settings.database, cut, settings.today) as view:
        answer = view.answer("sources")
    deliver(answer, format_, output)


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
    from ledger.errors import NothingSuchError, did_you_mean
    from projections.log_filter import LogFilter

    cut = cut_of(settings, as_of, known_at, public_at)
    name = id_.removeprefix("source:")
    with reader(settings.database, cut, settings.today) as view:
        documents = {row.stream.partition(":")[2]: row for row in view.answer("sources").rows}
        if name not in documents:
            raise NothingSuchError(
                f"no source {name} is registered",
                hint=did_you_mean(name, documents) or "`lsledger source list` lists them.",
            )
        facts = view.log(LogFilter(source=name))
    if format_ in (None, "table") and output is None:
        row = documents[name]
        for field in row.__dataclass_fields__:
            text = render.value_text(getattr(row, field))
            if text:
                click.echo(f"{render.label(field)}: {text}")
        click.echo("")
    deliver(facts, format_, output)


COMMANDS = {"source": source}
