"""Contracts: one row each, with its status and terms."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, NamedTuple

from ledger.reference.stages import material_of
from ledger.values import Money, PartialDate, Party, Quantity
from projections.basis import Basis, Grounds, chain_of, derived_from, made_of, stated_by
from projections.view import Behind, Question, View, added_up, alike, in_conflict, possible, said

if TYPE_CHECKING:
    from ledger.contract import Contract, Delivery
    from ledger.stated import Stated


class Row(NamedTuple):
    """One contract."""

    stream: Annotated[str, "The contract, as contract:id."]
    status: Annotated[str | None, "How far it is."]
    status_on: Annotated[PartialDate | None, "When it came to that status."]
    name: Annotated[str | None, "What it is called."]
    kind: Annotated[str | None, "Kind of contract."]
    company: Annotated[Party | None, "The company whose contract it is."]
    role: Annotated[str | None, "What the company is in it: buyer, seller, partner ..."]
    counterparties: Annotated[tuple[Party, ...], "The other parties, as far as they are stated."]
    material: Annotated[str | None, "The chain."]
    stage: Annotated[str | None, "The stage of the chain."]
    product: Annotated[str | None, "The product, as stated."]
    quantity: Annotated[Quantity | None, "Contracted volume."]
    value: Annotated[Money | None, "Contract value."]
    price: Annotated[str | None, "Price or formula, as stated."]
    term: Annotated[PartialDate | None, "The time it runs for."]
    postponed_until: Annotated[PartialDate | None, "The date it was put off to, where stated."]
    delivered: Annotated[tuple[Quantity, ...], "Recorded deliveries, added up by unit and basis."]
    place: Annotated[str | None, "Place."]
    country: Annotated[str | None, "ISO 3166-1 alpha-2 code of the place."]
    possible: Annotated[tuple[str, ...], "Columns whose fact may not have happened yet."]
    conflicts: Annotated[tuple[str, ...], "Columns of which sources state different values."]


def rows(state: Contract, question: Question) -> Iterator[Row]:
    """The contract's row."""
    status = state.status
    stage = said(state.stage)
    yield Row(
        stream=state.stream,
        status=said(status),
        status_on=status.on if status is not None else None,
        name=said(state.name),
        kind=said(state.kind),
        company=said(state.company),
        role=said(state.role),
        counterparties=said(state.counterparties) or (),
        material=said(state.material) or material_of(stage),
        stage=stage,
        product=said(state.product),
        quantity=said(state.quantity),
        value=said(state.value),
        price=said(state.price),
        term=said(state.term),
        postponed_until=said(state.postponed_until),
        delivered=added_up(delivery.value.quantity for delivery in state.deliveries),
        place=said(state.place),
        country=said(state.country),
        possible=possible(state, question.as_of),
        conflicts=in_conflict(state, question),
    )


def behind(state: Contract, _question: Question) -> Iterator[Behind]:
    """What stands behind the columns that are not called as a field of the state."""
    yield {
        "status_on": stated_by(state.status),
        "material": chain_of(state),
        "delivered": _delivered(state),
    }


def _delivered(state: Contract) -> Grounds:
    """The deliveries that are added up; where there are several sums, each with its own."""

    def sum_of(deliveries: list[Stated[Delivery]]) -> Grounds:
        return made_of(
            "sum",
            (
                Basis(state.stream, "delivered", delivery.value.quantity, stated_by(delivery))
                for delivery in deliveries
            ),
        )

    groups = alike(state.deliveries, lambda delivery: delivery.value.quantity)
    if len(groups) == 1:
        return sum_of(groups[0])
    sums = (
        Basis(state.stream, "delivered", added_up(d.value.quantity for d in group), sum_of(group))
        for group in groups
    )
    return derived_from(*sums)


VIEW = View(
    name="contracts",
    title="Contracts",
    kinds=("contract",),
    row=Row,
    rows=rows,
    behind=behind,
    statuses=(
        *("negotiating", "agreed in principle", "signed", "postponed"),
        *("suspended", "completed", "expired", "terminated"),
    ),
    brief=(
        "stream",
        "name",
        "status",
        "status_on",
        "company",
        "counterparties",
        "quantity",
        "value",
        "delivered",
    ),
)
