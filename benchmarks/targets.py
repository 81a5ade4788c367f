"""What is to be reached, and whether it is. All targets stand in TARGETS."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import log
from statistics import fmean

from benchmarks.bench import B0
from benchmarks.cases import OURS, POSTGRES, SQLITE, VIEWS, Row
from benchmarks.measure import Cost

Costs = Mapping[Row, Mapping[int, Cost]]
"""What each command cost at each size."""

ITSELF = "itself at 1k"
MEMORY = "MiB at its peak"
EXPONENT = "exponent"

MEBIBYTE = 1024 * 1024
BASE = 1_000
"""The size that the growth of a cost is told from."""


@dataclass(frozen=True)
class Target:
    """A figure of a case that is to be at most so much.

    figure: MEMORY; EXPONENT, that of the CPU time over all sizes; or what the CPU time is a
    multiple of: ITSELF or a baseline's name. at: the size that it is asked of. less: whether
    `most` itself is already too much.
    """

    case: str
    figure: str
    at: int
    most: float
    backend: str = SQLITE
    less: bool = False


TARGETS = (
    Target("help", B0, 1_000, 1.15),
    Target("version", B0, 1_000, 1.15),
    Target("view-company", B0, 1_000, 2),
    Target("view-plants", B0, 1_000, 2),
    Target("view-company", ITSELF, 1_000_000, 1.25),
    Target("record", ITSELF, 1_000_000, 1.25),
    Target("record", B0, 1_000_000, 5),
    Target("import", "raw insert", 100_000, 6),
    Target("rebuild", "raw scan", 1_000_000, 8),
    Target("time-travel-mid", "ledger bal", 100_000, 1, less=True),
    Target("time-travel-end", B0, 100_000, 3),
    Target("report", VIEWS, 100_000, 2, less=True),
    Target("log", B0, 1_000_000, 2.5),
    Target("show", B0, 1_000_000, 2.5),
    Target("why", B0, 1_000_000, 2.5),
    Target("log", ITSELF, 1_000_000, 1.25),
    Target("show", ITSELF, 1_000_000, 1.25),
    Target("why", ITSELF, 1_000_000, 1.25),
    Target("verify", "raw scan, SHA-256", 1_000_000, 4),
    Target("export-facts", "raw scan to file", 1_000_000, 3),
    Target("import", "COPY", 100_000, 8, POSTGRES),
    *(
        Target(case, EXPONENT, 1_000_000, 1.1)
        for case in ("import", "rebuild", "verify", "export-facts")
    ),
    *(
        Target(case, EXPONENT, 10_000, 1.2)
        for case in ("stream-import", "stream-record", "stream-log")
    ),
    *(
        Target(case, MEMORY, 1_000_000, 150)
        for case in ("import", "rebuild", "verify", "export-facts")
    ),
    *(
        Target(case, MEMORY, 1_000_000, 60)
        for case in ("view-company", "view-plants", "view-totals", "portfolio")
    ),
)


@dataclass(frozen=True)
class Outcome:
    """A target, and what was measured for it: at which size, by CPU time and on the clock."""

    target: Target
    at: int
    value: float
    wall: float | None = None

    @property
    def reached(self) -> bool:
        """Whether it is at most what the target says, or less where less is asked."""
        most = self.target.most
        return self.value < most if self.target.less else self.value <= most


def outcome(target: Target, costs: Costs) -> Outcome | None:
    """What was measured for a target at its size, or at the largest below; None if nothing was."""
    ours = costs.get(Row(target.backend, target.case, OURS), {})
    sizes = [size for size in sorted(ours) if size <= target.at]
    if not sizes:
        return None
    if target.figure == MEMORY:
        return Outcome(target, sizes[-1], ours[sizes[-1]].peak / MEBIBYTE)
    if target.figure == EXPONENT:
        cpu = exponent({size: ours[size].cpu for size in sizes})
        wall = exponent({size: ours[size].wall for size in sizes})
        return None if cpu is None else Outcome(target, sizes[-1], cpu, wall)
    if target.figure == ITSELF:
        beside: Mapping[int, Cost] = {size: ours[BASE] for size in sizes[1:] if BASE in ours}
    else:
        beside = costs.get(Row(target.backend, target.case, target.figure), {})
    both = [size for size in sizes if size in beside]
    if not both:
        return None
    cost, other = ours[both[-1]], beside[both[-1]]
    return Outcome(target, both[-1], cost.cpu / other.cpu, cost.wall / other.wall)


def exponent(costs: Mapping[int, float]) -> float | None:
    """The power of the size that the cost grows by: least squares on the logarithms of both.

    1 is linear, 2 quadratic, 0 no growth at all; None of fewer than two sizes. Costs of nothing
    have no logarithm and are left out.
    """
    points = [(log(size), log(cost)) for size, cost in costs.items() if cost > 0]
    if len(points) < 2:
        return None
    middle_x, middle_y = (fmean(values) for values in zip(*points, strict=True))
    return sum((x - middle_x) * (y - middle_y) for x, y in points) / sum(
        (x - middle_x) ** 2 for x, _ in points
    )
