"""Ledgers to be copied, with something of everything, and what of it must be in a copy."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import count, product
from pathlib import Path
from typing import Any

from cli.main import run
from cli.settings import Settings
from ledger import copy
from ledger.copy import Copied
from ledger.database import Database, locate
from ledger.evidence import checkpoint, tree
from ledger.evidence.keys import SigningKey
from ledger.store import created, opened
from projections import catch_up, tables
from projections.view import Row
from tests.evidence.authority import authority
from tests.servers import new_database
from tests.store.ledgers import ACTOR, NOW, TODAY, add, note

BACKENDS = ("sqlite", "postgresql")
PAIRS = tuple(product(BACKENDS, BACKENDS))

FACTS = "SELECT seq, stream, version, type, data FROM facts ORDER BY seq"
DOCUMENTS = "SELECT sha256, data FROM documents ORDER BY sha256"
CHECKPOINTS = "SELECT note, size, verifier_key FROM checkpoints ORDER BY rowid"
TIMESTAMPS = "SELECT note, response FROM timestamps ORDER BY rowid"
TILES = "SELECT level, position, hashes FROM tiles ORDER BY level, position"

NewPlace = Callable[[str], Database]
"""Gives a place of a backend at which nothing is yet."""


@contextmanager
def places(folder: Path, server: str) -> Iterator[NewPlace]:
    """New places: files in a folder with a Korean name, and databases on a server."""
    named = folder / "원장"
    named.mkdir()
    numbers = count(1)
    with ExitStack() as until:

        def new(backend: str) -> Database:
            if backend == "postgresql":
                return locate(until.enter_context(new_database(server)))
            return locate(str(named / f"사본 {next(numbers)}.db"))

        yield new


@dataclass(frozen=True)
class Everything:
    """All that a ledger holds."""

    facts: list[Any]
    documents: list[Any]
    checkpoints: list[Any]
    timestamps: list[Any]
    tiles: list[Any]


def everything(where: Database) -> Everything:
    """What is in a ledger."""
    with where.snapshot() as connection:
        queries = (FACTS, DOCUMENTS, CHECKPOINTS, TIMESTAMPS, TILES)
        return Everything(*(list(connection.execute(query)) for query in queries))


def view_rows(where: Database) -> dict[str, list[Row]]:
    """The rows in the tables of the views, as a reader leaves them."""
    catch_up.ensure_current(where, TODAY)
    with where.snapshot() as connection:
        return {view.name: list(tables.rows(connection, view)) for view in tables.stored_views()}


def is_beginning(found: Everything, original: Everything) -> bool:
    """Whether a ledger holds a true beginning of another one, in the order of copying."""
    parts = [
        (found.facts, original.facts),
        (found.checkpoints, original.checkpoints),
        (found.timestamps, original.timestamps),
    ]
    return (
        all(there == whole[: len(there)] for there, whole in parts)
        and all(document in original.documents for document in found.documents)
        and (not found.facts or found.documents == original.documents)
        and (not found.checkpoints or found.facts == original.facts)
    )


def grown(where: Database) -> tuple[int, bytes]:
    """The size and the root of a ledger's stored tree."""
    with where.snapshot() as connection:
        cursor = connection.cursor()
        return (size := tree.size(cursor)), tree.root(cursor, size)


def silent(_what: str, _done: int, _of: int) -> None:
    """Nobody watches."""


def copied(source: Database, target: Database) -> Copied:
    """Copy, and watch nothing."""
    return copy.copied(source, target, silent)


def command(*words: str | Path | Database, ledger: Database | None = None) -> int:
    """Run a command in this process; its exit code."""
    settings = Settings(ledger=str(ledger), actor=ACTOR, clock=lambda: NOW)
    return run([*map(str, words)], settings)


def with_notes(where: Database, *names: str) -> Database:
    """A new ledger with a fact of each name."""
    with created(where) as store:
        add(store, *map(note, names))
    return where


def added(where: Database, *names: str) -> None:
    """Record more."""
    with opened(where) as store:
        add(store, *map(note, names))


def signed(where: Database, seed: int) -> None:
    """Sign a checkpoint by a key of its own."""
    with opened(where) as store, store.transaction() as cursor:
        checkpoint.sign_head(cursor, SigningKey("example.com/acme", bytes([seed]) * 32))


def rich(where: Database, folder: Path) -> None:
    """Make a ledger with something of everything: the example, documents, one of some MB, facts
    of every size, checkpoints, a time stamp. `checkpoint` in the folder is the first of them.
    """

    def do(*words: str | Path) -> None:
        assert command(*words, ledger=where) == 0, words

    key, head = folder / "key", folder / "checkpoint"
    big, korean = folder / "big.txt", folder / "보도자료.txt"
    big.write_text("".join(f"문단 {number}: {'x' * 90}\n\n" for number in range(30_000)), "utf-8")
    korean.write_text("새만금 공장이 준공되었다.\n", "utf-8")
    assert command("keygen", "example.com/acme", "-o", key) == 0
    do("init", "--example")
    do("source", "add", big, "--id", "big", "--title", "큰 문서", "--published", "2025-01")
    do("source", "add", korean, "--id", "korean", "--title", "보도자료", "--published", "2025-02")
    stamping = folder / "authority"
    stamping.mkdir()
    clock = authority(stamping)
    asked, answer = folder / "head.tsq", folder / "head.tsr"
    do("checkpoint", "--key", key, "--timestamp-request", asked, "-o", head)
    answer.write_bytes(clock.stamp(asked.read_bytes()))
    do("checkpoint", "--timestamp-response", answer, "--timestamp-roots", clock.root)
    tags = [f"{number:03} {'y' * 280}" for number in range(200)]
    with opened(where) as store:
        add(store, *(note(f"n-{number}", f"말 {number}") for number in range(200)))
        add(store, *(note(f"large-{number}", tags=tags) for number in range(30)))
    do("record", "company.registered", "last", "--name", "마지막", "--key", key)
