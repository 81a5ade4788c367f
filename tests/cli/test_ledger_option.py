"""Which ledger is meant: by option, before or after the command, or by the environment."""

from __future__ import annotations

import pytest

from tests.cli.console import Console


@pytest.fixture
def two(console: Console) -> Console:
    """An empty ledger, and one with a fact; the environment names the empty one."""
    console("--ledger", "empty.db", "init")
    console("--ledger", "full.db", "init")
    console("--ledger", "full.db", "record", "company.registered", "acme", "--name", "ACME")
    console.monkeypatch.setenv("LSLEDGER_LEDGER", console.room.typed("empty.db"))
    return console


@pytest.mark.parametrize("words", [("--ledger", "full.db", "status"),
                                   ("status", "--ledger", "full.db")])  # fmt: skip
def test_what_is_typed_comes_before_the_environment(two: Console, words: tuple[str, ...]) -> None:
    """Wherever --ledger stands, LSLEDGER_LEDGER does not undo it."""
    assert "facts: 1" in two(*words).out


def test_the_environment_names_the_ledger(two: Console) -> None:
    """Without the option, LSLEDGER_LEDGER is meant."""
    assert "facts: 0" in two("status").out


def test_verification_names_what_it_verified(two: Console) -> None:
    """Nobody takes the report of one ledger for that of another."""
    assert two("--ledger", "full.db", "verify").out.startswith("full.db\n")
