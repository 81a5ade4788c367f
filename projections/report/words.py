"""Values and facts in words, on one line, for pages."""

from __future__ import annotations

from typing import Any

from ledger.cut import time_text
from ledger.envelope import Fact
from ledger.revision import plain_fields
from ledger.values.stored import stored_text
from projections.basis import HOW
from projections.passages import Correction
from projections.text import label, value_text

OF_ENVELOPE = ("on", "source", "locator", "quote", "note", "tags")
"""What is told of a fact beside its content."""


def recorded(fact: Fact) -> str:
    """Who recorded a fact, and when."""
    return f"{time_text(fact.recorded_at)[:19]}Z by {value_text(fact.actor)}"


def said_by(fact: Fact) -> list[tuple[str, str]]:
    """What the content of a fact states: the fields that have a value."""
    fields: dict[str, Any] = plain_fields(fact)
    return [
        (label(name), _changes(value) if name == "set" else _read(fact, name))
        for name, value in fields.items()
        if name not in OF_ENVELOPE and value not in (None, [], "", False)
    ]


def changed(correction: Correction) -> list[tuple[str, str, str]]:
    """The fields that a correction changes, each with how it read before and how it reads now."""
    before, after = plain_fields(correction.before), plain_fields(correction.after)
    return [
        (label(name), _read(correction.before, name), _read(correction.after, name))
        for name in before
        if before[name] != after[name]
    ]


def _read(fact: Fact, name: str) -> str:
    """A field as people write it."""
    value = getattr(fact.content, name) if hasattr(fact.content, name) else getattr(fact, name)
    return value_text(value) or "not stated"


def _changes(fields: dict[str, Any]) -> str:
    """The fields that a correction sets."""
    return "; ".join(f"{label(name)}: {_stored(value)}" for name, value in fields.items())


def _stored(value: Any) -> str:
    if value in (None, [], ""):
        return "not stated"
    return value_text(value) if isinstance(value, bool) else stored_text(value)


def reason(fact: Fact) -> str:
    """Why a fact says what it says of another one, where it tells."""
    return str(getattr(fact.content, "reason", None) or "")


def worked(how: str, note: str | None) -> str:
    """How a value comes about, in a sentence: the rule where there is one."""
    if how == "derived":
        return f"{note[0].upper()}{note[1:]}." if note else "It follows from these."
    return f"{HOW[how]} {note[0].upper()}{note[1:]}." if note else HOW[how]


def shortened(text: str, most: int) -> str:
    """A text of at most that many characters."""
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"
