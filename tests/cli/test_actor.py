"""Who is recording: the nearest answer wins."""

from __future__ import annotations

import getpass
import subprocess

import pytest

from tests.cli.console import Console

FACT = ("record", "plant.named", "north", "--on", "2025")


@pytest.fixture
def anonymous(ledger: Console) -> Console:
    """Somebody of whom neither an option nor the environment tells who it is."""
    ledger.monkeypatch.delenv("LSLEDGER_ACTOR")
    ledger.monkeypatch.setenv("HOME", str(ledger.folder))
    ledger.monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(ledger.folder / "gitconfig"))
    ledger.monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    for name in ("GIT_DIR", "XDG_CONFIG_HOME", "GIT_CONFIG_COUNT", "GIT_CONFIG_PARAMETERS"):
        ledger.monkeypatch.delenv(name, raising=False)
    return ledger


def actor_of(console: Console, *words: str) -> str:
    """Record a fact; its actor."""
    assert console(*words).code == 0, console.ran[-1]
    return console.facts()[-1].actor


def test_the_option_comes_first(anonymous: Console) -> None:
    """Before the command or behind it, --actor outweighs the environment."""
    anonymous.monkeypatch.setenv("LSLEDGER_ACTOR", "variable@example.com")
    assert actor_of(anonymous, *FACT, "--actor", "김하늘") == "김하늘"
    assert actor_of(anonymous, "--actor", "lee", *FACT, "--name", "N") == "lee"


def test_then_the_variable(anonymous: Console) -> None:
    """LSLEDGER_ACTOR outweighs git; an empty one counts for nothing."""
    (anonymous.folder / "gitconfig").write_text("[user]\n\temail = git@example.com\n")
    anonymous.monkeypatch.setenv("LSLEDGER_ACTOR", "variable@example.com")
    assert actor_of(anonymous, *FACT) == "variable@example.com"
    anonymous.monkeypatch.setenv("LSLEDGER_ACTOR", "")
    assert actor_of(anonymous, *FACT, "--name", "N") == "git@example.com"


def test_then_git(anonymous: Console) -> None:
    """The folder's own user.email outweighs the global one."""
    (anonymous.folder / "gitconfig").write_text("[user]\n\temail = global@example.com\n")
    assert actor_of(anonymous, *FACT) == "global@example.com"
    subprocess.run(["git", "init", "-q"], check=True)
    subprocess.run(["git", "config", "user.email", "here@example.com"], check=True)
    assert actor_of(anonymous, *FACT, "--name", "N") == "here@example.com"


def test_then_the_system_user(anonymous: Console) -> None:
    """Without git, or where git knows nobody."""
    assert actor_of(anonymous, *FACT) == getpass.getuser()
    anonymous.monkeypatch.setenv("PATH", "")
    assert actor_of(anonymous, *FACT, "--name", "N") == getpass.getuser()


@pytest.mark.parametrize("name", ["a\x1b[31mb", "x" * 301, "a\u202eb"])
def test_a_name_that_could_deceive_is_refused(ledger: Console, name: str) -> None:
    """An actor is a text as any other: no escapes, not too long."""
    ran = ledger(*FACT, "--actor", name)
    assert ran.code == 2
    assert ran.err.startswith("error[text]")
    assert ledger.facts() == []
