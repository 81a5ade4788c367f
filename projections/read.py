"""Reading a view: from the tables when it is asked for now, by time travel for any other cut."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cache, partial
from itertools import islice
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Protocol

from ledger import database
from ledger.cut import Cut, time_text
from ledger.database import Connection, Database
from ledger.errors import BusyError, CutError, ReadOnlyError
from ledger.server_errors import ConnectionLostError, NotPermittedError
from projections import tables
from projections.filters import Filters, applies, checked
from projections.view import Made, Row, View
from projections.views import load
from projections.wanted import ALL, Wanted

if TYPE_CHECKING:
    from ledger.envelope import Fact
    from projections.log_filter import LogFilter


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows that are made as they are taken, while their reader is open.

    They need no more memory than the one that is made just now, where they come from the tables
    of a file as they are, and no more than a page of the log; on PostgreSQL, the cells of a view
    of streams are all held as they came. Whoever goes through them again has all of them made
    again; the formats and the tables on a terminal go through them once.
    """

    making: Callable[[], Iterable[Row]]

    def __iter__(self) -> Iterator[Row]:
        return iter(self.making())


@dataclass(frozen=True, slots=True)
class Answer:
    """The rows of a view, and what they were asked at.

    rows: made as they are taken (Rows), or held. last_seq: the newest fact that the ledger held
    when it was read.
    """

    view: View
    rows: Iterable[Row]
    cut: Cut
    filters: Filters
    last_seq: int

    def held(self) -> Answer:
        """The same with all its rows in memory: they are there when the reader is closed."""
        return replace(self, rows=list(self.rows))


AT_ONCE = 200
"""Streams whose facts are read at a time."""


class RowsOf(Protocol):
    """Where rows come from."""

    def __call__(self, view: View, wanted: Wanted = ALL, /) -> Iterable[Row]:
        """Rows of a view: of streams, those that are wanted and no others; of what else is
        wanted, more may come than was asked for.
        """


@contextmanager
def reader(where: Database, cut: Cut, today: date) -> Iterator[Reader]:
    """Something to read views from, at one cut and from one state of the ledger.

    Raises CutError for a cut that the record does not reach.
    """
    with rows_at(where, cut, today) as (_, last_seq, rows_of):
        yield Reader(cut, last_seq, rows_of)


@contextmanager
def rows_at(where: Database, cut: Cut, today: date) -> Iterator[tuple[Connection, int, RowsOf]]:
    """A connection that sees one state of the ledger, its newest fact, and the rows at a cut.

    Raises CutError for a cut that the record does not reach.
    """
    where.check()
    bring_up_to_date(where, today)
    with where.snapshot() as connection:
        # Asked again in the snapshot: a writer may have come in between.
        current = tables.are_current(connection, today)
        last_seq = check_cut(connection, cut)
        if current and cut == Cut(today):
            rows_of: RowsOf = partial(tables.rows, connection)
        else:
            rows_of = past_rows(connection, cut, today if current else None)
        yield connection, last_seq, rows_of


def past_rows(connection: Connection, cut: Cut, folded_for: date | None) -> RowsOf:
    """Gives a view's rows at a cut: those of the streams that the cut changes are folded anew,
    the others come from the tables.

    folded_for: the day of the tables, or None when they are behind and every stream is folded.
    """
    from heapq import merge

    from ledger import history
    from projections.time_travel import Past

    facts = _Facts(connection)
    if folded_for is not None and cut.known_at is not None:
        facts.until = tables.last_seq_at(connection, cut.known_at)
    past = Past(facts.of, cut)

    @cache
    def changed() -> set[str]:
        if folded_for is None:
            return set(history.stream_names(connection))
        return tables.changed_by(connection, cut, folded_for)

    def folded(view: View) -> Iterator[Row]:
        kinds = view.kinds
        names = sorted(s for s in changed() if not kinds or s.partition(":")[0] in kinds)
        for start in range(0, len(names), AT_ONCE):
            facts.read_ahead(names[start : start + AT_ONCE])
            for name in names[start : start + AT_ONCE]:
                yield from past.stream_rows(view, name)

    def rows_of(view: View, wanted: Wanted = ALL, /) -> Iterable[Row]:
        rows: Iterable[Row]
        place = attrgetter("stream" if view.of_fact is None else "seq")
        newest_first = view.of_fact is not None and wanted.newest_first
        if wanted.streams is not None:
            streams = sorted(wanted.streams)
            rows = (row for stream in streams for row in past.stream_rows(view, stream))
        else:
            rows = folded(view)
        if view.of_fact is not None:  # streams are folded in their order, their facts are not
            rows = sorted(rows, key=place, reverse=newest_first)
        if wanted.streams is not None or folded_for is None:
            return rows
        others = tables.rows(connection, view, wanted, without=changed())
        return merge(rows, others, key=place, reverse=newest_first)

    return rows_of


