"""What belongs into a bundle of evidence: which facts, with their proofs, and which documents.

With a fact goes all that is said about it, and what that is said about in turn; and of every
source that one of them rests on all facts, so that a proof binds the SHA-256 of its document.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from ledger import history
from ledger.codec import decode
from ledger.database import Connection
from ledger.envelope import Fact
from ledger.evidence import archive, checkpoint
from ledger.evidence.checkpoint import Kept
from ledger.evidence.errors import NoCheckpointError
from ledger.evidence.note import Note, verified
from ledger.evidence.proof import Inclusion
from ledger.evidence.prove import SIGN, inclusion
from ledger.facts.revision import FactCorrected, Revision
from ledger.revision import Life, lives
from ledger.source import Source
from ledger.timeline import state_at

EXTENSIONS = {
    "text/html": "html",
    "application/xhtml+xml": "html",
    "application/pdf": "pdf",
    "text/plain": "txt",
}
"""From media types to extensions; a document of another type is a `bin`."""

_UNSAFE = re.compile(r"[^a-z0-9.@-]")
"""What no id has, and what could lead a file elsewhere or run in a shell."""


@dataclass(frozen=True, slots=True)
class Bundled:
    """A fact in the bundle. asked: whether it was asked for. data: its stored bytes."""

    life: Life
    asked: bool
    data: bytes
    proof: Inclusion

    @property
    def fact(self) -> Fact:
        """The fact as it was recorded."""
        return self.life.fact

    @property
    def said(self) -> Fact:
        """The fact as it reads now; a retracted one as it was recorded."""
        return self.life.reading or self.life.fact

    @property
    def name(self) -> str:
        """What its files are called: its place in the record, its stream, its version."""
        return f"{self.fact.seq:06}-{_UNSAFE.sub('-', self.fact.ref.replace(':', '.'))}"


@dataclass(frozen=True, slots=True)
class Document:
    """An archived document. source: whose it is, as a stream. named_by: the name of the fact
    that states its SHA-256.
    """

    sha256: str
    media_type: str | None
    source: str
    named_by: str

    @property
    def file(self) -> str:
        """Where it is in the bundle."""
        kind = (self.media_type or "").partition(";")[0].strip().lower()
        return f"documents/{self.sha256}.{EXTENSIONS.get(kind, 'bin')}"


@dataclass(frozen=True, slots=True)
class Contents:
    """What a bundle holds; facts in the order of recording, stamps by the name of their file."""

    signed: Kept
    facts: Sequence[Bundled]
    sources: Sequence[Source]
    documents: Sequence[Document]
    stamps: dict[str, bytes]


def gathered(connection: Connection, seqs: Iterable[int]) -> Contents:
    """The contents of a bundle for the facts with these sequence numbers, which must be there.

    Raises NoCheckpointError when one of the facts is not signed yet, InconsistentError when
    the record or a document is not what it was, SignatureError when the kept checkpoint is not
    signed by the key beside it, DamagedError for a fact that cannot be read.
    """
    signed = checkpoint.newest(connection.cursor())
    if signed is None:
        raise NoCheckpointError("no checkpoint was signed in this ledger", hint=SIGN)
    verified(Note.parse(signed.text), [signed.verifier_key])
    lives_of = cache(lambda stream: lives(history.stream(connection, stream)))
    asked = {seq: decode(inclusion(connection, seq)[1]) for seq in seqs}
    facts = []
    for seq, life in sorted(_chosen(asked.values(), lives_of).items()):
        proof, data = inclusion(connection, seq)
        facts.append(Bundled(life, seq in asked, data, proof))
    streams = dict.fromkeys(one.fact.stream for one in facts if one.fact.kind == "source")
    return Contents(
        signed,
        facts,
        [_source(stream, lives_of(stream)) for stream in streams],
        [one for stream in streams for one in _documents(connection, stream, facts)],
        _stamps(connection, signed),
    )


def _chosen(asked: Iterable[Fact], lives_of: Callable[[str], Sequence[Life]]) -> dict[int, Life]:
    """The facts that belong together, by sequence number."""
    chosen: dict[int, Life] = {}
    waiting = [_with(fact, lives_of(fact.stream)) for fact in asked]
    while waiting:
        for life in waiting.pop():
            if life.fact.seq not in chosen:
                chosen[life.fact.seq] = life
                waiting += [lives_of(f"source:{source}") for source in _sources(life.fact)]
    return chosen


def _with(fact: Fact, recorded: Sequence[Life]) -> Sequence[Life]:
    """The fact, what it is about, and what is said about that, live or not; of a source all."""
    if fact.kind == "source":
        return recorded
    by_ref = {life.fact.ref: life.fact for life in recorded}
    while isinstance(fact.content, Revision):
        fact = by_ref[fact.content.ref]
    meant, found = {fact.ref}, []
    for life in recorded:
        content = life.fact.content
        if life.fact.ref in meant or (isinstance(content, Revision) and content.ref in meant):
            meant.add(life.fact.ref)
            found.append(life)
    return found


def _sources(fact: Fact) -> Iterator[str]:
    """The sources that a fact rests on, or says that another one does."""
    for source in (fact.source, _stating(fact).get("source")):
        if isinstance(source, str):
            yield source


def _stating(fact: Fact) -> dict[str, Any]:
    """The fields that a fact gives values to: its own, or those that it corrects."""
    return fact.content.set if isinstance(fact.content, FactCorrected) else vars(fact.content)


def _source(stream: str, recorded: Sequence[Life]) -> Source:
    state = state_at(stream, [life.fact for life in recorded], date.max)
    assert isinstance(state, Source)
    return state


def _documents(connection: Connection, stream: str, facts: Sequence[Bundled]) -> Iterator[Document]:
    """The archived documents that facts of a source name, those it was corrected from too."""
    found: dict[str, Document] = {}
    sha256 = media_type = None
    for one in facts:
        if one.fact.stream == stream:
            said = _stating(one.fact)
            media_type = said.get("media_type") or media_type
            sha256 = said.get("sha256") or sha256
            if sha256 is not None:
                naming = one.name if said.get("sha256") else found[sha256].named_by
                found[sha256] = Document(sha256, media_type, stream, naming)
    for document in found.values():
        if archive.document(connection.cursor(), document.sha256) is not None:
            yield document


def _stamps(connection: Connection, signed: Kept) -> dict[str, bytes]:
    rows = connection.execute(
        "SELECT response FROM timestamps WHERE note = ? ORDER BY rowid", (signed.text,)
    )
    return {
        f"checkpoint-timestamp-{number}.tsr": bytes(response)
        for number, (response,) in enumerate(rows, start=1)
    }
