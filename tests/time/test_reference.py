"""The ledger against a brute-force implementation of the time rule that shares no code with it."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from ledger.cut import Cut, time_text
from projections.catch_up import catch_up
from projections.read import reader
from projections.time_travel import Past
from tests.time import reference
from tests.time.given import TODAY
from tests.time.random_facts import (
    DATES,
    LEDGERS,
    PUBLISHED,
    STREAMS,
    Step,
    Template,
    as_stored,
    histories,
    record_history,
    template_in,
)
from tests.time.reference import Asked, StoredFact

READINGS = max(LEDGERS // 4, 25)


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Template:
    """The ledger that all others begin with."""
    return template_in(tmp_path_factory.mktemp("reference"))


def days() -> st.SearchStrategy[date]:
    """Days around which something may change."""
    texts = (*DATES, *PUBLISHED)
    ends = {*map(reference.first_day, texts), *map(reference.last_day, texts)}
    known = sorted({date.fromisoformat(text) for text in ends} - {date.min, date.max})
    near = [day + timedelta(days=off) for day in known for off in (-1, 0, 1)]
    return st.one_of(st.sampled_from(near), st.dates(date(2023, 12, 1), date(2027, 12, 31)))


@st.composite
def cuts(draw: st.DrawFn) -> tuple[date, tuple[str, int, int], date | None]:
    """As of a day; known at a fact's number, its moment or just before, or now; public at."""
    how = draw(st.sampled_from(("now", "now", "number", "moment")))
    known = (how, draw(st.integers(0, 40)), draw(st.integers(-1, 1)))
    return draw(days()), known, draw(st.one_of(st.none(), days()))


Wanted = tuple[date, tuple[str, int, int], date | None]


def _cut(wanted: Wanted, facts: list[StoredFact]) -> tuple[Cut, Asked]:
    """The cut for the ledger and the same for the reference."""
    as_of, (how, pick, off), public_at = wanted
    chosen = facts[-1 - pick % len(facts)]
    public = public_at.isoformat() if public_at is not None else None
    if how == "now":
        return Cut(as_of, None, public_at), Asked(as_of.isoformat(), None, public)
    if how == "number":
        seq = int(chosen["seq"])
        return Cut(as_of, seq, public_at), Asked(as_of.isoformat(), seq, public)
    moment = datetime.fromisoformat(chosen["recorded_at"]) + timedelta(microseconds=off)
    return Cut(as_of, moment, public_at), Asked(as_of.isoformat(), time_text(moment), public)


@settings(max_examples=LEDGERS)
@given(taken=histories(), wanted=st.lists(cuts(), min_size=3, max_size=6))
def test_a_random_ledger_reads_as_the_rule_says(
    template: Template, taken: list[Step], wanted: list[Wanted]
) -> None:
    """At random cuts: the readings in the order of the fold, the values, the possible marks."""
    with template.copied() as store:
        record_history(store, taken)
        stored = as_stored(store)
        for kind in sorted({fact["type"] for fact in stored if fact["type"].startswith("fact.")}):
            event(kind)
        for one in wanted:
            cut, asked = _cut(one, stored)
            past = Past(store.stream, cut)
            for stream in STREAMS:
                _compare(past, stream, reference.readings(stored, stream, asked), asked)


@settings(max_examples=READINGS)
@given(taken=histories(), wanted=st.lists(cuts(), min_size=1, max_size=3))
def test_a_reader_with_tables_reads_as_the_rule_says(
    template: Template, taken: list[Step], wanted: list[Wanted]
) -> None:
    """The views of plants and contracts, read beside tables that are current, say the same."""
    with template.copied() as store:
        record_history(store, taken)
        catch_up(store, TODAY)
        stored = as_stored(store)
        for one in [*wanted, (TODAY, ("now", 0, 0), None)]:
            cut, asked = _cut(one, stored)
            if not reference.recorded_by(stored, asked.known_at):
                continue  # a cut before the first fact is refused
            with reader(store.database, cut, TODAY) as view:
                answers = [view.answer(name).held() for name in ("plants", "contracts")]
            rows = {row.stream: row for answer in answers for row in answer.rows}
            for stream in STREAMS:
                _compare_row(rows.get(stream), reference.readings(stored, stream, asked), asked)


def _compare(past: Past, stream: str, expected: list[StoredFact], asked: Asked) -> None:
    found = past.facts_of(stream)
    assert [_plain(fact) for fact in found] == [_expected(fact) for fact in expected]
    state: Any = past.state_of(stream)
    if stream.startswith("plant:"):
        stated = reference.capacity(expected)
        assert (state.capacity and state.capacity.ref) == (stated and reference.refs([stated])[0])
        decides = reference.plant_status(expected)
    else:
        decides = reference.contract_status(expected)
    if decides is not None:
        assert state.status.ref == reference.refs([decides])[0]
        assert state.status.on.possible_at(past.cut.as_of) == reference.is_possible(decides, asked)


def _compare_row(row: Any, expected: list[StoredFact], asked: Asked) -> None:
    assert (row is None) == (not expected)
    if row is None:
        return
    possible = set()
    if row.stream.startswith("plant:"):
        stated, decides = reference.capacity(expected), reference.plant_status(expected)
        value = stated and stated["content"]["capacity"]["value"]
        assert (row.capacity and str(row.capacity.bounds.value)) == value
        assert (row.capacity_on and row.capacity_on.edtf) == (stated and stated["on"])
        if stated is not None and reference.is_possible(stated, asked):
            possible.add("capacity")
        words = {
            "plant.under_construction": "under construction",
            "plant.completed": "completed",
            "plant.operating": "operating",
        }
        assert row.status == (words[decides["type"]] if decides is not None else "not stated")
    else:
        decides = reference.contract_status(expected)
        assert row.status == (decides and reference.IN_FORCE[decides["type"]])
    if decides is not None and reference.is_possible(decides, asked):
        possible.add("status")
    assert set(row.possible) == possible


def _plain(fact: Any) -> tuple[str, str, Any]:
    value = getattr(fact.content, "capacity", None)
    return fact.ref, fact.on.edtf, str(value.bounds.value) if value is not None else None


def _expected(fact: StoredFact) -> tuple[str, str, Any]:
    value = fact["content"].get("capacity")
    return reference.refs([fact])[0], fact["on"], value["value"] if value is not None else None
