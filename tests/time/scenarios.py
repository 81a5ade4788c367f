"""The rows of the specification by example, `time-scenarios.md`: given, asked, then.

Dates without a year are of 2025. What is asked is (as of, known at, public at), and the
answer is some columns of the one row of a view; NOTHING when it has no row.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Recorded:
    """A fact, and the day on which it was recorded."""

    type: str
    id: str
    at: str
    fields: Mapping[str, Any]


@dataclass(frozen=True)
class Imported:
    """Facts that were recorded together."""

    facts: tuple[Recorded, ...]


@dataclass(frozen=True)
class Corrected:
    """A fact that was corrected, and the day on which that was recorded."""

    ref: str
    at: str
    changes: Mapping[str, str]


@dataclass(frozen=True)
class Retracted:
    """A fact that was retracted, and the day on which that was recorded."""

    ref: str
    at: str


Given = Recorded | Imported | Corrected | Retracted
Answer = Mapping[str, str | None] | None
NOTHING: Answer = None


@dataclass(frozen=True)
class Asked:
    """A cut, and the answer at it."""

    as_of: str | None
    known_at: str | None
    public_at: str | None
    then: Answer


@dataclass(frozen=True)
class Scenario:
    """A row of the specification."""

    number: int
    name: str
    view: str
    given: tuple[Given, ...]
    asked: tuple[Asked, ...]


def fact(type_: str, on: str, *, at: str, **fields: Any) -> Recorded:
    """`on D @ R`: it happened on D and was recorded on R. The stream is called x."""
    return Recorded(type_, "x", at, {"on": on, **fields})


def correction(ref: str, *, at: str, **changes: str) -> Corrected:
    """A correction, and when it was recorded."""
    return Corrected(ref, at, changes)


def asked(
    as_of: str | None = None,
    known_at: str | None = None,
    *,
    public_at: str | None = None,
    then: Answer,
) -> Asked:
    """What is asked, and the answer."""
    return Asked(as_of, known_at, public_at, then)


def status(word: str, *, possible: str = "") -> Answer:
    """The status, and which columns are only possible."""
    return {"status": word, "possible": possible}


def capacity(text: str) -> Answer:
    """The capacity."""
    return {"capacity": text}


CAPACITY_100 = fact("plant.capacity_stated", "02-01", at="02-01", capacity="100 kt/yr")
CAPACITY_105 = fact("plant.capacity_stated", "02-01", at="02-02", capacity="105 kt/yr")
TO_120 = correction("plant:x@1", at="05-01", capacity="120 kt/yr")


def promise(on: str, *, at: str, measure: str, **fields: Any) -> Recorded:
    """A promise, and when it was made and recorded."""
    words = {"by": "unnamed: a company", "statement": "It will be.", "wording": "plans"}
    return fact("promise.made", on, at=at, measure=measure, **words, **fields)


SCENARIOS = (
    Scenario(
        1,
        "late fact",
        "plants",
        given=(
            fact("plant.proposed", "03-01", at="03-01"),
            fact("plant.construction_started", "04-15", at="06-10"),
        ),
        asked=(
            asked("05-01", "06-01", then=status("proposed")),
            asked("05-01", "06-10", then=status("under construction")),
            asked("04-14", "06-10", then=status("proposed")),
        ),
    ),
    Scenario(
        2,
        "out of order",
        "plants",
        given=(
            fact("plant.operating", "06-01", at="06-01"),
            fact("plant.construction_started", "03-01", at="07-01"),
        ),
        asked=(
            asked("07-15", "07-01", then=status("operating")),
            asked("04-01", "07-01", then=status("under construction")),
            asked("04-01", "06-30", then=NOTHING),
        ),
    ),
    Scenario(
        3,
        "correction of a value",
        "plants",
        given=(CAPACITY_100, TO_120),
        asked=(
            asked("03-01", "04-30", then=capacity("100 kt/yr")),
            asked("03-01", "05-01", then=capacity("120 kt/yr")),
            asked("03-01", "01-31", then=NOTHING),
        ),
    ),
    Scenario(
        4,
        "correction of a correction",
        "plants",
        given=(
            CAPACITY_100,
            TO_120,
            correction("plant:x@2", at="06-01", capacity="110 kt/yr"),
        ),
        asked=(
            asked("03-01", "06-01", then=capacity("110 kt/yr")),
            asked("03-01", "05-31", then=capacity("120 kt/yr")),
        ),
    ),
    Scenario(
        5,
        "correction retracted",
        "plants",
        given=(CAPACITY_100, TO_120, Retracted("plant:x@2", at="06-01")),
        asked=(
            asked("03-01", "06-01", then=capacity("100 kt/yr")),
            asked("03-01", "05-31", then=capacity("120 kt/yr")),
        ),
    ),
    Scenario(
        6,
        "date corrected to earlier",
        "contracts",
        given=(
            fact("contract.signed", "02-10", at="02-10"),
            correction("contract:x@1", at="03-01", on="2025-02-05"),
        ),
        asked=(
            asked("02-07", "02-28", then=NOTHING),
            asked("02-07", "03-01", then=status("signed")),
        ),
    ),
    Scenario(
        7,
        "date corrected to later",
        "contracts",
        given=(
            fact("contract.signed", "02-10", at="02-10"),
            correction("contract:x@1", at="03-01", on="2025-02-20"),
        ),
        asked=(
            asked("02-15", "02-28", then=status("signed")),
            asked("02-15", "03-01", then=NOTHING),
            asked("02-20", "03-01", then=status("signed")),
        ),
    ),
    Scenario(
        8,
        "a corrected fact keeps its place",
        "plants",
        given=(
            CAPACITY_100,
            CAPACITY_105,
            correction("plant:x@1", at="03-01", capacity="101 kt/yr"),
        ),
        asked=(
            asked("02-03", "02-02", then=capacity("105 kt/yr")),
            asked("04-01", "03-01", then=capacity("105 kt/yr")),
        ),
    ),
    Scenario(
        9,
        "end dated ahead",
        "contracts",
        given=(
            fact("contract.signed", "01-01", at="01-01"),
            fact("contract.expired", "06-30", at="06-01"),
        ),
        asked=(
            asked("06-29", "06-01", then=status("signed")),
            asked("06-30", "06-01", then=status("expired")),
            asked("06-30", "05-31", then=status("signed")),
        ),
    ),
    Scenario(
        10,
        "same date, same instant",
        "plants",
        given=(
            Imported(
                (
                    fact("plant.capacity_stated", "02-01", at="02-01", capacity="100 kt/yr"),
                    fact("plant.capacity_stated", "02-01", at="02-01", capacity="105 kt/yr"),
                )
            ),
        ),
        # One fact stands before them, so that n is 2.
        asked=(
            asked("02-01", then=capacity("105 kt/yr")),
            asked("02-01", "#2", then=capacity("100 kt/yr")),
        ),
    ),
    Scenario(
        11,
        "partial date",
        "plants",
        given=(
            fact("plant.completed", "2025-12", at="2026-01-05"),
            correction("plant:x@1", at="2026-02-01", on="2025-12-18"),
        ),
        asked=(
            asked("11-30", "2026-01-05", then=NOTHING),
            asked("12-15", "2026-01-05", then=status("completed", possible="status")),
            asked("12-31", "2026-01-05", then=status("completed")),
            asked("12-15", "2026-02-01", then=NOTHING),
            asked("12-18", "2026-02-01", then=status("completed")),
        ),
    ),
    Scenario(
        12,
        "coarse before fine",
        "contracts",
        given=(
            fact("contract.signed", "2025-12", at="2026-01-02", quantity="10 t"),
            fact("contract.amended", "12-01", at="2026-01-02", quantity="20 t"),
        ),
        # The amendment is the later of the two: its quantity stands, and is certain.
        asked=(
            asked("12-01", then={"status": "signed", "quantity": "20 t", "possible": "status"}),
        ),
    ),
    Scenario(
        13,
        "published, recorded much later",
        "contracts",
        given=(
            Recorded("source.registered", "paper", "2026-03-05", {"published": "2024-01-10"}),
            fact("contract.signed", "2024-01-10", at="2026-03-05", source="paper"),
        ),
        asked=(
            asked(public_at="2024-06-01", then=status("signed")),
            asked(known_at="2024-06-01", then=NOTHING),
        ),
    ),
    Scenario(
        14,
        "promise kept by a fact",
        "promises",
        given=(
            fact("plant.proposed", "01-10", at="01-10"),
            promise("01-10", at="01-10", measure="completion", due="../2025-06", about="plant:x"),
            fact("plant.completed", "06-20", at="07-01"),
        ),
        asked=(
            asked("06-19", then={"status": "open"}),
            asked("06-20", then={"status": "kept", "decided_on": "2025-06-20"}),
            asked("07-02", "06-30", then={"status": "overdue"}),
        ),
    ),
    Scenario(
        15,
        "promise revised",
        "promises",
        given=(
            promise("2024-03-01", at="2024-03-01", measure="other", due="../2026"),
            fact("promise.revised", "2025-05", at="2025-05-20", due="../2028"),
        ),
        asked=(
            asked("2024-12-31", then={"status": "open", "due": "../2026", "slip": None}),
            # Two years: 2027 has 365 days and 2028 has 366.
            asked("06-01", then={"status": "open", "due": "../2028", "slip": "731 days"}),
            asked("2027-02-01", then={"status": "open", "due": "../2028"}),
        ),
    ),
    Scenario(
        16,
        "silence is not an outcome",
        "promises",
        given=(
            promise("2024-01-10", at="2024-01-10", measure="supply", quantity="200 t", due="2024"),
        ),
        asked=(
            asked("2024-12-31", then={"status": "open"}),
            asked("2025-01-01", then={"status": "overdue"}),
            asked("2099-12-31", then={"status": "overdue"}),
        ),
    ),
)
