"""The registry of stream kinds: the state each begins with, and its evolve and decide.

A new kind of stream is a new file beside `plant.py`, a file of fact types, and a line here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

from ledger import company, context, contract, investment, plant, promise, source
from ledger.company import Company
from ledger.context import Context
from ledger.contract import Contract
from ledger.envelope import Fact
from ledger.investment import Investment
from ledger.plant import Plant
from ledger.promise import Promise
from ledger.source import Source

State: TypeAlias = Source | Company | Contract | Investment | Plant | Promise | Context


@dataclass(frozen=True, slots=True)
class StreamKind:
    """One kind of stream.

    begin: its empty state, by stream name. evolve: pure and total. decide: raises a
    RuleError when a fact cannot come at its place.
    """

    begin: Callable[[str], State]
    evolve: Callable[[Any, Fact], State]
    decide: Callable[[Any, Fact], None]


KINDS: dict[str, StreamKind] = {
    "source": StreamKind(Source, source.evolve, source.decide),
    "company": StreamKind(Company, company.evolve, company.decide),
    "contract": StreamKind(Contract, contract.evolve, contract.decide),
    "investment": StreamKind(Investment, investment.evolve, investment.decide),
    "plant": StreamKind(Plant, plant.evolve, plant.decide),
    "promise": StreamKind(Promise, promise.evolve, promise.decide),
    "context": StreamKind(Context, context.evolve, context.decide),
}


def kind_of(stream: str) -> StreamKind:
    """The kind of a stream, by its name `kind:id`."""
    return KINDS[stream.partition(":")[0]]


def begin(stream: str) -> State:
    """The state of a stream before its first fact."""
    return kind_of(stream).begin(stream)


def evolve(state: State, fact: Fact) -> State:
    """The state after the fact: pure, no clock, never raises on a known fact."""
    return kind_of(fact.stream).evolve(state, fact)
