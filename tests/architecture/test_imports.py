"""What each command imports: what takes long is for those who need it.

Of a cold start pydantic costs some 100 ms, eventsourcing and rich 25 to 50 ms, the metadata of
packages 25 ms, a model of a fact type or a dataclass half a millisecond.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cli.main import COMMANDS
from ledger.sqlite.file import SqliteFile
from tests.store.ledgers import NOW, TODAY, draft, make, program

HEAVY = {"pydantic", "pydantic_core", "eventsourcing", "rich", "ruamel", "xlsxwriter", "pyarrow"}
FOR_RECORDING = {"pydantic", "pydantic_core", "eventsourcing"}

PROBE = f"""
import json, os, sys
from datetime import datetime
from cli.main import run
from cli.settings import Settings
try:
    code = run(sys.argv[1:], Settings(clock=lambda: datetime.fromisoformat("{NOW.isoformat()}")))
except SystemExit as stop:
    code = stop.code
loaded = sorted({{name.partition(".")[0] for name in sys.modules}} & {HEAVY!r})
print(json.dumps([code or 0, loaded]), file=sys.stderr)
"""

MODULES = f"""
import sys
from datetime import datetime
from cli.main import run
from cli.settings import Settings
code = run(sys.argv[1:], Settings(clock=lambda: datetime.fromisoformat("{NOW.isoformat()}")))
print(code, *sys.modules, file=sys.stderr)
"""

FROZEN = """
import atexit, gc
from cli.main import main
atexit.register(lambda: print(gc.get_freeze_count() > 0))
main()
"""

VIEWS = list(COMMANDS["Ask"])
LIGHT = [name for name in VIEWS if name not in ("show", "diff", "why")]
"""What reads rows of the tables alone; the others read facts."""
assert {"plants", "log", "show"} < set(VIEWS)


@pytest.fixture(scope="module")
def where(tmp_path_factory: pytest.TempPathFactory) -> SqliteFile:
    """A ledger that is caught up with for the day of the tests."""
    return make(
        tmp_path_factory.mktemp("imports"),
        draft("company.registered", "acme", name="Acme"),
        draft("plant.operating", "north", on="2025", company="acme", stage="metal"),
    )


def imported(*args: str | Path, env: dict[str, str] | None = None) -> set[str]:
    """The heavy libraries that a command has imported when it is done."""
    done = program(*args, code=PROBE, env=env)
    code, loaded = json.loads(done.stderr.splitlines()[-1])
    assert code == 0, done.stderr
    assert done.stdout.strip()
    return set(loaded)


def modules(*args: str | Path) -> set[str]:
    """Every module that a command has imported when it is done."""
    code, *names = program(*args, code=MODULES).stderr.splitlines()[-1].split()
    assert code == "0"
    return set(names)


@pytest.mark.parametrize("option", ["--help", "--version"])
def test_what_the_program_itself_needs_is_little(option: str) -> None:
    """Before a command is named there is no ledger to open, and nothing to read or compute."""
    away = {"sqlite3", "json", "dataclasses", "decimal", "pathlib", "importlib.metadata"}
    loaded = modules(option)
    assert loaded & away == set()
    assert {name for name in loaded if name.startswith(("ledger.", "projections"))} == {
        "ledger.errors"
    }


def test_a_view_brings_its_own_rows_alone(where: SqliteFile) -> None:
    """In a pipe it needs no other view, no format, no fact, and nothing of the terminal."""
    loaded = modules("--ledger", where.path, "plants")
    assert loaded & {"shutil", "tempfile", "signal", "importlib.metadata"} == set()
    assert loaded & {"projections.exports", "projections.log_filter", "cli.portfolio"} == set()
    assert {name for name in loaded if name.startswith("projections.views.")} == {
        "projections.views.plants"
    }
    assert {name for name in loaded if name.startswith(("ledger.facts", "ledger.plant"))} == set()


@pytest.mark.parametrize("command", [["show", "plant:north"], ["log", "plant:north@1"]])
def test_reading_a_stream_brings_the_models_of_its_kind(
    where: SqliteFile, command: list[str]
) -> None:
    """The other kinds of stream stay away, their facts and their rules."""
    loaded = modules("--ledger", where.path, *command)
    assert "ledger.facts.plant" in loaded
    others = {"contract", "investment", "promise", "context"}
    assert loaded & {f"ledger.{kind}" for kind in others} == set()
    assert loaded & {f"ledger.facts.{kind}" for kind in others} == set()


@pytest.mark.parametrize(
    ("command", "views"),
    [
        (["show", "plant:north"], set()),
        (["why", "plant:north", "status"], {"plants"}),
        (
            ["--actor", "a", "record", "plant.permitted", "south", "--on", "2024", "--force"],
            {"plants", "capacity", "chain", "conflicts", "log"},
        ),
    ],
    ids=["show", "why", "record"],
)
def test_what_is_about_one_stream_brings_the_views_of_its_kind(
    where: SqliteFile, command: list[str], views: set[str], tmp_path: Path
) -> None:
    """Recording a fact writes the rows of the views that have such streams; others stay away."""
    copy = tmp_path / "copy.db"
    copy.write_bytes(where.path.read_bytes())
    loaded = modules("--ledger", copy, *command)
    found = {name for name in loaded if name.startswith("projections.views.")}
    assert found == {f"projections.views.{name}" for name in views}


def test_nothing_is_collected_when_a_command_ends() -> None:
    """What is left is set aside before Python ends, so that it is not searched for cycles."""
    assert program("--version", code=FROZEN).stdout.splitlines()[-1] == "True"


@pytest.mark.parametrize(
    "args", [["--help"], ["--version"], ["record", "--help"], ["completion", "bash"]]
)
def test_help_is_light(where: SqliteFile, args: list[str]) -> None:
    """Nothing of what recording needs is imported to print a help page."""
    assert imported("--ledger", where.path, *args) == set()


@pytest.mark.parametrize("command", LIGHT)
def test_the_help_of_a_view_is_light(command: str) -> None:
    """Neither is it for the help of a single command."""
    assert imported(command, "--help") == set()


@pytest.mark.parametrize("view", LIGHT)
def test_a_current_view_is_light(where: SqliteFile, view: str) -> None:
    """In a pipe, a view that is caught up with costs sqlite3 and click."""
    assert imported("--ledger", where.path, view) == set()


@pytest.mark.parametrize("form", ["csv", "json", "jsonl", "md"])
def test_text_formats_are_light(where: SqliteFile, form: str) -> None:
    """Formats of text need no library."""
    assert imported("--ledger", where.path, "plants", "--format", form) == set()


def test_xlsx_needs_its_writer_alone(where: SqliteFile, tmp_path: Path) -> None:
    """A spreadsheet costs xlsxwriter and nothing else."""
    loaded = imported("--ledger", where.path, "plants", "--format", "csv")
    assert loaded == set()
    done = program("--ledger", where.path, "plants", "-o", tmp_path / "p.xlsx", code=PROBE)
    assert json.loads(done.stderr.splitlines()[-1]) == [0, ["xlsxwriter"]]


def test_parquet_needs_its_writer_alone(where: SqliteFile, tmp_path: Path) -> None:
    """So does Parquet, whose library comes with an extra."""
    done = program("--ledger", where.path, "plants", "-o", tmp_path / "p.parquet", code=PROBE)
    assert json.loads(done.stderr.splitlines()[-1]) == [0, ["pyarrow"]]


@pytest.mark.parametrize(
    ("words", "word", "found"),
    [
        (["lsledger", "show", "plant:"], 2, "plant:north"),
        (["lsledger", "record", "plant.op"], 2, "plant.operating"),
        (["lsledger", "plants", "--company", "ac"], 3, "acme"),
        (["lsledger", "pl"], 1, "plants"),
    ],
)
def test_completion_is_light(where: SqliteFile, words: list[str], word: int, found: str) -> None:
    """A shell that asks what may come next is answered from the tables."""
    env = {
        "_LSLEDGER_COMPLETE": "bash_complete",
        "COMP_WORDS": " ".join(words),
        "COMP_CWORD": str(word),
        "LSLEDGER_LEDGER": str(where.path),
    }
    done = program(code=PROBE, env=env)
    assert found in done.stdout
    assert json.loads(done.stderr.splitlines()[-1]) == [0, []]


@pytest.mark.parametrize("command", [["show", "plant:north"], ["status"]])
def test_reading_needs_no_event_store(where: SqliteFile, command: list[str]) -> None:
    """A stream's page reads facts, so it needs their models, and not the library."""
    assert imported("--ledger", where.path, *command) <= {"pydantic", "pydantic_core"}


