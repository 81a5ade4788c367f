from __future__ import annotations

import pytest

from tests.rooms import Room
from tests.rules.given import Given


@pytest.fixture
def given(room: Room) -> Given:
    """Makes ledgers with facts in them."""
    return Given(room)
