"""Rules hold on the timeline in happened-order, whatever order the facts are recorded in."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import permutations

import pytest

from ledger.errors import (
    DatedAheadError,
    DateMissingError,
    IdTakenError,
    NotOpenedError,
    TimelineError,
    UnknownReferenceError,
)
from tests.rules.given import Given, draft


def test_a_late_fact_takes_its_place(given: Given) -> None:
    """A start of construction that is recorded after the completion stands before it."""
    outcome = given("plant.operating p 2025-06-01").when("plant.construction_started p 2025-03-01")
    outcome.recorded("plant:p@2").then("operating").then("under construction", as_of="2025-04-01")


def test_any_order_of_recording_gives_the_same_state(given: Given) -> None:
    """Four facts, recorded in each of their 24 orders in one import, fold to one state."""
    facts = (
        "plant.proposed p 2024-01",
        "plant.construction_started p 2024-06",
        "plant.completed p 2025-02",
        "plant.operating p 2025-05",
    )
    scenario = given("plant.named unrelated 2025")
    for number, order in enumerate(permutations(facts)):
        renamed = [text.replace(" p ", f" p{number} ") for text in order]
        scenario.when(*renamed).then("operating").then("completed", as_of="2025-04-01")


def test_a_fact_that_makes_a_recorded_one_impossible_is_refused(given: Given) -> None:
    """Both are named, with the ways out."""
    given("contract.signed c 2025-01-01", "contract.amended c 2025-06-01").when(
        "contract.terminated c 2025-03-01"
    ).refused(
        TimelineError, "contract.terminated", "contract:c@2", "correct or retract it", "--force"
    )


def test_a_fact_that_mends_nothing_is_not_blamed_for_what_was_wrong(given: Given) -> None:
    """A forced fact does not make every later record impossible."""
    scenario = given("contract.signed c 2025-01-01", "contract.terminated c 2025-02-01")
    scenario.when("contract.amended c 2025-06-01", force=True).forced("timeline")
    scenario.when("contract.delivery_recorded c 2025-01-15").recorded("contract:c@4")


@pytest.mark.parametrize(
    ("completed", "started", "allowed"),
    [
        ("2025-12", "2025-12-05", True),
        ("2025-12", "2025", True),
        ("2025", "2025-12", True),
        ("2025-Q3", "2025-09-30", True),
        ("../2025-06", "2025-06-29", True),
        ("2025-01/2025-06", "2025-06", True),
        ("2025-11", "2025-12-05", False),
        ("2024", "2025", False),
        ("2025-Q3", "2025-10-01", False),
        ("2025-01/2025-06", "2025-07", False),
    ],
)
def test_a_step_is_refused_only_when_it_certainly_lies_after(
    given: Given, completed: str, started: str, allowed: bool
) -> None:
    """Dates that overlap leave the order open, and the plant stays completed."""
    outcome = given(f"plant.completed p {completed}").when(
        f"plant.construction_started p {started}"
    )
    if allowed:
        outcome.then("completed")
    else:
        outcome.refused(TimelineError, "plant:p@1", "'completed'")


def test_coarse_comes_before_fine(given: Given) -> None:
    """Signed in December and amended on the 1st of it: signed, then amended."""
    given("contract.signed c 2025-12").when("contract.amended c 2025-12-01").then("signed")


def test_two_sources_can_report_one_step_with_different_dates(given: Given) -> None:
    """Both facts stay; the same source twice is refused."""
    scenario = given(
        "source.registered one", "source.registered two", "plant.completed p 2025-01 source=one"
    )
    scenario.when("plant.completed p 2025-03 source=one").refused(TimelineError)
    scenario.when("plant.completed p 2025-03").refused(TimelineError)
    scenario.when("plant.completed p 2025-03 source=two").recorded("plant:p@2").then("completed")


def test_the_same_fact_from_the_same_source_changes_nothing(given: Given) -> None:
    """It is known by its reference, in whatever words its values are written."""
    scenario = given(
        "source.registered one",
        "source.registered two",
        "plant.capacity_stated p 2025-Q1 source=one capacity=20kt/yr",
    )
    scenario.when("plant.capacity_stated p 2025-33 source=one capacity=20kt/yr").known("plant:p@1")
    scenario.when("plant.capacity_stated p 2025-33 source=one capacity=20ktpa").known("plant:p@1")
    scenario.when("plant.capacity_stated p 2025-Q1 source=two capacity=20kt/yr").recorded(
        "plant:p@2"
    )
    scenario.when("plant.capacity_stated p 2025-Q1 source=one capacity=21kt/yr").recorded(
        "plant:p@3"
    )


def test_force_records_what_it_forced(given: Given) -> None:
    """Every rule that was broken stands in the fact; a fact that breaks none is not marked."""
    scenario = given("contract.signed c 2025-01-01", "contract.terminated c 2025-02-01")
    scenario.when("contract.amended c 2025-03-01", force=True).forced("timeline")
    scenario.when("contract.amended c 2027-03-01", force=True).forced("dated-ahead", "timeline")
    scenario.when("plant.closed p 2025", force=True).forced("not-opened", "timeline")
    scenario.when("plant.named q 2025", force=True).forced()
    assert scenario.facts("contract:c")[2].forced == ("timeline",)


def test_force_does_not_help_against_the_other_rules(given: Given) -> None:
    """A missing date, an unknown reference and a taken id are not matters of judgement."""
    scenario = given("source.registered one")
    scenario.when("plant.named p", force=True).refused(DateMissingError, "`on`")
    scenario.when("plant.named p 2025 source=two", force=True).refused(UnknownReferenceError)
    scenario.when("source.registered one title=Other", force=True).refused(IdTakenError)


def test_a_happening_cannot_be_dated_ahead(given: Given) -> None:
    """Tomorrow has one day of grace, an end that is known in advance has all the time."""
    scenario = given("contract.signed c 2025-01-01", "plant.completed p 2025-01-01")
    scenario.when("plant.operating p 2026-04-02").refused(DatedAheadError, "promise.made")
    scenario.when("plant.operating p 2027").refused(DatedAheadError, "2027")
    scenario.when("plant.operating p 2026").recorded("plant:p@2").then("operating")
    scenario.when("contract.expired c 2030-12-31").recorded("contract:c@2").then("signed")
    scenario.when("plant.capacity_stated p 2026-04-01").recorded("plant:p@3")


def test_the_day_of_recording_is_that_of_the_ledger(given: Given) -> None:
    """When the machine's clock goes back, recorded times do not."""
    scenario = given("plant.named p 2025")
    earlier = datetime(2020, 1, 1, tzinfo=UTC)
    done = scenario.when_drafts(draft("plant.completed p 2026-01"), now=earlier).done
    assert done is not None
    assert done.facts[0].recorded_at > earlier


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("plant.named p 2025 company=ame", "Did you mean acme?"),
        ("plant.named p 2025 source=acm-2025", "Did you mean acme-2025?"),
        ("contract.signed p 2025 counterparties=beta", "company.registered"),
        ("company.ownership_stated acme 2025 owner=zeta", "unnamed:"),
        ("investment.planned i 2025 plants=plant:nroth", "Did you mean north?"),
        ("promise.made m 2025 about=plant:north,contract:suply", "Did you mean supply?"),
        ("promise.made m 2025 by=ame?", "Did you mean acme?"),
    ],
)
def test_references_must_exist(given: Given, text: str, hint: str) -> None:
    """Whatever a fact names is looked up, with the nearest id when there is none."""
    scenario = given(
        "company.registered acme",
        "source.registered acme-2025",
        "plant.named north 2025",
        "contract.signed supply 2025",
    )
    scenario.when(text).refused(UnknownReferenceError, "not recorded", hint)


