"""The runner: `python -m benchmarks` measures the cases and prints one table.

It asserts nothing about time; the ratios to the baseline, taken in the same run, are what
can be compared between machines and between releases.
"""

from __future__ import annotations

import os
import platform
import sqlite3
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import click

from benchmarks.cases import CASES, Bench, Pair
from benchmarks.measure import CommandFailedError, Cost, run, side_by_side

WARM_UP_FACTS = 64

COLUMNS = (
    *("case", "facts", "CPU ms", "wall ms"),
    *("beside", "CPU ms", "wall ms", "ratio CPU", "ratio wall"),
)
WIDTHS = (-15, 9, 10, 10, -17, 10, 10, 9, 10)
"""The widths of the columns; a negative one aligns to the left."""


@click.command()
@click.option("--facts", default=10_000, show_default=True, type=click.IntRange(min=16))
@click.option("--runs", default=5, show_default=True, type=click.IntRange(min=1))
@click.option("--only", multiple=True, type=click.Choice(list(CASES)), help="Only these cases.")
def main(facts: int, runs: int, only: tuple[str, ...]) -> None:
    """Measure this project beside sqlite3 alone: medians of RUNS, each in a fresh process."""
    names = only or tuple(CASES)
    for line in _about(facts, runs):
        click.echo(line)
    click.echo(_line(COLUMNS))
    click.echo(_line(tuple("-" * abs(width) for width in WIDTHS)))
    try:
        _warm_up(names)
        with tempfile.TemporaryDirectory(prefix="lsledger-bench-") as folder:
            bench = Bench(Path(folder), facts)
            for name in names:
                pair = CASES[name](bench)
                costs = side_by_side(pair.ours, pair.baseline, runs, bench.folder)
                click.echo(_line(_row(name, facts, pair, *costs)))
    except CommandFailedError as error:
        raise click.ClickException(str(error)) from None


def _warm_up(names: tuple[str, ...]) -> None:
    """Run every case once on a small ledger, so that all modules are compiled and cached."""
    with tempfile.TemporaryDirectory(prefix="lsledger-bench-") as folder:
        bench = Bench(Path(folder), WARM_UP_FACTS)
        for name in names:
            pair = CASES[name](bench)
            run(pair.ours, bench.folder)
            run(pair.baseline, bench.folder)


def _about(facts: int, runs: int) -> Iterator[str]:
    """What the figures depend on, without the name of the machine."""
    yield f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, {facts:,} facts, median of {runs}"
    yield (
        f"lsledger {version('lsledger')}, Python {platform.python_version()}, "
        f"SQLite {sqlite3.sqlite_version}, eventsourcing {version('eventsourcing')}, "
        f"pydantic {version('pydantic')}"
    )
    yield f"{platform.system()} {platform.machine()}, {os.cpu_count()} CPUs"
    yield ""


def _row(name: str, facts: int, pair: Pair, ours: Cost, baseline: Cost) -> tuple[str, ...]:
    return (
        *(name, f"{facts:,}", _ms(ours.cpu), _ms(ours.wall)),
        *(pair.beside, _ms(baseline.cpu), _ms(baseline.wall)),
        *(_ratio(ours.cpu, baseline.cpu), _ratio(ours.wall, baseline.wall)),
    )


def _ms(seconds: float) -> str:
    return f"{seconds * 1000:,.1f}"


def _ratio(ours: float, baseline: float) -> str:
    return f"{ours / baseline:.2f}" if baseline else "-"


def _line(cells: tuple[str, ...]) -> str:
    """The cells in their columns, two spaces between them."""
    padded = (
        cell.ljust(-width) if width < 0 else cell.rjust(width)
        for cell, width in zip(cells, WIDTHS, strict=True)
    )
    return "  ".join(padded).rstrip()


if __name__ == "__main__":
    main(prog_name="python -m benchmarks")
