"""A follower keeps the views fresh, whatever becomes of it or of the server."""

from __future__ import annotations

from pathlib import Path
from signal import SIGINT, SIGKILL, SIGTERM

import psycopg
import pytest

from cli.main import run
from cli.settings import Settings
from faults import proxy
from ledger.database import locate
from ledger.store import created, opened
from tests import servers
from tests.postgres.followers import ask, following, until
from tests.store.ledgers import add, draft, note

EVERYBODY = (
    "FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() "
    "AND application_name = 'lsledger'"
)
"""The connections that followers have to the database."""

WRITING = (
    "SELECT pid FROM pg_locks WHERE relation = 'stored_events'::regclass "
    "AND mode = 'ExclusiveLock' AND granted"
)
"""The connections that hold the write lock."""

WAITING = WRITING.replace("AND granted", "AND NOT granted")
"""The connections that wait for it."""

KEEPING_POSITION = (
    "SELECT pid FROM pg_locks WHERE relation = 'notification_tracking'::regclass AND NOT granted"
)
"""The connections that wait to write how far the tables are, which is the last thing."""


@pytest.fixture
def url(database_url: str) -> str:
    """The URL of an empty ledger."""
    with created(locate(database_url)):
        return database_url


def record(url: str, *ids: str) -> None:
    """Record facts, and leave the views behind."""
    with opened(locate(url)) as store:
        add(store, *(note(id_, f"{id_}에 대한 말") for id_ in ids))


def logged(url: str) -> list[str]:
    """The streams of the facts in the table of the log, as another program reads it."""
    return [
        str(stream).removeprefix("context:")
        for (stream,) in ask(url, "SELECT stream FROM ledger_views.view_log ORDER BY seq")
    ]


def test_facts_of_others_appear_without_any_reading(url: str) -> None:
    """What others record is soon in the tables, and a line tells of each catching up."""
    record(url, "before")
    with following(url) as follower:
        assert follower.applied(1) == 1
        follower.said("Following postgresql://")
        assert logged(url) == ["before"]
        record(url, "a", "b")
        record(url, "c")
        assert follower.applied(4) == 3
        assert logged(url) == ["before", "a", "b", "c"]


def test_what_is_there_already_is_not_told(url: str) -> None:
    """While the tables are current it writes nothing; only what comes next is told."""
    record(url, "a")
    with following(url) as first:
        assert first.applied(1) == 1
    with following(url) as second:
        second.said("Following")
        record(url, "b")
        assert second.applied(2) == 1


@pytest.mark.parametrize("signal", [SIGTERM, SIGINT])
def test_it_is_stopped_while_it_waits(url: str, signal: int) -> None:
    """Either signal ends it with the exit code 0, and no connection is left."""
    record(url, "a")
    with following(url) as follower:
        follower.said("Following")
        follower.process.send_signal(signal)
        assert follower.ended() == (0, "Stopped.\n")
    until(lambda: ask(url, f"SELECT count(*) {EVERYBODY}") == [(0,)])


def test_it_is_stopped_while_it_works(url: str) -> None:
    """In the middle of a catching up, which waits for another writer, it ends at once, too."""
    record(url, "a")
    with psycopg.connect(url) as other:
        other.execute("SELECT lsledger_lock()")
        with following(url) as follower:
            until(lambda: ask(url, WAITING))
            follower.process.send_signal(SIGTERM)
            assert follower.ended() == (0, "Stopped.\n")
        until(lambda: not ask(url, WAITING))
    assert ask(url, "SELECT to_regclass('ledger_views.view_log')") == [(None,)]


def test_it_is_stopped_while_it_connects_again(url: str) -> None:
    """Between two attempts to connect, which would go on for a minute, it ends at once."""
    with proxy.before(url) as (between, through), following(through) as follower:
        follower.said("Following")
        between.down = True
        ask(url, f"SELECT pg_terminate_backend(pid) {EVERYBODY}")
        follower.said("connecting again")
        follower.process.send_signal(SIGTERM)
        code, err = follower.ended()
        assert code == 0
        assert err.endswith("Stopped.\n")
        assert "Traceback" not in err


