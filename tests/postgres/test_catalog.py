"""Whatever is done to a ledger in a database, `verify` shows it; a new one passes on any server."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from cli.main import run
from cli.settings import Settings
from tests import servers
from tests.cli.console import NOW, Console, console_in
from tests.pool import Pool
from tests.postgres.attacks import ATTACKS
from tests.rooms import Room, Shelf

TEXT = "ACME opens its plant.\n\nIt will make 20,000 tonnes a year. 에이크미 공장 준공.\n"


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory, postgres_pool: Pool) -> Iterator[Shelf]:
    """What several tests begin with, on the server."""
    with Room(tmp_path_factory.mktemp("kept"), postgres_pool) as room:
        yield Shelf(lambda _: room)


@pytest.fixture
def attacked(
    tmp_path: Path,
    postgres_pool: Pool,
    shelf: Shelf,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Console]:
    """The example and a document, signed."""
    with Room(tmp_path, postgres_pool) as room:
        console = console_in(room, capsys, monkeypatch)
        shelf.furnish(room, "attacked", lambda: record(console))
        yield console


def record(console: Console) -> None:
    """Record it in an empty room."""
    console.file("release.txt", TEXT)
    added = ("--id", "acme-2026", "--title", "준공", "--published", "2026-03-30")
    for words in (
        ("init", "--example"),
        ("source", "add", "release.txt", *added),
        ("keygen", "example.com/acme", "-o", "key"),
        ("checkpoint", "--key", "key", "-o", "held"),
        ("plants",),
    ):
        assert console(*words).code == 0, words


def test_an_untouched_ledger_is_verified(attacked: Console) -> None:
    """Everything is in order, and `status` says so."""
    ran = attacked("verify", "--against", "held")
    assert (ran.code, "FAILED" in ran.out, ran.err) == (0, False, "")
    assert attacked("status").code == 0


@pytest.mark.parametrize("name", ATTACKS)
def test_attacks(name: str, attacked: Console) -> None:
    """The attack is found by the check that should find it, and the report says what differs."""
    attack = ATTACKS[name]
    with psycopg.connect(attacked.room.url(), autocommit=True) as superuser:
        superuser.execute("SET allow_system_table_mods = on")
        superuser.execute(attack.sql.encode())
    try:
        ran = attacked("verify")
    finally:
        with psycopg.connect(attacked.room.url(), autocommit=True) as superuser:
            superuser.execute("ALTER ROLE CURRENT_USER RESET session_replication_role")
    failed = {line.split()[1] for line in ran.out.splitlines() if line.startswith("FAILED")}
    assert ran.code == 1
    assert attack.check in failed, ran.out
    assert attack.says in ran.out, ran.out
    assert "Traceback" not in ran.err


PROTECTION = (
    "a trigger is disabled",
    "a trigger is dropped",
    "a trigger calls a function of the same name elsewhere",
    "the function that refuses is replaced",
    "triggers are switched off for whoever comes",
)


@pytest.mark.parametrize("name", PROTECTION)
def test_status_tells_that_facts_are_unprotected(name: str, attacked: Console) -> None:
    """Before anything was changed, and without a whole verification."""
    with psycopg.connect(attacked.room.url(), autocommit=True) as superuser:
        superuser.execute(ATTACKS[name].sql.encode())
    ran = attacked("status", "--format", "json")
    assert (ran.code, json.loads(ran.out)["facts_protected"]) == (1, False)
    assert "Something is wrong" in ran.err


# --- servers of every version ----------------------------------------------------------------


@pytest.mark.parametrize("version", [16, 18])
def test_a_new_ledger_passes_on_every_version(
    version: int, capsys: pytest.CaptureFixture[str]
) -> None:
    """Definitions are told in the words of the server; all versions mean the same by them."""
    with servers.started(version) as server, servers.new_database(server) as url:
        settings = Settings(url, actor="kim", clock=lambda: NOW)
        for words in (["init", "--example"], ["plants"], ["verify"], ["status"]):
            capsys.readouterr()
            assert run(words, settings) == 0, capsys.readouterr()
        assert f"server: PostgreSQL {version}." in capsys.readouterr().out
