"""Streams are read one after the other, in pages and batches: none of it shows in the rows."""

from __future__ import annotations

import tempfile
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger import history
from ledger.cut import Cut
from ledger.store import opened
from projections import tables
from projections.time_travel import Past
from tests.projections.histories import REGISTERED, histories, record_what_goes
from tests.rooms import Room
from tests.store.ledgers import TODAY, add, draft, make, note, rebuilt, tables_of


@given(batches=histories(), today=st.sampled_from((TODAY, date(2026, 7, 1))))
def test_what_was_let_go_is_read_again(batches: list[list[Any]], today: date) -> None:
    """However few facts are kept, the rows are those of one who keeps all."""
    with tempfile.TemporaryDirectory() as folder:
        where = make(Path(folder), *REGISTERED)
        with opened(where) as store:
            for batch in batches:
                record_what_goes(store, batch)
        with where.reading() as connection:
            load = partial(history.stream, connection)
            streams = history.stream_names(connection)
            keeps_all, keeps_one = Past(load, Cut(today)), Past(load, Cut(today), most=1)
            for view in tables.stored_views():
                for stream in streams:
                    rows = list(keeps_one.stream_rows(view, stream))
                    assert rows == list(keeps_all.stream_rows(view, stream))


def test_pages_and_batches_leave_no_seam(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    """Streams that are longer than a page, and end with one, are whole; so are the tables."""
    where = make(
        room,
        draft("company.registered", "c", name="C"),
        draft("source.registered", "s", title="S", published="2025"),
        *(note("a", f"{number}", source="s") for number in range(6)),
        *(note("b", f"{number}") for number in range(7)),
        draft("plant.named", "p", on="2025", company="c"),
    )
    whole = rebuilt(where)
    monkeypatch.setattr(history, "PAGE", 3)
    monkeypatch.setattr(tables, "BATCH", 2)
    assert rebuilt(where) == whole
    with opened(where) as store:
        add(store, *(note(f"n-{number}", source="s") for number in range(5)))
    assert rebuilt(where) == tables_of(where)
    with where.reading() as connection:
        assert [len(facts) for _, facts in history.by_stream(connection)] == [
            *(1, 6, 7),
            *(1, 1, 1, 1, 1),
            *(1, 1),
        ]
