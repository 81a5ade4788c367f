"""Attacks on a ledger's file with plain SQL, by somebody who may write to it.

`ledger` is under attack with its triggers dropped; each attack says what it does, and who
finds it: `verify` alone, only `verify` with what somebody else holds, or nobody.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from sqlite3 import Connection

from ledger.evidence import merkle, tree
from ledger.evidence.checkpoint import Head
from ledger.evidence.keys import SigningKey
from ledger.sqlite.schema import COMMON_VIEWS

ALONE = "`verify`"
TRUST = "`verify --trust KEY`"
AGAINST = "`verify --against FILE`"
NOBODY = "nothing: see below"
FIRST_SIGNED = 20
"""Facts that the ledger's first checkpoint covers."""

THIEF = SigningKey("example.com/acme", bytes(32))
"""Another key, under the name of the ledger's own."""


@dataclass(frozen=True)
class Attack:
    """What is done, who finds it, by which check, and what the report says."""

    does: Callable[[Connection], object]
    found_by: str
    check: str
    says: str
    triggers_come_back: bool = True


def grow_tree(db: Connection) -> None:
    """What lsledger does when facts came in, done by hand."""
    for view in COMMON_VIEWS:
        db.execute(view)
    tree.grow(db.cursor())


def _edit_a_byte(db: Connection) -> None:
    _change(db, 12, b"200 tonnes", b"900 tonnes")


def _change_a_column(db: Connection) -> None:
    db.execute("UPDATE stored_events SET originator_id = 'plant:other' WHERE rowid = 30")


def _change_a_type(db: Connection) -> None:
    db.execute("UPDATE stored_events SET topic = 'plant.closed/1' WHERE rowid = 30")


def _delete_the_last(db: Connection) -> None:
    db.execute("DELETE FROM stored_events WHERE rowid = (SELECT max(rowid) FROM stored_events)")


def _delete_a_middle_one(db: Connection) -> None:
    db.execute("DELETE FROM stored_events WHERE rowid = 33")


def _insert(db: Connection) -> None:
    (last,) = db.execute("SELECT max(rowid) FROM stored_events").fetchone()
    _append(db, last + 1)


def _swap_two(db: Connection) -> None:
    for before, after in ((7, 1_000), (8, 7), (1_000, 8)):
        db.execute("UPDATE stored_events SET rowid = ? WHERE rowid = ?", (after, before))


def _make_a_text_of_bytes(db: Connection) -> None:
    db.execute("UPDATE stored_events SET state = CAST(state AS TEXT) WHERE rowid = 5")


def _set_a_time_back(db: Connection) -> None:
    _change(db, 40, b'"recorded_at":"2026', b'"recorded_at":"2016')


def _edit_and_hash_again(db: Connection) -> None:
    _edit_a_byte(db)
    _hash_again(db)


def _edit_and_sign_again(db: Connection) -> None:
    _edit_and_hash_again(db)
    _sign_again(db)
    _forget_views(db)


def _insert_in_good_order(db: Connection) -> None:
    _insert(db)
    grow_tree(db)
    _forget_views(db)


def _remove_the_checkpoints(db: Connection) -> None:
    db.execute("DELETE FROM checkpoints")


def _edit_and_remove_the_checkpoints(db: Connection) -> None:
    _edit_and_hash_again(db)
    _remove_the_checkpoints(db)
    _forget_views(db)


def _put_a_checkpoint_on_top(db: Connection) -> None:
    (size,) = db.execute("SELECT count(*) FROM stored_events").fetchone()
    root = merkle.root(size, tree.hash_at(db.cursor()))
    note = str(THIEF.signed(Head("example.com/acme", size, root).text))
    db.execute("INSERT INTO checkpoints VALUES (?, ?, ?)", (note, size, str(THIEF.verifier_key)))


def _make_texts_of_any_bytes(db: Connection) -> None:
    db.execute("UPDATE checkpoints SET note = CAST(x'ff' AS TEXT) WHERE size = 20")
    db.execute("UPDATE documents SET data = CAST(x'ff41' AS TEXT)")


def _spoil_a_verifier_key(db: Connection) -> None:
    db.execute("UPDATE checkpoints SET verifier_key = 'x'")


def _drop_a_view(db: Connection) -> None:
    db.execute("DROP TABLE view_plants")


def _widen_a_view(db: Connection) -> None:
    db.execute("ALTER TABLE view_plants ADD COLUMN more TEXT")


