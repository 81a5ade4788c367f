"""`export`: a view, or the facts themselves, as a file for other people and tools."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial
from itertools import islice
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
    from ledger.database import Connection

FACTS = "facts"
EVIDENCE = "evidence"
LOG = "log"
LINES = ("json", "jsonl")
"""The formats in which facts are written as envelopes; the others write the log's rows."""


def _names(_ctx: click.Context, _param: click.Parameter, begun: str) -> list[CompletionItem]:
    return [CompletionItem(name) for name in (FACTS, EVIDENCE, *NAMES) if name.startswith(begun)]


@click.command("export")
@click.argument("what", metavar="VIEW|facts|log|evidence", shell_complete=_names)
@click.argument("refs", metavar="[REF]...", nargs=-1, shell_complete=complete.refs_argument)
@cut_options
@filter_options(())
@output_options
@evidence_option
@common
@click.pass_obj
def export(settings: Settings, /, what: str, refs: tuple[str, ...], **given: Any) -> None:
    """Write a view, or the facts, as CSV, JSON, JSON Lines, Markdown or XLSX.

    `-o FILE.ext` picks the format and replaces an old file only when the new one is
    complete; without -o, CSV goes to standard output. `export facts -o FILE.jsonl` writes
    one fact a line, just as it is stored; `init --restore` makes a ledger from it again.

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
    from ledger import history
    from projections.exports import facts
    from projections.read import check_cut, cut_as_data

    settings.database.check()
    with settings.database.reading() as connection:
        last_seq = check_cut(connection, cut)
        stored = islice(history.stored(connection), last_seq)  # others may record meanwhile
        whole = cut == Cut(settings.today)
        lines = facts.lines(stored if whole else _seen(stored, connection, cut))
        if name == "jsonl":
            return facts.write_lines(lines, out)
        head = {"view": FACTS, "version": 1, "cut": cut_as_data(cut, last_seq)}
        return facts.write_json(lines, head, out)


def _seen(stored: Iterable[bytes], connection: Connection, cut: Cut) -> Iterator[bytes]:
    """The facts that a cut sees."""
    from ledger import history
    from ledger.codec import decode
    from ledger.timeline import visible
    from projections.time_travel import Past

    published_day = Past(partial(history.stream, connection), cut).published_day
    return (data for data in stored if visible(decode(data), cut, published_day))


COMMANDS = {"export": export}
