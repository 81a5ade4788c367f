"""Reading a view: from the tables when it is asked for now, by time travel for any other cut."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from ledger import database
from ledger.cut import Cut, time_text
from ledger.database import Database
from projections import tables
from projections.filters import Filters, applies, checked
from projections.log_filter import LogFilter
from projections.view import Row, View
from projections.views import load


@dataclass(frozen=True, slots=True)
class Answer:
    """The rows of a view, and what they were asked at.

    last_seq: the newest fact that the ledger held when it was read.
    """

    view: View
    rows: Sequence[Row]
    cut: Cut
    filters: Filters
    last_seq: int


RowsOf = Callable[[View], Sequence[Row]]


@contextmanager
def reader(where: Database, cut: Cut, today: date) -> Iterator[Reader]:
    """Something to read views from, at one cut and from one state of the ledger."""
    database.check(where)
    if cut == Cut(today) and _brought_up_to_date(where, today):
        with database.open_readonly(where) as connection:
            connection.execute("BEGIN")  # one snapshot for all that is read
            position = tables.position(connection)
            yield Reader(cut, position, lambda view: tables.select(connection, view))
        return
    from ledger import history
    from projections.time_travel import Past

    with database.open_readonly(where) as connection:
        past = Past(history.facts(connection), cut)
    yield Reader(cut, past.last_seq, past.rows)


@dataclass(frozen=True, slots=True)
class Reader:
    """Gives the rows of views, all of the same cut."""

    cut: Cut
    last_seq: int
    rows_of: RowsOf

    def answer(self, name: str, filters: Filters | None = None) -> Answer:
        """The rows of a view as they are shown: filtered, then summed up or composed.

        Raises InputError for an unknown view or filter.
        """
        view = load(name)
        asked = checked(filters or Filters(), view, self._companies)
        return Answer(view, self._shown(view, asked), self.cut, asked, self.last_seq)

    def log(self, wanted: LogFilter) -> Answer:
        """The rows of the log that the filter keeps."""
        view = load("log")
        rows = [row for row in self.rows_of(view) if wanted.keep(row)]
        if wanted.last is not None:
            rows = rows[-wanted.last :]
        return Answer(view, rows, self.cut, Filters(), self.last_seq)

    def _shown(self, view: View, filters: Filters) -> list[Row]:
        if view.compose is not None:
            return list(view.compose(lambda part: self._part(part, filters)))
        kept = [row for row in self.rows_of(view) if filters.keep(row)]
        return list(view.summarise(kept)) if view.summarise is not None else kept

    def _part(self, name: str, filters: Filters) -> list[Row]:
        view = load(name)
        if not all(applies(given, view) for given in filters.given()):
            return []
        return self._shown(view, filters)

    def _companies(self) -> list[str]:
        return [row.stream.partition(":")[2] for row in self.rows_of(load("companies"))]


def _brought_up_to_date(where: Database, today: date) -> bool:
    """Catch up if need be; False when the tables are behind and cannot be written."""
    with database.open_readonly(where) as connection:
        if tables.are_current(connection, today):
            return True
    if not where.writable():
        return False
    from projections.catch_up import ensure_current

    ensure_current(where, today)
    return True


def as_data(answer: Answer) -> dict[str, Any]:
    """The head of an answer for JSON: the view, its version, the cut, the filters."""
    return {
        "view": answer.view.name,
        "version": 1,
        "cut": cut_as_data(answer.cut, answer.last_seq),
        "filters": answer.filters.to_json(),
    }


def cut_as_data(cut: Cut, last_seq: int) -> dict[str, Any]:
    """A cut for JSON; `last_seq` is the newest fact that the ledger held."""
    known_at = cut.known_at
    return {
        "as_of": cut.as_of.isoformat(),
        "known_at": time_text(known_at) if isinstance(known_at, datetime) else known_at,
        "public_at": cut.public_at.isoformat() if cut.public_at else None,
        "last_seq": last_seq,
    }
