"""Promises: their state, how facts change it, and which facts cannot follow which.

    made -> revised (any number of times) -> kept | missed | withdrawn

A promise is a plan. It is kept when facts show it or a text says so; it is missed only
when a text says so. A due date that has passed makes it overdue, never missed.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from ledger import lifecycle
from ledger.envelope import Fact
from ledger.facts.promise import PromiseKept, PromiseMissed, PromiseRevised
from ledger.lifecycle import NOTHING_YET, step
from ledger.stated import Stated, learned, stated
from ledger.values import Money, PartialDate, Party, Quantity

STEPS = {
    "promise.made": step("made", NOTHING_YET),
    "promise.revised": step(None, "made"),
    "promise.withdrawn": step("withdrawn", "made"),
    "promise.kept": step("kept", "made"),
    "promise.missed": step("missed", "made"),
}

PLEDGE = (
    *("by", "statement", "measure", "wording", "about", "material", "stage"),
    *("quantity", "amount", "due", "recurring", "condition"),
)


@dataclass(frozen=True, slots=True)
class Judged:
    """What a text says came of a promise, or of one period of it: kept or missed."""

    word: str
    period: PartialDate | None
    reached: Quantity | None

    def text(self) -> str:
        """For people: `kept in 2025 (510 t)`."""
        period = f" in {self.period.text()}" if self.period is not None else ""
        reached = f" ({self.reached.text()})" if self.reached is not None else ""
        return f"{self.word}{period}{reached}"

    def to_json(self) -> dict[str, object]:
        """As data."""
        period = self.period.to_json() if self.period is not None else None
        reached = self.reached.to_json() if self.reached is not None else None
        return {"word": self.word, "period": period, "reached": reached}

    @property
    def kept(self) -> bool:
        """Whether the word is kept."""
        return self.word == "kept"


@dataclass(frozen=True, slots=True)
class Promise:
    """A promise as the facts so far state it.

    status: made, withdrawn, kept or missed, as texts say. dues: every due date it has
    had, the first one first. revisions: references of the facts that changed it. outcomes:
    what texts said came of it, one for each period when it recurs.
    """

    stream: str
    status: Stated[str] | None = None
    by: Stated[Party] | None = None
    statement: Stated[str] | None = None
    measure: Stated[str] | None = None
    wording: Stated[str] | None = None
    about: Stated[tuple[str, ...]] | None = None
    material: Stated[str] | None = None
    stage: Stated[str] | None = None
    quantity: Stated[Quantity] | None = None
    amount: Stated[Money] | None = None
    due: Stated[PartialDate] | None = None
    recurring: Stated[bool] | None = None
    condition: Stated[str] | None = None
    dues: tuple[Stated[PartialDate], ...] = ()
    revisions: tuple[str, ...] = ()
    outcomes: tuple[Stated[Judged], ...] = ()


def evolve(state: Promise, fact: Fact) -> Promise:
    """The promise after the fact."""
    said = learned(fact, PLEDGE)
    if "due" in said:
        said["dues"] = (*state.dues, said["due"])
    if isinstance(fact.content, PromiseRevised):
        said["revisions"] = (*state.revisions, fact.ref)
    if isinstance(fact.content, PromiseKept | PromiseMissed):
        said["outcomes"] = (*state.outcomes, _judged(fact, fact.content))
        if state.recurring is not None and state.recurring.value:
            return replace(state, **said)  # one period is decided; the promise goes on
    return replace(state, status=lifecycle.follow(state.status, fact, STEPS), **said)


def _judged(fact: Fact, content: PromiseKept | PromiseMissed) -> Stated[Judged]:
    kept = isinstance(content, PromiseKept)
    return stated(Judged("kept" if kept else "missed", content.period, content.reached), fact)


def decide(state: Promise, fact: Fact) -> None:
    """Raise TimelineError when the fact cannot come at its place in the timeline."""
    lifecycle.check(state.status, fact, STEPS)
