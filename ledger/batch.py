"""One input on its way into the ledger: each draft decided on its stream's outline, where that is
held and certain, or else on its timeline; and stored.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, TypeAlias

from ledger.decide import decide, references
from ledger.decide_revision import recorded_before
from ledger.envelope import Draft, Fact, Fault
from ledger.errors import (
    MOST_ERRORS,
    CollectedError,
    LedgerError,
    NotOpenedError,
    StoreError,
    UnknownReferenceError,
)
from ledger.evidence import archive
from ledger.facts.revision import FactCorrected, FactCorroborated, Revision
from ledger.kept import MOST_KEPT, Kept, Rehearsal
from ledger.outline import Outline
from ledger.source import Source
from ledger.store import Writer, stored_event
from ledger.timeline import Timeline
from ledger.timelines import Timelines

if TYPE_CHECKING:
    from ledger.evidence.quote import Text

Document: TypeAlias = tuple[str, str]
"""An archived document: its SHA-256 and its media type."""


@dataclass
class Batch:
    """The drafts of one input on their way: errors so far, and facts, stored as they come."""

    writer: Writer | Rehearsal
    actor: str
    now: datetime
    force: bool
    documents: dict[str, bytes]
    facts: Kept
    already: list[tuple[Draft, Fact]] = field(default_factory=list)
    known_already: int = 0
    errors: list[LedgerError] = field(default_factory=list)
    doubtful: set[str] = field(default_factory=set)
    texts: dict[Document, Text | None] = field(default_factory=dict)

    def __post_init__(self) -> None:
        last = self.writer.last
        self.next_seq = last.seq + 1 if last else 1
        # The machine's clock may go backwards; recorded times do not.
        now = self.now.astimezone(UTC)
        self.recorded_at = max(now, last.recorded_at) if last else now
        self.timelines = Timelines(self.writer)

    def take_all(self, drafts: Iterable[Draft | Fault]) -> None:
        """Decide each draft; raises the error, or all that are found, a certain number of them."""
        for draft in drafts:
            self.take(draft)
            if len(self.errors) >= MOST_ERRORS:
                break
        self.timelines.store()
        if self.errors:
            raise self.errors[0] if len(self.errors) == 1 else CollectedError(self.errors)

    def take(self, draft: Draft | Fault) -> None:
        """Decide one draft, or take note of an error."""
        if isinstance(draft, Fault):
            self._refuse(draft.error, draft.stream)
            return
        try:
            self._decide(draft)
        except StoreError:
            raise  # it is not the draft that is wrong
        except LedgerError as error:
            # What was refused above is missing here: do not report it a second time.
            found = error.errors if isinstance(error, CollectedError) else (error,)
            missing = all(isinstance(e, NotOpenedError | UnknownReferenceError) for e in found)
            if missing and self._rests_on_doubt(draft):
                self.doubtful.add(draft.stream)
            else:
                self._refuse(error.at(draft.where) if draft.where else error, draft.stream)

    def _refuse(self, error: LedgerError, stream: str | None) -> None:
        self.errors += error.errors if isinstance(error, CollectedError) else (error,)
        if stream is not None:
            self.doubtful.add(stream)

    def _decide(self, draft: Draft) -> None:
        outline = self.timelines.outline(draft.stream)
        if outline is not None:
            fact = self._next_fact(draft, outline.version + 1)
            if outline.takes(fact):
                self._record(fact, outline)
                return
        timeline = self._timeline(draft.stream)
        about = isinstance(draft.content, Revision)
        same = None if about else timeline.saying(draft)
        before = _recorded_before(draft, same, timeline)
        if before is not None:
            self.known_already += 1
            if len(self.already) < MOST_KEPT:
                self.already.append((draft, before))
            return
        fact = self._next_fact(draft, timeline.version + 1)
        if same is not None:
            fact = replace(fact, content=FactCorroborated(ref=same.ref), on=None)
        self._record(fact, timeline)

    def _next_fact(self, draft: Draft, version: int) -> Fact:
        """What the draft says, as the fact that comes next."""
        return Fact(
            seq=self.next_seq,
            stream=draft.stream,
            version=version,
            recorded_at=self.recorded_at,
            actor=self.actor,
            content=draft.content,
            on=draft.on,
            source=draft.source,
            locator=draft.locator,
            quote=draft.quote,
            note=draft.note,
            tags=draft.tags,
        )

    def _record(self, fact: Fact, timeline: Timeline | Outline) -> None:
        """Store the fact as it may be recorded; raises the error when it may not."""
        fact = decide(fact, timeline, self, force=self.force)
        self.timelines.place(fact, stored_event(fact), timeline)
        self.facts.add(fact)
        self.next_seq += 1

    def _timeline(self, stream: str) -> Timeline:
        return self.timelines.of(stream)

    def exists(self, stream: str) -> bool:
        """Whether a fact of the stream counts."""
        return (self.timelines.outline(stream) or self._timeline(stream)).begun

    def known(self, kind: str) -> list[str]:
        """The streams of a kind, for hints."""
        self.timelines.store()
        return self.writer.stream_names(kind)

    def citing(self, stream: str) -> Iterator[Fact]:
        """The facts of other streams that count and name the stream."""
        self.timelines.store()
        # A correction may have brought the name in: its stream is read to see.
        streams = {
            fact.stream
            for fact in self.writer.facts()
            if isinstance(fact.content, FactCorrected) or stream in references(fact)
        }
        for other in sorted(streams - {stream}):
            for fact in self._timeline(other).facts:
                if stream in references(fact):
                    yield fact

    def quoting(self, source: str) -> Iterator[Fact]:
        """The facts that count, as they read, and the facts about facts, that quote a source."""
        if not self._timeline(f"source:{source}").recorded:
            return  # nobody can cite what was never registered
        self.timelines.store()
        streams = {
            fact.stream
            for fact in self.writer.facts()
            if fact.source == source or isinstance(fact.content, FactCorrected)
        }
        for stream in sorted(streams):
            for fact in self._timeline(stream).live():
                if fact.source == source and fact.quote is not None:
                    yield fact

    def is_archived(self, sha256: str) -> bool:
        """Whether the archive holds the document, or will with this input."""
        return sha256 in self.documents or archive.holds(self.writer.cursor, sha256)

    def text(self, sha256: str, media_type: str) -> Text | None:
        """The text of an archived document; None when none can be taken from it."""
        if (sha256, media_type) not in self.texts:
            data = self.documents.get(sha256)
            if data is None:
                data = archive.document(self.writer.cursor, sha256)
            self.texts[sha256, media_type] = (
                archive.text(data, media_type) if data is not None else None
            )
        return self.texts[sha256, media_type]

    def text_of_source(self, source: str) -> Text | None:
        """The text of the document that is archived for a source, by the source's id."""
        document = self.document_of_source(source)
        return self.text(*document) if document is not None else None

    def document_of_source(self, source: str) -> Document | None:
        """What is archived for a source, by the source's id: its SHA-256 and media type."""
        return _document_of(self._timeline(f"source:{source}"))

    def _rests_on_doubt(self, draft: Draft) -> bool:
        return not self.doubtful.isdisjoint((draft.stream, *references(draft)))


def _recorded_before(draft: Draft, same: Fact | None, timeline: Timeline) -> Fact | None:
    """The fact that makes the draft superfluous: the same, on the same source.

    same: the fact that says the same, whatever its source.
    """
    if isinstance(draft.content, Revision):
        return recorded_before(draft, timeline)
    if same is None or draft.source in (None, same.source):
        return same
    life = timeline.life_of(same.ref)
    corroborations = life.corroborations if life is not None else ()
    return next((c for c in corroborations if c.source == draft.source), None)


def _document_of(source: Timeline) -> Document | None:
    """What a source states of its archived document, if it has one."""
    state = source.state
    assert isinstance(state, Source)
    if state.sha256 is None or state.media_type is None:
        return None
    return state.sha256.value, state.media_type.value
