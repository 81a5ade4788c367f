"""Facts that each are ordinary, and that together once broke a view."""

from __future__ import annotations

import json
from functools import partial
from typing import Any

import pytest

from ledger import history
from ledger.book import record
from ledger.cut import Cut
from ledger.envelope import Draft
from ledger.errors import CollectedError, TimelineError, UnknownReferenceError
from ledger.store import opened
from ledger.values import Money, Quantity
from projections.share import share_of
from projections.stream_page import stream_page
from projections.time_travel import Past
from tests.projections.asking import COMPANY, asked, rows
from tests.rooms import Room
from tests.store.ledgers import ACTOR, NOW, TODAY, add, draft, make

SOURCES = [
    draft("source.registered", name, title=name, published="2025") for name in ("one", "other")
]
PROMISE: dict[str, Any] = {
    "on": "2020",
    "by": "acme",
    "statement": "s",
    "wording": "aims",
    "about": ["plant:p"],
}


def promised(room: Room, *facts: Draft, after: tuple[Draft, ...] = (), **promise: Any) -> Any:
    """The row of a promise about the plant p, with facts recorded before it and after."""
    made = draft("promise.made", "x", **{**PROMISE, **promise})
    (row,) = asked(room, "promises", *facts, made, *after)
    return row


def test_units_without_an_exact_conversion_are_compared(room: Room) -> None:
    """29 months are no finite number of years, and contradict 2 years all the same."""
    said = {"on": "2025", "subject": "market", "about": "life", "statement": "s"}
    found = asked(
        room,
        "conflicts",
        *SOURCES,
        draft("context.noted", "life", quantity="2 years", source="one", **said),
        draft("context.noted", "life", quantity="29 months", source="other", **said),
    )
    assert [(row.field, row.value) for row in found] == [
        ("quantity", "2 years"),
        ("quantity", "29 months"),
    ]


def test_the_share_of_the_smallest_promise_by_the_largest_quantity(room: Room) -> None:
    """Whatever numbers are accepted, their share can be told."""
    row = promised(
        room,
        draft("plant.operating", "p", on="2020"),
        draft(
            "plant.production_reported",
            "p",
            on="2025",
            period="2025",
            production=f"{'9' * 30} t",
        ),
        measure="production",
        quantity="0.000001 t",
        due="2025",
    )
    assert row.status == "kept"
    assert row.share.startswith("99999999")


@pytest.mark.parametrize("kind", ["plant", "investment"])
def test_a_suspension_that_two_texts_report_ends_once(room: Room, kind: str) -> None:
    """What is resumed goes on as before the first report."""
    begun = "plant.operating" if kind == "plant" else "investment.committed"
    (row,) = asked(
        room,
        f"{kind}s",
        *SOURCES,
        draft(begun, "p", on="2020"),
        draft(f"{kind}.suspended", "p", on="2021-01-05", source="one"),
        draft(f"{kind}.suspended", "p", on="2021-02-05", source="other"),
        draft(f"{kind}.resumed", "p", on="2022-02-05"),
    )
    assert row.status == ("operating" if kind == "plant" else "committed")


def test_a_fact_that_comes_back_must_name_what_exists(room: Room) -> None:
    """Retracting a retraction is refused when the fact's company was retracted since."""
    where = make(
        room,
        draft("company.registered", "x", name="X"),
        draft("plant.proposed", "a", on="2025", company="x"),
        draft("fact.retracted", None, ref="plant:a@1", reason="r"),
        draft("fact.retracted", None, ref="company:x@1", reason="r"),
    )
    back = draft("fact.retracted", None, ref="plant:a@2", reason="r")
    with opened(where) as store, pytest.raises(UnknownReferenceError, match="company:x"):
        add(store, back)


def test_what_is_delivered_is_no_term(room: Room) -> None:
    """The contracted quantity stays as it was agreed."""
    (row,) = asked(
        room,
        "contracts",
        draft("contract.signed", "c", on="2024", quantity="500 t"),
        draft("contract.delivery_recorded", "c", on="2025", quantity="20 t"),
    )
    assert row.quantity.text() == "500 t"
    assert [quantity.text() for quantity in row.delivered] == ["20 t"]


