"""Facts about facts: what may be corrected, retracted, corroborated, disputed, and what not."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ledger.errors import (
    BuiltUponError,
    DatedAheadError,
    DateError,
    DateMissingError,
    FieldError,
    LedgerError,
    MissingFieldError,
    NothingChangesError,
    NotLiveError,
    NumberError,
    RuleError,
    SourceMissingError,
    TimelineError,
    UnknownReferenceError,
)
from ledger.facts.revision import FactCorrected, FactCorroborated
from tests.time.given import Ledger, Person, draft


@pytest.fixture
def plant(ledger: Ledger) -> Ledger:
    """A plant: proposed on 03-01, 100 kt/yr stated on 04-01 (fact 2), by the document pr-1."""
    ledger.source("pr-1", "2025-03-01", at="03-01")
    ledger.source("pr-2", "2025-04-01")
    ledger.given("plant.proposed", "x", on="03-01", source="pr-1")
    ledger.given(
        "plant.capacity_stated", "x", at="04-01", on="04-01", capacity="100 kt/yr", source="pr-1"
    )
    return ledger


# --- Correcting ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ref", "changes", "error", "says"),
    [
        ("plant:x@2", {"capcity": "1 t"}, FieldError, "Did you mean capacity?"),
        ("plant:x@1", {"capacity": "1 t/yr"}, FieldError, "no field 'capacity'"),
        ("plant:x@2", {"seq": "9"}, FieldError, "no field 'seq'"),
        ("plant:x@2", {"actor": "me"}, FieldError, "no field 'actor'"),
        ("plant:x@2", {"id": "y"}, FieldError, "no field 'id'"),
        (
            "plant:x@9",
            {"capacity": "1 t/yr"},
            UnknownReferenceError,
            "newest fact of plant:x is @2",
        ),
        ("plant:y@1", {"capacity": "1 t/yr"}, UnknownReferenceError, "Nothing is recorded"),
        ("plant:x@2", {"capacity": "100 kt/yr"}, NothingChangesError, "reads so already"),
        ("plant:x@2", {"on": "2025-04-01"}, NothingChangesError, "reads so already"),
        ("plant:x@2", {"capacity": "many"}, NumberError, "capacity"),
        ("plant:x@2", {"on": "2025-02-30"}, DateError, "calendar"),
        ("plant:x@2", {"on": None}, DateMissingError, "needs the date"),
        ("plant:x@2", {"on": "2030"}, DatedAheadError, "yet to come"),
        ("plant:x@2", {"capacity": None}, MissingFieldError, "needs 'capacity'"),
        ("plant:x@2", {"source": "pr-9"}, UnknownReferenceError, "source:pr-9"),
        ("plant:x@1", {"company": "acme"}, UnknownReferenceError, "company:acme"),
        ("plant:x@1", {"stage": "oxide", "material": "copper"}, FieldError, "belongs to"),
    ],
)
def test_a_correction_that_is_refused(
    plant: Ledger, ref: str, changes: dict[str, str | None], error: type[LedgerError], says: str
) -> None:
    """A fact can only be corrected to what a fact of its type may say."""
    before = plant.facts()
    with pytest.raises(error) as refused:
        plant.correct(ref, **changes)
    assert says in f"{refused.value.what} {refused.value.hint}"
    assert plant.facts() == before


def test_every_field_of_the_envelope_can_be_corrected(plant: Ledger) -> None:
    """Date, source, locator, quote, note and tags read as corrected."""
    plant.correct(
        "plant:x@2",
        at="05-01",
        **{"on": "2025-04", "source": "pr-2", "locator": "p. 2", "quote": "so", "note": "hm"},
        tags=["a", "b"],
    )
    with_tables = plant.rows("plants")[0]
    assert with_tables.capacity_on.edtf == "2025-04"
    changed = plant.facts()[-1].content
    assert isinstance(changed, FactCorrected)
    assert changed.set["tags"] == ["a", "b"]


def test_one_value_of_a_list_may_be_given_alone(ledger: Ledger) -> None:
    """A correction of a field with several values takes a single one without a list."""
    ledger.given("company.registered", "acme", name="Acme", other_names=["ACME", "A."])
    ledger.correct("company:acme@1", other_names="ACME Inc.")
    assert ledger.asked("companies", "other_names") == ("ACME Inc.",)


def test_a_correction_keeps_only_what_it_changes(plant: Ledger) -> None:
    """What a correction repeats is not stored; values are stored in one form."""
    fact = plant.correct("plant:x@2", capacity="100,000 t/yr", on="2025-04-01")
    assert isinstance(fact.content, FactCorrected)
    assert fact.content.set == {"capacity": {"value": "100000", "unit": "t", "per": "year"}}


def test_a_correction_of_a_correction_stands_when_a_later_one_goes(plant: Ledger) -> None:
    """What a correction is corrected to is kept, though another one hides it for now."""
    plant.correct("plant:x@2", at="05-01", capacity="120 kt/yr")
    plant.correct("plant:x@2", at="05-02", capacity="110 kt/yr")
    plant.correct("plant:x@3", at="05-03", capacity="110 kt/yr", on="2025-04")
    plant.retract("plant:x@4", at="05-04")
    assert plant.asked("plants", "capacity", "capacity_on") == ("110 kt/yr", "2025-04")
    with pytest.raises(NothingChangesError):
        plant.correct("plant:x@3", capacity="110 kt/yr")


def test_a_correction_rests_on_the_document_of_the_fact(plant: Ledger) -> None:
    """Without a document of its own a correction rests on that of the fact it corrects."""
    assert plant.correct("plant:x@2", capacity="120 kt/yr").source == "pr-1"


def test_a_correction_that_makes_the_timeline_impossible(ledger: Ledger) -> None:
    """A date may not be corrected to where the facts after it cannot be; --force can."""
    ledger.given("plant.operating", "x", at="06-01", on="06-01")
    ledger.given("plant.closed", "x", at="07-01", on="07-01")
    with pytest.raises(TimelineError, match="plant:x@2 becomes impossible"):
        ledger.correct("plant:x@1", on="2025-07-15", at="08-01")
    assert ledger.asked("plants", "status") == ("closed",)
    correction = draft(
        "fact.corrected", {"ref": "plant:x@1", "set": {"on": "2025-07-15"}, "reason": "so"}
    )
    (forced,) = ledger.record([correction], force=True).facts
    assert forced.forced == ("timeline",)
    assert ledger.asked("plants", "status", "status_on") == ("operating", "2025-07-15")


def test_correcting_the_name_of_a_company(ledger: Ledger) -> None:
    """The corrected name is the one that views show; before the correction it was the other."""
    ledger.given("company.registered", "acme", at="01-01", name="Acmee")
    ledger.correct("company:acme@1", at="02-01", name="Acme")
    assert ledger.asked("companies", "name") == ("Acme",)
    assert ledger.asked("companies", "name", known_at="01-31") == ("Acmee",)
    ledger.given("contract.signed", "c", at="03-01", on="03-01", company="acme")
    with pytest.raises(BuiltUponError, match="contract:c@1"):
        ledger.retract("company:acme@1")


def test_correcting_the_publication_of_a_document(plant: Ledger) -> None:
    """What was public when follows the corrected date, as far as the correction was known."""
    assert plant.row("plants", public_at="02-15") is None
    plant.correct("source:pr-1@1", at="05-01", published="2025-02")
    assert plant.asked("plants", "status", public_at="02-28") == ("proposed",)
    assert plant.row("plants", public_at="02-27") is None
    assert plant.row("plants", public_at="02-28", known_at="04-30") is None
    assert plant.asked("plants", "status", public_at="03-01", known_at="04-30") == ("proposed",)


def test_correcting_the_document_of_a_fact_takes_its_publication_along(plant: Ledger) -> None:
    """The log shows the fact as it was recorded, and what the correction changed."""
    plant.correct("plant:x@2", at="05-01", source="pr-2")
    (row,) = [row for row in plant.rows("log") if row.ref == "plant:x@2"]
    assert (row.source, row.status, row.revised_by) == ("pr-1", "corrected", ("plant:x@3",))


@pytest.mark.parametrize("word", ["corrected", "retracted"])
def test_retracted_facts_cannot_be_revised_again(plant: Ledger, word: str) -> None:
    """What was retracted is named with the retraction, which may be retracted instead."""
    plant.retract("plant:x@2", at="05-01")
    fields = {"ref": "plant:x@2", "reason": "once more"}
    if word == "corrected":
        fields["set"] = {"capacity": "1 t/yr"}  # type: ignore[assignment]
    with pytest.raises(NotLiveError, match="plant:x@3") as refused:
        plant.record([draft(f"fact.{word}", fields)])
    assert "retract plant:x@3" in refused.value.hint


def test_a_correction_of_a_retracted_correction_is_refused(plant: Ledger) -> None:
    """A correction that does not count cannot be corrected."""
    plant.correct("plant:x@2", capacity="120 kt/yr")
    plant.retract("plant:x@3")
    with pytest.raises(NotLiveError, match="plant:x@4"):
        plant.correct("plant:x@3", capacity="110 kt/yr")


def test_only_facts_and_corrections_can_be_corrected(plant: Ledger) -> None:
    """A retraction, a corroboration, a dispute: retract it and record it anew."""
    plant.corroborate("plant:x@1", "pr-2")
    with pytest.raises(FieldError, match=r"fact\.corroborated and cannot be corrected"):
        plant.correct("plant:x@3", source="pr-1")


# --- Every point between ---------------------------------------------------------------------

AMOUNTS = (
    ("03-09", None),
    ("03-10", 1_000),
    ("04-30", 1_000),
    ("05-01", 1_100),
    ("05-31", 1_100),
    ("06-01", 1_160),
    ("06-30", 1_160),
    ("07-01", 1_100),
    ("07-31", 1_100),
    ("08-01", None),
    ("08-31", None),
    ("09-01", 1_100),
    ("10-01", 1_160),
    ("10-31", 1_160),
    ("11-01", 1_000),
)
"""An amount in billions of won: recorded, corrected, re-corrected; the second correction
retracted; the fact retracted; that retraction retracted; the one of the second correction
too; and in the end the first correction retracted, on which the second rested.
"""


def test_an_amount_at_every_point_between_its_revisions(ledger: Ledger) -> None:
    """A fact reads at every moment as it read then."""
    ledger.given("company.registered", "acme", at="01-01", name="Acme")
    ledger.given("investment.announced", "x", at="03-10", on="03-10", amount="1tn KRW")
    ledger.correct("investment:x@1", at="05-01", amount="1.1tn KRW")
    ledger.correct("investment:x@2", at="06-01", amount="1.16tn KRW")
    ledger.retract("investment:x@3", at="07-01")
    ledger.retract("investment:x@1", at="08-01")
    ledger.retract("investment:x@5", at="09-01")
    ledger.retract("investment:x@4", at="10-01")
    ledger.retract("investment:x@2", at="11-01")
    for known_at, amount in AMOUNTS:
        for view in ("investments", "totals"):
            rows = ledger.rows(view, known_at=known_at)
            told = {row.amount.bounds.value for row in rows}
            assert told == ({amount * 10**9} if amount else set()), (view, known_at)
    assert ledger.asked("investments", "amount") == ("KRW 1tn",)


def test_the_same_through_the_command_line(person: Person) -> None:
    """A fact reads at every moment as it read then, for somebody who types."""
    why = ("--reason", "read again")
    words = ("record", "investment.announced", "x", "--on", "2025-03-10")
    person.does("record", "company.registered", "acme", "--name", "Acme", at="2025-01-01")
    person.does(*words, "--amount", "1tn KRW", at="2025-03-10")
    person.does("correct", "investment:x@1", "--set", "amount=1.1tn KRW", *why, at="2025-05-01")
    person.does("correct", "investment:x@2", "--set", "amount=1.16tn KRW", *why, at="2025-06-01")
    person.does("retract", "investment:x@3", *why, at="2025-07-01")
    person.does("retract", "investment:x@1", *why, at="2025-08-01")
    person.does("retract", "investment:x@5", *why, at="2025-09-01")
    person.does("retract", "investment:x@4", *why, at="2025-10-01")
    person.does("retract", "investment:x@2", *why, at="2025-11-01")
    for known_at, amount in AMOUNTS:
        rows = person.ask("investments", "--known-at", f"2025-{known_at}")
        told = [int(row["amount"]["min"]) for row in rows]
        assert told == ([amount * 10**9] if amount else []), known_at


# --- Retracting ------------------------------------------------------------------------------


def test_a_retracted_fact_was_never_so(plant: Ledger) -> None:
    """From its retraction on no view knows it; before, every view does; the log always does."""
    plant.retract("plant:x@2", at="05-01")
    assert plant.asked("plants", "capacity") == (None,)
    assert plant.asked("plants", "capacity", known_at="04-30") == ("100 kt/yr",)
    log = {row.ref: row for row in plant.rows("log")}
    assert (log["plant:x@2"].status, log["plant:x@2"].revised_by) == ("retracted", ("plant:x@3",))
    then = {row.ref: row for row in plant.rows("log", known_at="04-30")}
    assert (then["plant:x@2"].status, then["plant:x@2"].revised_by) == ("live", ())


def test_the_last_fact_of_a_stream_leaves_no_row(ledger: Ledger) -> None:
    """A stream of which nothing counts is in no view but the log."""
    ledger.given("plant.proposed", "x", at="03-01", on="03-01", stage="magnet")
    ledger.retract("plant:x@1", at="04-01")
    for view in ("plants", "capacity", "conflicts"):
        assert ledger.rows(view) == []
    assert len(ledger.rows("log")) == 2
    again = ledger.given("plant.proposed", "x", at="05-01", on="03-02", stage="magnet")
    assert (again.ref, ledger.asked("plants", "status")) == ("plant:x@3", ("proposed",))


def test_what_others_build_on_is_not_retracted_alone(ledger: Ledger) -> None:
    """The refusal lists the facts; retract them first, or use --force."""
    ledger.given("contract.signed", "c", at="03-01", on="03-01")
    ledger.given("contract.amended", "c", at="03-03", on="03-02", quantity="1 t")
    ledger.given("contract.completed", "c", on="03-03")
    with pytest.raises(BuiltUponError) as refused:
        ledger.retract("contract:c@1", at="04-01")
    assert "contract:c@2, contract:c@3 build on it" in refused.value.what
    assert len(ledger.facts()) == 3
    forced = ledger.retract("contract:c@1", force=True)
    assert "built-upon" in forced.forced
    # The others stay as they are: what they say was forced to stand alone.
    assert ledger.asked("contracts", "status", "quantity") == ("completed", "1 t")


def test_a_document_that_facts_cite_is_not_retracted_alone(plant: Ledger) -> None:
    """Neither is a company, a plant, a document that counting facts of other streams name."""
    with pytest.raises(BuiltUponError, match=r"plant:x@1, plant:x@2 build on it"):
        plant.retract("source:pr-1@1")
    plant.retract("source:pr-2@1")
    plant.given("promise.made", "p", on="04-02", about=["plant:x"], **PROMISE)
    plant.retract("plant:x@2")
    with pytest.raises(BuiltUponError, match="promise:p@1"):
        plant.retract("plant:x@1")


PROMISE = {
    "by": "unnamed: a company",
    "statement": "It will be.",
    "measure": "completion",
    "wording": "plans",
}


@pytest.mark.parametrize(
    ("changes", "retracted"),
    [({"source": "pr-2"}, "source:pr-2@1"), ({"company": "acme"}, "company:acme@1")],
)
def test_what_a_corrected_fact_names_is_not_retracted_alone(
    plant: Ledger, changes: dict[str, str], retracted: str
) -> None:
    """A fact builds on what it names as it reads, not only on what it was recorded with."""
    plant.given("company.registered", "acme", at="04-02", name="Acme")
    plant.correct("plant:x@1", at="05-01", **changes)
    with pytest.raises(BuiltUponError, match="plant:x@1"):
        plant.retract(retracted)


def test_retracting_a_correction_that_another_fact_needs(ledger: Ledger) -> None:
    """A correction that made room for a fact cannot be taken back from under it."""
    ledger.given("plant.operating", "x", at="06-01", on="06-01")
    ledger.given("plant.closed", "x", at="07-01", on="07-01")
    ledger.correct("plant:x@2", at="08-01", on="2025-07-20")
    ledger.given("plant.production_reported", "x", on="07-10", production="5 t", period="2025-06")
    ledger.given("plant.capacity_stated", "x", on="07-15", capacity="5 t/yr")
    with pytest.raises(BuiltUponError, match="plant:x@5 builds on it"):
        ledger.retract("plant:x@3", at="09-01")


# --- Corroborating and disputing -------------------------------------------------------------


def test_the_same_from_another_document_is_a_corroboration(plant: Ledger) -> None:
    """The same content from another source is stored as its corroboration, once."""
    again = {"on": "04-01", "capacity": "100 kt/yr"}
    second = plant.given("plant.capacity_stated", "x", at="05-01", source="pr-2", **again)
    assert isinstance(second.content, FactCorroborated)
    assert (second.content.ref, second.source) == ("plant:x@2", "pr-2")
    count = len(plant.facts())
    for source in ("pr-1", "pr-2", None):
        plant.given("plant.capacity_stated", "x", source=source, **again)
    assert len(plant.facts()) == count
    (row,) = [row for row in plant.rows("log") if row.ref == "plant:x@2"]
    assert row.corroborated_by == ("plant:x@3",)
    assert plant.rows("conflicts") == []


def test_a_corrected_fact_is_known_in_both_forms(plant: Ledger) -> None:
    """What a fact reads as is known already, and so is what it was recorded with."""
    plant.correct("plant:x@2", at="05-01", capacity="120 kt/yr")
    count = len(plant.facts())
    fields = {"on": "04-01", "source": "pr-1"}
    plant.given("plant.capacity_stated", "x", capacity="120 kt/yr", **fields)
    assert len(plant.facts()) == count
    plant.given("plant.capacity_stated", "x", capacity="100 kt/yr", **fields)
    assert len(plant.facts()) == count


@pytest.mark.parametrize("source", ["pr-1", None])
def test_what_was_recorded_is_not_recorded_again(ledger: Ledger, source: str | None) -> None:
    """What was corrected or retracted since stays so when the same is recorded once more."""
    ledger.source("pr-1", "2025-03-01", at="03-01")
    ledger.source("pr-2", "2025-03-01")
    stated = {"on": "04-01", "capacity": "100 kt/yr", "source": source}
    ledger.given("plant.capacity_stated", "x", at="04-01", **stated)
    ledger.correct("plant:x@1", capacity="120 kt/yr")
    assert ledger.given("plant.capacity_stated", "x", **stated).ref == "plant:x@1"
    ledger.retract("plant:x@1")
    assert ledger.given("plant.capacity_stated", "x", **stated).ref == "plant:x@1"
    assert ledger.rows("plants") == []
    # Another document that says so is news.
    fresh = ledger.given("plant.capacity_stated", "x", **{**stated, "source": "pr-2"})
    assert fresh.ref == "plant:x@4"
    assert ledger.asked("plants", "capacity") == ("100 kt/yr",)


def test_a_corroboration_is_not_recorded_again_either(plant: Ledger) -> None:
    """A document that corroborated a fact is not news when the fact was corrected since."""
    plant.correct("plant:x@2", at="05-01", capacity="110 kt/yr")
    stated = {"on": "04-01", "capacity": "110 kt/yr", "source": "pr-2"}
    assert plant.given("plant.capacity_stated", "x", **stated).type == "fact.corroborated"
    plant.correct("plant:x@2", at="06-01", capacity="120 kt/yr")
    count = len(plant.facts())
    assert plant.given("plant.capacity_stated", "x", **stated).ref == "plant:x@4"
    plant.retract("plant:x@4")
    assert plant.given("plant.capacity_stated", "x", **stated).ref == "plant:x@4"
    assert len(plant.facts()) == count + 1


def test_what_was_retracted_comes_back_by_retracting_the_retraction(plant: Ledger) -> None:
    """A retracted corroboration is no longer listed, and given again it is known already."""
    plant.corroborate("plant:x@2", "pr-2", at="05-01")
    plant.retract("plant:x@3", at="05-02")
    assert plant.corroborate("plant:x@2", "pr-2", at="05-03").ref == "plant:x@3"

    def corroborated_by() -> tuple[str, ...]:
        (row,) = [row for row in plant.rows("log") if row.ref == "plant:x@2"]
        listed: tuple[str, ...] = row.corroborated_by
        return listed

    assert corroborated_by() == ()
    plant.retract("plant:x@4", at="05-04")
    assert corroborated_by() == ("plant:x@3",)


@pytest.mark.parametrize("word", ["corroborated", "disputed"])
def test_a_second_document_is_needed(plant: Ledger, word: str) -> None:
    """A corroboration or a dispute names its document."""
    fields = {"ref": "plant:x@2"} | ({"reason": "no"} if word == "disputed" else {})
    with pytest.raises(SourceMissingError):
        plant.record([draft(f"fact.{word}", fields)])
    with pytest.raises(UnknownReferenceError):
        plant.record([draft(f"fact.{word}", fields | {"source": "pr-9"})])


def test_a_document_does_not_corroborate_itself(plant: Ledger) -> None:
    """A corroboration comes from another document than the fact."""
    with pytest.raises(RuleError, match="rests on pr-1 already"):
        plant.corroborate("plant:x@2", "pr-1")


@pytest.mark.parametrize("word", ["corroborated", "disputed"])
def test_a_correction_states_nothing_of_its_own(plant: Ledger, word: str) -> None:
    """Corroborate or dispute the fact, not what was said about it."""
    plant.correct("plant:x@2", capacity="120 kt/yr")
    fields = {"ref": "plant:x@3", "source": "pr-2"}
    fields |= {"reason": "no"} if word == "disputed" else {}
    with pytest.raises(RuleError, match="nothing of its own") as refused:
        plant.record([draft(f"fact.{word}", fields)])
    assert "plant:x@2" in refused.value.hint


def test_a_dispute_marks_and_changes_nothing(plant: Ledger) -> None:
    """Both stay: the value is shown with a mark, and the log names the dispute."""
    plant.dispute("plant:x@1", "pr-2", "It was never proposed.", at="05-01")
    row = plant.row("plants")
    assert (row.status, "status" in row.conflicts) == ("proposed", True)
    (logged,) = [row for row in plant.rows("log") if row.ref == "plant:x@1"]
    assert (logged.status, logged.disputed_by) == ("live", ("plant:x@3",))
    assert plant.row("plants", known_at="04-30").conflicts == ()
    assert plant.row("plants", public_at="03-31").conflicts == ()
    plant.retract("plant:x@3", at="06-01")
    assert plant.row("plants").conflicts == ()


def test_revising_twice_changes_nothing(plant: Ledger) -> None:
    """The same revision again is known already, whatever its word."""
    corrected = draft(
        "fact.corrected", {"ref": "plant:x@2", "set": {"capacity": "120 kt/yr"}, "reason": "so"}
    )
    revisions = [
        corrected,
        draft("fact.corroborated", {"ref": "plant:x@2", "source": "pr-2"}),
        draft("fact.disputed", {"ref": "plant:x@1", "source": "pr-2", "reason": "no"}),
        draft("fact.retracted", {"ref": "plant:x@5", "reason": "wrong"}),
    ]
    assert len(plant.record(revisions, at="05-01").facts) == 4
    again = plant.record(revisions, at="05-02")
    assert (list(again.facts), len(again.already)) == ([], 4)


# --- Import files ----------------------------------------------------------------------------

YAML = """\
source: {id: pr-3, title: Erratum, published: 2025-04-15}
facts:
  - plant.capacity_stated: {id: z, on: 2025-04-01, capacity: 100 kt/yr}
  - fact.corrected:
      ref: plant:z@1
      set: {capacity: 120 kt/yr, on: 2025-04}
      reason: a typing error
  - fact.corrected:
      ref: plant:z@2
      set: {capacity: 110 kt/yr}
      reason: another one
  - plant.proposed: {id: z, on: 2025-01}
  - fact.retracted: {ref: "plant:z@4", reason: not said}
  - fact.corroborated: {ref: "plant:x@2"}
  - fact.disputed: {ref: "plant:x@1", reason: The text says otherwise.}
