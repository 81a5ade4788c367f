"""`export sqlite`: opened with Datasette, and compared cell by cell with the views."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from decimal import Decimal
from html import escape
from pathlib import Path
from typing import Any

import pytest
from datasette.app import Datasette

from ledger.cut import Cut
from ledger.values import Money
from ledger.values.numbers import plain
from projections.columns import columns, flat_columns
from projections.exports import sqlite_views
from projections.read import Answer, Reader
from projections.views import NAMES
from tests.cli.console import Console
from tests.exports.portfolio import TODAY
from tests.exports.whole import LONG, Whole

every_view = pytest.mark.parametrize("name", NAMES)


@pytest.fixture(scope="module")
def database(everything: Whole, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The database of the hard ledger."""
    made = tmp_path_factory.mktemp("sqlite") / "views.db"
    assert everything("export", "sqlite", "-o", str(made), "--license", "CC-BY-4.0") == 0
    return made


def metadata(database: Path) -> dict[str, Any]:
    """What stands beside the database."""
    found: dict[str, Any] = json.loads(database.with_suffix(".metadata.json").read_bytes())
    return found


def asked(database: Path, path: str) -> str:
    """What Datasette answers at an address."""

    async def ask() -> str:
        served = Datasette(
            [str(database)], metadata=metadata(database), settings={"max_returned_rows": 5_000}
        )
        answer = await served.client.get(path)
        assert answer.status_code == 200, answer.text
        return str(answer.text)

    return asyncio.run(ask())


@every_view
def test_datasette_shows_every_cell(name: str, database: Path, everything: Whole) -> None:
    """Numbers are numbers, texts are texts, several values are a list in JSON."""
    found = json.loads(asked(database, f"/views/{name}.json?_shape=array&_size=max"))
    rows = [{key: cell for key, cell in row.items() if key != "rowid"} for row in found]
    assert rows == [dict(_stored(row)) for row in everything.shown[name].rows]


def _stored(row: Any) -> Iterator[tuple[str, Any]]:
    for column in columns(type(row)):
        value = getattr(row, column.name)
        if column.many:
            yield column.name, json.dumps([str(item) for item in value], ensure_ascii=False)
            continue
        for part in flat_columns(column):
            cell = part.cell(value)
            yield part.name, _number(cell) if isinstance(cell, Decimal) else cell


def _number(number: Decimal) -> Any:
    """The number itself where nothing is lost by that, otherwise its digits."""
    digits = plain(number)
    if digits.isdigit() and len(digits) <= 18:
        return int(digits)
    return float(digits) if len(digits.replace(".", "").strip("0")) <= 15 else digits


def test_no_number_is_rounded(database: Path, everything: Whole) -> None:
    """Read with Python's own reader, each bound is what the view has."""
    with closing(sqlite3.connect(database)) as opened:
        found = dict(opened.execute("SELECT stream, amount_min FROM investments"))
    for row in everything.shown["investments"].rows:
        if row.amount is not None and row.amount.bounds.min is not None:
            assert Decimal(str(found[row.stream])) == row.amount.bounds.min
    assert found["investment:more-trillion"] == 1_000_000_000_000
    assert found["investment:more-exact"] == "1234567890.123456789012"


@pytest.mark.parametrize(
    ("amount", "stored"),
    [
        ("1 USD", 1),
        ("999999999999999999 USD", 999_999_999_999_999_999),
        ("1000000000000000000 USD", 1e18),
        ("1000000000000000001 USD", "1000000000000000001"),
        ("0.1 USD", 0.1),
        ("0.123456789012345 USD", 0.123456789012345),
        ("0.1234567890123456 USD", "0.1234567890123456"),
        ("0.000000000000000000000000000001 USD", 1e-30),
    ],
)
def test_a_number_is_one_where_its_digits_are_held(
    amount: str, stored: object, everything: Whole, tmp_path: Path
) -> None:
    """Whole ones up to 18 digits, others up to 15; beyond that the digits stand as text."""
    answer = everything.shown["investments"]
    changed = replace(answer, rows=[next(iter(answer.rows))._replace(amount=Money.parse(amount))])
    cell = _written(changed, "amount_min", tmp_path)
    assert (type(cell), cell) == (type(stored), stored)