def _drop_the_tiles(db: Connection) -> None:
    db.execute("DROP TABLE tiles")


def _drop_the_stamps(db: Connection) -> None:
    db.execute("DROP TABLE timestamps")


def _truncate_to_a_checkpoint(db: Connection) -> None:
    db.execute("DELETE FROM stored_events WHERE rowid > ?", (FIRST_SIGNED,))
    db.execute("DELETE FROM checkpoints WHERE size > ?", (FIRST_SIGNED,))
    db.execute("DELETE FROM documents")
    _hash_again(db)
    _forget_views(db)


def _edit_a_tile(db: Connection) -> None:
    db.execute("UPDATE tiles SET hashes = CAST(zeroblob(32) || substr(hashes, 33) AS BLOB)")


def _remove_the_tiles(db: Connection) -> None:
    db.execute("DELETE FROM tiles")


def _edit_a_checkpoint(db: Connection) -> None:
    db.execute("UPDATE checkpoints SET note = replace(note, 'acme', 'acne') WHERE size = 20")


def _edit_a_view_row(db: Connection) -> None:
    db.execute(
        "UPDATE view_plants SET status = 'operating' "
        "WHERE stream = 'plant:llbs-saemangeum-precursor'"
    )


def _delete_a_view_row(db: Connection) -> None:
    db.execute("DELETE FROM view_promises WHERE rowid = 1")


def _edit_a_document(db: Connection) -> None:
    db.execute("UPDATE documents SET data = CAST(replace(data, '20,000', '90,000') AS BLOB)")


def _remove_a_document(db: Connection) -> None:
    db.execute("DELETE FROM documents")


def _add_a_trigger(db: Connection) -> None:
    db.execute("CREATE TRIGGER more BEFORE INSERT ON tiles BEGIN SELECT 1; END")


def _change_a_column_to_another_kind(db: Connection) -> None:
    db.execute("UPDATE stored_events SET originator_id = 'source:other' WHERE rowid = 42")


def _make_nothing_of_bytes(db: Connection) -> None:
    db.execute("UPDATE stored_events SET state = NULL WHERE rowid = 40")


def _make_texts_of_tiles(db: Connection) -> None:
    db.execute("UPDATE tiles SET hashes = CAST(hashes AS TEXT)")


def _swap_an_index(db: Connection) -> None:
    """The index by which facts are looked up lacks one."""
    db.execute(
        "CREATE TABLE zz (originator_id TEXT, originator_version INTEGER, topic TEXT, state BLOB, "
        "PRIMARY KEY (originator_id, originator_version))"
    )
    db.execute(
        "INSERT INTO zz (rowid, originator_id, originator_version, topic, state) "
        "SELECT rowid, * FROM stored_events WHERE rowid <> 42"
    )
    db.execute("PRAGMA writable_schema = ON")
    roots = {
        name: db.execute("SELECT rootpage FROM sqlite_master WHERE name = ?", (name,)).fetchone()[0]
        for name in ("sqlite_autoindex_stored_events_1", "sqlite_autoindex_zz_1")
    }
    one, other = roots
    for name, page in ((one, roots[other]), (other, roots[one])):
        db.execute("UPDATE sqlite_master SET rootpage = ? WHERE name = ?", (page, name))
    db.execute("DELETE FROM sqlite_master WHERE tbl_name = 'zz'")
    db.execute("PRAGMA writable_schema = RESET")


def _add_an_index(db: Connection) -> None:
    db.execute("CREATE INDEX more ON view_totals (stage, amount)")


def _remake_a_table(db: Connection) -> None:
    """A table that takes nothing more, in place of one that takes all."""
    db.execute("ALTER TABLE checkpoints RENAME TO old")
    db.execute(
        "CREATE TABLE checkpoints (note TEXT PRIMARY KEY, size INTEGER NOT NULL "
        "CHECK (size < 67), verifier_key TEXT NOT NULL)"
    )
    db.execute("INSERT INTO checkpoints SELECT * FROM old")
    db.execute("DROP TABLE old")


def _spoil_the_position(db: Connection) -> None:
    db.execute("UPDATE tracking SET notification_id = 'abc'")


def _spoil_the_day(db: Connection) -> None:
    db.execute("UPDATE view_state SET value = x'ff' WHERE name = 'as_of'")


def _drop_the_checkpoints(db: Connection) -> None:
    db.execute("DROP TABLE checkpoints")


def _say_an_earlier_version(db: Connection) -> None:
    db.execute("PRAGMA user_version = 1")


