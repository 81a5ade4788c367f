"""`copy`: the same ledger at another place, on each backend."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from ledger import copy, copy_target
from ledger.database import Database
from ledger.evidence.merkle import EMPTY_ROOT
from ledger.sqlite.file import SqliteFile
from ledger.store import Store, created
from tests.store.copies import (
    BACKENDS,
    PAIRS,
    NewPlace,
    added,
    command,
    copied,
    everything,
    grown,
    places,
    rich,
    signed,
    view_rows,
    with_notes,
)
from tests.store.ledgers import add, note
from tests.store.test_upgrade import as_version_1

Originals = dict[str, Database]


@pytest.fixture(scope="module")
def made_of(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folders of what the originals are made of, by backend."""
    return tmp_path_factory.mktemp("originals")


@pytest.fixture(scope="module")
def originals(made_of: Path, postgres: str) -> Iterator[Originals]:
    """A ledger with something of everything, made on each backend. They are only read."""
    with places(made_of, postgres) as new:
        made = {backend: new(backend) for backend in BACKENDS}
        for backend, where in made.items():
            (made_of / backend).mkdir()
            rich(where, made_of / backend)
        yield made


@pytest.fixture
def new(tmp_path: Path, postgres: str) -> Iterator[NewPlace]:
    """Gives places at which nothing is yet."""
    with places(tmp_path, postgres) as made:
        yield made


@pytest.mark.parametrize(("here", "there"), PAIRS)
def test_everything_is_there_byte_for_byte(
    originals: Originals,
    made_of: Path,
    new: NewPlace,
    capsys: pytest.CaptureFixture[str],
    here: str,
    there: str,
) -> None:
    """Facts, documents, checkpoints in their order, time stamps, the tree and the rows of the
    views; `verify` holds it against what was handed out; and once more it changes nothing.
    """
    original, target = originals[here], new(there)
    assert command("copy", original, target) == 0
    size, root = grown(original)
    told = f"Copied {size} facts, 2 documents, 2 checkpoints, 1 time stamp; root {root.hex()}."
    assert capsys.readouterr().err == f"{told}\n"  # in a pipe no bar is drawn
    assert everything(target) == everything(original)
    assert view_rows(target) == view_rows(original)
    handed_out = made_of / here / "checkpoint"
    assert command("verify", "--against", handed_out, ledger=target) == 0
    assert "the record begins with its 67 facts" in capsys.readouterr().out

    assert command("copy", original, target) == 0
    told = f"{target} holds all {size} facts of {original} already; nothing was changed; "
    assert capsys.readouterr().err == f"{told}root {root.hex()}.\n"
    assert everything(target) == everything(original)


@pytest.mark.parametrize(("here", "there"), PAIRS)
def test_a_copy_goes_on_where_the_source_went_on(new: NewPlace, here: str, there: str) -> None:
    """What was recorded and signed since is added, and the target was used meanwhile."""
    source, target = with_notes(new(here), "a", "b"), new(there)
    signed(source, 1)
    assert copied(source, target).facts == 2
    view_rows(target)
    added(source, "c", "d", "e")
    signed(source, 2)
    made = copied(source, target)
    assert (made.before, made.facts, made.checkpoints) == (2, 3, 1)
    assert everything(target) == everything(source)
    assert view_rows(target) == view_rows(source)
    added(target, "f")  # and it is a ledger like any other


@pytest.mark.parametrize("backend", BACKENDS)
def test_what_is_recorded_meanwhile_is_left_to_the_next_copy(
    new: NewPlace, monkeypatch: pytest.MonkeyPatch, backend: str
) -> None:
    """The source is copied as it was at the beginning, while others go on recording."""
    monkeypatch.setattr(copy, "MOST_FACTS", 2)
    source, target = with_notes(new(backend), "a", "b", "c", "d", "e"), new(backend)
    before = everything(source)

    def recording(what: str, done: int, _of: int) -> None:
        if what == "Copying facts":
            added(source, f"later-{done}")

    assert copy.copied(source, target, recording).facts == 5
    assert everything(target) == before
    assert copied(source, target).facts == 3
    assert everything(target) == everything(source)


@pytest.mark.parametrize("backend", BACKENDS)
def test_an_empty_ledger_is_a_beginning(new: NewPlace, backend: str) -> None:
    """One without facts is copied, and one that was made before, as for roles, is filled."""
    source, target = with_notes(new(backend)), new(backend)
    assert copied(source, target).root == EMPTY_ROOT
    assert copied(with_notes(new(backend), "a"), target).facts == 1


def test_large_facts_are_handed_over_in_small_parts(new: NewPlace) -> None:
    """A server's driver would never return from a call with some MB of facts."""
    tags = [f"{number:03} {'말' * 90}" for number in range(200)]
    source, target = new("sqlite"), new("postgresql")
    with created(source) as store:
        add(store, *(note(f"n-{number}", tags=tags) for number in range(200)))
    parts: list[int] = []
    copy.copied(source, target, lambda what, n, _: parts.append(n) if "Copying" in what else None)
    sizes = [after - before for before, after in zip([0, *parts], parts, strict=False)]
    assert len(parts) > 5
    assert max(sizes) * 60_000 < 2_000_000
    assert everything(target) == everything(source)


@pytest.mark.parametrize("backend", BACKENDS)
def test_a_ledger_that_was_half_made_is_finished(new: NewPlace, backend: str) -> None:
    """A copy that was killed in its first moment left the library's tables, or less."""
    source, target = with_notes(new(backend), "a"), new(backend)
    if isinstance(target, SqliteFile):
        target.path.touch()
        assert not copy_target.is_there(target)
    with target.faults():
        Store(target, new=True).close()
    assert not copy_target.is_there(target)
    assert copied(source, target).facts == 1
    assert everything(target) == everything(source)
    assert command("verify", ledger=target) == 0


def test_a_ledger_of_version_1(new: NewPlace) -> None:
    """It is copied as it is, without being given its tables; as a target it is given them."""
    source, target = with_notes(new("sqlite"), "a", "b"), new("postgresql")
    assert isinstance(source, SqliteFile)
    facts = everything(source).facts
    as_version_1(source.path)
    before = source.path.read_bytes()
    assert copied(source, target).facts == 2
    assert source.path.read_bytes() == before
    assert everything(target).facts == facts
    added(target, "c")
    assert copied(target, source).facts == 1
    assert everything(source) == everything(target)


def test_views_are_made_anew_meanwhile(new: NewPlace) -> None:
    """A copy that takes long holds up nobody who works with its source."""
    source, target = with_notes(new("postgresql"), "a"), new("postgresql")
    view_rows(source)

    def rebuilding(what: str, _done: int, _of: int) -> None:
        if what == "Copying facts":
            assert command("rebuild", ledger=source) == 0

    assert copy.copied(source, target, rebuilding).facts == 1
    assert view_rows(target) == view_rows(source)
