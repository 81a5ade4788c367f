"""Conflicts: where live facts from different sources state different values for one thing.

One row for each value: all rows of one stream and field belong together. Disputed facts
are listed too, with what the dispute says.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, NamedTuple

from ledger.reference.stages import material_of
from ledger.values import PartialDate, Party
from projections.basis import Grounds, chain_of, stated_by
from projections.view import Behind, Question, View, said, stated_columns

if TYPE_CHECKING:
    from ledger.envelope import Fact
    from ledger.stated import Stated
    from ledger.streams import State


class Row(NamedTuple):
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
    return (_row(state, question, *found) for found in _found(state, question))


def _found(state: State, question: Question) -> Iterator[tuple[str, str, Fact, bool]]:
    """Each field, a value of it as text, the fact that states it, and whether views show it."""
    for conflict in question.conflicts_of(state.stream):
        for value, fact in conflict.values:
            text = value.text() if hasattr(value, "text") else str(value)
            yield conflict.field, text, fact, fact is conflict.shown
    shown = {value.ref for _, value in stated_columns(state)}
    for fact, dispute in question.disputes_of(state.stream):
        yield "disputed", _summary(fact), fact, fact.ref in shown
        yield "disputed", getattr(dispute.content, "reason", ""), dispute, False


def behind(state: State, question: Question) -> Iterator[Behind]:
    """For each value, the fact that states it; its document's date; what the stream is about."""
    about = {"company": stated_by(_party(state))}
    if hasattr(state, "material"):
        about["material"] = chain_of(state)
    for _, _, fact, _ in _found(state, question):
        own = dict.fromkeys(
            ("type", "field", "value", "shown", "source", "on"), Grounds((fact.ref,))
        )
        document = question.state_of(f"source:{fact.source}") if fact.source is not None else None
        published = stated_by(getattr(document, "published", None))
        yield {**about, **own, "published": published}


def _party(state: State) -> Stated[Party] | None:
    return getattr(state, "company", None) or getattr(state, "by", None)


def _row(state: State, question: Question, field: str, value: str, fact: Fact, shown: bool) -> Row:
    stage = said(getattr(state, "stage", None))
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
        company=said(_party(state)),
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
    behind=behind,
    keys=("stream", "field", "ref"),
    factless=("stream", "ref"),
)
