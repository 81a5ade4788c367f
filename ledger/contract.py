"""Contracts: their state, how facts change it, and which facts cannot follow which.

negotiating -> agreed in principle -> signed -> completed | expired | terminated
signed <-> suspended, postponed
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, replace
from typing import Any

from ledger import lifecycle
from ledger.envelope import Fact
from ledger.facts.contract import ContractPostponed, DeliveryRecorded
from ledger.lifecycle import NOTHING_YET, step
from ledger.stated import Stated, learned, stated
from ledger.values import Money, PartialDate, Party, Quantity

BEFORE_SIGNING = (NOTHING_YET, "negotiating", "agreed in principle")
IN_FORCE = ("signed", "suspended", "postponed")

STEPS = {
    "contract.negotiating": step("negotiating", NOTHING_YET, "negotiating"),
    "contract.agreed_in_principle": step("agreed in principle", NOTHING_YET, "negotiating"),
    "contract.signed": step("signed", *BEFORE_SIGNING),
    "contract.amended": step(None, *IN_FORCE),
    "contract.delivery_recorded": step(None, *IN_FORCE, "completed", "expired"),
    "contract.postponed": step("postponed", *IN_FORCE),
    "contract.suspended": step("suspended", "signed", "postponed"),
    "contract.resumed": step("signed", "suspended", "postponed"),
    "contract.completed": step("completed", *IN_FORCE),
    "contract.expired": step("expired", *IN_FORCE),
    "contract.terminated": step("terminated", *BEFORE_SIGNING[1:], *IN_FORCE),
}

TERMS = (
    *("name", "company", "material", "stage", "product", "place", "country"),
    *("kind", "role", "counterparties", "quantity", "value", "price", "term"),
)


@dataclass(frozen=True, slots=True)
class Delivery:
    """What was delivered, and in which period where that is stated."""

    quantity: Quantity
    period: PartialDate | None

    def text(self) -> str:
        """For people: `20 t in 2025-Q1`."""
        return (
            f"{self.quantity.text()} in {self.period.text()}"
            if self.period
            else self.quantity.text()
        )

    def to_json(self) -> dict[str, object]:
        """As data."""
        period = self.period.to_json() if self.period is not None else None
        return {"quantity": self.quantity.to_json(), "period": period}


@dataclass(frozen=True, slots=True)
class Contract:
    """A contract as the facts so far state it. delivery_reports: all that was reported."""

    stream: str
    status: Stated[str] | None = None
    name: Stated[str] | None = None
    company: Stated[Party] | None = None
    material: Stated[str] | None = None
    stage: Stated[str] | None = None
    product: Stated[str] | None = None
    place: Stated[str] | None = None
    country: Stated[str] | None = None
    kind: Stated[str] | None = None
    role: Stated[str] | None = None
    counterparties: Stated[tuple[Party, ...]] | None = None
    quantity: Stated[Quantity] | None = None
    value: Stated[Money] | None = None
    price: Stated[str] | None = None
    term: Stated[PartialDate] | None = None
    postponed_until: Stated[PartialDate] | None = None
    delivery_reports: tuple[Stated[Delivery], ...] = ()

    @property
    def deliveries(self) -> tuple[Stated[Delivery], ...]:
        """What was delivered; of reports by several sources of one delivery, the last one."""
        alike: dict[Hashable, dict[str | None, list[str]]] = {}
        for report in self.delivery_reports:
            made = report.value
            by_source = alike.setdefault((report.on, made.period, made.quantity.measure), {})
            if report.source is not None:
                for other in by_source.keys() - {None, report.source}:
                    del by_source[other]
            by_source.setdefault(report.source, []).append(report.ref)
        counted = {ref for same in alike.values() for refs in same.values() for ref in refs}
        return tuple(report for report in self.delivery_reports if report.ref in counted)


def evolve(state: Contract, fact: Fact) -> Contract:
    """The contract after the fact."""
    said: dict[str, Any] = {}
    match fact.content:
        case DeliveryRecorded(quantity=quantity, period=period):
            # What is delivered is no term of the contract, though it is a quantity too.
            delivery = stated(Delivery(quantity, period), fact)
            said["delivery_reports"] = (*state.delivery_reports, delivery)
        case ContractPostponed(until=PartialDate() as until):
            said["postponed_until"] = stated(until, fact)
        case _:
            said = learned(fact, TERMS)
    return replace(state, status=lifecycle.follow(state.status, fact, STEPS), **said)


def decide(state: Contract, fact: Fact) -> None:
    """Raise TimelineError when the fact cannot come at its place in the timeline."""
    lifecycle.check(state.status, fact, STEPS)
