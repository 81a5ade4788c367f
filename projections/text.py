"""Values of rows as people write them, on one line; terminals and pages make the rest of it."""

from __future__ import annotations

from ledger.values.stored import stored_text
from projections.view import Value


def label(name: str) -> str:
    """A column's name for people."""
    return name.replace("_", " ")


def value_text(value: Value) -> str:
    """A value with its `~`, bounds and unit; nothing for one that is not stated."""
    if value is None or value == ():
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return ", ".join(value_text(item) for item in value)
    if isinstance(value, dict):
        return ", ".join(f"{name} {stored_text(item)}" for name, item in value.items())
    return " ".join(str(value.text() if hasattr(value, "text") else value).split())
