"""What a server refuses, loses or lacks, as whoever meets it reads it; and no password anywhere."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path
from time import monotonic
from urllib.parse import quote

import psycopg
import pytest
from psycopg import sql

from ledger import database
from ledger.database import locate
from ledger.errors import LedgerError
from ledger.store import created
from projections.catch_up import catch_up
from tests import servers
from tests.cli.console import Console, Ran, console_in
from tests.outside import contents, outside, writing
from tests.pool import Pool
from tests.postgres import team
from tests.rooms import Room
from tests.store.ledgers import TODAY, add, bytes_of, note

PASSWORD = "비밀 p@ss/w%rd:1"
PATIENCE = 60
NOTED = (
    *("record", "context.noted", "a", "--on", "2026-03", "--subject", "market"),
    *("--about", "world", "--statement", "수요가 늘었다"),
)


@pytest.fixture
def console(
    tmp_path: Path,
    postgres_pool: Pool,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Console]:
    """A person at a console whose ledgers are on a server."""
    with Room(tmp_path, postgres_pool) as room:
        yield console_in(room, capsys, monkeypatch)


@pytest.fixture
def ledger(console: Console) -> Console:
    """The same, with an empty ledger."""
    console.room.empty()
    return console


def at(console: Console, url: str, *words: str) -> Ran:
    """Run a command on the ledger of a URL; there is no password in what it prints."""
    ran = console("--ledger", url, *words)
    assert not tells(ran.out + ran.err, PASSWORD), ran
    assert "Traceback" not in ran.err
    return ran


def tells(text: str, password: str) -> bool:
    """Whether a password stands in a text, as it is or in any way of writing it."""
    ways = {password, quote(password), quote(password, safe=""), json.dumps(password)[1:-1]}
    return any(way in text for way in ways)


def error_of(ran: Ran) -> tuple[str, int]:
    """The code of the one error that was told, and the exit code."""
    (code,) = re.findall(r"^error\[(.+?)\]", ran.err, re.M)
    return code, ran.code


@contextmanager
def somebody(console: Console, rights: str = "LOGIN") -> Iterator[str]:
    """The URL of the ledger as a user without any right to it, who has a password."""
    url = console.room.url()
    name = f"kim_{servers.name_of(url)}"
    with psycopg.connect(url, autocommit=True) as admin:
        admin.execute(f"CREATE ROLE \"{name}\" {rights} PASSWORD '{PASSWORD}'".encode())
        try:
            yield team.logged_in(url, name, PASSWORD)
        finally:
            admin.execute(f'DROP OWNED BY "{name}"'.encode())
            admin.execute(f'DROP ROLE "{name}"'.encode())


# --- what is not permitted -------------------------------------------------------------------


@pytest.mark.parametrize(
    "words", [["plants"], ["status"], ["verify"], ["log"], ["sql", "SELECT 1"], [*NOTED]], ids=str
)
def test_whoever_has_no_right_is_told(ledger: Console, words: list[str]) -> None:
    """A user of the server whom nobody gave a right to the ledger can neither read nor record."""
    with somebody(ledger) as url:
        ran = at(ledger, url, *words)
    assert error_of(ran) == ("not-permitted", 1)
    assert "permission denied" in ran.err
    assert ledger.facts() == []


def test_a_right_that_was_taken_away(ledger: Console) -> None:
    """Somebody who may read all but one table is told which."""
    assert ledger(*NOTED).code == 0
    with somebody(ledger) as url:
        name = locate(url).place.conninfo.partition("user=")[2].split()[0]  # type: ignore[attr-defined]
        with psycopg.connect(ledger.room.url(), autocommit=True) as admin:
            for schema in ("public", "ledger_views"):
                admin.execute(f'GRANT USAGE ON SCHEMA {schema} TO "{name}"'.encode())
                granted = f'GRANT SELECT ON ALL TABLES IN SCHEMA {schema} TO "{name}"'
                admin.execute(granted.encode())
            admin.execute(f'REVOKE SELECT ON ledger_views.view_context FROM "{name}"'.encode())
        assert at(ledger, url, "log").code == 0
        ran = at(ledger, url, "context")
        recorded = at(ledger, url, *NOTED)
    assert error_of(ran) == ("not-permitted", 1)
    assert "view_context" in ran.err
    assert error_of(recorded) == ("read-only", 1)


def test_a_database_that_lets_nobody_in(ledger: Console) -> None:
    """The right to connect, the right to log in, and a user who is not there."""
    with somebody(ledger) as url, psycopg.connect(ledger.room.url(), autocommit=True) as admin:
        here = servers.name_of(url)
        admin.execute(f'REVOKE CONNECT ON DATABASE "{here}" FROM PUBLIC'.encode())
        ran = at(ledger, url, "plants")
        admin.execute(f'GRANT CONNECT ON DATABASE "{here}" TO PUBLIC'.encode())
    assert error_of(ran) == ("not-permitted", 1)
    with somebody(ledger, "NOLOGIN") as url:
        ran = at(ledger, url, "plants")
    assert error_of(ran) == ("not-permitted", 1)
    ran = at(ledger, url, "plants")
    assert error_of(ran) == ("not-permitted", 1)
    assert "does not let you in" in ran.err


def test_whoever_may_make_no_tables_makes_no_ledger(console: Console) -> None:
    """`init` by a user without the right leaves the database as it was."""
    with somebody(console) as url:
        ran = at(console, url, "init")
    assert error_of(ran) == ("not-permitted", 1)
    assert console("init").code == 0


# --- a connection that is lost ---------------------------------------------------------------


@contextmanager
def ended(url: str, waiting: Callable[[psycopg.Connection], bool]) -> Iterator[None]:
    """Whoever waits for a lock on the database is ended by the server, as often as they come."""
    open_ = True

    def end() -> int:
        count, until = 0, monotonic() + PATIENCE
        with psycopg.connect(url, autocommit=True) as admin:
            while (open_ or not count) and monotonic() < until:
                if waiting(admin):
                    count += 1
        return count

    with ThreadPoolExecutor() as others:
        ending = others.submit(end)
        try:
            yield
        finally:
            open_ = False
        assert ending.result() > 0, "nobody was ended"


def whoever_waits(admin: psycopg.Connection) -> bool:
    """End whoever waits for a lock; whether somebody did."""
    found = admin.execute(
        "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity "
        "WHERE datname = current_database() AND wait_event_type = 'Lock'"
    )
    return bool(found.fetchall())


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits for a server to come back."""
    monkeypatch.setattr(database, "PATIENCE", 0)