@pytest.mark.parametrize("text", ["긴" * 10_000, "<b>&", "=1+1", "🔋", "a\"b'c; DROP TABLE plants"])
def test_any_text_is_kept(text: str, everything: Whole, tmp_path: Path) -> None:
    """Ten thousand characters, HTML, formulas, emoji and quotes are texts like any other."""
    answer = everything.shown["investments"]
    changed = replace(answer, rows=[next(iter(answer.rows))._replace(name=text)])
    assert _written(changed, "name", tmp_path) == text


def _written(answer: Answer, column: str, folder: Path) -> Any:
    """The only cell of a column, when every view shows this answer's rows or none."""

    class Only(Reader):
        def answer(self, name: str, _filters: object = None) -> Answer:
            from projections.views import load

            if name == answer.view.name:
                return answer
            return replace(answer, view=load(name), rows=[])

    path = folder / "x.db"
    with path.open("wb") as out:
        sqlite_views.write(Only(Cut(TODAY), 0, lambda *_: ()), out)
    with closing(sqlite3.connect(path)) as opened:
        ((cell,),) = opened.execute(f'SELECT "{column}" FROM "{answer.view.name}"')
    return cell


def test_datasette_counts_and_sorts_by_bounds(database: Path) -> None:
    """A bound can be compared as a number without a cast."""
    found = asked(
        database, "/views/investments.json?_shape=array&amount_min__gt=999999999999&_col=stream"
    )
    assert "investment:more-trillion" in found


def test_datasette_shows_what_columns_mean(database: Path) -> None:
    """The page of a table has the sentence of each column, its unit, and the licence."""
    page = asked(database, "/views/plants")
    assert "Nameplate capacity, as last stated." in page
    assert "In the unit that capacity_unit names" in page
    assert "CC-BY-4.0" in page
    assert "Plants" in page


def test_datasette_runs_nothing_of_a_text(database: Path) -> None:
    """HTML in a text is shown as text."""
    page = asked(database, "/views/promises")
    assert "<script>alert('말')" not in page
    assert escape("<script>alert('말')</script>").replace("&#x27;", "&#39;") in page
    assert "<img src=x" not in asked(database, "/views/sources")


def test_facets_split_the_lists(database: Path) -> None:
    """Datasette takes a column of several values for what it is."""
    found = json.loads(asked(database, "/views/log.json?_facet_array=company&_size=0"))
    values = {item["value"] for item in found["facet_results"]["company"]["results"]}
    assert "hard-co" in values


def test_only_the_views_are_in_it(database: Path) -> None:
    """No facts, no tables of the ledger's own; the file is whole and marked as ours."""
    with closing(sqlite3.connect(database)) as opened:
        names = [name for (name,) in opened.execute("SELECT name FROM sqlite_master")]
        assert names == list(NAMES)
        assert opened.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        (application,) = opened.execute("PRAGMA application_id").fetchone()
        quotes = [quote for (quote,) in opened.execute("SELECT quote FROM log")]
    assert application == sqlite_views.APPLICATION
    assert LONG in quotes


def test_the_metadata_describes_every_column(database: Path, everything: Whole) -> None:
    """Each column of each table has a sentence, and the cut is told."""
    told = metadata(database)
    tables = told["databases"]["views"]["tables"]
    for name, answer in everything.shown.items():
        shown = [p.name for c in columns(answer.view.shown) for p in flat_columns(c)]
        assert list(tables[name]["columns"]) == shown
        assert all(tables[name]["columns"].values())
    assert told["lsledger"]["cut"]["as_of"] == "2026-03-31"
    assert told["license"] == "CC-BY-4.0"


