"""The time rule once more, by brute force, from section 3 of the design alone.

It shares no code with the ledger: it begins with the stored facts as plain JSON objects
and has its own dates, its own notion of what is visible, live and effective, and its own
fold for a small model (a capacity, and a status). Slow and plain on purpose.
"""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from typing import Any

StoredFact = dict[str, Any]
"""A fact as it is stored: seq, stream, version, type, recorded_at, on, source, content."""

LONG_AGO, NEVER = "0001-01-01", "9999-12-31"

RANK = {"plant.under_construction": 0, "plant.completed": 1, "plant.operating": 2}
"""The statuses of a plant here; going back is a step that only a certainly later fact takes."""

IN_FORCE = {
    "contract.signed": "signed",
    "contract.suspended": "suspended",
    "contract.postponed": "postponed",
    "contract.resumed": "signed",
}
"""The statuses of a contract here; each of them can follow each other one."""


@dataclass(frozen=True)
class Asked:
    """A cut. as_of, public_at: days. known_at: a sequence number or a stored instant."""

    as_of: str
    known_at: int | str | None
    public_at: str | None


def first_day(text: str) -> str:
    """The first day that a partial date can mean."""
    start = text.split("/")[0]
    return LONG_AGO if start == ".." else _ends(start)[0]


def last_day(text: str) -> str:
    """The last day that a partial date can mean."""
    end = text.split("/")[-1]
    return NEVER if end == ".." else _ends(end)[1]


def _ends(text: str) -> tuple[str, str]:
    year, _, rest = re.sub("[~?%]", "", text).partition("-")
    if re.fullmatch(r"\d\d-\d\d", rest):
        return f"{year}-{rest}", f"{year}-{rest}"
    months = {
        "": (1, 12),
        **{str(32 + quarter): (3 * quarter - 2, 3 * quarter) for quarter in (1, 2, 3, 4)},
        **{"40": (1, 6), "41": (7, 12)},
        **{f"{month:02}": (month, month) for month in range(1, 13)},
    }
    first, last = months[rest]
    days = calendar.monthrange(int(year), last)[1]
    return f"{year}-{first:02}-01", f"{year}-{last:02}-{days:02}"


def _length(text: str) -> int:
    """How coarse a date is, in days; an open end makes it as coarse as can be."""
    if ".." in text:
        return 10**9
    return _day_number(last_day(text)) - _day_number(first_day(text))


def _day_number(day: str) -> int:
    year, month, dom = (int(part) for part in day.split("-"))
    days = sum(366 if calendar.isleap(before) else 365 for before in range(1, year))
    return days + sum(calendar.monthrange(year, m)[1] for m in range(1, month)) + dom


def recorded_by(facts: list[StoredFact], known_at: int | str | None) -> list[StoredFact]:
    """What was recorded at or before K."""
    if known_at is None:
        return facts
    if isinstance(known_at, int):
        return [fact for fact in facts if fact["seq"] <= known_at]
    return [fact for fact in facts if fact["recorded_at"] <= known_at]


def visible(facts: list[StoredFact], asked: Asked) -> list[StoredFact]:
    """Recorded at or before K, and published at or before P."""
    known = recorded_by(facts, asked.known_at)
    if asked.public_at is None:
        return known
    return [fact for fact in known if _published(fact, known) <= asked.public_at]


def _published(fact: StoredFact, known: list[StoredFact]) -> str:
    """The day on which a fact was public, by what was recorded of its source.

    The source of a document's registration is the document. A fact without a source, or
    whose source is no longer one, counts as published when it was recorded.
    """
    source = fact["stream"] if fact["stream"].startswith("source:") else None
    source = f"source:{fact['source']}" if fact.get("source") else source
    document = [other for other in known if other["stream"] == source]
    for registered in _read(document):
        return last_day(registered["content"]["published"])
    return str(fact["recorded_at"][:10])


def _ref(fact: StoredFact) -> str:
    return f"{fact['stream']}@{fact['version']}"


def _is_live(fact: StoredFact, seen: list[StoredFact]) -> bool:
    """Whether no live retraction among the seen facts names it."""
    return not any(
        other["type"] == "fact.retracted"
        and other["content"]["ref"] == _ref(fact)
        and _is_live(other, seen)
        for other in seen
    )


def _changes(fact: StoredFact, seen: list[StoredFact]) -> list[StoredFact]:
    """The live corrections of a fact, in the order in which they were recorded."""
    return [
        other
        for other in sorted(seen, key=lambda other: int(other["seq"]))
        if other["type"] == "fact.corrected"
        and other["content"]["ref"] == _ref(fact)
        and _is_live(other, seen)
    ]


def _says(correction: StoredFact, seen: list[StoredFact]) -> dict[str, Any]:
    """What a correction sets, as it was corrected itself."""
    changes = dict(correction["content"]["set"])
    for further in _changes(correction, seen):
        changes |= _says(further, seen)
    return changes


def _read(seen: list[StoredFact]) -> list[StoredFact]:
    """The live facts as they read, without those about facts."""
    read = []
    for fact in seen:
        if fact["type"].startswith("fact.") or not _is_live(fact, seen):
            continue
        now = {**fact, "content": dict(fact["content"])}
        for correction in _changes(fact, seen):
            for name, value in _says(correction, seen).items():
                (now if name in ("on", "source") else now["content"])[name] = value
        read.append(now)
    return read


def readings(facts: list[StoredFact], stream: str, asked: Asked) -> list[StoredFact]:
    """What counts of a stream at a cut, in the order of the fold."""
    seen = [fact for fact in visible(facts, asked) if fact["stream"] == stream]
    read = [fact for fact in _read(seen) if first_day(fact["on"]) <= asked.as_of]
    return sorted(read, key=lambda f: (first_day(f["on"]), -_length(f["on"]), f["seq"]))


def refs(facts: list[StoredFact]) -> list[str]:
    """The references of facts."""
    return [_ref(fact) for fact in facts]


def is_possible(fact: StoredFact, asked: Asked) -> bool:
    """Whether it may have happened by A, and may as well be yet to come."""
    return first_day(fact["on"]) <= asked.as_of < last_day(fact["on"])


def capacity(read: list[StoredFact]) -> StoredFact | None:
    """The fact that states the capacity: the last one that states any."""
    stating = [fact for fact in read if fact["type"] == "plant.capacity_stated"]
    return stating[-1] if stating else None


def plant_status(read: list[StoredFact]) -> StoredFact | None:
    """The fact that a plant has its status from."""
    decides: StoredFact | None = None
    for fact in read:
        if fact["type"] in RANK and (
            decides is None
            or RANK[fact["type"]] >= RANK[decides["type"]]
            or _certainly_later(fact["on"], decides["on"])
        ):
            decides = fact
    return decides


def _certainly_later(on: str, before: str) -> bool:
    """Whether it is later, of two facts in the order of the fold."""
    if _length(on) == _length(before) == 0 and on == before:
        return True  # one exact day: the order says which
    return first_day(on) > last_day(before)


def contract_status(read: list[StoredFact]) -> StoredFact | None:
    """The fact that a contract has its status from."""
    deciding = [fact for fact in read if fact["type"] in IN_FORCE]
    return deciding[-1] if deciding else None
