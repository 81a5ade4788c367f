"""The page of the commands: the help of each, in one width on every machine."""

from __future__ import annotations

from collections.abc import Iterator

import click

from cli import revise
from cli.main import COMMANDS, lsledger
from cli.record import record
from cli.settings import Settings
from docs.pages import revisions
from docs.pages.markdown import block, codes, link, page, table
from ledger.facts import FACT_TYPES
from ledger.facts.revision import Revision

WIDTH = 90
EXAMPLE_TYPE = "promise.made"
"""The fact type whose help stands for those of all types."""

EXIT_CODES = (
    ("0", "Done."),
    ("1", "The ledger says no: a rule, or the state of the record."),
    ("2", "Wrong usage, or input that cannot be read."),
    ("130", "Interrupted; nothing was recorded."),
)
ENVIRONMENT = (
    ("`LSLEDGER_LEDGER`", "The ledger, where `--ledger` is not given."),
    ("`LSLEDGER_ACTOR`", "Who is recording, where `--actor` is not given."),
)


def commands() -> str:
    """The page."""
    root = _context(lsledger, None, "lsledger")
    return page(
        "# Commands",
        "`--ledger`, `--actor` and `--json-errors` may stand before the command or after it. A "
        "fact type is a command of its own under `record`; its options are the fields of the "
        "[type](facts.md).",
        "Contents: "
        + " · ".join(link(f"lsledger {name}") for group in COMMANDS.values() for name in group),
        table(("exit code", "meaning"), EXIT_CODES),
        table(("variable", "meaning"), ENVIRONMENT),
        "## lsledger",
        block(root.get_help()),
        *(part for section, names in COMMANDS.items() for part in _section(root, section, names)),
    )


def _section(root: click.Context, title: str, names: dict[str, tuple[str, str]]) -> Iterator[str]:
    yield f"## {title}"
    for name in names:
        command = lsledger.get_command(root, name)
        assert command is not None
        yield from _command(_context(command, root, name), depth=3)


def _command(context: click.Context, depth: int) -> Iterator[str]:
    command = context.command
    yield f"{'#' * depth} {context.command_path}"
    yield block(context.get_help())
    if command is record:
        yield from _fact_types(context)
    elif isinstance(command, click.Group):
        for name in command.list_commands(context):
            child = command.get_command(context, name)
            assert child is not None
            yield from _command(_context(child, context, name), depth + 1)


def _fact_types(context: click.Context) -> Iterator[str]:
    assert isinstance(context.command, click.Group)
    command = context.command.get_command(context, EXAMPLE_TYPE)
    assert command is not None
    yield from _command(_context(command, context, EXAMPLE_TYPE), depth=4)
    own = [name for name, model in FACT_TYPES.items() if not issubclass(model, Revision)]
    others = codes(name for name in own if name != EXAMPLE_TYPE)
    yield f"In the same way, with their own [fields](facts.md): {others}."
    yield (
        f"{link(revisions.HEADING, 'facts.md')} have commands of their own: "
        f"{', '.join(link(f'lsledger {name}') for name in revise.COMMANDS)}."
    )


def _context(command: click.Command, parent: click.Context | None, name: str) -> click.Context:
    # Completion reads the fact types from a ledger: here from none, wherever this runs.
    nowhere = Settings(ledger="/dev/null/none.db")
    settings = {**command.context_settings, "terminal_width": WIDTH, "max_content_width": WIDTH}
    return click.Context(command, parent=parent, info_name=name, obj=nowhere, **settings)