def _name_a_trigger_like_an_index(db: Connection) -> None:
    db.execute("DROP INDEX checkpoints_by_size")
    db.execute(
        "CREATE TRIGGER checkpoints_by_size BEFORE INSERT ON checkpoints "
        "BEGIN SELECT RAISE(IGNORE); END"
    )
    db.execute("CREATE INDEX checkpoints_by_size ON checkpoints (size)")


def _name_a_trigger_like_sqlites_own(db: Connection) -> None:
    db.execute("CREATE TRIGGER evil BEFORE INSERT ON checkpoints BEGIN SELECT RAISE(IGNORE); END")
    db.execute("PRAGMA writable_schema = ON")
    db.execute(
        "UPDATE sqlite_master SET name = 'sqlite_evil', sql = replace(sql, 'evil', 'sqlite_evil') "
        "WHERE name = 'evil'"
    )
    db.execute("PRAGMA writable_schema = RESET")


def _add_what_cannot_be_read(db: Connection) -> None:
    _insert(db)
    (data,) = db.execute("SELECT state FROM stored_events ORDER BY rowid DESC").fetchone()
    spoilt = data.replace(b'"subject":"market"', b'"subject":"nothing"')
    db.execute("UPDATE stored_events SET state = ? WHERE state = ?", (spoilt, data))
    grow_tree(db)
    _forget_views(db)


def _add_what_cannot_be_read_yet(db: Connection) -> None:
    """Behind a fact in good order, so that no table holds it."""
    (last,) = db.execute("SELECT max(rowid) FROM stored_events").fetchone()
    for seq in (last + 1, last + 2):
        _append(db, seq, stream=f"context:forged-{seq}")
    (data,) = db.execute("SELECT state FROM stored_events ORDER BY rowid DESC").fetchone()
    spoilt = data.replace(b'"subject":"market"', b'"subject":"nothing"')
    db.execute("UPDATE stored_events SET state = ? WHERE state = ?", (spoilt, data))
    grow_tree(db)


def _answer_for_ever(db: Connection) -> None:
    db.execute("DROP TABLE timestamps")
    db.execute(
        "CREATE VIEW timestamps AS WITH RECURSIVE c (note, response) AS "
        "(SELECT 'x', x'00' UNION ALL SELECT note, response FROM c) SELECT * FROM c"
    )


def _edit_above_a_checkpoint(db: Connection) -> None:
    _change(db, 40, b'"actor":"kim', b'"actor":"lee')
    _hash_again(db)
    db.execute("DELETE FROM checkpoints WHERE size > ?", (FIRST_SIGNED,))
    _forget_views(db)


def _nothing_more(_db: Connection) -> None:
    """The triggers are dropped already."""


def _hide_behind_a_view(db: Connection) -> None:
    """A view that tells the truth while another database is attached, as it is to a check."""
    columns = ", ".join(
        f"replace(\"{name}\", '1.8tn', '9.9tn') AS \"{name}\"" if name == "amount" else f'"{name}"'
        for _, name, *_ in db.execute("PRAGMA table_info(view_totals)")
    )
    db.execute("ALTER TABLE view_totals RENAME TO real_totals")
    db.execute(f"CREATE VIEW view_totals AS SELECT {columns} FROM real_totals")


def _replace_a_table(db: Connection) -> None:
    db.execute("ALTER TABLE view_totals RENAME TO real_totals")
    db.execute("CREATE VIEW view_totals AS SELECT * FROM real_totals")


def _make_texts_of_documents(db: Connection) -> None:
    db.execute("UPDATE documents SET data = CAST(data AS TEXT)")


def _change_the_shape(db: Connection) -> None:
    db.execute("UPDATE view_state SET value = '999' WHERE name = 'shape'")
    db.execute("UPDATE view_totals SET amount = 'KRW 9bn'")


def _set_the_position_ahead(db: Connection) -> None:
    db.execute("UPDATE tracking SET notification_id = 500")


def _name_another_signer(db: Connection) -> None:
    db.execute("UPDATE checkpoints SET verifier_key = ?", (str(THIEF.verifier_key),))


