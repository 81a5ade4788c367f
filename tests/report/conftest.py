from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.report import portfolio
from tests.rooms import Room


@pytest.fixture(scope="session")
def rich(new_room: Callable[[str], Room]) -> Room:
    """A ledger with all that a report has to show."""
    room = new_room("rich")
    portfolio.rich(room)
    return room


@pytest.fixture(scope="session")
def hostile(new_room: Callable[[str], Room]) -> Room:
    """A ledger with texts that mean harm."""
    room = new_room("hostile")
    portfolio.hostile(room)
    return room


@pytest.fixture(scope="session")
def example(new_room: Callable[[str], Room]) -> Room:
    """A ledger of the example portfolio."""
    room = new_room("example-report")
    portfolio.types(room, "init", "--example")
    return room


@pytest.fixture(scope="session")
def page(rich: Room) -> Path:
    """The report of the rich ledger, with what changed since its fact #20."""
    path = rich.folder / "report.html"
    portfolio.types(rich, "report", "-o", str(path), "--since", "#20")
    return path


@pytest.fixture(scope="session")
def hostile_page(hostile: Room) -> Path:
    """The report of the ledger with texts that mean harm."""
    path = hostile.folder / "report.html"
    portfolio.types(hostile, "report", "-o", str(path), "--since", "#2")
    return path
