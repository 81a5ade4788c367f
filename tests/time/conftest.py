from __future__ import annotations

import pytest

from tests.rooms import Room
from tests.time.given import Ledger, Person, ledger_in


@pytest.fixture
def ledger(room: Room) -> Ledger:
    """An empty ledger."""
    return ledger_in(room)


@pytest.fixture
def person(room: Room, capsys: pytest.CaptureFixture[str]) -> Person:
    """Somebody at a console with an empty ledger."""
    room.empty()
    return Person(room, capsys)
