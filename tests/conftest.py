"""How much the property tests try: `make test` is quick, `make test-deep` is thorough. The ledgers
of the tests, on every backend; and a console for the tests that work like a person.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests import pool, servers
from tests.cli.console import Console, console_in
from tests.pool import Pool
from tests.rooms import BACKENDS, Room, Shelf

settings.register_profile(
    "default",
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile(
    "deep",
    max_examples=400,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("default")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """A test that is marked as one of SQLite alone runs there alone."""
    left_out = [item for item in items if on_postgresql(item) and item.get_closest_marker("sqlite")]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in set(left_out)]


def on_postgresql(item: pytest.Item) -> bool:
    """Whether this is the run of a test on PostgreSQL."""
    made_of = getattr(item, "callspec", None)
    return made_of is not None and made_of.params.get("backend") == "postgresql"


@pytest.fixture(scope="session", params=BACKENDS)
def backend(request: pytest.FixtureRequest) -> str:
    """Where the ledgers of a test are: each of the backends in turn."""
    return str(request.param)


@pytest.fixture(scope="session")
def server(backend: str, request: pytest.FixtureRequest) -> Pool | None:
    """The server that the ledgers of a test are on, if they are on one."""
    if backend == "sqlite":
        return None
    found: Pool = request.getfixturevalue("postgres_pool")
    return found


@pytest.fixture
def room(tmp_path: Path, server: Pool | None) -> Iterator[Room]:
    """Room for the ledgers of one test."""
    with Room(tmp_path, server) as made:
        yield made


@pytest.fixture(scope="session")
def new_room(
    tmp_path_factory: pytest.TempPathFactory, server: Pool | None
) -> Iterator[Callable[[str], Room]]:
    """Makes room for ledgers that several tests share, by a name."""
    with ExitStack() as until:
        yield lambda name: until.enter_context(Room(tmp_path_factory.mktemp(name), server))


@pytest.fixture(scope="session")
def shelf(new_room: Callable[[str], Room]) -> Shelf:
    """What several tests begin with, to be copied."""
    return Shelf(new_room)


@pytest.fixture
def console(
    room: Room, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Console:
    """A person at a console in an empty folder."""
    return console_in(room, capsys, monkeypatch)


@pytest.fixture
def ledger(console: Console) -> Console:
    """The same, with an empty ledger."""
    console.room.empty()
    return console


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The URL of a running server of PostgreSQL."""
    with servers.running() as url:
        yield url


@pytest.fixture
def database_url(postgres: str) -> Iterator[str]:
    """The URL of a new, empty database on it."""
    with servers.new_database(postgres) as url:
        yield url


@pytest.fixture(scope="session")
def postgres_pool(postgres: str) -> Iterator[Pool]:
    """The databases on it for tests that run on every backend."""
    with pool.on(postgres) as made:
        yield made
