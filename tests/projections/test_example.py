"""What the example portfolio must answer, asked as its users ask it: by the command line."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from cli.main import run
from cli.settings import Settings
from tests.rooms import Room

NOW = datetime(2026, 3, 4, 12, tzinfo=UTC)

Ask = Callable[..., list[dict[str, Any]]]


@pytest.fixture(scope="module")
def example(new_room: Callable[[str], Room]) -> str:
    """The example portfolio, recorded on the day of its second document."""
    url = new_room("example").url()
    assert run(["init", "--example"], settings(url)) == 0
    return url


def settings(url: str) -> Settings:
    """The analyst's settings on that day."""
    return Settings(ledger=url, actor="kim@example.com", clock=lambda: NOW)


@pytest.fixture
def ask(example: str, capsys: pytest.CaptureFixture[str]) -> Ask:
    """A command's rows, from `--format json`."""

    def asking(*args: str) -> list[dict[str, Any]]:
        capsys.readouterr()
        assert run([*args, "--format", "json"], settings(example)) == 0
        found: list[dict[str, Any]] = json.loads(capsys.readouterr().out)["rows"]
        return found

    return asking


def by_stream(rows: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Rows by the id of their stream."""
    return {row["stream"].partition(":")[2]: row for row in rows}


class TestAnswers:
    """The five questions of the example."""

    def test_stated_investment_by_business_and_currency(self, ask: Ask) -> None:
        """Metals 28.5bn, precursor about 1tn, nickel sulfate 1.8tn, all about 2,828.5bn won."""
        found = {
            (row["business"], row["currency"]): (row["amount"]["amount"], row["amount"]["approx"])
            for row in ask("totals")
        }
        assert found == {
            ("metal", "KRW"): ("28500000000", False),
            ("precursor", "KRW"): ("1000000000000", True),
            ("nickel-sulfate", "KRW"): ("1800000000000", False),
            ("all", "KRW"): ("2828500000000", True),
        }

    def test_stages_with_nothing_operating(self, ask: Ask) -> None:
        """All of them: no text says that any plant operates."""
        chain = ask("chain")
        assert [row["stage"] for row in chain if row["nothing_operating"]] == [
            *("ore", "oxide", "metal", "magnet"),
            *("nickel-ore", "nickel-matte", "nickel-sulfate", "precursor", "cathode"),
            "cable",
        ]
        assert all(row["operating"] == [] for row in chain)

    def test_promises_due_by_the_end_of_2026(self, ask: Ask) -> None:
        """Two are past without a recorded outcome, two are open; none is called missed."""
        due = [
            (row["stream"], row["due"]["edtf"], row["status"])
            for row in ask("promises")
            if row["due"] and row["due"]["latest"] and row["due"]["latest"] <= "2026-12-31"
        ]
        assert due == [
            ("promise:lsee-reo-2024", "2024", "overdue"),
            ("promise:lsee-reo-2025-on", "2025", "overdue"),
            ("promise:llbs-2026-production", "2026", "open"),
            ("promise:lsee-reo-2025-on", "2026", "open"),
        ]

    def test_unnamed_counterparties(self, ask: Ask) -> None:
        """Every contract is with somebody whom the text does not name."""
        unnamed = {
            row["stream"]: [party["unnamed"] for party in row["counterparties"]]
            for row in ask("contracts")
        }
        assert unnamed == {
            "contract:hung-thinh-reo": [
                "a Vietnamese mining firm (Hung Thinh is inferred, not stated)"
            ],
            "contract:lscs-magnet-makers": ["global permanent magnet manufacturers"],
            "contract:lsee-miners-jv": ["global mining firms"],
            "contract:lsee-miners-supply": ["global mining firms"],
        }

    def test_where_each_plant_is(self, ask: Ask) -> None:
        """Place, country, and whether the place is stated or only possible."""
        found = {
            id_: (row["place"], row["country"], row["place_is"])
            for id_, row in by_stream(ask("plants")).items()
        }
        assert found == {
            "llbs-saemangeum-precursor": (
                "Saemangeum National Industrial Complex, Gunsan, North Jeolla", "KR", "stated"),
            "lscs-chesapeake-cable": ("Chesapeake, Virginia", "US", "stated"),
            "lscs-us-magnet": (
                "near LS Cable & System's submarine cable plant in Chesapeake, Virginia",
                "US", "possible"),
            "lsee-hcmc-metals": ("Ho Chi Minh City", "VN", "stated"),
            "lsmnm-saemangeum-nickel-sulfate": ("Saemangeum", "KR", "stated"),
            "lsmnm-ulsan-nickel-sulfate": ("Ulsan", "KR", "stated"),
        }  # fmt: skip


class TestTraps:
    """What a hasty reader of the two documents gets wrong."""

    def test_the_supplier_is_not_named(self, ask: Ask) -> None:
        """Neither the group at the ceremony nor the refiner is made the seller."""
        contract = by_stream(ask("contracts"))["hung-thinh-reo"]
        assert contract["counterparties"] == [
            {
                "company": None,
                "unnamed": "a Vietnamese mining firm (Hung Thinh is inferred, not stated)",
                "inferred": False,
            }
        ]
        assert (contract["quantity"], contract["value"], contract["term"]) == (None, None, None)

    def test_the_dollars_are_only_an_equivalent(self, ask: Ask) -> None:
        """19.4m USD stands with its won, and in no total."""
        amount = by_stream(ask("investments"))["lsee-re-metals"]["amount"]
        assert (amount["amount"], amount["currency"]) == ("28500000000", "KRW")
        (equivalent,) = amount["equivalents"]
        assert (equivalent["amount"], equivalent["currency"]) == ("19400000", "USD")
        totals = ask("totals")
        assert {row["currency"] for row in totals} == {"KRW"}
        assert all(row["amount"]["equivalents"] == [] for row in totals)

    def test_two_plants_at_saemangeum(self, ask: Ask) -> None:
        """One makes precursor, the other nickel sulfate, for different companies."""
        plants = by_stream(ask("plants"))
        one, other = plants["llbs-saemangeum-precursor"], plants["lsmnm-saemangeum-nickel-sulfate"]
        assert (one["stage"], other["stage"]) == ("precursor", "nickel-sulfate")
        assert one["company"] != other["company"]

    def test_production_of_2026_and_capacity_by_2029(self, ask: Ask) -> None:
        """20,000 t and 120,000 t are different measures in different rows."""
        found = [
            (row["measure"], row["period"]["edtf"], row["promised"]["min"], row["actual"])
            for row in ask("capacity", "--stage", "precursor")
        ]
        assert found == [
            ("capacity", "../2029", "120000", None),
            ("production", "2026", "20000", None),
        ]

    def test_62_kt_are_of_two_plants_and_undated(self, ask: Ask) -> None:
        """It is neither halved nor given a date."""
        promise = by_stream(ask("promises"))["lsmnm-nickel-sulfate-62kt"]
        assert promise["about"] == [
            "plant:lsmnm-ulsan-nickel-sulfate",
            "plant:lsmnm-saemangeum-nickel-sulfate",
        ]
        assert (promise["status"], promise["due"]) == ("undated", None)
        quantity = promise["quantity"]
        assert (quantity["min"], quantity["unit"], quantity["per"]) == ("62000", "t", "year")
        assert promise["condition"] is not None

    def test_completed_is_not_operating(self, ask: Ask) -> None:
        """The precursor plant is complete, and no more than that."""
        plant = by_stream(ask("plants"))["llbs-saemangeum-precursor"]
        assert (plant["status"], plant["status_on"]["edtf"]) == ("completed", "2025-09")
        (stage,) = (row for row in ask("chain") if row["stage"] == "precursor")
        assert stage["completed"] == ["plant:llbs-saemangeum-precursor"]
        assert stage["nothing_operating"]

    def test_the_magnet_plant_has_no_site(self, ask: Ask) -> None:
        """It is proposed, its place only possible."""
        plant = by_stream(ask("plants"))["lscs-us-magnet"]
        assert (plant["status"], plant["place_is"]) == ("proposed", "possible")

    def test_more_than_500_t_in_every_year_from_2025(self, ask: Ask) -> None:
        """The bound is open and exclusive, and is due anew each year."""
        lines = [row for row in ask("promises") if row["stream"] == "promise:lsee-reo-2025-on"]
        assert [row["due"]["edtf"] for row in lines] == ["2025", "2026"]
        for row in lines:
            quantity = row["quantity"]
            assert (quantity["min"], quantity["max"]) == ("500", None)
            assert not quantity["min_inclusive"]
            assert row["recurring"]
            assert row["stated_due"]["edtf"] == "2025/.."

    def test_nothing_is_counted_as_delivered_or_produced(self, ask: Ask) -> None:
        """Promises are plans: no actual figure stands anywhere."""
        assert all(row["actual"] is None for row in ask("capacity"))
        assert all(row["delivered"] == [] for row in ask("contracts"))
        assert all(row["production"] is None for row in ask("plants"))
