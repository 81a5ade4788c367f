"""The clock: what is dated ahead takes effect on its day, and recorded times never go back."""

from __future__ import annotations

from datetime import datetime
from itertools import pairwise
from typing import Any

from cli.main import run
from cli.settings import Settings
from tests.time.given import Person


def test_an_end_dated_ahead_takes_effect_on_its_day(person: Person) -> None:
    """The day comes, nothing is recorded, and the current view shows the end."""
    person.does("record", "contract.signed", "c", "--on", "2025-01-01", at="2025-01-01")
    person.does("record", "contract.expired", "c", "--on", "2025-06-30", at="2025-06-01")

    def now(at: str) -> Any:
        return [row["status"] for row in person.ask("contracts", at=at)]

    assert now("2025-06-29") == ["signed"]
    assert now("2025-06-30") == ["expired"]
    assert now("2025-12-31") == ["expired"]
    assert now("2025-06-29") == ["signed"], "the tables can be read for an earlier day again"


def test_the_end_can_be_asked_ahead_of_its_day(person: Person) -> None:
    """Asked on 06-01 as of 06-30, the contract has ended; as of the day before, it has not."""
    person.does("record", "contract.signed", "c", "--on", "2025-01-01", at="2025-01-01")
    person.does("record", "contract.expired", "c", "--on", "2025-06-30", at="2025-06-01")
    for as_of, status in (("2025-06-29", "signed"), ("2025-06-30", "expired"), ("2027", "expired")):
        assert [row["status"] for row in person.ask("contracts", "--as-of", as_of)] == [status]


def test_a_possible_fact_becomes_certain_on_its_last_day(person: Person) -> None:
    """Completed in 2025-12, recorded on 12-10: possible until the 31st, then certain."""
    person.does("record", "plant.completed", "x", "--on", "2025-12", at="2025-12-10")
    for at, possible in (
        ("2025-12-10", ["status"]),
        ("2025-12-30", ["status"]),
        ("2025-12-31", []),
    ):
        (row,) = person.ask("plants", at=at)
        assert (row["status"], row["possible"]) == ("completed", possible), at


def test_a_promise_becomes_due_and_overdue_by_the_calendar(person: Person) -> None:
    """Due soon, due, overdue, the next period: each begins on its day without a new fact."""
    words = ("--by", "unnamed: a company", "--statement", "More.", "--wording", "plans")
    due = ("--measure", "supply", "--due", "2025/2026", "--recurring")
    person.does("record", "promise.made", "p", "--on", "2025-01-05", *words, *due, at="2025-01-05")

    def now(at: str) -> list[tuple[str, bool]]:
        return [(row["status"], row["due_soon"]) for row in person.ask("promises", at=at)]

    assert now("2025-01-05") == [("open", False)]
    assert now("2025-10-01") == [("open", False)]
    assert now("2025-10-02") == [("open", True)]
    assert now("2025-12-31") == [("open", True)]
    assert now("2026-01-01") == [("overdue", False), ("open", False)]
    assert now("2027-01-01") == [("overdue", False), ("overdue", False)]


def test_a_promise_is_kept_when_the_day_of_the_plant_comes(person: Person) -> None:
    """A promise reads the plant: when the plant's day comes, the promise's row changes too."""
    person.does("record", "plant.proposed", "x", "--on", "2025-01-01", at="2025-01-02")
    words = ("--by", "unnamed: a company", "--statement", "Built.", "--wording", "plans")
    about = ("--measure", "completion", "--due", "../2025-06", "--about", "plant:x")
    person.does("record", "promise.made", "p", "--on", "2025-01-02", *words, *about)
    ahead = ("record", "plant.completed", "x", "--on", "2025-05-20", "--force")
    person.does(*ahead, at="2025-05-01")
    for at, status in (("2025-05-19", "open"), ("2025-05-20", "kept"), ("2025-07-01", "kept")):
        assert [row["status"] for row in person.ask("promises", at=at)] == [status]


def test_today_is_the_day_in_utc() -> None:
    """The morning of the 30th in Seoul is still the 29th in UTC, and that is today."""
    settings = Settings(clock=lambda: datetime.fromisoformat("2025-06-30T08:00:00+09:00"))
    assert settings.today.isoformat() == "2025-06-29"


def test_recorded_times_never_go_back(person: Person) -> None:
    """A clock that was set back does not put a new fact before an older one."""
    for at in ("2025-05-01", "2025-03-01", "2025-04-01", "2025-06-01"):
        person.does("record", "plant.proposed", f"p-{at}", "--on", "2025-01", at=at)
    times = [row["recorded_at"] for row in person.ask("log")]
    assert all(earlier <= later for earlier, later in pairwise(times))
    assert [time[:10] for time in times] == ["2025-05-01"] * 3 + ["2025-06-01"]
    known = person.ask("plants", "--known-at", "2025-05-01", at="2025-07-01")
    assert len(known) == 3


def test_a_clock_set_back_does_not_change_what_is_known(person: Person) -> None:
    """What was known at the end of a day is not added to by a clock that was set back to it."""
    person.does("record", "plant.proposed", "x", "--on", "2025-01", at="2025-02-01")
    person.does("record", "plant.permitted", "x", "--on", "2025-02", at="2025-05-01")
    before = person.ask("plants", "--known-at", "2025-03-31", at="2025-06-01")
    person.does("record", "plant.completed", "x", "--on", "2025-03", at="2025-03-01")
    assert person.ask("plants", "--known-at", "2025-03-31", at="2025-06-01") == before
    assert [row["status"] for row in person.ask("plants")] == ["completed"]


def test_the_clock_of_another_zone(person: Person) -> None:
    """Times are recorded in UTC."""
    now = datetime.fromisoformat("2025-05-01T23:30:00-05:00")
    settings = Settings(ledger=person.room.url(), actor="kim", clock=lambda: now)
    assert run(["record", "plant.proposed", "x", "--on", "2025-05-01"], settings) == 0
    (row,) = person.ask("log", at="2025-05-03")
    assert row["recorded_at"] == "2025-05-02T04:30:00.000000Z"
