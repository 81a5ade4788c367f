"""The store: facts appended and read back through the `eventsourcing` library.

A write is one transaction that holds the write lock from its first read to its commit,
so that sequence numbers have no gaps, recorded times never decrease, and a decision
cannot be overtaken by another writer.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple, TypeAlias

from eventsourcing.application import Application
from eventsourcing.domain import DomainEventProtocol
from eventsourcing.persistence import (
    Mapper,
    PersistenceError,
    ProcessRecorder,
    StoredEvent,
    Tracking,
)
from eventsourcing.utils import Environment, EnvType

from ledger import codec, history
from ledger.database import Cursor, Database
from ledger.envelope import Fact
from ledger.errors import DamagedError
from ledger.evidence import tree
from ledger.evidence.merkle import leaf_hash
from ledger.persistently import persistently
from ledger.server_errors import ConnectionLostError

Event: TypeAlias = StoredEvent
"""A fact as the library stores it."""

PAGE = 1_000
"""Facts that are read from the database at a time."""


def stored_event(fact: Fact) -> StoredEvent:
    """The fact as the recorder stores it; raises FactTooLargeError."""
    return StoredEvent(
        originator_id=fact.stream,
        originator_version=fact.version,
        topic=codec.topic_of(fact),
        state=codec.encode(fact),
    )


class FactMapper(Mapper[str]):
    """Facts to stored events and back by our codec, never by importing a stored topic."""

    def __init__(self) -> None:
        """Nothing to configure: the codec is all there is."""

    def to_stored_event(self, domain_event: DomainEventProtocol[str]) -> StoredEvent:
        """The fact as the recorder stores it."""
        assert isinstance(domain_event, Fact)
        return stored_event(domain_event)

    def to_domain_event(self, stored_event: StoredEvent) -> Fact:
        """The fact behind a stored event; raises DamagedError when it cannot be read."""
        return codec.decode(stored_event.state)


class LedgerApplication(Application[str]):
    """The library's application, on settings that the environment cannot change."""

    def __init__(self, where: Database, *, new: bool) -> None:
        self._where = where
        # In a ledger that lost its facts' table, an empty one must not take its place.
        super().__init__(where.settings | {"CREATE_TABLE": "yes" if new else "no"})

    def construct_env(self, name: str, env: EnvType | None = None) -> Environment:  # noqa: ARG002
        """Only the given settings; the library would let os.environ override them.

        Without a name, so that the tables have the library's own names on every backend.
        """
        return Environment("", env or {})

    def construct_mapper(self) -> Mapper[str]:
        """Our codec in place of the library's transcoder."""
        return FactMapper()

    def construct_recorder(self) -> ProcessRecorder:
        """A recorder of facts and of tracking positions, in one database."""
        recorder: ProcessRecorder = self._where.recorder(self.factory)
        return recorder


class Store:
    """An open ledger."""

    def __init__(self, where: Database, *, new: bool = False) -> None:
        self.database = where
        self._application = LedgerApplication(where, new=new)
        self._lost = False

    @property
    def recorder(self) -> ProcessRecorder:
        """The library's recorder, on connections that were not lost."""
        if self._lost:  # its pool would wait longer and longer between two attempts
            self._application.close()
            self._application = LedgerApplication(self.database, new=False)
            self._lost = False
        recorder = self._application.recorder
        assert isinstance(recorder, ProcessRecorder)
        return recorder

    def last(self) -> Fact | None:
        """The fact with the highest sequence number."""
        with self._faults():
            position = self.recorder.max_notification_id()
            if not position:
                return None
            (last,) = self.recorder.select_notifications(position, limit=1)
        return codec.decode(last.state)

    def stream(self, stream: str) -> list[Fact]:
        """The facts of one stream in the order they were recorded."""
        with self._faults():
            events = self.recorder.select_events(stream)
        return codec.decode_stream(stream, (event.state for event in events))

    def facts(self, after: int = 0) -> Iterator[Fact]:
        """All facts with a higher sequence number than `after`, in recorded order."""
        for event in self.stored(after):
            yield codec.decode(event.state)

    def stored(self, after: int = 0) -> Iterator[StoredEvent]:
        """The same as they are stored."""
        while True:
            with self._faults():
                page = self.recorder.select_notifications(after, PAGE, inclusive_of_start=False)
            yield from page
            if len(page) < PAGE:
                return
            after = page[-1].id

    @contextmanager
    def writing(self) -> Iterator[Writer]:
        """A transaction that holds the write lock; all of it is stored, or none."""
        with self.transaction() as cursor:
            writer = Writer(self, cursor)
            yield writer
            writer.grow()

    @contextmanager
    def transaction(self) -> Iterator[Cursor]:
        """The transaction itself, for those who write other tables than the facts."""
        with self._faults():
            recorder: Any = self.recorder  # the library's base does not speak of a datastore
            with recorder.datastore.transaction(commit=True) as raw:
                cursor = self.database.lock(raw)
                yield cursor
                self.database.before_commit(cursor)
            self.database.check_committed(cursor)

    def keep_position(self, cursor: Cursor, name: str, position: int) -> None:
        """Keep how far somebody has read, by the library's tracking, in a transaction."""
        recorder: Any = self.recorder
        recorder._insert_tracking(self.database.raw(cursor), Tracking(name, position))

    def close(self) -> None:
        """Let go of the database's connections."""
        self._application.close()

    @contextmanager
    def _faults(self) -> Iterator[None]:
        try:
            with self.database.faults():
                yield
        except PersistenceError as error:
            told = self.database.fault(error)
            self._lost = isinstance(told, ConnectionLostError)
            raise told from error
        except ConnectionLostError:
            self._lost = True
            raise


