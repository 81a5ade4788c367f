"""Conflicts in a long stream: each fact is compared with those of its own time, and none is missed.

Comparing every fact with every other one is the plain reading of the rule; it is the reference.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger import conflicts
from ledger.envelope import Draft, Fact
from ledger.fields import draft

DATES = (
    *(None, "2024", "2024-03", "2024-03-05", "2024-Q1", "2024-H2", "2025", "2025-01", "2025-12-31"),
    *(
        "../2024-06",
        "2025/..",
        "2024-03-05/2024-04",
        "2024-01/2024-03-05",
        "2024-02/2025-02",
        "2023",
    ),
)
SOURCES = (None, "a", "b", "c")
STATED: dict[str, dict[str, tuple[str, ...]]] = {
    "plant.capacity_stated": {"capacity": ("5 t/yr", "6 t/yr", "5-6 t/yr", ">7 t/yr")},
    "plant.production_reported": {
        "production": ("5 t", "6 t", "~5 t"),
        "period": ("2024", "2024-Q1", "2025"),
    },
    "plant.completed": {"stage": ("metal", "oxide")},
    "plant.operating": {"company": ("x", "y", "unnamed: somebody")},
    "plant.permitted": {"stage": ("metal", "oxide"), "company": ("x", "y")},
}


def made(number: int, type_: str, on: str | None, source: str | None, **fields: Any) -> Fact:
    """A recorded fact of one plant."""
    dated = {"on": on} if on is not None else {}
    told = draft(type_, {"id": "p", **dated, **fields})
    assert isinstance(told, Draft), told
    return Fact(
        seq=number,
        stream="plant:p",
        version=number,
        recorded_at=datetime(2026, 1, 1, tzinfo=UTC),
        actor="kim@example.com",
        content=told.content,
        on=told.on,
        source=source,
    )


@st.composite
def facts(draw: st.DrawFn) -> list[Fact]:
    """Facts of a few types, in any order."""
    found = []
    for number in range(1, draw(st.integers(6, 24))):
        type_ = draw(st.sampled_from(sorted(STATED)))
        stated = {name: draw(st.sampled_from(some)) for name, some in STATED[type_].items()}
        on, source = draw(st.sampled_from(DATES)), draw(st.sampled_from(SOURCES))
        found.append(made(number, type_, on, source, **stated))
    return found


@settings(max_examples=2 * settings().max_examples)
@given(stream=facts())
def test_what_is_near_is_all_that_can_contradict(stream: list[Fact]) -> None:
    """Given any facts, comparing the near ones finds the conflicts that comparing all finds."""
    found = list(conflicts.conflicts(stream))
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(conflicts, "_near", lambda stating: lambda _fact: stating)
        assert found == list(conflicts.conflicts(stream))


def test_facts_that_meet_on_one_day_contradict_each_other() -> None:
    """Given a period that ends on the day of another fact, both are in the conflict."""
    stream = [
        made(1, "plant.capacity_stated", "2024-01/2024-03-05", "a", capacity="5 t/yr"),
        made(2, "plant.capacity_stated", "2024-03-05", "b", capacity="6 t/yr"),
    ]
    (found,) = conflicts.conflicts(stream)
    assert [fact.version for _, fact in found.values] == [1, 2]


@pytest.mark.parametrize("type_", ["plant.production_reported", "plant.capacity_stated"])
def test_a_long_stream_is_not_compared_all_with_all(
    type_: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Given the reports of many months by several documents, few comparisons are made of each."""
    compared = [0]
    same_thing = conflicts._same_thing

    def counted(one: Fact, other: Fact) -> bool:
        compared[0] += 1
        return same_thing(one, other)

    months = [f"{year}-{month:02}" for year in range(1940, 2020) for month in range(1, 13)]
    by_period = type_ == "plant.production_reported"
    stream = [
        made(number, type_, on, f"s-{number % 7}", production="5 t", period=on)
        if by_period
        else made(number, type_, on, f"s-{number % 7}", capacity="5 t/yr")
        for number, on in enumerate(months * 2, start=1)
    ]
    monkeypatch.setattr(conflicts, "_same_thing", counted)
    assert list(conflicts.conflicts(stream)) == []
    assert len(stream) <= compared[0] <= 20 * len(stream)
