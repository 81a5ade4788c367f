"""Every view in every format, read back with another program and compared cell by cell."""

from __future__ import annotations

import csv
import gc
import io
import json
import os
import re
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from openpyxl import load_workbook
from openpyxl.utils.escape import unescape
from openpyxl.workbook import Workbook

from ledger.cut import Cut
from ledger.database import Database
from ledger.errors import UnwritableError
from ledger.values import Money
from projections.columns import VALUES, Cell, columns, data, flat, flat_columns
from projections.exports import FORMATS, xlsx_file
from projections.exports.formulas import guarded, may_run
from projections.exports.markdown_file import escaped
from projections.filters import Filters
from projections.read import Answer
from projections.views import NAMES
from tests import golden
from tests.exports.portfolio import TODAY, answers, reading, written

GOLDEN = Path(__file__).parent / "golden"
Shown = dict[str, Answer]

every_view = pytest.mark.parametrize("name", NAMES)


def unguarded(text: str) -> str:
    """What stood in the cell before the guard: the rule that `formulas.guarded` states."""
    return text[1:] if text.startswith("'") and may_run(text[1:]) else text


def read_csv(data: bytes) -> list[list[str]]:
    """The records of a CSV file."""
    return list(csv.reader(io.StringIO(data.decode(), newline=""), strict=True))


def read_xlsx(data: bytes) -> Workbook:
    """The workbook in a file."""
    return load_workbook(io.BytesIO(data))


def texts(answer: Answer) -> Iterator[str]:
    """Every text of an answer's flat cells."""
    for row in answer.rows:
        yield from (cell for cell in flat(row).values() if isinstance(cell, str))


def with_rows(answer: Answer, **changes: Any) -> Answer:
    """The answer with its first row changed, and no others."""
    return replace(answer, rows=[next(iter(answer.rows))._replace(**changes)])


def test_the_ledger_is_hard_enough(shown: Shown) -> None:
    """All views have rows, and among them are Korean, emoji, pipes, formulas and bounds."""
    assert all(answer.rows for answer in shown.values())
    everything = "".join(text for answer in shown.values() for text in texts(answer))
    for needed in ("네오디뮴", "🔋", "|", "=HYPERLINK", "<script>", "\n", ">500 t/yr", "<r>x</r>"):
        assert needed in everything


@every_view
def test_flat_columns_have_names_of_their_own(name: str, shown: Shown) -> None:
    """No two flat columns of a view share a name, so that no cell hides another."""
    names = [p.name for c in columns(shown[name].view.shown) for p in flat_columns(c)]
    assert len(names) == len(set(names))


# --- CSV -----------------------------------------------------------------------------------


@every_view
def test_csv_reads_back(name: str, shown: Shown) -> None:
    """Each cell of the CSV file is the row's, and each value's text reads back as the value."""
    answer = shown[name]
    header, *records = read_csv(written("csv", answer))
    assert header == [p.name for c in columns(answer.view.shown) for p in flat_columns(c)]
    assert len(records) == len(list(answer.rows))
    for record, row in zip(records, answer.rows, strict=True):
        cells = dict(zip(header, record, strict=True))
        for key, cell in flat(row).items():
            assert csv_matches(cells[key], cell), (key, cells[key], cell)
        for column in columns(type(row)):
            if column.type in VALUES and not column.many and cells[column.name]:
                parse: Any = column.type
                text = unguarded(cells[column.name])
                assert parse.parse(text) == getattr(row, column.name)


def csv_matches(text: str, cell: Cell) -> bool:
    """Whether the text of a CSV cell stands for the flat cell."""
    if cell is None:
        return text == ""
    if isinstance(cell, bool):
        return text == ("true" if cell else "false")
    if isinstance(cell, int | Decimal):
        return "E" not in text and Decimal(text) == cell
    return unguarded(text) == cell


def test_csv_is_rfc_4180(shown: Shown) -> None:
    """Records end in CRLF, texts keep their line feeds, and there is no byte order mark."""
    data = written("csv", shown["contracts"])
    assert data.startswith(b"stream,")
    assert data.endswith(b"\r\n")
    assert data.count(b"\r\n") == len(list(shown["contracts"].rows)) + 1
    assert "첫 줄\n=둘째 줄".encode() in data


@every_view
def test_no_csv_cell_runs(name: str, shown: Shown) -> None:
    """No cell of the file begins as a formula does; numbers are not touched."""
    for record in read_csv(written("csv", shown[name])):
        assert not any(cell.startswith(tuple("=+-@\t\r＝＋－＠")) for cell in record)


