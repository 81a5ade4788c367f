"""Whether the ledger's tables, indexes and triggers are just those of a new one.

A table could be remade with rules of its own, a view of SQL or an index could answer in a table's
place: what the database says it is must be what lsledger would have made.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

from ledger.database import Database
from ledger.evidence.scan import shown
from ledger.evidence.verify import Check
from projections import tables


def schema(where: Database, connection: Any) -> Check:
    """Compare each definition with that in a new ledger, and each index with its table."""
    there = where.definitions(connection)
    expected = where.expected(connection, tables.statements())
    if not tables.are_of_this_version(connection):  # the check of the views tells of that
        there, expected = (
            Counter({made: n for made, n in some.items() if not made[1].startswith("view_")})
            for some in (there, expected)
        )
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
        differences = [
            f"the database finds: {text}" for text in where.defects(connection, thorough=True)
        ]
    detail = f"{there.total()} tables, indexes and triggers are as in a new ledger, and sound"
    return Check("schema", detail, tuple(differences[:20]))
