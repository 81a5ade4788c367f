"""Whether a server finds by each index what the table has.

An index can be exchanged by whoever may write to the catalogue, or be damaged; then a fact is
there and is not found by its stream. So each index is walked along, and what it leads to is
counted and its order compared.
"""

from __future__ import annotations

from typing import Any

from ledger.postgres.sql import VIEWS_SCHEMA

USED = f"""
SELECT c.relname::text, i.indrelid::regclass::text, (SELECT string_agg(pg_get_indexdef(
    i.indexrelid, n, true), ', ' ORDER BY n) FROM generate_series(1, i.indnkeyatts) n),
    pg_get_expr(i.indpred, i.indrelid)
FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_am a ON a.oid = c.relam
WHERE c.relnamespace IN ('public'::regnamespace, '{VIEWS_SCHEMA}'::regnamespace)
    AND i.indisvalid AND i.indisready AND i.indislive AND a.amname = 'btree'
ORDER BY 1"""

BY_INDEX = (
    "SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off; "
    "SET LOCAL enable_indexonlyscan = off; SET LOCAL enable_sort = off"
)
"""What makes a server go along an index and look at the row behind each entry."""

BY_TABLE = "SET LOCAL enable_indexscan = off; SET LOCAL enable_seqscan = on"


def lacking(connection: Any) -> list[str]:
    """Indexes that do not lead to every row, or not in their order; inside a transaction."""
    found = []
    # What is set for it is set back at its end.
    with connection.inner.transaction(force_rollback=True):
        for name, table, keys, condition in connection.execute(USED).fetchall():
            rows = f"FROM {table} WHERE {condition or 'true'}"
            connection.execute(BY_INDEX)
            by_index, astray = connection.execute(
                "SELECT count(*), count(*) FILTER (WHERE before > here) FROM (SELECT "
                f"ROW({keys}) AS here, lag(ROW({keys})) OVER () AS before "
                f"FROM (SELECT * {rows} ORDER BY {keys}) AS walked) AS compared"
            ).fetchone()
            connection.execute(BY_TABLE)
            (count,) = connection.execute(f"SELECT count(*) {rows}").fetchone()
            if by_index != count:
                found.append(f"the index {name} leads to {by_index:,} rows of {count:,}")
            elif astray:
                found.append(f"the index {name} leads to {astray:,} rows at the wrong place")
    return found
