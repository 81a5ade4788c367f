"""Attacks on a ledger in a database with plain SQL, by somebody who may do everything there.

`lsledger verify` alone finds each of them.
"""

from __future__ import annotations

from dataclasses import dataclass

SAVED = "CREATE TABLE public.saved AS SELECT * FROM stored_events; "
"""Makes room for what is put back in another way."""

FREELY = "SET session_replication_role = replica; "
"""What follows fires no trigger, as if they were disabled before and enabled again afterwards."""

OF_FACTS = "stored_events_are_never_changed"


@dataclass(frozen=True)
class Attack:
    """What is done, which check finds it, and what the report says."""

    sql: str
    check: str
    says: str


def _edited(table: str, column: str, old: str, new: str, where: str = "true") -> str:
    """Replace a text within bytes."""
    changed = f"convert_to(replace(convert_from({column}, 'UTF8'), '{old}', '{new}'), 'UTF8')"
    return f"UPDATE {table} SET {column} = {changed} WHERE {where}"


def _schema(sql: str, says: str) -> Attack:
    return Attack(sql, "schema", says)


def _fact(sql: str, check: str, says: str) -> Attack:
    return Attack(FREELY + sql, check, says)


INSERTED = (
    "INSERT INTO stored_events SELECT 'context:forged', 1, 'context.noted/1', "
    "convert_to(replace(replace(convert_from(state, 'UTF8'), '\"seq\":65', '\"seq\":67'), "
    "stream, 'context:forged'), 'UTF8'), 67 FROM facts JOIN stored_events ON seq = notification_id "
    "WHERE seq = 65"
)

