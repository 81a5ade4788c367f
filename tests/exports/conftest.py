from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from ledger.database import Database
from projections.read import Answer
from tests.exports.portfolio import CONTRADICTING, EXAMPLE, HARD, answers, made
from tests.exports.whole import TEXTS, Whole, whole
from tests.rooms import Room


@pytest.fixture(scope="session")
def example(new_room: Callable[[str], Room]) -> Database:
    """A ledger of the example portfolio."""
    return made(new_room("example"), *EXAMPLE)


@pytest.fixture(scope="session")
def hard(new_room: Callable[[str], Room]) -> Database:
    """A ledger of the example and of facts that are hard on every format."""
    room = new_room("hard")
    files: list[Path] = []
    for name, text in (("hard.yaml", HARD), ("contradicting.yaml", CONTRADICTING)):
        files.append(room.folder / name)
        files[-1].write_text(text, "utf-8")
    return made(room, *EXAMPLE, *files)


@pytest.fixture(scope="session")
def shown(hard: Database) -> dict[str, Answer]:
    """What every view of the hard ledger shows."""
    return answers(hard)


@pytest.fixture(scope="session")
def everything(new_room: Callable[[str], Room]) -> Whole:
    """A ledger of all that is hard, to be handed on as a whole."""
    return whole(new_room, "everything", *TEXTS)
