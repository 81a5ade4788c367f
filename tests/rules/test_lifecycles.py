"""Which step can follow which: every pair of them, and the longer stories."""

from __future__ import annotations

import pytest

from ledger import contract, investment, plant, promise
from ledger.errors import TimelineError
from ledger.lifecycle import NOTHING_YET, Step
from tests.rules.given import Given

STEPS: dict[str, Step] = {**contract.STEPS, **investment.STEPS, **plant.STEPS, **promise.STEPS}

# From a type of fact to a status, over the shortest way.
WAYS: dict[str, dict[str, tuple[str, ...]]] = {
    "contract": {
        "negotiating": ("contract.negotiating",),
        "agreed in principle": ("contract.agreed_in_principle",),
        "signed": ("contract.signed",),
        "suspended": ("contract.signed", "contract.suspended"),
        "postponed": ("contract.signed", "contract.postponed"),
        "completed": ("contract.signed", "contract.completed"),
        "expired": ("contract.signed", "contract.expired"),
        "terminated": ("contract.signed", "contract.terminated"),
    },
    "investment": {
        "planned": ("investment.planned",),
        "announced": ("investment.announced",),
        "approved": ("investment.approved",),
        "committed": ("investment.committed",),
        "funded": ("investment.funded",),
        "suspended": ("investment.committed", "investment.suspended"),
        "completed": ("investment.completed",),
        "cancelled": ("investment.planned", "investment.cancelled"),
    },
    "plant": {
        "not stated": ("plant.named",),
        "proposed": ("plant.proposed",),
        "site selected": ("plant.site_selected",),
        "permitted": ("plant.permitted",),
        "under construction": ("plant.construction_started",),
        "completed": ("plant.completed",),
        "commissioned": ("plant.commissioned",),
        "operating": ("plant.operating",),
        "suspended": ("plant.operating", "plant.suspended"),
        "closed": ("plant.operating", "plant.closed"),
        "cancelled": ("plant.proposed", "plant.cancelled"),
    },
    "promise": {
        "made": ("promise.made",),
        "kept": ("promise.made", "promise.kept"),
        "missed": ("promise.made", "promise.missed"),
        "withdrawn": ("promise.made", "promise.withdrawn"),
    },
}

ALLOWED = {
    ("contract", "negotiating"): "negotiating agreed_in_principle signed terminated",
    ("contract", "agreed in principle"): "signed terminated",
    ("contract", "signed"): "amended delivery_recorded postponed suspended completed expired "
    "terminated",
    ("contract", "suspended"): "amended delivery_recorded postponed resumed completed expired "
    "terminated",
    ("contract", "postponed"): "amended delivery_recorded postponed suspended resumed completed "
    "expired terminated",
    ("contract", "completed"): "delivery_recorded",
    ("contract", "expired"): "delivery_recorded",
    ("contract", "terminated"): "",
    ("investment", "planned"): "planned announced approved committed funded revised suspended "
    "completed cancelled",
    ("investment", "announced"): "approved committed funded revised suspended completed cancelled",
    ("investment", "approved"): "committed funded revised suspended completed cancelled",
    ("investment", "committed"): "committed funded revised suspended completed cancelled",
    ("investment", "funded"): "funded revised suspended completed cancelled",
    ("investment", "suspended"): "revised resumed cancelled",
    ("investment", "completed"): "",
    ("investment", "cancelled"): "",
    ("plant", "not stated"): "named proposed site_selected permitted construction_started "
    "under_construction completed commissioned operating capacity_stated capacity_expanded "
    "production_reported closed cancelled",
    ("plant", "proposed"): "named proposed site_selected permitted construction_started "
    "under_construction completed commissioned operating capacity_stated capacity_expanded "
    "production_reported cancelled",
    ("plant", "site selected"): "named permitted construction_started under_construction "
    "completed commissioned operating capacity_stated capacity_expanded production_reported "
    "cancelled",
    ("plant", "permitted"): "named construction_started under_construction completed commissioned "
    "operating capacity_stated capacity_expanded production_reported cancelled",
    ("plant", "under construction"): "named under_construction completed commissioned operating "
    "capacity_stated capacity_expanded production_reported suspended cancelled",
    ("plant", "completed"): "named commissioned operating capacity_stated capacity_expanded "
    "production_reported suspended closed",
    ("plant", "commissioned"): "named operating capacity_stated capacity_expanded "
    "production_reported suspended closed",
    ("plant", "operating"): "named operating capacity_stated capacity_expanded "
    "production_reported suspended closed",
    ("plant", "suspended"): "named capacity_stated capacity_expanded production_reported resumed "
    "closed cancelled",
    ("plant", "closed"): "named production_reported",
    ("plant", "cancelled"): "named",
    ("promise", "made"): "revised withdrawn kept missed",
    ("promise", "kept"): "",
    ("promise", "missed"): "",
    ("promise", "withdrawn"): "",
}
"""The whole lifecycle, status by status: what can happen next."""


