"""Processes that record, read and catch up at the same time, and what they tell of it."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from subprocess import PIPE, Popen

from tests.store.ledgers import environment

LONGEST = 240.0
"""Seconds after which a process is taken to hang."""

BEGINNING = """
import sys
from datetime import UTC, datetime
from ledger import database, history
from ledger.cut import Cut
from ledger.errors import LedgerError
from ledger.store import Store, opened
from projections.catch_up import catch_up, ensure_current, rebuild
from tests.store.ledgers import TODAY, add, draft, note

where = database.locate(sys.argv[1])
given = sys.argv[2:]
def say(*words):
    print(*words, flush=True)
say("ready")
sys.stdin.readline()
"""

# given: its name, how often it records, whether it keeps the ledger open.
RECORDING = """
name, count, keeps = given[0], int(given[1]), given[2] == "True"

def recorded(store, number):
    now = datetime.now(UTC)
    drafts = note(f"{name}-{number}"), note("shared", f"{name}의 말 {number}")
    for fact in add(store, *drafts, now=now).facts:
        say("recorded", fact.seq, fact.ref)
    deal = draft("contract.signed", f"deal-{number}", on=f"2026-01-0{int(name) + 1}")
    try:
        for fact in add(store, deal, now=now).facts:
            say("recorded", fact.seq, fact.ref)
    except LedgerError as error:
        say("refused", f"deal-{number}", error.code)
    if number % 5 == 0:
        catch_up(store, TODAY)

if keeps:
    with opened(where) as store:
        for number in range(count):
            recorded(store, number)
else:
    for number in range(count):
        with opened(where) as store:
            recorded(store, number)
"""

# given: how many facts there will be. Reads all that is there, again and again.
READING = """
seen = times = 0
while seen < int(given[0]):
    with where.reading() as connection:
        rows = connection.execute("SELECT seq, data FROM facts ORDER BY seq").fetchall()
    numbers = [seq for seq, _ in rows]
    if numbers != list(range(1, len(rows) + 1)) or len(rows) < seen:
        sys.exit(f"after {seen} facts there were {numbers}")
    times += len(rows) > seen
    seen = len(rows)
say("grew", times)
"""

# given: how many facts there will be. Goes on from the highest number that it has seen.
TAILING = """
last = times = 0
while last < int(given[0]):
    with where.reading() as connection:
        new = [fact.seq for fact in history.facts(connection, last)]
    if new != list(range(last + 1, last + 1 + len(new))):
        sys.exit(f"after #{last} came {new}")
    times += bool(new)
    last += len(new)
say("grew", times)
"""

# given: how many facts there will be in the tables.
CATCHING_UP = """
from projections import tables
position = 0
with opened(where) as store:
    while position < int(given[0]):
        applied = catch_up(store, TODAY)
        if applied:
            say("applied", applied)
        with where.reading() as connection:
            position = tables.position(connection)
"""

# given: how often.
REBUILDING = """
for _ in range(int(given[0])):
    with opened(where) as store:
        rebuild(store, TODAY)
"""

# given: how many facts there are. Asks for rows in every way that reads the tables, until its
# standard input is closed.
ASKING = """
import select
from projections.read import reader
from projections.log_filter import LogFilter

count, times = int(given[0]), 0
while not select.select([sys.stdin], [], [], 0)[0]:
    with reader(where, Cut(TODAY), TODAY) as views:
        found = len(list(views.log(LogFilter()).rows)), len(list(views.answer("context").rows))
    with reader(where, Cut(TODAY, known_at=count), TODAY) as views:
        found += (len(list(views.answer("context").rows)),)
    _, rows = where.ask("SELECT count(*) FROM view_log")
    found += (rows[0][0],)
    if found != (count,) * 4:
        sys.exit(f"instead of {count} rows there were {found}")
    times += 1
say("asked", times)
"""


def start(code: str, url: str, *given: object) -> Popen[str]:
    """A process that is ready, and begins when `begin` says so."""
    return Popen(
        [sys.executable, "-c", BEGINNING + code, url, *map(str, given)],
        stdin=PIPE,
        stdout=PIPE,
        stderr=PIPE,
        text=True,
        env=environment(None),
    )


def begin(processes: Iterable[Popen[str]]) -> None:
    """All begin together."""
    waiting = [*processes]
    for process in waiting:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n", process.communicate()[1]
    for process in waiting:
        assert process.stdin is not None
        process.stdin.write("\n")
        process.stdin.flush()


def told(process: Popen[str]) -> list[list[str]]:
    """The words of each line that a process has written, once it has ended well."""
    out, err = process.communicate(timeout=LONGEST)
    assert process.returncode == 0, err
    assert err == ""
    return [line.split() for line in out.splitlines()]


@contextmanager
def ended(processes: Sequence[Popen[str]]) -> Iterator[None]:
    """None is left when a test fails."""
    try:
        yield
    finally:
        for process in processes:
            process.kill()
            process.wait()
            for stream in (process.stdin, process.stdout, process.stderr):
                if stream is not None:
                    stream.close()
