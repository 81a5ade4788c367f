from __future__ import annotations

from pathlib import Path

import pytest

from ledger.database import Database
from projections.read import Answer
from tests.exports.portfolio import EXAMPLE, HARD, answers, made


@pytest.fixture(scope="session")
def example(tmp_path_factory: pytest.TempPathFactory) -> Database:
    """A ledger of the example portfolio."""
    return made(tmp_path_factory.mktemp("example"), *EXAMPLE)


@pytest.fixture(scope="session")
def hard(tmp_path_factory: pytest.TempPathFactory) -> Database:
    """A ledger of the example and of facts that are hard on every format."""
    folder = tmp_path_factory.mktemp("hard")
    file: Path = folder / "hard.yaml"
    file.write_text(HARD, "utf-8")
    return made(folder, *EXAMPLE, file)


@pytest.fixture(scope="session")
def shown(hard: Database) -> dict[str, Answer]:
    """What every view of the hard ledger shows."""
    return answers(hard)
