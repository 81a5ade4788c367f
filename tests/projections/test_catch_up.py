"""The tables of the views are the facts' and nothing else's: however they were come by."""

from __future__ import annotations

import tempfile
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.cut import Cut
from ledger.database import Database
from ledger.errors import DamagedError
from ledger.store import Store, created, opened
from projections import catch_up, tables
from projections.read import past_rows
from projections.views import ROWS_OF, load_all
from tests.projections.histories import REGISTERED, drafts, histories, record_what_goes
from tests.rooms import Room
from tests.store.ledgers import TODAY, add, draft, make, note, rebuilt, tables_of

LATER = [TODAY, *(TODAY + timedelta(days=days) for days in (1, 2, 20, 60, 91, 117, 200, 310, 800))]


def as_tables(where: Database) -> dict[str, list[Any]]:
    """The rows of every view, as a reader gets them from the tables."""
    with where.reading() as connection:
        return {view.name: list(tables.rows(connection, view)) for view in tables.stored_views()}


def as_time_travel(where: Database, today: date) -> dict[str, list[Any]]:
    """The same rows, folded from the facts for a cut at that day."""
    with where.reading() as connection:
        rows_of = past_rows(connection, Cut(today), None)
        return {view.name: list(rows_of(view)) for view in tables.stored_views()}


@given(batches=histories(), days=st.lists(st.sampled_from(LATER), min_size=1, max_size=6))
def test_step_by_step_is_the_same_as_anew_and_as_time_travel(
    batches: list[list[Any]], days: list[date]
) -> None:
    """Facts in any order, caught up with on any days, end in the tables of a rebuild."""
    days = sorted(days)
    with tempfile.TemporaryDirectory() as folder:
        where = make(Path(folder), *REGISTERED)
        with opened(where) as store:
            for number, batch in enumerate(batches):
                record_what_goes(store, batch)
                today = days[min(number, len(days) - 1)]
                catch_up.catch_up(store, today)
                assert as_tables(where) == as_time_travel(where, today)
            for today in days:
                if today >= days[min(len(batches), len(days)) - 1]:
                    catch_up.catch_up(store, today)
                    assert as_tables(where) == as_time_travel(where, today)
            last = days[-1]
            catch_up.catch_up(store, last)
        assert tables_of(where) == rebuilt(where, last)


@given(batch=st.lists(drafts(), max_size=12), today=st.sampled_from(LATER))
def test_current_tables_need_no_catching_up(batch: list[Any], today: date) -> None:
    """`are_current` says so only while the rows of every view are those of the day."""
    with tempfile.TemporaryDirectory() as folder:
        where = make(Path(folder), *REGISTERED)
        with opened(where) as store:
            record_what_goes(store, batch)
            catch_up.catch_up(store, TODAY)
        with where.reading() as connection:
            current = tables.are_current(connection, today)
        if current:
            assert as_tables(where) == as_time_travel(where, today)
        catch_up.ensure_current(where, today)
        with where.reading() as connection:
            assert tables.are_current(connection, today)


@given(batches=histories(), today=st.sampled_from(LATER), earlier=st.sampled_from(LATER))
def test_a_clock_that_is_set_back_rebuilds(
    batches: list[list[Any]], today: date, earlier: date
) -> None:
    """Tables of a later day are made anew for an earlier one."""
    with tempfile.TemporaryDirectory() as folder:
        where = make(Path(folder), *REGISTERED)
        with opened(where) as store:
            for batch in batches:
                record_what_goes(store, batch)
        catch_up.ensure_current(where, max(today, earlier))
        catch_up.ensure_current(where, min(today, earlier))
        assert as_tables(where) == as_time_travel(where, min(today, earlier))


def status_of(where: Database, today: date, stream: str) -> tuple[str | None, tuple[str, ...]]:
    """What the tables say of a stream on a day: its status, and what is only possible."""
    catch_up.ensure_current(where, today)
    (row,) = (
        row for row in as_tables(where)[f"{stream.partition(':')[0]}s"] if row.stream == stream
    )
    return row.status, row.possible


