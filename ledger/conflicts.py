"""Where sources contradict each other: live facts that state different values for one thing.

Two facts of the same type in one stream speak of the same thing when it happens once (a
signing, a completion), when they report the same period, or when their dates overlap. They
contradict each other where they rest on different sources and a field has values that
cannot both be right: bounds that overlap, and dates that may be the same day, can. Texts
in own words (names, places, statements) are not compared.

Both facts stay. The views show the one that comes later in the fold.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import chain
from typing import Any

from ledger.envelope import Fact
from ledger.facts import FactContent
from ledger.facts.company import OwnershipStated
from ledger.facts.plant import ProductionReported
from ledger.values import Bounds, Money, PartialDate, Party, Quantity, comparable

ONCE = frozenset(
    {
        *("contract.agreed_in_principle", "contract.signed", "contract.completed"),
        *("contract.expired", "contract.terminated"),
        *("investment.announced", "investment.approved", "investment.completed"),
        *("investment.cancelled", "plant.site_selected", "plant.permitted"),
        *("plant.construction_started", "plant.completed", "plant.commissioned"),
        *("plant.closed", "plant.cancelled", "promise.made", "promise.withdrawn"),
        *("company.registered",),
    }
)
"""What happens once to a stream, so that another date for it is a contradiction."""

OWN_WORDS = frozenset(
    {
        *("name", "other_names", "local_names", "place", "place_is", "product", "process"),
        *("purpose", "statement", "wording", "condition", "reason", "price", "title", "about"),
    }
)
"""Fields that analysts put in their own words, or that gather what texts mention."""


@dataclass(frozen=True, slots=True)
class Conflict:
    """One field of which sources state different values.

    values: each value with the fact that states it, in the order of the fold; the views
    show the last one.
    """

    stream: str
    type: str
    field: str
    values: tuple[tuple[Any, Fact], ...]

    @property
    def shown(self) -> Fact:
        """The fact whose value the views show."""
        return self.values[-1][1]


def conflicts(facts: Sequence[Fact]) -> Iterator[Conflict]:
    """The conflicts among the facts of one stream that count, in the order of the fold."""
    if not _several_sources(facts):
        return
    by_type: dict[str, list[Fact]] = {}
    for fact in facts:
        by_type.setdefault(fact.type, []).append(fact)
    for type_name, alike in by_type.items():
        if _several_sources(alike):
            for field, stated in _stated_by_field(alike).items():
                values = _contradictions(stated)
                if values:
                    yield Conflict(alike[0].stream, type_name, field, tuple(values))


def _stated_by_field(alike: Sequence[Fact]) -> dict[str, list[tuple[Any, Fact]]]:
    """For each field in which facts of one type can contradict each other, what they state."""
    stated: dict[str, list[tuple[Any, Fact]]] = {
        name: [] for name in _compared(type(alike[0].content))
    }
    if "on" in stated:
        stated["on"] += [(fact.on, fact) for fact in alike if fact.on is not None]
    for fact in alike:
        for name, value in fact.content.__dict__.items():
            if (value or value is False) and name in stated:
                stated[name].append((value, fact))
    return stated


def _several_sources(facts: Iterable[Fact]) -> bool:
    return len({fact.source for fact in facts} - {None}) > 1


@cache
def _compared(content: type[FactContent]) -> tuple[str, ...]:
    """The fields of a type of fact that can contradict each other."""
    fields = (name for name in content.model_fields if name not in OWN_WORDS)
    return ("on", *fields) if content.TYPE in ONCE else tuple(fields)


def _contradictions(found: Sequence[tuple[Any, Fact]]) -> list[tuple[Any, Fact]]:
    """The stated values of a field that contradict another one of them, each with its fact."""
    if len(found) < 2 or len({value for value, _ in found}) < 2:
        return []
    about: dict[Hashable, list[tuple[Any, Fact]]] = {}
    for value, fact in found:
        for thing in _things(fact):
            about.setdefault(thing, []).append((value, fact))

    def near(fact: Fact) -> Iterable[tuple[Any, Fact]]:
        things = _things(fact)
        if ANYTHING in things:
            return found
        return chain(about.get(ANYTHING, ()), *(about[thing] for thing in things))

    return [
        (value, fact)
        for value, fact in found
        if fact.source is not None
        and any(
            other.source not in (None, fact.source)
            and _contradict(value, against)
            and _same_thing(fact, other)
            for against, other in near(fact)
        )
    ]


ANYTHING = None
"""Stands among the things of a fact that may speak of the same as any other of its type."""


def _things(fact: Fact) -> Sequence[Hashable]:
    """What a fact may speak of: two that share nothing of it do not speak of the same thing.

    The months that it may have happened in, so that of many facts only a few are compared.
    """
    if isinstance(fact.content, OwnershipStated):
        return (fact.content.owner,)
    if isinstance(fact.content, ProductionReported):
        return (fact.content.period,)
    if fact.type in ONCE or fact.on is None or fact.on.days > LONG:
        return (ANYTHING,)
    first, last = fact.on.earliest, fact.on.latest
    return range(12 * first.year + first.month, 12 * last.year + last.month + 1)


LONG = 366
"""Days of a date that is not filed under each of its months."""


def _same_thing(one: Fact, other: Fact) -> bool:
    if one.type in ONCE:
        return True
    if isinstance(one.content, OwnershipStated) and isinstance(other.content, OwnershipStated):
        return one.content.owner == other.content.owner
    if isinstance(one.content, ProductionReported) and isinstance(
        other.content, ProductionReported
    ):
        return one.content.period == other.content.period
    return one.on is None or other.on is None or _meet(one.on, other.on)


def _contradict(one: Any, other: Any) -> bool:
    if isinstance(one, PartialDate) and isinstance(other, PartialDate):
        return not _meet(one, other)
    if isinstance(one, Money) and isinstance(other, Money):
        return one.currency == other.currency and _apart(one.bounds, other.bounds)
    if isinstance(one, Quantity) and isinstance(other, Quantity):
        return comparable(one, other) and _apart(one.base_bounds, other.base_bounds)
    if isinstance(one, Party) and isinstance(other, Party):
        return None not in (one.company, other.company) and one.company != other.company
    if isinstance(one, tuple):
        return False  # lists name what a text mentions; another text may mention others
    return bool(one != other)


def _meet(one: PartialDate, other: PartialDate) -> bool:
    return one.earliest <= other.latest and other.earliest <= one.latest


def _apart(one: Bounds, other: Bounds) -> bool:
    """Whether no number fits both; about the same is not the same."""
    return _below(one, other) or _below(other, one)


def _below(one: Bounds, other: Bounds) -> bool:
    if one.max is None or other.min is None:
        return False
    if one.max == other.min:
        return not (one.max_inclusive and other.min_inclusive)
    return one.max < other.min
