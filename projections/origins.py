"""What stands behind every value that the views show, down to the facts, at a cut.

Nothing of it is stored: a stream is folded anew when it is asked what stands behind its rows, and
sums are made anew by the functions that made those that are shown. Each row is remembered with what
it was made of.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from functools import cache, partial
from itertools import islice
from typing import Annotated, Any, NamedTuple, get_type_hints

from ledger import history
from ledger.cut import Cut
from ledger.database import Connection, Database
from ledger.streams import KINDS
from projections.basis import NOTHING, Basis, Grounds, stated_in
from projections.columns import columns
from projections.read import Answer, Reader, Rows, RowsOf, rows_at
from projections.row_keys import short_keys
from projections.time_travel import Past
from projections.view import MARKS, Behind, Made, Parts, Row, View
from projections.views import ROWS_OF, load
from projections.wanted import ALL, Wanted, askable


class _Place(NamedTuple):
    """Which of the rows of a stream in a view a row is."""

    row: Row
    view: View
    stream: str
    number: int


class Origins:
    """The rows of the views at a cut, each with where it came from.

    rows: gives the rows of single streams (or facts) at the cut. most: how many of the terms of a
    sum are followed; None for all.
    """

    def __init__(self, past: Past, rows: RowsOf, most: int | None = None) -> None:
        self.past = past
        self._rows = rows
        self._most = most
        self._read: dict[str, list[Row]] = {}
        # By identity: two facts may give equal rows. All rows are kept, so that none is reused.
        self._places: dict[int, _Place] = {}
        self._made: dict[int, tuple[Row, Callable[[], Mapping[str, Parts]]]] = {}
        self._keys: dict[int, str] = {}
        self._told: dict[tuple[str, str], tuple[Sequence[Row], Sequence[Behind]]] = {}

    def rows_of(self, view: View, wanted: Wanted = ALL, /) -> list[Row]:
        """The rows of single streams (or facts), in the order of the tables."""
        if wanted.streams is not None:
            return self._placed(view, self._rows(view, Wanted(wanted.streams)))
        if view.name not in self._read:
            self._read[view.name] = self._placed(view, self._rows(view))
        rows = list(self._read[view.name])
        return rows[::-1] if view.of_fact is not None and wanted.newest_first else rows

    def _placed(self, view: View, rows: Iterable[Row]) -> list[Row]:
        """The rows, each remembered with its place among those of its stream: of one stream they
        come all, and in the order in which the view makes them.
        """
        kept = list(rows)
        count: dict[str, int] = {}
        for row in kept:
            number = count.get(row.stream, 0)
            count[row.stream] = number + 1
            self._places[id(row)] = _Place(row, view, row.stream, number)
        return kept

    def _of_stream(self, view: View, stream: str) -> tuple[Sequence[Row], Sequence[Behind]]:
        """The rows of one stream, folded anew, and what is behind each."""
        if (view.name, stream) not in self._told:
            rows = list(self.past.stream_rows(view, stream))
            self._told[view.name, stream] = rows, self._behind(view, stream, rows)
        return self._told[view.name, stream]

    def taken(self, view: View, making: Iterable[Made]) -> list[Row]:
        """The rows out of the making of them, each remembered with what it is made of."""
        made = list(making)
        # Rows of streams may be put into another order; they stay what they are.
        new = [one for one in made if id(one.row) not in self._places]
        self._made.update({id(one.row): (one.row, cache(one.of)) for one in new})
        keys = short_keys(view, [one.row for one in new])
        self._keys.update({id(one.row): key for one, key in zip(new, keys, strict=True)})
        return [one.row for one in made]

    def basis(self, row: Row, column: str) -> Basis:
        """A value of a row that came from here, with all that stands behind it; behind no value
        stands nothing.
        """
        basis = self._basis(row, column)
        return basis._replace(grounds=NOTHING) if basis.value in (None, ()) else basis

    def _basis(self, row: Row, column: str) -> Basis:
        return Basis(self.name(row), column, getattr(row, column), self._grounds(row, column))

    def name(self, row: Row) -> str:
        """The stream that a row is of, or the key by which `why` finds it."""
        if id(row) in self._keys:
            return self._keys[id(row)]
        _, view, stream, number = self._places[id(row)]
        rows = self._of_stream(view, stream)[0] if view.row is view.shown else ()
        if len(rows) > 1:
            return short_keys(view, rows)[number]
        return str(row.ref if view.of_fact is not None else stream)

    def _grounds(self, row: Row, column: str) -> Grounds:
        if id(row) in self._made:
            parts = self._made[id(row)][1]().get(column)
            if parts is not None:
                return self._of_parts(parts)
            return self._of_marks(row, column) if column in MARKS else NOTHING
        _, view, stream, number = self._places[id(row)]
        _, behind = self._of_stream(view, stream)
        if column in behind[number]:
            return behind[number][column]
        if view.of_fact is not None:
            return Grounds((row.ref,)) if column not in view.factless else NOTHING
        if column in MARKS:
            return self._of_marks(row, column)
        return stated_in(self.past.state_of(stream), column)

    def _of_parts(self, parts: Parts) -> Grounds:
        followed = parts.rows[: self._most]
        terms = tuple(self._basis(row, column) for row, column in followed)
        if parts.how == "same":
            return terms[0].grounds
        more = len(parts.rows) - len(followed)
        return Grounds(how=parts.how, terms=terms, note=parts.note, more=more)

    def _of_marks(self, row: Row, column: str) -> Grounds:
        named = [name for name in getattr(row, column) if name in row._fields]
        return Grounds(how="derived", terms=tuple(self._basis(row, name) for name in named))

    def _behind(self, view: View, stream: str, rows: Sequence[Row]) -> Sequence[Behind]:
        question = self.past.question
        if view.behind_fact is not None:
            return [view.behind_fact(row, question) for row in rows]
        if view.behind is None:
            return [{} for _ in rows]
        found = list(islice(view.behind(self.past.state_of(stream), question), len(rows)))
        assert len(found) == len(rows), (view.name, stream)
        return found


@dataclass(frozen=True, slots=True)
class OriginsReader(Reader):
    """Reads views as a Reader does, and can say what stands behind each row."""

    origins: Origins
    connection: Connection

    def rows_named(self, view: View, typed: str) -> list[Row]:
        """The shown rows among which the one is that is called `typed`, as far as one can tell
        from the stream that it begins with; all rows where that tells nothing.
        """
        head = typed.partition("/")[0].partition("@")[0]
        if view.keys[0] in ("stream", "ref"):
            named = (head,) if ":" in head else [f"{kind}:{head}" for kind in sorted(KINDS)]
            rows = [
                row
                for stream in named
                if stream.partition(":")[0] in KINDS and askable(stream)
                for row in self.origins.rows_of(view, Wanted.of([stream]))
            ]
            if rows:
                return list(self._summed(view, rows))
        return list(self.answer(view.name).rows)

    def _taken(self, view: View, making: Iterable[Made]) -> list[Row]:
        return self.origins.taken(view, making)


def with_facts(answer: Answer, origins: Origins) -> Answer:
    """The answer, whose rows came from there, with a further column for each of its columns: the
    references of the facts behind it.
    """
    view = answer.view
    names = resting_on_facts(view)
    wider = _with_facts(view.shown, names)

    def rows() -> Iterator[Row]:
        for row in answer.rows:
            facts = {f"{name}_facts": origins.basis(row, name).grounds.refs for name in names}
            yield wider(**row._asdict(), **facts)

    return replace(answer, view=view._replace(summary=wider), rows=Rows(rows))


def view_of(stream: str) -> View:
    """The view that shows a stream of that kind by itself."""
    kind = (stream.partition(":")[0],)
    views = (load(name) for name, kinds in ROWS_OF.items() if kinds == kind)
    return next(view for view in views if view.keys[0] == "stream")


def resting_on_facts(view: View) -> tuple[str, ...]:
    """The columns of the rows that can rest on facts."""
    names = (column.name for column in columns(view.shown))
    return tuple(name for name in names if name not in (*view.factless, *MARKS))


@cache
def _with_facts(row_type: type, names: tuple[str, ...]) -> Any:
    own = get_type_hints(row_type, include_extras=True)
    facts = [(f"{n}_facts", Annotated[tuple[str, ...], f"The facts behind {n}."]) for n in names]
    return NamedTuple(row_type.__name__, [*own.items(), *facts])


@contextmanager
def origins_reader(
    where: Database, cut: Cut, today: date, most: int | None = None
) -> Iterator[OriginsReader]:
    """Something to read views from, and to ask what stands behind them, at one cut.

    most: how many of the terms of a sum are followed. Raises CutError for a cut that the record
    does not reach.
    """
    with rows_at(where, cut, today) as (connection, last_seq, rows_of):
        origins = Origins(Past(partial(history.stream, connection), cut), rows_of, most)
        yield OriginsReader(cut, last_seq, origins.rows_of, origins, connection)
