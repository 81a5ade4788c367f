"""Context: what texts say of markets, countries and companies beside the portfolio itself."""

from __future__ import annotations

from dataclasses import dataclass, replace

from ledger.envelope import Fact
from ledger.stated import Stated, learned
from ledger.values import Party, Quantity

NOTE = ("subject", "about", "company", "statement", "quantity", "material", "stage")


@dataclass(frozen=True, slots=True)
class Context:
    """The latest statement of a context stream."""

    stream: str
    subject: Stated[str] | None = None
    about: Stated[str] | None = None
    company: Stated[Party] | None = None
    statement: Stated[str] | None = None
    quantity: Stated[Quantity] | None = None
    material: Stated[str] | None = None
    stage: Stated[str] | None = None


def evolve(state: Context, fact: Fact) -> Context:
    """The context after the fact."""
    return replace(state, **learned(fact, NOTE))


def decide(state: Context, fact: Fact) -> None:
    """Everything may be noted."""