def test_a_fact_dated_ahead_takes_effect_on_its_day(room: Room) -> None:
    """A contract that will expire is signed until the day comes, with no new fact."""
    where = make(
        room,
        draft("contract.signed", "k", on="2025-01-01"),
        draft("contract.expired", "k", on="2026-06-30"),
    )
    assert status_of(where, TODAY, "contract:k") == ("signed", ())
    assert status_of(where, date(2026, 6, 29), "contract:k") == ("signed", ())
    assert status_of(where, date(2026, 6, 30), "contract:k") == ("expired", ())
    assert status_of(where, date(2026, 6, 29), "contract:k") == ("signed", ())  # clock set back


def test_a_possible_fact_becomes_certain(room: Room) -> None:
    """Completed in March is possible from the 1st and certain from the 31st."""
    where = make(room, draft("contract.signed", "k", on="2026-03"))
    assert status_of(where, TODAY, "contract:k") == ("signed", ("status",))
    assert status_of(where, date(2026, 3, 30), "contract:k") == ("signed", ("status",))
    assert status_of(where, date(2026, 3, 31), "contract:k") == ("signed", ())


def promise(due: str, **fields: Any) -> Any:
    """A promise with a due date."""
    said = {"statement": "s", "measure": "other", "wording": "aims", "on": "2025-01"}
    return draft("promise.made", "v", by="c", due=due, **said, **fields)


def test_a_promise_is_overdue_the_day_after(room: Room) -> None:
    """Open, due soon, open on its last day, overdue the day after; nobody recorded anything."""
    where = make(room, draft("company.registered", "c", name="C"), promise("../2026-08-31"))

    def on(today: date) -> tuple[str, bool]:
        catch_up.ensure_current(where, today)
        (row,) = as_tables(where)["promises"]
        return row.status, row.due_soon

    assert on(TODAY) == ("open", False)
    assert on(date(2026, 6, 1)) == ("open", False)
    assert on(date(2026, 6, 2)) == ("open", True)
    assert on(date(2026, 8, 31)) == ("open", True)
    assert on(date(2026, 9, 1)) == ("overdue", False)


def test_a_recurring_promise_gets_a_line_each_year(room: Room) -> None:
    """From 2025 on: one window in 2025, two on the first day of 2026, the first overdue then."""
    company = draft("company.registered", "c", name="C")
    where = make(room, company, promise("2025/..", recurring=True))
    windows = {}
    for today in (date(2026, 12, 31), date(2027, 1, 1)):
        catch_up.ensure_current(where, today)
        rows = as_tables(where)["promises"]
        windows[today.year] = [(row.due.text(), row.status) for row in rows]
    assert windows[2026] == [("2025", "overdue"), ("2026", "open")]
    assert windows[2027] == [("2025", "overdue"), ("2026", "overdue"), ("2027", "open")]


def test_rows_follow_the_streams_that_they_read(room: Room) -> None:
    """A promise shows the country of its plant, also when that is stated later or ahead."""
    where = make(
        room,
        draft("company.registered", "c", name="C"),
        draft("plant.named", "p", on="2025"),
        promise("2027", about=["plant:p"]),
    )
    assert [row.country for row in as_tables(where)["promises"]] == [()]
    with opened(where) as store:
        add(store, draft("plant.operating", "p", on="2026-03-05", country="VN"))
    catch_up.ensure_current(where, TODAY)
    assert [row.country for row in as_tables(where)["promises"]] == [()]
    catch_up.ensure_current(where, date(2026, 3, 5))
    assert [row.country for row in as_tables(where)["promises"]] == [("VN",)]


