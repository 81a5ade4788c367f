"""`init` and `demo`: a new ledger, empty, from an export, or with the example portfolio."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import as_file, files
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cli import messages
from cli.options import actor_option, common, key_option
from cli.settings import DEFAULT_LEDGER, Settings
from ledger.envelope import Draft, Fault
from ledger.errors import InputError

if TYPE_CHECKING:
    from ledger.store import Store

EXAMPLE = "ledger.example"


@click.command("init")
@click.option("--example", is_flag=True, help="Fill it with the example portfolio.")
@click.option(
    "--restore",
    metavar="FILE.jsonl",
    type=click.Path(),
    help="Fill it with the facts of an `export facts`, byte for byte as they were.",
)
@click.option(
    "--roles",
    is_flag=True,
    help="On PostgreSQL: also make the roles of an owner, of writers and of readers.",
)
@common
@actor_option
@key_option
@click.pass_obj
def init(settings: Settings, example: bool, restore: str | None, roles: bool) -> None:
    """Make a new ledger at --ledger (default: ledger.db).

    On PostgreSQL the database is there already, and empty. With --roles, three roles are made
    beside the ledger, named after the database: DATABASE_owner owns it, DATABASE_writer can add
    facts and maintain the views, DATABASE_reader can read. GRANT gives them to people. Where the
    roles cannot be made, nothing is.
    """
    from ledger.store import created
    from projections.catch_up import catch_up

    if example and restore:
        raise InputError("--example and --restore exclude each other", hint="Choose one.")
    if roles and not settings.database.has_roles:
        raise InputError(
            f"{settings.database} is a file, and has no roles",
            hint="Leave --roles out: who may do what, the permissions of the file say.",
        )
    given = None
    with created(settings.database) as store:
        if roles:
            given = settings.database.give_to_roles()
            catch_up(store, settings.today)  # only the owner can make the views' tables
        count = _fill(store, settings, example=example, restore=restore)
    _tell(settings, count, example=example, restore=restore)
    if given is not None:
        owner, writer, reader = map(_in_sql, given)
        messages.say(
            f"It belongs to the role {owner}; {writer} can record, {reader} can read. "
            f"To let somebody record: GRANT {writer} TO kim."
        )


def _in_sql(name: str) -> str:
    """A role's name as it is typed in SQL."""
    return name if re.fullmatch("[a-z_][a-z0-9_]*", name) else f'"{name}"'


def _fill(store: Store, settings: Settings, *, example: bool, restore: str | None) -> int:
    """Put facts into a new ledger; how many."""
    if restore is not None:
        from cli.restore import restore_into

        return restore_into(store, settings, restore)
    from cli.recording import record_into

    return record_into(store, settings, example_drafts() if example else ()).new


def _tell(settings: Settings, count: int, *, example: bool, restore: str | None) -> None:
    if restore is not None:
        from cli.restore import missing_documents

        messages.say(f"Made {settings.database} with {count:,} facts from {restore}.")
        if missing := missing_documents(settings):
            messages.say(
                f"An export holds no documents; these are missing here: {', '.join(missing)}. "
                "`lsledger source add FILE` archives each again."
            )
    elif example:
        messages.say(f"Made {settings.database} with the example portfolio: {count} facts.")
        messages.say("`lsledger portfolio` shows it.")
    else:
        messages.say(f"Made {settings.database}, an empty ledger.")
        messages.say("`lsledger record` asks for a first fact; `lsledger import` takes files.")


@click.command("demo")
@click.option(
    "--report", metavar="FILE.html", type=click.Path(), help="Write its report there as well."
)
@common
@actor_option
@click.pass_obj
def demo(settings: Settings, report: str | None) -> None:
    """Make a ledger with the example portfolio, and show what it can be asked.

    Without --ledger it is made in a temporary folder and removed again.
    """
    with _demo_ledger(settings):
        from cli.demonstration import show

        show(settings, report)


def make_example(settings: Settings) -> None:
    """A new ledger with the example portfolio, which is removed again when that fails."""
    from ledger.store import created

    with created(settings.database) as store:
        _fill(store, settings, example=True, restore=None)


def example_drafts() -> Iterator[Draft | Fault]:
    """The example portfolio, document by document."""
    from ledger.intake import read_file

    with as_file(files(EXAMPLE)) as folder:
        for path in sorted(Path(folder).glob("*.yaml")):
            yield from read_file(str(path))


@contextmanager
def _demo_ledger(settings: Settings) -> Iterator[None]:
    context = click.get_current_context()
    chosen = context.find_root().params.get("ledger") or settings.ledger != DEFAULT_LEDGER
    if chosen:
        make_example(settings)
        yield
        messages.say(
            f"The ledger is {settings.database}; ask it with --ledger {settings.database}."
        )
        return
    with tempfile.TemporaryDirectory(prefix="lsledger-demo-") as folder:
        settings.ledger = str(Path(folder) / "demo.db")
        make_example(settings)
        yield
    messages.say("To keep such a ledger: `lsledger init --example`, then `lsledger portfolio`.")


COMMANDS = {"init": init, "demo": demo}
