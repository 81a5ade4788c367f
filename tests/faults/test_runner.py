"""The runner of the fault suite: what it prints, and that it notices whatever goes wrong."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from faults import small_disk, trials
from faults.__main__ import main
from faults.cases import CASES, Case
from faults.chance import SEED, dice
from faults.tally import Outcome, closing, table, together
from faults.trials import Trial
from tests.faults import broken
from tests.faults.broken import WELL

BAD = Outcome(4, 3, 20, 1, 2, ("원장 손상",), ("struck", "struck", "spared"), ("half of it",))


def _seen(outcome: Outcome, _short: bool) -> Outcome:
    return outcome


def given(monkeypatch: pytest.MonkeyPatch, **outcomes: Outcome) -> Callable[..., Any]:
    """A runner of cases that see just this."""
    for name in list(CASES):
        monkeypatch.delitem(CASES, name)
    for name, outcome in outcomes.items():
        monkeypatch.setitem(CASES, name, Case("a case", partial(_seen, outcome)))
    return lambda *words: CliRunner().invoke(main, words)


def test_a_run_in_which_all_is_well(monkeypatch: pytest.MonkeyPatch) -> None:
    """It prints the seed, a line for each case, the table, and ends with 0."""
    ran = given(monkeypatch, one=WELL, two=WELL)("--seed", "7")
    assert ran.exit_code == 0, ran.output
    lines = ran.output.splitlines()
    assert lines[0].startswith("seed 7; Python ")
    assert lines[1].startswith("one: ok, 1 trials, ")
    assert lines[4].split("  ")[0] == "fault"
    assert [line.split()[0] for line in lines[6:]] == ["one", "two", "together"]
    assert lines[-1].split() == ["together", "2", "0", "0", "0", "0"]


def test_a_run_in_which_something_is_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    """The problems stand below the table, and the exit code is 1."""
    ran = given(monkeypatch, well=WELL, bad=BAD)()
    assert ran.exit_code == 1
    assert "bad: FAILED, 4 trials" in ran.output
    assert "        2  struck\n" in ran.output
    assert "note: half of it" in ran.output
    assert "bad: 원장 손상\n" in ran.output
    assert "repeats this run" in ran.output


def test_only_the_named_cases_run(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each once, however often it is named."""
    run = given(monkeypatch, well=WELL, bad=BAD)
    assert run("well", "well").exit_code == 0
    assert run("well").output.count("well") == 2  # its line, and its row


def test_a_name_that_is_none() -> None:
    """The error lists the names."""
    ran = CliRunner().invoke(main, ["kil-import"])
    assert ran.exit_code == 2
    assert "'kil-import' is no case. Did you mean kill-import?" in " ".join(ran.output.split())
    for name in CASES:
        assert name in ran.output


def test_a_short_run_is_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """--short reaches the case."""
    asked: list[bool] = []

    def run(short: bool) -> Outcome:
        asked.append(short)
        return WELL

    monkeypatch.setitem(CASES, "asked", Case("a case", run))
    for words in (["--short", "asked"], ["asked"]):
        assert CliRunner().invoke(main, words).exit_code == 0
    assert asked == [True, False]


@pytest.mark.parametrize(
    "bad", [Outcome(1, 1, 1, 1, 0), Outcome(1, 1, 1, 0, 1), Outcome(1, 1, 1, 0, 0, ("x",))]
)
def test_what_is_wrong_stays_wrong_in_a_sum(bad: Outcome) -> None:
    """A loss, a duplicate and a problem each spoil the whole."""
    assert not bad.ok
    assert not together([WELL, bad, WELL]).ok
    assert together([WELL, WELL]) == Outcome(2, 0, 0, 0, 0)


def test_a_long_list_of_problems_is_cut() -> None:
    """The rest is counted."""
    lines = list(table({"bad": Outcome(1, 1, 0, 0, 0, tuple(map(str, range(50))))}))
    assert lines[-1] == "bad: and 30 more problems"
    assert next(closing("bad", BAD, 1.5)) == "bad: FAILED, 4 trials, 1.5 s"


def test_the_dice_follow_from_the_seed() -> None:
    """The same seed gives the same moments, another one others."""
    one = dice("a", 1).random()
    assert dice("a", 1).random() == one
    assert dice("a", 2).random() != one
    token = SEED.set(99)
    try:
        assert dice("a", 1).random() != one
    finally:
        SEED.reset(token)


def test_trials_cover_the_whole_of_a_length(tmp_path: Path) -> None:
    """Each has its own part."""
    points = [Trial(tmp_path, n, 8, dice("a", n)).spread(16.0) for n in range(8)]
    assert [int(point // 2) for point in points] == list(range(8))


@pytest.mark.parametrize(
    ("work", "problem"),
    [
        (broken.failing, "a trial failed itself: "),
        (broken.crashing, "a trial crashed with exit code -9"),
    ],
)
def test_a_trial_that_goes_wrong_is_a_problem(
    work: Callable[[Trial, str], Outcome], problem: str
) -> None:
    """Whether it raises or dies, and the others go on."""
    outcome = trials.run("broken", 3, broken.nothing, work)
    assert outcome.trials == 3
    assert outcome.problems
    assert all(text.startswith(problem) for text in outcome.problems)


def test_a_trial_that_hangs_is_a_problem(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is ended at its deadline."""
    monkeypatch.setattr(trials, "DEADLINE", 2.0)
    outcome = trials.run("broken", 1, broken.nothing, broken.hanging)
    assert outcome.problems == ("a trial did not end",)


def test_a_case_that_cannot_be_prepared_is_a_problem() -> None:
    """None of its trials runs."""
    outcome = trials.run("broken", 3, broken.unprepared, broken.good)
    assert outcome.trials == 0
    assert "could not be prepared" in outcome.problems[0]
    assert "준비 실패" in outcome.problems[0]


def test_a_ledger_that_was_changed_is_noticed() -> None:
    """A fact with other bytes, and one that is gone; an untouched ledger passes."""
    outcome = trials.run("broken", 2, broken.ledger, broken.changed)
    assert any("verify of facts" in text for text in outcome.problems)
    assert any("#5 and what followed it is missing" in text for text in outcome.problems)
    assert trials.run("broken", 1, broken.ledger, broken.untouched) == Outcome(1, 0, 5, 0, 0)


def test_where_no_file_system_can_be_mounted(monkeypatch: pytest.MonkeyPatch) -> None:
    """The output says so plainly, and nothing else is wrong."""
    monkeypatch.setenv("PATH", "")
    outcome = small_disk.run(3)
    assert outcome.ok
    assert outcome.trials == 0
    (note,) = outcome.notes
    assert note.startswith("no small file system can be mounted here")
    assert note.endswith("limits on files alone were used")


def test_the_case_says_what_it_is() -> None:
    """Each has one line of meaning."""
    assert all(case.meaning and "\n" not in case.meaning for case in CASES.values())
