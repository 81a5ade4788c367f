"""Sources: the documents that facts rest on."""

from __future__ import annotations

from dataclasses import dataclass, replace

from ledger.envelope import Fact
from ledger.errors import IdTakenError
from ledger.stated import Stated, learned
from ledger.values import PartialDate

DOCUMENT = ("title", "published", "publisher", "url", "language", "sha256", "media_type")


@dataclass(frozen=True, slots=True)
class Source:
    """A document as it was registered."""

    stream: str
    registered: str | None = None
    title: Stated[str] | None = None
    published: Stated[PartialDate] | None = None
    publisher: Stated[str] | None = None
    url: Stated[str] | None = None
    language: Stated[str] | None = None
    sha256: Stated[str] | None = None
    media_type: Stated[str] | None = None


def evolve(state: Source, fact: Fact) -> Source:
    """The document after the fact."""
    return replace(state, registered=fact.ref, **learned(fact, DOCUMENT))


def decide(state: Source, fact: Fact) -> None:
    """Raise IdTakenError when the source is registered already."""
    if state.registered is not None:
        raise IdTakenError(
            f"{fact.stream} is registered already, by {state.registered}",
            hint="Cite that one, or choose another id; to change its details, correct it.",
        )