def test_what_is_recorded_together_can_refer_to_each_other(given: Given) -> None:
    """In the order in which it stands."""
    scenario = given("source.registered s")
    scenario.when("company.registered a", "plant.named p 2025 company=a").recorded(
        "company:a@1", "plant:p@1"
    )
    scenario.when("plant.named q 2025 company=b", "company.registered b").refused(
        UnknownReferenceError, "company:b"
    )


def test_ids_are_taken_once(given: Given) -> None:
    """A second registration with other words is refused; with the same words it is known."""
    scenario = given("source.registered s", "company.registered c")
    scenario.when("source.registered s title=Other").refused(IdTakenError, "source:s@1")
    scenario.when("company.registered c name=Other").refused(IdTakenError, "company:c@1")
    scenario.when("company.registered c").known("company:c@1")
    scenario.when("company.registered s").recorded("company:s@1")


@pytest.mark.parametrize(
    ("text", "opener"),
    [
        ("plant.closed nroth 2025", "plant.named"),
        ("contract.amended nroth 2025", "contract.signed"),
        ("investment.cancelled nroth 2025", "investment.planned"),
        ("promise.kept nroth 2025", "promise.made"),
        ("company.ownership_stated nroth 2025 owner=unnamed:x", "company.registered"),
    ],
)
def test_a_stream_begins_with_what_can_begin_it(given: Given, text: str, opener: str) -> None:
    """A typo in the id is answered with the nearest stream, and with what to record first."""
    scenario = given(
        "plant.named north 2025",
        "contract.signed north 2025",
        "investment.planned north 2025",
        "promise.made north 2025",
        "company.registered north",
    )
    kind = text.partition(".")[0]
    scenario.when(text).refused(NotOpenedError, f"Did you mean {kind}:north?", opener)


def test_on_one_exact_day_the_order_of_recording_counts(given: Given) -> None:
    """Two facts of the same day can follow each other only as they were recorded."""
    scenario = given("plant.construction_started p 2025-12-05", "plant.completed p 2025-12-05")
    scenario.when("plant.under_construction p 2025-12-05").refused(TimelineError, "plant:p@2")
