"""Processes that stand in each other's way: one of them has to wait, or to give up.

What comes of many that record and read at once, `tests/contract` shows.
"""

from __future__ import annotations

from contextlib import ExitStack
from datetime import date

import pytest

import cli.recording
from cli.main import run
from cli.settings import Settings
from ledger import database
from ledger.errors import BusyError
from ledger.store import Store, opened
from projections import catch_up
from tests.outside import writing
from tests.rooms import Room
from tests.store.ledgers import (
    ACTOR,
    NOW,
    add,
    bytes_of,
    make,
    note,
)


def test_a_process_that_gives_up_says_busy(
    room: Room, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """While another process holds the lock, recording ends with `busy` and nothing recorded."""
    where = make(room, note("a"))
    monkeypatch.setattr(database, "LOCK_TIMEOUT", 1)
    settings = Settings(ledger=str(where), actor=ACTOR, clock=lambda: NOW)
    fact = ["record", "source.registered", "s", "--title", "T", "--published", "2025"]
    with writing(where):
        assert run(fact, settings) == 1
        assert "error[busy]: another process is writing" in capsys.readouterr().err
        assert run(["context", "--format", "json"], settings) == 0  # reading goes on
    assert len(bytes_of(where)) == 1
    assert run(fact, settings) == 0
    assert len(bytes_of(where)) == 2


def test_busy_is_told_by_the_store_itself(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    """The library's OperationalError reaches nobody."""
    where = make(room)
    monkeypatch.setattr(database, "LOCK_TIMEOUT", 1)
    with writing(where), pytest.raises(BusyError), opened(where) as store:
        add(store, note("a"))
    assert bytes_of(where) == []


def test_facts_that_are_stored_are_told_as_recorded(
    room: Room, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """When only the catching up has to give up, the facts are recorded and told to be."""
    where = make(room)
    monkeypatch.setattr(database, "LOCK_TIMEOUT", 1)
    held = ExitStack()
    real = catch_up.catch_up

    def locked_out(store: Store, today: date) -> int:
        held.enter_context(writing(where))  # somebody else was quicker, after the facts were stored
        return real(store, today)

    monkeypatch.setattr(cli.recording, "catch_up", locked_out)
    settings = Settings(ledger=str(where), actor=ACTOR, clock=lambda: NOW)
    with held:
        code = run(
            ["record", "source.registered", "s", "--title", "T", "--published", "2025"], settings
        )
    stored = len(bytes_of(where))
    assert "nothing was recorded" not in capsys.readouterr().err or stored == 0
    assert (code, stored) == (0, 1)
