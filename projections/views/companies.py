"""Companies: one row each, with names and owners."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, NamedTuple

from ledger.values import Party
from projections.view import Question, View, in_conflict, possible, said

if TYPE_CHECKING:
    from ledger.company import Company


class Row(NamedTuple):
    """One company."""

    stream: Annotated[str, "The company, as company:id."]
    company: Annotated[Party, "The same as a party names it."]
    name: Annotated[str | None, "The name to show."]
    other_names: Annotated[tuple[str, ...], "Other spellings."]
    local_names: Annotated[tuple[str, ...], "Names in the local script."]
    country: Annotated[str | None, "ISO 3166-1 alpha-2 code of its seat."]
    place: Annotated[str | None, "City of its seat."]
    lei: Annotated[str | None, "Legal Entity Identifier."]
    owners: Annotated[tuple[str, ...], "Owners as stated: kind, owner, share."]
    possible: Annotated[tuple[str, ...], "Columns whose fact may not have happened yet."]
    conflicts: Annotated[tuple[str, ...], "Columns of which sources state different values."]


def rows(state: Company, question: Question) -> Iterator[Row]:
    """The company's row."""
    yield Row(
        stream=state.stream,
        company=Party.parse(state.stream.partition(":")[2]),
        name=said(state.name),
        other_names=said(state.other_names) or (),
        local_names=said(state.local_names) or (),
        country=said(state.country),
        place=said(state.place),
        lei=said(state.lei),
        owners=tuple(owner.value.text() for owner in state.owners),
        possible=possible(state, question.as_of),
        conflicts=in_conflict(state, question),
    )


VIEW = View(
    name="companies",
    title="Companies",
    kinds=("company",),
    row=Row,
    rows=rows,
    factless=("stream", "company"),
    brief=("stream", "name", "local_names", "country", "owners"),
)
