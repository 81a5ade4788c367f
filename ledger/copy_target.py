"""The place that a ledger is copied to: whether one is there, and making one.

Making a ledger takes several steps. One that was broken off between them is finished here, so
that a copy can be gone on with at whatever moment it was killed.
"""

from __future__ import annotations

from eventsourcing.persistence import PersistenceError

from ledger.database import Database
from ledger.errors import LedgerExistsError, LedgerMissingError, NotALedgerError
from ledger.store import Store, created

FACTS, LIBRARYS = "stored_events", {"stored_events", "tracking", "notification_tracking"}
"""The tables that the library makes first of all, under its own names."""

PREPARED = {"documents", "tiles", "checkpoints", "timestamps"}
"""The tables that are made beside them then, all at once."""

FIRST = f"SELECT originator_id FROM {FACTS} LIMIT 1"
"""The stream of some fact."""

TABLES = "SELECT name FROM ledger_tables"
"""What tables there are."""


def is_there(where: Database) -> bool:
    """Whether a ledger is there; raises the StoreError of something else that is."""
    try:
        where.check()
    except LedgerMissingError:
        return False
    except NotALedgerError:
        if not _is_unfinished(where):
            raise
        return False
    return True


def make(where: Database) -> None:
    """Make an empty ledger, or finish making one.

    Raises LedgerExistsError or NotALedgerError when something else is there, another StoreError
    when it cannot be made.
    """
    try:
        with created(where):
            return
    except (LedgerExistsError, NotALedgerError):
        if not _is_unfinished(where):
            raise
    try:
        with where.faults():
            store = Store(where, new=True)
    except PersistenceError as error:
        raise where.fault(error) from error
    try:
        if not _names(where, TABLES) & PREPARED:
            where.prepare()
        where.finish()
    finally:
        store.close()


def _is_unfinished(where: Database) -> bool:
    """Whether the making of a ledger was broken off there: no other tables are there, and no
    fact is.
    """
    if where.has_roles:  # on a server it is made anew, under the lock of whoever makes one
        return False
    there = _names(where, TABLES)
    return there <= LIBRARYS | PREPARED and not (FACTS in there and _names(where, FIRST))


def _names(where: Database, query: str) -> set[str]:
    with where.reading() as connection:
        return {row[0] for row in connection.execute(query)}
