from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.console import Console, console_in


@pytest.fixture
def console(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Console:
    """A person at a console in an empty folder."""
    return console_in(tmp_path, capsys, monkeypatch)


@pytest.fixture
def ledger(console: Console) -> Console:
    """The same, with an empty ledger."""
    assert console("init").code == 0
    return console
