"""Plants: their state, how facts change it, and which facts cannot follow which.

    not stated | proposed -> site selected -> permitted -> under construction
        -> completed -> commissioned -> operating -> closed
    suspended and resumed anywhere from construction on; cancelled before completion

Nothing goes from a plan to the actual state by the passing of its date. Capacity is
nameplate capacity; production is what was made in a period; they are kept apart.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal

from ledger import lifecycle
from ledger.envelope import Fact
from ledger.facts.plant import CapacityExpanded, CapacityStated, ProductionReported
from ledger.lifecycle import NOTHING_YET, step
from ledger.stated import Stated, latest, learned, stated
from ledger.values import Bounds, PartialDate, Party, Quantity, comparable

NOT_STATED = "not stated"
"""The status of a plant that a text names without saying how far it is."""

PLANNED = (NOTHING_YET, NOT_STATED, "proposed", "site selected", "permitted")
BUILT = ("completed", "commissioned", "operating")
STANDING = (NOT_STATED, "under construction", *BUILT, "suspended")

STEPS = {
    "plant.named": step(None, *PLANNED, *STANDING, "closed", "cancelled"),
    "plant.proposed": step("proposed", *PLANNED[:3]),
    "plant.site_selected": step("site selected", *PLANNED[:3]),
    "plant.permitted": step("permitted", *PLANNED[:4]),
    "plant.construction_started": step("under construction", *PLANNED),
    "plant.under_construction": step("under construction", *PLANNED, "under construction"),
    "plant.completed": step("completed", *PLANNED, "under construction"),
    "plant.commissioned": step("commissioned", *PLANNED, "under construction", "completed"),
    "plant.operating": step("operating", *PLANNED, "under construction", *BUILT),
    "plant.capacity_stated": step(None, *PLANNED, *STANDING),
    "plant.capacity_expanded": step(None, *PLANNED, *STANDING),
    "plant.production_reported": step(None, *PLANNED, *STANDING, "closed"),
    "plant.suspended": step("suspended", "under construction", *BUILT),
    "plant.resumed": step(None, "suspended"),
    "plant.closed": step("closed", NOT_STATED, *BUILT, "suspended"),
    "plant.cancelled": step("cancelled", *PLANNED[1:], "under construction", "suspended"),
}

SITE = (
    *("name", "company", "material", "stage", "product", "place", "country"),
    *("operator", "place_is", "process"),
)


@dataclass(frozen=True, slots=True)
class Production:
    """What was made in a period."""

    quantity: Quantity
    period: PartialDate

    def text(self) -> str:
        """For people: `20 t in 2025`."""
        return f"{self.quantity.text()} in {self.period.text()}"

    def to_json(self) -> dict[str, object]:
        """As data."""
        return {"quantity": self.quantity.to_json(), "period": self.period.to_json()}


@dataclass(frozen=True, slots=True)
class Plant:
    """A plant as the facts so far state it.

    capacities: the nameplate capacity after each fact that states one, the latest last.
    production_reports: all that was reported of what was made. before_suspension: the status to
    go back to when work resumes. built, started: the first status
    that says it is built, that it operates.
    """

    stream: str
    status: Stated[str] | None = None
    before_suspension: Stated[str] | None = None
    built: Stated[str] | None = None
    started: Stated[str] | None = None
    name: Stated[str] | None = None
    company: Stated[Party] | None = None
    material: Stated[str] | None = None
    stage: Stated[str] | None = None
    product: Stated[str] | None = None
    place: Stated[str] | None = None
    country: Stated[str] | None = None
    operator: Stated[Party] | None = None
    place_is: Stated[str] | None = None
    process: Stated[str] | None = None
    capacities: tuple[Stated[Quantity], ...] = ()
    production_reports: tuple[Stated[Production], ...] = ()

    @property
    def capacity(self) -> Stated[Quantity] | None:
        """The latest stated nameplate capacity."""
        return self.capacities[-1] if self.capacities else None

    @property
    def productions(self) -> tuple[Stated[Production], ...]:
        """What was made, period by period; of one period the later report is the one to show,
        never the two together.
        """
        return latest(self.production_reports, lambda made: (made.period, made.quantity.measure))


def evolve(state: Plant, fact: Fact) -> Plant:
    """The plant after the fact."""
    before = state.status
    said = learned(fact, SITE)
    status = said["status"] = lifecycle.follow(before, fact, STEPS)
    if state.built is None and status is not None and status.value in BUILT:
        said["built"] = status
    if state.started is None and status is not None and status.value == "operating":
        said["started"] = status
    if fact.type == "plant.named" and before is None:
        said["status"] = stated(NOT_STATED, fact)
    if fact.type == "plant.suspended" and (before is None or before.value != "suspended"):
        said["before_suspension"] = before
    if fact.type == "plant.resumed" and before is not None and before.value == "suspended":
        said["status"] = lifecycle.back_to(state.before_suspension, fact)
    match fact.content:
        case CapacityStated(capacity=capacity) | CapacityExpanded(capacity=Quantity() as capacity):
            said["capacities"] = (*state.capacities, stated(capacity, fact))
        case CapacityExpanded(added=Quantity() as added):
            expanded = stated(_expanded(state.capacity, added), fact)
            said["capacities"] = (*state.capacities, expanded)
        case ProductionReported(production=production, period=period):
            report = stated(Production(production, period), fact)
            said["production_reports"] = (*state.production_reports, report)
    return replace(state, **said)


def decide(state: Plant, fact: Fact) -> None:
    """Raise TimelineError when the fact cannot come at its place in the timeline."""
    lifecycle.check(state.status, fact, STEPS)


def _expanded(before: Stated[Quantity] | None, added: Quantity) -> Quantity:
    """The capacity after an expansion of which only the addition is stated.

    Without an earlier capacity to add to, all that is known is that it is no less than
    the addition.
    """
    if before is not None and comparable(before.value, added):
        return before.value + added
    known = added.bounds
    least = Bounds(known.min or Decimal(0), None, known.min_inclusive, approx=known.approx)
    return replace(added, bounds=least)
