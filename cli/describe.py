"""Facts in full, for previews, dry runs and timelines."""

from __future__ import annotations

from collections.abc import Iterator

from cli.render import safe, to_the_second, value_text
from cli.text import padded
from ledger.cut import time_text
from ledger.envelope import Draft, Fact
from ledger.revision import Life

ENVELOPE = ("source", "locator", "quote", "note", "tags", "forced")


def headline(fact: Fact) -> str:
    """What it is, in one line: `#66 plant:acme-north@2  plant.completed  2025-09`."""
    on = f"  {fact.on.text()}" if fact.on is not None else ""
    return f"#{fact.seq} {fact.ref}  {fact.type}{on}"


def fields_of(fact: Fact | Draft) -> Iterator[tuple[str, str]]:
    """Its fields as names and text: its own first, then those of the envelope."""
    for name in type(fact.content).model_fields:
        if name in fact.content.FILLED_IN:
            continue
        text = value_text(getattr(fact.content, name))
        if text:
            yield name, text
    for name in ENVELOPE:
        text = value_text(getattr(fact, name, None))
        if text:
            yield name, text


def readings_of(life: Life) -> Iterator[tuple[str, str, str]]:
    """The fields of a fact as names, what they say now, and what they said before it was
    corrected (empty where nothing changed).
    """
    recorded = dict(fields_of(life.fact))
    reading = dict(fields_of(life.reading)) if life.reading is not None else recorded
    for name in dict.fromkeys((*recorded, *reading)):
        was, now = recorded.get(name, ""), reading.get(name, "")
        yield name, now, was if was != now else ""


def what_became_of(life: Life) -> Iterator[str]:
    """A line for each revision of a fact: which, when, why."""
    revisions = [*life.corrections, *life.corroborations, *life.disputes]
    if life.retraction is not None:
        revisions.append(life.retraction)
    for fact in sorted(revisions, key=lambda fact: fact.seq):
        verb = fact.type.partition(".")[2]
        source = f", on {fact.source}" if fact.source is not None else ""
        reason = getattr(fact.content, "reason", None)
        why = f": {safe(reason)}" if reason else ""
        at = to_the_second(time_text(fact.recorded_at))
        yield f"{verb} by {fact.ref} #{fact.seq}, {at}, {safe(fact.actor)}{source}{why}"


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
