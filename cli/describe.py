"""Facts in full, for previews, dry runs and timelines."""

from __future__ import annotations

from collections.abc import Iterator

from cli.render import safe, value_text
from cli.text import padded
from ledger.cut import time_text
from ledger.envelope import Draft, Fact

ENVELOPE = ("source", "locator", "quote", "note", "tags", "forced")


def headline(fact: Fact) -> str:
    """What it is, in one line: `#66 plant:acme-north@2  plant.completed  2025-09`."""
    on = f"  {fact.on.text()}" if fact.on is not None else ""
    return f"#{fact.seq} {fact.ref}  {fact.type}{on}"


def fields_of(fact: Fact | Draft) -> Iterator[tuple[str, str]]:
    """Its fields as names and text: its own first, then those of the envelope."""
    for name in type(fact.content).model_fields:
        text = value_text(getattr(fact.content, name))
        if text:
            yield name, text
    for name in ENVELOPE:
        text = value_text(getattr(fact, name, None))
        if text:
            yield name, text


def in_full(fact: Fact) -> list[str]:
    """The headline and a line for every field."""
    fields = list(fields_of(fact))
    width = max(len(name) for name in ("recorded", *(name for name, _ in fields)))
    recorded = (
        f"    {padded('recorded', width)}  {time_text(fact.recorded_at)} by {safe(fact.actor)}"
    )
    return [
        headline(fact),
        *(f"    {padded(name, width)}  {text}" for name, text in fields),
        recorded,
    ]