@pytest.mark.parametrize("when", ["first rows", "last rows", "position"])
def test_an_interrupted_catch_up_leaves_the_tables_as_they_were(
    room: Room, monkeypatch: pytest.MonkeyPatch, when: str
) -> None:
    """Rows and position are one transaction: stopped anywhere, nothing of it is seen."""
    where = make(room, note("a"), note("b"))
    before = tables_of(where)
    left = {"first rows": 1, "last rows": 15, "position": 10**6}[when]

    def insert(cursor: Any, view: Any, rows: Any) -> None:
        nonlocal left
        left -= 1
        if left == 0:
            raise KeyboardInterrupt
        real(cursor, view, rows)

    def no_position(*_: Any) -> None:
        raise KeyboardInterrupt

    real = tables.insert
    monkeypatch.setattr(tables, "insert", insert)
    with opened(where) as store:
        add(store, *(note(f"c-{number}") for number in range(10)))
        if when == "position":
            monkeypatch.setattr(store.recorder, "_insert_tracking", no_position)
        with pytest.raises(KeyboardInterrupt):
            catch_up.catch_up(store, TODAY)
        assert tables_of(where) == before
        left = max(left, 1)
        with pytest.raises(KeyboardInterrupt):
            catch_up.rebuild(store, TODAY)
        assert tables_of(where) == before
    monkeypatch.undo()
    catch_up.ensure_current(where, TODAY)
    assert tables_of(where) == rebuilt(where)
    assert len(as_tables(where)["context"]) == 12


def test_tables_of_another_shape_are_made_anew(room: Room) -> None:
    """A release with other views throws the old tables away."""
    where = make(room, note("a"))
    with opened(where) as store, store.transaction() as cursor:
        cursor.execute("UPDATE view_state SET value = 'older' WHERE name = 'shape'")
        cursor.execute("ALTER TABLE view_context RENAME COLUMN statement TO said")
    with where.reading() as connection:
        assert not tables.are_current(connection, TODAY)
    catch_up.ensure_current(where, TODAY)
    assert as_tables(where) == as_time_travel(where, TODAY)


@pytest.mark.parametrize(
    ("view", "change"),
    [
        ("promises", "about = '[\"plant'"),
        ("promises", "due = '2027-13'"),
        ("promises", "about = 5"),
        ("companies", "company = 'Not An Id'"),
        ("log", "tags = 'x'"),
    ],
)
def test_a_damaged_table_says_that_it_can_be_made_anew(room: Room, view: str, change: str) -> None:
    """The facts are whole, so the remedy is a rebuild and not a backup."""
    where = make(room, draft("company.registered", "c", name="C"), promise("2027"))
    with opened(where) as store, store.transaction() as cursor:
        cursor.execute(f"UPDATE view_{view} SET {change}")
    with pytest.raises(DamagedError) as caught:
        as_tables(where)
    assert "lsledger rebuild" in caught.value.hint
    rebuilt(where)
    assert as_tables(where) == as_time_travel(where, TODAY)


def test_an_empty_ledger_has_empty_tables(room: Room) -> None:
    """Every view answers before the first fact."""
    where = room.place("empty.db")
    with created(where):
        pass
    catch_up.ensure_current(where, TODAY)
    assert all(rows == [] for rows in as_tables(where).values())
    with where.reading() as connection:
        assert tables.are_current(connection, TODAY)


def test_catching_up_tells_how_many_facts_it_applied(room: Room) -> None:
    """And applies none a second time."""
    where = make(room)

    def counts(store: Store) -> list[int]:
        return [catch_up.catch_up(store, TODAY) for _ in range(2)]

    with opened(where) as store:
        add(store, note("a"), note("b"), note("c"))
        assert counts(store) == [3, 0]
        assert catch_up.rebuild(store, TODAY) == 3


def test_a_source_that_is_dated_ahead(room: Room) -> None:
    """The log tells when a source was published, whatever its own date is."""
    tomorrow = draft("source.registered", "s", title="T", published="2025", on="2026-03-05")
    where = make(room, tomorrow, note("a", source="s"))
    assert as_tables(where) == as_time_travel(where, TODAY)
    assert as_tables(where)["log"][1].published is not None


def test_an_addition_without_a_lower_bound(room: Room) -> None:
    """An expansion by at most 3 t of a plant without a stated capacity says next to nothing."""
    where = make(room, draft("plant.capacity_expanded", "p", on="2025", added="<=3 t"))
    assert as_tables(where) == as_time_travel(where, TODAY)


def test_the_registry_says_of_each_view_what_the_view_says() -> None:
    """The kinds of streams that a view has rows of stand in its file and in the registry."""
    for view in load_all():
        assert ROWS_OF[view.name] == (None if view.compose is not None else view.kinds), view.name
