"""Whatever is done to the file, `verify` or what somebody else holds shows it."""

from __future__ import annotations

import io
import json
import re
import sqlite3
import sys
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from cli.main import run
from cli.settings import Settings
from tests.cli.console import Console
from tests.evidence.attacks import (
    AGAINST,
    ALONE,
    ATTACKS,
    FIRST_SIGNED,
    NOBODY,
    TRUST,
    drop_triggers,
)
from tests.outside import edit, outside, without_triggers
from tests.rooms import Room

DOC = Path(__file__).parents[2] / "docs" / "EVIDENCE.md"
TEXT = "ACME opens its plant.\n\nIt will make 20,000 tonnes a year.\n"


@pytest.fixture(scope="module")
def original(new_room: Callable[[str], Room]) -> Room:
    """A ledger of the example, two checkpoints, a document, an export, a log."""
    room, whole = new_room("original"), new_room("whole")
    folder = room.folder
    now = datetime(2026, 3, 31, 9, 30, tzinfo=UTC)

    def does(*words: str, there: Room = room) -> str:
        nonlocal now
        now += timedelta(seconds=1)
        moment = now
        with pytest.MonkeyPatch.context() as patch:
            patch.chdir(folder)
            patch.setenv("LSLEDGER_ACTOR", "kim@example.com")
            patch.delenv("LSLEDGER_LEDGER", raising=False)
            out = io.TextIOWrapper(io.BytesIO(), "utf-8")
            patch.setattr(sys, "stdout", out)
            settings = Settings(ledger=there.url(), clock=lambda: moment)
            assert run(list(words), settings) == 0, words
            out.flush()
            return bytes(out.buffer.getbuffer()).decode()

    (folder / "release.txt").write_text(TEXT)
    does("init", "--example", there=whole)
    facts = does("export", "facts", "--format", "jsonl", there=whole).splitlines()
    (folder / "first.jsonl").write_text("\n".join(facts[:FIRST_SIGNED]) + "\n")
    (folder / "trusted").write_text(does("keygen", "example.com/acme", "-o", "key"))
    does("init", "--restore", "first.jsonl")
    does("checkpoint", "--key", "key", "-o", "held-first")
    # The rest of the example, as it was recorded.
    (folder / "rest.jsonl").write_text("\n".join(_drafts(facts[FIRST_SIGNED:])) + "\n")
    does("import", "rest.jsonl")
    does(
        *("source", "add", "release.txt", "--id", "acme-2026", "--title", "ACME opens its plant"),
        *("--published", "2026-03-30"),
    )
    does("checkpoint", "--key", "key", "-o", "held")
    does("export", "facts", "-o", "facts.jsonl")
    return room


def _drafts(lines: list[str]) -> list[str]:
    """Exported facts as lines to import."""
    made = []
    for line in lines:
        fact = json.loads(line)
        fields = {name: fact[name] for name in ("type", "on", "source", "tags") if name in fact}
        made.append(
            json.dumps({**fields, "id": fact["stream"].partition(":")[2], **fact["content"]})
        )
    return made


@pytest.fixture
def attacked(original: Room, console: Console) -> Console:
    """A console in a copy of that folder."""
    console.room.furnish(original)
    return console


def words_for(found_by: str) -> list[list[str]]:
    """The commands that find an attack, beginning with those that must not."""
    with_trust = ["verify", "--trust", "trusted"]
    with_held = ["verify", "--against", "held"]
    return {ALONE: [["verify"]], TRUST: [["verify"], with_trust], AGAINST: [["verify"], with_held]}[
        found_by
    ]


def test_an_untouched_ledger_is_verified(attacked: Console) -> None:
    """Alone, by its key, against both checkpoints and the export: all in order, exit code 0."""
    ran = attacked(
        *("verify", "--trust", "trusted", "--against", "held", "--against", "held-first"),
        *("--against", "facts.jsonl"),
    )
    assert (ran.code, "FAILED" in ran.out, ran.err) == (0, False, "")
    assert re.search(r"^ok +facts +66,", ran.out, re.M)
    assert re.search(r"^ok +against held-first +the record begins with its 20 facts", ran.out, re.M)


@pytest.mark.sqlite  # on a server, other ones: tests/postgres/test_catalog.py
@pytest.mark.parametrize("name", ATTACKS)
def test_attacks(name: str, attacked: Console) -> None:
    """The attack is found by just who should find it, and the report says what differs."""
    attack = ATTACKS[name]
    with closing(sqlite3.connect("ledger.db", isolation_level=None)) as db:
        if attack.triggers_come_back:
            with without_triggers(db):
                attack.does(db)
        else:
            drop_triggers(db)
            attack.does(db)
    if attack.found_by == NOBODY:
        for words in words_for(AGAINST):
            assert attacked(*words).code == 0
        return
    *unseen, seen = words_for(attack.found_by)
    for words in unseen:
        assert attacked(*words).code == 0
    ran = attacked(*seen)
    assert ran.code == 1
    failed = {line.split()[1] for line in ran.out.splitlines() if line.startswith("FAILED")}
    assert attack.check in failed, ran.out
    assert attack.says in ran.out
    assert "Not verified" in ran.err


