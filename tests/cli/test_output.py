"""What is printed where: pipes, terminals, narrow terminals, and those who want no colours."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from cli.main import COMMANDS
from cli.text import cells
from ledger.database import Database
from tests.cli.terminal import plain, terminal
from tests.rooms import Room
from tests.store import ledgers
from tests.store.ledgers import draft, make

MORE_WORDS = {"show": ["north"], "diff": ["--from", "#1"], "why": ["north"]}
ASKING = [[name, *MORE_WORDS.get(name, [])] for name in (*COMMANDS["Ask"], "status")]
NAME = "새만금 이차전지 전구체 공장 (가칭) 제2단계"


@pytest.fixture(scope="module")
def where(new_room: Callable[[str], Room]) -> Database:
    """A ledger with Korean names in it."""
    return make(
        new_room("korean"),
        draft("company.registered", "acme", name="엘에스엠앤엠 주식회사", local_names=["엘에스"]),
        draft("plant.completed", "north", on="2025", name=NAME, company="acme", stage="precursor"),
        draft("plant.capacity_stated", "north", on="2025", capacity="~20 kt/yr"),
        draft("contract.signed", "supply", on="2025", name="공급 계약 " * 5, company="acme"),
        draft(
            "promise.made", "run", on="2025", by="acme", statement="내년부터 가동 " * 5,
            measure="operation", wording="aims", due="2026",
        ),
    )  # fmt: skip


@pytest.mark.parametrize("words", ASKING, ids=lambda words: words[0])
def test_what_is_piped_has_no_escape_sequences(where: Database, words: list[str]) -> None:
    """A file or a pipe gets plain text, and standard error nothing."""
    run = ledgers.program("--ledger", str(where), *words)
    assert (run.returncode, run.stderr) == (0, "")
    assert "\x1b" not in run.stdout


@pytest.mark.parametrize(
    "words",
    [
        ["zzz"],
        ["portfolio"],
        ["show", "north"],
        ["log"],
    ],
)
def test_whoever_wants_no_colours_gets_none(where: Database, words: list[str]) -> None:
    """NO_COLOR holds in a terminal too, for answers as for errors."""
    with terminal("--ledger", str(where), *words, env={"NO_COLOR": "1"}) as screen:
        screen.end()
    assert screen.shown
    assert "\x1b" not in screen.shown


@pytest.mark.parametrize("columns", [40, 60, 80, 120])
@pytest.mark.parametrize("words", [["plants"], ["contracts"], ["promises"], ["portfolio"]])
def test_lines_fit_the_terminal(where: Database, words: list[str], columns: int) -> None:
    """Hangul takes two cells; no line is wider than the window, and no word is lost."""
    with terminal("--ledger", str(where), *words, columns=columns) as screen:
        assert screen.end() == 0
    lines = [plain(line) for line in screen.shown.splitlines()]
    heading = next(number for number, line in enumerate(lines) if not line.strip())
    wide = [line for line in lines[heading:] if cells(line.rstrip()) > columns]
    assert wide == []
    if words == ["plants"]:
        assert set("".join(NAME.split())) <= set("".join(lines))


def test_the_log_fits_a_narrow_terminal(where: Database) -> None:
    """No line of it is wider than the window."""
    test_lines_fit_the_terminal(where, ["log"], 40)


def test_a_pipe_gets_whole_lines_whatever_the_window(where: Database) -> None:
    """COLUMNS does not cut what another program reads."""
    runs = [
        ledgers.program("--ledger", str(where), "plants", env={"COLUMNS": columns}).stdout
        for columns in ("20", "200")
    ]
    assert runs[0] == runs[1]
    assert NAME in runs[0]


def test_a_reader_that_stops_early_is_no_error(where: Database) -> None:
    """`lsledger log | head -1` ends quietly."""
    command = ledgers.command("--ledger", str(where), "log", "--format", "jsonl")
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=ledgers.environment(None)
    )
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.close()
    errors = process.stderr.read()
    process.stderr.close()
    assert process.wait() == 0
    assert errors == b""


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_an_output_that_is_full_is_told(where: Database) -> None:
    """What is written to a full disk is an error in a sentence, not a traceback."""
    with Path("/dev/full").open("wb") as full:
        run = subprocess.run(
            ledgers.command("--ledger", str(where), "log"),
            stdout=full,
            stderr=subprocess.PIPE,
            check=False,
            env=ledgers.environment(None),
        )
    assert run.returncode in (1, 2)
    assert b"Traceback" not in run.stderr
