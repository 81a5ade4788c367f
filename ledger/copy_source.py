"""One state of a ledger that is copied: its facts in pages, and what is kept beside them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, NamedTuple

from ledger.database import SCHEMA_VERSION, Connection, Database, last_seq
from ledger.errors import DamagedError
from ledger.evidence import archive, merkle, tree
from ledger.evidence.errors import InconsistentError
from ledger.evidence.merkle import HashAt
from ledger.evidence.tiles import Frontier

PAGE = 1_000
"""Facts that are read at a time."""

KEPT = {
    "checkpoints": ("note", "size", "verifier_key"),
    "timestamps": ("note", "response"),
}
"""Tables whose rows are copied in the order of their coming, and their columns."""


class Row(NamedTuple):
    """A fact as it is stored. data: its bytes, unless somebody made them something else."""

    seq: int
    stream: str
    version: int
    type: str
    data: Any


@dataclass(frozen=True, slots=True)
class Source:
    """What is copied.

    size: how many facts. documents: their digests. kept: the rows of the tables in KEPT.
    hash_at: of the stored tree; None where an earlier version made none.
    """

    where: Database
    connection: Connection
    size: int
    documents: list[str]
    kept: dict[str, list[Any]]
    hash_at: HashAt | None

    def rows(self, after: int, last: int) -> Iterator[list[Row]]:
        """The facts after one number up to another one, in pages.

        Raises DamagedError for one that is missing, or is not as lsledger stores it.
        """
        with self.where.faults():  # of this place, whatever else is read in between
            for page in pages(self.connection, after, last):
                for row in page:
                    after += 1
                    if row.seq != after or not isinstance(row.data, bytes):
                        raise changed(self.where, f"#{after} is missing, or its bytes are none")
                yield page
        if after < last:
            raise changed(self.where, f"#{after + 1} is missing")

    def check(self, edge: Frontier) -> None:
        """Raise DamagedError unless the facts that were read are those that the stored tree was
        grown from. The target's tree is grown anew, and would hide it.
        """
        if self.hash_at is None:
            return
        with self.where.faults():
            stored = merkle.root(edge.size, self.hash_at)
        if stored != edge.root():
            raise changed(
                self.where, f"its first {edge.size:,} facts are not those that were recorded"
            )


@contextmanager
def one_state(where: Database) -> Iterator[Connection]:
    """A connection to one state of a ledger, however long a copy takes.

    The views are not read, so making them anew is not kept off, as `snapshot` does.
    """
    with where.reading() as connection:
        connection.execute("BEGIN")
        yield connection


def read(where: Database, connection: Connection) -> Source:
    """What is to be copied, if nothing is missing at its end.

    Raises DamagedError when there are fewer facts than were recorded, InconsistentError when a
    checkpoint signed more.
    """
    size = last_seq(connection)
    if where.version(connection) < SCHEMA_VERSION:  # it has no tables for anything else
        return Source(where, connection, size, [], {name: [] for name in KEPT}, None)
    cursor = connection.cursor()
    if (grown := tree.size(cursor)) != size:
        raise changed(where, f"{grown:,} facts were recorded, {size:,} are there")
    kept = {name: kept_rows(connection, name) for name in KEPT}
    for _, signed, _ in kept["checkpoints"]:
        if not isinstance(signed, int) or signed > size:
            raise InconsistentError(
                f"{where} holds {size:,} facts, and a checkpoint of {signed!a:.20}",
                hint="`lsledger verify` tells what differs. Nothing was copied.",
            )
    documents = archive.digests(connection)
    return Source(where, connection, size, documents, kept, tree.hash_at(cursor))


def pages(connection: Connection, after: int, last: int) -> Iterator[list[Row]]:
    """The stored facts after one number up to another one, as they are, in pages."""
    while after < last:
        found = connection.execute(
            "SELECT seq, stream, version, type, data FROM facts WHERE seq > ? AND seq <= ? "
            "ORDER BY seq LIMIT ?",
            (after, last, PAGE),
        )
        page = [Row(*row) for row in found]
        if not page:
            return
        yield page
        after = page[-1].seq


def kept_rows(connection: Connection, table: str) -> list[Any]:
    """The rows of one of the tables in KEPT, in the order of their coming."""
    columns = ", ".join(KEPT[table])
    return list(connection.execute(f"SELECT {columns} FROM {table} ORDER BY rowid"))


def changed(where: Database, what: str) -> DamagedError:
    """The error that says what somebody did to a ledger."""
    return DamagedError(
        f"{where} was changed from outside: {what}", hint="`lsledger verify` tells what differs."
    )
