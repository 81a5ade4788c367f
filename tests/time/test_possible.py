"""What may have happened and may not: every column that shows such a fact is marked."""

from __future__ import annotations

from typing import Any

import pytest

from tests.time.given import Ledger

UNSURE = "2025-12"
"""A date that on 2025-12-15 has begun, and has not passed."""

CASES: list[Any] = [
    ("plants", "plant.completed", {"name": "North"}, {"status", "name"}),
    ("plants", "plant.capacity_stated", {"capacity": "5 t/yr"}, {"capacity"}),
    (
        "plants",
        "plant.capacity_stated",
        {"capacity": "5 t/yr", "stage": "metal"},
        {"capacity", "stage"},
    ),
    ("contracts", "contract.amended", {"quantity": "5 t"}, {"quantity"}),
    ("contracts", "contract.postponed", {"until": "2026"}, {"status", "postponed_until"}),
    ("investments", "investment.revised", {"amount": "1bn KRW"}, {"amount"}),
    ("promises", "promise.revised", {"due": "2027"}, {"due"}),
    (
        "plants",
        "plant.production_reported",
        {"production": "5 t", "period": "2025-11"},
        {"production"},
    ),
    ("contracts", "contract.delivery_recorded", {"quantity": "5 t"}, {"delivered"}),
    *(("promises", f"promise.{word}", {}, {"status"}) for word in ("kept", "missed", "withdrawn")),
]


@pytest.mark.parametrize(
    ("view", "type_", "fields", "columns"),
    CASES,
)
def test_what_is_only_possible_is_marked(
    ledger: Ledger, view: str, type_: str, fields: dict[str, str], columns: set[str]
) -> None:
    """Before the date nothing of it shows, during it it is marked, on its last day it is sure."""
    ledger.given("plant.construction_started", "x", at="2024-01-01", on="2024-01-01")
    ledger.given("contract.signed", "x", on="2024-01-01")
    ledger.given("investment.announced", "x", on="2024-01-01")
    made = {"by": "unnamed: a", "statement": "More.", "measure": "other", "wording": "plans"}
    ledger.given("promise.made", "x", on="2024-01-01", due="2026", **made)
    before = ledger.row(view, "11-30")
    ledger.given(type_, "x", at="2026-01-10", on=UNSURE, **fields)
    assert ledger.row(view, "11-30") == before
    assert sorted(ledger.row(view, "12-15").possible) == sorted(columns)
    assert ledger.row(view, "12-31").possible == ()
    assert ledger.row(view).possible == ()
