"""Parquet: read back with pyarrow and with DuckDB, and compared cell by cell with the view."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pyarrow
import pytest
from pyarrow import parquet

from ledger.errors import MissingExtraError, UnwritableError
from ledger.values import Money
from ledger.values.bounds import Bounds
from projections.columns import Column, columns, flat_columns
from projections.exports import parquet_file
from projections.exports.to_file import replacing
from projections.read import Answer, as_data
from projections.views import NAMES
from tests.cli.console import Console
from tests.cli.terminal import terminal
from tests.exports.portfolio import written

Shown = dict[str, Answer]

every_view = pytest.mark.parametrize("name", NAMES)


def read(data: bytes) -> pyarrow.Table:
    """The table in a file."""
    return parquet.read_table(pyarrow.BufferReader(data))


def expected(answer: Answer) -> list[dict[str, Any]]:
    """The rows as they should come back: texts, days, exact numbers, lists."""
    return [
        {
            name: cell
            for column in columns(answer.view.shown)
            for name, cell in _cells(column, getattr(row, column.name))
        }
        for row in answer.rows
    ]


def _cells(column: Column, value: Any) -> Iterator[tuple[str, Any]]:
    if column.many:
        yield column.name, [str(item) for item in value]
        return
    for part in flat_columns(column):
        cell: Any = part.cell(value)
        if part.type == "date" and cell is not None:
            cell = date.fromisoformat(str(cell))
        yield part.name, cell


@every_view
def test_pyarrow_reads_every_cell(name: str, shown: Shown) -> None:
    """Names, order and values are the view's, Korean texts and bounds among them."""
    answer = shown[name]
    assert read(written("parquet", answer)).to_pylist() == expected(answer)


@every_view
def test_duckdb_reads_every_cell(name: str, shown: Shown, tmp_path: Path) -> None:
    """Another reader finds the same."""
    path = tmp_path / "x.parquet"
    path.write_bytes(written("parquet", shown[name]))
    with duckdb.connect() as connection:
        found = connection.execute("SELECT * FROM read_parquet(?)", [str(path)])
        names = [column[0] for column in found.description or ()]
        rows = [dict(zip(names, row, strict=True)) for row in found.fetchall()]
    assert rows == expected(shown[name])


def test_columns_have_real_types(shown: Shown) -> None:
    """Days are days, bounds are exact decimals, conditions are booleans, several values a list."""
    schema = read(written("parquet", shown["contracts"])).schema
    assert schema.field("term_earliest").type == pyarrow.date32()
    assert schema.field("value_min").type == pyarrow.decimal128(38, 9)
    assert schema.field("value_approx").type == pyarrow.bool_()
    assert schema.field("counterparties").type.value_type == pyarrow.string()
    assert read(written("parquet", shown["log"])).schema.field("seq").type == pyarrow.int64()


def test_duckdb_counts_with_days_and_bounds(shown: Shown, tmp_path: Path) -> None:
    """Bounds can be added up and days compared without a cast."""
    path = tmp_path / "contracts.parquet"
    path.write_bytes(written("parquet", shown["contracts"]))
    asked = (
        "SELECT quantity, quantity_min * 2, quantity_min_inclusive, term_latest - DATE '2029-12-30'"
        " FROM read_parquet(?) WHERE stream = 'contract:hard-supply'"
    )
    with duckdb.connect() as connection:
        (row,) = connection.execute(asked, [str(path)]).fetchall()
    assert row == (">500 t/yr [Nd]", Decimal(1000), False, 1)


def test_the_file_tells_what_it_is(shown: Shown) -> None:
    """The cut stands in the metadata, and with each column what it means and where its unit is."""
    answer = shown["plants"]
    schema = read(written("parquet", answer)).schema
    told = schema.metadata
    assert json.loads(told[b"lsledger"]) == as_data(answer)
    assert told[b"title"] == b"Plants"
    meanings = json.loads(told[b"columns"])
    assert list(meanings) == schema.names
    for field in schema:
        assert field.metadata[b"description"].decode() == meanings[field.name]
    assert meanings["capacity_min"] == (
        "Nameplate capacity, as last stated. Lower bound; empty when open. In the unit that "
        "capacity_unit names, for the period that capacity_per names."
    )


def test_duckdb_finds_the_metadata(shown: Shown, tmp_path: Path) -> None:
    """It is the file's own metadata, not Arrow's alone."""
    path = tmp_path / "x.parquet"
    path.write_bytes(written("parquet", shown["plants"]))
    with duckdb.connect() as connection:
        found = dict(
            connection.execute(
                "SELECT key, value FROM parquet_kv_metadata(?)", [str(path)]
            ).fetchall()
        )
    assert json.loads(found[b"lsledger"])["view"] == "plants"


@pytest.mark.parametrize(
    ("amount", "kind"),
    [
        ("1 USD", "decimal128(38, 9)"),
        ("0.000000001 USD", "decimal128(38, 9)"),
        ("99999999999999999999999999999 USD", "decimal128(38, 9)"),
        ("123456789012345678901234567890 USD", "decimal128(38, 0)"),
        ("0.0000000001 USD", "decimal128(38, 10)"),
        ("0.000000000000000000000000000001 USD", "decimal128(38, 30)"),
    ],
)
def test_no_bound_is_rounded(amount: str, kind: str, shown: Shown) -> None:
    """A column has as many digits as its values need."""
    answer = with_amounts(shown["investments"], amount)
    table = read(written("parquet", answer))
    assert str(table.schema.field("amount_min").type) == kind
    assert table["amount_min"].to_pylist() == [Money.parse(amount).bounds.min]


