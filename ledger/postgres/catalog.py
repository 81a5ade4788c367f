"""What a server says that a ledger's tables, indexes, triggers and functions are.

Compared with what lsledger would have made, part by part, since a server renders definitions in
the words of its own version.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from ledger.database import Definitions
from ledger.postgres import schema
from ledger.postgres.sql import VIEWS_SCHEMA

_TABLE = re.compile(r"CREATE TABLE (\w+) \((.*)\)", re.DOTALL)
_INDEX = re.compile(r"CREATE INDEX (\w+) ON (\w+) \((.*?)\)(?: WHERE (.*))?")
_OF_TABLE = re.compile(rf"(?<![\w.\"])(?:{schema.FACTS}|notification_tracking|pg_class)\.")

HERE = f"('public'::regnamespace, '{VIEWS_SCHEMA}'::regnamespace)"

ADDED_TO = f"({', '.join(repr(name) for name in schema.PROTECTED)})"

# One line for each column: its type, its collation, whether it may be empty, what fills it.
COLUMNS = f"""
SELECT c.relname::text, string_agg(concat_ws(' ', a.attname, format_type(a.atttypid, a.atttypmod),
    CASE WHEN co.collname = 'C' THEN 'C' END, CASE WHEN a.attnotnull THEN 'not null' END,
    nullif(a.attidentity, ''), CASE WHEN a.atthasdef THEN pg_get_expr(d.adbin, d.adrelid) END),
    ', ' ORDER BY a.attnum)
    || CASE WHEN c.relpersistence <> 'p' THEN ', not kept through a crash' ELSE '' END
    || CASE WHEN EXISTS (SELECT 1 FROM pg_inherits h WHERE c.oid IN (h.inhparent, h.inhrelid))
       THEN ', shared with other tables' ELSE '' END
    || CASE WHEN (left(c.relname, 5) = 'view_') <> (c.relnamespace = '{VIEWS_SCHEMA}'::regnamespace)
       THEN ', in another schema' ELSE '' END
FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
LEFT JOIN pg_collation co ON co.oid = a.attcollation
LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
WHERE c.relnamespace IN {HERE} AND c.relkind = 'r' AND NOT c.relrowsecurity
GROUP BY c.oid"""

OTHERS = f"""
SELECT CASE c.relkind WHEN 'S' THEN 'sequence' WHEN 'v' THEN 'view' WHEN 'r' THEN 'table' ELSE
    'relation' END, c.relname::text, CASE c.relkind WHEN 'v' THEN pg_get_viewdef(c.oid)
    WHEN 'r' THEN 'with rules of its own' ELSE c.relkind::text END
FROM pg_class c WHERE c.relnamespace IN {HERE} AND c.relkind <> 'i' AND c.relkind <> 't'
    AND (c.relkind <> 'r' OR c.relrowsecurity OR EXISTS (
        SELECT 1 FROM pg_rewrite w WHERE w.ev_class = c.oid))
UNION ALL
SELECT 'index', c.relname::text, concat_ws(' ', t.relname, CASE WHEN i.indisunique THEN 'unique'
    END, (SELECT string_agg(pg_get_indexdef(i.indexrelid, n, true), ', ' ORDER BY n)
    FROM generate_series(1, i.indnatts) n), pg_get_expr(i.indpred, i.indrelid))
FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_class t ON t.oid = i.indrelid
WHERE c.relnamespace IN {HERE}
UNION ALL
SELECT 'trigger', t.tgname::text, concat_ws(' ', c.relname, CASE WHEN p.pronamespace <>
    'public'::regnamespace THEN p.pronamespace::text END, p.proname, t.tgtype, t.tgenabled,
    pg_get_expr(t.tgqual, t.tgrelid), t.tgattr)
FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_proc p ON p.oid = t.tgfoid
WHERE NOT t.tgisinternal AND c.relnamespace IN {HERE}
UNION ALL
SELECT 'constraint', k.conname::text, concat_ws(' ', c.relname, pg_get_constraintdef(k.oid))
FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid
WHERE c.relnamespace IN {HERE} AND k.contype NOT IN ('p', 'u', 'n')
UNION ALL
SELECT 'right', c.relname::text, concat_ws(' ', coalesce(r.rolname, 'everybody'), a.privilege_type)
FROM pg_class c CROSS JOIN aclexplode(c.relacl) a LEFT JOIN pg_roles r ON r.oid = a.grantee
WHERE c.relnamespace = 'public'::regnamespace AND c.relname IN {ADDED_TO}
    AND a.privilege_type IN ('UPDATE', 'DELETE', 'TRUNCATE', 'TRIGGER') AND a.grantee <> c.relowner
UNION ALL
SELECT 'setting', 'session_replication_role', 'no trigger fires' FROM pg_db_role_setting s
WHERE s.setdatabase IN (0, (SELECT oid FROM pg_database WHERE datname = current_database()))
    AND EXISTS (SELECT 1 FROM unnest(s.setconfig) AS set WHERE set LIKE 'session_replication_role=%'
        AND set NOT LIKE '%=origin')
UNION ALL
SELECT 'function', p.proname::text, concat_ws(' ', CASE WHEN p.prosecdef THEN 'definer' END,
    array_to_string(p.proconfig, ' '), p.prosrc)
FROM pg_proc p WHERE p.pronamespace IN {HERE} AND NOT EXISTS (
    SELECT 1 FROM pg_depend e WHERE e.objid = p.oid AND e.deptype = 'e')"""

TRIGGER_TYPE = 2 + 8 + 16 + 32
"""Of a trigger in the catalogue: before, delete, update, truncate, once a statement."""


def definitions(connection: Any) -> Definitions:
    """The kind, name and definition of everything in the ledger's schemas."""
    found = [("table", name, text) for name, text in connection.execute(COLUMNS)]
    found += connection.execute(OTHERS).fetchall()
    return Counter((kind, name, _told(kind, text)) for kind, name, text in found)