# --- the guard against formulas --------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        *("=1+1", "+1", "-1", "@SUM(A1)", "-", "-5 t", "\t=1", "\tx", "\r=1", "\n=1", "  =1"),
        *("＝1", "＋1", "－1", "＠A1", "\u3000＝1", "\u00a0=1", "\u200b=1", "﹦1", "'=1", "''-"),
    ],
)
def test_what_may_run_is_guarded(text: str) -> None:
    """A text that a spreadsheet may run gets one apostrophe before it, and can be got back."""
    assert guarded(text) == f"'{text}"
    assert unguarded(guarded(text)) == text


@pytest.mark.parametrize("text", ["", "a=1", "500 t", ">500 t/yr", "~1", "'quoted'", "네오", "1-2"])
def test_what_cannot_run_is_left_alone(text: str) -> None:
    """Other texts stay as they are."""
    assert guarded(text) == text


@given(st.text(st.sampled_from("'=-+@ \t\n＝x"), max_size=6) | st.text(max_size=20))
def test_the_guard_loses_nothing(text: str) -> None:
    """Every text comes back from its guarded form, which no spreadsheet runs."""
    assert unguarded(guarded(text)) == text
    assert not guarded(text).strip().startswith(tuple("=+-@＝＋－＠"))


# --- JSON and JSON Lines -----------------------------------------------------------------------


@every_view
def test_json_reads_back(name: str, shown: Shown) -> None:
    """The object has its head in order, and each value in it reads back as the row's."""
    answer = shown[name]
    text = written("json", answer).decode()
    found = json.loads(text)
    assert list(found) == ["view", "version", "cut", "filters", "rows"]
    assert (found["view"], found["version"]) == (name, 1)
    assert found["cut"]["as_of"] == "2026-03-31"
    assert found["cut"]["last_seq"] == answer.last_seq
    assert len(found["rows"]) == len(list(answer.rows))
    for stored, row in zip(found["rows"], answer.rows, strict=True):
        assert list(stored) == [column.name for column in columns(type(row))]
        for column in columns(type(row)):
            assert from_json(column.type, stored[column.name]) == getattr(row, column.name)
    # As `json` itself would write it: the rows are only written one at a time.
    assert text == json.dumps(found, ensure_ascii=False, indent=2) + "\n"


def from_json(type_: Any, value: Any) -> Any:
    """The value behind its JSON form."""
    if isinstance(value, list):
        return tuple(from_json(type_, item) for item in value)
    return type_.from_data(value) if type_ in VALUES and value is not None else value


def test_json_has_the_documented_shapes(shown: Shown) -> None:
    """Money, quantities and dates have all their keys, and numbers are strings."""
    rows = {row["stream"]: row for row in json.loads(written("json", shown["contracts"]))["rows"]}
    row = rows["contract:hard-supply"]
    value = row["value"]
    assert {key: value[key] for key in ("amount", "currency", "approx")} == {
        "amount": "28500000000",
        "currency": "KRW",
        "approx": True,
    }
    assert [other["amount"] for other in value["equivalents"]] == ["19400000"]
    assert row["quantity"] == {
        "min": "500",
        "max": None,
        "min_inclusive": False,
        "max_inclusive": True,
        "approx": False,
        "unit": "t",
        "per": "year",
        "basis": "Nd",
    }
    assert row["term"] == {"edtf": "2026/2029", "earliest": "2026-01-01", "latest": "2029-12-31"}


def test_an_answer_without_rows_is_whole_in_every_format(hard: Database) -> None:
    """Nothing found is an empty list, a header alone, or a sentence; never a broken file."""
    with reading(hard) as reader:
        answer = reader.answer("plants", Filters(country=("BR",))).held()
    assert answer.rows == []
    found = json.loads(written("json", answer))
    assert (found["rows"], found["filters"]) == ([], {"country": ["BR"]})
    assert written("jsonl", answer) == b""
    assert len(read_csv(written("csv", answer))) == 1
    assert "No rows." in written("md", answer).decode()
    assert "Filters: country BR" in written("md", answer).decode()
    assert read_xlsx(written("xlsx", answer))["plants"].max_row == 1


