"""How statuses follow one another: the shared part of contracts, investments, plants, promises.

Each of those files has a table from fact type to `Step`. `check` (for `decide`) refuses a
fact whose status cannot follow the one before it; `follow` (for `evolve`) never refuses.

Dates are rarely exact. A step is impossible only if the fact certainly lies after the one
it collides with: "completed in 2025-12" and "construction started on 2025-12-05" can
stand together, whichever of them the order of the fold puts first.
"""

from __future__ import annotations

from dataclasses import dataclass

from ledger.envelope import Fact
from ledger.errors import TimelineError
from ledger.stated import Stated, stated
from ledger.values import PartialDate

NOTHING_YET = "nothing yet"
"""Stands in `Step.after` for a stream without a status."""


@dataclass(frozen=True, slots=True)
class Step:
    """What a fact type does to the status of its stream.

    to: the status it leads to, or None when it leaves the status as it is.
    after: the statuses that may stand before it.
    """

    to: str | None
    after: tuple[str, ...]


def step(to: str | None, *after: str) -> Step:
    """A row of a lifecycle table."""
    return Step(to, after)


def check(status: Stated[str] | None, fact: Fact, steps: dict[str, Step]) -> None:
    """Refuse a fact that cannot follow the status before it.

    A second source may report the same step with another date: that is a conflict
    between sources, and both facts stay.

    Raises TimelineError, naming the fact it collides with and the ways out.
    """
    step = steps.get(fact.type)
    if step is None or _may_follow(status, step):
        return
    assert status is not None or NOTHING_YET not in step.after
    if status is None:
        raise TimelineError(
            f"{fact.stream}: {fact.type}{_dated(fact.on)} has nothing before it to build on",
            hint=f"Record first how it came to be {_any_of(step.after)}, or use --force.",
        )
    if step.to == status.value and _other_source(status, fact):
        return
    if not _certainly_after(fact.on, status.on):
        return
    raise TimelineError(
        f"{fact.stream}: {fact.type}{_dated(fact.on)} cannot come after {status.value!r}, "
        f"stated by {status.ref}{_dated(status.on)}",
        hint=f"It can follow {_any_of(step.after)}. If {status.ref} is wrong, correct or retract "
        "it; if both are right, record this one with --force.",
    )


def follow(status: Stated[str] | None, fact: Fact, steps: dict[str, Step]) -> Stated[str] | None:
    """The status after the fact.

    A step back between facts whose order is open leaves the status alone; one that is
    certainly later (it was forced) is taken at its word.
    """
    step = steps.get(fact.type)
    if step is None or step.to is None:
        return status
    if status is not None and not (
        _may_follow(status, step) or step.to == status.value or _certainly_after(fact.on, status.on)
    ):
        return status
    return stated(step.to, fact)


def back_to(before: Stated[str] | None, fact: Fact) -> Stated[str] | None:
    """The status from before a suspension, stated anew by the fact that resumes."""
    return stated(before.value, fact) if before is not None else None


def _may_follow(status: Stated[str] | None, step: Step) -> bool:
    return (status.value if status is not None else NOTHING_YET) in step.after


def _other_source(status: Stated[str], fact: Fact) -> bool:
    return status.source is not None and fact.source is not None and status.source != fact.source


def _certainly_after(date: PartialDate | None, before: PartialDate | None) -> bool:
    """Whether it is on a later day; of two facts of one exact day the later recorded is."""
    if date is None or before is None:
        return False
    if date.earliest == before.latest:
        return date.days == before.days == 1
    return date.earliest > before.latest


def _dated(on: PartialDate | None) -> str:
    return f" ({on.text()})" if on is not None else ""


def _any_of(statuses: tuple[str, ...]) -> str:
    """The statuses in the order of the lifecycle: 'proposed', 'permitted' or 'completed'."""
    words = [f"{status!r}" for status in dict.fromkeys(statuses) if status != NOTHING_YET]
    return " or ".join(part for part in (", ".join(words[:-1]), *words[-1:]) if part) or "nothing"
