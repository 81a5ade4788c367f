"""What a fact stated: a value that remembers which fact said it, when, on which source.

States are made of these, so that every figure in a view leads back to its fact.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from ledger.values import PartialDate

if TYPE_CHECKING:
    from ledger.envelope import Fact
    from ledger.streams import State

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)


@dataclass(frozen=True, slots=True)
class Stated(Generic[T_co]):
    """A value, the reference of the fact that stated it, its date and its source's id."""

    value: T_co
    ref: str
    on: PartialDate | None
    source: str | None


def stated(value: T, fact: Fact) -> Stated[T]:
    """The value as the fact states it."""
    return Stated(value, fact.ref, fact.on, fact.source)


def learned(fact: Fact, fields: tuple[str, ...]) -> dict[str, Any]:
    """Every one of `fields` that the fact states, stated by it; for `replace`, the rest stays."""
    content = fact.content.__dict__  # the fields alone; getattr would ask pydantic for the rest
    ref, on, source = fact.ref, fact.on, fact.source
    return {
        field: Stated(value, ref, on, source)
        for field in fields
        if (value := content.get(field)) or value is False
    }


COUNTED = {
    "production_reports": "productions",
    "delivery_reports": "deliveries",
    "ownerships": "owners",
}
"""From the fields that keep whatever was reported to those of it that count. A fold only adds to
them: to look through all of them at each fact would take longer and longer."""


def fields_of(state: State) -> Iterator[str]:
    """The names of what a state states."""
    return (COUNTED.get(name, name) for name in state.__dataclass_fields__)


def latest(told: Iterable[Stated[T]], thing: Callable[[T], Hashable]) -> tuple[Stated[T], ...]:
    """Of the values that speak of the same thing only the last one, in the order of these."""
    last: dict[Hashable, Stated[T]] = {}
    for one in told:
        about = thing(one.value)
        last.pop(about, None)
        last[about] = one
    return tuple(last.values())
