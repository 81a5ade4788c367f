"""The registry of stream kinds: the state each begins with, and its evolve and decide.

A new kind of stream is a new file beside `plant.py`, a file of fact types, and a line here.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

if TYPE_CHECKING:
    from ledger.company import Company
    from ledger.context import Context
    from ledger.contract import Contract
    from ledger.envelope import Fact
    from ledger.investment import Investment
    from ledger.plant import Plant
    from ledger.promise import Promise
    from ledger.source import Source

State: TypeAlias = "Source | Company | Contract | Investment | Plant | Promise | Context"


class StreamKind(NamedTuple):
    """One kind of stream.

    begin: its empty state, by stream name. evolve: pure and total. decide: raises a
    RuleError when a fact cannot come at its place.
    """

    begin: Callable[[str], State]
    evolve: Callable[[Any, Fact], State]
    decide: Callable[[Any, Fact], None]


KINDS = {
    "source": "Source",
    "company": "Company",
    "contract": "Contract",
    "investment": "Investment",
    "plant": "Plant",
    "promise": "Promise",
    "context": "Context",
}
"""From a kind, which is also the name of its file, to the name of its state."""


@cache
def _kind(name: str) -> StreamKind:
    """A kind by its name; its file, and that of its fact types, is imported now."""
    state = KINDS[name]
    file = import_module(f"ledger.{name}")
    return StreamKind(getattr(file, state), file.evolve, file.decide)


def kind_of(stream: str) -> StreamKind:
    """The kind of a stream, by its name `kind:id`."""
    return _kind(stream.partition(":")[0])


def begin(stream: str) -> State:
    """The state of a stream before its first fact."""
    return kind_of(stream).begin(stream)


def evolve(state: State, fact: Fact) -> State:
    """The state after the fact: pure, no clock, never raises on a known fact."""
    return kind_of(fact.stream).evolve(state, fact)
