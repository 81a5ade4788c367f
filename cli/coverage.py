"""`coverage`: where documents and facts do not meet."""

from __future__ import annotations

from contextlib import nullcontext
from typing import Any

import click

from cli import complete
from cli.options import common, cut_of, cut_options, output_options
from cli.output import deliver
from cli.settings import Settings
from ledger.errors import NothingSuchError, did_you_mean


@click.command("coverage")
@click.option(
    "--source", metavar="ID", shell_complete=complete.sources, help="Only of this document."
)
@cut_options
@output_options
@common
@click.pass_obj
def coverage(settings: Settings, /, source: str | None, **given: Any) -> None:
    """List facts without a source, sources without facts or document, quotes that nobody
    checked, and the paragraphs of archived documents that no fact cites.

    A paragraph is cited by a quote in it, or by a locator that names it ("paragraph 3").
    """
    from projections.coverage import VIEW, rows
    from projections.filters import Filters
    from projections.read import Answer, check_cut

    cut = cut_of(settings, given["as_of"], given["known_at"], given["public_at"])
    settings.database.check()
    with settings.database.snapshot() as connection:
        last_seq = check_cut(connection, cut)
        found = rows(connection, cut)
        if source is not None:
            name = source.removeprefix("source:")
            _check_source(connection, name)
            found = [row for row in found if row.source == name]
    answer = Answer(VIEW, found, cut, Filters(), last_seq)
    deliver(nullcontext(answer), given["format_"], given["output"])


def _check_source(connection: Any, name: str) -> None:
    from ledger import history

    known = [stream.partition(":")[2] for stream in history.stream_names(connection, "source")]
    if name not in known:
        raise NothingSuchError(
            f"no source {name} is registered",
            hint=did_you_mean(name, known) or "`lsledger source list` lists them.",
        )


COMMANDS = {"coverage": coverage}
