"""Ctrl-C inside a value's serializer, which pydantic calls and whose exceptions it wraps."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.console import Console

ROOT = Path(__file__).parents[2]

PROGRAM = """
import sys
from ledger.values import Money

told, left = Money.to_stored, int(sys.argv[1])

def to_stored(amount):
    global left
    left -= 1
    if not left:
        raise KeyboardInterrupt
    return told(amount)

Money.to_stored = to_stored
from cli.main import main
main(sys.argv[2:])
"""
"""lsledger, stopped while it writes an amount for the so-manieth time."""

FACTS = """
facts:
  - company.registered: {id: acme, name: 엘에스 ACME}
  - investment.announced: {id: a, on: 2025, company: acme, amount: KRW 285억}
  - investment.announced: {id: b, on: 2025, company: acme, amount: about KRW 1tn}
"""


@pytest.fixture
def stopped(ledger: Console) -> Console:
    """A console with a ledger that holds amounts."""
    assert ledger("import", ledger.file("facts.yaml", FACTS)).code == 0
    return ledger


def strike(at: int, *words: str) -> subprocess.CompletedProcess[str]:
    """Run a command on ledger.db, and stop it at an amount."""
    command = [sys.executable, "-c", PROGRAM, str(at), "--ledger", "ledger.db", *words]
    environment = {"PYTHONPATH": str(ROOT), "PATH": "", "LSLEDGER_ACTOR": "test"}
    return subprocess.run(command, capture_output=True, text=True, env=environment, check=False)


@pytest.mark.sqlite
@pytest.mark.parametrize(
    "words",
    [["rebuild"], ["verify"], ["show", "investment:a", "--format", "json"]],
    ids=lambda words: words[0],
)
def test_a_command_that_reads(stopped: Console, words: list[str]) -> None:
    """It ends as stopped: no traceback, and nothing is called damaged."""
    ran = strike(1, *words)
    assert ran.returncode == 130, ran.stderr
    assert "Traceback" not in ran.stderr
    assert "FAILED" not in ran.stdout
    assert stopped("verify").code == 0


@pytest.mark.sqlite
def test_an_import(stopped: Console) -> None:
    """Before the commit nothing is recorded; behind it the facts are, and both are told."""
    more = FACTS.replace("id: a,", "id: c,").replace("id: b,", "id: d,")
    stopped.file("more.yaml", more)
    before = strike(1, "import", "more.yaml")
    assert before.returncode == 130, before.stderr
    assert "nothing was recorded" in before.stderr
    assert "Traceback" not in before.stderr
    behind = strike(3, "import", "more.yaml")
    assert "Traceback" not in behind.stderr
    assert "investment:d" in stopped("log", "--format", "csv").out
