"""Facts are only ever added: the database itself refuses everything else."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from ledger.errors import ReadOnlyError
from ledger.store import opened
from tests.store.ledgers import add, bytes_of, caught_up, execute, is_sound, make, note, rebuilt


@pytest.mark.parametrize(
    ("statement", "refusal"),
    [
        ("UPDATE stored_events SET state = x'00'", "never changed"),
        ("UPDATE OR REPLACE stored_events SET originator_version = 1", "never changed"),
        ("UPDATE stored_events SET rowid = rowid + 100", "never changed"),
        ("DELETE FROM stored_events", "never deleted"),
        ("DELETE FROM stored_events WHERE rowid = 2", "never deleted"),
        ("INSERT OR REPLACE INTO stored_events SELECT * FROM stored_events", "never replaced"),
        ("REPLACE INTO stored_events VALUES ('context:a', 1, 't', x'00')", "never replaced"),
        (
            "INSERT OR REPLACE INTO stored_events (rowid, originator_id, originator_version, "
            "topic, state) VALUES (1, 'context:z', 1, 't', x'00')",
            "never replaced",
        ),
        (
            "INSERT INTO stored_events VALUES ('context:a', 1, 't', x'00') "
            "ON CONFLICT DO UPDATE SET state = x'00'",
            "never replaced",
        ),
        ("INSERT OR IGNORE INTO stored_events VALUES ('context:a', 1, 't', x'')", "never replaced"),
    ],
)
def test_the_file_refuses_to_change_facts(tmp_path: Path, statement: str, refusal: str) -> None:
    """Any tool that opens the file is refused, and the facts stay as they were."""
    where = make(tmp_path, note("a"), note("b"))
    before = bytes_of(where)
    with pytest.raises(sqlite3.IntegrityError, match=refusal):
        execute(where, statement)
    assert bytes_of(where) == before
    assert is_sound(where)


def test_a_ledger_says_whether_its_facts_are_protected(tmp_path: Path) -> None:
    """When somebody drops a trigger, `status` can tell."""
    where = make(tmp_path)
    with where.reading() as connection:
        assert where.protected(connection)
    execute(where, "DROP TRIGGER facts_are_never_deleted")
    with where.reading() as connection:
        assert not where.protected(connection)


def test_recording_goes_on_after_a_refusal(tmp_path: Path) -> None:
    """A refused statement leaves nothing locked, and no number is used up."""
    where = make(tmp_path, note("a"))
    with pytest.raises(sqlite3.IntegrityError):
        execute(where, "DELETE FROM stored_events")
    with opened(where) as store:
        (fact,) = add(store, note("b")).facts
    assert fact.seq == 2
    assert caught_up(where) == rebuilt(where)


def test_the_connection_of_readers_cannot_write(tmp_path: Path) -> None:
    """Not even the tables of views are written by a reader."""
    where = make(tmp_path, note("a"))
    with (
        pytest.raises(ReadOnlyError),
        where.reading() as connection,
    ):
        connection.execute("DELETE FROM view_context")
