"""A copy that is killed, cut off or stopped at any moment, and gone on with by the same command."""

from __future__ import annotations

import random
import signal
import subprocess
from collections.abc import Iterator
from itertools import product
from pathlib import Path

import pytest

from faults import proxy
from ledger import copy, copy_target, database
from ledger.database import Database, locate
from ledger.errors import LedgerError
from ledger.store import created
from tests.cli.terminal import plain, terminal
from tests.store import ledgers
from tests.store.copies import (
    BACKENDS,
    PAIRS,
    NewPlace,
    command,
    copied,
    everything,
    grown,
    is_beginning,
    places,
    rich,
    view_rows,
)
from tests.store.ledgers import DEEP

TRIALS = 40 if DEEP else 4

CUTS = [
    *product(["", "Copying documents", "Copying facts"], product(proxy.MOMENTS)),
    *product(["Copying documents"], product(proxy.MOMENTS, repeat=2)),
]
"""After what is done a connection is cut, and at which moments of the next commits."""

# Counts what happens in the files of the store until everything is copied, and kills the process
# at one of these moments: before or after a statement, a commit, a step of making the ledger.
KILLED = """
import os, signal, sys
from functools import cache
moment = int(sys.argv.pop(1))
from cli.main import main
from ledger import copy  # what is loaded by then is not counted
copy.MOST_FACTS = 25
PARTS = ("/ledger/copy", "/ledger/store", "/ledger/sqlite/", "/ledger/postgres/",
         "/evidence/tree", "/evidence/archive", "/eventsourcing/")
seen = 0
@cache
def counts(name):
    return any(part in name for part in PARTS)
def happened(frame, event, arg):
    global seen
    if frame.f_code.co_name == "bring_up_to_date":
        sys.setprofile(None)
    elif counts(frame.f_code.co_filename):
        seen += 1
        if seen == moment:
            os.kill(os.getpid(), signal.SIGKILL)
sys.setprofile(happened)
try:
    main()
finally:
    sys.setprofile(None)
    print(seen)
"""

RECORDING = """
import sys
from ledger.database import locate
from ledger.store import opened
from tests.store.ledgers import add, note
with opened(locate(sys.argv[1])) as store:
    for number in range(100):
        if number == 50:
            sys.stdin.readline()  # until a part was copied
        add(store, *(note(f"n-{number}", f"말 {part}") for part in range(10)))
"""


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Database:
    """A ledger with something of everything, in a file. It is only read."""
    folder = tmp_path_factory.mktemp("original")
    where = locate(str(folder / "original.db"))
    rich(where, folder)
    return where


@pytest.fixture
def new(tmp_path: Path, postgres: str) -> Iterator[NewPlace]:
    """Gives places at which nothing is yet."""
    with places(tmp_path, postgres) as made:
        yield made


def killed(source: Database, target: Database, moment: int) -> subprocess.CompletedProcess[str]:
    """Copy in a process of its own, which is killed at a moment; 0: never."""
    done = ledgers.program("copy", str(source), str(target), code=KILLED, before=[str(moment)])
    assert done.returncode in (0, -signal.SIGKILL), done.stderr
    return done


@pytest.mark.parametrize(("here", "there"), PAIRS)
def test_killed_at_any_moment(
    original: Database, new: NewPlace, request: pytest.FixtureRequest, here: str, there: str
) -> None:
    """What it leaves is a true beginning, which the same command makes whole."""
    source = original if here == "sqlite" else new(here)
    if source is not original:
        copied(original, source)
    whole, chance = everything(source), random.Random(request.node.name)
    moments = int(killed(source, new(there), 0).stdout)
    left = []
    for trial in range(TRIALS):
        target = new(there)
        first = moments * trial // TRIALS + chance.randrange(1, 1 + moments // TRIALS)
        for moment in (first, chance.randrange(1, moments)):
            killed(source, target, moment)
            if copy_target.is_there(target):
                found = everything(target)
                assert is_beginning(found, whole)
                assert grown(target)[0] == len(found.facts)
                left.append(len(found.facts))
        assert command("copy", source, target) == 0
        assert everything(target) == whole
        if trial == TRIALS - 1:
            assert view_rows(target) == view_rows(source)
            assert command("verify", ledger=target) == 0
    assert len({n for n in left if 0 < n < len(whole.facts)}) > 1, left  # killed in the middle


