"""Whoever asks while the tables are made anew waits for the end of it, and gets every row."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest

from ledger.cut import Cut
from ledger.database import Database, locate
from ledger.store import created, opened
from projections.catch_up import catch_up, rebuild
from projections.log_filter import LogFilter
from projections.read import reader
from tests.postgres.followers import ask, until
from tests.store.ledgers import TODAY, add, note

WAITING = (
    "SELECT count(*) FROM pg_locks WHERE NOT granted AND database = "
    "(SELECT oid FROM pg_database WHERE datname = current_database())"
)
COUNT = 5


def by_sql(where: Database) -> int:
    """By a query of somebody's own."""
    _, ((count,),) = where.ask("SELECT count(*) FROM view_log")
    assert isinstance(count, int)
    return count


def by_a_view(where: Database) -> int:
    """By a view of now."""
    with reader(where, Cut(TODAY), TODAY) as views:
        return len(list(views.log(LogFilter()).rows))


def by_a_cut(where: Database) -> int:
    """By a view of an earlier state, of which the tables hold a part."""
    with reader(where, Cut(TODAY, known_at=COUNT), TODAY) as views:
        return len(list(views.answer("context").rows))


@pytest.mark.parametrize("asking", [by_sql, by_a_view, by_a_cut])
def test_no_row_is_missing(database_url: str, asking: Callable[[Database], int]) -> None:
    """While the old tables are dropped and the new ones are empty, and nobody knows of either."""
    where = locate(database_url)
    with created(where) as store:
        add(store, *(note(f"n-{number}") for number in range(COUNT)))
        catch_up(store, TODAY)

    def rebuilding() -> int:
        with opened(where) as store:
            return rebuild(store, TODAY)

    with psycopg.connect(database_url) as other, ThreadPoolExecutor() as others:
        other.execute("LOCK TABLE notification_tracking IN EXCLUSIVE MODE")
        rebuilt = others.submit(rebuilding)  # comes as far as the position, which is locked
        until(lambda: ask(database_url, WAITING) == [(1,)])
        asked = others.submit(asking, where)
        until(lambda: ask(database_url, WAITING) == [(2,)])
        other.commit()
        assert asked.result(60) == COUNT
        assert rebuilt.result(60) == COUNT
