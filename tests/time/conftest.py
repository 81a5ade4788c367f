from __future__ import annotations

from pathlib import Path

import pytest

from tests.time.given import Ledger, Person, ledger_in


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    """An empty ledger."""
    return ledger_in(tmp_path)


@pytest.fixture
def person(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Person:
    """Somebody at a console with an empty ledger, made on 2023-12-01."""
    typing = Person(tmp_path / "ledger.db", capsys)
    typing.does("init")
    return typing
