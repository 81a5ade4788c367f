"""Sources: the documents that facts rest on."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, NamedTuple

from ledger.values import PartialDate
from projections.view import Question, View, said

if TYPE_CHECKING:
    from ledger.source import Source


class Row(NamedTuple):
    """One document."""

    stream: Annotated[str, "The source, as source:id."]
    published: Annotated[PartialDate | None, "When the public could read it."]
    publisher: Annotated[str | None, "Who published it, where stated."]
    title: Annotated[str | None, "Its title, or a description of it."]
    language: Annotated[str | None, "BCP 47 tag."]
    url: Annotated[str | None, "Where it was found."]
    sha256: Annotated[str | None, "SHA-256 of the document."]
    media_type: Annotated[str | None, "Of an archived document, what it is: text/html ..."]


def rows(state: Source, _question: Question) -> Iterator[Row]:
    """The document's row."""
    yield Row(
        stream=state.stream,
        published=said(state.published),
        publisher=said(state.publisher),
        title=said(state.title),
        language=said(state.language),
        url=said(state.url),
        sha256=said(state.sha256),
        media_type=said(state.media_type),
    )


VIEW = View(
    name="sources",
    title="Sources",
    kinds=("source",),
    row=Row,
    rows=rows,
    brief=("stream", "published", "publisher", "title", "language", "media_type"),
)