def test_the_past_needs_no_event_store(where: SqliteFile) -> None:
    """A time-travelled view reads facts without the library."""
    loaded = imported("--ledger", where.path, "plants", "--as-of", "2025")
    assert loaded <= {"pydantic", "pydantic_core"}


def test_sql_on_current_tables_is_light(where: SqliteFile) -> None:
    """A query reads tables, and imports nothing while they are current."""
    assert imported("--ledger", where.path, "sql", "SELECT stream FROM view_plants") == set()


def test_recording_needs_neither_rich_nor_the_formats(where: SqliteFile) -> None:
    """Recording takes pydantic and eventsourcing; tables, YAML and spreadsheets stay away."""
    fact = ["plant.capacity_stated", "north", "--on", str(TODAY.year - 1), "--capacity", "5 t/yr"]
    args = ["--ledger", str(where.path), "--actor", "a", "record", *fact, "--dry-run"]
    assert imported(*args) == FOR_RECORDING


def test_an_import_of_json_lines_needs_no_yaml(where: SqliteFile, tmp_path: Path) -> None:
    """Each format of files brings its own reader only."""
    path = tmp_path / "f.jsonl"
    fact = {"type": "plant.named", "id": "south", "on": "2025"}
    path.write_text(json.dumps(fact) + "\n", "utf-8")
    args = ["--ledger", str(where.path), "--actor", "a", "import", str(path), "--dry-run"]
    assert imported(*args) == FOR_RECORDING