@every_view
def test_jsonl_has_the_rows_of_json(name: str, shown: Shown) -> None:
    """Each line is one row, in the shape and order that the JSON file has."""
    lines = written("jsonl", shown[name]).decode().split("\n")
    assert lines.pop() == ""
    assert [json.loads(line) for line in lines] == json.loads(written("json", shown[name]))["rows"]
    assert lines == [
        json.dumps(data(row), ensure_ascii=False, separators=(",", ":")) for row in shown[name].rows
    ]


# --- Markdown ---------------------------------------------------------------------------------


def parsed_table(text: str) -> list[list[str]]:
    """The cells of the table as a Markdown parser shows them.

    Fails when a cell has anything in it but text and line breaks.
    """
    lines: list[list[str]] = []
    tokens = MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(text)
    for before, token in pairwise(tokens):
        if before.type == "tr_open":
            lines.append([])
        if before.type in ("th_open", "td_open"):
            shown = ""
            for child in token.children or ():
                if child.type == "html_inline":
                    assert child.content == "<br>", child.content
                    shown += "\n"
                else:
                    assert child.type in ("text", "text_special"), (child.type, token.content)
                    shown += child.content
            lines[-1].append(shown)
    return lines


@every_view
def test_markdown_reads_back(name: str, shown: Shown) -> None:
    """A Markdown parser finds one table with a line a row, and the readable values in it."""
    answer = shown[name]
    text = written("md", answer).decode()
    header, *lines = parsed_table(text)
    assert len(lines) == len(list(answer.rows))
    by_heading = {c.name.replace("_", " "): c for c in columns(answer.view.shown)}
    for line, row in zip(lines, answer.rows, strict=True):
        assert len(line) == len(header)
        for heading, cell in zip(header, line, strict=True):
            value = getattr(row, by_heading[heading].name)
            assert cell.replace(" ?", "") == readable(value).replace(" ?", "")
    left_out = set(by_heading) - set(header) - {"possible"}
    for heading in left_out:
        assert heading in text.rpartition("Columns without a value: ")[2]
        assert not any(getattr(row, by_heading[heading].name) for row in answer.rows)


