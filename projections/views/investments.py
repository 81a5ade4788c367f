"""Investments: one row each, with its status and stated total."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, NamedTuple

from ledger.reference.stages import material_of
from ledger.values import Money, PartialDate, Party
from projections.basis import chain_of, stated_by
from projections.view import Behind, Question, View, in_conflict, possible, said, status_of

if TYPE_CHECKING:
    from ledger.investment import Investment


class Row(NamedTuple):
    """One investment."""

    stream: Annotated[str, "The investment, as investment:id."]
    status: Annotated[str | None, "How far it is."]
    status_on: Annotated[PartialDate | None, "When it came to that status."]
    name: Annotated[str | None, "What it is called."]
    company: Annotated[Party | None, "Who invests."]
    amount: Annotated[Money | None, "The stated total, with its doubt and equivalents."]
    funded: Annotated[tuple[Money, ...], "Money raised or paid in; not part of the amount."]
    material: Annotated[str | None, "The chain."]
    stage: Annotated[str | None, "The stage of the chain."]
    product: Annotated[str | None, "The product, as stated."]
    plants: Annotated[tuple[str, ...], "The plants it pays for."]
    purpose: Annotated[str | None, "What it is for."]
    place: Annotated[str | None, "Place."]
    country: Annotated[str | None, "ISO 3166-1 alpha-2 code of the place."]
    possible: Annotated[tuple[str, ...], "Columns whose fact may not have happened yet."]
    conflicts: Annotated[tuple[str, ...], "Columns of which sources state different values."]


def rows(state: Investment, question: Question) -> Iterator[Row]:
    """The investment's row."""
    status = state.status
    stage = said(state.stage)
    yield Row(
        stream=state.stream,
        status=said(status),
        status_on=status.on if status is not None else None,
        name=said(state.name),
        company=said(state.company),
        amount=said(state.amount),
        funded=tuple(funding.value for funding in state.fundings),
        material=said(state.material) or material_of(stage),
        stage=stage,
        product=said(state.product),
        plants=said(state.plants) or (),
        purpose=said(state.purpose),
        place=said(state.place),
        country=said(state.country),
        possible=possible(state, question.as_of),
        conflicts=in_conflict(state, question),
    )


def behind(state: Investment, question: Question) -> Iterator[Behind]:
    """What stands behind the columns that are not called as a field of the state."""
    yield {
        "status": status_of(state, question),
        "status_on": stated_by(state.status),
        "funded": stated_by(*state.fundings),
        "material": chain_of(state),
    }


VIEW = View(
    name="investments",
    title="Investments",
    kinds=("investment",),
    row=Row,
    rows=rows,
    behind=behind,
    statuses=(
        *("planned", "announced", "approved", "committed", "funded"),
        *("suspended", "completed", "cancelled"),
    ),
    brief=(
        "stream",
        "name",
        "status",
        "status_on",
        "company",
        "amount",
        "funded",
        "stage",
        "place",
    ),
)
