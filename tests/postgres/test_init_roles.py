"""`init --roles`: a ledger with its roles, or nothing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from cli.main import run
from cli.settings import Settings
from ledger.postgres.roles import roles_of
from ledger.store import opened
from tests import servers
from tests.postgres.team import Person, Team, on
from tests.store.ledgers import add, bytes_of, note


@pytest.fixture
def team(postgres: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Team]:
    """A team whose database is empty; everybody works in an empty folder."""
    monkeypatch.chdir(tmp_path)
    with on(postgres) as made:
        yield made


def everything(team: Team) -> list[tuple[str, str]]:
    """What stands in the database, beside what a new one has, and the roles named after it."""
    with team.admin.connected() as connection:
        return connection.execute(
            "SELECT 'relation', relname::text FROM pg_class WHERE relnamespace = "
            "'public'::regnamespace UNION ALL "
            "SELECT 'function', proname::text FROM pg_proc WHERE pronamespace = "
            "'public'::regnamespace UNION ALL "
            "SELECT 'type', typname::text FROM pg_type WHERE typnamespace = "
            "'public'::regnamespace UNION ALL "
            "SELECT 'schema', nspname::text FROM pg_namespace WHERE nspname LIKE 'ledger%%' "
            "UNION ALL SELECT 'role', rolname::text FROM pg_roles WHERE starts_with(rolname, %s)",
            (f"{team.database}_",),
        ).fetchall()


def owned_by(team: Team, person: Person) -> None:
    """Give the database itself to somebody."""
    with team.admin.connected() as connection:
        connection.execute(f'ALTER DATABASE "{team.database}" OWNER TO "{person.name}"'.encode())


def roles_used(team: Team) -> None:
    """A writer records, a reader reads, and the ledger is as it should be."""
    kim, han = team.person("kim", "writer"), team.person("han", "reader")
    with opened(kim.where) as store:
        add(store, note("a", "역할을 나눈다"))
    assert kim("rebuild") == 0
    assert han("context") == 0
    assert han("verify") == 0
    assert han("rebuild") == 1


def test_somebody_who_may_make_roles(team: Team, capsys: pytest.CaptureFixture[str]) -> None:
    """Nobody needs to be the superuser: whoever owns the database and may make roles makes it,
    and can record and read afterwards.
    """
    lead = team.person("lead", rights="CREATEROLE")
    owned_by(team, lead)
    assert lead("init", "--roles", "--example") == 0
    assert f"GRANT {team.database}_writer TO kim." in capsys.readouterr().err
    roles_used(team)
    with opened(lead.where) as store:
        add(store, note("by-the-lead"))
    assert lead("rebuild") == 0
    assert lead("verify") == 0


def test_somebody_who_may_not(team: Team, capsys: pytest.CaptureFixture[str]) -> None:
    """An error says why, nothing at all is left, and whoever may can do it afterwards."""
    kim = team.person("someone")
    owned_by(team, kim)
    before = everything(team)
    for words in ((), ("--example",)):
        assert kim("init", "--roles", *words) == 1
        err = capsys.readouterr().err
        assert "error[not-permitted]" in err
        assert "CREATEROLE" in err
        assert "Made" not in err
        assert everything(team) == before
    assert kim("plants") == 1
    assert "error[ledger-missing]" in capsys.readouterr().err
    assert team.admin("init", "--roles", "--example") == 0
    roles_used(team)


def test_somebody_who_may_not_makes_one_without(team: Team) -> None:
    """Without --roles whoever owns the database needs no more rights."""
    kim = team.person("someone")
    owned_by(team, kim)
    assert kim("init", "--example") == 0
    assert kim("verify") == 0


def test_somebody_who_may_make_no_tables(team: Team, capsys: pytest.CaptureFixture[str]) -> None:
    """In a database of somebody else's nothing is made, and the error says so."""
    kim = team.person("someone", rights="CREATEROLE")
    before = everything(team)
    for words in ((), ("--roles",)):
        assert kim("init", *words) == 1
        assert "error[not-permitted]" in capsys.readouterr().err
        assert everything(team) == before


