"""The printed tables: this project on SQLite beside sqlite3 alone, and on PostgreSQL beside
SQLite and psycopg alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from benchmarks.cases import Measured
from benchmarks.measure import Cost

Cells = tuple[str, ...]


@dataclass(frozen=True)
class Table:
    """The columns of a table, and their widths; a negative one aligns to the left."""

    columns: Cells
    widths: tuple[int, ...]
    groups: Cells = ()

    def head(self) -> Iterator[str]:
        """The lines above the first row."""
        if self.groups:
            yield self.line(self.groups)
        yield self.line(self.columns)
        yield self.line(tuple("-" * abs(width) for width in self.widths))

    def line(self, cells: Cells) -> str:
        """The cells in their columns, two spaces between them."""
        padded = (
            cell.ljust(-width) if width < 0 else cell.rjust(width)
            for cell, width in zip(cells, self.widths, strict=True)
        )
        return "  ".join(padded).rstrip()


SQLITE = Table(
    columns=(
        *("case", "facts", "CPU ms", "wall ms"),
        *("beside", "CPU ms", "wall ms", "ratio CPU", "ratio wall"),
    ),
    widths=(-15, 9, 10, 10, -17, 10, 10, 9, 10),
)

POSTGRES = Table(
    columns=(
        *("case", "facts", "CPU ms", "wall ms", "CPU ms", "wall ms", "server ms"),
        *("beside", "CPU ms", "wall ms", "server ms", "ratio CPU", "ratio wall"),
    ),
    widths=(-15, 9, *(9,) * 2, *(10, 9, 9), -17, *(9,) * 3, 9, 10),
    groups=("", "", "SQLite", "", "PostgreSQL", *("",) * 8),
)


def sqlite_rows(name: str, facts: int, sqlite: Measured) -> Iterator[Cells]:
    """A case on SQLite: a row for each baseline."""
    for beside, cost in sqlite.beside:
        yield (
            *(name, f"{facts:,}", *_ms(sqlite.ours)),
            *(beside, *_ms(cost)),
            *_ratios(sqlite.ours, cost),
        )


def postgres_rows(name: str, facts: int, sqlite: Measured, postgres: Measured) -> Iterator[Cells]:
    """A case on both: a row for each baseline on PostgreSQL."""
    for beside, cost in postgres.beside:
        yield (
            *(name, f"{facts:,}", *_ms(sqlite.ours), *_ms(postgres.ours), _server(postgres.ours)),
            *(beside, *_ms(cost), _server(cost)),
            *_ratios(postgres.ours, cost),
        )


def _ms(cost: Cost) -> Cells:
    return f"{cost.cpu * 1000:,.1f}", f"{cost.wall * 1000:,.1f}"


def _server(cost: Cost) -> str:
    """Whole milliseconds: the system counts in steps of several."""
    return "-" if cost.server is None else f"{cost.server * 1000:,.0f}"


def _ratios(ours: Cost, baseline: Cost) -> Cells:
    return _ratio(ours.cpu, baseline.cpu), _ratio(ours.wall, baseline.wall)


def _ratio(ours: float, baseline: float) -> str:
    return f"{ours / baseline:.2f}" if baseline else "-"
