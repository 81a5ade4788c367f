"""Completion in the shell: commands, options, types, ids, companies, stages."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from socket import socket
from time import monotonic

import pytest

from ledger.database import Database
from tests.rooms import Room
from tests.store import ledgers
from tests.store.ledgers import draft, make


@pytest.fixture(scope="module")
def where(new_room: Callable[[str], Room]) -> Database:
    """A ledger with something to complete."""
    return make(
        new_room("completion"),
        draft("source.registered", "acme-2025", title="Report", published="2025"),
        draft("company.registered", "acme", name="ACME"),
        draft("company.registered", "beta", name="Beta"),
        draft("plant.completed", "north", on="2025"),
        draft("contract.signed", "supply", on="2025"),
    )


def completed(folder: Path, words: str, ledger: str = "ledger.db") -> list[str]:
    """What bash would offer behind these words; a space at the end begins a new one."""
    typed = words.split(" ")
    run = ledgers.program(
        cwd=folder,
        code="import sys\nsys.argv[0] = 'lsledger'\nfrom cli.main import main\nmain()",
        env={
            "LSLEDGER_LEDGER": ledger,
            "_LSLEDGER_COMPLETE": "bash_complete",
            "COMP_WORDS": f"lsledger {words}",
            "COMP_CWORD": str(len(typed)),
        },
    )
    assert run.stderr == ""
    return [line.partition(",")[2] for line in run.stdout.splitlines() if line]


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        ("con", ["contracts", "conflicts", "context"]),
        ("record plant.clo", ["plant.closed"]),
        ("record fact.", []),
        ("record plant.completed n", ["north"]),
        ("record contract.amended ", ["supply"]),
        ("record plant.completed north --comp", ["--company"]),
        ("record plant.completed north --company a", ["acme"]),
        ("record plant.completed north --source ", ["acme-2025"]),
        ("record plant.completed north --stage prec", ["precursor"]),
        ("record contract.signed x --kind off", ["offtake"]),
        ("record investment.planned x --plants ", ["plant:north"]),
        ("record promise.made x --about ", ["contract:supply", "plant:north"]),
        ("record promise.made x --about plant:n", ["plant:north"]),
        ("plants --company ", ["acme", "beta"]),
        ("plants --stage nickel-s", ["nickel-sulfate"]),
        ("plants --material cop", ["copper"]),
        ("show nor", ["north"]),
        ("show plant:", ["plant:north"]),
        ("log --type plant.com", ["plant.commissioned", "plant.completed"]),
        ("log --source acme", ["acme-2025"]),
        ("log --type fact.re", ["fact.retracted"]),
        ("log plant:n", ["plant:north@1"]),
        ("correct plant:n", ["plant:north@1"]),
        ("retract c", ["company:acme@1", "company:beta@1", "contract:supply@1"]),
        ("corroborate plant:north@1 --source a", ["acme-2025"]),
        ("dispute plant:north@1 --source a", ["acme-2025"]),
        ("source show ", ["acme-2025"]),
        ("export fac", ["facts"]),
        ("completion ", ["bash", "zsh", "fish"]),
    ],
)
def test_what_the_tab_key_offers(
    where: Database, tmp_path: Path, words: str, offered: list[str]
) -> None:
    """The words that fit, and no others."""
    found = completed(tmp_path, words, str(where))
    assert sorted(found) == sorted(offered)


def test_completion_does_without_a_ledger(tmp_path: Path) -> None:
    """It offers what needs none, makes no file, and complains about nothing."""
    assert completed(tmp_path, "show ") == []
    assert "plant.closed" in completed(tmp_path, "record plant.")
    assert completed(tmp_path, "record fact.") == []
    assert completed(tmp_path, "plants --stage ore") == ["ore"]
    assert list(tmp_path.iterdir()) == []


def test_completion_does_without_a_server(tmp_path: Path) -> None:
    """When the server does not answer, it offers nothing, soon, and says nothing of it."""
    with closing(socket()) as silent:  # takes connections, and never says a word
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        hosts = ",".join([f"127.0.0.1:{silent.getsockname()[1]}"] * 6)  # five seconds each
        url = f"postgresql://kim:secret@{hosts}/x"
        begun = monotonic()
        assert completed(tmp_path, "show ", url) == []
        assert monotonic() - begun < 20
    assert completed(tmp_path, "show ", "postgresql://kim:secret@127.0.0.1:1/x") == []
    assert completed(tmp_path, "show ", "postgresql://kim:s%zz@h/x") == []
    assert completed(tmp_path, "plants --stage ore", url) == ["ore"]


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_script_of_a_shell(tmp_path: Path, shell: str) -> None:
    """`completion SHELL` prints what the shell evaluates."""
    run = ledgers.program("completion", shell, cwd=tmp_path)
    assert run.returncode == 0
    assert f"_LSLEDGER_COMPLETE={shell}_complete" in run.stdout