def test_what_fails_later_takes_all_away(team: Team, capsys: pytest.CaptureFixture[str]) -> None:
    """A ledger that is given to roles and cannot be filled is removed, by whoever made it."""
    lead = team.person("lead", rights="CREATEROLE")
    owned_by(team, lead)
    before = everything(team)
    Path("facts.jsonl").write_text("{}\n")
    assert lead("init", "--roles", "--restore", "facts.jsonl") == 2
    assert "Made" not in capsys.readouterr().err
    assert [made for made in everything(team) if made[0] != "role"] == before
    assert lead("init", "--roles") == 0
    roles_used(team)


def test_roles_that_are_there(team: Team) -> None:
    """Roles of these names are used as they are, with those who are members already."""
    with team.admin.connected() as connection:
        for which in ("owner", "writer", "reader"):
            connection.execute(f"CREATE ROLE {team.role(which)}".encode())
    early = team.person("early", "writer")
    assert team.admin("init", "--roles") == 0
    with opened(early.where) as store:
        add(store, note("early"))
    roles_used(team)


def test_roles_of_somebody_else(team: Team, capsys: pytest.CaptureFixture[str]) -> None:
    """Roles that whoever asks may not use are left alone, and nothing is made."""
    lead = team.person("lead")
    owned_by(team, lead)
    with team.admin.connected() as connection:
        for which in ("owner", "writer", "reader"):
            connection.execute(f"CREATE ROLE {team.role(which)}".encode())
    before = everything(team)
    assert lead("init", "--roles") == 1
    assert "error[not-permitted]" in capsys.readouterr().err
    assert everything(team) == before


def test_two_ledgers_on_one_server(
    team: Team, postgres: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each has roles of its own: who records in one can neither record nor read in the other."""
    assert team.admin("init", "--roles", "--example") == 0
    with on(postgres) as second:
        assert second.admin("init", "--roles") == 0
        kim, lee = team.person("kim", "writer"), second.person("lee", "writer")
        elsewhere = Person(kim.name, servers.named(kim.url, second.database))
        with opened(kim.where) as store:
            add(store, note("a"))
        with opened(lee.where) as store:
            add(store, note("b"))
        capsys.readouterr()
        assert elsewhere("log") == 1
        assert "error[not-permitted]" in capsys.readouterr().err
        assert elsewhere("rebuild") == 1
        assert len(bytes_of(second.admin.where)) == 1


def test_a_name_that_must_be_quoted(postgres: str, capsys: pytest.CaptureFixture[str]) -> None:
    """A database of any name gives roles whose names a server takes, and GRANT can be typed."""
    with on(postgres, stem="Team-Buch 리튬") as team:
        assert team.admin("init", "--roles") == 0
        assert f"GRANT {team.role('writer')} TO kim." in capsys.readouterr().err
        roles_used(team)


def test_long_names_have_roles_of_their_own() -> None:
    """A server cuts off what is longer than 63 bytes: the names of roles are not, and no two
    databases share them.
    """
    databases = ["x" * 63, "x" * 62 + "y", "x" * 50, "리" * 21, "리" * 20 + "튬"]
    names = [name for database in databases for name in roles_of(database)]
    assert len(set(names)) == len(names)
    assert all(len(name.encode()) <= 63 for name in names)
    assert roles_of("ledger") == ("ledger_owner", "ledger_writer", "ledger_reader")


def test_a_file_has_no_roles(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """On SQLite --roles is wrong input, and no file is made."""
    ledger = tmp_path / "ledger.db"
    assert run(["--ledger", str(ledger), "init", "--roles"], Settings()) == 2
    assert "has no roles" in capsys.readouterr().err
    assert not ledger.exists()


def test_the_superuser_is_made_a_member_of_nothing(team: Team) -> None:
    """Whoever may do everything anyway gets no role that they did not ask for."""
    assert team.admin("init", "--roles") == 0
    with psycopg.connect(team.admin.url) as connection:
        ((count,),) = connection.execute(
            "SELECT count(*) FROM pg_auth_members m JOIN pg_roles r ON r.oid = m.roleid "
            "JOIN pg_roles w ON w.oid = m.member "
            "WHERE starts_with(r.rolname, %s) AND w.rolname = current_user",
            (f"{team.database}_",),
        )
    assert count == 0
