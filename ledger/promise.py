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
from ledger.stated import Stated, learn, stated
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
class Promise:
    """A promise as the facts so far state it.

    status: made, withdrawn, kept or missed, as texts say. dues: every due date it has
    had, the first one first. revisions: references of the facts that changed it.
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
    reached: Stated[Quantity] | None = None


def evolve(state: Promise, fact: Fact) -> Promise:
    """The promise after the fact."""
    before = state.due
    state = learn(state, fact, PLEDGE)
    state = replace(state, status=lifecycle.follow(state.status, fact, STEPS))
    if state.due is not None and state.due is not before:
        state = replace(state, dues=(*state.dues, state.due))
    match fact.content:
        case PromiseRevised():
            return replace(state, revisions=(*state.revisions, fact.ref))
        case (
            PromiseKept(reached=Quantity() as reached)
            | PromiseMissed(reached=Quantity() as reached)
        ):
            return replace(state, reached=stated(reached, fact))
    return state


def decide(state: Promise, fact: Fact) -> None:
    """Raise TimelineError when the fact cannot come at its place in the timeline."""
    lifecycle.check(state.status, fact, STEPS)