ATTACKS = {
    "a byte of a fact is edited": Attack(_edit_a_byte, ALONE, "tree", "#12: its bytes"),
    "a column beside the bytes is changed": Attack(
        _change_a_column, ALONE, "facts", "'plant:other' in its row"
    ),
    "the type beside the bytes is changed": Attack(_change_a_type, ALONE, "facts", "its type is"),
    "the last fact is deleted": Attack(_delete_the_last, ALONE, "tree", "is missing"),
    "a fact in the middle is deleted": Attack(
        _delete_a_middle_one, ALONE, "facts", "#33 is missing"
    ),
    "a fact is inserted": Attack(_insert, ALONE, "tree", "was not recorded by lsledger"),
    "two facts are swapped": Attack(_swap_two, ALONE, "facts", "#7 "),
    "bytes are made a text": Attack(_make_a_text_of_bytes, ALONE, "facts", "#5: its bytes were"),
    "a recorded time is set back": Attack(_set_a_time_back, ALONE, "facts", "before the fact"),
    "a fact is edited and the tree made anew": Attack(
        _edit_and_hash_again, ALONE, "checkpoints", "are not those that were signed"
    ),
    "the whole history is replaced and signed with another key": Attack(
        _edit_and_sign_again, TRUST, "checkpoints", "none of the trusted keys"
    ),
    "the same, compared with a checkpoint held elsewhere": Attack(
        _edit_and_sign_again, AGAINST, "against", "are not those that were signed"
    ),
    "facts are added in good order, and the tree made anew": Attack(
        _insert_in_good_order, NOBODY, "", ""
    ),
    "all checkpoints are removed": Attack(
        _remove_the_checkpoints, TRUST, "checkpoints", "none is kept"
    ),
    "a fact is edited, the tree made anew, all checkpoints removed": Attack(
        _edit_and_remove_the_checkpoints, TRUST, "checkpoints", "none is kept"
    ),
    "a checkpoint by another key is put on top": Attack(
        _put_a_checkpoint_on_top, TRUST, "checkpoints", "none of the trusted keys"
    ),
    "the record is cut back to an earlier checkpoint": Attack(
        _truncate_to_a_checkpoint, AGAINST, "against", "are missing"
    ),
    "a tile is edited": Attack(_edit_a_tile, ALONE, "tree", "#1: its bytes"),
    "the tiles are removed": Attack(_remove_the_tiles, ALONE, "tree", "#1 and what follows"),
    "a kept checkpoint is edited": Attack(_edit_a_checkpoint, ALONE, "checkpoints", "checkpoint 1"),
    "a row of a view is edited": Attack(_edit_a_view_row, ALONE, "views", "view_plants"),
    "a row of a view is deleted": Attack(_delete_a_view_row, ALONE, "views", "view_promises"),
    "an archived document is edited": Attack(_edit_a_document, ALONE, "documents", "is changed"),
    "an archived document is removed": Attack(_remove_a_document, ALONE, "documents", "is missing"),
    "columns are made texts of any bytes": Attack(
        _make_texts_of_any_bytes, ALONE, "documents", "is changed"
    ),
    "a kept verifier key is spoilt": Attack(
        _spoil_a_verifier_key, ALONE, "checkpoints", "not an Ed25519 verifier key"
    ),
    "the table of a view is dropped": Attack(
        _drop_a_view, ALONE, "views", "view_plants: the table is missing"
    ),
    "the table of a view is given a column": Attack(
        _widen_a_view, ALONE, "views", "view_plants: its columns are others"
    ),
    "the table of the tiles is dropped": Attack(
        _drop_the_tiles, ALONE, "tree", "#1 and what follows"
    ),
    "the table of the time stamps is dropped": Attack(
        _drop_the_stamps, ALONE, "schema", "the table timestamps is missing"
    ),
    "a view of SQL takes the place of a table": Attack(
        _replace_a_table, ALONE, "schema", "the view 'view_totals' is not one"
    ),
    "a view of SQL tells the truth to a check alone": Attack(
        _hide_behind_a_view, ALONE, "schema", "the table 'real_totals' is not one"
    ),
    "documents are made texts": Attack(_make_texts_of_documents, ALONE, "documents", "is changed"),
    "the views are said to be of another version": Attack(
        _change_the_shape, ALONE, "views", "another version"
    ),
    "the views are said to be ahead of the facts": Attack(
        _set_the_position_ahead, ALONE, "views", "which are not there"
    ),
    "another key is named as the signer": Attack(
        _name_another_signer, ALONE, "checkpoints", "is not its signer"
    ),
    "a column is changed to another kind of stream": Attack(
        _change_a_column_to_another_kind, ALONE, "facts", "'source:other' in its row"
    ),
    "the bytes of a fact are removed": Attack(_make_nothing_of_bytes, ALONE, "facts", "#40"),
    "tiles are made texts": Attack(_make_texts_of_tiles, ALONE, "tree", "is no bytes any more"),
    "an index is swapped for one that lacks a fact": Attack(
        _swap_an_index, ALONE, "schema", "the database finds"
    ),
    "an index is added": Attack(_add_an_index, ALONE, "schema", "the index 'more' is not one"),
    "a table is remade with a rule of its own": Attack(
        _remake_a_table, ALONE, "schema", "the table checkpoints is defined otherwise"
    ),
    "the position of the views is spoilt": Attack(
        _spoil_the_position, ALONE, "views", "not a number"
    ),
    "the day of the views is spoilt": Attack(_spoil_the_day, ALONE, "views", "for which day"),
    "the table of the checkpoints is dropped": Attack(
        _drop_the_checkpoints, ALONE, "schema", "the table checkpoints is missing"
    ),
    "an earlier version is said to have made it": Attack(
        _say_an_earlier_version, ALONE, "evidence", "has the tables"
    ),
    "a trigger is named like an index": Attack(
        _name_a_trigger_like_an_index, ALONE, "schema", "the trigger 'checkpoints_by_size' is not"
    ),
    "a trigger is named like SQLite's own": Attack(
        _name_a_trigger_like_sqlites_own, ALONE, "schema", "the trigger 'sqlite_evil' is not"
    ),
    "a fact that cannot be read is added, and the views are removed": Attack(
        _add_what_cannot_be_read, ALONE, "views", "cannot be read back"
    ),
    "a fact that cannot be read is added behind one in good order": Attack(
        _add_what_cannot_be_read_yet, ALONE, "views", "cannot be read back"
    ),
    "an endless view of SQL takes the place of a table": Attack(
        _answer_for_ever, ALONE, "schema", "the view 'timestamps' is not one"
    ),
    "a fact is edited, the tree made anew, the checkpoints above it removed": Attack(
        _edit_above_a_checkpoint, AGAINST, "against", "are not those that were signed"
    ),
    "a trigger is added": Attack(_add_a_trigger, ALONE, "schema", "the trigger 'more' is not one"),
    "the triggers are removed": Attack(
        _nothing_more,
        ALONE,
        "schema",
        "never_changed is missing",
        triggers_come_back=False,
    ),
}


