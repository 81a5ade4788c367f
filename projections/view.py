"""What a view is: a row type and pure functions, and nothing that knows of tables.

Every view begins with rows of single streams (or single facts, for the log). Some are
shown as they are (contracts, plants); some are summed up first (totals, chain); the
portfolio is composed of other views. Filters apply to the rows of single streams, so
that every figure shown is of just what was asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import reduce
from operator import add
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias, TypeVar

from ledger.stated import fields_of
from ledger.values import PartialDate, Quantity, comparable
from projections.basis import Grounds, derived_from, stated_by, term

if TYPE_CHECKING:
    from ledger.conflicts import Conflict
    from ledger.contract import Contract
    from ledger.envelope import Fact
    from ledger.investment import Investment
    from ledger.plant import Plant
    from ledger.promise import Promise
    from ledger.revision import Life
    from ledger.stated import Stated
    from ledger.streams import State

Value: TypeAlias = Any
"""What a field of a row holds."""

Row: TypeAlias = Any
"""An instance of a view's row type."""

T = TypeVar("T")


MARKS = ("possible", "conflicts")
"""The columns of rows that say which of the other columns have a mark."""


class Question(NamedTuple):
    """What the rows of a stream may depend on beside its own state.

    as_of: the day of the cut. state_of: the state of any stream at the same cut. facts_of:
    the facts that count there, as they read, in the order of the fold. conflicts_of: where they
    contradict each other. disputes_of: those of them that are disputed, each with the fact that
    disputes it. published: when a fact's document was published.
    """

    as_of: date
    state_of: Callable[[str], State]
    facts_of: Callable[[str], Sequence[Fact]]
    conflicts_of: Callable[[str], Sequence[Conflict]]
    disputes_of: Callable[[str], Sequence[tuple[Fact, Fact]]]
    published: Callable[[Fact], PartialDate | None]


class Parts(NamedTuple):
    """What a column of a summed or composed row is made of: other rows, and the column of each.

    how: a word of `projections.basis.HOW`, or `same` for the one part that is shown as it is.
    """

    rows: Sequence[tuple[Row, str]]
    how: str = "derived"
    note: str | None = None


class Made(NamedTuple):
    """A summed or composed row, and what its columns are made of; worked out when it is asked.

    A column that is not named rests on no fact of its own.
    """

    row: Row
    of: Callable[[], Mapping[str, Parts]] = dict


def same(row: Row, column: str) -> Parts:
    """A column that shows another row's value as it is."""
    return Parts(((row, column),), "same")


def each(rows: Iterable[Row], column: str, how: str = "derived", note: str | None = None) -> Parts:
    """A column that is made of one column of several rows."""
    return Parts(tuple((row, column) for row in rows), how, note)


Behind: TypeAlias = Mapping[str, Grounds]
"""From columns of a row to what stands behind them."""


class View(NamedTuple):
    """One view; what its rows are made of, in the order in which it happens."""

    name: str
    title: str

    kinds: tuple[str, ...]
    """The kinds of stream that it reads."""

    row: type
    """The type of what `rows` gives, which is also the type of the view's table."""

    brief: tuple[str, ...]
    """The columns that a terminal shows."""

    rows: Callable[[Any, Question], Iterable[Row]] = lambda _state, _question: ()
    """The rows of one stream, from its state."""

    behind: Callable[[Any, Question], Iterable[Behind]] | None = None
    """For each of these rows, in the same order, what stands behind the columns that are not
    called as the field of the state that they show; it may give more than there are rows."""

    of_fact: Callable[[Life, PartialDate | None], Row] | None = None
    """The row of one fact, for the view that lists facts instead of streams."""

    behind_fact: Callable[[Row, Question], Behind] | None = None
    """What stands behind the columns of such a row where it is more than the fact itself."""

    keys: tuple[str, ...] = ("stream",)
    """The columns by which people name a row that is shown, in the order in which they do."""

    ties: tuple[str, ...] = ()
    """Further columns, for rows that the keys do not tell apart."""

    factless: tuple[str, ...] = ("stream",)
    """The columns that can never rest on a fact: what names the row, and reference data."""

    change_days: Callable[[Any, date], Iterable[date]] | None = None
    """The days on which the rows of a stream change without a new fact, for reasons of their
    own (a due date passes): all up to a day, and at least the first one after it."""

    statuses: tuple[str, ...] = ()
    """The words that `--status` takes."""

    summary: type | None = None
    summarise: Callable[[Sequence[Row]], Iterable[Made]] | None = None
    """What is shown instead of the rows that pass the filters: their sums, or their order."""

    keep_filtered: Callable[[Row], bool] | None = None
    """Which summed rows to show when a filter left entries out: those that still say something."""

    compose: Callable[[Callable[[str], Iterable[Row]]], Iterable[Made]] | None = None
    """How the rows of a composed view are made of those of others, which it asks for by name."""

    @property
    def shown(self) -> type:
        """The type of the rows that a reader gets."""
        return self.summary or self.row


