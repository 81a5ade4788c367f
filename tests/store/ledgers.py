"""Ledgers for the tests of the store, what is in them, and the program run on them."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterable, Sequence
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, overload

from hypothesis import settings

from ledger import book, database, history
from ledger.database import Connection, Database
from ledger.envelope import Draft
from ledger.fields import draft as draft_of
from ledger.sqlite.file import SqliteFile
from ledger.store import Store, opened
from projections import catch_up
from tests.rooms import Room

TODAY = date(2026, 3, 4)
NOW = datetime(2026, 3, 4, 9, 30, tzinfo=UTC)
ACTOR = "kim@example.com"
ROOT = Path(__file__).parents[2]
DEEP = settings().max_examples > 100

NOBODY = 65_534

PROGRAM = """
import os, sys
from cli.main import main
main()
"""

# Everything is imported first: the folders of Python may be closed to the user nobody.
# Several commands, with NEXT between them, spare the tests importing it each time.
NEXT = "+++"
PROGRAM_AS_NOBODY = f"""
import os, pkgutil, sys
import cli, ledger, projections
import eventsourcing.sqlite, getpass, pwd
for package in (cli, ledger, projections):
    for module in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
        __import__(module.name)
from cli.main import run
if os.geteuid() == 0:
    os.setgroups([])
    os.setgid({NOBODY})
    os.setuid({NOBODY})
commands = [[]]
for word in sys.argv[1:]:
    if word == {NEXT!r}:
        commands.append([])
    else:
        commands[-1].append(word)
for command in commands:
    code = run(command)
    if code != 0:
        sys.exit(code)
    print({NEXT!r}, flush=True)
"""

# SQLite then meets the error that a full disk gives; Python ignores the signal SIGXFSZ.
PROGRAM_ON_A_FULL_DISK = """
import resource, sys
limit = int(sys.argv.pop(1))
from cli.main import main
resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
main()
"""


def draft(type_: str, id_: str | None, **fields: Any) -> Draft:
    """A draft from plain fields; a fact about another one has a ref in place of the id."""
    made = draft_of(type_, {"id": id_, **fields})
    assert isinstance(made, Draft), made
    return made


def note(id_: str, statement: str = "말", **fields: Any) -> Draft:
    """The smallest fact: a statement about a market."""
    given = {"on": "2026-03-04", "subject": "market", "about": "world", **fields}
    return draft("context.noted", id_, statement=statement, **given)


def located(url: str) -> SqliteFile:
    """The file that a path or URL names."""
    where = database.locate(url)
    assert isinstance(where, SqliteFile)
    return where


@overload
def make(there: Path, *drafts: Draft, name: str = ...) -> SqliteFile: ...
@overload
def make(there: Room, *drafts: Draft, name: str = ...) -> Database: ...
def make(there: Path | Room, *drafts: Draft, name: str = "ledger.db") -> Database:
    """A new ledger that holds the drafts, caught up: a file in a folder, or wherever room is."""
    room = there if isinstance(there, Room) else Room(there)
    where = room.empty(name)
    with opened(where) as store:
        add(store, *drafts)
        catch_up.catch_up(store, TODAY)
    return where


def add(store: Store, *drafts: Draft, now: datetime = NOW) -> book.Recorded:
    """Record drafts into an open ledger."""
    return book.record(store, drafts, actor=ACTOR, now=now)


def bytes_of(where: Database) -> list[bytes]:
    """The stored facts as they are."""
    with where.reading() as connection:
        return list(history.stored(connection))


def tables_of(where: Database) -> dict[str, list[Any]]:
    """Everything in the tables of the views, their position too, in the readers' order."""
    with where.reading() as connection:
        found = [name for (name,) in connection.execute("SELECT name FROM ledger_tables")]
        names = [name for name in found if name.startswith("view_")]
        return {name: _rows(connection, name) for name in sorted([*names, "tracking"])}


def _rows(connection: Connection, table: str) -> list[Any]:
    cursor = connection.cursor()
    cursor.execute(f"SELECT * FROM {table} LIMIT 0")
    columns = [name for name, *_ in cursor.description if name != "rowid"]
    listed = ", ".join(f'"{name}"' for name in columns)
    ordered = "stream" in columns and table not in ("view_links", "view_log")
    rows = connection.execute(f"SELECT {listed} FROM {table} {'ORDER BY stream, rowid' * ordered}")
    return rows.fetchall() if ordered else sorted(rows.fetchall(), key=repr)


def rebuilt(where: Database, today: date = TODAY) -> dict[str, list[Any]]:
    """The tables after they are made anew."""
    with opened(where) as store:
        catch_up.rebuild(store, today)
    return tables_of(where)


def caught_up(where: Database, today: date = TODAY) -> dict[str, list[Any]]:
    """The tables as a reading command leaves them."""
    catch_up.ensure_current(where, today)
    return tables_of(where)


def is_sound(where: Database) -> bool:
    """Whether the ledger passes the database's own check and the sequence has no gap."""
    with where.reading() as connection:
        defects = where.defects(connection, thorough=True)
        seqs = [fact.seq for fact in history.facts(connection)]
    return not defects and seqs == list(range(1, len(seqs) + 1))


def program(
    *args: str | Path,
    code: str = PROGRAM,
    before: Sequence[str] = (),
    cwd: Path | None = None,
    env: dict[str, str] | None = None,
    stdin: str = "",
) -> subprocess.CompletedProcess[str]:
    """Run lsledger as a process of its own, and wait for it."""
    return subprocess.run(
        command(*args, code=code, before=before),
        input=stdin,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        cwd=cwd,
        env=environment(env),
    )


def start(*args: str | Path) -> subprocess.Popen[str]:
    """Start lsledger as a process of its own."""
    return subprocess.Popen(
        command(*args),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment(None),
    )


def command(*args: str | Path, code: str = PROGRAM, before: Sequence[str] = ()) -> list[str]:
    """The command line of the program."""
    return [sys.executable, "-c", code, *before, *map(str, args)]


def environment(more: dict[str, str] | None) -> dict[str, str]:
    """The environment of a run: nothing of the developer's own ledger."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("LSLEDGER")}
    return {
        **kept,
        "PYTHONPATH": str(ROOT),
        "PYTHONDONTWRITEBYTECODE": "1",
        "LSLEDGER_ACTOR": ACTOR,
        **(more or {}),
    }


def code_of(run: subprocess.CompletedProcess[str]) -> str:
    """The code of the error that a run told, such as `read-only`; never a traceback."""
    assert "Traceback" not in run.stderr, run.stderr
    head, bracket, rest = run.stderr.partition("error[")
    assert bracket, (run.returncode, run.stdout, head)
    return rest.partition("]")[0]


def write_lines(path: Path, facts: Iterable[dict[str, Any]]) -> Path:
    """An import file in JSON Lines."""
    path.write_text("".join(f"{json.dumps(fact)}\n" for fact in facts), "utf-8")
    return path


def notes(count: int, name: str = "n") -> list[dict[str, Any]]:
    """Facts for an import file, three of them in each stream."""
    return [
        {
            "type": "context.noted",
            "id": f"{name}-{number // 3}",
            "on": f"2025-{number % 12 + 1:02}",
            "subject": "market",
            "about": "world",
            "statement": f"Statement {number} of {name}.",
        }
        for number in range(count)
    ]


def execute(where: SqliteFile, statement: str) -> None:
    """Run SQL on the file from outside, as somebody with another tool might."""
    with closing(sqlite3.connect(where.path, isolation_level=None)) as connection:
        connection.execute(statement)
