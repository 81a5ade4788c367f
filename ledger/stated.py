"""What a fact stated: a value that remembers which fact said it, when, on which source.

States are made of these, so that every figure in a view leads back to its fact.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from ledger.values import PartialDate

if TYPE_CHECKING:
    from ledger.envelope import Fact

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