@dataclass
class _Facts:
    """The facts of streams, those of many streams read at once.

    until: the last fact that the cut sees, where that is known; later ones are not read.
    """

    connection: Connection
    until: int | None = None
    ahead: dict[str, list[Fact]] = field(default_factory=dict)
    given: set[str] = field(default_factory=set)

    def of(self, stream: str) -> Sequence[Fact]:
        """The facts of one stream."""
        if stream not in self.ahead:
            self._read([stream])
        self.given.add(stream)
        return self.ahead.pop(stream)

    def read_ahead(self, streams: Iterable[str]) -> None:
        """Read what will be asked for next."""
        new = [name for name in streams if name not in self.given and name not in self.ahead]
        if new:
            self._read(new)

    def _read(self, streams: Sequence[str]) -> None:
        from ledger import history

        self.ahead.update(history.streams(self.connection, streams, self.until))


def check_cut(connection: Connection, cut: Cut) -> int:
    """The newest sequence number, if the record reaches the cut."""
    last = database.last_seq(connection)
    if isinstance(cut.known_at, int) and cut.known_at > last:
        raise CutError(
            f"#{cut.known_at} is beyond the last fact", hint=f"The last fact is #{last}."
        )
    if cut.known_at is not None and last:
        first = _first_recorded(connection)
        known_at = cut.known_at
        before = time_text(known_at) < first if isinstance(known_at, datetime) else known_at < 1
        if before:
            raise CutError(
                "nothing was recorded yet by then", hint=f"The first fact is of {first[:19]}Z."
            )
    return last


def _first_recorded(connection: Connection) -> str:
    (data,) = connection.execute("SELECT data FROM facts WHERE seq = 1").fetchone()
    return str(json.loads(data)["recorded_at"])


@dataclass(frozen=True, slots=True)
class Reader:
    """Gives the rows of views, all of the same cut."""

    cut: Cut
    last_seq: int
    rows_of: RowsOf

    def answer(self, name: str, filters: Filters | None = None) -> Answer:
        """The rows of a view as they are shown: filtered, then summed up or composed; read as they
        are taken.

        Raises InputError for an unknown view or filter.
        """
        view = load(name)
        given = checked(filters or Filters(), view, partial(self.ids, "companies"))
        rows = Rows(partial(self._shown, view, given))
        return Answer(view, rows, self.cut, given, self.last_seq)

    def log(self, wanted: LogFilter) -> Answer:
        """The rows of the log that the filter keeps, read as they are taken."""
        rows = Rows(partial(self._logged, wanted))
        return Answer(load("log"), rows, self.cut, Filters(), self.last_seq)

    def ids(self, name: str, ids: Iterable[str] | None = None) -> list[str]:
        """The ids that a view of one kind of stream has rows of; of given ones, those of them."""
        view = load(name)
        (kind,) = view.kinds
        wanted = ALL if ids is None else Wanted.of(f"{kind}:{id_}" for id_ in ids)
        return [row.stream.partition(":")[2] for row in self.rows_of(view, wanted)]

    def _logged(self, wanted: LogFilter) -> Iterable[Row]:
        view, there = load("log"), wanted.wanted()
        if wanted.last is None:
            return filter(wanted.keep, self.rows_of(view, there))
        newest = filter(wanted.keep, self.rows_of(view, there.from_newest()))
        return list(islice(newest, wanted.last))[::-1]

    def _shown(self, view: View, filters: Filters) -> Iterable[Row]:
        if view.compose is not None:
            return self._taken(view, view.compose(lambda part: self._part(part, filters)))
        found = self.rows_of(view, filters.wanted(view))
        if not filters.given():
            return self._summed(view, found)
        shown = self._summed(view, filter(filters.keep, found))
        return shown if view.keep_filtered is None else filter(view.keep_filtered, shown)

    def _summed(self, view: View, rows: Iterable[Row]) -> Iterable[Row]:
        """What a view shows of rows of single streams; they are held to be summed up."""
        return rows if view.summarise is None else self._taken(view, view.summarise(list(rows)))

    def _taken(self, _view: View, making: Iterable[Made]) -> Iterable[Row]:
        """The rows out of the making of them."""
        return (made.row for made in making)

    def _part(self, name: str, filters: Filters) -> Iterable[Row]:
        view = load(name)
        if not all(applies(given, view) for given in filters.given()):
            return []
        return self._shown(view, filters)


def bring_up_to_date(where: Database, today: date) -> bool:
    """Catch up if need be; False when the tables are behind and cannot be written now: then the
    answers are folded from the facts.
    """
    with where.reading() as connection:
        if tables.are_current(connection, today):
            return True
    if not where.writable():
        return False
    from projections.catch_up import ensure_current

    try:
        ensure_current(where, today)
    except (BusyError, ReadOnlyError, NotPermittedError, ConnectionLostError):
        return False
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