def test_wide_bounds_stay_exact(shown: Shown) -> None:
    """Thirty digits on either side of the point fit into one column."""
    amounts = ("123456789012345678901234567890 USD", "0.000000000000000000000000000001 USD")
    table = read(written("parquet", with_amounts(shown["investments"], *amounts)))
    assert str(table.schema.field("amount_min").type) == "decimal256(76, 30)"
    assert table["amount_min"].to_pylist() == [Money.parse(text).bounds.min for text in amounts]


def test_duckdb_reads_wide_bounds_as_fractions(shown: Shown, tmp_path: Path) -> None:
    """It has no decimals of more than 38 digits; the text beside them is exact, as we say."""
    amounts = ("123456789012345678901234567890 USD", "0.000000000001 USD")
    path = tmp_path / "x.parquet"
    path.write_bytes(written("parquet", with_amounts(shown["investments"], *amounts)))
    asked = "SELECT typeof(amount_min), amount FROM read_parquet(?)"
    with duckdb.connect() as connection:
        found = connection.execute(asked, [str(path)]).fetchall()
    assert [kind for kind, _ in found] == ["DOUBLE", "DOUBLE"]
    assert [Money.parse(text) for _, text in found] == list(map(Money.parse, amounts))


@pytest.mark.parametrize("text", ["긴" * 10_000, "<script>", "=1+1", "🔋", "\u202eabc"])
def test_any_text_is_kept(text: str, shown: Shown) -> None:
    """Ten thousand characters, HTML, formulas, emoji and marks of direction stay as they are."""
    answer = shown["investments"]
    changed = replace(answer, rows=[next(iter(answer.rows))._replace(name=text)])
    assert read(written("parquet", changed))["name"].to_pylist() == [text]


@pytest.mark.sqlite
def test_a_terminal_is_spared(ledger: Console) -> None:
    """Its bytes are not for a screen; the error names the way to a file."""
    url = ledger.room.url()
    with terminal("--ledger", url, "plants", "--format", "parquet") as screen:
        screen.expect("a terminal cannot show PARQUET")
        screen.expect("-o FILE.parquet")
        assert screen.end() == 2


def test_what_no_decimal_holds_is_refused(shown: Shown) -> None:
    """Sums may have more digits than the widest column; nothing is rounded to fit."""
    small = Money.parse("0.000000000000000000000000000001 USD")
    vast = replace(small, bounds=Bounds.exact(Decimal(10) ** 60))
    answer = with_values(shown["investments"], small, vast)
    with pytest.raises(UnwritableError, match="amount_min have 61 digits before the point and 30"):
        written("parquet", answer)


def with_amounts(answer: Answer, *texts: str) -> Answer:
    """An answer of investments with these amounts alone."""
    return with_values(answer, *map(Money.parse, texts))


def with_values(answer: Answer, *amounts: Money) -> Answer:
    """The same from the amounts themselves."""
    return replace(
        answer, rows=[next(iter(answer.rows))._replace(amount=amount) for amount in amounts]
    )


def test_rows_are_written_a_page_at_a_time(shown: Shown, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each page is a row group of its own, and all rows are there in their order."""
    monkeypatch.setattr(parquet_file, "PAGE", 10)
    answer = shown["log"]
    data = written("parquet", answer)
    found = parquet.ParquetFile(pyarrow.BufferReader(data))
    assert found.num_row_groups == -(-len(list(answer.rows)) // 10)
    assert found.read().to_pylist() == expected(answer)


def test_the_same_answer_gives_the_same_bytes(shown: Shown) -> None:
    """Nothing in the file depends on the clock."""
    assert written("parquet", shown["promises"]) == written("parquet", shown["promises"])


@pytest.mark.parametrize("name", ["portfolio", "plants", "log"])
def test_an_empty_ledger_has_the_columns(name: str, ledger: Console) -> None:
    """A view without rows is a table without rows, with the same types."""
    assert ledger("export", name, "-o", "x.parquet").code == 0
    table = parquet.read_table("x.parquet")
    assert table.num_rows == 0
    assert table.num_columns > 5


@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), KeyboardInterrupt()])
@pytest.mark.parametrize("after", [0, 1, 5])
def test_a_broken_write_leaves_the_old_file(
    error: BaseException, after: int, shown: Shown, tmp_path: Path
) -> None:
    """Whatever fails, at the first byte or later, the file that was there stays."""
    path = tmp_path / "x.parquet"
    path.write_bytes(b"old")

    class Broken(io.BytesIO):
        count = 0

        def write(self, data: Any) -> int:
            self.count += 1
            if self.count > after:
                raise error
            return super().write(data)

    def broken() -> None:
        with replacing(path):
            parquet_file.write(shown["log"], Broken())

    with pytest.raises((UnwritableError, KeyboardInterrupt)):
        broken()
    assert {p.name: p.read_bytes() for p in tmp_path.iterdir()} == {"x.parquet": b"old"}


def test_without_pyarrow_the_error_says_what_to_install(
    shown: Shown, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The extra is named."""
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(MissingExtraError, match="pyarrow") as missing:
        written("parquet", shown["plants"])
    assert "lsledger[parquet]" in missing.value.hint
