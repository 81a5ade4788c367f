"""Conflicts: where live facts from different sources state different values for one thing.

One row for each value: all rows of one stream and field belong together. Disputed facts
are listed too, with what the dispute says.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

from ledger.reference.stages import material_of
from ledger.values import PartialDate, Party
from projections.view import Question, View, said, stated_columns

if TYPE_CHECKING:
    from ledger.envelope import Fact
    from ledger.streams import State


@dataclass(frozen=True, slots=True)
class Row:
    """One value of a field that sources disagree about."""

    stream: Annotated[str, "The stream."]
    type: Annotated[str, "The type of the facts that disagree."]
    field: Annotated[str, "The field, or 'disputed' for a fact that a document contradicts."]
    value: Annotated[str, "What the fact states, or what the dispute says."]
    shown: Annotated[bool, "Whether the views show this value."]
    ref: Annotated[str, "The fact that states it."]
    source: Annotated[str | None, "The document it rests on."]
    published: Annotated[PartialDate | None, "When that document was published."]
    on: Annotated[PartialDate | None, "The date of the fact."]
    company: Annotated[Party | None, "Whose contract, investment, plant or promise it is."]
    material: Annotated[str | None, "The chain."]
    stage: Annotated[str | None, "The stage of the chain."]


def rows(state: State, question: Question) -> Iterator[Row]:
    """The values that are in conflict in one stream."""
    from ledger.conflicts import conflicts

    for conflict in conflicts(question.facts_of(state.stream)):
        for value, fact in conflict.values:
            text = value.text() if hasattr(value, "text") else str(value)
            yield _row(state, question, conflict.field, text, fact, shown=fact is conflict.shown)
    behind = {value.ref for _, value in stated_columns(state)}
    for fact, dispute in question.disputes_of(state.stream):
        shown = fact.ref in behind
        yield _row(state, question, "disputed", _summary(fact), fact, shown=shown)
        yield _row(
            state,
            question,
            "disputed",
            getattr(dispute.content, "reason", ""),
            dispute,
            shown=False,
        )


def _row(
    state: State, question: Question, field: str, value: str, fact: Fact, *, shown: bool
) -> Row:
    stage = said(getattr(state, "stage", None))
    party = getattr(state, "company", None) or getattr(state, "by", None)
    return Row(
        stream=state.stream,
        type=fact.type,
        field=field,
        value=value,
        shown=shown,
        ref=fact.ref,
        source=fact.source,
        published=question.published(fact),
        on=fact.on,
        company=said(party),
        material=said(getattr(state, "material", None)) or material_of(stage),
        stage=stage,
    )


def _summary(fact: Fact) -> str:
    from projections.views.log import what

    return f"{fact.type}; {what(fact)}".rstrip("; ")


VIEW = View(
    name="conflicts",
    title="Conflicts between sources",
    kinds=("company", "contract", "investment", "plant", "promise", "context"),
    row=Row,
    brief=("stream", "field", "value", "shown", "ref", "source", "published", "on"),
    rows=rows,
)
