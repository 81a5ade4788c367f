"""Conflicts between sources: what contradicts what, what does not, and how views mark it."""

from __future__ import annotations

from typing import Any

import pytest

from projections.filters import Filters
from tests.time.given import Ledger


@pytest.fixture
def press(ledger: Ledger) -> Ledger:
    """Three documents, published one day after the other."""
    for number in (1, 2, 3):
        ledger.source(f"pr-{number}", f"2025-03-0{number}", at="03-10")
    ledger.given("company.registered", "acme", name="Acme")
    ledger.given("company.registered", "beta", name="Beta")
    return ledger


def state(ledger: Ledger, type_: str, on: str, source: str | None, **fields: Any) -> str:
    """A fact of the stream x by a source; its reference."""
    return ledger.given(type_, "x", on=on, source=source, **fields).ref


def fields_in_conflict(
    ledger: Ledger,
    as_of: str | None = None,
    known_at: str | None = None,
    public_at: str | None = None,
) -> set[str]:
    """The fields that sources disagree about."""
    return {row.field for row in ledger.rows("conflicts", as_of, known_at, public_at)}


def test_two_values_stand_side_by_side(press: Ledger) -> None:
    """Both facts stay; the view shows the later one of the fold and marks it."""
    first = state(press, "plant.capacity_stated", "2025-03", "pr-1", capacity="100 kt/yr")
    second = state(press, "plant.capacity_stated", "03-02", "pr-2", capacity="120 kt/yr")
    rows = press.rows("conflicts")
    assert [(r.field, r.value, r.shown, r.ref, r.source, r.published.edtf) for r in rows] == [
        ("capacity", "100 kt/yr", False, first, "pr-1", "2025-03-01"),
        ("capacity", "120 kt/yr", True, second, "pr-2", "2025-03-02"),
    ]
    row = press.row("plants")
    assert (row.capacity.text(), row.conflicts) == ("120 kt/yr", ("capacity",))


def test_a_conflict_begins_when_the_second_document_is_known(press: Ledger) -> None:
    """Before the second was recorded, published, or effective, there was none."""
    state(press, "plant.capacity_stated", "2025-02", "pr-1", capacity="100 kt/yr")
    press.given(
        "plant.capacity_stated", "x", at="04-01", on="02-15", source="pr-3", capacity="120 kt/yr"
    )
    assert fields_in_conflict(press) == {"capacity"}
    assert fields_in_conflict(press, known_at="03-31") == set()
    assert fields_in_conflict(press, public_at="03-02") == set()
    assert fields_in_conflict(press, public_at="03-03") == {"capacity"}
    assert fields_in_conflict(press, as_of="02-14") == set()
    assert fields_in_conflict(press, as_of="02-15") == {"capacity"}
    assert press.row("plants", known_at="03-31").conflicts == ()


@pytest.mark.parametrize("word", ["correct", "retract"])
def test_a_conflict_ends_when_one_side_is_revised(press: Ledger, word: str) -> None:
    """A retracted fact contradicts nothing, neither does one that was corrected."""
    ref = state(press, "plant.capacity_stated", "2025-03", "pr-1", capacity="100 kt/yr")
    state(press, "plant.capacity_stated", "2025-03", "pr-2", capacity="120 kt/yr")
    if word == "correct":
        press.correct(ref, at="04-01", capacity="120 kt/yr")
    else:
        press.retract(ref, at="04-01")
    assert press.rows("conflicts") == []
    assert press.row("plants").conflicts == ()
    assert fields_in_conflict(press, known_at="03-31") == {"capacity"}


@pytest.mark.parametrize(
    ("one", "other", "contradict"),
    [
        ("100 kt/yr", "120 kt/yr", True),
        ("100 kt/yr", "100,000 t/yr", False),
        ("100 kt/yr", ">90 kt/yr", False),
        ("100 kt/yr", ">100 kt/yr", True),
        ("100 kt/yr", ">=100 kt/yr", False),
        ("<100 kt/yr", ">100 kt/yr", True),
        ("80-100 kt/yr", "90-120 kt/yr", False),
        ("80-90 kt/yr", "100-120 kt/yr", True),
        ("100 kt/yr", "120 kt/yr [sulfate]", False),
        ("100 kt/yr", "10 kt/month", False),
        ("100 kt/yr", "5 GWh/yr", False),
    ],
)
def test_bounds_that_overlap_are_no_conflict(
    press: Ledger, one: str, other: str, contradict: bool
) -> None:
    """Two quantities contradict each other where no number fits both, in either order."""
    state(press, "plant.capacity_stated", "2025-03", "pr-1", capacity=one)
    state(press, "plant.capacity_stated", "2025-03", "pr-2", capacity=other)
    press.given("plant.capacity_stated", "y", on="2025-03", source="pr-1", capacity=other)
    press.given("plant.capacity_stated", "y", on="2025-03", source="pr-2", capacity=one)
    streams = {row.stream for row in press.rows("conflicts")}
    assert streams == ({"plant:x", "plant:y"} if contradict else set())


