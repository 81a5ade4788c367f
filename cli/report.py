"""`report`: one page that a person sends round and keeps."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cli import VERSION, messages
from cli.chart import extension_of
from cli.options import common, cut_of, cut_options, filter_options, filters_of
from cli.settings import Settings
from cli.text import counted

if TYPE_CHECKING:
    from ledger.cut import Cut
    from projections.report.sections import Since

PAGES = (".html", ".md")


@click.command("report")
@click.option(
    "-o",
    "--output",
    metavar="FILE",
    type=click.Path(),
    required=True,
    help="The page to write: .html, or .md without pictures.",
)
@click.option("--since", metavar="CUT", help="Tell what changed since this cut, as in `diff`.")
@click.option("--title", metavar="TEXT", default="Portfolio report", help="The page's title.")
@cut_options
@filter_options(())
@common
@click.pass_obj
def report(settings: Settings, /, output: str, since: str | None, title: str, **given: Any) -> None:
    """Write one page: the portfolio, its pictures, and the words behind every figure.

    The HTML page needs nothing beside itself: it holds no script, asks for nothing, and can be
    sent round, printed and kept. Every figure leads to the facts behind it, their words and
    documents, and who recorded them when.

    \b
    lsledger report -o report.html
    lsledger report -o report.html --as-of 2026-03-31 --since as-of=2025-12-31
    lsledger report -o report.md --company ls-mnm
    """
    from projections.exports.to_file import replacing
    from projections.origins import origins_reader
    from projections.report.content import MOST_TERMS
    from projections.report.sections import report as built

    extension = extension_of(output, PAGES)
    cut = cut_of(settings, given["as_of"], given["known_at"], given["public_at"])
    if extension == ".html":
        from projections.exports.drawing import check_installed

        check_installed()
    told = _since(settings, since, cut) if since is not None else None
    with origins_reader(settings.database, cut, settings.today, MOST_TERMS) as reader:
        page = built(reader, filters_of(given), told)
    with replacing(Path(output)) as out:
        if extension == ".html":
            from projections.report import html_page

            html_page.write(page, title, cut.as_of, VERSION, out)
        else:
            from projections.report import markdown_page

            markdown_page.write(page, title, out)
    messages.say(
        f"Wrote the report to {output}: {counted(len(page.facts), 'fact')} with their words."
    )


def _since(settings: Settings, typed: str, cut: Cut) -> Since:
    from cli.diff import changed, parse_cut
    from cli.render import cut_text
    from projections.report.sections import Since

    before = parse_cut(typed, settings, "--since")
    changes, last_seq = changed(settings, before, cut, "--since")
    return Since(cut_text(before, last_seq).partition(" (")[0], changes)


COMMANDS = {"report": report}
