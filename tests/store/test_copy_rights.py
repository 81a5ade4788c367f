"""What somebody who copies must be allowed: to read the source, to record in the target."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from shutil import rmtree

import pytest

from ledger.database import Database, locate
from ledger.errors import LedgerError
from ledger.store import created
from projections.catch_up import catch_up
from tests.servers import new_database
from tests.store.copies import copied, everything, view_rows
from tests.store.ledgers import PROGRAM_AS_NOBODY, TODAY, add, code_of, make, note, program

DRAFTS = (note("a", "말"), note("b"))


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that others can enter; those of pytest are closed to the user nobody."""
    made = Path(tempfile.mkdtemp(prefix="lsledger-test-"))
    made.chmod(0o755)
    yield made
    made.chmod(0o755)
    rmtree(made)


@pytest.fixture
def given_to_roles(postgres: str) -> Iterator[tuple[Database, Database, Database]]:
    """An empty ledger on a server: as its owner, a writer and a reader open it."""
    with new_database(postgres) as url:
        with created(locate(url)) as store:
            owner, writer, reader = locate(url).give_to_roles()
            catch_up(store, TODAY)  # only the owner makes the tables of the views
        yield tuple(locate(f"{url}&options=-crole%3D{name}") for name in (owner, writer, reader))  # type: ignore[misc]


def test_a_file_that_may_only_be_read(folder: Path) -> None:
    """It is copied all the same, and nothing is left beside it; a target must be writable."""
    (folder / "closed").mkdir()
    where = make(folder / "closed", *DRAFTS)
    where.path.chmod(0o444)
    (folder / "closed").chmod(0o555)
    (folder / "open").mkdir()
    (folder / "open").chmod(0o777)
    target = folder / "open" / "사본.db"
    done = program("copy", where.path, target, code=PROGRAM_AS_NOBODY)
    assert done.returncode == 0, done.stderr
    assert [path.name for path in (folder / "closed").iterdir()] == ["ledger.db"]
    assert everything(locate(str(target))) == everything(where)

    whole = program("copy", target, where.path, code=PROGRAM_AS_NOBODY)
    assert (whole.returncode, "already" in whole.stderr) == (0, True)  # nothing is to be written
    other = make(folder / "open", *DRAFTS, note("c"), name="other.db")
    other.path.chmod(0o444)
    refused = program("copy", other.path, where.path, code=PROGRAM_AS_NOBODY)
    assert code_of(refused) == "read-only"


def test_the_roles_of_a_server(
    tmp_path: Path, given_to_roles: tuple[Database, Database, Database]
) -> None:
    """A writer fills a ledger that was made before; a reader copies it, and fills nothing."""
    _, writer, reader = given_to_roles
    source = make(tmp_path, *DRAFTS)
    with pytest.raises(LedgerError) as refused:
        copied(source, reader)
    assert refused.value.code == "read-only"
    assert copied(source, writer).facts == 2
    assert view_rows(writer) == view_rows(source)
    target = locate(str(tmp_path / "copy.db"))
    assert copied(reader, target).facts == 2
    assert everything(target) == everything(source)


def test_a_database_in_which_nothing_may_be_made(tmp_path: Path, postgres: str) -> None:
    """It is said that the server does not permit it."""
    source = make(tmp_path, *DRAFTS)
    with new_database(postgres) as url, new_database(postgres) as other:
        with created(locate(other)) as store:
            add(store, *DRAFTS)
        *_, reader = locate(other).give_to_roles()
        with pytest.raises(LedgerError) as refused:
            copied(source, locate(f"{url}&options=-crole%3D{reader}"))
    assert refused.value.code == "not-permitted"