"""
JSONL = [
    {"type": "source.registered", "id": "pr-3", "title": "Erratum", "published": "2025-04-15"},
    {"type": "plant.capacity_stated", "id": "z", "on": "2025-04-01", "capacity": "100 kt/yr"},
    {
        "type": "fact.corrected",
        "ref": "plant:z@1",
        "set": {"capacity": "120 kt/yr", "on": "2025-04"},
        "reason": "a typing error",
    },
    {
        "type": "fact.corrected",
        "ref": "plant:z@2",
        "set": {"capacity": {"value": "110", "unit": "kt", "per": "year"}},
        "reason": "another one",
    },
    {"type": "plant.proposed", "id": "z", "on": "2025-01"},
    {"type": "fact.retracted", "ref": "plant:z@4", "reason": "not said"},
    {"type": "fact.corroborated", "ref": "plant:x@2", "source": "pr-3"},
    {
        "type": "fact.disputed",
        "ref": "plant:x@1",
        "source": "pr-3",
        "reason": "The text says otherwise.",
    },
]


@pytest.mark.parametrize("kind", ["yaml", "jsonl"])
def test_importing_revisions_twice_changes_nothing(person: Person, kind: str) -> None:
    """A file with facts and what is said about them is recorded once, however often it is read."""
    person.does("source", "add", "--id", "pr-1", "--title", "One", "--published", "2025-03-01")
    stated = ("record", "plant.proposed", "x", "--on", "2025-03-01", "--source", "pr-1")
    person.does(*stated, at="2025-05-01")
    words = ("record", "plant.capacity_stated", "x", "--on", "2025-04-01", "--source", "pr-1")
    person.does(*words, "--capacity", "100 kt/yr")
    file = _file(person.room.folder, kind)
    person.does("import", file, at="2025-05-02")
    log = person.ask("log")
    assert len(log) == 3 + 8
    person.does("import", file, at="2025-05-03")
    assert person.ask("log") == log
    (row,) = person.ask("plants", "--known-at", "2025-05-02")[1:]
    assert (row["stream"], row["capacity"]["min"], row["status"]) == ("plant:z", "110", None)
    assert row["capacity_on"]["edtf"] == "2025-04"


def _file(folder: Path, kind: str) -> str:
    path = folder / f"facts.{kind}"
    lines = "\n".join(json.dumps(line) for line in JSONL)
    path.write_text(YAML if kind == "yaml" else lines, "utf-8")
    return str(path)


# --- On the command line ---------------------------------------------------------------------


def test_refusals_on_the_command_line(person: Person) -> None:
    """Each refusal has its code; nothing is recorded by any of them."""
    person.does("source", "add", "--id", "pr-1", "--title", "One", "--published", "2025-03-01")
    person.does("record", "contract.signed", "c", "--on", "2025-03-01", at="2025-04-01")
    person.does("record", "contract.amended", "c", "--on", "2025-03-02", "--quantity", "5 t")
    log = person.ask("log")
    why = ("--reason", "so")
    refusals = {
        ("correct", "contract:c@1", "--set", "capacity=5 t", *why): ("field", 2),
        ("correct", "contract:c@2", "--set", "quantity=5 t", *why): ("nothing-changes", 1),
        ("correct", "contract:c@2", "--unset", "on", *why): ("date-missing", 1),
        ("correct", "contract:c@7", "--set", "quantity=6 t", *why): ("reference", 1),
        ("correct", "contract:c", "--set", "quantity=6 t", *why): ("ref", 2),
        ("correct", "contract:c@2", *why): ("usage", 2),
        ("correct", "contract:c@2", "--set", "quantity", *why): ("field", 2),
        ("retract", "contract:c@1", *why): ("built-upon", 1),
        ("retract", "contract:c@2"): ("usage", 2),
        ("corroborate", "contract:c@1", "--source", "pr-9"): ("reference", 1),
        ("dispute", "contract:c@1", "--source", "pr-1"): ("usage", 2),
    }
    for words, (code, exit_code) in refusals.items():
        ran = person(*words)
        assert (ran.error, ran.code) == (code, exit_code), words
    assert person.ask("log") == log


def test_force_and_dry_run_on_the_command_line(person: Person) -> None:
    """`--dry-run` records nothing; `--force` records, and the log says what was forced."""
    person.does("record", "contract.signed", "c", "--on", "2025-03-01", at="2025-04-01")
    person.does("record", "contract.amended", "c", "--on", "2025-03-02", "--quantity", "5 t")
    words = ("retract", "contract:c@1", "--reason", "never signed", "--force")
    person.does(*words, "--dry-run")
    assert len(person.ask("log")) == 2
    person.does(*words)
    (row,) = person.ask("log")[2:]
    assert "built-upon" in row["forced"]
    person.does("correct", "contract:c@2", "--unset", "quantity", "--reason", "no")
    (row,) = person.ask("contracts")
    assert row["quantity"] is None
