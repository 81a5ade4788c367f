"""The measured cases. A new one is a function here and its line in CASES.

Each gives a command of this project, and what does the same work without us: sqlite3 alone, or
on a server psycopg alone. Where there is no such work (`--help`, a view read), it stands beside
the least that a command line with a database costs.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from benchmarks import grow
from benchmarks.bench import Baseline, Bench
from benchmarks.measure import Command, Cost, in_turns


@dataclass(frozen=True)
class Pair:
    """Our command, and the baselines beside it; the first of them is the one to reach."""

    ours: Command
    beside: tuple[Baseline, ...]


@dataclass(frozen=True)
class Case:
    """A case. on_server: whether it is measured on PostgreSQL too."""

    pair: Callable[[Bench], Pair]
    on_server: bool = False


@dataclass(frozen=True)
class Measured:
    """What a case cost on one backend; beside: the names of its baselines, and their costs."""

    ours: Cost
    beside: tuple[tuple[str, Cost], ...]


def help_(bench: Bench) -> Pair:
    """`lsledger --help`."""
    return Pair(bench.lsledger("none.db", "--help"), bench.bare())


def version(bench: Bench) -> Pair:
    """`lsledger --version`."""
    return Pair(bench.lsledger("none.db", "--version"), bench.bare())


def plants(bench: Bench) -> Pair:
    """The view of plants, read from its table."""
    return Pair(bench.lsledger(bench.ledger, "plants"), bench.bare())


def totals(bench: Bench) -> Pair:
    """The view of totals, read from its table and summed up."""
    return Pair(bench.lsledger(bench.ledger, "totals"), bench.bare())


def log(bench: Bench) -> Pair:
    """The log of one stream of average length."""
    return Pair(bench.lsledger(bench.ledger, "log", "--stream", bench.facts.stream), bench.bare())


def record(bench: Bench) -> Pair:
    """One fact into a ledger that holds all the others."""
    ledger, renew = bench.fresh("record", bench.ledger)
    options = ("--on", "2025-03", "--source", "source-1", "--company", "company-1")
    ours = bench.lsledger(ledger, "record", "plant.proposed", "a-new-plant", *options, before=renew)
    return Pair(ours, bench.bare())


def import_(bench: Bench) -> Pair:
    """All facts from JSON Lines into an empty ledger, beside the insertion of the same bytes."""
    ledger, renew = bench.fresh("import", bench.empty)
    ours = bench.lsledger(ledger, "import", str(bench.facts.input), before=renew)
    return Pair(ours, bench.inserts())


def rebuild(bench: Bench) -> Pair:
    """All tables of the views made anew."""
    ledger, renew = bench.fresh("rebuild", bench.ledger)
    return Pair(bench.lsledger(ledger, "rebuild", before=renew), bench.scan())


def time_travel(bench: Bench) -> Pair:
    """The portfolio as it was known after half of the facts."""
    half = f"#{bench.facts.number // 2}"
    return Pair(bench.lsledger(bench.ledger, "portfolio", "--known-at", half), bench.scan())


def time_travel_end(bench: Bench) -> Pair:
    """The portfolio as it was known before the last hundredth of the facts."""
    near = f"#{bench.facts.number - bench.facts.number // 100}"
    return Pair(bench.lsledger(bench.ledger, "portfolio", "--known-at", near), bench.scan())


def portfolio(bench: Bench) -> Pair:
    """The portfolio now, beside which the time-travelled ones can be read."""
    return Pair(bench.lsledger(bench.ledger, "portfolio"), bench.scan())


def export_facts(bench: Bench) -> Pair:
    """All facts to a file of JSON Lines."""
    output, written = (bench.facts.folder / name for name in ("export.jsonl", "raw.jsonl"))
    ours = bench.lsledger(bench.ledger, "export", "facts", "-o", str(output))
    return Pair(ours, bench.scan("write", written))


def grow_tree(bench: Bench) -> Pair:
    """The tree over all facts made anew: what the log costs over recording them."""
    ledger, renew = bench.fresh("grow", bench.ledger)
    return Pair(Command((sys.executable, grow.__file__, ledger), renew), bench.scan("hash"))


def verify(bench: Bench) -> Pair:
    """Everything that `verify` compares, the views against a rebuild among it."""
    return Pair(bench.lsledger(bench.ledger, "verify"), bench.scan("hash"))


CASES: dict[str, Case] = {
    "help": Case(help_),
    "version": Case(version),
    "view-plants": Case(plants, on_server=True),
    "view-totals": Case(totals),
    "log": Case(log, on_server=True),
    "record": Case(record, on_server=True),
    "import": Case(import_, on_server=True),
    "rebuild": Case(rebuild, on_server=True),
    "portfolio": Case(portfolio),
    "time-travel-end": Case(time_travel_end),
    "time-travel-mid": Case(time_travel),
    "export-facts": Case(export_facts, on_server=True),
    "grow-tree": Case(grow_tree),
    "verify": Case(verify, on_server=True),
}


def measure(case: Case, benches: Sequence[Bench], runs: int) -> list[Measured]:
    """What a case costs on each backend; all of its commands are run in turns."""
    pairs = [case.pair(bench) for bench in benches]
    commands = [
        command
        for pair in pairs
        for command in (pair.ours, *(baseline.command for baseline in pair.beside))
    ]
    costs = iter(in_turns(commands, runs, benches[0].facts.folder))
    return [
        Measured(next(costs), tuple((baseline.name, next(costs)) for baseline in pair.beside))
        for pair in pairs
    ]
