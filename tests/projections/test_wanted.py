"""What a filter asks a table for is all that the filter keeps, on every backend."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.synthetic import generate
from ledger import book
from ledger.cut import Cut
from ledger.database import Database
from ledger.envelope import Draft
from ledger.fields import draft as draft_of
from ledger.reference.stages import MATERIALS, STAGES
from ledger.store import opened
from projections import tables
from projections.filters import Filters, applies
from projections.log_filter import LogFilter
from projections.read import Reader, reader
from projections.view import View
from projections.views import load, load_all
from projections.wanted import LARGEST, Wanted
from tests.rooms import Room
from tests.store.ledgers import NOW, draft, make, note

TAGS = (
    "seoul",
    "50%",
    "a_b",
    'the "north"',
    "back\\slash",
    "한국",
    "seoul 2",
    "no\u00a0break",
    "!",
)
ACTORS = ("kim@example.com", "lee, 이", "o'neil")
DAYS = st.dates(date(2015, 1, 1), date(2030, 1, 1))
TODAY = date(2024, 6, 1)
"""A day on which much of it is yet to come, and some of it soon."""

SYNTHETIC = 240

PROMISED = {"by": "company-2?", "statement": "s", "measure": "supply", "wording": "aims"}
LATER = (
    note("tagged", tags=["50%"]),
    note("several", tags=["a_b", "seoul 2", "back\\slash"]),
    note("quoted", tags=['the "north"']),
    note("loud", tags=["!"]),
    draft("promise.made", "soon", on="2024", due="2024-07", **PROMISED),
    note("korean", tags=["한국", "no\u00a0break"], about="VN"),
    draft("plant.proposed", "inferred", on="../2029", company="company-1?", country="VN"),
    draft("contract.signed", "from", on="2024/..", counterparties=["company-2", "unnamed: 광산"]),
    draft("fact.corrected", None, ref="plant:inferred@1", set={"country": "KR"}, reason="x"),
    draft("plant.completed", "inferred", on="2025-09~"),
    draft("fact.retracted", None, ref="plant:inferred@3", reason="y"),
)


@pytest.fixture(scope="module")
def where(new_room: Callable[[str], Room]) -> Database:
    """A ledger with some of everything, recorded on several days by several people."""
    facts = [dict(fact) for fact in generate(SYNTHETIC, 3)]
    drafts = [draft_of(fact.pop("type"), fact) for fact in facts]
    found = make(new_room("wanted"), *(d for d in drafts if isinstance(d, Draft)))
    with opened(found) as store:
        for number, one in enumerate(LATER):
            actor = ACTORS[number % len(ACTORS)]
            book.record(store, [one], actor=actor, now=NOW + timedelta(days=number), force=True)
    return found


MOMENTS: tuple[datetime | int, ...] = (
    *(0, 1, SYNTHETIC, SYNTHETIC + 3, SYNTHETIC + 12, 10**18 * 9, LARGEST),
    *(NOW + timedelta(days=days, microseconds=more) for days in (-1, 0, 3, 8) for more in (-1, 0)),
    *(datetime(year, 1, 1, tzinfo=UTC) for year in (1, 999, 2026, 9999)),
)
DATES = (date(2016, 5, 1), date(2020, 2, 29), date(2024, 1, 1), date(2027, 1, 1), date.max)
NOT_THERE = ("", "%", "_", "\x00", "\ud800", "x" * 2_000)
"""Words that nothing is called; of some, not every database can be asked."""

ASKED_OF_THE_LOG: dict[str, Sequence[Any]] = {
    "stream": ("plant:inferred", "context:several", "source:source-1", "plant:plant-1", *NOT_THERE),
    "type": ("plant", "plant.completed", "context.noted", "fact.corrected", "p", *NOT_THERE),
    "actor": (*ACTORS, *NOT_THERE),
    "source": ("source-1", "source-2", *NOT_THERE),
    "company": ("company-1", "company-2", "company", *NOT_THERE),
    "tag": (*TAGS, "seoul", *NOT_THERE),
    **dict.fromkeys(("since", "until"), MOMENTS),
    **{f"{time}_{end}": DATES for time in ("happened", "published") for end in ("since", "until")},
    "last": (1, 3, 40),
}


def asked_of(view: View) -> dict[str, Sequence[Any]]:
    """The words of each filter that the view takes."""
    words: dict[str, Sequence[str]] = {
        "company": ("company-1", "company-2"),
        "material": tuple(MATERIALS),
        "stage": tuple(STAGES),
        "country": ("KR", "VN", "US"),
        "status": view.statuses or ("open",),
    }
    return {name: known for name, known in words.items() if applies(name, view)}


def some_of(asked: dict[str, Sequence[Any]]) -> st.SearchStrategy[dict[str, Any]]:
    """A word for some of the filters: with too many of them nothing is left."""
    one = st.sampled_from([(name, word) for name, words in asked.items() for word in words])
    return st.lists(one, min_size=1, max_size=3).map(dict)


def same_log(views: Reader, asked: LogFilter) -> None:
    """Check the log against the filter alone."""
    everything = [row for row in views.rows_of(load("log")) if asked.keep(row)]
    last = -asked.last if asked.last is not None else 0
    assert list(views.log(asked).rows) == everything[last:]


def same_view(views: Reader, view: View, filters: Filters) -> None:
    """Check a view against the filters alone."""
    read = [row for row in views.rows_of(view, filters.wanted(view)) if filters.keep(row)]
    assert read == [row for row in views.rows_of(view) if filters.keep(row)]


def cuts() -> st.SearchStrategy[Cut]:
    """Now, or another time that the record reaches."""
    past = st.builds(Cut, DAYS, st.none() | st.integers(1, SYNTHETIC), st.none() | DAYS)
    return st.just(Cut(TODAY)) | past


@given(asked=some_of(ASKED_OF_THE_LOG), cut=cuts())
def test_the_log_that_is_asked_for_in_sql_is_the_one_that_is_filtered(
    where: Database, asked: dict[str, Any], cut: Cut
) -> None:
    """Whatever `log` is asked for, the rows are those that the filter keeps of all rows."""
    with reader(where, cut, TODAY) as views:
        same_log(views, LogFilter(**asked))


@given(data=st.data(), cut=cuts())
def test_a_view_that_is_asked_for_in_sql_is_the_one_that_is_filtered(
    where: Database, data: st.DataObject, cut: Cut
) -> None:
    """Of every table, the rows that a filter keeps are among those that are read for it."""
    view = data.draw(st.sampled_from([v for v in load_all() if v.compose is None]))
    if asked := asked_of(view):
        words = data.draw(some_of(asked))
        with reader(where, cut, TODAY) as views:
            same_view(views, view, Filters(**{name: (word,) for name, word in words.items()}))


def test_each_filter_alone_is_the_same_in_sql(where: Database) -> None:
    """Every word of every filter, by itself, on the tables of today."""
    with reader(where, Cut(TODAY), TODAY) as views:
        for name, words in ASKED_OF_THE_LOG.items():
            for word in words:
                same_log(views, LogFilter(**{name: word}))
        for view in load_all():
            for name, words in asked_of(view).items() if view.compose is None else ():
                for given_ in (*((word,) for word in words), tuple(words)):
                    same_view(views, view, Filters(**{name: given_}))


@pytest.mark.parametrize("newest_first", [False, True])
def test_a_stream_of_more_than_a_page(
    where: Database, monkeypatch: pytest.MonkeyPatch, newest_first: bool
) -> None:
    """The pages of the log, in either order, are the whole of it and nothing twice."""
    with where.reading() as connection:
        whole = list(tables.rows(connection, load("log")))
        for size in (1, 7, len(whole), len(whole) + 1):
            monkeypatch.setattr(tables, "FIRST_PAGE", size)
            monkeypatch.setattr(tables, "PAGE", 2 * size)
            paged = list(tables.rows(connection, load("log"), Wanted(newest_first=newest_first)))
            assert paged == whole[:: -1 if newest_first else 1]


def test_a_table_leaves_out_what_is_not_wanted(where: Database) -> None:
    """Each filter alone has its table leave out rows, so that it spares reading them."""
    log, plants, contracts = (load(name) for name in ("log", "plants", "contracts"))
    asked: list[tuple[View, Any]] = [
        *((log, LogFilter(stream=name).wanted()) for name in ("plant:inferred", "plant:x")),
        *((log, LogFilter(type=name).wanted()) for name in ("plant", "plant.completed")),
        (log, LogFilter(actor=ACTORS[1]).wanted()),
        (log, LogFilter(source="source-1").wanted()),
        (log, LogFilter(company="company-1").wanted()),
        (log, LogFilter(tag="50%").wanted()),
        (log, LogFilter(since=SYNTHETIC).wanted()),
        (log, LogFilter(until=NOW).wanted()),
        (log, LogFilter(happened_since=date(2024, 1, 1)).wanted()),
        (log, LogFilter(published_until=date(2018, 1, 1)).wanted()),
        (plants, Filters(company=("company-1",)).wanted(plants)),
        (plants, Filters(stage=("precursor",)).wanted(plants)),
        (plants, Filters(status=("operating",)).wanted(plants)),
        (contracts, Filters(company=("company-2",)).wanted(contracts)),
    ]
    with where.reading() as connection:
        for view, wanted in asked:
            some = list(tables.rows(connection, view, wanted))
            assert len(some) < len(list(tables.rows(connection, view))), wanted
