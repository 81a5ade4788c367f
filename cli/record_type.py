"""The command of one fact type: its options made from the fields of its model."""

from __future__ import annotations

import sys
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

import click
from click.shell_completion import CompletionItem

from cli import complete
from cli.options import writing
from cli.settings import Settings
from ledger.facts import FactContent
from ledger.fields import ENVELOPE_HELP, Envelope
from ledger.values import Money, PartialDate, Party, Quantity

METAVARS: dict[Any, str] = {
    PartialDate: "DATE",
    Money: "MONEY",
    Quantity: "QUANTITY",
    Party: "PARTY",
    str: "TEXT",
}


def command_of(model: type[FactContent]) -> click.Command:
    """`lsledger record TYPE ID --field value ...`."""
    kind = model.stream_kind()

    def record_type(id_: str | None, force: bool, dry_run: bool, **given: Any) -> None:
        context = click.get_current_context()
        settings: Settings = context.obj
        force, dry_run = force or settings.force, dry_run or settings.dry_run
        fields = {name: value for name, value in given.items() if value not in (None, ())}
        if id_ is None:
            if sys.stdin is None or not sys.stdin.isatty():
                raise click.MissingParameter(ctx=context, param_hint="ID", param_type="argument")
            from cli.ask import ask_for_fact

            ask_for_fact(settings, model, None, fields, force=force, dry_run=dry_run)
            return
        from cli.recording import record_and_tell
        from ledger.fields import draft

        drafted = draft(model.TYPE, {"id": id_, **fields})
        record_and_tell(settings, [drafted], force=force, dry_run=dry_run)

    command = click.command(model.TYPE, help=model.__doc__)(writing(record_type))
    command.params = [
        click.Argument(["id_"], metavar="ID", required=False, shell_complete=complete.ids_of(kind)),
        *(_envelope_option(name) for name in ("on", "source")),
        *(option_of(name, field) for name, field in model.model_fields.items()),
        *(_envelope_option(name) for name in ("locator", "quote", "note", "tags")),
        *command.params,
    ]
    return command


def _envelope_option(name: str) -> click.Option:
    return option_of(name, Envelope.model_fields[name], help_=ENVELOPE_HELP[name])


def option_of(name: str, field: Any, help_: str | None = None) -> click.Option:
    """The option of one field: its type, whether it repeats, its words, its help."""
    type_, many = plain_type(field.annotation)
    help_ = help_ or field.description or ""
    declaration = f"--{name.replace('_', '-')}"
    if type_ is bool:
        return click.Option(
            [f"{declaration}/--no{declaration[1:]}", name], default=None, help=help_
        )
    words = choices(type_)
    required = " Required." if field.is_required() else ""
    repeats = " Can be given several times." if many else ""
    return click.Option(
        [declaration, name],
        multiple=many,
        type=click.Choice(words, case_sensitive=False) if words else click.STRING,
        metavar=None if words else METAVARS.get(type_, "TEXT"),
        help=f"{help_}{repeats}{required}",
        shell_complete=_completer(name, type_),
    )


def plain_type(annotation: Any) -> tuple[Any, bool]:
    """A field's type without `None`, and whether it is a tuple of them."""
    if get_origin(annotation) is Annotated:
        annotation = get_args(annotation)[0]
    if get_origin(annotation) in (Union, UnionType):
        (annotation,) = (part for part in get_args(annotation) if part is not type(None))
        return plain_type(annotation)
    if get_origin(annotation) is tuple:
        return plain_type(get_args(annotation)[0])[0], True
    return annotation, False


def choices(type_: Any) -> list[str]:
    """The words of a field that takes one of a few."""
    return list(get_args(type_)) if get_origin(type_) is Literal else []


def _completer(name: str, type_: Any) -> complete.Completer | None:
    if type_ is Party:
        return complete.companies
    return {
        "source": complete.sources,
        "stage": complete.stages,
        "material": complete.materials,
        "about": _stream_names("plant", "contract", "investment"),
        "plants": _stream_names("plant"),
    }.get(name)


def _stream_names(*kinds: str) -> complete.Completer:
    """Full names of streams of these kinds, which is what such a field takes."""

    def offered(ctx: click.Context, param: click.Parameter, begun: str) -> list[CompletionItem]:
        begins = [begun if ":" in begun else f"{kind}:" for kind in kinds if _fits(kind, begun)]
        return [item for begin in begins for item in complete.streams(ctx, param, begin)]

    def _fits(kind: str, begun: str) -> bool:
        return f"{kind}:".startswith(begun) or begun.startswith(f"{kind}:")

    return offered
