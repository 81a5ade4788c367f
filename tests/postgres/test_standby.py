"""A hot standby: it answers everything from what it has, says how far behind it is, and takes
nothing.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from faults import server
from faults.command import Ran, lsledger
from faults.material import note, recording, write
from faults.processes import until
from faults.server import Server
from ledger.database import locate
from ledger.store import opened
from projections import tables
from tests.store import ledgers

SOON = 30.0
"""Seconds within which a standby must have what its primary committed."""

READING = [
    ["context", "--format", "json"],
    ["portfolio"],
    ["plants", "--as-of", "2025"],
    ["log"],
    ["log", "--last", "1", "--format", "json"],
    ["diff", "--from", "#1", "--to", "#2"],
    ["show", "plant:north"],
    ["log", "plant:north@1"],
    ["why", "plant:north", "status"],
    ["export", "facts", "--format", "jsonl"],
    ["export", "plants", "--with-evidence", "--format", "csv"],
    ["coverage"],
    ["source", "list"],
    ["source", "check"],
    ["checkpoint"],
    ["checkpoint", "--list"],
    ["prove", "plant:north@1"],
    ["sql", "SELECT stream FROM view_plants"],
    ["sql"],
]
"""What gives the same answer everywhere."""

ABOUT = [["status"], ["verify"]]
"""What tells where it was asked, too."""

WRITING = [
    [*recording("refused")],
    ["record", "plant.closed", "north", "--on", "2026"],
    ["correct", "plant:north@1", "--set", "on=2023", "--reason", "틀렸다"],
    ["retract", "plant:north@1", "--reason", "틀렸다"],
    ["rebuild"],
    ["follow"],
]


@dataclass(frozen=True)
class Pair:
    """A primary and its standby. folder: where a key, a checkpoint and an import file lie."""

    primary: Server
    standby: Server
    folder: Path

    def replayed(self) -> None:
        """Wait until the standby shows all that the primary has committed."""
        with self.primary.connect() as connection:
            (end,) = connection.execute("SELECT pg_current_wal_lsn()").fetchone() or ()
        with self.standby.connect() as connection:
            until(
                "the standby's catching up",
                lambda: (
                    connection.execute(
                        "SELECT pg_last_wal_replay_lsn() >= %s::pg_lsn", (end,)
                    ).fetchone()
                    == (True,)
                ),
                SOON,
            )

    @contextmanager
    def paused(self) -> Iterator[None]:
        """The standby receives the log, and shows nothing new."""
        with self.standby.connect() as connection:
            connection.execute("SELECT pg_wal_replay_pause()")
            try:
                yield
            finally:
                connection.execute("SELECT pg_wal_replay_resume()")

    def received(self) -> None:
        """Wait until the standby has received what it does not show."""
        with self.standby.connect() as connection:
            until(
                "the log on the standby",
                lambda: (
                    connection.execute(
                        "SELECT pg_last_wal_receive_lsn() > pg_last_wal_replay_lsn()"
                    ).fetchone()
                    == (True,)
                ),
                SOON,
            )


@pytest.fixture(scope="module")
def pair() -> Iterator[Pair]:
    """A ledger with a document's worth of facts and a checkpoint, on a primary and its standby."""
    with TemporaryDirectory(prefix="lsledger-test-") as name, server.start() as primary:
        folder = Path(name)
        plant = ("plant.operating", "north", "--on", "2024", "--stage", "metal")
        key, checkpoint = str(folder / "key"), str(folder / "checkpoint")
        for words in (
            ("init",),
            recording("first", "한국어"),
            ("record", *plant),
            ("keygen", "example.com/pair", "-o", key),
            ("checkpoint", "--key", key, "-o", checkpoint),
        ):
            well(lsledger(primary.url, *words))
        write(folder / "facts.jsonl", [note("refused")])
        with server.standby(primary) as standby:
            made = Pair(primary, standby, folder)
            made.replayed()
            yield made


def well(ran: Ran) -> Ran:
    """What came of a command that must not fail."""
    assert ran.code == 0, ran
    return ran


def position(one: Server) -> int:
    """How far the tables of the views are."""
    with locate(one.url).reading() as connection:
        return tables.position(connection)


