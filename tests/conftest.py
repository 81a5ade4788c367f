"""How much the property tests try: `make test` is quick, `make test-deep` is thorough. And a
console for the tests that work like a person.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests import servers
from tests.cli.console import Console, console_in

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


@pytest.fixture
def console(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Console:
    """A person at a console in an empty folder."""
    return console_in(tmp_path, capsys, monkeypatch)


@pytest.fixture
def ledger(console: Console) -> Console:
    """The same, with an empty ledger."""
    assert console("init").code == 0
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