class Writer:
    """Appends facts inside one transaction, and reads them there, those that it appended too.

    last: the newest fact before it. cursor: for what is kept beside the facts in it.
    """

    def __init__(self, store: Store, cursor: Cursor) -> None:
        self._store = store
        self.cursor = cursor
        self.last = _last(cursor)
        self._next = self.last.seq + 1 if self.last else 1
        self._edge = tree.frontier(cursor)
        self._hashes: list[bytes] = []
        if self._edge.size != self._next - 1:
            raise DamagedError(
                f"{store.database} was changed from outside: {self._edge.size:,} facts were "
                f"recorded, {self._next - 1:,} are there",
                hint="`lsledger verify` tells what differs. Nothing was recorded.",
            )

    def stream(self, name: str) -> list[Fact]:
        """The facts of one stream in the order they were recorded."""
        return history.stream(self.cursor, name)

    def facts(self) -> Iterator[Fact]:
        """All facts in recorded order."""
        return history.facts(self.cursor)

    def stream_names(self, kind: str) -> list[str]:
        """The names of all streams of a kind, for hints."""
        return history.stream_names(self.cursor, kind)

    def grow(self) -> None:
        """Let the tree grow to the newest fact."""
        tree.add(self.cursor, self._edge, self._hashes)
        self._hashes.clear()

    def seal(self) -> Sealed:
        """What tells all facts so far from any others, the tree having grown to the newest."""
        self.grow()
        return Sealed(self._edge.size, self._edge.root())

    def is_under(self, sealed: Sealed) -> bool:
        """Whether the facts begin with just those that were sealed."""
        size, root = sealed
        return size <= self._edge.size and tree.root(self.cursor, size) == root

    def holds(self, events: Sequence[StoredEvent]) -> bool:
        """Whether facts that were handed to the database in one transaction are stored."""
        if not events:
            return False
        first = events[0]  # all of a transaction is stored, or nothing
        row = self.cursor.execute(
            "SELECT data FROM facts WHERE stream = ? AND version = ?",
            (first.originator_id, first.originator_version),
        ).fetchone()
        return row is not None and bytes(row[0]) == first.state

    def append(self, events: Sequence[StoredEvent]) -> None:
        """Add facts that carry the next sequence numbers.

        Goes by the recorder's own insert, inside the transaction that holds the lock;
        its public twin would open a transaction of its own.
        """
        positions = self._store.database.insert(self._store.recorder, self.cursor, events)
        if positions != list(range(self._next, self._next + len(events))):
            raise DamagedError(
                "the database numbers facts otherwise than the ledger does",
                hint="Somebody took a number, or a fact, away past lsledger. Nothing was recorded: "
                "run it again, and `lsledger verify` tells what differs.",
            )
        self._next += len(events)
        self._hashes += [leaf_hash(event.state) for event in events]
        if len(self._hashes) >= tree.PAGE:
            self.grow()


class Sealed(NamedTuple):
    """How many facts there are, and the root of the tree over them."""

    size: int
    root: bytes


def _last(cursor: Cursor) -> Fact | None:
    cursor.execute("SELECT data FROM facts ORDER BY seq DESC LIMIT 1")
    row = cursor.fetchone()
    return codec.decode(row[0]) if row is not None else None


@contextmanager
def opened(where: Database) -> Iterator[Store]:
    """The ledger in an existing file; raises a StoreError when it is not one."""
    where.check_writable()
    with _open(where) as store:
        yield store


@contextmanager
def created(where: Database) -> Iterator[Store]:
    """A new, empty ledger, which is removed again when what it is made for fails.

    Raises LedgerExistsError when a file is there, and leaves that alone.
    """
    with where.room(), _open(where, new=True) as store:
        where.prepare()
        yield store
        where.finish()


@contextmanager
def _open(where: Database, *, new: bool = False) -> Iterator[Store]:
    def attempt() -> Store:
        try:
            with where.faults():
                return Store(where, new=new)
        except PersistenceError as error:
            raise where.fault(error) from error

    store = persistently(attempt)
    try:
        yield store
    finally:
        store.close()
