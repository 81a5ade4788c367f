"""The book: record drafts, all or none.

drafts -> decide, on each stream's timeline -> facts -> store
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, TypeAlias

from eventsourcing.persistence import StoredEvent

from ledger.decide import decide, references
from ledger.decide_revision import recorded_before
from ledger.envelope import Draft, Fact, Fault
from ledger.errors import (
    MOST_ERRORS,
    BusyError,
    CollectedError,
    LedgerError,
    NotOpenedError,
    ReadOnlyError,
    TextError,
    UnknownReferenceError,
)
from ledger.evidence import archive
from ledger.facts.revision import FactCorrected, FactCorroborated, Revision
from ledger.persistently import persistently
from ledger.server_errors import ConnectionLostError, UnreachableError
from ledger.source import Source
from ledger.store import Store, Writer, stored_event
from ledger.timeline import Timeline
from ledger.values.text import check_text

if TYPE_CHECKING:
    from ledger.evidence.quote import Text

Document: TypeAlias = tuple[str, str]
"""An archived document: its SHA-256 and its media type."""

CHUNK = 500
"""Facts that are handed to the database at a time; all chunks are one transaction."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """What came of an input: the new facts, and the drafts that were recorded before."""

    facts: tuple[Fact, ...]
    already: tuple[tuple[Draft, Fact], ...]


def record(
    store: Store,
    drafts: Iterable[Draft | Fault],
    *,
    actor: str,
    now: datetime,
    documents: Sequence[bytes] = (),
    force: bool = False,
    dry_run: bool = False,
) -> Recorded:
    """Record all the drafts, and archive the documents, or none when any of them is refused.

    A draft that was recorded before on the same source changes nothing and is returned in
    `already`, whatever became of that fact since; one that says the same as a fact that
    counts, on another source, is recorded as a corroboration of it.
    `dry_run` decides everything and stores nothing.

    Raises the error, or a CollectedError of all that was found in the input.
    """
    actor = _checked_actor(actor)
    drafts = list(drafts)  # the lock below is not held while an input is waited for
    fresh = {archive.digest(document): document for document in documents}
    stored: _Batch | None = None  # what was handed to the database, whatever was heard of it

    def settled() -> bool:
        """Whether it is stored, as is found out under the lock, where no earlier attempt can be
        on its way any more: it is there, or never will be.
        """
        try:
            with store.writing() as writer:
                return stored is not None and writer.holds(stored.events)
        except (BusyError, ReadOnlyError) as error:
            raise _doubt(error) from error

    def attempt() -> Recorded:
        nonlocal stored
        if stored is not None and settled():
            return stored.recorded()
        stored = None
        with store.writing() as writer:
            batch = _Batch(store, writer, actor, now, force, fresh)
            batch.take_all(drafts)
            if not dry_run:
                stored = batch
                for document in documents:
                    archive.keep(writer.cursor, document)
                for start in range(0, len(batch.events), CHUNK):
                    writer.append(batch.events[start : start + CHUNK])
        return batch.recorded()

    try:
        return persistently(attempt)
    except (ConnectionLostError, UnreachableError) as error:
        raise (error if stored is None else _doubt(error)) from None
    except KeyboardInterrupt as interrupt:
        if stored is None:
            raise
        try:
            there = persistently(settled)
        except KeyboardInterrupt:
            raise _doubt(interrupt) from None
        if not there:
            raise
        return stored.recorded()  # whoever interrupted it came too late


def _doubt(error: BaseException) -> ConnectionLostError:
    why = error.what if isinstance(error, LedgerError) else "it was stopped"
    return ConnectionLostError(
        f"whether it was recorded is not known: {why.partition('; nothing was recorded')[0]}",
        hint="Run the same command again: what was recorded is not recorded twice.",
    )


def _document_of(source: Timeline) -> Document | None:
    """What a source states of its archived document, if it has one."""
    state = source.state
    assert isinstance(state, Source)
    if state.sha256 is None or state.media_type is None:
        return None
    return state.sha256.value, state.media_type.value


def _checked_actor(actor: str) -> str:
    """The name of who records, if it can be stored and is not blank."""
    try:
        name = check_text(actor, limit=300).strip()
    except TextError as error:
        raise TextError(f"the actor's name: {error.what}", hint=error.hint) from None
    if "\n" in name or "\t" in name:
        raise TextError("the actor's name has a line break or tab", hint="Write it on one line.")
    if not name:
        raise TextError("the actor's name is blank", hint="Say who records with --actor.")
    return name


@dataclass
class _Batch:
    """The drafts of one input on their way: timelines so far, facts, errors."""

    store: Store
    writer: Writer
    actor: str
    now: datetime
    force: bool
    documents: dict[str, bytes]
    facts: list[Fact] = field(default_factory=list)
    events: list[StoredEvent] = field(default_factory=list)
    already: list[tuple[Draft, Fact]] = field(default_factory=list)
    errors: list[LedgerError] = field(default_factory=list)
    timelines: dict[str, Timeline] = field(default_factory=dict)
    doubtful: set[str] = field(default_factory=set)
    texts: dict[Document, Text | None] = field(default_factory=dict)

    def __post_init__(self) -> None:
        last = self.writer.last
        self.next_seq = last.seq + 1 if last else 1
        # The machine's clock may go backwards; recorded times do not.
        now = self.now.astimezone(UTC)
        self.recorded_at = max(now, last.recorded_at) if last else now

    def recorded(self) -> Recorded:
        """What came of the drafts."""
        return Recorded(tuple(self.facts), tuple(self.already))

    def take_all(self, drafts: Sequence[Draft | Fault]) -> None:
        """Decide each draft; raises the error, or all that are found, a certain number of them."""
        for draft in drafts:
            self.take(draft)
            if len(self.errors) >= MOST_ERRORS:
                break
        if self.errors:
            raise self.errors[0] if len(self.errors) == 1 else CollectedError(self.errors)

    def take(self, draft: Draft | Fault) -> None:
        if isinstance(draft, Fault):
            self._refuse(draft.error, draft.stream)
            return
        try:
            self._decide(draft)
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
        timeline = self._timeline(draft.stream)
        before = self._recorded_before(draft, timeline)
        if before is not None:
            self.already.append((draft, before))
            return
        same = None if isinstance(draft.content, Revision) else timeline.saying(draft)
        content = draft.content if same is None else FactCorroborated(ref=same.ref)
        fact = decide(
            Fact(
                seq=self.next_seq,
                stream=draft.stream,
                version=timeline.version + 1,
                recorded_at=self.recorded_at,
                actor=self.actor,
                content=content,
                on=draft.on if content is draft.content else None,
                source=draft.source,
                locator=draft.locator,
                quote=draft.quote,
                note=draft.note,
                tags=draft.tags,
            ),
            timeline,
            self,
            force=self.force,
        )
        self.events.append(stored_event(fact))
        self.facts.append(fact)
        timeline.place(fact)
        self.next_seq += 1

    def _recorded_before(self, draft: Draft, timeline: Timeline) -> Fact | None:
        """The fact that makes the draft superfluous: the same, on the same source."""
        if isinstance(draft.content, Revision):
            return recorded_before(draft, timeline)
        same = timeline.saying(draft)
        if same is None or draft.source in (None, same.source):
            return same
        life = timeline.life_of(same.ref)
        corroborations = life.corroborations if life is not None else ()
        return next((c for c in corroborations if c.source == draft.source), None)

    def _timeline(self, stream: str) -> Timeline:
        if stream not in self.timelines:
            self.timelines[stream] = Timeline(stream, self.store.stream(stream))
        return self.timelines[stream]

    def exists(self, stream: str) -> bool:
        """Whether a fact of the stream counts."""
        return bool(self._timeline(stream).facts)

    def known(self, kind: str) -> list[str]:
        """The streams of a kind, for hints."""
        new = {fact.stream for fact in self.facts if fact.kind == kind}
        return sorted({*self.store.stream_names(kind), *new})

    def citing(self, stream: str) -> Iterator[Fact]:
        """The facts of other streams that count and name the stream."""
        streams = {fact.stream for fact in self.facts}
        # A correction may have brought the name in: its stream is read to see.
        streams |= {
            fact.stream
            for fact in self.store.facts()
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
        streams = {fact.stream for fact in self.facts}
        streams |= {
            fact.stream
            for fact in self.store.facts()
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
