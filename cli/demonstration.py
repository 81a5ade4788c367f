"""What `demo` shows: the commands a person would type first, and what they print."""

from __future__ import annotations

import sys

import click

from cli import main
from cli.settings import Settings

STEPS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("The portfolio in one page", ("portfolio",)),
    ("One plant: what is known of it, and who says so", ("show", "llbs-saemangeum-precursor")),
    ("Which promises stood open on the day of the second document",
     ("promises", "--as-of", "2026-03-04", "--status", "open", "--status", "overdue")),
    ("What the public could know of contracts on 1 January 2025",
     ("contracts", "--public-at", "2025-01-01")),
    ("One figure: the facts that it is made of, and the documents behind them",
     ("why", "totals/all/KRW", "amount")),
    ("The last facts that were recorded", ("log", "--last", "5")),
    ("Whether anyone has touched the record", ("verify",)),
)  # fmt: skip


def show(settings: Settings, report: str | None) -> None:
    """Run each step and print its command above what it shows.

    report: where to write the report of it as well.
    """
    last = (("One page to send round", ("report", "-o", report)),) if report else ()
    for title, words in (*STEPS, *last):
        click.echo("")
        click.echo(click.style(f"# {title}", fg="cyan"))
        click.echo(click.style(f"$ lsledger {' '.join(words)}", bold=True))
        sys.stdout.flush()
        main.lsledger.main(list(words), prog_name="lsledger", standalone_mode=False, obj=settings)
    click.echo("")
