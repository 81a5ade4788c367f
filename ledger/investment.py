"""Investments: their state, how facts change it, and which facts cannot follow which.

planned -> announced -> approved -> committed -> funded -> completed
any of these before completion <-> suspended, or -> cancelled
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from ledger import lifecycle
from ledger.envelope import Fact
from ledger.facts.investment import InvestmentFunded
from ledger.lifecycle import NOTHING_YET, step
from ledger.stated import Stated, learned, stated
from ledger.values import Money, Party

OPEN = ("planned", "announced", "approved", "committed", "funded")
RUNNING = (*OPEN, "suspended")

STEPS = {
    "investment.planned": step("planned", NOTHING_YET, "planned"),
    "investment.announced": step("announced", NOTHING_YET, "planned"),
    "investment.approved": step("approved", NOTHING_YET, "planned", "announced"),
    "investment.committed": step(
        "committed", NOTHING_YET, "planned", "announced", "approved", "committed"
    ),
    "investment.funded": step("funded", NOTHING_YET, *OPEN),
    "investment.revised": step(None, *RUNNING),
    "investment.suspended": step("suspended", *OPEN),
    "investment.resumed": step(None, "suspended"),
    "investment.completed": step("completed", NOTHING_YET, *OPEN),
    "investment.cancelled": step("cancelled", *RUNNING),
}

OUTLAY = (
    *("name", "company", "material", "stage", "product", "place", "country"),
    *("amount", "plants", "purpose"),
)


@dataclass(frozen=True, slots=True)
class Investment:
    """An investment as the facts so far state it.

    amount: the stated total, the latest that was given. fundings: money raised or paid
    in; never added to the total. before_suspension: the status to go back to.
    """

    stream: str
    status: Stated[str] | None = None
    before_suspension: Stated[str] | None = None
    name: Stated[str] | None = None
    company: Stated[Party] | None = None
    material: Stated[str] | None = None
    stage: Stated[str] | None = None
    product: Stated[str] | None = None
    place: Stated[str] | None = None
    country: Stated[str] | None = None
    amount: Stated[Money] | None = None
    plants: Stated[tuple[str, ...]] | None = None
    purpose: Stated[str] | None = None
    fundings: tuple[Stated[Money], ...] = ()


def evolve(state: Investment, fact: Fact) -> Investment:
    """The investment after the fact."""
    before = state.status
    said = learned(fact, OUTLAY)
    said["status"] = lifecycle.follow(before, fact, STEPS)
    if fact.type == "investment.suspended" and (before is None or before.value != "suspended"):
        said["before_suspension"] = before
    if fact.type == "investment.resumed" and before is not None and before.value == "suspended":
        said["status"] = lifecycle.back_to(state.before_suspension, fact)
    match fact.content:
        case InvestmentFunded(funding=Money() as funding):
            said["fundings"] = (*state.fundings, stated(funding, fact))
    return replace(state, **said)


def decide(state: Investment, fact: Fact) -> None:
    """Raise TimelineError when the fact cannot come at its place in the timeline."""
    lifecycle.check(state.status, fact, STEPS)
