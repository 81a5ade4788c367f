"""The rules for quotes and archived documents: a quote must stand in its document.

A source without an archived document, or with one from which no text can be taken, takes quotes
as they are stated; nobody has checked those.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

from ledger.envelope import Fact
from ledger.errors import NotArchivedError, QuoteError
from ledger.facts.revision import FactCorrected
from ledger.facts.source import SourceRegistered

if TYPE_CHECKING:
    from ledger.evidence.quote import Place, Text

LONGEST_LOCATOR = 300
"""Characters that a locator may have."""


class Archive(Protocol):
    """What a decision may ask of the archived documents."""

    def is_archived(self, sha256: str) -> bool:
        """Whether the archive holds the document."""

    def text(self, sha256: str, media_type: str) -> Text | None:
        """The text of an archived document; None when none can be taken from it."""

    def text_of_source(self, source: str) -> Text | None:
        """The text of the document that is archived for a source, by the source's id."""


def rests_on_the_archive(
    reading: Fact, archive: Archive, citing: Callable[[str], Iterable[Fact]]
) -> None:
    """Raise QuoteError for a quote that does not occur in its document.

    Of a source that is said to be archived, the document must be there (NotArchivedError) and
    hold the quotes of the facts that rest on it.
    """
    _place(reading, archive)
    content = reading.content
    if not isinstance(content, SourceRegistered) or content.media_type is None:
        return
    if content.sha256 is None or not archive.is_archived(content.sha256):
        raise NotArchivedError(
            f"{reading.stream}: the document of that SHA-256 is not in the archive",
            hint="`lsledger source add FILE` archives a document; media_type is stated of "
            "archived ones only.",
        )
    text = archive.text(content.sha256, content.media_type)
    if text is not None:
        for fact in citing(reading.stream):
            if fact.source == reading.stream.partition(":")[2] and fact.quote is not None:
                _find(fact, fact.quote, text)


def located(fact: Fact, counts_anew: Sequence[Fact], archive: Archive) -> Fact:
    """The fact with the place of its quote as its locator, behind the one that was given.

    counts_anew: the facts that read otherwise once it is recorded. A correction of a quote
    corrects the locator with it.
    """
    place = _place(fact, archive)
    if place is not None:
        fact = replace(fact, locator=_with_place(fact.locator, place))
    content = fact.content
    if isinstance(content, FactCorrected) and not {"quote", "source"}.isdisjoint(content.set):
        meant = [reading for reading in counts_anew if reading.ref == content.ref]
        found = next((place for reading in meant if (place := _place(reading, archive))), None)
        if found is not None and "locator" not in content.set:
            changed = {**content.set, "locator": found.locator}
            fact = replace(fact, content=content.model_copy(update={"set": changed}))
    return fact


def _place(fact: Fact, archive: Archive) -> Place | None:
    if fact.quote is None or fact.source is None:
        return None
    text = archive.text_of_source(fact.source)
    return _find(fact, fact.quote, text) if text is not None else None


def _find(fact: Fact, quote: str, text: Text) -> Place:
    from ledger.evidence.quote import find, nearest

    place = find(quote, text)
    if place is not None:
        return place
    near = nearest(quote, text)
    raise QuoteError(
        f"{fact.stream}: the quote of {fact.type} does not occur in {fact.source}",
        hint=f"The nearest passage, in paragraph {near[0]}: \u201c{near[1]}\u201d"
        if near is not None
        else "Nothing in the document is like it. Is it another document's?",
    )


def _with_place(given: str | None, place: Place) -> str:
    if given is None or given.endswith(place.locator):
        return given or place.locator
    both = f"{given}; {place.locator}"
    return both if len(both) <= LONGEST_LOCATOR else given