@pytest.mark.parametrize("there", BACKENDS)
def test_stopped_by_whoever_started_it(original: Database, new: NewPlace, there: str) -> None:
    """Ctrl-C is answered by what to do, and leaves a true beginning."""
    stopping = KILLED.replace("SIGKILL", "SIGINT")
    words = ("copy", str(original))
    moments = int(killed(original, new(there), 0).stdout)
    for part in (2, 5, 8):
        target = new(there)
        before = [str(moments * part // 10)]
        done = ledgers.program(*words, str(target), code=stopping, before=before)
        assert done.stderr == "Stopped; the same command goes on from there.\n"
        assert done.returncode == 130
        assert is_beginning(everything(target), everything(original))
        assert command(*words, target) == 0
        assert everything(target) == everything(original)


@pytest.mark.parametrize(("after", "moments"), CUTS)
def test_a_connection_that_is_cut(
    original: Database, new: NewPlace, after: str, moments: tuple[str, ...]
) -> None:
    """A commit whose answer is lost is looked for, and the copy goes on: nothing is there twice."""
    target = new("postgresql")
    with created(target):
        pass
    with proxy.before(str(target)) as (between, url):

        def cutting(what: str, done: int, of: int) -> None:
            if what == after and done == of:
                between.cuts += moments

        if not after:
            between.cuts += moments
        assert copy.copied(original, locate(url), cutting).facts == 298
        assert between.struck == [*moments]
    assert everything(target) == everything(original)


@pytest.mark.parametrize("moment", proxy.MOMENTS)
def test_a_server_that_stays_away(
    original: Database, new: NewPlace, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    """After the patience is at its end an error says so; later the same command makes it whole."""
    monkeypatch.setattr(database, "PATIENCE", 0)
    monkeypatch.setattr(copy, "MOST_FACTS", 50)
    target = new("postgresql")
    with created(target):
        pass
    with proxy.before(str(target)) as (between, url):

        def cutting(what: str, _done: int, _of: int) -> None:
            if what == "Copying facts" and not between.closed:
                between.cuts, between.closed = [moment], True

        with pytest.raises(LedgerError) as refused:
            copy.copied(original, locate(url), cutting)
    assert refused.value.code in ("connection-lost", "server-unreachable")
    assert is_beginning(everything(target), everything(original))
    assert 0 < copied(original, target).before < 298
    assert everything(target) == everything(original)


@pytest.mark.parametrize(("here", "there"), PAIRS)
def test_while_somebody_records(new: NewPlace, here: str, there: str) -> None:
    """Copied again and again while facts come in: each copy is a beginning, the last one whole."""
    source, target = new(here), new(there)
    with created(source):
        pass
    recording = subprocess.Popen(
        ledgers.command(str(source), code=RECORDING),
        env=ledgers.environment(None),
        stdin=subprocess.PIPE,
    )
    assert recording.stdin is not None
    sizes = []
    while recording.poll() is None:
        sizes.append(copied(source, target).facts)
        assert is_beginning(everything(target), everything(source))
        if sizes[-1] and not recording.stdin.closed:
            recording.stdin.close()
    assert recording.returncode == 0
    sizes.append(copied(source, target).facts)
    assert len(everything(target).facts) == 1_000
    assert everything(target) == everything(source)
    assert sum(map(bool, sizes)) > 1, sizes  # they did come in meanwhile


def test_a_bar_is_drawn_on_a_terminal(original: Database, tmp_path: Path) -> None:
    """Each part has its own; then it is told what was copied."""
    with terminal("copy", str(original), tmp_path / "사본.db") as screen:
        for what, count in (("documents", 2), ("facts", 298)):
            screen.expect(f"Copying {what}")
            screen.expect(f"{count}/{count}")
        screen.expect("Checking the copy")
        screen.expect("298/298")
        screen.expect("Copied 298 facts, 2 documents, 2 checkpoints, 1 time stamp; root ")
        assert screen.end() == 0
    assert "####" in plain(screen.shown)
