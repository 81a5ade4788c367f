"""What a file of SQLite holds beside the library's tables, and whether it still does."""

from __future__ import annotations

import re
import sqlite3
from collections import Counter
from collections.abc import Iterable

from ledger.database import Definitions

OWN = re.compile(r"sqlite_(stat[0-9]|sequence)")
"""Tables that SQLite itself may add."""

# Beside the library's tables: the archived documents, the tiles of the Merkle tree over the
# facts, the checkpoints that were signed, and the time stamps of those.
EVIDENCE = (
    "CREATE TABLE documents (sha256 TEXT PRIMARY KEY, data BLOB NOT NULL)",
    "CREATE TABLE tiles (level INTEGER NOT NULL, position INTEGER NOT NULL, "
    "hashes BLOB NOT NULL, PRIMARY KEY (level, position))",
    "CREATE TABLE checkpoints (note TEXT PRIMARY KEY, size INTEGER NOT NULL, "
    "verifier_key TEXT NOT NULL)",
    "CREATE INDEX checkpoints_by_size ON checkpoints (size)",
    "CREATE TABLE timestamps (note TEXT NOT NULL, response BLOB NOT NULL, "
    "PRIMARY KEY (note, response))",
)

# The facts table is the library's; these triggers make it append-only. INSERT OR REPLACE
# deletes without firing a delete trigger, so it is refused by the third.
FACTS_PROTECTION = (
    """CREATE TRIGGER facts_are_never_changed BEFORE UPDATE ON stored_events
       BEGIN SELECT RAISE(ABORT, 'facts are never changed'); END""",
    """CREATE TRIGGER facts_are_never_deleted BEFORE DELETE ON stored_events
       BEGIN SELECT RAISE(ABORT, 'facts are never deleted'); END""",
    """CREATE TRIGGER facts_are_never_replaced BEFORE INSERT ON stored_events
       WHEN EXISTS (SELECT 1 FROM stored_events WHERE rowid = NEW.rowid)
         OR EXISTS (SELECT 1 FROM stored_events WHERE originator_id = NEW.originator_id
                    AND originator_version = NEW.originator_version)
       BEGIN SELECT RAISE(ABORT, 'facts are never replaced'); END""",
)

EVIDENCE_PROTECTION = tuple(
    statement
    for table, key in (
        ("documents", "sha256 = NEW.sha256"),
        ("checkpoints", "note = NEW.note"),
        ("timestamps", "note = NEW.note AND response = NEW.response"),
    )
    for statement in (
        f"CREATE TRIGGER {table}_are_never_changed BEFORE UPDATE ON {table} "
        f"BEGIN SELECT RAISE(ABORT, '{table} are never changed'); END",
        f"CREATE TRIGGER {table}_are_never_deleted BEFORE DELETE ON {table} "
        f"BEGIN SELECT RAISE(ABORT, '{table} are never deleted'); END",
        f"CREATE TRIGGER {table}_are_never_replaced BEFORE INSERT ON {table} "
        f"WHEN EXISTS (SELECT 1 FROM {table} WHERE {key}) "
        f"BEGIN SELECT RAISE(ABORT, '{table} are never replaced'); END",
    )
)

PROTECTION = (*FACTS_PROTECTION, *EVIDENCE_PROTECTION)

# What all SQL of the ledger reads, on every backend: the facts under the names of their field,
# and which tables there are. Made anew for each connection, in its own memory.
COMMON_VIEWS = (
    "CREATE TEMP VIEW IF NOT EXISTS facts AS SELECT rowid AS seq, originator_id AS stream, "
    "originator_version AS version, topic AS type, state AS data FROM main.stored_events",
    "CREATE TEMP VIEW IF NOT EXISTS ledger_tables AS "
    "SELECT name FROM main.sqlite_master WHERE type = 'table'",
)


def definitions(connection: sqlite3.Connection) -> Definitions:
    """Every table, index, trigger and view of the file, with the SQL that made it."""
    found = connection.execute(
        "SELECT type, name, sql FROM main.sqlite_master WHERE sql IS NOT NULL"
    )
    return Counter(
        (str(kind), str(name), str(sql))
        for kind, name, sql in found
        if not (kind == "table" and OWN.fullmatch(str(name)))
    )


def without_evidence(made: Definitions) -> Definitions:
    """What of the definitions a ledger of version 1 has."""
    later = {*EVIDENCE, *EVIDENCE_PROTECTION}
    return Counter({one: n for one, n in made.items() if one[2] not in later})


def substituted(connection: sqlite3.Connection) -> bool:
    """Whether a view of SQL or a virtual table is there: reading it could go on for ever."""
    found = connection.execute(
        "SELECT 1 FROM main.sqlite_master WHERE type = 'view' OR sql LIKE 'CREATE VIRTUAL %'"
    )
    return found.fetchone() is not None


def protected(connection: sqlite3.Connection, right: Iterable[str]) -> bool:
    """Whether just those triggers are there."""
    found = connection.execute("SELECT sql FROM main.sqlite_master WHERE type = 'trigger'")
    return {sql for (sql,) in found} == set(right)