def said(stated: Stated[T] | None) -> T | None:
    """The value, where a fact states one."""
    return stated.value if stated is not None else None


def status_of(state: Contract | Investment | Plant, question: Question) -> Grounds:
    """The grounds of a status; of one that was resumed, also what it was before."""
    before = getattr(state, "before_suspension", None)
    if before is not None and state.status is not None:
        stating = next(f for f in question.facts_of(state.stream) if f.ref == state.status.ref)
        if stating.type.endswith(".resumed"):
            note = "it goes on as it was before the suspension"
            return Grounds((state.status.ref, before.ref), "derived", note=note)
    return stated_by(state.status)


def first_fact(state: State, question: Question) -> Grounds:
    """The first fact of a stream: of one that no fact opens (it was recorded by force), all that
    says that there is such a thing.
    """
    return Grounds((question.facts_of(state.stream)[0].ref,), "derived")


LISTS = {
    "capacities": ("capacity",),
    "productions": ("production",),
    "deliveries": ("delivered",),
    "fundings": ("funded",),
    "owners": ("owners",),
}
"""From the lists of a state to the columns that show their last value, or all of them."""

LATEST = ("capacities", "productions")
"""The lists of which only the last value is shown."""


SHOWN_AS = {
    "contract.delivery_recorded": "delivered",
    "investment.funded": "funded",
    "company.ownership_stated": "owners",
    "plant.production_reported": "production",
    "plant.capacity_stated": "capacity",
    "plant.capacity_expanded": "capacity",
}
"""The column that shows what facts of a type state, where it is not called as their fields are."""


def stated_columns(state: State) -> Iterator[tuple[str, Stated[Any]]]:
    """The columns of a stream's row, each with a stated value behind it.

    Fields that only help the fold (the status before a suspension) are no columns.
    """
    for name in fields_of(state):
        value = getattr(state, name)
        if name in LISTS:
            shown = value[-1:] if name in LATEST else value
            yield from ((column, item) for item in shown for column in LISTS[name])
        elif hasattr(value, "ref") and name not in ("before_suspension", "built", "started"):
            yield name, value


def possible(state: State, as_of: date) -> tuple[str, ...]:
    """The columns whose fact had possibly, but not certainly, happened by `as_of`."""
    found = (
        column
        for column, value in stated_columns(state)
        if value.on is not None and value.on.possible_at(as_of)
    )
    return tuple(dict.fromkeys(found))


def countries_about(state: Promise, question: Question) -> tuple[str, ...]:
    """The countries of the streams that a promise is about, as far as they are stated."""
    about = (question.state_of(stream) for stream in said(state.about) or ())
    stated = (said(getattr(other, "country", None)) for other in about)
    return tuple(dict.fromkeys(country for country in stated if country is not None))


def countries_grounds(state: Promise, question: Question) -> Grounds:
    """The grounds of these: what it is about, and what states their countries."""
    about = [(stream, question.state_of(stream)) for stream in said(state.about) or ()]
    stated = [term(stream, "country", getattr(other, "country", None)) for stream, other in about]
    return derived_from(term(state.stream, "about", state.about), *stated)


def in_conflict(state: State, question: Question) -> tuple[str, ...]:
    """The columns of which sources state different values, or whose fact is disputed."""
    stream = state.stream
    found = [
        SHOWN_AS.get(conflict.type, conflict.field) for conflict in question.conflicts_of(stream)
    ]
    disputed = {fact.ref for fact, _ in question.disputes_of(stream)}
    if disputed:
        found += [column for column, value in stated_columns(state) if value.ref in disputed]
    return tuple(dict.fromkeys("status_on" if name == "on" else name for name in found))


def added_up(quantities: Iterable[Quantity]) -> tuple[Quantity, ...]:
    """The sums of the quantities that can be added; those of unlike measure stay apart."""
    groups = alike(quantities, lambda quantity: quantity)
    return tuple(reduce(add, group) for group in groups)


def alike(items: Iterable[T], quantity_of: Callable[[T], Quantity]) -> list[list[T]]:
    """The items in groups whose quantities can be added up."""
    groups: list[list[T]] = []
    for item in items:
        for group in groups:
            if comparable(quantity_of(group[0]), quantity_of(item)):
                group.append(item)
                break
        else:
            groups.append([item])
    return groups
