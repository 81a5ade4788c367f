"""Restoring a ledger from `export facts`: the same bytes, times and actors, or nothing."""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO

from eventsourcing.persistence import StoredEvent

from cli.recording import bring_views_up_to_date
from cli.settings import Settings
from cli.signing import sign_what_was_recorded, signing_key
from ledger.codec import stored_topic
from ledger.errors import EmptyFileError, FileMissingError
from ledger.evidence import archive
from ledger.store import Store
from projections.exports.facts import restored

CHUNK = 500


def restore_into(store: Store, settings: Settings, name: str) -> int:
    """Fill a new ledger from an export; the number of facts.

    Raises RestoreError at the first line that is not a fact, or not the next one.
    """
    try:
        with Path(name).open("rb") as lines:
            return _restore(store, settings, lines, name)
    except OSError as error:
        raise FileMissingError(
            f"{name} cannot be read: {(error.strerror or 'unknown error').lower()}",
            hint="Check the name and the permissions.",
        ) from None


def missing_documents(settings: Settings) -> list[str]:
    """The sources whose documents are not in the archive of a ledger that was restored."""
    with settings.database.reading() as connection:
        return [
            str(held.stream) for held in archive.hashed_anew(connection) if held.state == "missing"
        ]


def _restore(store: Store, settings: Settings, lines: BinaryIO, name: str) -> int:
    key = signing_key(settings)
    with store.writing() as writer:
        chunk: list[StoredEvent] = []
        count = 0
        for fact, data in restored(lines, name):
            count += 1
            chunk.append(StoredEvent(fact.stream, fact.version, stored_topic(data), data))
            if len(chunk) == CHUNK:
                writer.append(chunk)
                chunk.clear()
        writer.append(chunk)
    if count == 0:
        raise EmptyFileError(f"{name} is empty", hint="Give a file of `export facts`.")
    bring_views_up_to_date(store, settings)
    if key is not None:
        sign_what_was_recorded(store, key)
    return count
