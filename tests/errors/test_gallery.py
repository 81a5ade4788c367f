"""Every error that a user can meet, as its reader sees it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ledger.errors import CollectedError, LedgerError, catalogue
from tests import golden
from tests.cli.console import Console, Ran
from tests.errors.case import Case
from tests.errors.gallery import CASES, START
from tests.rooms import Shelf

GOLDEN = Path(__file__).parent / "golden"

ELSEWHERE = {
    "read-only": "tests/errors/test_system.py",
    "disk-full": "tests/errors/test_system.py",
    "busy": "tests/errors/test_system.py",
    "not-permitted": "tests/postgres/test_server_errors.py",
    "connection-lost": "tests/postgres/test_server_errors.py",
}
"""Errors that need another process or a server, and the file that raises them."""


ALL = [
    pytest.param(case, id=case.name, marks=[pytest.mark.sqlite] if case.of_files else [])
    for case in CASES
]


def leaves() -> list[type[LedgerError]]:
    """The classes of the catalogue that are not only parents; a collection is no error itself."""
    return [c for c in catalogue() if not c.__subclasses__() and c is not CollectedError]


@pytest.fixture
def small(console: Console, shelf: Shelf) -> Console:
    """A small ledger."""

    def record() -> None:
        console.room.empty()
        console.file("start.yaml", START)
        assert console("import", "start.yaml").code == 0

    shelf.furnish(console.room, "gallery", record)
    return console


def ran(console: Console, case: Case, *, as_data: bool = False) -> Ran:
    """Run a case on a small ledger."""
    for name, content in case.files.items():
        console.file(name, content)
    case.prepare(console)
    words = ("--json-errors", *case.command) if as_data else case.command
    return console(*words, stdin=case.stdin)


def message_of(case: Case, backend: str) -> Path:
    """The file with its message; where a backend says it otherwise, one of its own."""
    own = GOLDEN / f"{case.name}.{backend}.txt"
    return own if own.exists() else GOLDEN / f"{case.name}.txt"


@pytest.mark.parametrize("case", ALL)
def test_the_message_is_what_its_reader_needs(small: Console, backend: str, case: Case) -> None:
    """The whole message and the exit code; nothing goes to standard output."""
    result = ran(small, case)
    shown = " ".join(f'"{word}"' if " " in word else word for word in case.command)
    text = f"$ lsledger {shown}\n{result.err.replace(str(small.folder), '<tmp>')}"
    golden.check(message_of(case, backend), f"{text}exit code {result.code}\n".encode())
    assert f"error[{case.code}]" in result.err
    assert result.out == ""


@pytest.mark.parametrize("case", ALL)
def test_data_says_the_same_as_the_message(small: Console, backend: str, case: Case) -> None:
    """With --json-errors every error is an object a line, with the same words and a hint."""
    result = ran(small, case, as_data=True)
    errors = [json.loads(line) for line in result.err.splitlines()]
    message = message_of(case, backend).read_text("utf-8")
    assert errors[0]["code"] == case.code
    for error in errors:
        assert error["exit_code"] in (1, 2)
        assert error["hint"], f"{error['code']} does not say what to do next"
        assert error["hint"] in message
        assert error["message"].replace(str(small.folder), "<tmp>") in message
        assert error["file"] is None or f"--> {error['file']}" in message
    assert result.code == max(error["exit_code"] for error in errors)


def test_every_error_has_a_case() -> None:
    """No class of the catalogue is left out, and every code is given once."""
    shown = {case.code for case in CASES} | set(ELSEWHERE)
    assert {error.code for error in leaves()} <= shown
    codes = [error.code for error in catalogue()]
    assert len(codes) == len(set(codes))


def test_every_golden_file_has_a_case() -> None:
    """A case that is gone takes its file along."""
    shown = {path.name.partition(".")[0] for path in GOLDEN.glob("*.txt")}
    assert shown == {case.name for case in CASES}


@pytest.mark.parametrize("error", catalogue(), ids=lambda error: error.code)
def test_the_exit_code_says_whose_fault_it_is(error: type[LedgerError]) -> None:
    """2 for what cannot be read, 1 for what the ledger refuses; and every class has a title."""
    assert error.exit_code in (1, 2)
    assert error.title != LedgerError.title
    assert error.__doc__
