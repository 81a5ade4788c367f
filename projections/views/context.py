"""Context: what texts say of markets, countries and companies beside the portfolio itself."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, NamedTuple

from ledger.reference.stages import material_of
from ledger.values import PartialDate, Party, Quantity
from projections.basis import chain_of, stated_by
from projections.view import Behind, Question, View, in_conflict, possible, said

if TYPE_CHECKING:
    from ledger.context import Context


class Row(NamedTuple):
    """One statement."""

    stream: Annotated[str, "The statement's stream, as context:id."]
    on: Annotated[PartialDate | None, "The date as of which it is said."]
    subject: Annotated[str | None, "market, country or company."]
    about: Annotated[str | None, "Which market or country."]
    company: Annotated[Party | None, "Which company."]
    statement: Annotated[str | None, "What the text says, in own words."]
    quantity: Annotated[Quantity | None, "The figure in it."]
    material: Annotated[str | None, "The chain it concerns."]
    stage: Annotated[str | None, "The stage it concerns."]
    possible: Annotated[tuple[str, ...], "Columns whose fact may not have happened yet."]
    conflicts: Annotated[tuple[str, ...], "Columns of which sources state different values."]


def rows(state: Context, question: Question) -> Iterator[Row]:
    """The statement's row."""
    stage = said(state.stage)
    yield Row(
        stream=state.stream,
        on=state.statement.on if state.statement is not None else None,
        subject=said(state.subject),
        about=said(state.about),
        company=said(state.company),
        statement=said(state.statement),
        quantity=said(state.quantity),
        material=said(state.material) or material_of(stage),
        stage=stage,
        possible=possible(state, question.as_of),
        conflicts=in_conflict(state, question),
    )


def behind(state: Context, _question: Question) -> Iterator[Behind]:
    """What stands behind its date and its chain."""
    yield {"on": stated_by(state.statement), "material": chain_of(state)}


VIEW = View(
    name="context",
    title="Context",
    kinds=("context",),
    row=Row,
    rows=rows,
    behind=behind,
    brief=("stream", "on", "about", "company", "statement", "quantity"),
)
