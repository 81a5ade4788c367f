"""One command a view, all with the same options."""

from __future__ import annotations

from typing import Any

import click

from cli.options import (
    common,
    cut_of,
    cut_options,
    evidence_option,
    filter_options,
    filters_of,
    output_options,
)
from cli.output import answered, deliver
from cli.settings import Settings
from projections.views import load

HELP = {
    "portfolio": "The one page to open first: what is signed, what is invested by business and\n"
    "currency, what runs, what is promised and when, and where the chains have gaps.",
    "contracts": "Contracts: how far they are, with whom, on what terms.",
    "investments": "Investments: how far they are and what they come to, as stated.",
    "plants": "Plants: how far they are, whose they are, where they stand.",
    "capacity": "Capacity and production by stage and period: what is actual, what is promised.",
    "promises": "Promises: when they are due and what has come of them. A promise that is due\n"
    "every year has a line for each year that has begun. Overdue means that no outcome is\n"
    "recorded; nothing is called missed because nobody wrote.",
    "chain": "The value chains, stage by stage: what operates, is completed, being built,\n"
    "announced, proposed, contracted; and which stages have nothing operating.",
    "totals": "Stated investment by business and currency. Currencies stay apart, equivalents\n"
    "are never added, and a sum keeps the doubt of its terms.",
    "conflicts": "Where live facts from different sources state different values for one thing:\n"
    "each value, the fact and the source behind it, and which one the views show.",
    "companies": "Companies: their names and owners.",
    "context": "What texts say of markets, countries and companies beside the portfolio.",
}


def _command(name: str) -> click.Command:
    @click.command(name, help=HELP[name])
    @cut_options
    @filter_options(load(name).statuses)
    @output_options
    @evidence_option
    @common
    @click.pass_obj
    def command(settings: Settings, /, *, scorecard: bool = False, **given: Any) -> None:
        filters = filters_of(given)
        cut = cut_of(settings, given["as_of"], given["known_at"], given["public_at"])
        plain = given["output"] is None and given["format_"] in (None, "table")
        asked = answered(
            settings,
            cut,
            lambda views: views.answer("scorecard" if scorecard else name, filters),
            given["format_"],
            given["output"],
            with_evidence=given["with_evidence"],
        )
        if name == "portfolio" and plain:
            from cli.portfolio import rendered_portfolio

            deliver(asked, None, None, rendered_portfolio)
        else:
            deliver(asked, given["format_"], given["output"])
        if scorecard and plain:
            click.echo("\nOutcomes are counted by due window: a recurring promise has several.")

    if name == "promises":
        command.params.insert(
            0,
            click.Option(
                ["--scorecard"],
                is_flag=True,
                help="Sum up by promiser: made, kept, late, open, revised, median slip.",
            ),
        )
    return command


class _Views(dict[str, click.Command]):
    """The commands by name; each is made, and its view imported, when it is asked for."""

    def __missing__(self, name: str) -> click.Command:
        self[name] = _command(name)
        return self[name]


COMMANDS = _Views()
