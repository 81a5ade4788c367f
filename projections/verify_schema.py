"""Whether the file's tables, indexes and triggers are just those of a new ledger.

A table could be remade with rules of its own, a view of SQL or an index could answer in a table's
place: what the file says it is must be what lsledger would have made.
"""

from __future__ import annotations

import re
from collections import Counter
from datetime import date
from pathlib import Path
from sqlite3 import Connection
from tempfile import TemporaryDirectory

from ledger import database
from ledger.database import Database
from ledger.evidence.scan import shown
from ledger.evidence.verify import Check
from ledger.store import created
from projections import tables
from projections.catch_up import catch_up

Objects = Counter[tuple[str, str, str]]
"""The kind, name and definition of tables, indexes, triggers and views, and how often each is."""

OWN = re.compile(r"sqlite_(stat[0-9]|sequence)")
"""Tables that SQLite itself may add."""


def schema(connection: Connection) -> Check:
    """Compare each definition with that in a new ledger, and each index with its table."""
    there, expected = _objects(connection), _of_a_new_ledger()
    if not tables.are_of_this_version(connection):  # the check of the views tells of that
        there, expected = (
            Counter({made: n for made, n in some.items() if not made[1].startswith("view_")})
            for some in (there, expected)
        )
    if database.version(connection) < database.SCHEMA_VERSION:
        later = {*database.EVIDENCE, *database.EVIDENCE_PROTECTION}
        expected = Counter({made: n for made, n in expected.items() if made[2] not in later})
    missing, more = expected - there, there - expected
    named = {(kind, name) for kind, name, _ in more}
    differences = [
        f"the {kind} {name} is missing" for kind, name, _ in missing if (kind, name) not in named
    ]
    known = {(kind, name) for kind, name, _ in expected}
    for kind, name, _ in more:
        if (kind, name) in known:
            differences.append(f"the {kind} {name} is defined otherwise than lsledger does")
        else:
            differences.append(f"the {kind} {shown(name)} is not one of lsledger's")
    if not differences:
        found = connection.execute("PRAGMA integrity_check(5)").fetchall()
        differences = [f"SQLite finds: {text}" for (text,) in found if text != "ok"]
    detail = f"{there.total()} tables, indexes and triggers are as in a new ledger, and sound"
    return Check("schema", detail, tuple(differences[:20]))


def stands_in_a_tables_place(connection: Connection) -> bool:
    """Whether a view of SQL or a virtual table is there: reading it could go on for ever."""
    found = connection.execute(
        "SELECT 1 FROM sqlite_master WHERE type = 'view' OR sql LIKE 'CREATE VIRTUAL %'"
    )
    return found.fetchone() is not None


def _objects(connection: Connection) -> Objects:
    found = connection.execute("SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL")
    return Counter(
        (str(kind), str(name), str(sql))
        for kind, name, sql in found
        if not (kind == "table" and OWN.fullmatch(str(name)))
    )


def _of_a_new_ledger() -> Objects:
    with TemporaryDirectory(prefix="lsledger-verify-") as folder:
        where = Database(Path(folder) / "new.db")
        with created(where) as store:
            catch_up(store, date.min)
        with database.open_readonly(where) as connection:
            return _objects(connection)
