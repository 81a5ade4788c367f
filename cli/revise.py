"""`correct`, `retract`, `corroborate`, `dispute`: facts about facts.

Nothing is changed or removed by them. The fact meant is named as `show` and `log` print it:
plant:acme-north@2, acme-north@2 where only one kind has the id, or #12.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click
from click.shell_completion import CompletionItem

from cli import complete
from cli.options import writing
from cli.settings import Settings
from ledger.errors import FieldError


def _refs(ctx: click.Context, _param: click.Parameter, begun: str) -> list[CompletionItem]:
    return complete.refs(ctx, begun)


F = TypeVar("F", bound=Callable[..., Any])
Decorator = Callable[[F], F]

ref_argument: Decorator[Any] = click.argument("ref", metavar="REF", shell_complete=_refs)
reason_option: Decorator[Any] = click.option(
    "--reason", required=True, metavar="TEXT", help="What was wrong."
)
note_option: Decorator[Any] = click.option("--note", metavar="TEXT", help="A remark of yours.")


def _source_option(help_: str, *, required: bool) -> Callable[[F], F]:
    return click.option(
        "--source", metavar="ID", required=required, shell_complete=complete.sources, help=help_
    )


@click.command("correct")
@ref_argument
@click.option(
    "--set", "changes", multiple=True, metavar="FIELD=VALUE",
    help="What a field should have said. Can be given several times; of a field that takes "
    "several values, each value once.",
)  # fmt: skip
@click.option(
    "--unset", multiple=True, metavar="FIELD", help="A field that should have been left out."
)
@reason_option
@_source_option("The document that shows it (default: the fact's own).", required=False)
@note_option
@writing
@click.pass_obj
def correct(
    settings: Settings,
    /,
    ref: str,
    changes: tuple[str, ...],
    unset: tuple[str, ...],
    force: bool,
    dry_run: bool,
    **given: Any,
) -> None:
    """Say that a fact should have read otherwise.

    The fact stays in the record and keeps its place; from now on it reads as corrected.
    The date (on), the source and every other field can be corrected. A correction can be
    corrected or retracted in turn.

    \b
    lsledger correct plant:acme-north@2 --set capacity="120 kt/yr" --reason "a typing error"
    """
    if not changes and not unset:
        raise click.UsageError("Say what to correct with --set FIELD=VALUE or --unset FIELD.")
    fields = {**_parsed(changes), **dict.fromkeys(unset)}
    _record(settings, "fact.corrected", ref, {"set": fields, **given}, force, dry_run)


@click.command("retract")
@ref_argument
@reason_option
@_source_option("The document that shows it.", required=False)
@note_option
@writing
@click.pass_obj
def retract(settings: Settings, /, ref: str, force: bool, dry_run: bool, **given: Any) -> None:
    """Say that a fact was never true, or never said.

    What has ended is not retracted: record that it ended. Retracting a correction brings
    back what the fact said before it; retracting a retraction brings back the fact.
    """
    _record(settings, "fact.retracted", ref, given, force, dry_run)


@click.command("corroborate")
@ref_argument
@_source_option("The other document that says the same.", required=True)
@click.option("--locator", metavar="TEXT", help="Where in the document.")
@click.option("--quote", metavar="TEXT", help="The document's words, verbatim.")
@note_option
@writing
@click.pass_obj
def corroborate(settings: Settings, /, ref: str, force: bool, dry_run: bool, **given: Any) -> None:
    """Say that another document states the same as a fact."""
    _record(settings, "fact.corroborated", ref, given, force, dry_run)


@click.command("dispute")
@ref_argument
@_source_option("The document that says otherwise.", required=True)
@click.option("--reason", required=True, metavar="TEXT", help="What it says instead.")
@click.option("--locator", metavar="TEXT", help="Where in the document.")
@click.option("--quote", metavar="TEXT", help="The document's words, verbatim.")
@note_option
@writing
@click.pass_obj
def dispute(settings: Settings, /, ref: str, force: bool, dry_run: bool, **given: Any) -> None:
    """Say that another document contradicts a fact. Both stay; views mark what is disputed."""
    _record(settings, "fact.disputed", ref, given, force, dry_run)


def _parsed(changes: tuple[str, ...]) -> dict[str, Any]:
    """The fields of `--set`; what is given several times becomes a list."""
    fields: dict[str, Any] = {}
    for change in changes:
        name, equals, value = change.partition("=")
        name = name.strip().replace("-", "_")
        if not equals or not name:
            raise FieldError(f"--set: {change!r} has no =", hint="Write --set FIELD=VALUE.")
        if name in fields:
            earlier = fields[name]
            fields[name] = [*(earlier if isinstance(earlier, list) else [earlier]), value]
        else:
            fields[name] = value
    return fields


def _record(
    settings: Settings,
    type_name: str,
    ref: str,
    given: dict[str, Any],
    force: bool,
    dry_run: bool,
) -> None:
    from cli.find import find_ref
    from cli.recording import record_and_tell
    from ledger.fields import draft

    settings.database.check()
    with settings.database.reading() as connection:
        ref = find_ref(connection, ref)
    fields = {name: value for name, value in given.items() if value is not None}
    drafted = draft(type_name, {"ref": ref, **fields})
    record_and_tell(settings, [drafted], force=force, dry_run=dry_run)


COMMANDS = {"correct": correct, "retract": retract, "corroborate": corroborate, "dispute": dispute}
