"""`record`: one fact, by options, by questions, or as JSON from standard input.

Every fact type is a command of its own under `record`, made from its model, so that its
fields are its options and `record TYPE --help` is its reference.
"""

from __future__ import annotations

import sys
from typing import Any

import click

from cli import complete
from cli.options import writing
from cli.settings import Settings
from ledger.errors import UnknownFactTypeError, UsageError

ABOUT_FACTS = {
    "fact.corrected": "correct",
    "fact.retracted": "retract",
    "fact.corroborated": "corroborate",
    "fact.disputed": "dispute",
}
"""The types of facts about facts, and the commands that record them: they take a reference."""


class FactTypes(click.Group):
    """The fact types as commands, each made when it is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names of the fact types."""
        return [name for name, _ in self._types(ctx)]

    def get_command(self, _ctx: click.Context, name: str) -> click.Command | None:
        """The command of a fact type."""
        from cli.record_type import command_of
        from ledger.facts import fact_type

        if name in ABOUT_FACTS:
            return None
        try:
            return command_of(fact_type(name))
        except UnknownFactTypeError:
            return None

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """As click does it, with our error for a fact type that is unknown or has its command."""
        from ledger.facts import fact_type

        if args and args[0] in ABOUT_FACTS:
            raise UsageError(
                f"`record` does not record {args[0]}: it is about another fact, not a stream",
                hint=f"`{command_about_facts(args[0])}` records it.",
            )
        if args and not args[0].startswith("-"):
            fact_type(args[0])
        return super().resolve_command(ctx, args)

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[Any]:
        """The fact types and what they mean, from the tables, without importing the models."""
        from click.shell_completion import CompletionItem

        return [
            CompletionItem(name, help=help_)
            for name, help_ in self._types(ctx)
            if name.startswith(incomplete)
        ]

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The fact types by stream, each with its one-line meaning."""
        streams: dict[str, list[tuple[str, str]]] = {}
        for name, help_ in self._types(ctx):
            streams.setdefault(name.partition(".")[0], []).append((name, help_))
        for stream, types in streams.items():
            with formatter.section(stream.capitalize()):
                formatter.write_dl(types)

    def _types(self, ctx: click.Context) -> list[tuple[str, str]]:
        found = complete.fact_types(ctx)
        if not found:
            from ledger.facts import FACT_TYPES

            found = [(n, (t.__doc__ or "").partition("\n")[0]) for n, t in FACT_TYPES.items()]
        return [(name, help_) for name, help_ in found if name not in ABOUT_FACTS]


def command_about_facts(type_name: str) -> str:
    """What to type to record a fact about a fact."""
    return f"lsledger {ABOUT_FACTS[type_name]} REF"


@click.group(
    "record",
    cls=FactTypes,
    invoke_without_command=True,
    subcommand_metavar="[TYPE ID [OPTIONS]...]",
)
@writing
@click.pass_context
def record(ctx: click.Context, force: bool, dry_run: bool) -> None:
    """Record one fact.

    \b
    By options:    lsledger record plant.completed acme-north --on 2025-09 --source acme-2025
    By questions:  lsledger record
    From JSON:     echo '{"type": "plant.completed", "id": ...}' | lsledger record

    `lsledger record TYPE --help` lists the fields of a type. What is said about a fact that
    is recorded already has commands of its own: correct, retract, corroborate, dispute.
    """
    settings: Settings = ctx.obj
    if ctx.invoked_subcommand is not None:
        settings.force, settings.dry_run = force, dry_run
        return
    if sys.stdin is not None and sys.stdin.isatty():
        from cli.ask import ask_for_fact

        ask_for_fact(settings, None, None, {}, force=force, dry_run=dry_run)
    else:
        _record_json(settings, force=force, dry_run=dry_run)


def _record_json(settings: Settings, *, force: bool, dry_run: bool) -> None:
    from cli.recording import record_and_tell
    from ledger.intake.jsonl_file import draft_of_object
    from ledger.intake.text_file import decoded, not_empty, read_bytes

    text = not_empty(decoded(read_bytes("-"), "-"), "-").rstrip()
    record_and_tell(settings, [draft_of_object(text, "-")], force=force, dry_run=dry_run)


COMMANDS = {"record": record}
