"""Totals, capacity and chains: what is added up, and what never is."""

from __future__ import annotations

from typing import Any

import pytest

from ledger.values import Money
from tests.projections.asking import asked
from tests.rooms import Room
from tests.store.ledgers import draft


def investment(id_: str, amount: str, stage: str | None = "metal", **fields: Any) -> Any:
    """An announced investment."""
    return draft("investment.announced", id_, on="2025", amount=amount, stage=stage, **fields)


def totals(room: Room, *drafts: Any) -> dict[tuple[str, str], Money]:
    """The sums by business and currency."""
    return {(row.business, row.currency): row.amount for row in asked(room, "totals", *drafts)}


def amounts(**sums: str) -> dict[tuple[str, str], Money]:
    """What is expected: metal_KRW="30bn"."""
    expected = {}
    for name, text in sums.items():
        business, _, currency = name.replace("__", " ").rpartition("_")
        expected[business, currency] = Money.parse(f"{text} {currency}")
    return expected


def test_currencies_are_never_added(room: Room) -> None:
    """Each business has a sum for each currency, and so has everything together."""
    found = totals(
        room,
        investment("a", "28.5bn KRW"),
        investment("b", "5m USD"),
        investment("c", "1.5bn KRW"),
        investment("d", "1m USD", stage="precursor"),
        investment("e", "7 EUR", stage=None),
    )
    assert found == amounts(
        metal_KRW="30bn",
        metal_USD="5m",
        precursor_USD="1m",
        not__stated_EUR="7",
        all_EUR="7",
        all_KRW="30bn",
        all_USD="6m",
    )


def test_equivalents_are_never_added(room: Room) -> None:
    """The dollars in parentheses are no dollars of their own, alone or in a sum."""
    found = totals(
        room,
        investment("a", "28.5bn KRW ($19.4m)"),
        investment("b", "1.5bn KRW ($1m)"),
        investment("c", "2m USD"),
    )
    assert found == amounts(metal_KRW="30bn", metal_USD="2m", all_KRW="30bn", all_USD="2m")
    assert all(sum_.equivalents == () for sum_ in found.values())


@pytest.mark.parametrize(
    ("terms", "total"),
    [
        (("~1tn KRW", "1.8tn KRW"), "~2800000000000 KRW"),
        ((">1 KRW", "2 KRW"), ">3 KRW"),
        ((">=1 KRW", "2 KRW"), ">=3 KRW"),
        (("3-4 KRW", "2 KRW"), "5-6 KRW"),
        (("3-4 KRW", ">=2 KRW"), ">=5 KRW"),
        (("0.1 KRW", "0.2 KRW"), "0.3 KRW"),
    ],
)
def test_sums_carry_the_doubt_of_their_terms(
    room: Room, terms: tuple[str, str], total: str
) -> None:
    """Bounds and ~ go into the sum; decimals stay exact."""
    found = totals(room, *(investment(f"i-{n}", text) for n, text in enumerate(terms)))
    assert found["all", "KRW"] == Money.parse(total)


def test_what_is_cancelled_or_only_funded_does_not_count(room: Room) -> None:
    """Nor does a fund-raising, and of several statements the latest counts alone."""
    found = totals(
        room,
        investment("a", "1 KRW"),
        investment("b", "10 KRW"),
        draft("investment.cancelled", "b", on="2025-12"),
        investment("c", "100 KRW"),
        draft("investment.funded", "c", on="2026-01", funding="1000 KRW"),
        investment("d", "1 KRW"),
        draft("investment.revised", "d", on="2026-01", amount="3 KRW"),
        draft("investment.funded", "e", on="2025", funding="5 KRW"),
    )
    assert found["all", "KRW"] == Money.parse("104 KRW")


def test_a_sum_says_when_a_term_may_not_have_happened(room: Room) -> None:
    """Announced in March, asked on the 4th: possible."""
    maybe = draft("investment.announced", "b", on="2026-03", amount="1 KRW", stage="oxide")
    found = asked(room, "totals", investment("a", "1 KRW"), maybe)
    assert {row.business: row.possible for row in found} == {
        "metal": (),
        "oxide": ("amount",),
        "all": ("amount",),
    }


