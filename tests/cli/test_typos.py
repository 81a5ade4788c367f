"""Slips of the finger: in every argument of every command, answered with what was meant."""

from __future__ import annotations

import pytest

from cli.main import COMMANDS
from tests.cli.console import Console
from tests.rooms import Shelf
from tests.store import ledgers

FACTS = """\
source: {id: acme-2025, title: Report, published: 2025}
facts:
  - company.registered: {id: acme, name: ACME}
  - plant.completed: {id: acme-north, on: 2025, company: acme, stage: precursor, country: KR}
"""

# What was typed -> the exit code, and what the answer has to say.
TYPOS: dict[str, tuple[int, str]] = {
    "contrcts": (2, "contracts"),
    "plants --compnay acme": (2, "--company"),
    "plants --company amce": (2, "acme"),
    "plants --stage precusor": (2, "precursor"),
    "plants --material baterry": (2, "battery-materials"),
    "plants --country RK": (2, "unknown country"),
    "plants --status complete": (2, "completed"),
    "plants --format jsn": (2, "json"),
    "plants -o plants.cvs": (2, ".csv"),
    "plants --as-of 2025-13": (2, "not in the calendar"),
    "plants --as-of 2025-2-3": (2, "2025-02-03"),
    "plants --as-of 2025/..": (2, "has no end"),
    "plants --known-at #x": (2, "#120"),
    "plants --known-at 2025-01-01T25:00": (2, "2026-03-05T14:30:00Z"),
    "plants --public-at yesterday": (2, "is not a date"),
    "plants north": (2, "north"),
    "show acme-nroth": (1, "acme-north"),
    "show plnt:acme-north": (2, "plant"),
    "show plant:acme-nroth": (1, "plant:acme-north"),
    "log acme-nroth@1": (1, "acme-north"),
    "correct acme-nroth@1 --set name=x --reason x": (1, "acme-north"),
    "correct acme-north@1 --set nmae=x --reason x": (2, "name"),
    "correct acme-north@1 --set name --reason x": (2, "FIELD=VALUE"),
    "correct acme-north@1 --set stage=precusor --reason x": (2, "precursor"),
    "retract acme-north --reason x": (2, "acme-north@2"),
    "retract acme-north@2 --reason x": (1, "@1"),
    "retract acme-north@1 --raeson x": (2, "--reason"),
    "corroborate acme-north@1 --source acme-2052": (1, "acme-2025"),
    "dispute acme-north@1 --source acme-2052 --reason x": (1, "acme-2025"),
    "log --type plant.complete": (2, "plant.completed"),
    "log --stream acme-nroth": (1, "acme-north"),
    "log --source acme-2052": (1, "acme-2025"),
    "log --company amce": (1, "acme"),
    "log --since 2025-13": (2, "--since"),
    "log --last 0": (2, "x>=1"),
    "source lst": (2, "list"),
    "source show acme-2052": (1, "acme-2025"),
    "source add --id acme-2026 --titel X --published 2026": (2, "--title"),
    "source add --id acme-2026 --title X --published 2026-13": (2, "not in the calendar"),
    "export contrcts": (2, "contracts"),
    "export contracts -o out.cvs": (2, ".csv"),
    "import facts.ymal": (2, ".yaml"),
    "import facts.yaml --as yml": (2, "yaml"),
    "init --exmaple": (2, "--example"),
    "schema --exmple": (2, "--example"),
    "record plant.complete x": (2, "plant.completed"),
    "record fact.corrected acme-north@1": (2, "lsledger correct REF"),
    "record fact.retracted --help": (2, "lsledger retract REF"),
    "record plant.completed x --stge ore": (2, "--stage"),
    "record plant.completed x --on 2025 --stage precusor": (2, "precursor"),
    "record plant.completed x --on 2025 --company amce": (1, "acme"),
    "record plant.completed x --on 2025 --source acme-2052": (1, "acme-2025"),
    "record plant.capacity_stated acme-north --on 2025 --capacity 20ktt/yr": (2, "kt"),
    "record contract.signed x --on 2025 --value 3bnKRX": (2, "KRW"),
    "record contract.signed x --on 2025 --kind oftake": (2, "offtake"),
    "record plant.closed acme-nroth --on 2026": (1, "acme-north"),
    "completion bsh": (2, "bash"),
    "rebuild now": (2, "now"),
    "status --format jsn": (2, "json"),
    "sql SELECT": (2, "incomplete input"),
    "--ledgr x.db plants": (2, "--ledger"),
    "--ledger postgre://x plants": (2, "sqlite:///path"),
}

# What a command that makes a ledger itself leaves in the folder.
MAKES_A_LEDGER = {"init": ["ledger.db"], "demo": []}


@pytest.fixture
def portfolio(console: Console, shelf: Shelf) -> Console:
    """A ledger with one company, one plant and one source."""

    def record() -> None:
        console.room.empty()
        console.file("facts.yaml", FACTS)
        assert console("import", "facts.yaml").code == 0

    shelf.furnish(console.room, "typos", record)
    return console


@pytest.mark.parametrize("typed", TYPOS)
def test_a_typo_is_answered(portfolio: Console, typed: str) -> None:
    """The answer has the word that was meant, and nothing is recorded."""
    code, words = TYPOS[typed]
    ran = portfolio(*typed.split())
    assert ran.err.startswith("error["), ran
    assert words in ran.err
    assert ran.code == code
    assert len(portfolio.facts()) == 3


@pytest.mark.parametrize("command", [name for part in COMMANDS.values() for name in part])
def test_every_command_knows_its_options(console: Console, command: str) -> None:
    """An unknown option is wrong usage, --help is not, and neither needs a ledger."""
    ran = console(command, "--zzzz")
    assert ran.code == 2
    assert ran.err.startswith("error[usage]: No such option '--zzzz'")
    assert f"`lsledger {command} --help`" in ran.err
    assert console(command, "--help").code == 0


@pytest.mark.parametrize(
    "command",
    [name for part in COMMANDS.values() for name in part if name not in MAKES_A_LEDGER],
)
def test_no_command_shows_a_traceback_without_a_ledger(console: Console, command: str) -> None:
    """Where there is no ledger, each either does without, or says that there is none."""
    ran = console(command)
    assert ran.code in (0, 1, 2)
    assert not list(console.folder.iterdir())


@pytest.mark.parametrize("command", MAKES_A_LEDGER)
def test_a_command_that_makes_a_ledger_does_without_one(
    console: Console, backend: str, command: str
) -> None:
    """In an empty folder it does its work without a complaint; `demo` leaves nothing behind."""
    ran = console(command)
    assert ran.code == 0
    assert "error[" not in ran.err
    files = MAKES_A_LEDGER[command] if backend == "sqlite" else []
    assert [path.name for path in console.folder.iterdir()] == files


@pytest.mark.parametrize("typed", ["contrcts", "show x", "plants --as-of x", "record plnt.x y"])
def test_the_program_itself_never_shows_a_traceback(portfolio: Console, typed: str) -> None:
    """The same through a process of its own: the exit code, and standard error alone."""
    where = ("--ledger", str(portfolio.where))
    run = ledgers.program(*where, *typed.split(), cwd=portfolio.folder)
    assert run.returncode in (1, 2)
    assert run.stdout == ""
    assert ledgers.code_of(run)
