"""A ledger of a test: what is given in it, on which day it was recorded, and what is asked."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from typing import Any

import pytest

from cli.main import run
from cli.settings import Settings
from ledger import book, history
from ledger.cut import Cut
from ledger.database import Database
from ledger.envelope import Draft, Fact
from ledger.fields import draft as draft_of
from ledger.store import opened
from ledger.values import Money, PartialDate, Quantity
from projections.catch_up import catch_up
from projections.filters import Filters
from projections.read import reader
from tests.rooms import Room

ACTOR = "kim@example.com"
TODAY = date(2026, 6, 30)
REASON = "read again"


def day(text: str) -> date:
    """A day; of 2025 where no year is given."""
    return date.fromisoformat(f"2025-{text}" if len(text) == 5 else text)


def morning(text: str | date) -> datetime:
    """When the facts of a day are recorded."""
    return datetime.combine(text if isinstance(text, date) else day(text), time(9), UTC)


def known(text: str | None) -> datetime | int | None:
    """A moment of recording: the end of a day, or `#120`."""
    if text is None:
        return None
    if text.startswith("#"):
        return int(text[1:])
    return datetime.combine(day(text), time.max, UTC)


def draft(type_: str, fields: Mapping[str, Any]) -> Draft:
    """The draft that the fields make."""
    made = draft_of(type_, fields)
    assert isinstance(made, Draft), made
    return made


@dataclass
class Ledger:
    """A real ledger. Dates without a year are of 2025."""

    where: Database
    today: date = TODAY
    _at: str = "2023-12-01"

    def given(self, type_: str, id_: str, at: str | None = None, **fields: Any) -> Fact:
        """Record a fact, on the day `at` or that of the fact before it; the fact."""
        return self._one(draft(type_, {"id": id_, **_full(fields)}), at)

    def source(self, id_: str, published: str, at: str | None = None) -> Fact:
        """Register a document."""
        return self.given("source.registered", id_, at, title=id_.upper(), published=published)

    def correct(self, ref: str, at: str | None = None, **changes: Any) -> Fact:
        """Correct a fact; `changes` may name the fields `source` and `on` too."""
        fields = {"ref": ref, "reason": REASON, "set": _full(changes)}
        return self._one(draft("fact.corrected", fields), at)

    def retract(self, ref: str, at: str | None = None, *, force: bool = False) -> Fact:
        """Retract a fact."""
        return self._one(draft("fact.retracted", {"ref": ref, "reason": REASON}), at, force=force)

    def corroborate(self, ref: str, source: str | None, at: str | None = None) -> Fact:
        """Say that another document states the same."""
        return self._one(draft("fact.corroborated", {"ref": ref, "source": source}), at)

    def dispute(self, ref: str, source: str | None, reason: str, at: str | None = None) -> Fact:
        """Say that another document contradicts a fact."""
        fields = {"ref": ref, "source": source, "reason": reason}
        return self._one(draft("fact.disputed", fields), at)

    def record(
        self, drafts: Iterable[Draft], at: str | None = None, *, force: bool = False
    ) -> book.Recorded:
        """Record drafts together, on a day, and bring the views up to date."""
        self._at = at or self._at
        with opened(self.where) as store:
            recorded = book.record(store, drafts, actor=ACTOR, now=morning(self._at), force=force)
            catch_up(store, self.today)
        return recorded

    def _one(self, drafted: Draft, at: str | None, *, force: bool = False) -> Fact:
        recorded = self.record([drafted], at, force=force)
        return recorded.facts[0] if recorded.facts else recorded.already[0][1]

    def facts(self) -> list[Fact]:
        """Every recorded fact."""
        with self.where.reading() as connection:
            return list(history.facts(connection))

    def rows(
        self,
        view: str,
        as_of: str | None = None,
        known_at: str | None = None,
        public_at: str | None = None,
        filters: Filters | None = None,
    ) -> list[Any]:
        """The rows of a view at a cut."""
        cut = Cut(
            day(as_of) if as_of is not None else self.today,
            known(known_at),
            day(public_at) if public_at is not None else None,
        )
        with reader(self.where, cut, self.today) as asked:
            return list(asked.answer(view, filters).rows)

    def row(
        self,
        view: str,
        as_of: str | None = None,
        known_at: str | None = None,
        public_at: str | None = None,
    ) -> Any:
        """The one row of a view at a cut; None when there is none."""
        rows = self.rows(view, as_of, known_at, public_at)
        assert len(rows) <= 1, rows
        return rows[0] if rows else None

    def asked(self, view: str, *columns: str, **cut: str | None) -> tuple[str | None, ...] | None:
        """Columns of the one row of a view, as texts; None when there is no row."""
        row = self.row(view, **cut)
        return None if row is None else tuple(text_of(getattr(row, name)) for name in columns)


def ledger_in(room: Room, today: date = TODAY) -> Ledger:
    """An empty ledger."""
    return Ledger(room.empty(), today)


def _full(fields: Mapping[str, Any]) -> dict[str, Any]:
    """The fields with the year that a date was given without."""
    return {
        name: f"2025-{value}" if name == "on" and value is not None and len(value) == 5 else value
        for name, value in fields.items()
    }


def text_of(value: Any) -> str | None:
    """A value of a row as a short text: dates in EDTF, quantities and money as people read them."""
    if isinstance(value, PartialDate):
        return value.edtf
    if isinstance(value, Quantity | Money):
        return value.text()
    if isinstance(value, tuple):
        return " ".join(str(text_of(item)) for item in value)
    return None if value is None else str(value)


@dataclass(frozen=True)
class Ran:
    """What came of a command."""

    code: int
    out: str
    err: str

    @property
    def rows(self) -> list[dict[str, Any]]:
        """The rows of a view in JSON."""
        assert self.code == 0, self.err
        rows: list[dict[str, Any]] = json.loads(self.out)["rows"]
        return rows

    @property
    def error(self) -> str:
        """The code of the one error that was told."""
        assert self.code != 0, self.out
        assert self.err.count("error[") == 1, self.err
        return self.err.partition("error[")[2].partition("]")[0]


@dataclass
class Person:
    """Somebody who types commands, each on some day."""

    room: Room
    capsys: pytest.CaptureFixture[str]
    on_day: str = "2023-12-01"
    ran: list[Ran] = field(default_factory=list)

    def __call__(self, *words: str, at: str | None = None) -> Ran:
        """Run `lsledger` with these words."""
        self.on_day = at or self.on_day
        now = morning(self.on_day)
        self.capsys.readouterr()
        settings = Settings(ledger=self.room.url(), actor=ACTOR, clock=lambda: now)
        code = run(list(words), settings)
        shown = self.capsys.readouterr()
        self.ran.append(Ran(code, shown.out, shown.err))
        return self.ran[-1]

    def does(self, *words: str, at: str | None = None) -> Ran:
        """Run a command that must succeed."""
        ran = self(*words, at=at)
        assert ran.code == 0, (words, ran.err)
        return ran

    def ask(self, view: str, *options: str, at: str | None = None) -> list[dict[str, Any]]:
        """The rows of a view in JSON."""
        return self.does(view, "--format", "json", *options, at=at).rows


def json_text(value: Any) -> str | None:
    """A value of a row in JSON as the same short text that `text_of` gives."""
    if isinstance(value, dict):
        if "edtf" in value:
            return str(value["edtf"])
        return (
            Quantity.from_data(value).text() if "unit" in value else Money.from_data(value).text()
        )
    if isinstance(value, list):
        return " ".join(str(json_text(item)) for item in value)
    return None if value is None else str(value)
