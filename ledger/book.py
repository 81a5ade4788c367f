"""The book: record drafts, all or none.

drafts -> decide, on each stream's outline or timeline -> facts -> store
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from ledger.batch import Batch
from ledger.envelope import Draft, Fact, Fault
from ledger.errors import LedgerError, TextError
from ledger.evidence import archive
from ledger.kept import Kept, Rehearsal
from ledger.persistently import persistently
from ledger.server_errors import ConnectionLostError, UnreachableError
from ledger.store import Sealed, Store
from ledger.values.text import check_text

UNKNOWN = "whether it was recorded is not known: "

LOST = (ConnectionLostError, UnreachableError)
"""What may come between a commit and its acknowledgement, and is waited for."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """What came of an input: how many facts are new, and how many drafts were recorded before.

    facts: the new facts; of many that were recorded the first ones, as a dry run all of them.
    already: the first of those drafts that were recorded before, and the fact of each.
    """

    facts: Sequence[Fact]
    already: Sequence[tuple[Draft, Fact]]
    new: int
    known: int


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

    The drafts are gone through once for every attempt, while the write lock is held; what can be
    gone through only once is read to its end before, however long that takes.
    Raises the error, or a CollectedError of all that was found in the input.
    """
    actor = _checked_actor(actor)
    if isinstance(drafts, Iterator):
        drafts = list(drafts)
    fresh = {archive.digest(document): document for document in documents}
    stored: tuple[Sealed, Recorded] | None = None  # what was committed, if anything was

    def settled() -> bool:
        """Whether it is stored, as is found out under the lock, where no earlier attempt can be
        on its way any more: it is there, or never will be.
        """
        try:
            with store.writing() as writer:
                return stored is not None and stored[1].new > 0 and writer.is_under(stored[0])
        except LOST:
            raise  # and it is asked again
        except LedgerError as error:
            raise _doubt(error) from error

    def attempt() -> Recorded:
        nonlocal stored
        if stored is not None and settled():
            return stored[1]
        stored = None
        with store.writing() as writer:
            rehearsal = Rehearsal(writer) if dry_run else None
            batch = Batch(rehearsal or writer, actor, now, force, fresh, Kept(rehearsal))
            batch.take_all(drafts)
            kept, known = batch.facts, batch.known_already
            recorded = Recorded(kept.told(), tuple(batch.already), kept.new, known)
            if not dry_run:
                for document in documents:
                    archive.keep(writer.cursor, document)
                stored = writer.seal(), recorded
        return recorded

    try:
        return persistently(attempt)
    except LOST as error:
        raise (error if stored is None else _doubt(error)) from None
    except KeyboardInterrupt as interrupt:
        if stored is None:
            raise
        try:
            there = persistently(settled)
        except (KeyboardInterrupt, *LOST):
            raise _doubt(interrupt) from None
        if not there:
            raise
        return stored[1]  # whoever interrupted it came too late


def _doubt(error: BaseException) -> ConnectionLostError:
    why = error.what if isinstance(error, LedgerError) else "it was stopped"
    why = why.removeprefix(UNKNOWN).partition("; nothing was recorded")[0]
    return ConnectionLostError(
        f"{UNKNOWN}{why}",
        hint="Run the same command again: what was recorded is not recorded twice.",
    )


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
