"""What a database of PostgreSQL holds beside the library's tables, and who may do what with it.

Facts, documents, checkpoints and time stamps stand in the schema `public` and are only ever
added to; the tables of the views, which whoever maintains them owns, in a schema of their own.
"""

from __future__ import annotations

from ledger.postgres.sql import ROWID, VIEWS_SCHEMA

FACTS = "stored_events"
"""The library's table of the facts."""

COUNTER = "stored_events_notification_id_seq"
"""What numbers them."""

TABLES = (FACTS, "notification_tracking", "lsledger", "documents", "tiles", "checkpoints",
          "timestamps")  # fmt: skip
"""The tables beside those of the views."""

PROTECTED = (FACTS, "documents", "checkpoints", "timestamps", "lsledger")
"""Tables that are only ever added to."""

REFUSE = "BEGIN RAISE EXCEPTION '% are never changed', TG_TABLE_NAME; END"

# Whoever may add facts may take this lock, and no other of its strength: it keeps the order of
# the numbers the order of the commits, since nobody else can add a fact before it is let go. The
# numbers of a transaction that failed are given again, so that they have no gaps.
# A number for the transaction makes its commit wait for the standbys that the server is told to
# wait for, even if it only finds out that an earlier one was stored.
LOCK = f"""BEGIN
  LOCK TABLE public.{FACTS} IN EXCLUSIVE MODE;
  PERFORM setval('public.{COUNTER}', coalesce(max(notification_id), 0) + 1, false)
    FROM public.{FACTS};
  PERFORM pg_current_xact_id();
END"""

VIEWS = {
    "facts": "SELECT notification_id AS seq, originator_id AS stream, "
    f"originator_version AS version, topic AS type, state AS data FROM public.{FACTS}",
    "tracking": "SELECT application_name, notification_id FROM public.notification_tracking",
    "ledger_tables": 'SELECT relname::text COLLATE "C" AS name FROM pg_catalog.pg_class '
    f"WHERE relkind = 'r' AND relnamespace IN ('public'::regnamespace, "
    f"'{VIEWS_SCHEMA}'::regnamespace)",
}
"""Views of SQL under which the ledger reads what other backends call otherwise."""

TEXT = 'TEXT COLLATE "C"'

STATEMENTS = (
    f'ALTER TABLE public.{FACTS} ALTER COLUMN originator_id TYPE text COLLATE "C", '
    'ALTER COLUMN topic TYPE text COLLATE "C", ALTER COLUMN topic SET NOT NULL, '
    "ALTER COLUMN state SET NOT NULL, ALTER COLUMN notification_id SET NOT NULL",
    # The library's own way to insert takes no lock, and readers would miss facts.
    "DROP FUNCTION public.es_insert_events_text(public.stored_event_text[])",
    f"CREATE SCHEMA {VIEWS_SCHEMA}",
    *(f"CREATE VIEW public.{name} AS {query}" for name, query in VIEWS.items()),
    "CREATE TABLE public.lsledger (schema_version BIGINT NOT NULL)",
    f"CREATE TABLE public.documents (sha256 {TEXT} PRIMARY KEY, data BYTEA NOT NULL)",
    "CREATE TABLE public.tiles (level BIGINT NOT NULL, position BIGINT NOT NULL, "
    "hashes BYTEA NOT NULL, PRIMARY KEY (level, position))",
    f"CREATE TABLE public.checkpoints (note {TEXT} PRIMARY KEY, size BIGINT NOT NULL, "
    f"verifier_key {TEXT} NOT NULL, {ROWID})",
    "CREATE INDEX checkpoints_by_size ON public.checkpoints (size)",
    f"CREATE TABLE public.timestamps (note {TEXT} NOT NULL, response BYTEA NOT NULL, {ROWID})",
    # A time stamp is longer than what an index holds of a value.
    "CREATE UNIQUE INDEX timestamps_once ON public.timestamps (note, sha256(response))",
    f"CREATE FUNCTION public.lsledger_refuse() RETURNS trigger LANGUAGE plpgsql AS $${REFUSE}$$",
    "CREATE FUNCTION public.lsledger_lock() RETURNS void LANGUAGE plpgsql SECURITY DEFINER "
    f"SET search_path = pg_catalog, pg_temp AS $${LOCK}$$",
    "REVOKE EXECUTE ON FUNCTION public.lsledger_lock() FROM PUBLIC",
    *(
        f"CREATE TRIGGER {table}_are_never_changed BEFORE UPDATE OR DELETE OR TRUNCATE "
        f"ON public.{table} FOR EACH STATEMENT EXECUTE FUNCTION public.lsledger_refuse()"
        for table in PROTECTED
    ),
)
"""What makes a ledger of the library's empty tables; the schema's version is put in last."""

