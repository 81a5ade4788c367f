"""Copying a ledger to another place, on whatever backend: all that it holds, byte for byte.

    source, in one snapshot -> documents -> facts -> checkpoints, time stamps -> target

Each transaction leaves the target a true beginning of the source, so that a copy that was broken
off is gone on with. Documents come first, so that no fact is there without its document;
checkpoints come last, when the trees that they signed are there. The tables of the views are
left to whoever reads them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import zip_longest
from pathlib import Path
from typing import TypeVar

from eventsourcing.persistence import StoredEvent

from ledger import copy_source, copy_target
from ledger.copy_errors import OtherRecordError
from ledger.copy_source import KEPT, Row, Source, one_state
from ledger.database import SCHEMA_VERSION, Database, last_seq
from ledger.errors import BusyError, DiskFullError, UsageError
from ledger.evidence import archive, tree
from ledger.evidence.merkle import leaf_hash
from ledger.evidence.tiles import Frontier
from ledger.persistently import persistently
from ledger.store import Store, opened

MOST_FACTS, MOST_BYTES = 2_000, 1 << 20
"""Facts, and bytes of them or of documents, that one transaction writes, unless a single one is
larger. Bytes take more than twice their room on the way to a server, and a driver that is given
more than about 4 MB of facts in one call may never return from it."""

T = TypeVar("T")

Progress = Callable[[str, int, int], None]
"""Told what is being done, how much of it is done, and of how much."""


@dataclass(frozen=True, slots=True)
class Copied:
    """How many things a copy wrote.

    before: facts that the target held already. root: that of the tree over all facts.
    """

    before: int
    facts: int
    documents: int
    checkpoints: int
    timestamps: int
    root: bytes

    @property
    def nothing(self) -> bool:
        """Whether the target held everything already."""
        return not (self.facts or self.documents or self.checkpoints or self.timestamps)


@dataclass(slots=True)
class _Held:
    """What the target held before.

    kept: numbers of rows. theirs, ours: the trees over the facts that were read from the source
    and from the target.
    """

    documents: set[str] = field(default_factory=set)
    kept: dict[str, int] = field(default_factory=lambda: dict.fromkeys(KEPT, 0))
    theirs: Frontier = field(default_factory=Frontier)
    ours: Frontier = field(default_factory=Frontier)


def copied(source: Database, target: Database, progress: Progress) -> Copied:
    """Copy all that a ledger holds into the target, which is made if it is not there.

    One that holds a beginning of it is gone on with; one that holds everything is not written to.
    The source is only read. Raises OtherRecordError for a target that holds something else,
    DamagedError or InconsistentError for a source that was changed from outside, UsageError when
    both are the same place, another StoreError for what either place refuses.
    """
    if _same(source, target):
        raise UsageError(
            f"{source} cannot be copied to itself", hint="Name another file or database."
        )
    source.check()
    try:
        return _copied(source, target, progress)
    except (BusyError, DiskFullError) as error:  # what was copied before is there
        raise type(error)(
            error.what.removesuffix("; nothing was recorded"),
            hint=f"{error.hint} The same command then goes on from there.",
        ) from error


def _copied(source: Database, target: Database, progress: Progress) -> Copied:
    with one_state(source) as connection:
        original = copy_source.read(source, connection)
        there = copy_target.is_there(target)
        held = persistently(partial(_compared, original, target, progress)) if there else _Held()
        before = held.theirs.size
        missing = [name for name in original.documents if name not in held.documents]
        left = {name: len(rows) - held.kept[name] for name, rows in original.kept.items()}
        if not there:
            copy_target.make(target)
        if missing or original.size > before or any(left.values()):
            with opened(target) as store:
                _copy_documents(original, store, missing, progress)
                _copy_facts(original, store, held.theirs, progress)
                _copy_kept(original, store)
    persistently(partial(_check, target, held, progress))
    return Copied(
        before=before,
        facts=original.size - before,
        documents=len(missing),
        checkpoints=left["checkpoints"],
        timestamps=left["timestamps"],
        root=held.theirs.root(),
    )


def _same(source: Database, target: Database) -> bool:
    """Whether both are one place. A database on a server that is named in two ways is not found
    out here, and does no harm: it holds everything already.
    """
    if source == target:
        return True
    try:
        return Path(str(source)).samefile(str(target))
    except (OSError, ValueError):  # one is not there, or no file
        return False


def _compared(original: Source, target: Database, progress: Progress) -> _Held:
    """What the target holds; raises OtherRecordError unless it is a beginning of the source."""
    held = _Held()
    with one_state(target) as connection:
        size = last_seq(connection)
        both = min(size, original.size)
        for theirs, ours in zip_longest(
            original.rows(0, both), copy_source.pages(connection, 0, both), fillvalue=list[Row]()
        ):
            _grow(held.theirs, theirs)
            _grow(held.ours, ours)
            if held.theirs.root() != held.ours.root():
                raise _other(target, original, f"fact #{_first(theirs, ours)} differs")
            progress("Comparing facts", held.theirs.size, both)
        original.check(held.theirs)
        if size > original.size:
            raise OtherRecordError(
                f"{target} has gone beyond {original.where}: it holds {size:,} facts, and "
                f"{original.size:,} are to be copied",
                hint="Is it meant the other way round? Otherwise copy to another place.",
            )
        if target.version(connection) >= SCHEMA_VERSION:
            held.documents = set(archive.digests(connection))
            for name, rows in original.kept.items():
                there = copy_source.kept_rows(connection, name)
                if there != rows[: len(there)]:
                    raise _other(target, original, f"its {name} differ")
                held.kept[name] = len(there)
    return held


def _copy_documents(
    original: Source, store: Store, missing: Sequence[str], progress: Progress
) -> None:
    cursor, done = original.connection.cursor(), 0
    read = (archive.document(cursor, name) or b"" for name in missing)
    for documents in _batches(read, len):
        persistently(partial(_keep, store, documents))
        done += len(documents)
        progress("Copying documents", done, len(missing))


def _keep(store: Store, documents: Sequence[bytes]) -> None:
    with store.transaction() as cursor:
        for data in documents:
            archive.keep(cursor, data)


def _copy_facts(original: Source, store: Store, edge: Frontier, progress: Progress) -> None:
    before = edge.size
    rows = (row for page in original.rows(before, original.size) for row in page)
    for batch in _batches(rows, lambda row: len(row.data)):
        _grow(edge, batch)
        original.check(edge)
        events = [StoredEvent(row.stream, row.version, row.type, row.data) for row in batch]
        persistently(partial(_append, original, store, edge.size, events))
        progress("Copying facts", edge.size - before, original.size - before)


def _append(original: Source, store: Store, last: int, events: Sequence[StoredEvent]) -> None:
    """Add facts, of which the last has this number, unless a commit that was not heard of did."""
    with store.writing() as writer:
        there = writer.last.seq if writer.last else 0
        if there == last and writer.holds(events):
            return
        if there != last - len(events):
            raise _other(store.database, original, "somebody else records in it")
        writer.append(events)


def _copy_kept(original: Source, store: Store) -> None:
    """Copy the checkpoints and time stamps that are not there, in the order of their coming."""

    def attempt() -> None:
        with store.transaction() as cursor:
            for name, rows in original.kept.items():
                columns = ", ".join(KEPT[name])
                cursor.execute(f"SELECT {columns} FROM {name} ORDER BY rowid")
                there = [tuple(row) for row in cursor.fetchall()]
                if there != rows[: len(there)]:  # somebody signed in the target meanwhile
                    raise _other(store.database, original, f"its {name} differ")
                marks = ", ".join("?" * len(KEPT[name]))
                for row in rows[len(there) :]:
                    cursor.execute(f"INSERT INTO {name} VALUES ({marks})", row)

    persistently(attempt)


def _check(target: Database, held: _Held, progress: Progress) -> None:
    """Compare the root of the source with that over the target's facts, hashed anew as they are
    stored there, and with that of its stored tree.
    """
    size, root = held.theirs.size, held.theirs.root()
    with one_state(target) as connection:
        for page in copy_source.pages(connection, held.ours.size, size):
            _grow(held.ours, page)
            progress("Checking the copy", held.ours.size, size)
        same = held.ours.root() == root
        if same and target.version(connection) >= SCHEMA_VERSION:
            same = tree.root(connection.cursor(), size) == root
    if not same:
        raise copy_source.changed(target, "it does not hold what was copied")


def _grow(edge: Frontier, rows: Iterable[Row]) -> None:
    """Add facts to a tree; of a target's, bytes that are none any more."""
    hashes = (leaf_hash(row.data if isinstance(row.data, bytes) else b"") for row in rows)
    for _ in edge.add(hashes):
        pass


def _batches(items: Iterable[T], size: Callable[[T], int]) -> Iterator[list[T]]:
    """The items in lists for one transaction each."""
    batch: list[T] = []
    total = 0
    for item in items:
        if batch and (len(batch) == MOST_FACTS or total + size(item) > MOST_BYTES):
            yield batch
            batch, total = [], 0
        batch.append(item)
        total += size(item)
    if batch:
        yield batch


def _first(theirs: Sequence[Row], ours: Sequence[Row]) -> int:
    """The number of the first fact that differs in two pages."""
    pairs = enumerate(zip(theirs, ours, strict=False))
    same = next((n for n, (one, other) in pairs if one.data != other.data), len(ours))
    return theirs[same].seq


def _other(target: Database, original: Source, how: str) -> OtherRecordError:
    return OtherRecordError(
        f"{target} holds no beginning of {original.where}: {how}",
        hint="Copy to another place; a copy goes on only where nothing else was recorded.",
    )