def plant(ledger: Console, name: str) -> str:
    """Record a plant; how it is cited."""
    ran = ledger("record", "plant.completed", name, "--on", "2025-09")
    assert ran.code == 0, ran
    return f"plant:{name}@1"


def rows(path: str) -> int:
    """The rows of the plants."""
    with closing(sqlite3.connect(path)) as opened:
        (count,) = opened.execute("SELECT count(*) FROM plants").fetchone()
    return int(count)


def test_writing_again_replaces_both_files(ledger: Console) -> None:
    """A database of ours is replaced, though other databases never are."""
    plant(ledger, "north")
    assert ledger("export", "sqlite", "-o", "./v.db").code == 0
    plant(ledger, "south")
    assert ledger("export", "sqlite", "-o", "./v.db").code == 0
    assert rows("v.db") == 2
    told = json.loads(Path("v.metadata.json").read_bytes())
    assert told["lsledger"]["cut"]["last_seq"] == 2
    assert not list(Path().glob(".lsledger-*"))


@pytest.mark.parametrize("retracted", [False, True])
def test_nothing_is_tables_without_rows(retracted: bool, ledger: Console) -> None:
    """An empty ledger, and one with everything retracted, have the columns."""
    if retracted:
        assert ledger("retract", plant(ledger, "north"), "--reason", "misread").code == 0
    assert ledger("export", "sqlite", "-o", "./v.db").code == 0
    assert rows("v.db") == 0
    assert json.loads(asked(Path("v.db"), "/v/plants.json?_shape=array")) == []


def test_another_cut_has_other_rows(ledger: Console) -> None:
    """The views are those of the cut."""
    plant(ledger, "north")
    plant(ledger, "south")
    assert ledger("export", "sqlite", "-o", "./v.db", "--known-at", "#1").code == 0
    assert rows("v.db") == 1


def test_another_database_is_not_replaced(ledger: Console) -> None:
    """A ledger or somebody's database stays, and no metadata is written beside it."""
    with closing(sqlite3.connect("mine.db")) as mine, mine:
        mine.execute("CREATE TABLE t (x)")
    before = Path("mine.db").read_bytes()
    ran = ledger("export", "sqlite", "-o", "./mine.db")
    assert ran.code == 2
    assert "perhaps a ledger" in ran.err
    assert Path("mine.db").read_bytes() == before
    assert not Path("mine.metadata.json").exists()


@pytest.mark.parametrize("content", ["mine", "[]", '{"databases": {}}'])
def test_metadata_of_somebodys_is_not_replaced(content: str, ledger: Console) -> None:
    """Nobody named that file, so that it must be ours to be replaced."""
    Path("v.metadata.json").write_text(content)
    ran = ledger("export", "sqlite", "-o", "./v.db")
    assert ran.code == 2
    assert "v.metadata.json is there already" in ran.err
    assert Path("v.metadata.json").read_text() == content
    assert not Path("v.db").exists()


def test_an_interrupted_write_leaves_both_files(
    ledger: Console, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What breaks off in the middle leaves the old ones and nothing beside them."""
    assert ledger("export", "sqlite", "-o", "./v.db").code == 0
    before = {path.name: path.read_bytes() for path in Path().glob("v.*")}
    plant(ledger, "north")

    def broken(*_: object) -> bytes:
        raise KeyboardInterrupt

    monkeypatch.setattr(sqlite_views, "metadata", broken)
    ledger("export", "sqlite", "-o", "./v.db")
    assert {path.name: path.read_bytes() for path in Path().glob("v.*")} == before
    assert not list(Path().glob(".lsledger-*"))


@pytest.mark.parametrize(
    "words", ["", "-o v.csv", "-o v", "-o ./v.db --company acme", "-o ./v.db --format json"]
)
def test_what_is_no_database_is_refused(words: str, ledger: Console) -> None:
    """Another extension, a filter or a format is an error."""
    ran = ledger("export", "sqlite", *words.split())
    assert ran.code == 2
    assert not list(Path().glob("v*"))
