"""Targets are compared with what was measured, and growth is told from it."""

from __future__ import annotations

import pytest

from benchmarks.cases import CASES, OURS, SQLITE, Row
from benchmarks.measure import Cost
from benchmarks.table import size_name, tables
from benchmarks.targets import EXPONENT, ITSELF, MEMORY, TARGETS, Target, exponent, outcome

SIZES = (1_000, 10_000, 100_000, 1_000_000)
MIB = 1024 * 1024


def of(case: str, cpu: dict[int, float], command: str = OURS) -> dict[Row, dict[int, Cost]]:
    """A row of costs: so many seconds of CPU at each size, twice as many on the clock."""
    costs = {size: Cost(seconds, 2 * seconds, 90 * MIB) for size, seconds in cpu.items()}
    return {Row(SQLITE, case, command): costs}


@pytest.mark.parametrize("power", [0, 1, 1.5, 2])
def test_a_known_power_is_found(power: float) -> None:
    """Given costs that grow by a known power of the size, the exponent is that power."""
    assert exponent({size: 3 * size**power for size in SIZES}) == pytest.approx(power)


def test_the_fit_is_that_of_least_squares() -> None:
    """Of points that lie on no line the slope is the one that is worked out by hand."""
    assert exponent({1: 1, 10: 10, 100: 10}) == pytest.approx(0.5)


def test_one_size_tells_no_growth() -> None:
    """One size, or costs too small to be seen, have no exponent."""
    assert exponent({1_000: 2.0}) is None
    assert exponent({1_000: 0.0, 10_000: 0.1}) is None


@pytest.mark.parametrize(("ours", "reached"), [(5.9, True), (6.0, True), (6.1, False)])
def test_a_multiple_of_a_baseline(ours: float, reached: bool) -> None:
    """A cost is divided by the baseline's at the same size, by CPU time and on the clock."""
    costs = of("import", {1_000: 9, 10_000: ours}) | of("import", {10_000: 1}, "raw insert")
    found = outcome(Target("import", "raw insert", 10_000, 6), costs)
    assert found is not None
    assert (found.at, found.value, found.wall, found.reached) == (10_000, ours, ours, reached)


def test_less_than_is_not_at_most() -> None:
    """Where a cost has to be less than a peer's, the same is not enough."""
    costs = of("time-travel-mid", {40: 1}) | of("time-travel-mid", {40: 1}, "ledger bal")
    found = outcome(Target("time-travel-mid", "ledger bal", 40, 1, less=True), costs)
    assert found is not None
    assert not found.reached


def test_a_multiple_of_itself() -> None:
    """What must not grow is divided by its own cost at 1,000 facts."""
    costs = of("record", {1_000: 0.2, 1_000_000: 0.3})
    found = outcome(Target("record", ITSELF, 1_000_000, 1.25), costs)
    assert found is not None
    assert found.value == pytest.approx(1.5)
    assert not found.reached
    assert outcome(Target("record", ITSELF, 1_000_000, 1.25), of("record", {1_000: 1})) is None


def test_memory_and_exponents() -> None:
    """Memory is compared in MiB, growth by its exponent, at the largest size that was asked for."""
    costs = of("verify", {1_000: 1, 10_000: 10, 100_000: 1_000_000})
    memory = outcome(Target("verify", MEMORY, 10_000, 150), costs)
    growth = outcome(Target("verify", EXPONENT, 10_000, 1.1), costs)
    assert memory is not None
    assert growth is not None
    assert (memory.at, memory.value, memory.wall) == (10_000, 90, None)
    assert growth.value == pytest.approx(1)


def test_every_target_names_a_case() -> None:
    """No target is of a case that is not there, or of a size that its case leaves out."""
    for target in TARGETS:
        assert target.at <= max(CASES[target.case].largest, 1_000)


def test_the_tables() -> None:
    """Every table is aligned Markdown of at most 100 columns, with a verdict for each target."""
    figures = {size: 0.000_537 * size for size in SIZES}
    costs: dict[Row, dict[int, Cost]] = {}
    for case in ("import", "record", "verify"):
        costs |= of(case, figures) | of(case, dict.fromkeys(SIZES, 0.053), "raw scan, SHA-256")
    lines = list(tables(costs))
    headings = [line for line in lines if line.startswith("##")]
    assert headings == [
        "## Targets",
        *(f"## SQLite: {figure}" for figure in ("CPU ms", "wall ms", "peak MiB")),
    ]
    assert max(map(len, lines)) <= 100
    rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in lines if line[:1] == "|"]
    assert ["", "1k", "10k", "100k", "1M", "runs", "exponent", "x 1k"] in rows
    assert ["record", "1M", ITSELF, "1000.00", "1000.00", "1.25", "not reached"] in rows
    assert ["verify", "1M", MEMORY, "90.00", "-", "150", "reached"] in rows
    assert ["import", "100k", "raw insert", "-", "-", "6", "not measured"] in rows
    grown = ["537", "5,370", "53,700", "537,000", "1/1/1/1", "1.00"]
    assert ["record", *grown, "1000.00"] in rows
    assert ["import", *grown, "-"] in rows


def test_a_target_at_a_smaller_size_is_in_brackets() -> None:
    """A run that did not come to the size asked for says so."""
    lines = "\n".join(tables(of("verify", {1_000: 1})))
    assert "(reached)" in lines


@pytest.mark.parametrize(
    ("size", "name"), [(40, "40"), (1_000, "1k"), (1_500, "1,500"), (2_000_000, "2M")]
)
def test_names_of_sizes(size: int, name: str) -> None:
    """Sizes are named as people say them."""
    assert size_name(size) == name
