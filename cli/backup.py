"""`backup`: a copy of the ledger in a new file, while others write to it."""

from __future__ import annotations

from pathlib import Path

import click

from cli import render
from cli.options import common
from cli.settings import Settings
from cli.text import counted
from ledger.errors import UsageError


@click.command("backup")
@click.argument("file", metavar="FILE", type=click.Path())
@common
@click.pass_obj
def backup(settings: Settings, file: str) -> None:
    """Copy the ledger into the new file FILE, while others may be writing to it.

    The copy is a ledger of its own, as the first was when the copying began, with its
    documents and checkpoints; that of a ledger on a server is a file, too. It gets its name
    when it is complete and every fact in it was hashed anew; a file that is there already is
    never replaced. The ledger itself is only read.

    The root that is printed stands for all facts of the copy: `lsledger verify` of the copy
    shows the same one.
    """
    from cli.copy import shown_progress
    from ledger.backup import back_up

    if file == "-":
        raise UsageError("a backup is not printed", hint="Name a new file.")
    with shown_progress() as progress:
        copied = back_up(settings.database, Path(file), progress)
    facts = counted(copied.facts, "fact")
    click.echo(render.safe(f"Copied {facts} to {file}, root {copied.root.hex()}"))


COMMANDS = {"backup": backup}