def operating(id_: str, on: str, capacity: str, stage: str = "metal") -> tuple[Any, Any]:
    """A plant that operates, with its capacity."""
    return (
        draft("plant.operating", id_, on=on, stage=stage),
        draft("plant.capacity_stated", id_, on=on, capacity=capacity),
    )


def capacity(room: Room, *drafts: Any) -> list[tuple[Any, ...]]:
    """Measure, period, actual, promised of the capacity view."""
    return [
        (row.measure, *(v.text() if v is not None else None for v in (row.period, row.actual)),
         row.promised.text() if row.promised is not None else None)
        for row in asked(room, "capacity", *drafts)
    ]  # fmt: skip


def test_installed_capacity_adds_up_over_plants(room: Room) -> None:
    """At the end of each year, what the latest statement of each plant says, with its doubt."""
    assert capacity(
        room,
        *operating("a", "2023", "10 t/yr"),
        *operating("b", "2024", "~5 t/yr"),
        draft("plant.capacity_stated", "a", on="2025-06", capacity=">20 t/yr"),
    ) == [
        ("capacity", "2023", "10 t/yr", None),
        ("capacity", "2024", "~15 t/yr", None),
        ("capacity", "2025", "~>25 t/yr", None),
    ]


def test_an_expansion_adds_to_what_was_there(room: Room) -> None:
    """`added` is on top of the last capacity; alone it says at least as much."""
    assert capacity(
        room,
        *operating("a", "2023", "10 t/yr"),
        draft("plant.capacity_expanded", "a", on="2024", added="5 t/yr"),
        draft("plant.operating", "b", on="2023", stage="oxide"),
        draft("plant.capacity_expanded", "b", on="2024", added="7 t/yr"),
    ) == [
        ("capacity", "2024", "≥7 t/yr", None),
        ("capacity", "2023", "10 t/yr", None),
        ("capacity", "2024", "15 t/yr", None),
    ]


def test_the_capacity_of_a_plan_is_not_installed(room: Room) -> None:
    """Only a plant that is built counts; what is stated of a plan has a column of its own."""
    (row,) = asked(
        room,
        "capacity",
        draft("plant.proposed", "a", on="2024", stage="metal"),
        draft("plant.capacity_stated", "a", on="2024", capacity="10 t/yr"),
    )
    assert (row.actual, row.planned.text()) == (None, "10 t/yr")


def test_a_plant_built_later_counts_from_then(room: Room) -> None:
    """The capacity was stated with the plan in 2023, the plant completed in 2025."""
    assert capacity(
        room,
        draft("plant.proposed", "a", on="2023", stage="metal"),
        draft("plant.capacity_stated", "a", on="2023", capacity="10 t/yr"),
        draft("plant.completed", "a", on="2025"),
    ) == [("capacity", "2025", "10 t/yr", None)]


def test_capacity_production_and_promises_are_never_merged(room: Room) -> None:
    """Nameplate, output and intention of one plant in one year stand apart."""
    said = {"by": "acme", "statement": "s", "wording": "aims", "stage": "metal", "on": "2024"}
    found = capacity(
        room,
        *operating("a", "2025", "10 t/yr"),
        draft("plant.production_reported", "a", on="2026-01", production="8 t", period="2025"),
        draft("promise.made", "c", measure="capacity", quantity="20 t/yr", due="2025", **said),
        draft("promise.made", "p", measure="production", quantity="9 t", due="2025", **said),
        draft("promise.made", "q", measure="production", quantity="9 t [Nd]", due="2025", **said),
        draft("promise.made", "s", measure="supply", quantity="9 t", due="2025", **said),
    )
    assert sorted(found, key=repr) == [
        ("capacity", "2025", "10 t/yr", "20 t/yr"),
        ("production", "2025", "8 t", "9 t"),
        ("production", "2025", None, "9 t [Nd]"),
    ]


def test_a_closed_plant_leaves_what_is_installed(room: Room) -> None:
    """In the year of its closing it stands no longer; the years before keep it."""
    found = capacity(
        room,
        *operating("a", "2021", "10 t/yr"),
        *operating("b", "2022", "5 t/yr"),
        draft("plant.closed", "a", on="2024-06"),
        draft("plant.capacity_stated", "b", on="2025", capacity="6 t/yr"),
    )
    assert ("capacity", "2022", "15 t/yr", None) in found
    assert found[-1] == ("capacity", "2025", "6 t/yr", None)


