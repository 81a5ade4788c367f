"""`export`: a view, or the facts themselves, as a file for other people and tools."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import click
from click.shell_completion import CompletionItem

from cli import complete, messages
from cli.options import (
    common,
    cut_of,
    cut_options,
    evidence_option,
    filter_options,
    filters_of,
    output_options,
)
from cli.output import answered, deliver, refuse_binary_on_terminal, to_stdout
from cli.settings import Settings
from cli.text import counted
from ledger.cut import Cut
from ledger.errors import InputError, UsageError
from projections import exports
from projections.exports.to_file import replacing
from projections.filters import Filters
from projections.views import NAMES

if TYPE_CHECKING:
    pass

ALL = "all"
SQLITE = "sqlite"
FACTS = "facts"
EVIDENCE = "evidence"
LOG = "log"
LINES = ("json", "jsonl")
"""The formats in which facts are written as envelopes; the others write the log's rows."""


def _names(_ctx: click.Context, _param: click.Parameter, begun: str) -> list[CompletionItem]:
    names = (ALL, FACTS, EVIDENCE, SQLITE, *NAMES)
    return [CompletionItem(name) for name in names if name.startswith(begun)]


@click.command("export")
@click.argument("what", metavar="VIEW|facts|all|sqlite|log|evidence", shell_complete=_names)
@click.argument("refs", metavar="[REF]...", nargs=-1, shell_complete=complete.refs_argument)
@cut_options
@filter_options(())
@output_options
@evidence_option
@click.option(
    "--as",
    "as_",
    type=click.Choice(["cloudevents"]),
    help="With `facts`: write each fact as an event of CloudEvents 1.0.",
)
@click.option(
    "--license",
    "licence",
    metavar="LICENSE",
    help="With `all` and `sqlite`: under what the data is handed out; an SPDX id or an address.",
)
@common
@click.pass_obj
def export(settings: Settings, /, what: str, refs: tuple[str, ...], **given: Any) -> None:
    """Write a view, or the facts, as CSV, JSON, JSON Lines, Markdown, XLSX or Parquet.

    `-o FILE.ext` picks the format and replaces an old file only when the new one is
    complete; without -o, CSV goes to standard output. `export facts -o FILE.jsonl` writes
    one fact a line, just as it is stored; `init --restore` makes a ledger from it again.

    \b
    lsledger export all -o FOLDER
    lsledger export sqlite -o FILE.db
    lsledger export facts --as cloudevents -o FILE.jsonl

    The first writes all views and the facts as a Data Package: CSV files, and a description
    that Frictionless reads. The second writes the views as tables, with a metadata file for
    Datasette. The third writes the facts as CloudEvents.

    \b
    lsledger export log -o FOLDER
    lsledger export evidence REF... -o FILE.zip

    The first writes the whole log as static files that a tlog-tiles client reads: tiles,
    entries, the newest checkpoint. The second bundles facts with their proofs, documents and
    a page that tells an auditor how to check them.
    """
    filters = filters_of(given)
    cut = cut_of(settings, given["as_of"], given["known_at"], given["public_at"])
    format_, output = given["format_"], given["output"]
    _check_special(what, given)
    if what == EVIDENCE or (what == LOG and output is not None and not Path(output).suffix):
        if filters.given() or cut != Cut(settings.today) or format_ or given["with_evidence"]:
            raise UsageError(
                f"{what} is handed out whole: as it is now, without filters and formats",
                hint="Leave the other options out.",
            )
        from cli.hand_out import export_evidence, export_log

        if what == EVIDENCE:
            export_evidence(settings, refs, output)
            return
        if not refs:
            export_log(settings, str(output))
            return
    if refs:
        raise UsageError(
            f"a REF is for `export evidence`, not for {what}",
            hint="`lsledger log` selects single facts.",
        )
    if what in (ALL, SQLITE):
        if filters.given() or format_ or given["with_evidence"]:
            raise UsageError(
                f"{what} has every row of every view: it takes no filter, --format or "
                "--with-evidence",
                hint="Leave these options out, or export a single view.",
            )
        from cli.export_whole import export_all, export_sqlite

        (export_all if what == ALL else export_sqlite)(settings, cut, given["licence"], output)
        return
    if given["as_"] is not None and not filters.given() and not given["with_evidence"]:
        from cli.export_events import export_events

        export_events(settings, cut, format_, output)
        return
    if format_ is None and output is None:
        format_ = "csv"
    if what == FACTS:
        if given["with_evidence"]:
            raise InputError(
                "facts are exported without --with-evidence: they are the evidence",
                hint="Each has its source, locator and quote.",
            )
        _export_facts(settings, cut, filters, format_, output)
        return
    asked = answered(
        settings,
        cut,
        lambda views: views.answer(what, filters),
        format_,
        output,
        with_evidence=given["with_evidence"],
    )
    deliver(asked, format_, output)


def _export_facts(
    settings: Settings, cut: Cut, filters: Filters, format_: str | None, output: str | None
) -> None:
    if filters.given():
        raise InputError(
            "the facts are exported whole, without filters",
            hint="Export a view or use `lsledger log` to select.",
        )
    name = exports.by_extension(output).name if output is not None else str(format_)
    if name not in LINES:
        log = answered(
            settings, cut, lambda views: views.answer("log"), format_, output, with_evidence=False
        )
        deliver(log, format_, output)
        return
    refuse_binary_on_terminal(name)
    if output is None:
        with to_stdout() as out:
            _write_envelopes(settings, cut, name, out)
        return
    with replacing(Path(output)) as out:
        count = _write_envelopes(settings, cut, name, out)
    messages.say(f"Wrote {counted(count, 'fact')} to {output}.")


def _write_envelopes(settings: Settings, cut: Cut, name: str, out: BinaryIO) -> int:
    """Write the facts that the cut sees as envelopes, one by one; how many they are."""
    from projections.exports import facts
    from projections.exports.seen_facts import seen
    from projections.read import check_cut, cut_as_data

    settings.database.check()
    with settings.database.reading() as connection:
        last_seq = check_cut(connection, cut)
        lines = facts.lines(seen(connection, cut, settings.today, last_seq))
        if name == "jsonl":
            return facts.write_lines(lines, out)
        head = {"view": FACTS, "version": 1, "cut": cut_as_data(cut, last_seq)}
        return facts.write_json(lines, head, out)


def _check_special(what: str, given: dict[str, Any]) -> None:
    """Refuse an option that what is exported does not take."""
    if given["as_"] is not None and what != FACTS:
        raise UsageError(
            f"--as is for facts, not for {what}",
            hint="`lsledger export facts --as cloudevents` writes them as events.",
        )
    if given["licence"] is not None and what not in (ALL, SQLITE):
        raise UsageError(
            f"{what} has no place for --license", hint="It is for `export all` and `export sqlite`."
        )


COMMANDS = {"export": export}
