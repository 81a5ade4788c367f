"""What changed in the portfolio between two cuts: stream by stream, field by field, and the
facts that caused it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ledger.facts.revision import Revision
from projections.columns import columns, json_value
from projections.read import Reader
from projections.time_travel import Past
from projections.view import Row, Value
from projections.views import load

COMPARED = ("sources", "companies", "contracts", "investments", "plants", "promises", "context")
"""The views whose rows are compared; sums follow from them."""


LEFT_OUT = ("stream", "slip_min_days", "slip_max_days")
"""Columns that name the row, or say as numbers what another column says as text."""


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One column that reads otherwise: before and after."""

    field: str
    before: Value
    after: Value


@dataclass(frozen=True, slots=True)
class Change:
    """One row that is new, changed or gone.

    item: the stream, with the due window behind it where a promise has several. facts: the
    references of the facts that caused it; none when it is the passing of time.
    """

    view: str
    item: str
    kind: str
    fields: tuple[FieldChange, ...]
    facts: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        """The change as data."""
        return {
            "view": self.view,
            "item": self.item,
            "kind": self.kind,
            "fields": [
                {
                    "field": change.field,
                    "before": json_value(change.before),
                    "after": json_value(change.after),
                }
                for change in self.fields
            ],
            "facts": list(self.facts),
        }


def diff(before: Reader, after: Reader, past_before: Past, past_after: Past) -> Iterator[Change]:
    """The changes from one cut to another, view by view, in the order of their streams."""
    for name in COMPARED:
        rows_before, rows_after = _by_item(name, before), _by_item(name, after)
        for item in sorted({*rows_before, *rows_after}):
            old, new = rows_before.get(item), rows_after.get(item)
            fields = tuple(_changes(old, new))
            if fields:
                stream = item.partition(" (")[0]
                facts = _causes(stream, new, past_before, past_after)
                kind = "new" if old is None else "gone" if new is None else "changed"
                yield Change(name, item, kind, fields, tuple(facts))


def _by_item(name: str, reader: Reader) -> dict[str, Row]:
    return {_item(row): row for row in reader.rows_of(load(name))}


def _item(row: Row) -> str:
    """What identifies a row from one cut to the next."""
    if getattr(row, "recurring", False) and row.due is not None:
        return f"{row.stream} ({row.due.text()})"
    return str(row.stream)


def _changes(old: Row | None, new: Row | None) -> Iterator[FieldChange]:
    for column in columns(type(new if new is not None else old)):
        was = getattr(old, column.name, None)
        now = getattr(new, column.name, None)
        if column.name not in LEFT_OUT and (was or None) != (now or None):
            yield FieldChange(column.name, was, now)


def _causes(stream: str, new: Row | None, before: Past, after: Past) -> list[str]:
    """The facts that count, or read, otherwise at the second cut; and those that show the new
    outcome of a promise.
    """
    read_before = {fact.ref: fact for fact in before.facts_of(stream)}
    read_after = {fact.ref: fact for fact in after.facts_of(stream)}
    changed = [
        ref for ref in (*read_after, *read_before) if read_before.get(ref) != read_after.get(ref)
    ]
    known = {fact.ref for fact in before.recorded(stream)}
    revisions = [
        fact.ref
        for fact in after.recorded(stream)
        if isinstance(fact.content, Revision) and fact.ref not in known
    ]
    shown = [ref for ref in getattr(new, "shown_by", ()) if not ref.startswith(f"{stream}@")]
    elsewhere = [
        cause
        for other in dict.fromkeys(ref.rpartition("@")[0] for ref in shown)
        for cause in _causes(other, None, before, after)
    ]
    return list(dict.fromkeys((*changed, *revisions, *(elsewhere or shown))))
