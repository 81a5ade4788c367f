"""What stands behind every value of every view: the facts, and the arithmetic down to them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from functools import reduce
from operator import add
from typing import Any

import pytest
from hypothesis import given, settings

from cli.main import run
from cli.settings import Settings
from ledger import history
from ledger.cut import Cut
from ledger.database import Database, locate
from ledger.envelope import Draft
from ledger.store import opened
from ledger.values import Money, Quantity
from projections.basis import HOW, Basis
from projections.catch_up import catch_up
from projections.columns import columns
from projections.filters import Filters
from projections.origins import (
    OriginsReader,
    origins_reader,
    resting_on_facts,
    with_facts,
)
from projections.read import reader
from projections.view import Row
from projections.views import NAMES, load, load_all
from tests.projections.histories import REGISTERED, histories, record_what_goes
from tests.rooms import Room
from tests.store.ledgers import make
from tests.time.given import TODAY, Ledger, draft, ledger_in, morning, text_of
from tests.time.random_facts import TRIES, Template
from tests.time.random_portfolios import beginning, portfolios, record_steps
from tests.time.test_laws import Wanted, cut_of, cuts

WITHOUT_FACTS = {
    ("portfolio", "name"): "the stage's name, which is reference data",
    ("portfolio", "status"): "of a gap without any plant",
    ("portfolio", "note"): "that nothing is recorded, or not stated",
    ("chain", "nothing_operating"): "of a stage without any plant",
    ("totals", "business"): "'all', and that no stage is stated",
    ("log", "published"): "by a registration that the cut does not see",
    ("conflicts", "published"): "by a registration that the cut does not see",
}
"""Columns that may have a value on which no fact rests, and what they say then."""


@pytest.fixture
def ledger(room: Room) -> Ledger:
    """An empty ledger, in which facts are recorded on 2026-03-01."""
    return replace(ledger_in(room), _at="2026-03-01")


@pytest.fixture(scope="module")
def example(new_room: Callable[[str], Room]) -> Database:
    """The example portfolio."""
    url = new_room("origins").url()
    given = Settings(ledger=url, actor="kim@example.com", clock=lambda: morning("2026-03-04"))
    assert run(["init", "--example"], given) == 0
    return locate(url)


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Template:
    """The ledger that the random ones begin with."""
    return beginning(tmp_path_factory.mktemp("random"))


def nodes(basis: Basis) -> Iterator[Basis]:
    """The basis and those of its terms, all the way down."""
    yield basis
    for term in basis.grounds.terms:
        yield from nodes(term)


def behind(ledger: Ledger, view: str, column: str, **key: str) -> Basis:
    """What is behind a column of the one row that has these values."""
    with origins_reader(ledger.where, Cut(ledger.today), ledger.today) as asked:
        return asked.origins.basis(one(list(asked.answer(view).rows), key), column)


def one(rows: Sequence[Row], key: dict[str, str]) -> Row:
    """The one row with these values."""
    (row,) = (r for r in rows if all(text_of(getattr(r, n)) == v for n, v in key.items()))
    return row


def told(basis: Basis) -> Any:
    """A basis as one reads it: the value, and its terms or else its facts."""
    value = text_of(basis.value)
    if basis.grounds.terms:
        return (value, basis.grounds.how, *(told(term) for term in basis.grounds.terms))
    return (value, *basis.grounds.facts)


def is_empty(value: Any) -> bool:
    """Whether a column says nothing, or no."""
    return value in (None, (), False, 0)


def check_all(asked: OriginsReader) -> set[tuple[str, str]]:
    """Check every column of every row; those that have a value and no fact behind it."""
    past = asked.origins.past
    without = set()
    for view in load_all():
        for row in asked.answer(view.name).rows:
            for column in columns(view.shown):
                basis = asked.origins.basis(row, column.name)
                refs = basis.grounds.refs
                seen = [ref.rpartition("@")[0] for ref in refs]
                shown = view.name in ("log", "conflicts")  # they list facts about facts too
                facts = past.recorded if shown else past.facts_of
                assert set(refs) <= {fact.ref for stream in seen for fact in facts(stream)}
                assert {node.grounds.how for node in nodes(basis)} <= set(HOW)
                check_sums(basis)
                rests = column.name in resting_on_facts(view)
                if rests and not refs and not is_empty(basis.value):
                    without.add((view.name, column.name))
                if column.name in view.factless:
                    assert not refs
    return without


def check_sums(basis: Basis) -> None:
    """What is called a sum is the sum of its terms; equivalents are not added."""
    for node in nodes(basis):
        values = [term.value for term in node.grounds.terms]
        if node.grounds.how == "sum" and isinstance(node.value, Quantity):
            assert reduce(add, values) == node.value
        if node.grounds.how == "sum" and isinstance(node.value, Money):
            assert reduce(add, values).bounds == node.value.bounds


class TestEveryColumn:
    """Every view answers for every column of every row."""

    def test_the_example(self, example: Database) -> None:
        """Each value rests on facts that count, or is of those that are known to rest on none."""
        with origins_reader(example, Cut(date(2026, 3, 4)), TODAY) as asked:
            assert check_all(asked) <= set(WITHOUT_FACTS)

    @settings(max_examples=TRIES)
    @given(steps=portfolios(), wanted=cuts())
    def test_random_histories(self, template: Template, steps: Any, wanted: Wanted) -> None:
        """So it is at any cut of any history; and the rows are those that the views show."""
        with template.copied() as store:
            record_steps(store, steps)
            today = date(2026, 3, 4)
            catch_up(store, today)
            cut = cut_of(store, wanted)
            with (
                origins_reader(store.database, cut, TODAY) as asked,
                reader(store.database, cut, today) as plain,
            ):
                for name in NAMES:
                    assert list(asked.answer(name).rows) == list(plain.answer(name).rows)
                assert check_all(asked) <= set(WITHOUT_FACTS)

    @settings(max_examples=TRIES)
    @given(batches=histories())
    def test_facts_of_every_type(
        self, tmp_path_factory: pytest.TempPathFactory, batches: list[list[Draft]]
    ) -> None:
        """So it is whatever was recorded, also by force against the lifecycles."""
        where = make(tmp_path_factory.mktemp("types"), *REGISTERED)
        with opened(where) as store:
            for batch in batches:
                record_what_goes(store, batch)
        for as_of in (date(2025, 6, 1), date(2027, 1, 1)):
            with origins_reader(where, Cut(as_of), TODAY) as asked:
                assert check_all(asked) <= set(WITHOUT_FACTS)

    def test_keys_are_columns_and_tell_rows_apart(self, example: Database) -> None:
        """No two rows of a view have the same name."""
        with origins_reader(example, Cut(date(2026, 3, 4)), TODAY) as asked:
            for view in load_all():
                names = {column.name for column in columns(view.shown)}
                assert names >= {*view.keys, *view.ties, *view.factless}
                rows = list(asked.answer(view.name).rows)
                assert len({asked.origins.name(row) for row in rows}) == len(rows)


class TestStreams:
    """Rows of single streams."""

    def test_each_column_has_the_fact_that_states_it(self, ledger: Ledger) -> None:
        """Values of several facts, the chain from the stage, the date from the status."""
        ledger.given("plant.proposed", "p", on="2025-01", stage="metal", place="Ulsan")
        ledger.given("plant.completed", "p", on="2025-03", country="KR")
        assert told(behind(ledger, "plants", "place")) == ("Ulsan", "plant:p@1")
        assert told(behind(ledger, "plants", "country")) == ("KR", "plant:p@2")
        assert told(behind(ledger, "plants", "status_on")) == ("2025-03", "plant:p@2")
        chain = ("rare-earths", "derived", ("metal", "plant:p@1"))
        assert told(behind(ledger, "plants", "material")) == chain
        assert told(behind(ledger, "plants", "capacity")) == (None,)

    def test_a_capacity_that_was_added_to(self, ledger: Ledger) -> None:
        """It is the last stated one and each addition since."""
        ledger.given("plant.capacity_stated", "p", on="2025-01", capacity="~20 kt/yr")
        ledger.given("plant.capacity_expanded", "p", on="2025-02", added="5 kt/yr")
        ledger.given("plant.capacity_expanded", "p", on="2025-03", added="5 kt/yr")
        first = ("~25 kt/yr", "sum", ("~20 kt/yr", "plant:p@1"), ("5 kt/yr", "plant:p@2"))
        expected = ("~30 kt/yr", "sum", first, ("5 kt/yr", "plant:p@3"))
        assert told(behind(ledger, "plants", "capacity")) == expected

    def test_an_addition_to_nothing(self, ledger: Ledger) -> None:
        """All that is known is that it is no less."""
        ledger.given("plant.named", "p", on="2025-01")
        ledger.given("plant.capacity_expanded", "p", on="2025-02", added="5 kt/yr")
        basis = behind(ledger, "plants", "capacity")
        assert told(basis) == ("≥5 kt/yr", "derived", ("5 kt/yr", "plant:p@2"))
        assert basis.grounds.note == "no less than what was added; no more is stated"

    def test_a_status_that_goes_on(self, ledger: Ledger) -> None:
        """After a suspension it rests on the resumption and on what was before."""
        ledger.given("plant.operating", "p", on="2025-01")
        ledger.given("plant.suspended", "p", on="2025-02")
        ledger.given("plant.resumed", "p", on="2025-03")
        assert told(behind(ledger, "plants", "status")) == ("operating", "plant:p@3", "plant:p@1")

    def test_deliveries_of_two_measures(self, ledger: Ledger) -> None:
        """Each sum has its own deliveries."""
        ledger.given("contract.signed", "c", on="2025-01")
        for quantity in ("20 t", "5 GWh", "~30 t"):
            ledger.given("contract.delivery_recorded", "c", on="2025-02", quantity=quantity)
        tonnes = ("~50 t", "sum", ("20 t", "contract:c@2"), ("~30 t", "contract:c@4"))
        energy = ("5 GWh", "sum", ("5 GWh", "contract:c@3"))
        basis = behind(ledger, "contracts", "delivered")
        assert told(basis) == ("~50 t 5 GWh", "derived", tonnes, energy)

    def test_conflicts_and_the_log_name_the_facts_themselves(self, ledger: Ledger) -> None:
        """Each value of a conflict rests on its fact; what a fact reads now, on corrections too."""
        ledger.source("s1", "2025-01-01")
        ledger.source("s2", "2025-01-01")
        ledger.given("plant.completed", "p", on="2025-01", source="s1")
        ledger.given("plant.completed", "p", on="2025-03", source="s2")
        ledger.correct("plant:p@1", on="2025-02")
        key = {"ref": "plant:p@1"}
        assert told(behind(ledger, "conflicts", "value", **key)) == ("2025-02", "plant:p@1")
        published = ("2025-01-01", "source:s1@1")
        assert told(behind(ledger, "conflicts", "published", **key)) == published
        assert told(behind(ledger, "log", "published", **key)) == published
        reads = behind(ledger, "log", "reads", **key)
        assert reads.grounds.refs == ("plant:p@1", "plant:p@3")


class TestSums:
    """Rows that are made of several streams."""

    def test_totals_are_sums_of_the_stated_amounts(self, ledger: Ledger) -> None:
        """Each term has its stream, its value with its doubt, and its fact."""
        for id_, amount in (("a", "~1tn KRW"), ("b", "28.5bn KRW ($19.4m)"), ("c", "5m USD")):
            ledger.given(
                "investment.announced", id_, on="2025-01", stage="precursor", amount=amount
            )
        basis = behind(ledger, "totals", "amount", business="precursor", currency="KRW")
        assert told(basis) == (
            *("~KRW 1,028.5bn", "sum", ("~KRW 1tn", "investment:a@1")),
            ("KRW 28.5bn (USD 19.4m)", "investment:b@1"),
        )
        assert [term.of for term in basis.grounds.terms] == ["investment:a", "investment:b"]

    def test_a_total_of_what_a_filter_leaves(self, ledger: Ledger) -> None:
        """The terms are those of the rows that are shown."""
        for id_, country in (("a", "KR"), ("b", "VN")):
            ledger.given(
                "investment.announced", id_, on="2025-01", amount="5m USD", country=country
            )
        with origins_reader(ledger.where, Cut(ledger.today), ledger.today) as asked:
            *_, last = asked.answer("totals", Filters(country=("VN",))).rows
            basis = asked.origins.basis(last, "amount")
        assert told(basis) == ("USD 5m", "sum", ("USD 5m", "investment:b@1"))

    def test_installed_capacity_is_of_the_plants_that_stand(self, ledger: Ledger) -> None:
        """The latest level of each plant up to that year, and what says that it is built."""
        for id_, capacity in (("a", "10 kt/yr"), ("b", "20 kt/yr"), ("c", "40 kt/yr")):
            ledger.given("plant.completed", id_, on="2023", stage="metal")
            ledger.given("plant.capacity_stated", id_, on="2023", capacity=capacity)
        ledger.given("plant.capacity_stated", "a", on="2024", capacity="15 kt/yr")
        ledger.given("plant.closed", "c", on="2024")
        ledger.given("plant.closed", "a", on="2025")
        ledger.given("plant.closed", "b", on="2025")
        basis = behind(ledger, "capacity", "actual", period="2024")
        assert told(basis) == (
            *("35 kt/yr", "sum", ("15 kt/yr", "plant:a@3", "plant:a@1")),
            ("20 kt/yr", "plant:b@2", "plant:b@1"),
        )
        gone = behind(ledger, "capacity", "actual", period="2025")
        ended = (("2025", "plant:a@4"), ("2025", "plant:b@3"))
        assert told(gone) == ("0 kt/yr", "derived", *ended)

    def test_a_capacity_that_is_stated_of_a_closed_plant(self, ledger: Ledger) -> None:
        """Nothing of it is installed; the row itself rests on the statement."""
        ledger.given("plant.completed", "p", on="2022", stage="metal")
        ledger.given("plant.closed", "p", on="2023")
        level = {"id": "p", "on": "2024", "capacity": "9 kt/yr"}
        ledger.record([draft("plant.capacity_stated", level)], force=True)
        period = behind(ledger, "capacity", "period", period="2024")
        assert told(period) == ("2024", "derived", ("2024", "plant:p@3", "plant:p@1"))
        assert told(behind(ledger, "capacity", "actual", period="2024")) == (None,)

    def test_two_equal_statements_are_told_apart(self, ledger: Ledger) -> None:
        """Of two facts that state one figure for one year, the later one is behind it."""
        ledger.given("plant.completed", "p", on="2025-01", stage="metal")
        for on in ("2025-02", "2025-03"):
            ledger.given("plant.capacity_stated", "p", on=on, capacity="10 kt/yr")
        basis = behind(ledger, "capacity", "actual")
        assert told(basis) == ("10 kt/yr", "sum", ("10 kt/yr", "plant:p@3", "plant:p@1"))

    def test_the_chain_names_what_puts_a_stream_in_its_lane(self, ledger: Ledger) -> None:
        """The status, and what states the stage."""
        ledger.given("plant.proposed", "p", on="2025-01", stage="metal")
        ledger.given("plant.completed", "p", on="2025-02")
        lane = ("completed", "plant:p@2", "plant:p@1")
        basis = behind(ledger, "chain", "completed", stage="metal")
        assert told(basis) == ("plant:p", "derived", lane)
        nothing = behind(ledger, "chain", "nothing_operating", stage="metal")
        assert told(nothing) == ("True", "derived", lane)
        assert nothing.grounds.note == "none of its plants operates"

    def test_the_page_shows_what_is_behind_the_other_views(self, ledger: Ledger) -> None:
        """A line has the grounds of the row it shows, under the names of its own columns."""
        ledger.given(
            "plant.completed", "p", on="2025-01", stage="metal", place="Ulsan", country="KR"
        )
        key = {"section": "Plants"}
        assert told(behind(ledger, "portfolio", "on", **key)) == ("2025-01", "plant:p@1")
        note = ("Ulsan, KR", "derived", ("Ulsan", "plant:p@1"), ("KR", "plant:p@1"))
        assert told(behind(ledger, "portfolio", "note", **key)) == note


class TestPromises:
    """What came of promises, and what it is measured by."""

    def made(self, ledger: Ledger, **fields: Any) -> None:
        """A promise of Acme."""
        ledger.given("company.registered", "acme", name="Acme")
        terms = {"by": "acme", "statement": "more", "measure": "supply", "wording": "plans"}
        ledger.given("promise.made", "p", on="2025-01", **{**terms, **fields})

    def test_a_share_is_what_was_reached_of_what_was_promised(self, ledger: Ledger) -> None:
        """Both lead to their facts: the deliveries, and the promise."""
        ledger.given("contract.signed", "c", on="2025-01")
        for quantity in ("20 t", "~30 t"):
            ledger.given("contract.delivery_recorded", "c", on="2025-02", quantity=quantity)
        self.made(ledger, about=["contract:c"], quantity="100 t", due="2025")
        reached = ("~50 t", "sum", ("20 t", "contract:c@2"), ("~30 t", "contract:c@3"))
        share = ("~50% (~50 t of 100 t)", "share", reached, ("100 t", "promise:p@1"))
        assert told(behind(ledger, "promises", "share")) == share
        status = behind(ledger, "promises", "status")
        assert told(status) == ("overdue", "derived", ("2025", "promise:p@1"), reached)

    def test_slip_goes_from_the_first_due_date_to_the_present_one(self, ledger: Ledger) -> None:
        """Each with the fact that states it; the scorecard's median with each slip."""
        self.made(ledger, due="../2026")
        ledger.given("promise.revised", "p", on="2025-02", due="../2027")
        ledger.given("promise.revised", "p", on="2025-03", due="../2028")
        slip = ("731 days", "difference", ("../2026", "promise:p@1"), ("../2028", "promise:p@3"))
        assert told(behind(ledger, "promises", "slip")) == slip
        assert told(behind(ledger, "promises", "revisions")) == ("2", "promise:p@2", "promise:p@3")
        assert told(behind(ledger, "scorecard", "median_slip")) == ("731 days", "median", slip)
        made = ("1", "count", ("2025-01", "promise:p@1"))
        assert told(behind(ledger, "scorecard", "made")) == made

    def test_kept_by_facts_and_by_a_text(self, ledger: Ledger) -> None:
        """A text says that it was kept; the facts say when, and so whether it was late."""
        ledger.given("plant.completed", "x", on="2025-06")
        self.made(ledger, measure="completion", about=["plant:x"], due="2025-03")
        ledger.given("promise.kept", "p", on="2025-08")
        decided = ("2025-08", "promise:p@2", "plant:x@1")
        status = ("kept late", "derived", decided, ("2025-03", "promise:p@1"))
        assert told(behind(ledger, "promises", "status")) == status

    def test_what_a_text_says_was_reached(self, ledger: Ledger) -> None:
        """It stands before what the facts add up to."""
        ledger.given("contract.signed", "c", on="2025-01")
        ledger.given("contract.delivery_recorded", "c", on="2025-02", quantity="20 t")
        self.made(ledger, about=["contract:c"], quantity="100 t", due="2025")
        ledger.given("promise.missed", "p", on="2026-02", reached="60 t")
        assert told(behind(ledger, "promises", "reached")) == ("60 t", "promise:p@2")
        assert told(behind(ledger, "promises", "status")) == ("missed", "promise:p@2")

    def test_a_sum_of_money(self, ledger: Ledger) -> None:
        """The amounts of the investments, and that they are completed."""
        for id_ in ("a", "b"):
            ledger.given("investment.announced", id_, on="2025-01", amount="5m USD")
            ledger.given("investment.completed", id_, on="2025-03")
        about = ["investment:a", "investment:b"]
        self.made(ledger, measure="investment", about=about, amount="10m USD", due="2025")
        basis = behind(ledger, "promises", "reached_amount")
        terms = (("USD 5m", "investment:a@1"), ("USD 5m", "investment:b@1"))
        assert told(basis) == ("USD 10m", "sum", *terms)
        assert basis.grounds.facts == ("investment:a@2", "investment:b@2")

    def test_each_window_has_its_own(self, ledger: Ledger) -> None:
        """Of a recurring promise each year rests on the deliveries in it."""
        ledger.given("contract.signed", "c", on="2025-01")
        ledger.given("contract.delivery_recorded", "c", on="2025-02", quantity="9 t")
        ledger.given(
            "contract.delivery_recorded", "c", on="2026-02", quantity="7 t", at="2026-03-01"
        )
        terms = {"about": ["contract:c"], "quantity": "5 t/yr", "due": "2025/..", "recurring": True}
        self.made(ledger, **terms)
        for due, quantity, ref in (
            ("2025", "9 t", "contract:c@2"),
            ("2026", "7 t", "contract:c@3"),
        ):
            expected = (quantity, "sum", (quantity, ref))
            assert told(behind(ledger, "promises", "reached", due=due)) == expected