@pytest.mark.usefixtures("impatient")
def test_a_writer_whose_connection_is_ended(ledger: Console) -> None:
    """In the middle of a transaction: nothing is recorded, and the message says what to do."""
    url = ledger.room.url()
    with writing(ledger.where), ended(url, whoever_waits), somebody_else(ledger) as theirs:
        ran = at(ledger, theirs, *NOTED)
    assert error_of(ran) == ("connection-lost", 1)
    assert "Run the command again" in ran.err
    assert ledger.facts() == []
    assert ledger(*NOTED).code == 0
    assert len(ledger.facts()) == 1


@pytest.mark.usefixtures("impatient")
def test_a_reader_whose_connection_is_ended(ledger: Console) -> None:
    """While it waits for tables that somebody makes anew."""
    url = ledger.room.url()
    with psycopg.connect(url) as other, somebody_else(ledger) as theirs:
        other.execute("LOCK TABLE ledger_views.view_context IN ACCESS EXCLUSIVE MODE")
        with ended(url, whoever_waits):
            ran = at(ledger, theirs, "context")
    assert error_of(ran) == ("connection-lost", 1)


def test_a_writer_who_is_patient(ledger: Console) -> None:
    """A connection that is ended once is made again, and the fact is recorded once."""
    held = ExitStack()

    def once(admin: psycopg.Connection) -> bool:
        if was_ended := whoever_waits(admin):
            held.close()  # nobody waits any more
        return was_ended

    held.enter_context(writing(ledger.where))
    with ended(ledger.room.url(), once):
        ran = ledger(*NOTED)
    assert (ran.code, len(ledger.facts())) == (0, 1)


@contextmanager
def somebody_else(console: Console) -> Iterator[str]:
    """The URL of the ledger as another user who may do everything, and has a password."""
    with somebody(console, "SUPERUSER LOGIN") as url:
        yield url


# --- a database that is none -----------------------------------------------------------------


def test_a_database_that_is_not_there(console: Console) -> None:
    """Who may make one is told how."""
    url = servers.named(console.room.url(), "no_such_database")
    for words in (["plants"], ["init"], [*NOTED]):
        ran = at(console, url, *words)
        assert error_of(ran) == ("ledger-missing", 1)
        assert "createdb" in ran.err


