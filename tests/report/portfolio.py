"""A ledger with all that a report has to show: Korean texts, doubt, slips, outcomes, conflicts,
corrections, disputes, several currencies; and one with texts that mean harm.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

from cli.main import run
from cli.settings import Settings
from ledger.database import Database
from tests.rooms import Room

ACTOR = "김하늘 <kim@example.com>"
NOW = datetime(2026, 6, 30, 9, tzinfo=UTC)
TODAY = date(2026, 6, 30)

LEDGERS = Path(__file__).parent / "ledgers"

CORRECTIONS = (
    ("correct", "plant:pohang@1", "--set", "on=2022-06", "--reason", "원문은 6월이라고 한다"),
    ("corroborate", "investment:usa@1", "--source", "filing"),
    ("dispute", "investment:gunsan@1", "--source", "filing",
     "--reason", "공시는 9천억 원이라고 한다"),
    ("retract", "plant:ulsan@1", "--reason", "다른 회사의 공장"),
)  # fmt: skip


def types(room: Room, *words: str, now: datetime = NOW) -> None:
    """Somebody runs `lsledger` with these words, which must succeed."""
    settings = Settings(ledger=room.url(), actor=ACTOR, clock=lambda: now)
    assert run(list(words), settings) == 0, words


def imports(room: Room, name: str, day: int) -> None:
    """Somebody imports a file in June 2026."""
    now = datetime(2026, 6, day, 9, tzinfo=UTC)
    types(room, "import", "--force", str(LEDGERS / f"{name}.yaml"), now=now)


def rich(room: Room) -> Database:
    """The ledger with all that a report has to show."""
    now = datetime(2026, 6, 1, 9, tzinfo=UTC)
    types(room, "init", now=now)
    archived = ("--id", "release", "--title", "한빛소재 준공 보도자료", "--published", "2025-09-29",
                "--url", "https://example.com/release")  # fmt: skip
    types(room, "source", "add", str(LEDGERS / "release.txt"), *archived, now=now)
    filing = ("--id", "filing", "--title", "Annual filing 공시", "--published", "2026-03-31")
    types(room, "source", "add", *filing, now=now)
    for day, name in enumerate(("first", "promises", "second"), start=2):
        imports(room, name, day)
    for words in CORRECTIONS:
        types(room, *words, now=datetime(2026, 6, 20, 9, tzinfo=UTC))
    return room.place()


def hostile(room: Room) -> Database:
    """The ledger with texts that mean harm."""
    types(room, "init")
    imports(room, "hostile", 2)
    return room.place()