def _told(kind: str, text: str) -> str:
    """A definition in the words of every server: some name the table of each column of a view."""
    return " ".join((_OF_TABLE.sub("", text) if kind == "view" else text).split())


def expected(tables: Iterable[str]) -> Definitions:
    """The same of a new ledger, with the tables of views that the statements make."""
    return Counter(
        (kind, name, " ".join(text.split()))
        for kind, name, text in (*_of_the_ledger(), *_of_views(tables))
    )


def protected(connection: Any) -> bool:
    """Whether each protected table has its trigger, and the trigger fires and refuses."""
    there = definitions(connection)
    wanted = {*_triggers(), ("function", "lsledger_refuse", schema.REFUSE)}
    return wanted <= there.keys() and not any(kind == "setting" for kind, _, _ in there)


def tables_there(connection: Any) -> list[str]:
    """The tables, views and the like that stand where a ledger's would; none in a new database."""
    rows = connection.execute(
        "SELECT relname::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
        f"WHERE n.nspname IN ('public', '{VIEWS_SCHEMA}') AND NOT EXISTS ("
        "SELECT 1 FROM pg_depend e WHERE e.objid = c.oid AND e.deptype = 'e') ORDER BY 1"
    )
    return [name for (name,) in rows]


def columns_of_views(connection: Any) -> dict[str, list[str]]:
    """The tables of the views that are there, and the names of their columns in their order."""
    found: dict[str, list[str]] = {}
    rows = connection.execute(
        "SELECT c.relname::text, a.attname::text FROM pg_class c "
        "JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped "
        f"WHERE c.relnamespace = '{VIEWS_SCHEMA}'::regnamespace AND c.relkind = 'r' "
        "ORDER BY a.attnum"
    )
    for table, column in rows:
        found.setdefault(table, []).append(column)
    return found


def unfinished(connection: Any) -> bool:
    """Whether the making of a ledger was broken off: nothing but parts of it is there, and no
    fact.
    """
    there = {*tables_there(connection)}
    own = {name for _, name, _ in _of_the_ledger()} | {*schema.TABLES, *schema.VIEWS}
    ours = {name for name in there if name in own or name.startswith("view_")}
    if not there or there != ours or schema.FACTS not in there:
        return False
    (recorded,) = connection.execute(
        f"SELECT EXISTS (SELECT 1 FROM public.{schema.FACTS})"
    ).fetchone()
    return not recorded


def unusable_indexes(connection: Any) -> list[str]:
    """Indexes that a server does not use, since making them was broken off."""
    rows = connection.execute(
        "SELECT c.relname::text FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid "
        f"WHERE c.relnamespace IN {HERE} AND NOT (i.indisvalid AND i.indisready AND i.indislive)"
    )
    return [f"the index {name} is not whole" for (name,) in rows]


def substituted(connection: Any) -> bool:
    """Whether a table of the ledger's is none: reading it could go on for ever."""
    names = (*schema.TABLES, *schema.VIEWS)
    rows = connection.execute(
        "SELECT relname::text, relkind::text FROM pg_class "
        f"WHERE relnamespace IN {HERE} AND relkind IN ('r', 'v', 'm', 'f', 'p')"
    ).fetchall()
    return any(
        kind != ("v" if name in schema.VIEWS else "r")
        for name, kind in rows
        if name in names or name.startswith("view_")
    )


def _triggers() -> Iterator[tuple[str, str, str]]:
    for table in schema.PROTECTED:
        text = f"{table} lsledger_refuse {TRIGGER_TYPE} O"
        yield "trigger", f"{table}_are_never_changed", text


def _of_the_ledger() -> Iterator[tuple[str, str, str]]:
    """What the library and `postgres_schema` make."""
    yield from schema.MADE
    yield from _triggers()
    yield "function", "lsledger_refuse", schema.REFUSE
    yield "function", "lsledger_lock", f"definer search_path=pg_catalog, pg_temp {schema.LOCK}"


def _of_views(tables: Iterable[str]) -> Iterator[tuple[str, str, str]]:
    """What the statements that make the tables of the views make."""
    for statement in tables:
        if made := _TABLE.fullmatch(statement):
            yield from _of_table(made[1], re.split(r", (?![^(]*\))", made[2]))
        elif made := _INDEX.fullmatch(statement):
            condition = f" ({made[4]})" if made[4] else ""
            keys = made[3].replace('"', "")
            yield "index", made[1], f"{made[2]} {keys}{condition}"


def _of_table(name: str, columns: list[str]) -> Iterator[tuple[str, str, str]]:
    """A table, the counter of its rows, and the index of its key."""
    keys = [column for column in columns if "PRIMARY KEY" in column]
    for key in keys:
        of = key.partition("(")[2].rstrip(")") or key.split()[0].strip('"')
        yield "index", f"{name}_pkey", f"{name} unique {of}"
    described = []
    for column in columns:
        if column.startswith("PRIMARY KEY"):
            continue
        called, kind, *rest = column.split()
        filled = " not null" if rest else ""
        type_ = {"TEXT": "text C", "INTEGER": "bigint"}[kind]
        called = called.strip('"')
        described.append(f"{called} {type_}{filled}")
    described.append("rowid bigint not null a")
    yield "table", name, ", ".join(described)
    yield "sequence", f"{name}_rowid_seq", "S"
