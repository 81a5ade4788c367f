"""Time stamps on the command line: asked for, kept with their checkpoint, checked offline."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.console import Console, Ran
from tests.evidence.authority import Authority, authority
from tests.outside import outside
from tests.rooms import Shelf


@pytest.fixture
def stamping(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """A time-stamping authority in a folder of its own."""
    return authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture
def stamped(console: Console, shelf: Shelf, stamping: Authority) -> Console:
    """A ledger whose checkpoint an authority has stamped; its answer is in `head.tsr`."""

    def make() -> None:
        console("init", "--example")
        console("keygen", "example.com/acme", "-o", "key")

    shelf.furnish(console.room, "to be stamped", make)
    words = ("--timestamp-request", "head.tsq", "-o", "checkpoint")
    assert console("checkpoint", "--key", "key", *words).code == 0
    Path("head.tsr").write_bytes(stamping.stamp(Path("head.tsq").read_bytes()))
    return console


def keep(console: Console, stamping: Authority, response: str = "head.tsr") -> Ran:
    """Keep a time stamp, by the authority's root."""
    return console(
        *("checkpoint", "--timestamp-response", response),
        *("--timestamp-roots", str(stamping.root)),
    )


def test_a_time_stamp_is_kept_and_checked(stamped: Console, stamping: Authority) -> None:
    """It is found to be of the newest checkpoint, kept once, and verified by its root."""
    for _ in range(2):
        ran = keep(stamped, stamping)
        assert (ran.code, "of the checkpoint of 65 facts" in ran.err) == (0, True)
    (kept,) = json.loads(stamped("checkpoint", "--list", "--format", "json").out)
    assert kept["timestamps"] == 1
    assert "1 kept" in stamped("verify").out
    ran = stamped("verify", "--timestamp", str(stamping.root))
    assert ran.code == 0
    assert "not checked" not in ran.out.partition("timestamps")[2].splitlines()[0]


def test_it_belongs_to_its_checkpoint_after_others_were_signed(
    stamped: Console, stamping: Authority
) -> None:
    """The answer of yesterday is kept with the checkpoint of yesterday."""
    stamped("record", "company.registered", "x", "--name", "X", "--key", "key")
    ran = keep(stamped, stamping)
    assert "of the checkpoint of 65 facts" in ran.err
    kept = json.loads(stamped("checkpoint", "--list", "--format", "json").out)
    assert [one["timestamps"] for one in kept] == [1, 0]


def test_another_authority_is_not_believed(
    stamped: Console, stamping: Authority, tmp_path: Path
) -> None:
    """By the roots of somebody else the stamp is worth nothing, and is not kept."""
    (tmp_path / "other").mkdir()
    other = authority(tmp_path / "other", "Other")
    assert "error[timestamp]" in keep(stamped, other).err
    keep(stamped, stamping)
    ran = stamped("verify", "--timestamp", str(other.root))
    assert (ran.code, "FAILED  timestamps" in ran.out) == (1, True)


def test_a_stamp_of_something_else_is_not_kept(stamped: Console, stamping: Authority) -> None:
    """The answer to another question is refused."""
    stamped.file("other.tsr", stamping.stamp(stamping.query(b"another text")))
    ran = keep(stamped, stamping, "other.tsr")
    assert (ran.code, "error[timestamp]" in ran.err) == (1, True)


def test_a_stamp_of_a_checkpoint_that_is_gone_shows_nothing(
    stamped: Console, stamping: Authority
) -> None:
    """A stamp without its checkpoint is no stamp of this record."""
    keep(stamped, stamping)
    with outside(stamped.where) as tool:
        tool.execute("DELETE FROM checkpoints")
    ran = stamped("verify")
    assert (ran.code, "of a checkpoint that is not kept" in ran.out) == (1, True)


def test_a_kept_stamp_that_was_changed_is_found(stamped: Console, stamping: Authority) -> None:
    """`verify` reads every kept stamp again."""
    keep(stamped, stamping)
    with outside(stamped.where) as tool:
        ((response,),) = tool.execute("SELECT response FROM timestamps").fetchall()
        tool.execute("UPDATE timestamps SET response = ?", (bytes(response)[8:],))
    ran = stamped("verify")
    assert (ran.code, "FAILED  timestamps" in ran.out) == (1, True)


def test_stamps_that_were_removed_are_missed(stamped: Console, stamping: Authority) -> None:
    """Who trusts an authority and finds no stamp is told so."""
    ran = stamped("verify", "--timestamp", str(stamping.root))
    assert (ran.code, "none is kept, though an authority is trusted" in ran.out) == (1, True)


def test_a_broken_stamp_is_not_kept(stamped: Console, stamping: Authority) -> None:
    """What is kept is kept for good: a flipped bit, or no roots to check by, is refused."""
    data = bytearray(Path("head.tsr").read_bytes())
    data[-5] ^= 1
    stamped.file("broken.tsr", bytes(data))
    assert "error[timestamp]" in keep(stamped, stamping, "broken.tsr").err
    assert "error[usage]" in stamped("checkpoint", "--timestamp-response", "head.tsr").err
    (kept,) = json.loads(stamped("checkpoint", "--list", "--format", "json").out)
    assert kept["timestamps"] == 0