@pytest.mark.parametrize(
    ("one", "other", "contradict"),
    [
        ("28.5bn KRW", "30bn KRW", True),
        ("28.5bn KRW", "$19.4m", False),
        ("28.5bn KRW ($19.4m)", "28.5bn KRW ($20m)", False),
        ("~1tn KRW", "1.16tn KRW", True),
    ],
)
def test_amounts(press: Ledger, one: str, other: str, contradict: bool) -> None:
    """Amounts of one currency contradict each other; about one trillion is not 1.16."""
    state(press, "investment.announced", "2025-03", "pr-1", amount=one)
    state(press, "investment.announced", "2025-03", "pr-2", amount=other)
    assert fields_in_conflict(press) == ({"amount"} if contradict else set())
    assert press.row("investments").conflicts == (("amount",) if contradict else ())
    marks = {row.conflicts for row in press.rows("totals")}
    assert marks == ({("amount",)} if contradict else {()})


@pytest.mark.parametrize(
    ("one", "other", "contradict"),
    [
        ("2025-02", "2025-03", True),
        ("2025-02", "2025-02-14", False),
        ("2025-Q1", "2025-03", False),
        ("../2025-02", "2025-03-01", True),
        ("2025-02-14", "2025-02-15", True),
    ],
)
def test_dates_of_what_happens_once(press: Ledger, one: str, other: str, contradict: bool) -> None:
    """A plant is completed once: two dates that cannot be the same day are a conflict."""
    state(press, "plant.completed", one, "pr-1")
    state(press, "plant.completed", other, "pr-2")
    assert fields_in_conflict(press) == ({"on"} if contradict else set())
    assert press.row("plants").conflicts == (("status_on",) if contradict else ())


def test_what_is_stated_anew_is_no_conflict(press: Ledger) -> None:
    """A capacity stated later, of another date, is a change and not a contradiction."""
    state(press, "plant.capacity_stated", "03-01", "pr-1", capacity="100 kt/yr")
    state(press, "plant.capacity_stated", "03-02", "pr-2", capacity="120 kt/yr")
    assert press.rows("conflicts") == []


def test_reports_of_one_period(press: Ledger) -> None:
    """Two productions of one period contradict each other, those of two periods do not."""
    for source, period, made in (
        ("pr-1", "2025-01", "5 t"),
        ("pr-2", "2025-02", "6 t"),
        ("pr-3", "2025-01", "7 t"),
    ):
        state(press, "plant.production_reported", "2025-03", source, production=made, period=period)
    assert [row.value for row in press.rows("conflicts")] == ["5 t", "7 t"]


def test_parties_words_and_lists(press: Ledger) -> None:
    """Two companies contradict each other; names, places and lists are not compared."""
    said = {"name": "Contract A", "place": "Seoul", "counterparties": ["beta"]}
    state(press, "contract.signed", "2025-03", "pr-1", company="acme", role="buyer", **said)
    other = {"name": "Deal", "place": "서울", "counterparties": ["unnamed: a firm"]}
    state(press, "contract.signed", "2025-03", "pr-2", company="beta", role="seller", **other)
    assert fields_in_conflict(press) == {"company", "role"}
    assert set(press.row("contracts").conflicts) == {"company", "role"}
    one = press.rows("conflicts", filters=Filters(company=("beta",)))
    assert {row.field for row in one} == {"company", "role"}


@pytest.mark.parametrize("source", ["pr-1", None])
def test_one_document_does_not_contradict_itself(press: Ledger, source: str | None) -> None:
    """Facts of one document, or of none, are left to the reader of the document."""
    state(press, "plant.capacity_stated", "2025-03", "pr-1", capacity="100 kt/yr")
    state(press, "plant.capacity_stated", "2025-03", source, capacity="120 kt/yr")
    assert press.rows("conflicts") == []