def test_killed_in_the_middle(url: str) -> None:
    """A follower that is killed when it has written every row, and has not committed, leaves the
    tables as they were; the next one does it all.
    """
    record(url, "a")
    with following(url) as first, psycopg.connect(url) as other:
        assert first.applied(1) == 1
        other.execute("LOCK TABLE notification_tracking IN EXCLUSIVE MODE")
        record(url, *(f"n-{number}" for number in range(100)))
        until(lambda: ask(url, KEEPING_POSITION))
        assert ask(url, WRITING)
        first.process.send_signal(SIGKILL)
        assert first.ended()[0] == -SIGKILL
        other.rollback()
        until(lambda: not ask(url, WRITING))
        assert logged(url) == ["a"]
    with following(url) as second:
        assert second.applied(101) == 100
        assert len(logged(url)) == 101
        record(url, "b")
        assert second.applied(102) == 1


def test_a_connection_that_is_ended(url: str) -> None:
    """When the server ends its connections it makes new ones, says so, and misses nothing."""
    record(url, "a")
    with following(url) as follower:
        follower.said("Following")
        for number in range(3):
            ask(url, f"SELECT pg_terminate_backend(pid) {EVERYBODY}")
            record(url, f"meanwhile-{number}")
            assert "was lost" in follower.said("connecting again in 0.5 s.")
            follower.said("Connected again.")
            record(url, f"after-{number}")
            until(lambda: len(logged(url)) == 3 + 2 * number)  # noqa: B023
        follower.process.send_signal(SIGTERM)
        assert follower.ended() == (0, "Stopped.\n")


def test_a_day_that_begins(url: str, tmp_path: Path) -> None:
    """At midnight in UTC the rows change that the passing of time changes, with no new fact."""
    with opened(locate(url)) as store:
        promise = draft(
            "promise.made", "p", on="2026-01-05", by="acme", due="../2026-03-04",
            measure="other", wording="plans", statement="시험 생산을 시작한다",
        )  # fmt: skip
        add(store, draft("company.registered", "acme", name="Acme"), promise)
    begun = tmp_path / "begun"
    before = f"timedelta(seconds=0 if Path({str(begun)!r}).exists() else 0.5)"
    clock = f"datetime(2026, 3, 5, tzinfo=UTC) - {before}"
    status = "SELECT status FROM ledger_views.view_promises"
    with following(url, clock=clock, look=600) as follower:
        assert follower.applied(2) == 2
        assert ask(url, status) == [("open",)]
        begun.touch()
        assert follower.applied(2) == 0
        assert ask(url, status) == [("overdue",)]


def test_a_server_that_is_gone(url: str) -> None:
    """It tries again and again, each time later, and ends with the error when it has no patience
    left.
    """
    with proxy.before(url) as (between, through), following(through, patience=3) as follower:
        follower.said("Following")
        between.down = True
        ask(url, f"SELECT pg_terminate_backend(pid) {EVERYBODY}")
        assert "was lost" in follower.said("connecting again in 0.5 s.")
        code, err = follower.ended()
        *attempts, error, hint = err.splitlines()
        assert code == 1
        assert "connecting again in 1.0 s." in attempts[0]
        assert all("connecting again in" in line for line in attempts)
        assert error.startswith(("error[server-unreachable]", "error[connection-lost]"))
        assert hint.startswith("    ")


def test_facts_by_another_program_are_found(url: str, postgres: str) -> None:
    """Whoever adds facts and notifies nobody is noticed all the same, a little later."""
    with servers.new_database(postgres) as other_url:
        with created(locate(other_url)):
            pass
        record(other_url, "other")
        rows = "SELECT originator_id, originator_version, topic, state FROM stored_events"
        stored = ask(other_url, rows)
    with following(url, look=0.2) as follower:
        follower.said("Following")
        with psycopg.connect(url) as other:
            other.cursor().executemany(
                "INSERT INTO stored_events (originator_id, originator_version, topic, state) "
                "VALUES (%s, %s, %s, %s)",
                stored,
            )
        assert follower.applied(1) == 1
        assert logged(url) == ["other"]


def test_a_file_is_not_followed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """On SQLite it is wrong usage, and the error says that nothing is missing."""
    ledger = str(tmp_path / "ledger.db")
    assert run(["--ledger", ledger, "follow"], Settings()) == 2
    err = capsys.readouterr().err
    assert "error[usage]" in err
    assert "every reading catches up by itself" in err
    assert not Path(ledger).exists()


def test_what_cannot_be_followed(database_url: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Where no ledger is, or no server, it ends at once with the error of every command."""
    for url, code in (
        (database_url, "ledger-missing"),
        ("postgresql://kim@127.0.0.1:1/ledger", "server-unreachable"),
    ):
        assert run(["--ledger", url, "follow"], Settings()) == 1
        assert f"error[{code}]" in capsys.readouterr().err
