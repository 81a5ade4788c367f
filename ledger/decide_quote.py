"""The rules for quotes and archived documents: a quote must stand in its document.

A source without an archived document, or with one from which no text can be taken, takes quotes
as they are stated; nobody has checked those.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

from ledger.envelope import Fact
from ledger.errors import InputError, NotArchivedError, QuoteError
from ledger.facts.revision import FactCorrected
from ledger.facts.source import SourceRegistered

if TYPE_CHECKING:
    from ledger.evidence.quote import Place, Text

LONGEST_LOCATOR = 300
"""Characters that a locator may have."""

MOVES_THE_PLACE = {"quote", "source"}
"""The fields by whose correction a quote comes to stand elsewhere."""

_PLACE = re.compile(
    r"(?:^|; )(?:paragraph \d+, characters \d+-\d+"
    r"|paragraphs \d+-\d+, from character \d+ of the first to \d+ of the last)$"
)
"""The place of a quote at the end of a locator, as `Place.locator` words it."""


class Archive(Protocol):
    """What a decision may ask of the archived documents and of who quotes them."""

    def is_archived(self, sha256: str) -> bool:
        """Whether the archive holds the document."""

    def text(self, sha256: str, media_type: str) -> Text | None:
        """The text of an archived document; None when none can be taken from it."""

    def text_of_source(self, source: str) -> Text | None:
        """The text of the document that is archived for a source, by the source's id."""

    def document_of_source(self, source: str) -> tuple[str, str] | None:
        """What is archived for a source, by the source's id: its SHA-256 and media type."""

    def quoting(self, source: str) -> Iterable[Fact]:
        """The facts that count, as they read, and the facts about facts, that quote a source."""


def keeps_its_quotes(reading: Fact, archive: Archive) -> None:
    """Raise an error when a source reads so that its document is not there, or is another one
    than its quotes are from.

    Raises InputError for a media type of no sound form, NotArchivedError, or QuoteError.
    """
    content = reading.content
    if not isinstance(content, SourceRegistered):
        return
    source = reading.stream.partition(":")[2]
    document = (
        (content.sha256, content.media_type)
        if content.sha256 is not None and content.media_type is not None
        else None
    )
    if document == archive.document_of_source(source) and (document or not content.media_type):
        return  # as it is now
    if content.media_type is not None:
        _is_sound(content.media_type)
        if content.sha256 is None or not archive.is_archived(content.sha256):
            raise NotArchivedError(
                f"{reading.stream}: the document of that SHA-256 is not in the archive",
                hint="`lsledger source add FILE` archives a document; media_type is stated of "
                "archived ones only.",
            )
    quoting = list(archive.quoting(source))
    if not quoting:
        return
    text = archive.text(*document) if document is not None else None
    if text is not None:
        for fact in quoting:
            _place(fact, text)
    elif archive.text_of_source(source) is not None:
        raise QuoteError(
            f"{reading.stream} would lose the document that its quotes stand in",
            hint=f"Correct or retract those first: {', '.join(f.ref for f in quoting[:5])}. "
            "Another document is a source of its own.",
        )


def located(fact: Fact, counts_anew: Sequence[Fact], archive: Archive) -> Fact:
    """The fact with the place of its quote as its locator, behind the one that was given.

    counts_anew: the facts that read otherwise once it is recorded. A correction of a quote, or
    of its source, corrects the locator with it. Raises QuoteError for a quote that does not
    occur in its document.
    """
    content = fact.content
    place = _place_in_source(fact, archive)
    if place is not None:
        fact = replace(fact, locator=_with_place(fact.locator, place))
    for reading in counts_anew:
        if reading.ref == fact.ref:
            continue
        place = _place_in_source(reading, archive)
        if isinstance(content, FactCorrected) and not MOVES_THE_PLACE.isdisjoint(content.set):
            locator = _with_place(reading.locator, place)
            if locator != reading.locator:
                changes = {**content.set, "locator": locator}
                fact = replace(fact, content=content.model_copy(update={"set": changes}))
    return fact


def _place_in_source(fact: Fact, archive: Archive) -> Place | None:
    """Where a fact's quote stands; None where there is nothing to look for it in."""
    if fact.quote is None or fact.source is None:
        return None
    text = archive.text_of_source(fact.source)
    return _place(fact, text) if text is not None else None


def _with_place(locator: str | None, place: Place | None) -> str | None:
    """What a person gave as the locator, and behind it the place, in place of an earlier one."""
    given = _PLACE.sub("", locator) if locator is not None else ""
    if place is None:
        return given or None
    both = f"{given}; {place.locator}" if given else place.locator
    return both if len(both) <= LONGEST_LOCATOR else given


def _place(fact: Fact, text: Text) -> Place:
    """The place of a fact's quote in a text; raises QuoteError."""
    from ledger.evidence.quote import find, nearest

    assert fact.quote is not None
    place = find(fact.quote, text)
    if place is not None:
        return place
    near = nearest(fact.quote, text)
    raise QuoteError(
        f"{fact.stream}: the quote of {fact.type} does not occur in {fact.source}",
        hint=f"The nearest passage, in paragraph {near[0]}: \u201c{near[1]}\u201d"
        if near is not None
        else "Nothing in the document is like it. Is it another document's?",
    )


def _is_sound(media_type: str) -> None:
    from ledger.evidence.document import checked_media_type

    if (sound := checked_media_type(media_type)) != media_type:
        raise InputError(f"the media type is written {sound}", hint="Write it so.")