def readable(value: Any) -> str:
    """How people write a value; white space as a table cell shows it."""
    if value is None:
        return ""
    if isinstance(value, tuple):
        return "; ".join(readable(item) for item in value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    text = value.text() if hasattr(value, "text") else str(value)
    return "\n".join(" ".join(line.split("\t")).strip(" ") for line in text.split("\n"))


def test_markdown_marks_what_may_not_have_happened(shown: Shown) -> None:
    """A possible value has ` ?` after it, and so has a possible stream of a stage."""
    contracts = written("md", shown["contracts"]).decode()
    assert "| contract:hard-supply | signed ? |" in contracts
    assert "| contract:hung-thinh-reo | signed |" in contracts
    assert (
        "contract:hard-supply ?; contract:hung-thinh-reo" in written("md", shown["chain"]).decode()
    )


@given(st.text(st.sampled_from("|\\`*_[]()<>&~$!@:/.wx \n#-="), max_size=30) | st.text(max_size=30))
@example("\\|")
@example("\\\\| x |")
@example("<b>&lt;b&gt;</b>")
@example("![a](http://b.example)")
@example("<http://b.example>")
@example("&amp;#124;")
@example("[a]: http://b.example")
def test_no_text_leaves_its_markdown_cell(text: str) -> None:
    """Whatever the text, it is one cell that shows just that text."""
    text = "".join(c for c in text if c == "\n" or c.isprintable()).strip()
    page = f"| a | b |\n| --- | --- |\n| {escaped(text)} ? | end |\n"
    _, line = parsed_table(page)
    assert line == [f"{text} ?".strip(), "end"]


@pytest.mark.parametrize("text", ["http://a.example", "HTTPS://a", "www.a.example", "WWW.a.de"])
def test_markdown_makes_no_links_of_bare_addresses(text: str) -> None:
    """The place by which GitHub knows an address is escaped."""
    assert re.search(r"(?<!\\):/|www\.", escaped(text), re.IGNORECASE) is None


# --- XLSX -------------------------------------------------------------------------------------


@every_view
def test_xlsx_reads_back(name: str, shown: Shown) -> None:
    """Each cell of the sheet is the row's, of a type that Excel can count with."""
    answer = shown[name]
    sheet = read_xlsx(written("xlsx", answer))[name]
    header, *lines = sheet.iter_rows()
    parts = [p for c in columns(answer.view.shown) for p in flat_columns(c)]
    assert [cell.value for cell in header] == [part.name for part in parts]
    assert all(cell.font.bold for cell in header)
    assert sheet.freeze_panes == "A2"
    assert sheet.auto_filter.ref == sheet.dimensions
    assert len(lines) == len(list(answer.rows))
    for line, row in zip(lines, answer.rows, strict=True):
        cells = flat(row)
        for part, found in zip(parts, line, strict=True):
            assert found.data_type != "f"
            assert found.hyperlink is None
            assert xlsx_matches(found.value, cells[part.name], part.type), (part.name, found.value)
            if isinstance(found.value, str):
                assert found.quotePrefix == may_run(found.value)


def xlsx_matches(found: object, cell: Cell, type_: str) -> bool:
    """Whether what openpyxl found stands for the flat cell."""
    if cell is None or isinstance(cell, bool):
        return found is cell
    if isinstance(cell, int | Decimal):
        return not isinstance(found, bool) and Decimal(str(found)) == cell
    if type_ == "date" and isinstance(found, datetime):
        return found.date().isoformat() == cell
    return isinstance(found, str) and unescape(found) == cell


def test_xlsx_keeps_numbers_that_excel_would_round_as_text(shown: Shown) -> None:
    """A number of more than 15 digits is text; dates before Excel's are text too."""
    totals = flat_sheet(shown["investments"])
    odd = next(row for row in totals if row["stream"] == "investment:hard-odd-amount")
    assert odd["amount_min"] == "1234567890123456.25"
    assert odd["amount_min_inclusive"] is False
    span = next(row for row in totals if row["stream"] == "investment:hard-range")
    assert (span["amount_min"], span["amount_max"]) == (20_000_000_000, 25_500_000_000)
    plant = next(r for r in flat_sheet(shown["plants"]) if r["stream"] == "plant:hard-plant")
    assert plant["status_on_earliest"] == "1880-05-01"
    assert plant["capacity_on_latest"] == datetime(2026, 3, 31)
    assert (plant["capacity_min"], plant["capacity_max"]) == (20, 25.5)


def flat_sheet(answer: Answer) -> list[dict[str, Any]]:
    """The rows of an answer's sheet, by column name."""
    header, *lines = read_xlsx(written("xlsx", answer))[answer.view.name].iter_rows(
        values_only=True
    )
    return [dict(zip(map(str, header), line, strict=True)) for line in lines]


@given(st.integers(0, 10**15 - 1), st.integers(-25, 15))
@example(995, -2)
@example(9_007_199_254_740_99, -1)
def test_any_number_of_15_digits_survives_excel(digits: int, power: int) -> None:
    """A binary number cell gives every digit of such a number back."""
    number = Decimal(digits).scaleb(power)
    stored = float(f"{float(number):.16G}")  # as xlsxwriter writes it and Excel reads it
    assert Decimal(f"{stored:.15g}") == number


def test_xlsx_says_what_it_is_about(hard: Database) -> None:
    """The second sheet tells view, cut, filters and the meaning of each column."""
    with reading(hard, Cut(TODAY, 70, date(2026, 3, 30))) as reader:
        answer = reader.answer("contracts", Filters(stage=("oxide", "metal"))).held()
    book = read_xlsx(written("xlsx", answer))
    assert book.sheetnames == ["contracts", "About"]
    about = [(row[0], row[2]) for row in book["About"].iter_rows(values_only=True)]
    assert ("View", "Contracts") in about
    assert ("As of", "2026-03-31") in about
    assert ("Known at", "#70") in about
    assert ("Public at", "2026-03-30") in about
    assert ("Filters", "stage oxide or metal") in about
    for column in columns(answer.view.shown):
        for part in flat_columns(column):
            assert (part.name, part.help) in about


def test_the_same_answer_gives_the_same_bytes(
    example: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No format depends on the clock, the time zone or chance."""
    first = {(n, f): written(f, a) for n, a in answers(example).items() for f in FORMATS}
    monkeypatch.setenv("TZ", "Asia/Seoul")
    time.tzset()
    try:
        for (name, form), data in first.items():
            assert written(form, answers(example)[name]) == data, (name, form)
    finally:
        monkeypatch.undo()
        time.tzset()
    with ZipFile(io.BytesIO(first["log", "xlsx"])) as package:
        assert {info.date_time[0] for info in package.infolist()} == {1980}
        assert b">2026-03-31T00:00:00Z<" in package.read("docProps/core.xml")


def test_a_text_too_long_for_excel_is_cut_where_one_can_see_it(shown: Shown) -> None:
    """The cell ends in an ellipsis, and the second sheet names it; a whole one is not named."""
    longest = "가" * 32_767
    whole = with_rows(shown["contracts"], name=longest)
    assert flat_sheet(whole)[0]["name"] == longest
    assert "Not whole" not in about_labels(whole)
    cut = with_rows(shown["contracts"], name="🔋" * 20_000)
    assert flat_sheet(cut)[0]["name"] == "🔋" * 16_383 + "…"
    assert "F2" in about_labels(cut)["Not whole"]


def test_a_character_that_xml_lacks_is_marked(shown: Shown) -> None:
    """The workbook can be opened, and the second sheet names the cell."""
    answer = with_rows(shown["contracts"], name="a\uffffb")
    assert flat_sheet(answer)[0]["name"] == "a\ufffdb"
    assert "F2" in about_labels(answer)["Not whole"]


def about_labels(answer: Answer) -> dict[str, str]:
    """The labelled lines of the second sheet."""
    about = read_xlsx(written("xlsx", answer))["About"].iter_rows(values_only=True)
    return {str(row[0]): str(row[2]) for row in about}


@pytest.mark.parametrize("text", ["<r>x</r>", "<r></r>", "<r><t>a & b</t></r>", "_x0041_", " a \n"])
def test_no_text_becomes_a_part_of_the_workbook(text: str, shown: Shown) -> None:
    """Texts that look like the workbook's own XML or escapes are shown as they are."""
    answer = with_rows(shown["contracts"], name=text)
    assert unescape(flat_sheet(answer)[0]["name"]) == text


def test_more_rows_than_a_sheet_holds_are_refused(
    shown: Shown, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rows are never left out silently."""
    monkeypatch.setattr(xlsx_file, "MOST_ROWS", len(list(shown["contracts"].rows)) + 1)
    written("xlsx", shown["contracts"])
    monkeypatch.setattr(xlsx_file, "MOST_ROWS", len(list(shown["contracts"].rows)))
    with pytest.raises(UnwritableError, match="do not fit on a sheet"):
        written("xlsx", shown["contracts"])


class Failing(io.BytesIO):
    """A file that takes so many bytes and then fails."""

    def __init__(self, room: int, error: BaseException) -> None:
        super().__init__()
        self.room = room
        self.error = error

    def write(self, data: Any) -> int:
        """Take it if there is room."""
        if self.tell() + len(data) > self.room:
            raise self.error
        return super().write(data)


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("room", [0, 500, 4_000])
@pytest.mark.parametrize("error", [OSError(28, os.strerror(28)), KeyboardInterrupt()])
def test_a_failed_write_leaves_nothing_behind(
    form: str,
    room: int,
    error: BaseException,
    shown: Shown,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The error comes out as it is; no temporary file stays, and nothing is written later."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    out = Failing(room, error)
    with pytest.raises(type(error)):
        FORMATS[form].write(shown["log"], out)
    out.close()
    gc.collect()  # a leftover archive would now write to the closed file, and warn
    assert list(tmp_path.iterdir()) == []


def test_xlsx_can_be_written_into_a_pipe(shown: Shown) -> None:
    """What comes out of the other end opens, though nobody can seek in a pipe."""
    readable_end, writable_end = os.pipe()
    with ThreadPoolExecutor() as pool, open(readable_end, "rb") as end:  # noqa: PTH123
        received = pool.submit(end.read)
        with open(writable_end, "wb") as out:  # noqa: PTH123
            FORMATS["xlsx"].write(shown["contracts"], out)
        book = read_xlsx(received.result())
    assert book["contracts"].max_row == len(list(shown["contracts"].rows)) + 1


# --- golden files -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "file",
    ["contracts.json", "sources.jsonl", "totals.csv", "totals.json", "totals.md", "chain.md"],
)
def test_golden(file: str, example: Database) -> None:
    """The example's outputs are, byte for byte, what they were."""
    name, _, form = file.partition(".")
    with reading(example) as reader:
        golden.check(GOLDEN / file, written(form, reader.answer(name)))


def test_money_is_not_lost_in_the_readable_text(shown: Shown) -> None:
    """The text in a Markdown cell reads back as the amount, equivalents included."""
    header, *lines = parsed_table(written("md", shown["investments"]).decode())
    cells = {line[0]: line[header.index("amount")] for line in lines}
    for row in shown["investments"].rows:
        if row.amount is not None:
            assert Money.parse(cells[row.stream].removesuffix(" ?")) == row.amount
