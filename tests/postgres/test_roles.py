"""What each role may not do with a ledger on a server: every forbidden thing is tried."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from ledger.postgres.schema import PROTECTED, TABLES
from tests.postgres.team import Person, Team, on

NOT_PERMITTED = "42501"
REFUSED_BY_TRIGGER = "P0001"

COUNTER = "stored_events_notification_id_seq"
OF_FACTS = "'context:x', 1, 'context.noted/1', ''"

CHANGES = (
    *(f"UPDATE {name} SET {column} = {column}" for name, column in (
        ("stored_events", "state"), ("documents", "data"), ("checkpoints", "note"),
        ("timestamps", "response"), ("lsledger", "schema_version"), ("facts", "data"),
    )),
    *(f"DELETE FROM {name}" for name in (*PROTECTED, "facts")),
    *(f"TRUNCATE {name}" for name in PROTECTED),
)  # fmt: skip
"""What nobody may do with what is recorded."""

NOT_FOR_WRITERS = (
    *CHANGES,
    "DELETE FROM tiles",
    "TRUNCATE tiles",
    "TRUNCATE notification_tracking",
    "INSERT INTO lsledger VALUES (1)",
    *(f"DROP TABLE {name} CASCADE" for name in TABLES),
    *(f"ALTER TABLE {name} ADD COLUMN more TEXT" for name in TABLES),
    *(f"ALTER TABLE {name} DISABLE TRIGGER ALL" for name in PROTECTED),
    *(f"ALTER TABLE {name} OWNER TO CURRENT_USER" for name in PROTECTED),
    "DROP TRIGGER stored_events_are_never_changed ON stored_events",
    "CREATE TRIGGER more BEFORE INSERT ON stored_events EXECUTE FUNCTION lsledger_refuse()",
    "CREATE RULE more AS ON INSERT TO stored_events DO INSTEAD NOTHING",
    "CREATE INDEX more ON stored_events (topic)",
    "SET session_replication_role = replica",
    "CREATE TABLE public.more (a TEXT)",
    "CREATE VIEW public.more AS SELECT 1",
    "CREATE FUNCTION public.more() RETURNS INT LANGUAGE sql AS 'SELECT 1'",
    "CREATE OR REPLACE FUNCTION public.lsledger_refuse() RETURNS trigger LANGUAGE plpgsql "
    "AS 'BEGIN RETURN NULL; END'",
    "CREATE OR REPLACE FUNCTION public.lsledger_lock() RETURNS void LANGUAGE sql AS ''",
    "ALTER FUNCTION public.lsledger_lock() SECURITY INVOKER",
    "DROP FUNCTION public.lsledger_refuse() CASCADE",
    "DROP FUNCTION public.lsledger_lock()",
    "CREATE OR REPLACE VIEW public.facts AS SELECT 1 AS seq",
    "DROP VIEW public.facts",
    f"SELECT setval('{COUNTER}', 1)",
    f"ALTER SEQUENCE {COUNTER} RESTART",
    f"DROP SEQUENCE {COUNTER} CASCADE",
    "LOCK TABLE stored_events IN ACCESS EXCLUSIVE MODE",
    "CREATE SCHEMA more",
    "DROP SCHEMA public CASCADE",
    "DROP SCHEMA ledger_views CASCADE",
    "SET ROLE {owner}",
    "GRANT {owner} TO CURRENT_USER",
)
"""What a writer may not do beside it."""

NOT_FOR_READERS = (
    *NOT_FOR_WRITERS,
    f"INSERT INTO stored_events VALUES ({OF_FACTS})",
    "INSERT INTO documents VALUES ('', '')",
    "INSERT INTO checkpoints VALUES ('', 1, '')",
    "INSERT INTO timestamps VALUES ('', '')",
    "INSERT INTO tiles VALUES (1, 1, '')",
    "UPDATE tiles SET hashes = ''",
    "INSERT INTO notification_tracking VALUES ('', 1)",
    "UPDATE notification_tracking SET notification_id = 0",
    "DELETE FROM notification_tracking",
    "DELETE FROM tracking",
    "SELECT lsledger_lock()",
    "LOCK TABLE stored_events IN SHARE MODE",
    f"SELECT nextval('{COUNTER}')",
    "INSERT INTO ledger_views.view_state VALUES ('as_of', '')",
    "UPDATE ledger_views.view_plants SET status = 'closed'",
    "DELETE FROM ledger_views.view_log",
    "TRUNCATE ledger_views.view_log",
    "DROP TABLE ledger_views.view_plants",
    "ALTER TABLE ledger_views.view_plants ADD COLUMN more TEXT",
    "CREATE TABLE ledger_views.more (a TEXT)",
    "CREATE FUNCTION ledger_views.more() RETURNS INT LANGUAGE sql AS 'SELECT 1'",
    "SET ROLE {writer}",
    "GRANT {writer} TO CURRENT_USER",
)
"""What a reader may not do beside that."""


@pytest.fixture(scope="module")
def example(postgres: str) -> Iterator[Team]:
    """A team with the example portfolio, which no test changes."""
    with on(postgres) as team:
        assert team.admin("init", "--roles", "--example") == 0
        yield team


@pytest.fixture(scope="module")
def people(example: Team) -> dict[str, Person]:
    """A member of each role of it."""
    return {role: example.person(role, role) for role in ("owner", "writer", "reader")}


def test_what_a_writer_may_not_do(example: Team, people: dict[str, Person]) -> None:
    """The server refuses each statement, and nothing is other than before."""
    assert permitted(example, people["writer"], NOT_FOR_WRITERS) == []
    assert example.admin("verify") == 0


def test_what_a_reader_may_not_do(example: Team, people: dict[str, Person]) -> None:
    """The same of whoever may only read."""
    assert permitted(example, people["reader"], NOT_FOR_READERS) == []
    assert example.admin("verify") == 0


def test_what_the_owner_may_not_do(example: Team, people: dict[str, Person]) -> None:
    """The owner may do everything with the tables, but what the triggers refuse."""
    owner = people["owner"]
    assert {sql: owner.refused(sql) for sql in CHANGES} == dict.fromkeys(
        CHANGES, REFUSED_BY_TRIGGER
    )
    assert example.admin("verify") == 0


def permitted(team: Team, person: Person, statements: tuple[str, ...]) -> list[tuple[str, str]]:
    """The statements that the server does not refuse for want of a right, and what it says."""
    names = {role: team.role(role) for role in ("owner", "writer")}
    said = [(sql, person.refused(sql.format(**names))) for sql in statements]
    return [(sql, code) for sql, code in said if code != NOT_PERMITTED]
