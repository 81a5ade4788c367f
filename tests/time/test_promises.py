"""What came of promises: what shows each measure, what never does, and by how much they slipped."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ledger import example
from projections.filters import Filters
from tests.time.given import Ledger, Person, text_of


def promise(ledger: Ledger, measure: str, id_: str = "p", **fields: Any) -> None:
    """A promise of 2024-12-31 by a company that is not named."""
    said = {
        "on": "2024-12-31",
        "by": "unnamed: a company",
        "statement": "It will be.",
        "wording": "plans",
        "measure": measure,
    }
    ledger.given("promise.made", id_, at="2024-12-31", **{**said, **fields})


@pytest.fixture
def plants(ledger: Ledger) -> Ledger:
    """Two plants that are proposed, a contract that is signed, an investment that is announced."""
    ledger.given("plant.proposed", "x", at="2024-12-31", on="2024-06")
    ledger.given("plant.proposed", "y", on="2024-06")
    ledger.given("contract.signed", "c", on="2024-06")
    ledger.given("investment.announced", "i", on="2024-06", amount="1bn KRW")
    return ledger


def status(ledger: Ledger, as_of: str, known_at: str | None = None) -> str:
    """The status of the one promise."""
    row = ledger.row("promises", as_of, known_at)
    assert row is not None
    word: str = row.status
    return word


# --- Completion and operation ----------------------------------------------------------------


def test_completion_is_shown_by_a_plant_that_is_built(plants: Ledger) -> None:
    """Construction that started shows nothing; completed, commissioned and operating do."""
    promise(plants, "completion", due="2025", about=["plant:x"])
    plants.given("plant.construction_started", "x", at="06-01", on="02-01")
    assert status(plants, "12-31") == "open"
    plants.given("plant.operating", "x", at="08-01", on="08-01")
    assert status(plants, "07-31") == "open"
    assert status(plants, "08-01") == "kept"
    assert status(plants, "2026-06-30") == "kept"
    plants.given("plant.closed", "x", at="09-01", on="09-01")
    assert status(plants, "2026-06-30") == "kept"


def test_completion_is_not_operation(plants: Ledger) -> None:
    """A plant that is completed does not show that it operates."""
    promise(plants, "operation", due="2025", about=["plant:x"])
    plants.given("plant.completed", "x", at="06-01", on="06-01")
    assert status(plants, "12-31") == "open"
    assert status(plants, "2026-01-01") == "overdue"
    plants.given("plant.operating", "x", at="2026-02-01", on="2026-02-01")
    assert status(plants, "2026-02-01") == "kept late"


def test_a_promise_about_two_plants_needs_both(plants: Ledger) -> None:
    """It is kept when the last of them is built, and late if that was."""
    promise(plants, "completion", due="../2025-06", about=["plant:x", "plant:y"])
    plants.given("plant.completed", "x", at="06-20", on="06-20")
    assert status(plants, "06-30") == "open"
    plants.given("plant.completed", "y", at="07-10", on="07-05")
    assert status(plants, "07-04") == "overdue"
    row = plants.row("promises", "07-05")
    assert (row.status, row.decided_on.edtf) == ("kept late", "2025-07-05")
    assert row.shown_by == ("plant:x@2", "plant:y@2")


def test_a_partial_date_that_reaches_past_the_window_is_not_late(plants: Ledger) -> None:
    """Completed in 2025-06 was in time for `../2025-06-15` or late: neither is claimed."""
    promise(plants, "completion", due="../2025-06-15", about=["plant:x"])
    plants.given("plant.completed", "x", at="07-01", on="2025-06")
    row = plants.row("promises", "06-10")
    assert (row.status, row.possible) == ("kept or kept late", ("status",))
    later = plants.asked("promises", "status", "possible", as_of="07-01")
    assert later == ("kept or kept late", "")


def test_a_promise_about_nothing_is_shown_by_nothing(plants: Ledger) -> None:
    """A promise that names no stream has no evidence."""
    promise(plants, "completion", due="2025")
    plants.given("plant.completed", "x", at="06-01", on="06-01")
    assert status(plants, "12-31") == "open"
    assert status(plants, "2026-01-01") == "overdue"


def test_retracted_evidence_shows_nothing(plants: Ledger) -> None:
    """When the fact that showed it is retracted, the promise is open or overdue again."""
    promise(plants, "completion", due="2025", about=["plant:x"])
    plants.given("plant.completed", "x", at="06-01", on="06-01")
    plants.retract("plant:x@2", at="07-01")
    assert status(plants, "12-31") == "open"
    assert status(plants, "12-31", "06-30") == "kept"


# --- Capacity --------------------------------------------------------------------------------


def test_capacity_counts_once_the_plant_is_built(plants: Ledger) -> None:
    """The stated capacity of a plan is not installed: it shows a promise kept on completion."""
    promise(plants, "capacity", due="2025", quantity="100 kt/yr", about=["plant:x"])
    plants.given("plant.capacity_stated", "x", at="03-01", on="03-01", capacity="100,000 t/yr")
    assert plants.asked("promises", "status", "reached", as_of="03-01") == ("open", None)
    plants.given("plant.completed", "x", at="06-01", on="06-01")
    assert plants.asked("promises", "status", "reached", "share", as_of="06-01") == (
        "kept",
        "100,000 t/yr",
        "100% (100,000 t/yr of 100 kt/yr)",
    )
    assert plants.row("promises", "06-01").decided_on.edtf == "2025-06-01"


def test_capacities_of_several_plants_are_added(plants: Ledger) -> None:
    """The latest capacity of each plant counts; what was reached has its arithmetic."""
    promise(plants, "capacity", due="../2025", quantity="100 kt/yr", about=["plant:x", "plant:y"])
    for name in ("x", "y"):
        plants.given("plant.completed", name, at="03-01", on="03-01")
    plants.given("plant.capacity_stated", "x", on="03-01", capacity="20 kt/yr")
    plants.given("plant.capacity_stated", "y", at="04-01", on="04-01", capacity="30 kt/yr")
    assert plants.asked("promises", "status", "share") == (
        "overdue",
        "50% (50 kt/yr of 100 kt/yr)",
    )
    plants.given("plant.capacity_expanded", "x", at="05-01", on="05-01", added="50 kt/yr")
    assert plants.asked("promises", "status", "share", "decided_on") == (
        "kept",
        "100% (100 kt/yr of 100 kt/yr)",
        "2025-05-01",
    )


@pytest.mark.parametrize(
    ("promised", "stated", "kept"),
    [
        ("100 kt/yr", "~100 kt/yr", True),
        (">100 kt/yr", "100 kt/yr", False),
        (">100 kt/yr", ">100 kt/yr", True),
        (">=100 kt/yr", "100 kt/yr", True),
        ("100 kt/yr", ">90 kt/yr", False),
        ("100 kt/yr", "90-120 kt/yr", False),
        ("90-120 kt/yr", "90 kt/yr", True),
        ("<100 kt/yr", "50 kt/yr", False),
        ("100 kt", "100 kt/yr", None),
        ("100 kt/yr", "8.4 kt/month", None),
        ("100 kt/yr", "1 GWh/yr", None),
        ("100 kt/yr [Ni metal]", "100 kt/yr", None),
        ("100 kt/yr [Ni metal]", "100 kt/yr [sulfate]", None),
        ("100 kt/yr [Ni metal]", "100 kt/yr [Ni metal]", True),
    ],
)
def test_bounds_and_bases_of_capacities(
    plants: Ledger, promised: str, stated: str, kept: bool | None
) -> None:
    """Only what is certainly no less keeps a promise; of another measure nothing is shown."""
    promise(plants, "capacity", due="../2029", quantity=promised, about=["plant:x"])
    plants.given("plant.completed", "x", at="03-01", on="03-01")
    plants.given("plant.capacity_stated", "x", on="03-01", capacity=stated)
    row = plants.row("promises")
    assert row.status == ("kept" if kept else "open")
    assert (row.reached is None) == (kept is None)


# --- Production and supply -------------------------------------------------------------------


def report(ledger: Ledger, period: str, production: str, *, at: str, plant: str = "x") -> None:
    """What the plant made in a period."""
    fields = {"on": at if len(at) > 5 else f"2025-{at}", "production": production}
    ledger.given("plant.production_reported", plant, at=at, period=period, **fields)


def test_production_is_summed_over_the_window(plants: Ledger) -> None:
    """Quarters add up to the year that was promised."""
    promise(plants, "production", due="2025", quantity="20 kt", about=["plant:x", "plant:y"])
    report(plants, "2024-Q4", "9 kt", at="04-01")
    report(plants, "2025-Q1", "5 kt", at="04-01")
    report(plants, "2025-Q2", "5 kt", at="07-01")
    assert plants.asked("promises", "status", "share", as_of="07-01") == (
        "open",
        "50% (10 kt of 20 kt)",
    )
    report(plants, "2025-H2", "10,000 t", at="2026-01-10", plant="y")
    assert plants.asked("promises", "status", "decided_on") == ("kept", "2025-41")
    assert plants.row("promises").reached.text() == "20,000 t"


def test_a_year_and_its_quarters_are_not_counted_twice(plants: Ledger) -> None:
    """Of periods that overlap the longest counts, and of one period the latest statement."""
    promise(plants, "production", due="2025", quantity="20 kt", about=["plant:x"])
    for quarter in ("2025-Q1", "2025-Q2", "2025-Q3", "2025-Q4"):
        report(plants, quarter, "4 kt", at="2026-01-05")
    assert plants.asked("promises", "share") == ("80% (16 kt of 20 kt)",)
    report(plants, "2025", "17 kt", at="2026-02-01")
    assert plants.asked("promises", "share") == ("85% (17 kt of 20 kt)",)
    report(plants, "2025", "18 kt", at="2026-03-01")
    row = plants.row("promises")
    assert (row.status, row.share) == ("overdue", "90% (18 kt of 20 kt)")
    assert row.shown_by == ("plant:x@7",)


def test_a_period_still_running_is_only_possible(ledger: Ledger) -> None:
    """A report for a period that lasts keeps the promise possibly; its last day makes it sure."""
    ledger.today = ledger.today.replace(year=2025, month=11, day=20)
    ledger.given("plant.operating", "x", at="2024-12-31", on="2024-06")
    promise(ledger, "production", due="2025/2027", quantity="10 t", about=["plant:x"])
    report(ledger, "2025", "12 t", at="11-15")
    assert ledger.asked("promises", "status", "possible") == ("kept", "status")
    # Nothing is recorded, and days pass.
    ledger.today = ledger.today.replace(month=12, day=31)
    assert ledger.asked("promises", "status", "possible") == ("kept", "")


@pytest.mark.parametrize(
    ("period", "production"),
    [("2025", "20 kt [sulfate]"), ("2025", "20 GWh"), ("2024/2025", "20 kt"), ("2026", "20 kt")],
)
def test_production_of_another_measure_or_window_shows_nothing(
    plants: Ledger, period: str, production: str
) -> None:
    """Neither another basis nor unit, nor a period that reaches beyond the window."""
    promise(plants, "production", due="2025", quantity="20 kt", about=["plant:x"])
    report(plants, period, production, at="2026-02-01")
    assert plants.asked("promises", "status", "reached", "share") == ("overdue", None, None)


def test_capacity_is_not_production(plants: Ledger) -> None:
    """A capacity of 20 kt a year does not show that 20 kt were made."""
    promise(plants, "production", due="2025", quantity="20 kt/yr", about=["plant:x"])
    plants.given("plant.operating", "x", at="02-01", on="02-01")
    plants.given("plant.capacity_stated", "x", on="02-01", capacity="20 kt/yr")
    assert plants.asked("promises", "status", "reached") == ("overdue", None)


def test_supply_is_shown_by_deliveries(plants: Ledger) -> None:
    """Deliveries in the window are added, by their period or by their date."""
    promise(plants, "supply", due="2025", quantity="200 t", about=["contract:c"])
    said = ("contract.delivery_recorded", "c")
    plants.given(*said, at="03-10", on="03-10", quantity="50 t")
    plants.given(*said, at="03-11", on="03-10", quantity="60 t")
    plants.given(*said, at="07-01", on="07-01", quantity="40 t", period="2025-Q2")
    plants.given(*said, at="07-02", on="2024-12-30", quantity="99 t")
    assert plants.asked("promises", "status", "share") == ("overdue", "75% (150 t of 200 t)")
    plants.given(*said, at="2026-01-10", on="2026-01-10", quantity="50 t", period="2025-Q4")
    assert plants.asked("promises", "status", "share") == ("kept", "100% (200 t of 200 t)")


def test_investment_is_shown_by_its_completion(plants: Ledger) -> None:
    """Money that is committed shows nothing yet."""
    promise(plants, "investment", due="2025", amount="1bn KRW", about=["investment:i"])
    plants.given("investment.committed", "i", at="02-01", on="02-01")
    assert status(plants, "12-31") == "open"
    plants.given("investment.completed", "i", at="2026-01-05", on="2026-01-05")
    assert status(plants, "2026-01-05") == "kept late"


# --- What texts say --------------------------------------------------------------------------


def test_silence_is_never_an_outcome(plants: Ledger) -> None:
    """A hundred years after its window a promise is overdue, not missed."""
    for number, measure in enumerate(
        ("capacity", "production", "supply", "completion", "operation", "investment", "other")
    ):
        promise(plants, measure, f"p{number}", due="2024", quantity="5 t")
    assert {row.status for row in plants.rows("promises", "2124-12-31")} == {"overdue"}


@pytest.mark.parametrize("word", ["kept", "missed"])
def test_a_text_overrides_what_facts_show(plants: Ledger, word: str) -> None:
    """What a text says outright stands, whatever the evidence."""
    promise(plants, "completion", due="2025", about=["plant:x"])
    if word == "missed":
        plants.given("plant.completed", "x", at="06-01", on="06-01")
    plants.given(f"promise.{word}", "p", at="10-01", on="10-01")
    assert status(plants, "09-30") == ("kept" if word == "missed" else "open")
    row = plants.row("promises", "10-01")
    assert (row.status, row.shown_by, row.decided_on.edtf) == (word, ("promise:p@2",), "2025-10-01")


def test_a_text_that_says_it_was_kept_after_the_window(plants: Ledger) -> None:
    """Kept on a day after the window is kept late; missed is missed."""
    promise(plants, "other", due="2025")
    plants.given("promise.kept", "p", at="2026-02-01", on="2026-02-01", reached="5 t")
    assert plants.asked("promises", "status", "reached") == ("kept late", "5 t")


def test_a_withdrawn_promise(plants: Ledger) -> None:
    """Withdrawn from its day on; what facts show kept stays kept."""
    promise(plants, "completion", due="2026", about=["plant:x"])
    plants.given("promise.withdrawn", "p", at="05-01", on="05-01")
    assert status(plants, "04-30") == "open"
    assert status(plants, "05-01") == "withdrawn"
    assert status(plants, "2027-01-01") == "withdrawn"
    plants.given("plant.completed", "x", at="06-01", on="04-15")
    assert status(plants, "05-01") == "kept"


def test_a_promise_withdrawn_after_its_window_is_withdrawn(plants: Ledger) -> None:
    """Overdue until then; from then on a text says what came of it, and when."""
    promise(plants, "other", due="2025-03")
    plants.given("promise.withdrawn", "p", at="05-01", on="05-01")
    assert status(plants, "04-30") == "overdue"
    assert status(plants, "05-01") == "withdrawn"


def test_an_undated_promise_is_never_overdue(plants: Ledger) -> None:
    """Without a due date it is undated until it is kept."""
    promise(plants, "completion", about=["plant:x"])
    assert status(plants, "2099-12-31") == "undated"
    plants.given("plant.completed", "x", at="06-01", on="06-01")
    assert plants.asked("promises", "status", "due") == ("kept", None)


def test_a_window_with_an_open_end_is_never_overdue(plants: Ledger) -> None:
    """What is due from 2025 on has no day on which it is too late."""
    promise(plants, "other", due="2025/..")
    assert status(plants, "2099-12-31") == "open"


def test_due_soon_is_ninety_days(plants: Ledger) -> None:
    """An open promise is due soon in the last 90 days of its window."""
    promise(plants, "other", due="2025")
    assert not plants.row("promises", "10-01").due_soon
    assert plants.row("promises", "10-02").due_soon
    assert plants.row("promises", "12-31").due_soon
    assert not plants.row("promises", "2026-01-01").due_soon
    filters = Filters(status=("due soon",))
    assert plants.rows("promises", "10-01", filters=filters) == []
    assert len(plants.rows("promises", "10-02", filters=filters)) == 1


# --- Period by period ------------------------------------------------------------------------


def test_a_recurring_promise_is_decided_year_by_year(plants: Ledger) -> None:
    """Each year that has begun has a row: kept, missed, overdue and open stand side by side."""
    promise(
        plants, "supply", due="2022/..", quantity=">500 t/yr", recurring=True, about=["contract:c"]
    )
    delivery = ("contract.delivery_recorded", "c")
    plants.given(*delivery, at="2025-02-01", on="2024-12-20", quantity="501 t", period="2024")
    plants.given(*delivery, on="2025-01-20", quantity="300 t")
    plants.given("promise.missed", "p", on="2025-02-01", period="2023")
    rows = plants.rows("promises", "2025-06-30")
    assert [(text_of(row.due), row.status, row.share) for row in rows] == [
        ("2022", "overdue", None),
        ("2023", "missed", None),
        ("2024", "kept", "100.2% of the least (501 t of >500 t/yr)"),
        ("2025", "open", "60% of the least (300 t of >500 t/yr)"),
    ]
    assert [row.status for row in plants.rows("promises", "2026-01-01")] == [
        *("overdue", "missed", "kept", "overdue", "open"),
    ]


def test_a_recurring_promise_goes_on_after_one_period_is_decided(plants: Ledger) -> None:
    """One year that was kept or missed says nothing of the next; a withdrawal does."""
    promise(plants, "other", due="2024/2027", recurring=True)
    plants.given("promise.kept", "p", at="2025-01-15", on="2025-01-15", period="2024")
    plants.given("promise.missed", "p", at="2026-01-15", on="2026-01-15", period="2025")
    plants.given("promise.withdrawn", "p", at="2026-02-01", on="2026-02-01")
    told = [row.status for row in plants.rows("promises", "2030-01-01")]
    assert told == ["kept", "missed", "withdrawn", "withdrawn"]


# --- Slip ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("first", "now", "least", "most", "text"),
    [
        ("2026", "2027", 1, 729, "1 to 729 days"),
        ("../2026", "../2028", 731, 731, "731 days"),
        ("2026-06-30", "2026-12-31", 184, 184, "184 days"),
        ("2026-06-30", "2027-01", 185, 215, "185 to 215 days"),
        ("../2029", "../2026", -1096, -1096, "-1,096 days"),
        ("../2026", "2028", 366, 731, "366 to 731 days"),
        ("2026", "2028/..", 366, None, "at least 366 days"),
        ("2026/..", "2028", None, 1095, "at most 1,095 days"),
        ("2026-Q1", "2026-Q2", 1, 180, "1 to 180 days"),
    ],
)
def test_slip_in_days(
    plants: Ledger, first: str, now: str, least: int | None, most: int | None, text: str
) -> None:
    """The least and the most that the due date can have moved."""
    promise(plants, "other", due=first)
    plants.given("promise.revised", "p", at="05-01", on="05-01", due=now)
    row = plants.row("promises", "05-01")
    assert (row.slip_min_days, row.slip_max_days, row.slip) == (least, most, text)
    before = plants.row("promises", "04-30")
    assert (before.slip, before.revisions) == (None, 0)


def test_slip_is_from_the_first_due_date(plants: Ledger) -> None:
    """Each revision counts, and the slip is from the first date to the present one."""
    promise(plants, "other", due="../2026")
    for month, due in (("02", "../2027"), ("03", "../2030"), ("04", "../2028")):
        plants.given("promise.revised", "p", at=f"{month}-01", on=f"{month}-01", due=due)
    assert plants.asked("promises", "slip", "revisions", "first_due", "stated_due") == (
        *("731 days", "3", "../2026", "../2028"),
    )


def test_a_corrected_due_date_is_no_slip(plants: Ledger) -> None:
    """What was recorded wrongly was never promised."""
    promise(plants, "other", due="../2026")
    plants.correct("promise:p@1", at="03-01", due="../2028")
    assert plants.asked("promises", "slip", "revisions", "due") == (None, "0", "../2028")


# --- The example portfolio -------------------------------------------------------------------


@pytest.fixture
def portfolio(person: Person) -> Person:
    """The example portfolio, recorded on the days on which its documents were published."""
    folder = Path(example.__file__).parent
    first, second = sorted(str(path) for path in folder.glob("*.yaml"))
    person.does("import", first, at="2024-01-11")
    person.does("import", second, at="2026-03-05")
    return person


def test_the_example_in_the_middle_of_2029(portfolio: Person) -> None:
    """The windows of 2024, 2025 and 2026 are overdue, and 120,000 t are still open."""
    rows = portfolio.ask("promises", "--as-of", "2029-06-30", at="2026-03-06")
    told = {(row["stream"], row["due"] and row["due"]["edtf"]): row["status"] for row in rows}
    assert told["promise:lsee-reo-2024", "2024"] == "overdue"
    assert told["promise:lsee-reo-2025-on", "2025"] == "overdue"
    assert told["promise:llbs-2026-production", "2026"] == "overdue"
    assert told["promise:llbs-2029-capacity", "../2029"] == "open"
    (capacity,) = [row for row in rows if row["stream"] == "promise:llbs-2029-capacity"]
    assert capacity["quantity"]["min"] == "120000"
    assert "missed" not in told.values()


def test_the_example_as_the_public_knew_it_before_the_second_document(portfolio: Person) -> None:
    """Public at 2025-01-01: what the first document says, and nothing of the second."""
    asked = ("--public-at", "2025-01-01")
    log = portfolio.ask("log", *asked, at="2026-03-06")
    assert log
    assert {row["source"] for row in log} <= {"lscs-2024-01-10", None}
    items = {row["item"] for row in portfolio.ask("portfolio", *asked)}
    assert "contract:hung-thinh-reo" in items
    everything = {row["item"] for row in portfolio.ask("portfolio")}
    second = {row["stream"] for row in portfolio.ask("log")} - {row["stream"] for row in log}
    assert second & everything
    assert not second & items
    assert portfolio.ask("plants", *asked) == portfolio.ask("investments", *asked) == []
    assert portfolio.ask("portfolio", "--known-at", "2024-02-01") != []