def test_a_closed_plant_keeps_no_promise(room: Room) -> None:
    """100 t that are gone and 100 t that came later are not 200 t."""
    row = promised(
        room,
        draft("plant.operating", "p", on="2020"),
        draft("plant.operating", "q", on="2024"),
        draft("plant.capacity_stated", "p", on="2020", capacity="100 t/yr"),
        draft("plant.closed", "p", on="2022"),
        draft("plant.capacity_stated", "q", on="2024", capacity="100 t/yr"),
        measure="capacity",
        about=["plant:p", "plant:q"],
        quantity="200 t/yr",
        due="../2024",
    )
    assert row.status == "overdue"


def test_what_comes_after_a_withdrawal_keeps_nothing(room: Room) -> None:
    """A plant that is completed years later does not turn a withdrawn promise into a late one."""
    row = promised(
        room,
        draft("plant.proposed", "p", on="2020"),
        draft("plant.completed", "p", on="2024"),
        after=(draft("promise.withdrawn", "x", on="2021-03"),),
        measure="completion",
        due="../2021",
    )
    assert row.status == "withdrawn"


def test_two_owners_are_no_conflict(room: Room) -> None:
    """One text names one parent with its share, another text the other."""
    found = asked(
        room,
        "conflicts",
        *SOURCES,
        draft("company.registered", "sub", name="Sub"),
        draft("company.ownership_stated", "sub", on="2025", owner="unnamed: x", kind="parent",
              share="60%", source="one"),
        draft("company.ownership_stated", "sub", on="2025", owner="unnamed: y", kind="parent",
              share="40%", source="other"),
    )  # fmt: skip
    assert found == []


def test_a_document_registered_anew_dates_its_facts(room: Room) -> None:
    """The log tells the publication date that the document has now."""
    where = make(
        room,
        draft("source.registered", "s", title="T", published="2020"),
        draft("plant.proposed", "a", on="2020", source="s"),
    )
    rows(where, "log")
    with opened(where) as store:
        retracted = draft("fact.retracted", None, ref="source:s@1", reason="r")
        record(store, [retracted], actor=ACTOR, now=NOW, force=True)
        add(store, draft("source.registered", "s", title="T", published="2021-01-01"))
    (row,) = [row for row in rows(where, "log") if row.ref == "plant:a@1"]
    assert str(row.published) == "2021-01-01"


def test_a_promised_sum_is_kept_by_a_sum(room: Room) -> None:
    """An investment that was completed for less than was promised keeps nothing."""
    promise = {**PROMISE, "measure": "investment", "about": ["investment:i"], "due": "2025"}
    for spent, status in (("600bn KRW", "overdue"), ("1tn KRW", "kept")):
        (row,) = asked(
            room,
            "promises",
            draft("investment.completed", "i", on="2024-05", amount=spent),
            draft("promise.made", "x", amount="~1tn KRW", **promise),
            name=f"{status}.db",
        )
        assert (row.status, row.reached_amount) == (status, Money.parse(spent))


@pytest.mark.parametrize(
    ("reached", "promised", "share"),
    [
        ("95 kt", "100 kt", "95%"),
        ("~95 kt", "100 kt", "~95%"),
        ("9-11 kt", "10 kt", "90-110%"),
        (">250 t", "300 t", ">83.3…%"),
        ("<2 t", "4 t", "<50%"),
        ("510 t", ">500 t", "102% of the least"),
        ("5 t", "<10 t", None),
    ],
)
def test_a_share_keeps_its_doubt(reached: str, promised: str, share: str | None) -> None:
    """Bounds, the ~ and digits that were left off can be seen in it."""
    bounds = [Quantity.parse(text).base_bounds for text in (reached, promised)]
    assert share_of(*bounds) == share


def test_promises_about_one_plant_are_not_added(room: Room) -> None:
    """120 kt and 125 kt by the same year are two promises, not 245 kt."""
    made = {**PROMISE, "measure": "capacity", "due": "../2026"}
    found = asked(
        room,
        "capacity",
        draft("plant.proposed", "p", on="2020", stage="metal"),
        draft("promise.made", "x", quantity="120 kt/yr", **made),
        draft("promise.made", "y", quantity="~125 kt/yr", **made),
    )
    assert [(row.stage, row.promised.text()) for row in found] == [
        ("metal", "120 kt/yr"),
        ("metal", "~125 kt/yr"),
    ]


def test_investments_without_an_amount_are_not_left_out(room: Room) -> None:
    """The totals name them, without a sum."""
    found = asked(
        room,
        "totals",
        draft("investment.announced", "a", on="2025", stage="metal", amount="1bn KRW"),
        draft("investment.announced", "b", on="2025", stage="metal"),
    )
    unstated = [row for row in found if row.amount is None]
    assert [(row.business, row.investments) for row in unstated] == [
        ("metal", ("investment:b",)),
        ("all", ("investment:b",)),
    ]