MADE = (
    ("table", FACTS, "originator_id text C not null, originator_version bigint not null, "
     "topic text C not null, state bytea not null, notification_id bigint not null "
     f"nextval('{COUNTER}'::regclass)"),
    ("table", "notification_tracking", "application_name text not null, notification_id bigint"),
    ("table", "lsledger", "schema_version bigint not null"),
    ("table", "documents", "sha256 text C not null, data bytea not null"),
    ("table", "tiles", "level bigint not null, position bigint not null, hashes bytea not null"),
    ("table", "checkpoints", "note text C not null, size bigint not null, "
     "verifier_key text C not null, rowid bigint not null a"),
    ("table", "timestamps", "note text C not null, response bytea not null, "
     "rowid bigint not null a"),
    ("index", f"{FACTS}_pkey", f"{FACTS} unique originator_id, originator_version"),
    ("index", f"{FACTS}_notification_id_idx", f"{FACTS} unique notification_id"),
    ("index", "notification_tracking_pkey", "notification_tracking unique application_name"),
    ("index", "documents_pkey", "documents unique sha256"),
    ("index", "tiles_pkey", 'tiles unique level, "position"'),
    ("index", "checkpoints_pkey", "checkpoints unique note"),
    ("index", "checkpoints_by_size", "checkpoints size"),
    ("index", "timestamps_once", "timestamps unique note, sha256(response)"),
    ("relation", "stored_event_text", "c"),
    ("sequence", COUNTER, "S"),
    ("sequence", "checkpoints_rowid_seq", "S"),
    ("sequence", "timestamps_rowid_seq", "S"),
    ("view", "facts", "SELECT notification_id AS seq, originator_id AS stream, "
     f"originator_version AS version, topic AS type, state AS data FROM {FACTS};"),
    ("view", "tracking", "SELECT application_name, notification_id FROM notification_tracking;"),
    ("view", "ledger_tables", 'SELECT ((relname)::text COLLATE "C") AS name FROM pg_class WHERE '
     "((relkind = 'r'::\"char\") AND (relnamespace = ANY (ARRAY[('public'::regnamespace)::oid, "
     f"('{VIEWS_SCHEMA}'::regnamespace)::oid])));"),
)  # fmt: skip
"""What these and the library make beside triggers and functions, as the catalogue tells it."""

# What the library made comes last: the ledger's own depends on it.
REMOVAL = (
    f"DROP SCHEMA IF EXISTS {VIEWS_SCHEMA} CASCADE",
    *(f"DROP VIEW IF EXISTS public.{name}" for name in VIEWS),
    *(
        f"DROP TABLE IF EXISTS public.{name}"
        for name in ("lsledger", "documents", "tiles", "checkpoints", "timestamps")
    ),
    f"DROP TABLE IF EXISTS public.{FACTS}, public.notification_tracking",
    "DROP FUNCTION IF EXISTS public.lsledger_refuse(), public.lsledger_lock(), "
    "public.es_insert_events_text(public.stored_event_text[])",
    "DROP TYPE IF EXISTS public.stored_event_text",
)
"""What takes all of it away again, when a new ledger could not be made."""
