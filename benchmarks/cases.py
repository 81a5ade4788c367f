"""The measured cases. A new one is a function here and its line in CASES.

Each gives two commands: one of this project, and what sqlite3 alone does of the same work.
Where there is no such work (`--help`, a view read), the baseline is a Python process that
imports click and sqlite3 and ends.
"""

from __future__ import annotations

import json
import marshal
import shutil
import sqlite3
import sys
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from benchmarks import grow, raw
from benchmarks.measure import Command, run
from benchmarks.synthetic import generate

LSLEDGER = str(Path(sys.executable).with_name("lsledger"))
SEED = 1


@dataclass(frozen=True)
class Pair:
    """One case: our command, the baseline, and what the baseline is called."""

    ours: Command
    baseline: Command
    beside: str


@dataclass
class Bench:
    """The files that the cases work on, made when they are first needed."""

    folder: Path
    facts: int

    @cached_property
    def input(self) -> Path:
        """The facts as an import file."""
        path = self.folder / "facts.jsonl"
        with path.open("w", encoding="utf-8") as out:
            for fact in generate(self.facts, SEED):
                out.write(json.dumps(fact, ensure_ascii=False) + "\n")
        return path

    @cached_property
    def empty(self) -> Path:
        """An empty ledger."""
        path = self.folder / "empty.db"
        run(_lsledger(path, "init"), self.folder)
        return path

    @cached_property
    def ledger(self) -> Path:
        """A ledger that holds the facts, its views up to date."""
        path = self.folder / "ledger.db"
        shutil.copyfile(self.empty, path)
        run(_lsledger(path, "import", str(self.input)), self.folder)
        return path

    @cached_property
    def rows(self) -> Path:
        """The rows of the facts table, for the insertion by sqlite3 alone."""
        path = self.folder / "rows.marshal"
        with closing(sqlite3.connect(self.ledger)) as connection, path.open("wb") as out:
            found = connection.execute(
                f"SELECT {raw.COLUMNS} FROM stored_events ORDER BY rowid"
            ).fetchall()
            marshal.dump(found, out)
        return path

    def fresh(self, name: str, original: Path | None = None) -> tuple[Path, Callable[[], None]]:
        """A path, and what puts a copy of `original`, or nothing, there before each run."""
        path = self.folder / name

        def renew() -> None:
            for old in (path, Path(f"{path}-wal"), Path(f"{path}-shm")):
                old.unlink(missing_ok=True)
            if original is not None:
                shutil.copyfile(original, path)

        return path, renew


def help_(bench: Bench) -> Pair:
    """`lsledger --help`."""
    return _beside_bare_python(_lsledger(bench.folder / "none.db", "--help"))


def version(bench: Bench) -> Pair:
    """`lsledger --version`."""
    return _beside_bare_python(_lsledger(bench.folder / "none.db", "--version"))


def plants(bench: Bench) -> Pair:
    """The view of plants, read from its table."""
    return _beside_bare_python(_lsledger(bench.ledger, "plants"))


def totals(bench: Bench) -> Pair:
    """The view of totals, read from its table and summed up."""
    return _beside_bare_python(_lsledger(bench.ledger, "totals"))


def record(bench: Bench) -> Pair:
    """One fact into a ledger that holds all the others."""
    ledger, renew = bench.fresh("record.db", bench.ledger)
    options = ("--on", "2025-03", "--source", "source-1", "--company", "company-1")
    command = _lsledger(ledger, "record", "plant.proposed", "a-new-plant", *options, before=renew)
    return _beside_bare_python(command)


def import_(bench: Bench) -> Pair:
    """All facts from JSON Lines into an empty ledger, beside the insertion of the same bytes."""
    ledger, renew = bench.fresh("import.db", bench.empty)
    database, remove = bench.fresh("raw.db")
    return Pair(
        _lsledger(ledger, "import", str(bench.input), before=renew),
        _raw("insert", bench.rows, database, before=remove),
        "raw insert",
    )


def rebuild(bench: Bench) -> Pair:
    """All tables of the views made anew."""
    ledger, renew = bench.fresh("rebuild.db", bench.ledger)
    return _beside_raw_scan(bench, _lsledger(ledger, "rebuild", before=renew))


def time_travel(bench: Bench) -> Pair:
    """The portfolio as it was known after half of the facts."""
    half = f"#{bench.facts // 2}"
    return _beside_raw_scan(bench, _lsledger(bench.ledger, "portfolio", "--known-at", half))


def time_travel_end(bench: Bench) -> Pair:
    """The portfolio as it was known before the last hundredth of the facts."""
    near = f"#{bench.facts - bench.facts // 100}"
    return _beside_raw_scan(bench, _lsledger(bench.ledger, "portfolio", "--known-at", near))


def portfolio(bench: Bench) -> Pair:
    """The portfolio now, beside which the time-travelled ones can be read."""
    return _beside_raw_scan(bench, _lsledger(bench.ledger, "portfolio"))


def export_facts(bench: Bench) -> Pair:
    """All facts to a file of JSON Lines."""
    output, written = str(bench.folder / "export.jsonl"), bench.folder / "raw.jsonl"
    return Pair(
        _lsledger(bench.ledger, "export", "facts", "-o", output),
        _raw("write", bench.ledger, written),
        "raw scan to file",
    )


def grow_tree(bench: Bench) -> Pair:
    """The tree over all facts made anew: what the log costs over recording them."""
    ledger, renew = bench.fresh("grow.db", bench.ledger)
    ours = Command((sys.executable, grow.__file__, str(ledger)), renew)
    return _beside_raw_hash(bench, ours)


def verify(bench: Bench) -> Pair:
    """Everything that `verify` compares, the views against a rebuild among it."""
    return _beside_raw_hash(bench, _lsledger(bench.ledger, "verify"))


CASES: dict[str, Callable[[Bench], Pair]] = {
    "help": help_,
    "version": version,
    "view-plants": plants,
    "view-totals": totals,
    "record": record,
    "import": import_,
    "rebuild": rebuild,
    "portfolio": portfolio,
    "time-travel-end": time_travel_end,
    "time-travel-mid": time_travel,
    "export-facts": export_facts,
    "grow-tree": grow_tree,
    "verify": verify,
}


def _lsledger(ledger: Path, *args: str, before: Callable[[], None] = lambda: None) -> Command:
    return Command((LSLEDGER, "--ledger", str(ledger), *args), before)


def _raw(what: str, *paths: Path, before: Callable[[], None] = lambda: None) -> Command:
    return Command((sys.executable, raw.__file__, what, *map(str, paths)), before)


def _beside_bare_python(ours: Command) -> Pair:
    return Pair(ours, Command((sys.executable, "-c", "import click, sqlite3")), "bare python")


def _beside_raw_scan(bench: Bench, ours: Command) -> Pair:
    return Pair(ours, _raw("scan", bench.ledger), "raw scan")


def _beside_raw_hash(bench: Bench, ours: Command) -> Pair:
    return Pair(ours, _raw("hash", bench.ledger), "raw scan, SHA-256")