def days(types: tuple[str, ...]) -> list[str]:
    """The facts of a way, a month apart."""
    return [f"{type_} x 2025-{month:02}-01" for month, type_ in enumerate(types, start=1)]


@pytest.mark.parametrize(("kind", "status"), ALLOWED, ids=lambda value: value)
def test_what_can_happen_next(given: Given, kind: str, status: str) -> None:
    """From a status exactly these steps are allowed; each other one names what it collides with."""
    way = WAYS[kind][status]
    scenario = given(*days(way))
    assert scenario.state(f"{kind}:x").status.value == status
    allowed = {f"{kind}.{step}" for step in ALLOWED[kind, status].split()}
    for type_ in STEPS:
        if not type_.startswith(f"{kind}."):
            continue
        if type_ in allowed:
            given(*days(way)).when(f"{type_} x 2025-12-01").recorded(f"{kind}:x@{len(way) + 1}")
        else:
            scenario.when(f"{type_} x 2025-12-01").refused(
                TimelineError, f"{kind}:x@{len(way)}", f"'{status}'", "--force"
            )


def test_every_status_is_in_the_table() -> None:
    """The table above has every status that a step leads to, and only reachable ones."""
    leading = {(type_.partition(".")[0], step.to) for type_, step in STEPS.items() if step.to}
    assert leading <= set(ALLOWED)
    assert {(kind, status) for kind, ways in WAYS.items() for status in ways} == set(ALLOWED)
    known = {status for _, status in ALLOWED} | {NOTHING_YET}
    assert {status for step in STEPS.values() for status in step.after} <= known


def test_a_contract_from_talks_to_its_end(given: Given) -> None:
    """Each day shows the status of that day."""
    story = given(
        "contract.negotiating c 2024-01",
        "contract.agreed_in_principle c 2024-03",
        "contract.signed c 2024-06-01",
        "contract.suspended c 2025-01-01",
        "contract.resumed c 2025-02-01",
        "contract.postponed c 2025-03-01 until=2026",
        "contract.amended c 2025-04-01",
    ).when("contract.completed c 2026-01-01")
    for day, status in (
        ("2024-02-01", "negotiating"),
        ("2024-03-01", "agreed in principle"),
        ("2024-12-31", "signed"),
        ("2025-01-31", "suspended"),
        ("2025-02-01", "signed"),
        ("2025-12-31", "postponed"),
        ("2026-01-01", "completed"),
    ):
        story.then(status, as_of=day)


@pytest.mark.parametrize(
    ("before", "status"),
    [("plant.construction_started", "under construction"), ("plant.operating", "operating")],
)
def test_a_plant_goes_on_where_it_stopped(given: Given, before: str, status: str) -> None:
    """After a suspension it is what it was before it, and can be suspended again."""
    scenario = given(
        f"{before} p 2025-01-01", "plant.suspended p 2025-02-01", "plant.resumed p 2025-03-01"
    )
    scenario.when("plant.suspended p 2025-04-01").then("suspended")
    scenario.when("plant.resumed p 2025-05-01").then(status)


def test_an_investment_goes_on_where_it_stopped(given: Given) -> None:
    """An approved investment that was halted is approved again."""
    given("investment.approved i 2025-01-01", "investment.suspended i 2025-02-01").when(
        "investment.resumed i 2025-03-01"
    ).then("approved")


def test_a_promise_can_be_revised_many_times_until_it_has_an_outcome(given: Given) -> None:
    """Then it is over: neither a revision nor a second outcome can follow."""
    scenario = given(
        "promise.made p 2024 due=2025",
        "promise.revised p 2025-01 due=2026",
        "promise.revised p 2025-06 due=2027",
        "promise.kept p 2026-01-15",
    )
    assert [due.value.edtf for due in scenario.state("promise:p").dues] == ["2025", "2026", "2027"]
    scenario.when("promise.revised p 2026-02 due=2028").refused(TimelineError, "promise:p@4")
    scenario.when("promise.missed p 2026-02").refused(TimelineError, "'kept'")
