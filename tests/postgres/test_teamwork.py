"""What each role may do with a ledger on a server, one person after the other."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from cli.main import COMMANDS
from ledger.store import opened
from tests.postgres.followers import following
from tests.postgres.team import Person, Team, on
from tests.store.ledgers import add, bytes_of, note

PLANT = "plant:llbs-saemangeum-precursor"

READING = {
    "portfolio": (),
    "contracts": (),
    "investments": ("--as-of", "2025"),
    "plants": ("--known-at", "#20"),
    "capacity": ("--format", "json"),
    "promises": ("--public-at", "2026"),
    "chain": (),
    "totals": (),
    "conflicts": (),
    "companies": ("--format", "csv", "--with-evidence"),
    "context": (),
    "show": (PLANT, "--why"),
    "why": (PLANT, "status"),
    "log": ("--last", "5"),
    "diff": ("--from", "as-of=2024"),
    "coverage": (),
    "verify": (),
    "checkpoint": ("--list",),
    "prove": (f"{PLANT}@1",),
    "export": ("facts", "-o", "facts.jsonl"),
    "report": ("-o", "report.md", "--since", "#40"),
    "chart": ("chain", "--format", "json"),
    "sql": ("SELECT count(*) FROM view_log",),
    "status": (),
    "source": ("check",),
    "completion": ("bash",),
    "schema": (),
}
"""Each command that reads, and how it is asked."""

NOT_READING = {
    *("init", "demo", "record", "import", "correct", "retract", "corroborate", "dispute"),
    *("keygen", "verify-proof", "rebuild", "follow", "backup", "copy"),
}
"""The commands that write, or need no ledger."""


@pytest.fixture
def team(postgres: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Team]:
    """A team with the example portfolio, whose people work in an empty folder."""
    monkeypatch.chdir(tmp_path)
    with on(postgres) as made:
        assert made.admin("init", "--roles", "--example") == 0
        yield made


def noted(person: Person, id_: str) -> int:
    """Somebody records a fact."""
    fact = ("context.noted", id_, "--on", "2026", "--subject", "market", "--about", "world")
    return person("record", *fact, "--statement", f"{id_}: 리튬 시장")


def test_writers_take_turns(team: Team) -> None:
    """Two writers do all that is recording and maintaining, one after the other; none owns the
    tables of the views so that the other could not make them anew.
    """
    kim, lee = team.person("kim", "writer"), team.person("lee", "writer")
    Path("facts.yaml").write_text("facts:\n  - company.registered: {id: acme, name: ACME}\n")
    Path("note.txt").write_text("삼성은 리튬을 산다.\nACME buys lithium.\n")
    published = ("--published", "2026", "--title", "리튬")
    assert kim("keygen", "example.com/team", "-o", "key") == 0
    for person, other in ((kim, lee), (lee, kim)):
        assert noted(person, f"by-{person.name[:3]}") == 0
        assert person("import", "facts.yaml") == 0
        assert person("plants") == 0
        assert other("rebuild") == 0
        corrected = ("--set", f"name={other.name[:3]}", "--reason", "오타")
        assert other("correct", "company:acme@1", *corrected) == 0
        assert person("source", "add", "note.txt", "--id", "note", *published) == 0
        assert person("checkpoint", "--key", "key") == 0
        assert person("verify") == 0
    assert noted(team.person("choi", "writer"), "by-choi") == 0
    assert team.admin("verify") == 0
    assert len(bytes_of(team.admin.where)) == 65 + 3 + 1 + 2 + 1


def test_the_owner_may_record_too(team: Team) -> None:
    """A member of the owner's role records, and keeps the views that writers own."""
    owner, kim = team.person("park", "owner"), team.person("kim", "writer")
    assert noted(owner, "a") == 0
    assert owner("rebuild") == 0
    assert noted(kim, "b") == 0
    assert owner("context") == 0


def test_every_command_is_asked() -> None:
    """A command that is new is read with, or is said not to read."""
    known = {name for commands in COMMANDS.values() for name in commands}
    assert known - NOT_READING == set(READING)


def test_a_reader_reads_everything(team: Team) -> None:
    """Every reading command answers somebody who may only read, and says what anybody reads."""
    han = team.person("han", "reader")
    assert team.admin("keygen", "example.com/team", "-o", "key") == 0
    assert team.admin("checkpoint", "--key", "key") == 0
    for command, words in READING.items():
        assert han(command, *words) == 0, command


def test_a_reader_while_the_tables_are_behind(
    team: Team, capsys: pytest.CaptureFixture[str]
) -> None:
    """What nobody has caught up with yet is answered from the facts, and `sql`, which cannot,
    says so; the tables are left as they are.
    """
    han, kim = team.person("han", "reader"), team.person("kim", "writer")
    with opened(kim.where) as store:
        add(store, note("new", "새로운 말"))
    capsys.readouterr()
    assert han("context", "--format", "csv") == 0
    assert "새로운 말" in capsys.readouterr().out
    for command, words in READING.items():
        if command != "prove":  # nothing was signed
            assert han(command, *words) == 0, command
    capsys.readouterr()
    assert han("sql", "SELECT count(*) AS n FROM view_log") == 0
    shown = capsys.readouterr()
    assert "65" in shown.out
    assert "The tables are behind the facts" in shown.err
    assert kim("context", "--format", "csv") == 0
    capsys.readouterr()
    assert han("sql", "SELECT count(*) AS n FROM view_log") == 0
    shown = capsys.readouterr()
    assert ("66" in shown.out, shown.err) == (True, "")


def test_a_writer_follows_for_readers(team: Team, capsys: pytest.CaptureFixture[str]) -> None:
    """A follower needs no more than the writer's role; then readers' tables are never behind."""
    han, kim, lee = (
        team.person(name, role)
        for name, role in (("han", "reader"), ("kim", "writer"), ("lee", "writer"))
    )
    with following(kim.url, clock="datetime(2026, 3, 31, 9, 30, tzinfo=UTC)") as follower:
        follower.said("Following")
        with opened(lee.where) as store:
            add(store, note("new", "새로운 말"))
        assert follower.applied(66) == 1
        capsys.readouterr()
        assert han("sql", "SELECT count(*) AS n FROM view_log") == 0
        shown = capsys.readouterr()
        assert ("66" in shown.out, shown.err) == (True, "")


@pytest.mark.parametrize("words", [("rebuild",), ("import", "facts.yaml"), ("follow",)])
def test_a_reader_who_writes(
    team: Team, words: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    """Is told by an error of ours which role could, and nothing is recorded."""
    han = team.person("han", "reader")
    Path("facts.yaml").write_text("facts:\n  - company.registered: {id: acme, name: ACME}\n")
    capsys.readouterr()
    assert han(*words) == 1
    err = capsys.readouterr().err
    assert "error[read-only]" in err
    assert "The writer's role can" in err
    assert noted(han, "a") == 1
    assert len(bytes_of(team.admin.where)) == 65


def test_somebody_without_a_role(team: Team, capsys: pytest.CaptureFixture[str]) -> None:
    """Reads nothing, and is told so."""
    nobody = team.person("nobody")
    capsys.readouterr()
    for words in (("plants",), ("status",), ("verify",), ("log",), ("rebuild",)):
        assert nobody(*words) == 1
        assert "error[not-permitted]" in capsys.readouterr().err