ATTACKS = {
    # what protects the facts
    "a trigger is disabled": _schema(
        f"ALTER TABLE stored_events DISABLE TRIGGER {OF_FACTS}",
        f"the trigger {OF_FACTS} is defined otherwise",
    ),
    "all triggers of a table are disabled": _schema(
        "ALTER TABLE documents DISABLE TRIGGER ALL",
        "the trigger documents_are_never_changed is defined otherwise",
    ),
    "a trigger is left to fire for replicas alone": _schema(
        f"ALTER TABLE stored_events ENABLE REPLICA TRIGGER {OF_FACTS}", "is defined otherwise"
    ),
    "a trigger is dropped": _schema(
        f"DROP TRIGGER {OF_FACTS} ON stored_events", f"the trigger {OF_FACTS} is missing"
    ),
    "a trigger is made anew for UPDATE alone": _schema(
        f"DROP TRIGGER {OF_FACTS} ON stored_events; CREATE TRIGGER {OF_FACTS} BEFORE UPDATE "
        "ON stored_events FOR EACH STATEMENT EXECUTE FUNCTION lsledger_refuse()",
        f"the trigger {OF_FACTS} is defined otherwise",
    ),
    "a trigger is made anew with a condition that never holds": _schema(
        f"DROP TRIGGER {OF_FACTS} ON stored_events; CREATE TRIGGER {OF_FACTS} BEFORE UPDATE OR "
        "DELETE OR TRUNCATE ON stored_events FOR EACH STATEMENT WHEN (false) "
        "EXECUTE FUNCTION lsledger_refuse()",
        f"the trigger {OF_FACTS} is defined otherwise",
    ),
    "a trigger calls a function of the same name elsewhere": _schema(
        "CREATE SCHEMA elsewhere; CREATE FUNCTION elsewhere.lsledger_refuse() RETURNS trigger "
        "LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'; "
        f"CREATE OR REPLACE TRIGGER {OF_FACTS} BEFORE UPDATE OR DELETE OR TRUNCATE "
        "ON stored_events FOR EACH STATEMENT EXECUTE FUNCTION elsewhere.lsledger_refuse()",
        f"the trigger {OF_FACTS} is defined otherwise",
    ),
    "a trigger is added": _schema(
        "CREATE FUNCTION public.nothing() RETURNS trigger LANGUAGE plpgsql AS "
        "'BEGIN RETURN NULL; END'; CREATE TRIGGER more BEFORE INSERT ON checkpoints "
        "FOR EACH ROW EXECUTE FUNCTION public.nothing()",
        "the trigger 'more' is not one",
    ),
    "the function that refuses is replaced": _schema(
        "CREATE OR REPLACE FUNCTION lsledger_refuse() RETURNS trigger LANGUAGE plpgsql "
        "AS 'BEGIN RETURN NULL; END'",
        "the function lsledger_refuse is defined otherwise",
    ),
    "the function that locks is replaced": _schema(
        "CREATE OR REPLACE FUNCTION lsledger_lock() RETURNS void LANGUAGE plpgsql SECURITY DEFINER "
        "SET search_path = pg_catalog, pg_temp AS 'BEGIN END'",
        "the function lsledger_lock is defined otherwise",
    ),
    "triggers are switched off for whoever comes": _schema(
        "DO $$BEGIN EXECUTE format('ALTER DATABASE %I SET session_replication_role = replica', "
        "current_database()); END$$",
        "the setting 'session_replication_role'",
    ),
    "triggers are switched off for one user": _schema(
        "ALTER ROLE CURRENT_USER SET session_replication_role = replica",
        "the setting 'session_replication_role'",
    ),
    # what tables, views and indexes are
    "a column is added": _schema(
        "ALTER TABLE stored_events ADD COLUMN more TEXT",
        "the table stored_events is defined otherwise",
    ),
    "a column of a view's table is added": _schema(
        "ALTER TABLE ledger_views.view_plants ADD COLUMN more TEXT",
        "the table view_plants is defined otherwise",
    ),
    "a column may be empty": _schema(
        "ALTER TABLE documents ALTER COLUMN data DROP NOT NULL",
        "the table documents is defined otherwise",
    ),
    "a column is filled otherwise": _schema(
        "ALTER TABLE stored_events ALTER COLUMN notification_id SET DEFAULT 1",
        "the table stored_events is defined otherwise",
    ),
    "a column is ordered otherwise": _schema(
        'ALTER TABLE checkpoints ALTER COLUMN note TYPE text COLLATE "default"',
        "the table checkpoints is defined otherwise",
    ),
    "a table takes nothing more": _schema(
        "ALTER TABLE checkpoints ADD CHECK (size < 67)",
        "the constraint 'checkpoints_size_check' is not one",
    ),
    "a table is not kept through a crash": _schema(
        "ALTER TABLE documents SET UNLOGGED", "the table documents is defined otherwise"
    ),
    "a rule is added": _schema(
        "CREATE RULE more AS ON INSERT TO checkpoints DO INSTEAD NOTHING",
        "the table checkpoints is defined otherwise",
    ),
    "rows are hidden from some": _schema(
        "ALTER TABLE stored_events ENABLE ROW LEVEL SECURITY",
        "the table stored_events is defined otherwise",
    ),
    "a table below another one holds some of its rows": _schema(
        FREELY + "CREATE SCHEMA elsewhere; CREATE TABLE elsewhere.below () INHERITS "
        "(public.stored_events); WITH moved AS (DELETE FROM ONLY stored_events "
        "WHERE notification_id = 42 RETURNING *) INSERT INTO elsewhere.below SELECT * FROM moved",
        "the table stored_events is defined otherwise",
    ),
    "a table is put before one of the same name": _schema(
        "CREATE TABLE public.view_plants AS SELECT * FROM ledger_views.view_plants",
        "the table view_plants is defined otherwise",
    ),
    "a view of SQL is put before a table of the same name": _schema(
        "CREATE VIEW public.view_totals AS SELECT * FROM ledger_views.view_totals",
        "the view 'view_totals' is not one",
    ),
    "a view of SQL takes the place of a table": _schema(
        "ALTER TABLE ledger_views.view_totals RENAME TO real_totals; CREATE VIEW "
        "ledger_views.view_totals AS SELECT * FROM ledger_views.real_totals",
        "the view 'view_totals' is not one",
    ),
    "a view of SQL that never ends takes the place of a table": _schema(
        "DROP TABLE timestamps; CREATE VIEW public.timestamps AS WITH RECURSIVE c (note, response) "
        "AS (SELECT 'x', ''::bytea UNION ALL SELECT note, response FROM c) SELECT * FROM c",
        "the view 'timestamps' is not one",
    ),
    "the view of the facts is replaced": _schema(
        "CREATE OR REPLACE VIEW facts AS SELECT notification_id AS seq, originator_id AS stream, "
        "originator_version AS version, topic AS type, state AS data FROM public.stored_events "
        "WHERE notification_id <> 42",
        "the view facts is defined otherwise",
    ),
    "the view of the position is replaced": _schema(
        "CREATE OR REPLACE VIEW tracking AS SELECT 'views'::text AS application_name, "
        "66::bigint AS notification_id",
        "the view tracking is defined otherwise",
    ),
    "an index is dropped": _schema(
        "DROP INDEX stored_events_notification_id_idx",
        "the index stored_events_notification_id_idx is missing",
    ),
    "an index is added": _schema(
        "CREATE INDEX more ON stored_events (topic)", "the index 'more' is not one"
    ),
    "an index is swapped for one on another column": _schema(
        "DROP INDEX checkpoints_by_size; CREATE INDEX checkpoints_by_size ON checkpoints (note)",
        "the index checkpoints_by_size is defined otherwise",
    ),
    "an index is swapped for one that lets twins in": _schema(
        "ALTER TABLE documents DROP CONSTRAINT documents_pkey; "
        "CREATE INDEX documents_pkey ON documents (sha256)",
        "the index documents_pkey is defined otherwise",
    ),
    "an index is swapped for one that lacks a fact": _schema(
        "ALTER TABLE stored_events DROP CONSTRAINT stored_events_pkey; "
        "CREATE UNIQUE INDEX stored_events_pkey ON stored_events "
        "(originator_id, originator_version) WHERE notification_id <> 42; "
        "UPDATE pg_index SET indpred = NULL WHERE indexrelid = 'stored_events_pkey'::regclass",
        "the database finds: the index stored_events_pkey",
    ),
    "an index is not used any more": _schema(
        "UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'stored_events_pkey'::regclass",
        "the index stored_events_pkey is not whole",
    ),
    "the table of the time stamps is dropped": _schema(
        "DROP TABLE timestamps", "the table timestamps is missing"
    ),
    "the table of the checkpoints is dropped": _schema(
        "DROP TABLE checkpoints", "the table checkpoints is missing"
    ),
    "the table of the tiles is dropped": Attack("DROP TABLE tiles", "tree", "#1 and what follows"),
    "an earlier version is said to have made it": Attack(
        FREELY + "UPDATE lsledger SET schema_version = 1", "evidence", "has the tables"
    ),
    # facts
    "a fact is updated after disabling the trigger": Attack(
        f"ALTER TABLE stored_events DISABLE TRIGGER {OF_FACTS}; "
        + _edited("stored_events", "state", "200 tonnes", "900 tonnes", "notification_id = 12")
        + f"; ALTER TABLE stored_events ENABLE TRIGGER {OF_FACTS}",
        "tree",
        "#12: its bytes",
    ),
    "a column beside the bytes is changed": _fact(
        "UPDATE stored_events SET originator_id = 'plant:other' WHERE notification_id = 30",
        "facts",
        "'plant:other' in its row",
    ),
    "the type beside the bytes is changed": _fact(
        "UPDATE stored_events SET topic = 'plant.closed/1' WHERE notification_id = 30",
        "facts",
        "its type is",
    ),
    "the bytes of a fact are removed": _fact(
        "UPDATE stored_events SET state = '' WHERE notification_id = 40", "facts", "#40"
    ),
    "a fact at the end is deleted": _fact(
        "DELETE FROM stored_events WHERE notification_id = 66", "tree", "is missing"
    ),
    "a fact in the middle is deleted": _fact(
        "DELETE FROM stored_events WHERE notification_id = 33", "facts", "#33 is missing"
    ),
    "a fact is inserted": _fact(INSERTED, "tree", "was not recorded by lsledger"),
    "two facts are swapped": _fact(
        "UPDATE stored_events SET notification_id = 1000 WHERE notification_id = 7; "
        "UPDATE stored_events SET notification_id = 7 WHERE notification_id = 8; "
        "UPDATE stored_events SET notification_id = 8 WHERE notification_id = 1000",
        "facts",
        "#7 ",
    ),
    # what is kept beside them
    "a tile is changed": _fact(
        "UPDATE tiles SET hashes = set_byte(hashes, 3, get_byte(hashes, 3) # 1)",
        "tree",
        "#1: its bytes",
    ),
    "the tiles are removed": _fact("DELETE FROM tiles", "tree", "#1 and what follows"),
    "a kept checkpoint is edited": _fact(
        "UPDATE checkpoints SET note = replace(note, 'acme', 'acne')", "checkpoints", "checkpoint 1"
    ),
    "an archived document is edited": _fact(
        _edited("documents", "data", "20,000", "90,000"), "documents", "is changed"
    ),
    "an archived document is removed": _fact("DELETE FROM documents", "documents", "is missing"),
    "a row of a view is changed": Attack(
        "UPDATE ledger_views.view_plants SET status = 'operating'", "views", "view_plants"
    ),
    "a row of a view is deleted": Attack(
        "DELETE FROM ledger_views.view_promises WHERE rowid = "
        "(SELECT min(rowid) FROM ledger_views.view_promises)",
        "views",
        "view_promises",
    ),
    "a row of a view is doubled": Attack(
        "INSERT INTO ledger_views.view_totals OVERRIDING USER VALUE "
        "SELECT * FROM ledger_views.view_totals",
        "views",
        "view_totals",
    ),
    "the table of a view is dropped": Attack(
        "DROP TABLE ledger_views.view_plants", "views", "view_plants: the table is missing"
    ),
    "the table of a view lacks a column": Attack(
        "ALTER TABLE ledger_views.view_plants DROP COLUMN name",
        "views",
        "view_plants: its columns are others",
    ),
    "the views are said to be ahead of the facts": Attack(
        "UPDATE notification_tracking SET notification_id = 500", "views", "which are not there"
    ),
    "the views are said to be of another version": Attack(
        "UPDATE ledger_views.view_state SET value = '999' WHERE name = 'shape'",
        "views",
        "another version",
    ),
    "the day of the views is spoilt": Attack(
        "UPDATE ledger_views.view_state SET value = 'x' WHERE name = 'as_of'",
        "views",
        "for which day",
    ),
}
