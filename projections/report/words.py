"""Values and facts in words, on one line, for pages."""

from __future__ import annotations

from typing import Any

from ledger.cut import time_text
from ledger.envelope import Fact
from ledger.revision import plain_fields
from ledger.values.stored import stored_text
from projections.view import Value

OF_ENVELOPE = ("on", "source", "locator", "quote", "note", "tags")
"""What is told of a fact beside its content."""


def label(name: str) -> str:
    """A column's name for people."""
    return name.replace("_", " ")


def value_text(value: Value) -> str:
    """A value as people write it, with its `~`, bounds and unit."""
    if value is None or value == ():
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return ", ".join(value_text(item) for item in value)
    if isinstance(value, dict):
        return ", ".join(f"{name} {stored_text(item)}" for name, item in value.items())
    return " ".join(str(value.text() if hasattr(value, "text") else value).split())


def recorded(fact: Fact) -> str:
    """Who recorded a fact, and when."""
    return f"{time_text(fact.recorded_at)[:19]}Z by {value_text(fact.actor)}"


def said_by(fact: Fact) -> list[tuple[str, str]]:
    """What the content of a fact states: the fields that have a value."""
    fields: dict[str, Any] = plain_fields(fact)
    return [
        (label(name), stored_text(value))
        for name, value in fields.items()
        if name not in OF_ENVELOPE and value not in (None, [], "", False)
    ]
