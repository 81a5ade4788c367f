"""Whether the file's tables, indexes and triggers are just those of a new ledger.

A table could be remade with rules of its own, a view of SQL or an index could answer in a table's
place: what the file says it is must be what lsledger would have made.
"""

from __future__ import annotations

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

Objects = dict[str, tuple[str, str]]
"""From the name of a table, index, trigger or view to its kind and its definition."""


def schema(connection: Connection) -> Check:
    """Compare each definition with that in a new ledger, and each index with its table."""
    there, expected = _objects(connection), _of_a_new_ledger()
    if there.keys().isdisjoint(tables.shapes()):
        expected = {name: made for name, made in expected.items() if not name.startswith("view_")}
    if database.version(connection) < database.SCHEMA_VERSION:
        later = {*database.EVIDENCE, *database.EVIDENCE_PROTECTION}
        expected = {name: made for name, made in expected.items() if made[1] not in later}
    differences = [
        f"the {kind} {name} is missing" for name, (kind, _) in expected.items() if name not in there
    ]
    for name, (kind, definition) in there.items():
        if name not in expected:
            differences.append(f"the {kind} {shown(name)} is not one of lsledger's")
        elif (kind, definition) != expected[name]:
            differences.append(f"the {kind} {name} is defined otherwise than lsledger does")
    if not differences:
        found = connection.execute("PRAGMA integrity_check(5)").fetchall()
        differences = [f"SQLite finds: {text}" for (text,) in found if text != "ok"]
    detail = f"{len(there)} tables, indexes and triggers are as in a new ledger, and sound"
    return Check("schema", detail, tuple(differences[:20]))


def _objects(connection: Connection) -> Objects:
    found = connection.execute("SELECT name, type, sql FROM sqlite_master WHERE sql IS NOT NULL")
    # SQLite's own: statistics, and the like
    return {
        str(name): (str(kind), str(sql))
        for name, kind, sql in found
        if not str(name).startswith("sqlite_")
    }


def _of_a_new_ledger() -> Objects:
    with TemporaryDirectory(prefix="lsledger-verify-") as folder:
        where = Database(Path(folder) / "new.db")
        with created(where) as store:
            catch_up(store, date.min)
        with database.open_readonly(where) as connection:
            return _objects(connection)
