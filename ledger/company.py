"""Companies: names, seat, owners."""

from __future__ import annotations

from dataclasses import dataclass, replace

from ledger.envelope import Fact
from ledger.errors import IdTakenError
from ledger.facts.company import CompanyRegistered, OwnershipStated
from ledger.stated import Stated, latest, learned, stated
from ledger.values import Party, Quantity

IDENTITY = ("name", "other_names", "local_names", "country", "place", "lei")


@dataclass(frozen=True, slots=True)
class Owner:
    """How the company relates to an owner: parent, subsidiary or joint venture, and the share."""

    owner: Party
    kind: str
    share: Quantity | None

    def text(self) -> str:
        """For people: `subsidiary of acme (60%)`."""
        share = f" ({self.share.text()})" if self.share is not None else ""
        relation = "parent:" if self.kind == "parent" else f"{self.kind} of"
        return f"{relation} {self.owner.text()}{share}"

    def to_json(self) -> dict[str, object]:
        """As data."""
        share = self.share.to_json() if self.share is not None else None
        return {"owner": self.owner.to_json(), "kind": self.kind, "share": share}


@dataclass(frozen=True, slots=True)
class Company:
    """A company as the facts so far state it. ownerships: whatever was stated of its owners."""

    stream: str
    registered: str | None = None
    name: Stated[str] | None = None
    other_names: Stated[tuple[str, ...]] | None = None
    local_names: Stated[tuple[str, ...]] | None = None
    country: Stated[str] | None = None
    place: Stated[str] | None = None
    lei: Stated[str] | None = None
    ownerships: tuple[Stated[Owner], ...] = ()

    @property
    def owners(self) -> tuple[Stated[Owner], ...]:
        """What was last stated of each owner, in the order in which it was."""
        return latest(self.ownerships, lambda owner: owner.owner)


def evolve(state: Company, fact: Fact) -> Company:
    """The company after the fact."""
    match fact.content:
        case CompanyRegistered():
            return replace(state, registered=fact.ref, **learned(fact, IDENTITY))
        case OwnershipStated(owner=owner, kind=kind, share=share):
            ownership = stated(Owner(owner, kind, share), fact)
            return replace(state, ownerships=(*state.ownerships, ownership))
    return state


def decide(state: Company, fact: Fact) -> None:
    """Raise IdTakenError when the company is registered already."""
    if isinstance(fact.content, CompanyRegistered) and state.registered is not None:
        raise IdTakenError(
            f"{fact.stream} is registered already, by {state.registered}",
            hint="Use that one, or choose another id; to change its details, correct it.",
        )