@pytest.mark.parametrize("words", READING, ids=" ".join)
def test_it_answers_as_its_primary_does(pair: Pair, words: list[str]) -> None:
    """Every reading command, with one line more on standard error."""
    expected = well(lsledger(pair.primary.url, *words))
    answered = well(lsledger(pair.standby.url, *words))
    assert answered.out == expected.out
    assert "standby" not in expected.err
    told = answered.err.removesuffix(expected.err)
    assert told.startswith(f"{locate(pair.standby.url)} is a standby, ")
    assert told.count("\n") == 1


@pytest.mark.parametrize("words", ABOUT, ids=" ".join)
def test_it_is_in_order(pair: Pair, words: list[str]) -> None:
    """What looks at the whole ledger finds nothing wrong with a copy by a server."""
    answered = well(lsledger(pair.standby.url, *words))
    assert answered.err.count("is a standby") == answered.err.count("\n") == 1


def test_status_tells_what_it_is(pair: Pair) -> None:
    """On the standby and on the primary; neither has any doubt who can be written to."""
    primary, standby = (
        json.loads(well(lsledger(one.url, "status", "--format", "json")).out)
        for one in (pair.primary, pair.standby)
    )
    assert primary["server"].endswith(", the primary")
    assert ", a standby, " in standby["server"]
    assert (primary["writable"], standby["writable"]) == (True, False)
    assert standby["facts"] == primary["facts"]


def test_a_checkpoint_of_the_primarys_holds_there(pair: Pair) -> None:
    """Whoever holds it can check the copy as well."""
    against = ("verify", "--against", str(pair.folder / "checkpoint"))
    well(lsledger(pair.standby.url, *against))


@pytest.mark.parametrize("words", WRITING, ids=" ".join)
def test_it_takes_nothing(pair: Pair, words: list[str]) -> None:
    """Whatever writes is refused, with the way to go."""
    refused = lsledger(pair.standby.url, *words)
    assert (refused.code, refused.error) == (1, "read-only")
    assert "Name the primary" in refused.err


def test_it_takes_no_files_and_signs_nothing(pair: Pair) -> None:
    """Neither an import, nor a document, nor a checkpoint."""
    facts, key = str(pair.folder / "facts.jsonl"), str(pair.folder / "key")
    for words in (("import", facts), ("source", "add", facts), ("checkpoint", "--key", key)):
        refused = lsledger(pair.standby.url, *words)
        assert (refused.code, refused.error) == (1, "read-only"), words


def test_views_that_are_behind_are_folded(pair: Pair) -> None:
    """A fact that is in no table yet is in the answer, and the tables stay as they are."""
    with opened(locate(pair.primary.url)) as store:
        ledgers.add(store, ledgers.note("behind", "아직 표에 없다"))
    behind = position(pair.primary)
    pair.replayed()
    answered = well(lsledger(pair.standby.url, "context", "--format", "json"))
    assert "아직 표에 없다" in answered.out
    assert position(pair.standby) == position(pair.primary) == behind
    told = well(lsledger(pair.standby.url, "status", "--format", "json"))
    assert json.loads(told.out)["views"] == "behind; each answer is folded from the facts"
    rows = well(lsledger(pair.standby.url, "sql", "SELECT count(*) FROM view_context"))
    assert "The tables are behind the facts" in rows.err
    well(lsledger(pair.standby.url, "verify"))


def test_it_says_how_far_behind_it_is(pair: Pair) -> None:
    """While it shows nothing new it tells so, and goes on to answer from what it shows."""
    with pair.paused():
        well(lsledger(pair.primary.url, *recording("late", "늦게 온다")))
        pair.received()
        answered = well(lsledger(pair.standby.url, "log"))
        assert "bytes of the log behind what it has received; the last commit" in answered.err
        assert "context:late" not in answered.out
        told = well(lsledger(pair.standby.url, "status"))
        assert "bytes of the log behind what it has received" in told.out
    pair.replayed()
    assert "context:late" in well(lsledger(pair.standby.url, "log")).out


def test_it_answers_without_its_primary(pair: Pair) -> None:
    """A standby whose primary is killed answers all the while, and follows again afterwards."""
    before = well(lsledger(pair.standby.url, "portfolio"))
    assert pair.primary.kill("all")
    assert lsledger(pair.primary.url, "portfolio").error == "server-unreachable"
    assert well(lsledger(pair.standby.url, "portfolio")).out == before.out
    pair.primary.start()
    well(lsledger(pair.primary.url, *recording("again", "다시")))
    pair.replayed()
    assert "context:again" in well(lsledger(pair.standby.url, "log")).out
