"""Making a ledger: others find it once it is finished, and what they record in it stays."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from ledger.errors import LedgerMissingError, StoreError
from ledger.store import Store, created, opened
from tests.rooms import Room
from tests.store.ledgers import add, bytes_of, note


@contextmanager
def stopped() -> Iterator[None]:
    """What is done in it is stopped by whoever started it."""
    with pytest.raises(KeyboardInterrupt):
        yield


def test_nobody_finds_a_ledger_in_the_making(room: Room) -> None:
    """Whoever looks before the end finds none, and can record nothing that would be taken away."""
    where = room.place()
    with created(where) as store:
        add(store, note("first", "처음"))
        with pytest.raises(StoreError, match=r"no ledger|not a ledger"):
            where.check()
    where.check()
    assert len(bytes_of(where)) == 1


def test_what_fails_leaves_nothing(room: Room) -> None:
    """Whoever is stopped while a ledger is made can make one there afterwards."""
    where = room.place()
    with stopped(), created(where) as store:
        add(store, note("first", "처음"))
        raise KeyboardInterrupt
    with pytest.raises(LedgerMissingError):
        where.check()
    with created(where):
        pass
    assert bytes_of(where) == []


def test_a_finished_ledger_is_not_taken_away(room: Room) -> None:
    """Whoever makes it is stopped after somebody else recorded in it: the fact is there."""
    where = room.place()
    with stopped(), where.room():
        store = Store(where, new=True)
        where.prepare()
        where.finish()
        store.close()
        with opened(where) as theirs:
            add(theirs, note("theirs", "남의 말"))
        raise KeyboardInterrupt
    assert len(bytes_of(where)) == 1
