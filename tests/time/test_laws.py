"""Laws of the time rule, on random portfolios."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import reduce
from typing import Any

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from ledger import book
from ledger.cut import Cut
from ledger.store import Store
from ledger.streams import evolve
from ledger.timeline import effective_readings, fold, order_key
from ledger.values import PartialDate
from projections.catch_up import catch_up
from tests.time.given import ACTOR, draft, morning
from tests.time.random_facts import TRIES, Template
from tests.time.random_portfolios import (
    CHANGES,
    DATES,
    DUE,
    FIRST,
    PUBLISHED,
    TODAY,
    Step,
    answers_at,
    answers_folded,
    beginning,
    portfolios,
    record_step,
    record_steps,
    revisions,
    statements,
)

EVER = date(2099, 12, 31)
OFTEN = 2 * TRIES


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Template:
    """The ledger that all others begin with."""
    return beginning(tmp_path_factory.mktemp("laws"))


def days() -> st.SearchStrategy[date]:
    """Days around which something may change."""
    texts = {*DATES, *DUE, *PUBLISHED}
    ends = {end for d in map(PartialDate.parse, texts) for end in (d.earliest, d.latest)}
    ends |= {TODAY, TODAY + timedelta(days=1)}
    near = sorted(ends - {date.min, date.max})
    return st.builds(
        lambda day, off: day + timedelta(days=off), st.sampled_from(near), st.integers(-1, 1)
    )


Wanted = tuple[date, tuple[str, int], date | None]


def cuts() -> st.SearchStrategy[Wanted]:
    """As of a day; known now, at a fact, at its moment or just before; public at a day or not."""
    how = st.sampled_from(("now", "number", "moment", "before"))
    return st.tuples(days(), st.tuples(how, st.integers(0, 30)), st.none() | days())


def cut_of(store: Store, wanted: Wanted) -> Cut:
    """The cut in this ledger; never one before its first facts."""
    as_of, (how, pick), public_at = wanted
    later = list(store.facts())[FIRST:]
    if how == "now" or not later:
        return Cut(as_of, None, public_at)
    fact = later[-1 - pick % len(later)]
    moment = fact.recorded_at - timedelta(microseconds=1 if how == "before" else 0)
    known_at: datetime | int = fact.seq if how == "number" else moment
    return Cut(as_of, known_at, public_at)


@settings(max_examples=TRIES)
@given(taken=portfolios(), at=st.integers(0, 20))
def test_folding_a_prefix_and_then_the_rest_is_folding_everything(
    template: Template, taken: list[Step], at: int
) -> None:
    """A fold can be broken off anywhere and taken up again."""
    with template.copied() as store:
        record_steps(store, taken)
        for stream in {fact.stream for fact in store.facts()}:
            ordered = effective_readings(store.stream(stream), EVER)
            begun = fold(stream, ordered[:at])
            assert reduce(evolve, ordered[at:], begun) == fold(stream, ordered)


@settings(max_examples=OFTEN)
@given(taken=portfolios(), batch=st.integers(1, 6))
def test_the_tables_hold_what_time_travel_to_now_folds(
    template: Template, taken: list[Step], batch: int
) -> None:
    """Every view now, from tables that caught up step by step, is the one that is folded anew."""
    with template.copied() as store:
        now = None
        for start in range(0, len(taken), batch):
            now = record_steps(store, taken[start : start + batch], now)
            catch_up(store, TODAY)
        assert answers_at(store, Cut(TODAY)) == answers_folded(store, Cut(TODAY))


@settings(max_examples=OFTEN)
@given(taken=portfolios(), then=st.lists(days(), min_size=1, max_size=4))
def test_the_tables_follow_the_calendar(
    template: Template, taken: list[Step], then: list[date]
) -> None:
    """Days pass and nothing is recorded: every view is the one that is folded for the day."""
    with template.copied() as store:
        record_steps(store, taken)
        for today in sorted(then):
            assert answers_at(store, Cut(today), today) == answers_folded(store, Cut(today))


@settings(max_examples=OFTEN)
@given(taken=portfolios(), wanted=st.lists(cuts(), min_size=2, max_size=5))
def test_rows_beside_the_tables_are_those_of_a_whole_fold(
    template: Template, taken: list[Step], wanted: list[Wanted]
) -> None:
    """At any cut, ahead of today too: what the tables spare is what would have been folded."""
    with template.copied() as store:
        record_steps(store, taken)
        catch_up(store, TODAY)
        for kind in sorted({fact.type for fact in store.facts() if fact.kind == "source"}):
            event(kind)
        for one in wanted:
            cut = cut_of(store, one)
            assert answers_at(store, cut) == answers_folded(store, cut), cut


@settings(max_examples=TRIES)
@given(taken=portfolios(), as_of=days(), public_at=st.none() | days())
def test_known_at_the_last_fact_is_now(
    template: Template, taken: list[Step], as_of: date, public_at: date | None
) -> None:
    """The last sequence number, and the moment of the last fact, are now."""
    with template.copied() as store:
        record_steps(store, taken)
        last = store.last()
        assert last is not None
        now = answers_at(store, Cut(as_of, None, public_at))
        assert answers_at(store, Cut(as_of, last.seq, public_at)) == now
        assert answers_at(store, Cut(as_of, last.recorded_at, public_at)) == now


@settings(max_examples=TRIES)
@given(
    taken=portfolios(),
    later=st.lists(st.one_of(statements(), revisions()), min_size=1, max_size=5),
    wanted=st.lists(cuts(), min_size=1, max_size=3),
)
def test_what_is_recorded_later_never_changes_what_was_known(
    template: Template, taken: list[Step], later: list[Step], wanted: list[Wanted]
) -> None:
    """An answer with a known-at is for good, whatever is recorded, corrected, retracted after."""
    with template.copied() as store:
        now = record_steps(store, taken)
        last = store.last()
        assert last is not None
        cuts_then = [cut_of(store, one) for one in wanted]
        fixed = [replace(cut, known_at=cut.known_at or last.seq) for cut in cuts_then]
        before = [answers_at(store, cut) for cut in fixed]
        record_steps(store, later, now + timedelta(days=1))
        assert [answers_at(store, cut) for cut in fixed] == before


@settings(max_examples=TRIES)
@given(
    taken=portfolios(),
    revised=revisions().filter(lambda step: step.type == "fact.corrected"),
    as_of=days(),
)
def test_a_correction_and_its_retraction_leave_no_trace(
    template: Template, taken: list[Step], revised: Step, as_of: date
) -> None:
    """Every view but the log answers as before, as of any day.

    Not so for what was public at a day in between: the correction is public with its
    document, the retraction (which names none) when it was recorded.
    """
    with template.copied() as store:
        now = record_steps(store, taken)
        public = now.date() + timedelta(days=400)
        cuts_ = [Cut(as_of), Cut(TODAY), Cut(as_of, None, max(public, date(2027, 1, 1)))]
        before = [_without_log(store, cut) for cut in cuts_]
        for fact in record_step(store, revised, now + timedelta(days=1)):
            event("corrected")
            retracted = draft("fact.retracted", {"ref": fact.ref, "reason": "it was right"})
            book.record(store, [retracted], actor=ACTOR, now=now + timedelta(days=2), force=True)
        assert [_without_log(store, cut) for cut in cuts_] == before


def _without_log(store: Store, cut: Cut) -> dict[str, list[Any]]:
    views = answers_at(store, cut)
    return {name: rows for name, rows in views.items() if name != "log"}


PLANT_FACTS = (
    *("plant.proposed", "plant.construction_started", "plant.completed", "plant.operating"),
    *("plant.capacity_stated", "plant.capacity_expanded", "plant.suspended", "plant.resumed"),
    "plant.production_reported",
)


@settings(max_examples=TRIES)
@given(
    said=st.lists(
        statements(types=PLANT_FACTS), min_size=2, max_size=7,
        unique_by=lambda step: PartialDate.parse(step.fields["on"]).order_key,
    ),
    order=st.randoms(use_true_random=False),
    wanted=st.lists(days(), min_size=1, max_size=4),
)  # fmt: skip
def test_facts_of_distinct_dates_may_be_imported_in_any_order(
    template: Template, said: list[Step], order: Any, wanted: list[date]
) -> None:
    """Where no two dates are equal in (earliest, precision) the order of recording is nothing."""
    drafts = [draft(step.type, {**step.fields, "id": "p3"}) for step in said]
    shuffled = order.sample(drafts, len(drafts))
    told = []
    for drafts_ in (drafts, shuffled):
        with template.copied() as store:
            book.record(store, drafts_, actor=ACTOR, now=morning("2026-03-04"), force=True)
            answers = [answers_at(store, Cut(as_of)) for as_of in wanted]
            told.append([(a["plants"], a["capacity"], a["chain"]) for a in answers])
    assert told[0] == told[1]


def test_of_equal_dates_the_one_recorded_first_comes_first(template: Template) -> None:
    """The order of recording is the tie-break, and the only one."""
    stated = [
        draft("plant.capacity_stated", {"id": "p3", "on": on, "capacity": f"{number} t/yr"})
        for number, on in enumerate(("2025", "2025~", "2025-01/2025-12", "2025?"), start=1)
    ]
    for drafts in (stated, stated[::-1]):
        with template.copied() as store:
            book.record(store, drafts, actor=ACTOR, now=morning("2026-03-04"))
            ordered = effective_readings(store.stream("plant:p3"), TODAY)
            assert [fact.version for fact in ordered] == [1, 2, 3, 4]
            assert len({order_key(fact)[:2] for fact in ordered}) == 1
            (row,) = [r for r in answers_at(store, Cut(TODAY))["plants"] if r.stream == "plant:p3"]
            assert row.capacity == getattr(drafts[-1].content, "capacity", None)


def test_the_corrections_tried_are_those_of_real_fields() -> None:
    """Every field that the random corrections change is one of some fact type."""
    from ledger.facts import FACT_TYPES

    fields = {name for type_ in FACT_TYPES.values() for name in type_.model_fields}
    assert CHANGES.keys() <= fields | {"on", "source"}
