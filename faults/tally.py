"""What the trials of a case saw, and the closing table over all cases."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

COLUMNS = (
    *("fault", "trials", "faults injected"),
    *("facts acknowledged", "facts lost", "duplicates"),
)
MOST = 20
"""Problems of one case that are listed; the rest is counted."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one case saw, or one trial of it.

    injected: faults that really struck; a kill that came after the end is a trial and no fault.
    acknowledged: facts that somebody was told are recorded. lost: those of them that are not
    there afterwards. duplicates: facts that are there more often than they were recorded.
    problems: everything else that is wrong, a sentence each. seen: what the trials met, a
    phrase each, for whoever wants to know where the faults struck. notes: what limits the
    case on this machine.
    """

    trials: int
    injected: int
    acknowledged: int
    lost: int
    duplicates: int
    problems: tuple[str, ...] = ()
    seen: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether nothing was lost, doubled or otherwise wrong."""
        return not (self.lost or self.duplicates or self.problems)


def together(outcomes: Iterable[Outcome]) -> Outcome:
    """The outcome of all these trials as one."""
    every = list(outcomes)
    return Outcome(
        trials=sum(one.trials for one in every),
        injected=sum(one.injected for one in every),
        acknowledged=sum(one.acknowledged for one in every),
        lost=sum(one.lost for one in every),
        duplicates=sum(one.duplicates for one in every),
        problems=tuple(text for one in every for text in one.problems),
        seen=tuple(text for one in every for text in one.seen),
        notes=tuple(dict.fromkeys(text for one in every for text in one.notes)),
    )


def closing(name: str, outcome: Outcome, seconds: float) -> Iterator[str]:
    """What is printed when a case ends: one line, and below it where the faults struck."""
    verdict = "ok" if outcome.ok else "FAILED"
    yield f"{name}: {verdict}, {outcome.trials:,} trials, {seconds:.1f} s"
    for text, count in sorted(Counter(outcome.seen).items()):
        yield f"    {count:5,}  {text}"
    for text in outcome.notes:
        yield f"    note: {text}"


def table(outcomes: Mapping[str, Outcome]) -> Iterator[str]:
    """The closing table, and the problems under it."""
    rows = [(name, *_figures(outcome)) for name, outcome in outcomes.items()]
    if len(rows) > 1:
        rows.append(("together", *_figures(together(outcomes.values()))))
    widths = [max(len(row[at]) for row in (COLUMNS, *rows)) for at in range(len(COLUMNS))]
    for row in (COLUMNS, tuple("-" * width for width in widths), *rows):
        first, *others = (
            cell.rjust(width) if at else cell.ljust(width)
            for at, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        yield "  ".join((first, *others))
    for name, outcome in outcomes.items():
        for text in outcome.problems[:MOST]:
            yield f"{name}: {text}"
        if len(outcome.problems) > MOST:
            yield f"{name}: and {len(outcome.problems) - MOST:,} more problems"


def _figures(outcome: Outcome) -> tuple[str, ...]:
    return (
        f"{outcome.trials:,}",
        f"{outcome.injected:,}",
        f"{outcome.acknowledged:,}",
        f"{outcome.lost:,}",
        f"{outcome.duplicates:,}",
    )