def test_three_documents(press: Ledger) -> None:
    """Every value that contradicts another one is listed; the last of the fold is shown."""
    for source, capacity in (("pr-1", "100 t/yr"), ("pr-2", "120 t/yr"), ("pr-3", ">110 t/yr")):
        state(press, "plant.capacity_stated", "2025-03", source, capacity=capacity)
    assert [(row.value, row.shown) for row in press.rows("conflicts")] == [
        ("100 t/yr", False),
        ("120 t/yr", False),
        (">110 t/yr", True),
    ]


def test_marks_in_the_other_views(press: Ledger) -> None:
    """What is in conflict is marked wherever it is shown: plants, capacity, promises, portfolio."""
    state(press, "plant.completed", "2025-03", "pr-1")
    for source, capacity in (("pr-1", "100 kt/yr"), ("pr-2", "120 kt/yr")):
        state(press, "plant.capacity_stated", "2025-03", source, capacity=capacity, stage="metal")
    made = {"by": "acme", "statement": "More.", "measure": "capacity", "wording": "plans"}
    for source, quantity in (("pr-1", "1 kt/yr"), ("pr-2", "2 kt/yr")):
        state(press, "promise.made", "2025-03", source, quantity=quantity, due="../2029", **made)
    assert press.row("plants").conflicts == ("capacity",)
    assert press.row("promises").conflicts == ("quantity",)
    marks = {mark for row in press.rows("capacity") for mark in row.conflicts}
    assert marks == {"actual", "promised"}
    marked = {row.item for row in press.rows("portfolio") if row.conflicts}
    assert {"plant:x", "promise:x"} <= marked


def test_a_dispute_is_listed_with_its_words(press: Ledger) -> None:
    """The fact and what a document says against it stand side by side; the fact is shown."""
    ref = state(press, "plant.completed", "2025-03", "pr-1", name="North")
    press.dispute(ref, "pr-2", "Only the foundation is laid.", at="04-01")
    assert [(r.field, r.value, r.shown, r.source) for r in press.rows("conflicts")] == [
        ("disputed", "plant.completed; North", True, "pr-1"),
        ("disputed", "Only the foundation is laid.", False, "pr-2"),
    ]
    assert {"status", "name"} <= set(press.row("plants").conflicts)
    assert press.rows("conflicts", public_at="03-01") == []


@pytest.mark.parametrize(
    ("type_", "fields", "view", "columns"),
    [
        ("plant.completed", {"name": "North"}, "plants", {"status", "name"}),
        ("plant.capacity_stated", {"capacity": "5 t/yr"}, "plants", {"capacity"}),
        (
            "plant.production_reported",
            {"production": "5 t", "period": "2025-01"},
            "plants",
            {"production"},
        ),
        ("contract.delivery_recorded", {"quantity": "5 t"}, "contracts", {"delivered"}),
    ],
)
def test_what_is_disputed_is_marked_in_its_column(
    press: Ledger, type_: str, fields: dict[str, str], view: str, columns: set[str]
) -> None:
    """The columns that a disputed fact fills are marked, and no others."""
    press.given("contract.signed", "x", on="2025-01")
    ref = state(press, type_, "2025-03", "pr-1", **fields)
    press.dispute(ref, "pr-2", "Not so.", at="04-01")
    assert set(press.row(view).conflicts) == columns


def test_the_date_of_a_document_is_the_one_known_at_the_cut(press: Ledger) -> None:
    """A corrected publication is shown as it was known, also of a corrected citation."""
    state(press, "plant.completed", "2025-02", "pr-1")
    ref = state(press, "plant.completed", "2025-01", "pr-2")
    press.correct(ref, at="04-01", source="pr-3")
    press.correct("source:pr-3@1", at="05-01", published="2025-03-09")

    def published(known_at: str | None = None) -> list[tuple[str, str]]:
        rows = press.rows("conflicts", known_at=known_at)
        return [(row.source, row.published.edtf) for row in rows]

    assert published() == [("pr-3", "2025-03-09"), ("pr-1", "2025-03-01")]
    assert published("04-30") == [("pr-3", "2025-03-03"), ("pr-1", "2025-03-01")]
    assert published("03-31") == [("pr-2", "2025-03-02"), ("pr-1", "2025-03-01")]
