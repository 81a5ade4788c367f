from __future__ import annotations

from pathlib import Path

import pytest

from ledger.sqlite.file import SqliteFile
from projections.read import Answer
from tests.exports.portfolio import CONTRADICTING, EXAMPLE, HARD, answers, made


@pytest.fixture(scope="session")
def example(tmp_path_factory: pytest.TempPathFactory) -> SqliteFile:
    """A ledger of the example portfolio."""
    return made(tmp_path_factory.mktemp("example"), *EXAMPLE)


@pytest.fixture(scope="session")
def hard(tmp_path_factory: pytest.TempPathFactory) -> SqliteFile:
    """A ledger of the example and of facts that are hard on every format."""
    folder = tmp_path_factory.mktemp("hard")
    files: list[Path] = []
    for name, text in (("hard.yaml", HARD), ("contradicting.yaml", CONTRADICTING)):
        files.append(folder / name)
        files[-1].write_text(text, "utf-8")
    return made(folder, *EXAMPLE, *files)


@pytest.fixture(scope="session")
def shown(hard: SqliteFile) -> dict[str, Answer]:
    """What every view of the hard ledger shows."""
    return answers(hard)