def test_the_year_of_a_closing_is_shown(room: Room) -> None:
    """Else the newest row still counts a plant that was shut years ago."""
    found = capacity(
        room,
        *operating("a", "2021", "10 t/yr"),
        *operating("b", "2022", "5 t/yr"),
        draft("plant.closed", "a", on="2024-06"),
    )
    assert found[-1] == ("capacity", "2024", "5 t/yr", None)


def test_the_lanes_of_a_chain(room: Room) -> None:
    """Each stream stands in the lane of its status; what ended or stopped in none."""
    plants = {
        "named": "not_stated", "proposed": "proposed", "site_selected": "proposed",
        "permitted": "proposed", "construction_started": "being_built", "completed": "completed",
        "under_construction": "being_built", "commissioned": "completed", "operating": "operating",
    }  # fmt: skip
    investments = ("planned", "announced", "approved", "committed")
    found = asked(
        room,
        "chain",
        *(draft(f"plant.{word}", word.replace("_", "-"), on="2025", stage="metal")
          for word in plants),
        *(draft(f"investment.{word}", word, on="2025", stage="metal") for word in investments),
        draft("contract.signed", "k", on="2025", stage="metal"),
        draft("contract.negotiating", "talks", on="2025", stage="metal"),
        draft("plant.operating", "shut", on="2024", stage="metal"),
        draft("plant.closed", "shut", on="2025"),
    )  # fmt: skip
    (metal,) = (row for row in found if row.stage == "metal")
    for lane in set(plants.values()):
        here = [word.replace("_", "-") for word, its in plants.items() if its == lane]
        assert sorted(getattr(metal, lane)) == sorted(f"plant:{id_}" for id_ in here)
    assert sorted(metal.announced) == sorted(f"investment:{word}" for word in investments)
    assert metal.contracted == ("contract:k",)
    assert not metal.nothing_operating
    assert [row.stage for row in found if row.nothing_operating] == ["ore", "oxide", "magnet"]


def test_completed_is_not_operating(room: Room) -> None:
    """A stage with a completed plant still has nothing operating."""
    found = asked(room, "chain", draft("plant.completed", "a", on="2025", stage="magnet"))
    assert all(row.nothing_operating for row in found)


def test_only_plants_are_completed_in_a_chain(room: Room) -> None:
    """A fulfilled contract or a spent investment is no plant that is complete."""
    found = asked(
        room,
        "chain",
        draft("contract.signed", "k", on="2024", stage="metal"),
        draft("contract.completed", "k", on="2025"),
        draft("investment.completed", "i", on="2025", stage="metal"),
    )
    assert all(row.completed == () for row in found)


def test_a_stage_that_is_not_stated(room: Room) -> None:
    """What states only its chain has a line of its own at the end."""
    found = asked(room, "chain", draft("plant.operating", "a", on="2025", material="cable"))
    assert [(row.stage, row.operating) for row in found] == [("cable", ()), (None, ("plant:a",))]


def test_possible_names_columns_only(room: Room) -> None:
    """What may not have happened is named by the columns of the row."""
    from projections.columns import columns

    made = {"by": "acme", "statement": "s", "measure": "other", "wording": "aims"}
    drafts = [
        draft("plant.operating", "p", on="2026-03", stage="metal"),
        draft("plant.suspended", "p", on="2026-03"),
        draft("investment.announced", "i", on="2026-03", amount="1 KRW"),
        draft("investment.suspended", "i", on="2026-03"),
        draft("contract.signed", "k", on="2026-03", quantity="1 t"),
        draft("contract.suspended", "k", on="2026-03"),
        draft("promise.made", "v", on="2026-03", due="2027", quantity="1 t", **made),
        draft("promise.kept", "v", on="2026-03", reached="1 t"),
    ]
    wrong = {}
    for view in ("plants", "investments", "contracts", "promises"):
        for row in asked(room, view, *drafts, name=f"{view}.db"):
            assert row.possible
            wrong[view] = set(row.possible) - {column.name for column in columns(type(row))}
    assert not any(wrong.values()), wrong
