"""The measured cases. A new one is a function here and its line in CASES.

Each gives a command of this project, and what does the same work without us: sqlite3 alone, or
on a server psycopg alone. Where there is no such work (`--help`, a view read), it stands beside
the least that a command line with a database costs; peers stand there for scale.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from benchmarks import grow, shown, steady
from benchmarks.bench import Baseline, Bench, ServerBench
from benchmarks.measure import Command, Cost, in_turns

OURS = "lsledger"
SQLITE, POSTGRES = "SQLite", "PostgreSQL"
VIEWS = "views of the report"
ANY_SIZE = 10**9


@dataclass(frozen=True)
class Pair:
    """Our command, and the baselines beside it; the first of them is the one to reach.

    known: what ours cost when it was run for another purpose, which counts as its first run.
    """

    ours: Command
    beside: tuple[Baseline, ...]
    known: Cost | None = None


@dataclass(frozen=True)
class Case:
    """A case.

    largest: the most facts that it is measured with; of a case that knows no facts, the least
    that there are. on_server: the same on PostgreSQL, or 0 where it is not measured there.
    constant: whether its cost must not grow with the ledger. one_stream: whether the ledger has
    one long stream.
    """

    pair: Callable[[Bench], Pair]
    largest: int = ANY_SIZE
    on_server: int = 0
    constant: bool = False
    one_stream: bool = False


class Row(NamedTuple):
    """A command whose costs stand in one row; `command` is OURS or the name of a baseline."""

    backend: str
    case: str
    command: str


def help_(bench: Bench) -> Pair:
    """`lsledger --help`."""
    return Pair(bench.lsledger("none.db", "--help"), bench.bare())


def version(bench: Bench) -> Pair:
    """`lsledger --version`."""
    return Pair(bench.lsledger("none.db", "--version"), bench.bare())


def company(bench: Bench) -> Pair:
    """The plants of a company that has the same few in every ledger, read from the table."""
    ours = bench.lsledger(bench.ledger, "plants", "--company", steady.COMPANY)
    return Pair(ours, (*bench.bare(), *bench.peers("bal")))


def plants(bench: Bench) -> Pair:
    """The view of plants, read from its table."""
    return Pair(bench.lsledger(bench.ledger, "plants"), bench.bare())


def totals(bench: Bench) -> Pair:
    """The view of totals, read from its table and summed up."""
    return Pair(bench.lsledger(bench.ledger, "totals"), bench.bare())


def log(bench: Bench) -> Pair:
    """The log of one stream: eight facts in every ledger, or the long one."""
    return Pair(bench.lsledger(bench.ledger, "log", "--stream", bench.facts.stream), bench.bare())


def show(bench: Bench) -> Pair:
    """One stream of eight facts."""
    return Pair(bench.lsledger(bench.ledger, "show", steady.STREAM), bench.bare())


def why(bench: Bench) -> Pair:
    """The facts and the words behind one figure."""
    return Pair(bench.lsledger(bench.ledger, "why", steady.STREAM, "status"), bench.bare())


def record(bench: Bench) -> Pair:
    """One fact, of a new plant, into a ledger that holds all the others."""
    options = ("--on", "2025-03", "--source", "source-1", "--company", steady.COMPANY)
    ours = _recording(bench, "plant.proposed", "a-new-plant", *options)
    return Pair(ours, (*bench.bare(), *bench.peers("import")))


def record_long(bench: Bench) -> Pair:
    """One more fact into the long stream."""
    options = ("--on", "2025-12-31", "--source", "source-1", "--production", "5 t")
    id_ = steady.LONG_STREAM.partition(":")[2]
    ours = _recording(bench, "plant.production_reported", id_, *options, "--period", "2025-12-31")
    return Pair(ours, bench.bare())


def _recording(bench: Bench, *words: str) -> Command:
    ledger, renew = bench.fresh("record", bench.ledger)
    return bench.lsledger(ledger, "record", *words, before=renew)


def import_(bench: Bench) -> Pair:
    """All facts from JSON Lines into an empty ledger, beside the insertion of the same bytes."""
    ledger, renew = bench.fresh("import", bench.empty)
    ours = bench.lsledger(ledger, "import", str(bench.facts.input), before=renew)
    return Pair(ours, bench.inserts(), bench.filling[1])


def rebuild(bench: Bench) -> Pair:
    """All tables of the views made anew."""
    ledger, renew = bench.fresh("rebuild", bench.ledger)
    return Pair(bench.lsledger(ledger, "rebuild", before=renew), bench.scan())


def time_travel(bench: Bench) -> Pair:
    """The portfolio as it was known after half of the facts."""
    half = f"#{bench.facts.number // 2}"
    ours = bench.lsledger(bench.ledger, "portfolio", "--known-at", half)
    return Pair(ours, (*bench.bare(), *bench.peers("bal")))


def time_travel_end(bench: Bench) -> Pair:
    """The portfolio as it was known before the last hundredth of the facts."""
    near = f"#{bench.facts.number - bench.facts.number // 100}"
    return Pair(bench.lsledger(bench.ledger, "portfolio", "--known-at", near), bench.bare())


def portfolio(bench: Bench) -> Pair:
    """The portfolio now, beside which the time-travelled ones can be read."""
    return Pair(bench.lsledger(bench.ledger, "portfolio"), bench.bare())


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


def report(bench: Bench) -> Pair:
    """The report as a page, beside the views that it shows, each by a command of its own."""
    ours = bench.lsledger(bench.ledger, "report", "-o", str(bench.facts.folder / "report.html"))
    views = replace(ours, argv=(sys.executable, shown.__file__, ours.argv[0]))
    return Pair(ours, (Baseline(VIEWS, views),))


CASES: dict[str, Case] = {
    "help": Case(help_, largest=0),
    "version": Case(version, largest=0),
    "view-company": Case(company, constant=True),
    "view-plants": Case(plants, on_server=10_000),
    "view-totals": Case(totals),
    "log": Case(log, constant=True, on_server=10_000),
    "show": Case(show, constant=True),
    "why": Case(why, constant=True),
    "record": Case(record, constant=True, on_server=10_000),
    "import": Case(import_, on_server=100_000),
    "rebuild": Case(rebuild, on_server=10_000),
    "portfolio": Case(portfolio),
    "report": Case(report),
    "time-travel-end": Case(time_travel_end),
    "time-travel-mid": Case(time_travel),
    "export-facts": Case(export_facts, on_server=10_000),
    "grow-tree": Case(grow_tree),
    "verify": Case(verify, on_server=10_000),
    "stream-log": Case(log, largest=10_000, one_stream=True),
    "stream-record": Case(record_long, largest=10_000, one_stream=True),
    "stream-import": Case(import_, largest=10_000, one_stream=True),
}


def sizes_of(case: Case, sizes: Sequence[int]) -> list[int]:
    """The sizes that a case is measured at: those up to its largest, or else the least."""
    return [size for size in sizes if size <= case.largest] or [min(sizes)]


def measure(name: str, benches: Sequence[Bench], runs: int) -> Iterator[tuple[Row, Cost]]:
    """What a case costs on each backend; all of its commands are run in turns."""
    rows: list[Row] = []
    commands: list[Command] = []
    known: dict[int, Cost] = {}
    for bench in benches:
        backend = POSTGRES if isinstance(bench, ServerBench) else SQLITE
        pair = CASES[name].pair(bench)
        if pair.known is not None:
            known[len(commands)] = pair.known
        rows += [Row(backend, name, command) for command in (OURS, *(b.name for b in pair.beside))]
        commands += [pair.ours, *(baseline.command for baseline in pair.beside)]
    costs = in_turns(commands, runs, benches[0].facts.folder, known=known)
    yield from zip(rows, costs, strict=True)
