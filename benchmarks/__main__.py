"""The runner: `python -m benchmarks` measures the cases and prints what they cost.

It asserts nothing about time; the ratios to the baselines, taken in the same run, are what
can be compared between machines and between releases.
"""

from __future__ import annotations

import os
import platform
import signal
import sqlite3
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import click

from benchmarks.bench import Bench, Facts, FileBench, ServerBench
from benchmarks.cases import CASES, measure
from benchmarks.measure import CommandFailedError
from benchmarks.server import NotInstalledError, Server, running
from benchmarks.table import POSTGRES, SQLITE, Cells, postgres_rows, sqlite_rows
from ledger.errors import LedgerError

WARM_UP_FACTS = 64


@click.command()
@click.option("--facts", default=10_000, show_default=True, type=click.IntRange(min=16))
@click.option("--runs", default=5, show_default=True, type=click.IntRange(min=1))
@click.option("--only", multiple=True, type=click.Choice(list(CASES)), help="Only these cases.")
def main(facts: int, runs: int, only: tuple[str, ...]) -> None:
    """Measure this project beside sqlite3 and psycopg alone.

    Medians of RUNS, each in a fresh process.
    """
    names = only or tuple(CASES)
    with _told(), ExitStack() as stack:
        server, about_it = None, ""
        if any(CASES[name].on_server for name in names):
            try:
                server = stack.enter_context(running())
                about_it = server.about()
            except NotInstalledError as error:
                about_it = f"PostgreSQL is left out: {error}"
        for line in (*_about(facts, runs), *filter(None, [about_it]), ""):
            click.echo(line)
        with _benches(WARM_UP_FACTS, server) as benches:
            for name in names:  # so that all modules are compiled and cached
                measure(CASES[name], _of_case(name, benches), 1)
        with _benches(facts, server) as benches:
            _print(names, benches, runs)


def _print(names: Sequence[str], benches: Sequence[Bench], runs: int) -> None:
    """Measure the cases; print the table of SQLite as it grows, then that of PostgreSQL."""
    on_postgres: list[Cells] = []
    for line in SQLITE.head():
        click.echo(line)
    for name in names:
        number = benches[0].facts.number
        measured = measure(CASES[name], _of_case(name, benches), runs)
        for row in sqlite_rows(name, number, measured[0]):
            click.echo(SQLITE.line(row))
        if len(measured) > 1:
            on_postgres += postgres_rows(name, number, *measured)
    if on_postgres:
        click.echo("")
        for line in POSTGRES.head():
            click.echo(line)
        for row in on_postgres:
            click.echo(POSTGRES.line(row))


@contextmanager
def _benches(facts: int, server: Server | None) -> Iterator[list[Bench]]:
    """The bench of SQLite and, with a server, that of PostgreSQL after it."""
    with tempfile.TemporaryDirectory(prefix="lsledger-bench-") as folder:
        files = FileBench(Facts(Path(folder), facts))
        yield [files] if server is None else [files, ServerBench(files.facts, server, files)]


def _of_case(name: str, benches: Sequence[Bench]) -> Sequence[Bench]:
    return benches if CASES[name].on_server else benches[:1]


@contextmanager
def _told() -> Iterator[None]:
    """End the run with a message where a measured command fails, or a server that was named."""
    try:
        yield
    except (CommandFailedError, LedgerError) as error:
        raise click.ClickException(str(error)) from None


def _about(facts: int, runs: int) -> Iterator[str]:
    """What the figures depend on, without the name of the machine."""
    yield f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, {facts:,} facts, median of {runs}"
    yield (
        f"lsledger {version('lsledger')}, Python {platform.python_version()}, "
        f"SQLite {sqlite3.sqlite_version}, eventsourcing {version('eventsourcing')}, "
        f"pydantic {version('pydantic')}"
    )
    yield f"{platform.system()} {platform.machine()}, {os.cpu_count()} CPUs"


if __name__ == "__main__":
    # Whoever ends the run ends its server and removes its files as well.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    main(prog_name="python -m benchmarks")
