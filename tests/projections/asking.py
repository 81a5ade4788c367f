"""Asking the views in tests: rows by name, from facts given on the spot."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from ledger.cut import Cut
from ledger.database import Database
from ledger.envelope import Draft
from projections.filters import Filters
from projections.read import past_rows, reader
from projections.views import load
from tests.rooms import Room
from tests.store.ledgers import TODAY, draft, make

COMPANY = draft("company.registered", "acme", name="Acme")


def rows(
    where: Database, view: str, filters: Filters | None = None, today: date = TODAY
) -> Sequence[Any]:
    """The rows of a view as they are shown; time travel must give the same."""
    with reader(where, Cut(today), today) as now:
        shown = list(now.answer(view, filters).rows)
    if filters is None and load(view).compose is None:
        with where.reading() as connection:
            folded = list(past_rows(connection, Cut(today), None)(load(view)))
        summarise = load(view).summarise
        assert shown == (
            [made.row for made in summarise(folded)] if summarise is not None else folded
        )
    return shown


def asked(
    room: Room, view: str, *drafts: Draft, today: date = TODAY, name: str = "ledger.db"
) -> list[Any]:
    """The rows of a view of a new ledger that holds the drafts."""
    return list(rows(make(room, COMPANY, *drafts, name=name), view, today=today))
