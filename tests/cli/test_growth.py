"""What is asked about one thing, or recorded as one fact, costs no more in a larger ledger."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from click import Context, Option

from cli import complete
from cli.log import log
from cli.main import run
from cli.settings import Settings
from ledger.envelope import Draft
from ledger.sqlite.file import SqliteFile
from ledger.store import opened
from projections import catch_up
from tests.cli.console import NOW
from tests.rooms import Room
from tests.store.ledgers import add, draft, make, note

pytestmark = pytest.mark.sqlite

SMALL, LARGE = 40, 1_200
"""Facts of other streams, in the two ledgers that are compared."""

STEP = 10
"""Steps of SQLite's machine that are counted at a time."""

PLANT = ("record", "plant.completed", "north", "--on", "2025-09", "--source", "report")
CORRECTION = ("correct", "plant:north@1", "--set", "name=North", "--reason", "misread")
DOCUMENT, OTHER_DOCUMENT = __file__, str(Path(__file__).with_name("console.py"))
ARCHIVED = ("source", "add", DOCUMENT, "--id", "paper", "--published", "2025-02", "--title", "P")
COMMANDS: tuple[Sequence[str], ...] = (
    ("log", "--stream", "north"),
    ("log", "--stream", "plant:north", "--known-at", "#6"),
    ("log", "--stream", "north", "--type", "plant", "--with-evidence", "--format", "json"),
    ("log", "--last", "3"),
    ("log", "--source", "report"),
    ("log", "--since", "#1", "--until", "#4"),
    ("log", "--until", "2026-03-01"),
    ("log", "--tag", "rare", "--source", "report"),
    ("log", "plant:north@1"),
    ("show", "north"),
    ("show", "north", "--why"),
    ("show", "plant:north", "--known-at", "#6"),
    ("why", "north"),
    ("why", "plant:north", "capacity"),
    ("why", "plants/north", "status", "--known-at", "#6"),
    ("why", "log/plant:north@1"),
    ("source", "show", "report"),
    ("source", "show", "paper"),
    ("source", "get", "paper"),
    ("source", "add", DOCUMENT),
    ("source", "add", OTHER_DOCUMENT, "--id", "essay", "--published", "2025-02", "--title", "E"),
    ("plants", "--company", "acme"),
    ("promises", "--company", "acme"),
    ("capacity", "--company", "acme"),
    PLANT,
    CORRECTION,
    ("retract", "plant:north@2", "--reason", "untrue"),
)


@pytest.fixture(scope="module")
def ledgers(new_room: Callable[[str], Room]) -> tuple[SqliteFile, SqliteFile]:
    """Two ledgers with the same facts first, and many more of other streams in the second."""
    return _ledger(new_room("small"), SMALL), _ledger(new_room("large"), LARGE)


def _ledger(room: Room, more: int) -> SqliteFile:
    told = {"on": "2025", "source": "report"}
    where = make(
        room,
        draft("source.registered", "report", title="Report", published="2025-03"),
        draft("source.registered", "other", title="Other", published="2025-04"),
        draft("company.registered", "acme", name="Acme"),
        draft("company.registered", "zweite", name="Zweite"),
        draft("plant.proposed", "north", company="acme", name="N", **told, tags=["rare"]),
        draft("plant.capacity_stated", "north", capacity="5 kt/yr", stage="metal", **told),
        draft("plant.construction_started", "north", on="2025-02", source="report"),
        draft(
            "promise.made",
            "vow",
            by="acme",
            about=["plant:north"],
            statement="s",
            measure="capacity",
            wording="aims",
            due="2031",
            **told,
        ),
    )
    assert isinstance(where, SqliteFile)
    with opened(where) as store:
        add(store, *_others(more))
        catch_up.catch_up(store, NOW.date())
    assert run([*ARCHIVED], Settings(str(where.path), clock=lambda: NOW)) == 0
    return where


def _others(count: int) -> Iterator[Draft]:
    """Facts of as many streams, half of them of another company, that change on later days; some
    of documents, and some that contradict each other.
    """
    for number in range(count):
        if number % 2:
            due = {"due": f"{2027 + number % 60}", "source": "other", "measure": "supply"}
            said = {"statement": f"s {number}", "wording": "aims", "by": "zweite"}
            yield draft("promise.made", f"p-{number}", on="2025", **due, **said)
        elif number % 4:
            told = {"company": "zweite", "stage": "metal", "source": "other"}
            yield draft("plant.proposed", f"p-{number}", on="2025", **told)
            for capacity in ("5 kt/yr", "6 kt/yr"):
                said = {"capacity": capacity, "on": "2025", "stage": "metal"}
                yield draft("plant.capacity_stated", f"p-{number}", source="other", **said)
        elif number % 8:
            title = f"Document {number}"
            yield draft("source.registered", f"s-{number}", title=title, published="2025-04")
        else:
            yield note(f"n-{number}", f"said {number}", source="other")


@contextmanager
def counted(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[int]]:
    """Counts the steps that SQLite takes meanwhile, whoever opens a file."""
    steps = [0]
    connect = sqlite3.connect

    def count() -> int:
        steps[0] += STEP
        return 0

    def connected(*args: Any, **kwargs: Any) -> sqlite3.Connection:
        connection: sqlite3.Connection = connect(*args, **kwargs)
        connection.set_progress_handler(count, STEP)
        return connection

    with monkeypatch.context() as patched:
        patched.setattr(sqlite3, "connect", connected)
        yield steps


def steps_of(
    where: SqliteFile, command: Sequence[str], folder: Path, monkeypatch: pytest.MonkeyPatch
) -> int:
    """The steps that a command takes on a copy of a ledger."""
    copy = folder / f"{where.path.parent.name}.db"
    copy.write_bytes(where.path.read_bytes())
    with counted(monkeypatch) as steps:
        assert run([*command], Settings(str(copy), clock=lambda: NOW)) == 0
    return steps[0]


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_a_command_about_one_thing_does_not_read_the_whole_ledger(
    ledgers: tuple[SqliteFile, SqliteFile],
    command: Sequence[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """With thirty times as many facts, SQLite takes a tenth more steps at most."""
    small, large = (steps_of(where, command, tmp_path, monkeypatch) for where in ledgers)
    assert small < 20_000
    assert large <= 1.1 * small + 3 * STEP


@pytest.mark.parametrize("begun", ["plant:n", "no", "plant:north@"])
def test_completion_does_not_read_the_whole_ledger(
    ledgers: tuple[SqliteFile, SqliteFile], begun: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What could stand here is looked up, however much there is."""
    found = []
    for where in ledgers:
        with counted(monkeypatch) as steps, Context(log, obj=Settings(str(where.path))) as context:
            offered = {item.value for item in complete.refs(context, begun)}
            offered |= {i.value for i in complete.streams(context, Option(["--x"]), begun)}
            assert offered & {"plant:north@1", "north"}
        found.append(steps[0])
    assert found[1] <= 1.1 * found[0] + 3 * STEP


def test_a_step_is_counted(
    ledgers: tuple[SqliteFile, SqliteFile], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What does read the whole ledger takes many times the steps: so the count can fail."""
    small, large = (steps_of(where, ["log"], tmp_path, monkeypatch) for where in ledgers)
    assert large > 5 * small