def drop_triggers(db: Connection) -> None:
    """Drop what protects the record."""
    for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        db.execute(f"DROP TRIGGER {name}")


def _change(db: Connection, seq: int, old: bytes, new: bytes) -> None:
    (data,) = db.execute("SELECT state FROM stored_events WHERE rowid = ?", (seq,)).fetchone()
    assert old in data, data
    db.execute(
        "UPDATE stored_events SET state = ? WHERE rowid = ?", (data.replace(old, new, 1), seq)
    )


def _append(db: Connection, seq: int, stream: str = "context:forged") -> None:
    (data,) = db.execute("SELECT state FROM stored_events WHERE rowid = ?", (seq - 1,)).fetchone()
    fact = json.loads(data) | {"seq": seq, "stream": stream, "version": 1}
    fact |= {"type": "context.noted", "type_version": 1}
    fact["content"] = {"subject": "market", "about": "rare earths", "statement": "Forged."}
    fact["on"] = "2026"
    state = json.dumps(fact, separators=(",", ":")).encode()
    db.execute("INSERT INTO stored_events VALUES (?, 1, 'context.noted/1', ?)", (stream, state))


def _hash_again(db: Connection) -> None:
    db.execute("DELETE FROM tiles")
    grow_tree(db)


def _sign_again(db: Connection) -> None:
    sizes = [size for (size,) in db.execute("SELECT size FROM checkpoints").fetchall()]
    db.execute("DELETE FROM checkpoints")
    for size in sizes:
        root = merkle.root(size, tree.hash_at(db.cursor()))
        note = str(THIEF.signed(Head("example.com/acme", size, root).text))
        db.execute(
            "INSERT INTO checkpoints VALUES (?, ?, ?)", (note, size, str(THIEF.verifier_key))
        )


def _forget_views(db: Connection) -> None:
    """The next reading makes them anew, from the facts that are there then."""
    found = db.execute("SELECT name FROM sqlite_master WHERE name LIKE 'view_%' AND type='table'")
    for (name,) in found.fetchall():
        db.execute(f"DROP TABLE {name}")
