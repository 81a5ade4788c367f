"""Commands on a damaged ledger: whatever fails, the damage is what is told, and no traceback."""

from __future__ import annotations

from pathlib import Path

import pytest

from projections import read
from tests.cli.console import Console
from tests.outside import outside

FACTS = """
facts:
  - company.registered: {id: acme, name: 엘에스 ACME}
  - plant.completed: {id: north, on: 2025-02, company: acme}
  - context.noted: {id: a, on: 2025, subject: market, about: world, statement: 말은 남는다}
"""

NO_TEXT = b'{"type": "\xa6\xff'
"""Bytes that no ledger wrote."""


@pytest.fixture
def example(ledger: Console) -> Console:
    """A console with a ledger in which a few things are recorded."""
    assert ledger("import", ledger.file("facts.yaml", FACTS)).code == 0
    return ledger


@pytest.mark.parametrize(
    "words",
    [
        ["export", "facts", "--format", "jsonl"],
        ["plants", "--known-at", "#2"],
        ["diff", "--from", "#1"],
        ["show", "company:acme"],
        ["rebuild"],
    ],
    ids=lambda words: words[0],
)
def test_a_fact_that_is_none(example: Console, words: list[str]) -> None:
    """Each command that meets its bytes says that they are damaged."""
    with outside(example.where) as tool:
        tool.execute(
            "UPDATE stored_events SET state = ? WHERE originator_id = ?", (NO_TEXT, "company:acme")
        )
    ran = example(*words)
    assert ran.code == 1
    assert "error[damaged]" in ran.err
    assert "Traceback" not in ran.err


@pytest.mark.parametrize("byte", [b"\xa6", b"\x1b", b"\n", b'"'], ids=repr)
def test_a_fact_that_is_spoilt_inside(example: Console, byte: bytes) -> None:
    """An export of the facts says so and leaves no file."""
    with outside(example.where) as tool:
        sql = "SELECT state FROM stored_events WHERE originator_id = ?"
        ((state,),) = tool.execute(sql, ("company:acme",)).fetchall()
        spoilt = bytes(state).replace(b"ACME", b"AC%bME" % byte)
        tool.execute(
            "UPDATE stored_events SET state = ? WHERE originator_id = ?", (spoilt, "company:acme")
        )
    for format_ in ("json", "jsonl"):
        ran = example("export", "facts", "-o", f"facts.{format_}")
        assert (ran.code, ran.out) == (1, ""), format_
        assert "error[damaged]" in ran.err, format_
        assert not Path(f"facts.{format_}").exists()


@pytest.mark.sqlite
def test_a_table_of_the_views(example: Console) -> None:
    """A time that is none stops the log; the hint says what makes the views anew."""
    with outside(example.where) as tool:
        tool.execute("UPDATE view_log SET recorded_at = ? WHERE seq = 2", ("2025-13-99",))
    ran = example("log", "--since", "2020")
    assert ran.code == 1
    assert "error[damaged]: ledger.db is damaged: views: view_log: the row" in ran.err
    assert "`lsledger rebuild` makes the views anew" in ran.err
    assert example("rebuild").code == 0
    assert example("log", "--since", "2020").code == 0


@pytest.mark.sqlite
def test_a_schema_that_is_no_text(example: Console) -> None:
    """Even the message of SQLite's error cannot be read then."""
    data = Path("ledger.db").read_bytes()
    assert data.count(b"CREATE TABLE tracking") == 1
    Path("ledger.db").write_bytes(
        data.replace(b"CREATE TABLE tracking", b"CREATE TABLE tr\xfa\xfa\xfang")
    )
    for words in (["plants"], ["verify"], ["status"], ["backup", "copy.db"]):
        ran = example(*words)
        assert ran.code == 1, words
        assert "error[damaged]" in ran.err, words
    assert not Path("copy.db").exists()


@pytest.mark.sqlite
def test_a_page_that_a_query_meets(example: Console) -> None:
    """It is not the query that is wrong."""
    with outside(example.where) as tool:
        sql = "SELECT rootpage FROM sqlite_master WHERE name = 'view_plants'"
        ((page,),) = tool.execute(sql).fetchall()
    data = bytearray(Path("ledger.db").read_bytes())
    data[(page - 1) * 4096 : page * 4096] = bytes(4096)
    Path("ledger.db").write_bytes(data)
    ran = example("sql", "SELECT name FROM view_plants")
    assert ran.code == 1
    assert "error[damaged]" in ran.err
    assert "error[sql]" in example("sql", "SELECT nothing FROM view_plants").err


def test_a_mistake_of_our_own(example: Console, monkeypatch: pytest.MonkeyPatch) -> None:
    """On a ledger that holds together it stays what it is, and is not taken for damage."""

    def mistaken(*_: object) -> bool:
        raise ZeroDivisionError

    monkeypatch.setattr(read, "bring_up_to_date", mistaken)
    with pytest.raises(ZeroDivisionError):
        example("plants")
