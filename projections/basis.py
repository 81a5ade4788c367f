"""What stands behind a value of a row: the facts that state it, and its arithmetic.

Each view declares it beside its row type. For most columns there is nothing to declare: the
state of a stream holds, under the column's name, the value with the fact that stated it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from projections.columns import json_value

if TYPE_CHECKING:
    from ledger.stated import Stated
    from ledger.streams import State

Value: TypeAlias = Any
"""What a field of a row holds."""

HOW = {
    "stated": "The facts state it.",
    "sum": "The terms are added up.",
    "share": "The first term is given as a share of the second.",
    "difference": "It is the time from the first term to the second.",
    "count": "The terms, or else the facts, are counted.",
    "median": "It is the median of the terms.",
    "derived": "It follows from the facts and terms, by the rule in `note` where there is one.",
}
"""How a value comes about."""


class Grounds(NamedTuple):
    """Why a value is what it is.

    facts: references of the facts that state it, or that its rule reads. how: a word of HOW.
    terms: the values that it is made of; more: how many of them are left out. note: the rule in
    words, where one needs it.
    """

    facts: tuple[str, ...] = ()
    how: str = "stated"
    terms: tuple[Basis, ...] = ()
    note: str | None = None
    more: int = 0

    @property
    def refs(self) -> tuple[str, ...]:
        """Every fact in it, its own and those of its terms, each once."""
        return tuple(dict.fromkeys(self._all()))

    def _all(self) -> Iterator[str]:
        yield from self.facts
        for term in self.terms:
            yield from term.grounds._all()


NOTHING = Grounds()
"""Of a value that no fact states."""


class Basis(NamedTuple):
    """A value and its grounds. of: the stream or the row whose value it is."""

    of: str
    column: str
    value: Value
    grounds: Grounds

    def to_json(self) -> dict[str, Any]:
        """As data: `of`, `field`, `value`, `how` (HOW), `note`, `facts` (references) and
        `terms`, each of which is of the same shape.
        """
        return {
            "of": self.of,
            "field": self.column,
            "value": json_value(self.value),
            "how": self.grounds.how,
            "note": self.grounds.note,
            "facts": list(self.grounds.facts),
            "terms": [term.to_json() for term in self.grounds.terms],
        }


def stated_by(*values: Stated[Any] | None) -> Grounds:
    """The grounds of what these state."""
    return Grounds(tuple(dict.fromkeys(value.ref for value in values if value is not None)))


def term(of: str, column: str, value: Stated[Any] | None) -> Basis | None:
    """A stated value as a term of another one; None where nothing states it."""
    return Basis(of, column, value.value, stated_by(value)) if value is not None else None


def derived_from(*terms: Basis | None, note: str | None = None) -> Grounds:
    """The grounds of what follows from these by a rule."""
    return made_of("derived", terms, note)


def made_of(how: str, terms: Iterable[Basis | None], note: str | None = None) -> Grounds:
    """The grounds of what is made of these in that way."""
    return Grounds((), how, tuple(one for one in terms if one is not None), note)


def stated_in(state: State, column: str) -> Grounds:
    """The grounds of a column that is called as the field of the state that it shows."""
    value = getattr(state, column, None)
    values = value if isinstance(value, tuple) else (value,)
    return stated_by(*(item for item in values if hasattr(item, "ref")))


def chain_of(state: Any) -> Grounds:
    """The grounds of the chain: as it is stated, or else as it follows from the stage."""
    if state.material is not None:
        return stated_by(state.material)
    return derived_from(term(state.stream, "stage", getattr(state, "stage", None)))
