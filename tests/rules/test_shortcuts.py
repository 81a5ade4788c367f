"""Ways past comparing each of many facts with each come to the same as comparing them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import combinations
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from ledger.conflicts import conflicts
from ledger.contract import Delivery
from ledger.envelope import Fact
from ledger.facts import fact_type
from ledger.outcome import _find_room
from ledger.stated import Stated
from ledger.timeline import fold, order_key
from ledger.values import PartialDate, comparable

DATES = (
    *("2023", "2024", "2024-01", "2024-01-31", "2024-02-01", "2024-Q1", "2024-H2", "../2024"),
    *("2024-03/2025-06", "2024-12-31", "2025-01", "2025/..", "2025-02-28~"),
)
SOURCES = (None, "pr-1", "pr-2", "pr-3")
AMOUNTS = ("5 t", "7 t", "5-6 t", ">6 t", "5 kt", "5 t [Ni]", "5 t/yr")


AMOUNT, PERIOD = st.sampled_from(AMOUNTS), st.sampled_from(DATES)
SITE = st.fixed_dictionaries(
    {}, optional={"country": st.sampled_from(("KR", "VN")), "company": st.sampled_from(("a", "b?"))}
)
FIELDS: dict[str, st.SearchStrategy[dict[str, Any]]] = {
    "plant.named": SITE,
    "plant.operating": SITE,
    "plant.completed": SITE,
    "plant.capacity_stated": st.fixed_dictionaries({"capacity": AMOUNT}),
    "plant.production_reported": st.fixed_dictionaries({"production": AMOUNT, "period": PERIOD}),
    "contract.delivery_recorded": st.fixed_dictionaries(
        {"quantity": AMOUNT}, optional={"period": PERIOD}
    ),
    "company.ownership_stated": st.fixed_dictionaries(
        {"owner": st.sampled_from(("a", "b")), "kind": st.sampled_from(("parent", "subsidiary"))}
    ),
}


@st.composite
def told_of(draw: st.DrawFn, kind: str) -> list[Any]:
    """The type, fields, date and source of some facts."""
    types = st.sampled_from([name for name in FIELDS if name.startswith(f"{kind}.")])
    return [
        (name, draw(FIELDS[name]), draw(PERIOD), draw(st.sampled_from(SOURCES)))
        for name in draw(st.lists(types, max_size=14))
    ]


def facts_of(stream: str, told: Sequence[Any]) -> list[Fact]:
    """The facts, in the order of the fold."""
    facts = [
        Fact(
            seq=number,
            stream=stream,
            version=number,
            recorded_at=datetime(2026, 1, 1, tzinfo=UTC),
            actor="a",
            content=fact_type(type_).model_validate(fields),
            on=PartialDate.parse(on),
            source=source,
        )
        for number, (type_, fields, on, source) in enumerate(told, start=1)
    ]
    return sorted(facts, key=order_key)


def in_conflict(facts: Sequence[Fact]) -> set[tuple[str, str]]:
    """The fields and facts that contradict others."""
    return {(c.field, fact.ref) for c in conflicts(facts) for _, fact in c.values}


@given(told=told_of("plant"))
def test_a_conflict_of_many_is_one_of_two(told: list[Any]) -> None:
    """A fact is in conflict among many if and only if it is with one of them alone."""
    facts = facts_of("plant:x", told)
    alone = [in_conflict(pair) for pair in combinations(facts, 2)]
    assert in_conflict(facts) == set().union(*alone)


@given(told=told_of("company"))
def test_a_conflict_about_an_owner_is_one_of_two(told: list[Any]) -> None:
    """The same of owners, of whom only the same one can be told otherwise."""
    facts = facts_of("company:x", told)
    alone = [in_conflict(pair) for pair in combinations(facts, 2)]
    assert in_conflict(facts) == set().union(*alone)


@given(told=told_of("contract"))
def test_a_delivery_counts_until_another_source_reports_it(told: list[Any]) -> None:
    """What counts is what is left when each report takes the place of those it repeats."""
    state: Any = fold("contract:x", facts_of("contract:x", told))
    left: list[Stated[Delivery]] = []
    for report in state.delivery_reports:
        left = [other for other in left if not same_delivery(other, report)] + [report]
    assert state.deliveries == tuple(left)


def same_delivery(one: Stated[Delivery], other: Stated[Delivery]) -> bool:
    """Whether two sources report it."""
    return (
        None not in (one.source, other.source)
        and one.source != other.source
        and (one.on, one.value.period) == (other.on, other.value.period)
        and comparable(one.value.quantity, other.value.quantity)
    )


@given(periods=st.lists(PERIOD.map(PartialDate.parse), max_size=14))
def test_a_period_has_room_beside_those_it_does_not_overlap(periods: list[PartialDate]) -> None:
    """It is taken if and only if no day of it is in one that was taken before."""
    taken: list[Any] = []
    chosen: list[PartialDate] = []
    for period in periods:
        free = all(o.latest < period.earliest or period.latest < o.earliest for o in chosen)
        assert _find_room(period, taken) == free
        chosen += [period] * free
    assert taken == sorted((o.earliest, o.latest) for o in chosen)