@pytest.mark.sqlite  # on a server, rows have no places
@pytest.mark.parametrize(
    ("change", "says"),
    [
        ("UPDATE view_plants SET rowid = -rowid", None),
        ("INSERT INTO view_plants SELECT * FROM view_plants LIMIT 1", "rows are there"),
    ],
)
def test_rows_of_views_are_compared_wherever_they_lie(
    change: str, says: str | None, attacked: Console
) -> None:
    """Given a table whose rows lie elsewhere, nothing differs; a row that is there twice does."""
    with closing(sqlite3.connect("ledger.db", isolation_level=None)) as db:
        assert db.execute(change).rowcount > 0
    ran = attacked("verify")
    assert ran.code == (0 if says is None else 1)
    assert says is None or says in ran.out


def test_the_page_tells_of_every_attack() -> None:
    """The table in docs names each attack and who finds it."""
    rows = re.findall(r"^\| (.+?) \| (.+?) \|$", DOC.read_text(), re.M)
    told = {what: by for what, by in rows if what in ATTACKS}
    assert told == {name: attack.found_by for name, attack in ATTACKS.items()}


def test_nothing_is_recorded_in_a_ledger_that_was_cut(attacked: Console) -> None:
    """A ledger that lost its last fact refuses to give its number to another."""
    with outside(attacked.where) as tool:
        tool.execute("DELETE FROM stored_events WHERE originator_id = 'source:acme-2026'")
    ran = attacked("source", "add", "--id", "x", "--title", "X", "--published", "2026")
    assert (ran.code, "error[damaged]" in ran.err) == (1, True)
    assert "changed from outside" in ran.err


@pytest.mark.sqlite
@pytest.mark.parametrize("fake", [False, True])
def test_a_forged_history_is_not_signed(attacked: Console, fake: bool) -> None:
    """The key does not sign what contradicts an earlier checkpoint of its own, even when a newer
    one by another key lies on top of it.
    """
    with (
        closing(sqlite3.connect("ledger.db", isolation_level=None)) as db,
        without_triggers(db),
    ):
        ATTACKS["a fact is edited and the tree made anew"].does(db)
        if fake:
            ATTACKS["a checkpoint by another key is put on top"].does(db)
    ran = attacked("checkpoint", "--key", "key")
    assert (ran.code, "error[inconsistent]" in ran.err) == (1, True)


def test_an_edited_fact_is_compared_with_an_export(attacked: Console) -> None:
    """An export held elsewhere tells which fact differs and in what."""
    edit(attacked.where, "stored_events", "state", b"200 tonnes", b"900 tonnes")
    ran = attacked("verify", "--against", "facts.jsonl")
    assert ran.code == 1
    assert re.search(r"#12 \(.*\): \w+ is '.*900 t.*' here and '.*200 t.*' in the export", ran.out)


def test_the_report_as_data(attacked: Console) -> None:
    """As JSON, every check with its name, whether it is in order, and its differences."""
    with outside(attacked.where) as tool:
        tool.execute("UPDATE view_plants SET status = 'operating'")
    ran = attacked("verify", "--format", "json")
    told = json.loads(ran.out)
    assert (ran.code, told["verified"]) == (1, False)
    names = ("schema", "facts", "tree", "checkpoints", "timestamps", "documents", "views")
    assert [check["name"] for check in told["checks"]] == [*names]
    assert [check["name"] for check in told["checks"] if not check["ok"]] == ["views"]


def test_a_broken_signature_is_not_called_unchecked(attacked: Console) -> None:
    """A checkpoint by a known key, with a bit of its signature flipped, fails."""
    text = Path("held").read_text()
    place = len(text) - 20
    attacked.file("spoilt", text[:place] + ("A" if text[place] != "A" else "B") + text[place + 1 :])
    ran = attacked("verify", "--against", "spoilt")
    assert (ran.code, "is not of this text" in ran.out) == (1, True)


def test_a_checkpoint_by_an_unknown_key_is_told_to_be_unchecked(attacked: Console) -> None:
    """The tree is compared; whose signature it is, only --trust can say."""
    with outside(attacked.where) as tool:
        tool.execute("DELETE FROM checkpoints")
    ran = attacked("verify", "--against", "held")
    assert (ran.code, "its signature was not checked" in ran.out) == (0, True)


def test_a_slip_in_one_file_does_not_hide_the_rest(attacked: Console) -> None:
    """What is held elsewhere and cannot be read is a check that failed; the others are made."""
    attacked.file("notes.txt", "Not a checkpoint.")
    ran = attacked("verify", "--against", "notes.txt", "--against", "held")
    assert ran.code == 1
    assert re.search(r"^FAILED +against notes.txt", ran.out, re.M)
    assert re.search(r"^ok +against held", ran.out, re.M)


def test_the_facts_as_one_json_object_are_compared_too(attacked: Console) -> None:
    """`export facts -o x.json` is as good as JSON Lines."""
    attacked("export", "facts", "-o", "facts.json")
    ran = attacked("verify", "--against", "facts.json")
    assert (ran.code, "its 66 facts are here" in ran.out) == (0, True)


def test_how_much_is_signed_is_told(attacked: Console) -> None:
    """Facts after the newest checkpoint are counted."""
    attacked("record", "company.registered", "x", "--name", "X")
    assert "covering all but the last 1 of the facts" in attacked("verify").out
