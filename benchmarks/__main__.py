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
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import click

from benchmarks import peers
from benchmarks.bench import Bench, Facts, FileBench, ServerBench
from benchmarks.cases import CASES, Row, measure, sizes_of
from benchmarks.measure import CommandFailedError, Cost
from benchmarks.server import NotInstalledError, Server, running
from benchmarks.table import size_name, tables
from ledger.errors import LedgerError

WARM_UP_FACTS = 64
SIZES = (1_000, 10_000, 100_000)

WRITTEN = """# Results of the last run

Written by the runner (`make bench`, `make bench-full`), never by hand. What the cases and the
baselines are, and how to read the tables, stands in [README.md](README.md).
"""


@click.command()
@click.option(
    "--facts", multiple=True, default=SIZES, show_default=True, type=click.IntRange(min=40)
)
@click.option("--runs", default=5, show_default=True, type=click.IntRange(min=1))
@click.option("--only", multiple=True, type=click.Choice(list(CASES)), help="Only these cases.")
@click.option("--results", type=click.Path(path_type=Path), help="Write the tables there as well.")
def main(facts: tuple[int, ...], runs: int, only: tuple[str, ...], results: Path | None) -> None:
    """Measure this project beside sqlite3 and psycopg alone, and beside ledger and hledger.

    Medians of RUNS, each in a fresh process; of what takes long, of fewer.
    """
    names, sizes = only or tuple(CASES), sorted(set(facts))
    with _told(), ExitStack() as stack:
        server, about_it = None, ""
        if any(CASES[name].on_server for name in names):
            try:
                server = stack.enter_context(running())
                about_it = server.about()
            except NotInstalledError as error:
                about_it = f"PostgreSQL is left out: {error}"
        versions = [*_versions(), *filter(None, [about_it]), *peers.about()]
        for line in (_when(sizes, runs), *versions):
            click.echo(line)
        costs: dict[Row, dict[int, Cost]] = defaultdict(dict)
        try:
            for done in _measure(names, sizes, runs, server, costs):
                if results is not None:
                    head = "\n".join(f"- {line}" for line in (_when(done, runs), *versions))
                    text = "\n".join((WRITTEN, head, *tables(costs)))
                    results.write_text(text + "\n", encoding="utf-8")
        finally:
            for line in tables(costs):
                click.echo(line)


def _measure(
    names: Sequence[str],
    sizes: Sequence[int],
    runs: int,
    server: Server | None,
    costs: dict[Row, dict[int, Cost]],
) -> Iterator[Sequence[int]]:
    """Measure the cases at their sizes, the smallest first; the sizes that are done, after each.

    A long run that is ended has kept what it had by then.
    """
    with _benches(WARM_UP_FACTS, server) as benches:
        for name in names:  # so that all modules are compiled and cached
            list(measure(name, benches(name), 1))
    for place, size in enumerate(sizes):
        with _benches(size, server) as benches:
            for name in names:
                if size not in sizes_of(CASES[name], sizes):
                    continue
                measured = dict(measure(name, benches(name), runs))
                for row, cost in measured.items():
                    costs[row][size] = cost
                ours = next(iter(measured.values()))
                click.echo(f"{size_name(size)} {name}: {ours.cpu:.2f} s of CPU", err=True)
        yield sizes[: place + 1]


@contextmanager
def _benches(facts: int, server: Server | None) -> Iterator[_Of]:
    """The benches of so many facts, as long as this is open."""
    with tempfile.TemporaryDirectory(prefix="lsledger-bench-") as folder:
        usual, long = (Path(folder) / name for name in ("usual", "long"))
        for path in (usual, long):
            path.mkdir()
        files = FileBench(Facts(usual, facts))
        on_server = None if server is None else ServerBench(files.facts, server, files)
        yield _Of(files, FileBench(Facts(long, facts, one_stream=True)), on_server)


class _Of:
    """The benches that a case is measured on, SQLite's before PostgreSQL's."""

    def __init__(self, files: FileBench, long: FileBench, on_server: ServerBench | None) -> None:
        self.files, self.long, self.on_server = files, long, on_server

    def __call__(self, name: str) -> Sequence[Bench]:
        case = CASES[name]
        if case.one_stream:
            return [self.long]
        if self.on_server is None or self.files.facts.number > case.on_server:
            return [self.files]
        return [self.files, self.on_server]


@contextmanager
def _told() -> Iterator[None]:
    """End the run with a message where a measured command fails, or a server that was named."""
    try:
        yield
    except (CommandFailedError, LedgerError) as error:
        raise click.ClickException(str(error)) from None


def _when(sizes: Sequence[int], runs: int) -> str:
    facts = ", ".join(map(size_name, sizes))
    return f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, {facts} facts, medians of {runs} runs at most"


def _versions() -> Iterator[str]:
    """What the figures depend on, without the name of the machine."""
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
