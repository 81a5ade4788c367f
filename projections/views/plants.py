"""Plants: one row each, with its status, place, capacity and last reported production."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, NamedTuple

from ledger.reference.stages import material_of
from ledger.values import PartialDate, Party, Quantity, comparable
from projections.basis import NOTHING, Basis, Grounds, chain_of, derived_from, made_of, stated_by
from projections.view import Behind, Question, View, in_conflict, possible, said, status_of

if TYPE_CHECKING:
    from ledger.plant import Plant


class Row(NamedTuple):
    """One plant."""

    stream: Annotated[str, "The plant, as plant:id."]
    status: Annotated[str | None, "How far it is; 'not stated' when no text says."]
    status_on: Annotated[PartialDate | None, "When it came to that status, or was said to be."]
    name: Annotated[str | None, "What it is called."]
    company: Annotated[Party | None, "Whose plant it is."]
    operator: Annotated[Party | None, "Who runs it, where that is another."]
    material: Annotated[str | None, "The chain."]
    stage: Annotated[str | None, "The stage of the chain."]
    product: Annotated[str | None, "The product, as stated."]
    process: Annotated[str | None, "What goes in and what comes out."]
    capacity: Annotated[Quantity | None, "Nameplate capacity, as last stated."]
    capacity_on: Annotated[PartialDate | None, "The date of that statement."]
    production: Annotated[Quantity | None, "Production, as last reported."]
    production_period: Annotated[PartialDate | None, "The period of that production."]
    place: Annotated[str | None, "Site, city, region."]
    place_is: Annotated[str | None, "Whether the place is stated or only possible."]
    country: Annotated[str | None, "ISO 3166-1 alpha-2 code of the place."]
    possible: Annotated[tuple[str, ...], "Columns whose fact may not have happened yet."]
    conflicts: Annotated[tuple[str, ...], "Columns of which sources state different values."]


def rows(state: Plant, question: Question) -> Iterator[Row]:
    """The plant's row."""
    status, capacity = state.status, state.capacity
    production = state.productions[-1].value if state.productions else None
    stage = said(state.stage)
    yield Row(
        stream=state.stream,
        status=said(status),
        status_on=status.on if status is not None else None,
        name=said(state.name),
        company=said(state.company),
        operator=said(state.operator),
        material=said(state.material) or material_of(stage),
        stage=stage,
        product=said(state.product),
        process=said(state.process),
        capacity=said(capacity),
        capacity_on=capacity.on if capacity is not None else None,
        production=production.quantity if production is not None else None,
        production_period=production.period if production is not None else None,
        place=said(state.place),
        place_is=said(state.place_is),
        country=said(state.country),
        possible=possible(state, question.as_of),
        conflicts=in_conflict(state, question),
    )


def behind(state: Plant, question: Question) -> Iterator[Behind]:
    """What stands behind the columns that are not called as a field of the state."""
    last = stated_by(*state.productions[-1:])
    yield {
        "status": status_of(state, question),
        "status_on": stated_by(state.status),
        "material": chain_of(state),
        "capacity": capacity_grounds(state, len(state.capacities) - 1, question),
        "capacity_on": stated_by(state.capacity),
        "production": last,
        "production_period": last,
    }


def capacity_grounds(state: Plant, place: int, question: Question) -> Grounds:
    """The grounds of one of the plant's capacities: a fact, or an addition to the one before."""
    if place < 0:
        return NOTHING
    level = state.capacities[place]
    fact = next(fact for fact in question.facts_of(state.stream) if fact.ref == level.ref)
    added: Quantity | None = getattr(fact.content, "added", None)
    if added is None:
        return stated_by(level)
    addition = Basis(state.stream, "added", added, stated_by(level))
    if place > 0:
        before = state.capacities[place - 1].value
        if comparable(before, added) and before + added == level.value:
            grounds = capacity_grounds(state, place - 1, question)
            return made_of("sum", (Basis(state.stream, "capacity", before, grounds), addition))
    return derived_from(addition, note="no less than what was added; no more is stated")


VIEW = View(
    name="plants",
    title="Plants",
    kinds=("plant",),
    row=Row,
    rows=rows,
    behind=behind,
    statuses=(
        *("not stated", "proposed", "site selected", "permitted", "under construction"),
        *("completed", "commissioned", "operating", "suspended", "closed", "cancelled"),
    ),
    brief=(
        "stream",
        "name",
        "status",
        "status_on",
        "company",
        "stage",
        "capacity",
        "place",
        "place_is",
        "country",
    ),
)