def test_a_database_in_another_encoding(console: Console) -> None:
    """A database that cannot keep Hangul is refused before anything is made in it."""
    url = console.room.url()
    with psycopg.connect(url, autocommit=True) as admin:
        latin = f"latin_{servers.name_of(url)}"
        admin.execute(
            f"CREATE DATABASE {latin} TEMPLATE template0 ENCODING LATIN1 LOCALE 'C'".encode()
        )
        try:
            ran = at(console, servers.named(url, latin), "init")
            with psycopg.connect(servers.named(url, latin)) as there:
                tables = there.execute("SELECT 1 FROM pg_tables WHERE schemaname = 'public'")
                assert tables.fetchall() == []
        finally:
            admin.execute(f"DROP DATABASE {latin} WITH (FORCE)".encode())
    assert error_of(ran)[0] == "encoding"
    assert "LATIN1" in ran.err
    assert "--encoding=UTF8" in ran.err


def test_a_ledger_is_made_once(ledger: Console) -> None:
    """A second `init` leaves the first one's facts alone."""
    assert ledger(*NOTED).code == 0
    for words in (["init"], ["init", "--example"]):
        assert error_of(ledger(*words)) == ("ledger-exists", 1)
    assert len(ledger.facts()) == 1
    assert ledger("verify").code == 0


def test_a_database_that_holds_something_else(console: Console) -> None:
    """It is no ledger, it is not made one, and what is in it stays."""
    with psycopg.connect(console.room.url(), autocommit=True) as other:
        other.execute("CREATE TABLE diary (day DATE, words TEXT)")
        other.execute("INSERT INTO diary VALUES ('2026-03-31', '비밀')")
        assert error_of(console("plants"))[0] == "ledger-missing"
        ran = console("init")
        assert error_of(ran)[0] == "not-a-ledger"
        assert "'diary'" in ran.err
        assert other.execute("SELECT words FROM diary").fetchall() == [("비밀",)]


def test_a_ledger_that_lost_its_version(ledger: Console) -> None:
    """Somebody took away what says that it is one: it is not found, and not made anew over it."""
    assert ledger(*NOTED).code == 0
    with outside(ledger.where) as tool:
        tool.execute("DELETE FROM lsledger")
    assert error_of(ledger("plants")) == ("ledger-missing", 1)
    assert error_of(ledger("verify")) == ("ledger-missing", 1)
    assert error_of(ledger("init"))[0] == "not-a-ledger"
    assert len(ledger.facts()) == 1


@pytest.mark.parametrize("level", ["repeatable read", "serializable"])
def test_a_server_with_another_default_isolation(database_url: str, level: str) -> None:
    """Recording takes the level that it needs, whatever the database gives by default."""
    with psycopg.connect(database_url, autocommit=True) as owner:
        owner.execute(
            sql.SQL("ALTER DATABASE {} SET default_transaction_isolation = {}").format(
                sql.Identifier(owner.info.dbname), sql.Literal(level)
            )
        )
    where = locate(database_url)
    with created(where) as store:
        add(store, note("a"))
        assert catch_up(store, TODAY) == 1


@pytest.mark.parametrize("seconds", ["0", "-1", "3"])
def test_a_url_that_says_how_long_to_wait(database_url: str, seconds: str) -> None:
    """Nothing and less mean for ever to the driver, and are not taken for no time at all."""
    mark = "&" if "?" in database_url else "?"
    where = locate(f"{database_url}{mark}connect_timeout={seconds}")
    with created(where) as store:
        add(store, note("a"))
    assert len(bytes_of(where)) == 1


def test_a_folder_of_a_socket_is_named_with_its_port() -> None:
    """Two servers on one machine can be told apart."""
    assert str(locate("postgresql://kim@/d?host=/run/x&port=5555")).endswith(
        "host=/run/x&port=5555"
    )


# --- passwords -------------------------------------------------------------------------------