class TestWithEvidence:
    """The columns that exports can carry."""

    def test_a_column_of_references_for_each_column(self, example: Database) -> None:
        """After the row's own columns, for all that can rest on a fact."""
        cut = Cut(date(2026, 3, 4))
        with origins_reader(example, cut, TODAY) as asked, reader(example, cut, cut.as_of) as plain:
            for name in NAMES:
                wide, narrow = with_facts(asked.answer(name), asked.origins), plain.answer(name)
                own = [column.name for column in columns(narrow.view.shown)]
                facts = [f"{column}_facts" for column in resting_on_facts(load(name))]
                assert [column.name for column in columns(wide.view.shown)] == [*own, *facts]
                for row, same in zip(wide.rows, narrow.rows, strict=True):
                    assert all(getattr(row, column) == getattr(same, column) for column in own)

    def test_names_only_what_the_cut_sees(self, ledger: Ledger) -> None:
        """What was recorded later, or is yet to happen, stands behind nothing."""
        ledger.given("plant.completed", "p", on="2025-03", at="2025-04-01", name="One")
        ledger.given("plant.operating", "p", on="2025-06", at="2025-07-01", name="Two")
        expected = {
            Cut(TODAY): ("plant:p@2",),
            Cut(TODAY, known_at=1): ("plant:p@1",),
            Cut(date(2025, 5, 1)): ("plant:p@1",),
        }
        for cut, facts in expected.items():
            with origins_reader(ledger.where, cut, TODAY) as asked:
                (row,) = with_facts(asked.answer("plants"), asked.origins).rows
            assert (row.status_facts, row.name_facts, row.capacity_facts) == (facts, facts, ())

    @settings(max_examples=TRIES)
    @given(steps=portfolios(), wanted=cuts())
    def test_random_exports_name_visible_facts(
        self, template: Template, steps: Any, wanted: Wanted
    ) -> None:
        """No reference of any view is of a fact that the cut does not see."""
        with template.copied() as store:
            record_steps(store, steps)
            with origins_reader(store.database, cut_of(store, wanted), TODAY) as asked:
                past = asked.origins.past
                names = history.stream_names(asked.connection)
                visible = {fact.ref for stream in names for fact in past.recorded(stream)}
                named = {
                    ref
                    for name in NAMES
                    for row in with_facts(asked.answer(name), asked.origins).rows
                    for field in row._fields
                    if field.endswith("_facts")
                    for ref in getattr(row, field)
                }
        assert named <= visible
