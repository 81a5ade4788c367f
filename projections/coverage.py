"""Coverage: what the documents say that no fact cites, and what facts say without a document.

It reads the archive beside the facts, so it is no view with a table; its rows are written and
exported like those of one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Annotated

from ledger import history
from ledger.cut import Cut
from ledger.database import Connection
from ledger.envelope import Fact
from ledger.evidence.archive import text_of
from ledger.evidence.quote import NOT_FOUND, UNCHECKED, Text, checked
from ledger.revision import lives
from ledger.source import Source
from ledger.timeline import effective
from projections.time_travel import Past
from projections.view import View

LONGEST = 200
"""Characters of a paragraph or a quote that are shown."""

_PARAGRAPHS = re.compile(r"paragraphs? (\d{1,9})(?:-(\d{1,9}))?")

NO_SOURCE = "fact without a source"
NO_FACTS = "source without facts"
NO_DOCUMENT = "source without its document"
NO_TEXT = "document without a text that can be read"
QUOTES = {UNCHECKED: "unchecked quote", NOT_FOUND: "quote that is not in its document"}
"""The gap that there is of a quote, from what `checked` tells of it."""
UNCITED = "paragraph that no fact cites"


@dataclass(frozen=True, slots=True)
class Row:
    """One gap between the documents and the facts."""

    gap: Annotated[
        str,
        f"{', '.join((NO_SOURCE, NO_FACTS, NO_DOCUMENT, NO_TEXT, *QUOTES.values()))} or {UNCITED}.",
    ]
    source: Annotated[str | None, "The document, by its id."]
    ref: Annotated[str | None, "The fact."]
    paragraph: Annotated[int | None, "The paragraph of the document, from 1."]
    text: Annotated[str | None, "The beginning of the paragraph, the quote, or what is meant."]


VIEW = View(
    name="coverage",
    title="Coverage of the sources",
    kinds=(),
    row=Row,
    brief=("gap", "source", "ref", "paragraph", "text"),
)


def rows(connection: Connection, cut: Cut) -> list[Row]:
    """Every gap that the cut sees, kind by kind."""
    past = Past(partial(history.stream, connection), cut)
    facts = [
        life.reading
        for stream in history.stream_names(connection)
        for life in lives(past.recorded(stream))
        if life.reading is not None and effective(life.reading, cut.as_of)
    ]
    resting: dict[str, list[Fact]] = {}
    for fact in sorted(facts, key=lambda fact: fact.seq):
        if fact.source is not None:
            resting.setdefault(fact.source, []).append(fact)
    found = [*_without_source(facts)]
    for stream in history.stream_names(connection, "source"):
        id_ = stream.partition(":")[2]
        state = past.source(id_)
        if state.registered is None:
            told = f"its source {id_} does not count at this cut"
            found += [Row(NO_SOURCE, id_, fact.ref, None, told) for fact in resting.get(id_, [])]
        else:
            found += _of_source(id_, state, text_of(connection, state), resting.get(id_, []))
    kinds = (NO_SOURCE, NO_FACTS, NO_DOCUMENT, NO_TEXT, *QUOTES.values(), UNCITED)
    return sorted(found, key=lambda row: kinds.index(row.gap))


def _without_source(facts: Iterable[Fact]) -> Iterator[Row]:
    for fact in facts:
        if fact.source is None and fact.kind != "source":
            yield Row(NO_SOURCE, None, fact.ref, None, fact.type)


def _of_source(id_: str, state: Source, text: Text | None, facts: Sequence[Fact]) -> Iterator[Row]:
    title = state.title.value if state.title is not None else None
    if not facts:
        yield Row(NO_FACTS, id_, None, None, title)
    if state.media_type is None:
        yield Row(NO_DOCUMENT, id_, None, None, title)
    elif text is None:
        yield Row(NO_TEXT, id_, None, None, title)
    cited = set[int]()
    for fact in facts:
        cited |= _told(fact.locator)
        if fact.quote is None:
            continue
        check, place = checked(fact.quote, text)
        if place is not None:
            cited |= {*range(place.first_paragraph, place.last_paragraph + 1)}
        else:
            yield Row(QUOTES[check], id_, fact.ref, None, _short(fact.quote))
    for number, paragraph in enumerate(text.paragraphs if text is not None else (), start=1):
        if number not in cited:
            yield Row(UNCITED, id_, None, number, _short(paragraph))


def _told(locator: str | None) -> set[int]:
    """The paragraphs that a locator names by their numbers."""
    found = _PARAGRAPHS.findall(locator or "")
    return {
        number
        for first, last in found
        for number in range(int(first), min(int(last or first), int(first) + 1_000) + 1)
    }


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= LONGEST else f"{line[: LONGEST - 1]}…"