TORN = (
    "postgresql://kim:geheim@hier@localhost:1/x",
    "postgresql://kim:geheim/hier@localhost:1/x",
    "postgresql://kim:geheim?hier@localhost:1/x",
    "postgresql://kim:geheim%hier@localhost:1/x",
    "postgresql://kim:geheim hier@localhost:1/x",
    "postgresql://kim:geheim/x",
    "postgresql://kim:geheim/",
    "postgresql://localhost:1/x?user=kim&password=geheim&nonsense=geheim",
    "postgresql://localhost:1/x?user=kim&password=geheim&port=geheim",
    "postgresql:host=localhost user=kim password=geheim",
    "host=localhost port=1 user=kim password = geheim",
    "sqlite://kim:geheim@localhost/x.db",
    "kim:geheim@localhost/x",
)


@pytest.mark.parametrize("url", TORN)
@pytest.mark.parametrize("words", [["plants"], ["init"], ["--json-errors", "status"]], ids=str)
def test_a_url_that_cannot_be_read_is_not_repeated(
    console: Console, url: str, words: list[str]
) -> None:
    """Whatever a password is taken for when its @ : / or % stands as it is."""
    ran = console("--ledger", url, *words)
    assert (ran.code in (1, 2), ran.out) == (True, "")
    assert "geheim" not in ran.err
    assert "Traceback" not in ran.err
    with pytest.raises(LedgerError) as refused:
        locate(url).check()
    assert "geheim" not in repr(refused.value) + str(refused.value.__cause__)


@pytest.mark.parametrize(
    "url",
    ["postgresql://:geheim@h/x", "postgresql://kim:geh eim@h/x", "POSTGRESQL://kim:geheim@h/x"],
)
@pytest.mark.parametrize(
    "words",
    [["verify"], ["verify", "--against"], ["log"], ["show"], ["import"], ["backup"], ["copy", "x"]],
    ids=" ".join,
)
def test_a_url_where_none_belongs(ledger: Console, url: str, words: list[str]) -> None:
    """Somebody forgot --ledger: what is told of the word hides the password."""
    ran = ledger(*words, url)
    assert ran.code != 0
    assert "geh" not in ran.out + ran.err


def stored(console: Console) -> list[str]:
    """Every value of every table, as a text."""
    values = (value for _, rows in contents(console.where) for row in rows for value in row)
    return [bytes(v).decode(errors="replace") if isinstance(v, bytes) else str(v) for v in values]


@pytest.mark.parametrize("in_the_query", [False, True])
def test_no_password_leaves_the_url(console: Console, in_the_query: bool) -> None:
    """Neither what is printed, nor errors, facts, views, exports or the database hold it."""
    with somebody_else(console) as url:
        if in_the_query:
            name = url.partition("//")[2].partition(":")[0]
            url = f"{console.room.url()}&user={name}&password={quote(PASSWORD, safe='')}"
            url = url.replace("postgres@", "", 1)
        console.monkeypatch.setenv("LSLEDGER_LEDGER", url)
        told = [str(locate(url)), repr(locate(url))]
        console.file("release.txt", "에이크미는 공장을 완공했다.")
        for words in (
            ["init"],
            ["init"],
            ["source", "add", "release.txt", "--id", "r", "--title", "준공", "--published", "2026"],
            [*NOTED],
            ["import", "no-such.yaml"],
            ["keygen", "example.com/acme", "-o", "key"],
            ["checkpoint", "--key", "key", "-o", "checkpoint"],
            ["plants"],
            ["plants", "--as-of", "x"],
            ["show", "nothing"],
            ["status"],
            ["status", "--format", "json"],
            ["verify"],
            ["verify", "--format", "json"],
            ["sql", "SELECT nothing"],
            ["sql", "SELECT current_user, current_setting('application_name')"],
            ["prove", "#1", "-o", "1.proof", "--fact", "1.json"],
            ["rebuild"],
            *(["export", view, "-o", f"{view}.{form}"]
              for view in ("facts", "context", "log") for form in ("json", "jsonl")),
            *(["export", "log", "-o", f"log.{form}"] for form in ("csv", "md", "xlsx")),
            ["export", "log", "-o", "public"],
            ["export", "evidence", "#1", "-o", "evidence.zip"],
        ):  # fmt: skip
            for before in ([], ["--json-errors"]):
                ran = console(*before, *words)
                told += [ran.out, ran.err]
        told += stored(console)
    files = [path for path in console.folder.rglob("*") if path.is_file()]
    assert len(files) > 10
    told += [path.read_bytes().decode(errors="replace") for path in files]
    assert [text for text in told if tells(text, PASSWORD)] == []
    assert any("수요가 늘었다" in text for text in told)