def test_the_page_of_a_stream_shows_lists_of_values(room: Room) -> None:
    """Productions, deliveries and owners can be read, and are data in JSON."""
    where = make(
        room,
        draft("plant.operating", "p", on="2024"),
        draft("plant.production_reported", "p", on="2025", period="2025-H1", production="8 kt"),
    )
    with where.reading() as connection:
        past = Past(partial(history.stream, connection), Cut(TODAY))
        page = stream_page("plant:p", past, 2)
    (line,) = [line for line in page.state if line.field == "productions"]
    assert line.value.text() == "8 kt in 2025-H1"
    assert json.dumps(page.to_json())


def test_one_delivery_that_two_sources_report_counts_once(room: Room) -> None:
    """The later report is shown and judged by; the conflict is marked."""
    where = make(
        room,
        COMPANY,
        *SOURCES,
        draft("contract.signed", "c", on="2024"),
        draft("promise.made", "x", quantity="150 t", due="2025",
              **{**PROMISE, "measure": "supply", "about": ["contract:c"]}),
        draft("contract.delivery_recorded", "c", on="2025-05-01", quantity="100 t", source="one"),
        draft("contract.delivery_recorded", "c", on="2025-05-01", quantity="90 t", source="other"),
        draft("contract.delivery_recorded", "c", on="2025-06-01", quantity="10 MW"),
    )  # fmt: skip
    (contract,) = rows(where, "contracts")
    assert [quantity.text() for quantity in contract.delivered] == ["90 t", "10 MW"]
    assert "delivered" in contract.conflicts
    (promise,) = rows(where, "promises")
    assert (promise.status, promise.share) == ("overdue", "60% (90 t of 150 t)")


def test_a_promise_is_kept_on_the_day_it_was_reached(room: Room) -> None:
    """What is delivered afterwards does not move the day."""
    (row,) = asked(
        room,
        "promises",
        draft("contract.signed", "c", on="2024"),
        draft("promise.made", "x", quantity="300 t", due="2025",
              **{**PROMISE, "measure": "supply", "about": ["contract:c"]}),
        draft("contract.delivery_recorded", "c", on="2025-08-01", quantity="310 t"),
        draft("contract.delivery_recorded", "c", on="2025-08-02", quantity="5 t"),
    )  # fmt: skip
    assert (row.status, str(row.decided_on)) == ("kept", "2025-08-01")


def test_two_reports_of_one_period_are_not_added(room: Room) -> None:
    """The later of them is the plant's production of the period."""
    (row,) = asked(
        room,
        "capacity",
        *SOURCES,
        draft("plant.operating", "p", on="2024", stage="metal"),
        draft("plant.production_reported", "p", on="2025-04-01", period="2025-Q1",
              production="1 kt", source="one"),
        draft("plant.production_reported", "p", on="2025-04-02", period="2025-Q1",
              production="1.1 kt", source="other"),
    )  # fmt: skip
    assert (row.actual.text(), row.plants) == ("1.1 kt", ("plant:p",))


def test_a_promise_withdrawn_after_its_date_is_withdrawn(room: Room) -> None:
    """It is not overdue: it was taken back, late."""
    row = promised(
        room,
        draft("plant.proposed", "p", on="2020"),
        after=(draft("promise.withdrawn", "x", on="2021-09"),),
        measure="completion",
        due="2021-06",
    )
    assert row.status == "withdrawn"


def test_every_unknown_name_of_a_fact_is_reported(room: Room) -> None:
    """A wrong source does not hide a wrong company."""
    where = make(room)
    wrong = draft("plant.proposed", "a", on="2025", company="acmee", source="doc-q")
    with opened(where) as store, pytest.raises(CollectedError) as refused:
        add(store, wrong)
    assert [error.code for error in refused.value.errors] == ["reference", "reference"]


def test_a_fact_before_the_first_one_names_it(room: Room) -> None:
    """A plant that operates since 2024 was not closed in 2023."""
    where = make(room, draft("plant.operating", "g", on="2024"))
    with opened(where) as store, pytest.raises(TimelineError, match=r"plant:g@1 \(2024\)"):
        add(store, draft("plant.closed", "g", on="2023"))
