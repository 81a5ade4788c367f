"""The envelope: one frozen class for every fact, whatever its type.

A `Draft` is what somebody wants recorded; a `Fault` stands where an input could not be read.
The ledger turns a draft into a `Fact` by giving
it a place in the sequence, a version in its stream, a time and an actor.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from ledger.errors import LedgerError, Where
from ledger.values import PartialDate

if TYPE_CHECKING:
    from ledger.facts import FactContent


@dataclass(frozen=True, slots=True)
class Draft:
    """A fact as it came in, before the ledger has accepted it.

    stream: `kind:id`. on: when it happened. source: id of the document it rests on.
    locator: where in the document. quote: its words, verbatim. where: its place in the
    input, for error messages only.
    """

    stream: str
    content: FactContent
    on: PartialDate | None = None
    source: str | None = None
    locator: str | None = None
    quote: str | None = None
    note: str | None = None
    tags: tuple[str, ...] = ()
    where: Where | None = None


@dataclass(frozen=True, slots=True)
class Fault:
    """A place in an input that gave an error instead of a draft; its stream where known."""

    error: LedgerError
    stream: str | None = None


@dataclass(frozen=True, slots=True)
class Fact:
    """A recorded fact; never changed, never deleted.

    seq: 1-based position in the whole sequence, without gaps. version: 1-based position
    in its stream. recorded_at: UTC, never decreasing along the sequence. forced: the
    codes of the rules that were overridden when it was recorded.
    """

    seq: int
    stream: str
    version: int
    recorded_at: datetime
    actor: str
    content: FactContent
    on: PartialDate | None = None
    source: str | None = None
    locator: str | None = None
    quote: str | None = None
    note: str | None = None
    tags: tuple[str, ...] = ()
    forced: tuple[str, ...] = ()

    @property
    def type(self) -> str:
        """The stable name of its type, such as `plant.completed`."""
        return self.content.TYPE

    @property
    def kind(self) -> str:
        """The kind of its stream, such as `plant`."""
        return self.stream.partition(":")[0]

    @property
    def ref(self) -> str:
        """How people cite it: `plant:acme-north@2`."""
        return f"{self.stream}@{self.version}"

    @property
    def originator_id(self) -> str:
        """The stream, by the name that the event store's protocol has for it."""
        return self.stream

    @property
    def originator_version(self) -> int:
        """The version, by the name that the event store's protocol has for it."""
        return self.version
