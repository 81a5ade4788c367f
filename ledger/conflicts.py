"""Where sources contradict each other: live facts that state different values for one thing.

Two facts of the same type in one stream speak of the same thing when it happens once (a
signing, a completion), when they report the same period, or when their dates overlap. They
contradict each other where they rest on different sources and a field has values that
cannot both be right: bounds that overlap, and dates that may be the same day, can. Texts
in own words (names, places, statements) are not compared.

Both facts stay. The views show the one that comes later in the fold.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Any, TypeAlias

from ledger.envelope import Fact
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


Stating: TypeAlias = "Sequence[tuple[Any, Fact]]"
"""Values of a field, each with the fact that states it."""


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
    if len({fact.source for fact in facts}) < 2:
        return
    by_type: dict[str, list[Fact]] = {}
    for fact in facts:
        by_type.setdefault(fact.type, []).append(fact)
    for type_name, alike in by_type.items():
        if len(alike) < 2:
            continue  # nothing to contradict it
        for field in ("on", *type(alike[0].content).model_fields):
            values = _contradictions(field, alike)
            if values:
                yield Conflict(alike[0].stream, type_name, field, tuple(values))


def _contradictions(field: str, facts: Sequence[Fact]) -> list[tuple[Any, Fact]]:
    """The stated values of a field, of the facts that contradict another one of them."""
    if field in OWN_WORDS or (field == "on" and facts[0].type not in ONCE):
        return []
    found = [(value, fact) for fact in facts if (value := _value(field, fact)) is not None]
    near = _near(found)
    return [
        (value, fact)
        for value, fact in found
        if any(
            fact.source != other.source
            and None not in (fact.source, other.source)
            and _same_thing(fact, other)
            and _contradict(value, against)
            for against, other in near(fact)
        )
    ]


def _near(found: Stating) -> Callable[[Fact], Stating]:
    """Gives, for one of these facts, those among which all are that speak of the same thing: of
    what was reported over many years, each is compared with that of its own time alone.
    """
    by_thing: dict[Any, list[tuple[Any, Fact]]] = {}
    for value, fact in found:
        by_thing.setdefault(_thing(fact), []).append((value, fact))
    dated = [
        (fact.on, value, fact) for value, fact in by_thing.get(None, ()) if fact.on is not None
    ]
    dated.sort(key=lambda one: one[0].earliest)
    undated = [(value, fact) for value, fact in by_thing.get(None, ()) if fact.on is None]
    begun = [on.earliest for on, _, _ in dated]
    lasting = list(accumulate((on.latest for on, _, _ in dated), max))

    def near(fact: Fact) -> Stating:
        if fact.on is None or _thing(fact) is not None:
            return by_thing[_thing(fact)]
        last = bisect_right(begun, fact.on.latest)
        first = bisect_left(lasting, fact.on.earliest, hi=last)
        return [*undated, *((value, other) for _, value, other in dated[first:last])]

    return near


def _thing(fact: Fact) -> Any:
    """What a fact speaks of, where that is more than the time it is of."""
    if fact.type in ONCE:
        return fact.type
    if isinstance(fact.content, OwnershipStated):
        return fact.content.owner
    return fact.content.period if isinstance(fact.content, ProductionReported) else None


def _value(field: str, fact: Fact) -> Any:
    value = fact.on if field == "on" else getattr(fact.content, field)
    return None if value == () else value


def _same_thing(one: Fact, other: Fact) -> bool:
    if (thing := _thing(one)) is not None:
        return bool(thing == _thing(other))
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
