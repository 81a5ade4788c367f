"""The printed tables: Markdown whose columns are aligned, so that it reads as well on a terminal.

The first has the targets, the others the costs: a row for each command, a column for each size.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from benchmarks.cases import CASES, OURS, POSTGRES, SQLITE, Row
from benchmarks.measure import Cost
from benchmarks.targets import BASE, MEBIBYTE, TARGETS, Costs, Outcome, Target, exponent, outcome

Cells = tuple[str, ...]
NONE = "-"


@dataclass(frozen=True)
class Figure:
    """A column of the costs: its heading, how it is taken from a cost, and how it is written."""

    heading: str
    of: Callable[[Cost], float | None]
    written: Callable[[float], str]


def _milliseconds(seconds: float) -> str:
    value = seconds * 1_000
    return f"{value:.1f}" if value < 100 else f"{value:,.0f}"


CPU = Figure("CPU ms", lambda cost: cost.cpu, _milliseconds)
WALL = Figure("wall ms", lambda cost: cost.wall, _milliseconds)
SERVER = Figure(
    "server CPU ms", lambda cost: cost.server, lambda value: f"{value * 1_000:,.0f}"
)  # the system counts in steps of several
PEAK = Figure("peak MiB", lambda cost: float(cost.peak), lambda value: f"{value / MEBIBYTE:.1f}")


def tables(costs: Costs) -> Iterator[str]:
    """The lines of all tables that something was measured for."""
    yield from _section("Targets", _targets(costs))
    for one_stream, facts in ((False, ""), (True, ", a ledger of one long stream")):
        for backend, figures in ((SQLITE, (CPU, WALL, PEAK)), (POSTGRES, (CPU, SERVER, WALL))):
            for figure in figures:
                rows = _grid(costs, backend, figure, one_stream)
                yield from _section(f"{backend}{facts}: {figure.heading}", rows)


def size_name(size: int) -> str:
    """A size as people say it: 1k, 100k, 1M."""
    for unit, name in ((1_000_000, "M"), (1_000, "k")):
        if size >= unit and size % unit == 0:
            return f"{size // unit}{name}"
    return f"{size:,}"


def _section(title: str, rows: Sequence[Cells]) -> Iterator[str]:
    if len(rows) > 1:
        yield from ("", f"## {title}", "")
        yield from markdown(rows)


def markdown(rows: Sequence[Cells]) -> Iterator[str]:
    """Rows, the first of which is the head; all columns but the first are aligned to the right."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for number, row in enumerate(rows):
        padded = (
            cell.rjust(width) if place else cell.ljust(width)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        yield f"| {' | '.join(padded)} |"
        if number == 0:
            first, *others = widths
            rules = ("-" * first, *("-" * (width - 1) + ":" for width in others))
            yield f"| {' | '.join(rules)} |"


def _targets(costs: Costs) -> list[Cells]:
    rows: list[Cells] = [("case", "facts", "figure", "CPU", "wall", "at most", "result")]
    measured = {row.case for row in costs}
    asked = (target for target in TARGETS if target.case in measured)
    rows.extend(_target(target, outcome(target, costs)) for target in asked)
    return rows


def _target(target: Target, found: Outcome | None) -> Cells:
    """A target and its outcome; in brackets, if that is of a ledger smaller than asked for."""
    case = target.case if target.backend == SQLITE else f"{target.case}, {target.backend}"
    most = f"{'< ' if target.less else ''}{target.most:g}"
    if found is None:
        return (case, size_name(target.at), target.figure, NONE, NONE, most, "not measured")
    wall = NONE if found.wall is None else f"{found.wall:.2f}"
    result = "reached" if found.reached else "not reached"
    return (
        *(case, size_name(found.at), target.figure, f"{found.value:.2f}", wall, most),
        result if found.at == target.at else f"({result})",
    )


def _grid(costs: Costs, backend: str, figure: Figure, one_stream: bool) -> list[Cells]:
    chosen = {
        row: by_size
        for row, by_size in costs.items()
        if row.backend == backend
        and CASES[row.case].one_stream == one_stream
        and any(figure.of(cost) is not None for cost in by_size.values())
    }
    sizes = sorted({size for by_size in chosen.values() for size in by_size})
    rows: list[Cells] = [("", *map(size_name, sizes), "runs", "exponent", "x 1k")]
    for row, by_size in chosen.items():
        values = {size: figure.of(cost) for size, cost in by_size.items()}
        known = {size: value for size, value in values.items() if value is not None}
        grown = exponent(known)
        rows.append(
            (
                row.case if row.command == OURS else f"- {row.command}",
                *(figure.written(known[size]) if size in known else NONE for size in sizes),
                "/".join(str(by_size[size].runs) for size in sorted(by_size)),
                NONE if grown is None else f"{grown:.2f}",
                _times(row, known),
            )
        )
    return rows


def _times(row: Row, values: dict[int, float]) -> str:
    """The largest size as a multiple of 1k, of what must not grow."""
    if row.command != OURS or not CASES[row.case].constant or BASE not in values:
        return NONE
    largest = max(values)
    return f"{values[largest] / values[BASE]:.2f}" if largest > BASE else NONE
