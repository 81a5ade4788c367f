"""Import files in JSON Lines, as programs write them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ledger.facts.contract import DeliveryRecorded
from ledger.intake import read_file
from ledger.intake.jsonl_file import LONGEST_LINE, offset_of
from tests.intake.places import drafts, faults, places

GOOD = '{"type": "plant.named", "id": "a", "on": "2025"}'


def test_blank_lines_and_line_ends_do_not_matter(tmp_path: Path) -> None:
    """CRLF, blank lines, a byte order mark and a missing last line end are all fine."""
    text = b"\xef\xbb\xbf\r\n" + GOOD.encode() + b"\r\n\n   \n" + GOOD.encode()
    found = drafts(tmp_path, "a.jsonl", text)
    assert [draft.where.line if draft.where else None for draft in found] == [2, 5]


def test_an_error_stands_in_its_own_line(tmp_path: Path) -> None:
    """Every faulty line is told; the lines between them are read."""
    lines = [
        GOOD.encode(),
        b"",
        b'{"type": "plant.named", "id": "\xff"}',
        b"{}",
        b'{"type": "plant.named", "id": "A", "on": "2025-13"}\r',
        GOOD.encode(),
        b"[1]",
        b"nonsense",
    ]
    assert places(tmp_path, "a.jsonl", b"\n".join(lines)) == [
        ("encoding", 3, 32),
        ("field-missing", 4, 1),
        ("id", 5, 31),
        ("date", 5, 42),
        ("shape", 7, 1),
        ("syntax", 8, 1),
    ]


def test_nested_values_have_their_own_places(tmp_path: Path) -> None:
    """A key inside another object, or a text that looks like one, misleads nobody."""
    line = json.dumps(
        {
            "type": "contract.signed",
            "id": "a",
            "on": "2025",
            "name": '"value": x, "tags": y',
            "quantity": {"value": "3", "unit": "t"},
            "counterparties": ["beta", "한국 회사"],
            "value": "3 KRX",
            "tags": ["a", ""],
        },
        ensure_ascii=False,
    )
    assert places(tmp_path, "a.jsonl", line) == [
        ("party", 1, line.index('"한국') + 1),
        ("currency", 1, line.index('"3 KRX') + 1),
        ("text", 1, line.index('""') + 1),
    ]


def test_the_place_of_any_path() -> None:
    """Keys and values of objects and lists are found through any nesting and white space."""
    text = ' { "a" : [1, {"b\\"": [ ] , "c": "}]"}, null ], "a2":{"a": -1.5e3}}'
    assert text[offset_of(text, ("a", 1, "c")) :].startswith('"}]"')
    assert text[offset_of(text, ("a", 1, 'b"')) :].startswith("[ ]")
    assert text[offset_of(text, ("a2", "a")) :].startswith("-1.5e3")
    assert text[offset_of(text, ("a2", "a"), key=True) :].startswith('"a":')
    assert text[offset_of(text, ("a", 7)) :].startswith("[1,")
    assert text[offset_of(text, ("zzz",)) :].startswith("{")
    assert text[offset_of(text, ())] == "{"


@pytest.mark.parametrize(
    ("line", "code", "column"),
    [
        ('{"type": "plant.named", "id": "a", "on": NaN}', "number", 42),
        ('{"type": "plant.named", "note": "NaN \\" NaN", "on": -Infinity}', "number", 53),
        ('{"type": "plant.named", "id": "a", "id": "b"}', "key-duplicate", 36),
        ('{"type": "plant.named", "id": "a", "note": {"a": 1, "a": 2}}', "key-duplicate", 53),
        ('{"type": "plant.named", "id": "a", "on": 2025.5}', "date", 42),
        ('{"type": "plant.named", "id": "a", "on": true}', "date", 42),
        ('{"type": "plant.named", "id": "a", "on": "2025", "note": "\\ud800"}', "text", 58),
        ('{"type": "plant.named", "id": "a", "on": "2025", "note": "\\u001b[2J"}', "text", 58),
        ('{"type": "plant.named", "id": "a", "on": "2025", "bogus": 1}', "field-unknown", 50),
        ('{"type": 5, "id": "a"}', "fact-type", 10),
        ('{"id": "a"}', "field-missing", 1),
        ('{"type": null}', "field-missing", 1),
        ('{"type": "plant.named", "id": "a"} {}', "syntax", 36),
        ("{'type': 'plant.named'}", "syntax", 2),
        ('{"type": "plant.named"', "syntax", 23),
        ("[" * 100_000, "nesting", 1),
        ('{"a": ' * 100_000, "nesting", 1),
        ("null", "shape", 1),
    ],
    ids=lambda value: str(value)[:40],
)
def test_a_line_that_is_refused(tmp_path: Path, line: str, code: str, column: int) -> None:
    """Each at its column, with what JSON itself would let through refused as well."""
    assert places(tmp_path, "a.jsonl", f"{GOOD}\n{line}\n") == [(code, 2, column)]


@pytest.mark.parametrize(
    "capacity",
    ['"28.5 t"', '{"value": 28.5, "unit": "t"}', '{"value": "28.50", "unit": "tonnes"}'],
)
def test_numbers_are_read_as_they_are_written(tmp_path: Path, capacity: str) -> None:
    """No number passes through a binary fraction on its way."""
    line = '{"type": "contract.delivery_recorded", "id": "a", "on": 2025, "quantity": %s}'
    (draft,) = drafts(tmp_path, "a.jsonl", line % capacity)
    assert isinstance(draft.content, DeliveryRecorded)
    assert draft.content.quantity.text() == "28.5 t"


def test_a_line_without_end_is_not_read_to_its_end(tmp_path: Path) -> None:
    """A line longer than any fact is refused, even where the cut splits a letter."""
    text = GOOD + "\n" + '{"note": "' + "가" * LONGEST_LINE
    assert places(tmp_path, "a.jsonl", text) == [("shape", 2, None)]


def test_a_file_of_blank_lines_is_empty(tmp_path: Path) -> None:
    """There is nothing to record in it."""
    for text in ("", "\n\r\n  \n"):
        assert [fault.error.code for fault in faults(tmp_path, "a.jsonl", text)] == ["file-empty"]


def test_the_name_tells_the_format_unless_it_is_told(tmp_path: Path) -> None:
    """`.ndjson` is JSON Lines; any name is when `--as` says so; otherwise nobody guesses."""
    assert len(drafts(tmp_path, "a.NDJSON", GOOD)) == 1
    (tmp_path / "facts.txt").write_text(GOOD)
    assert len(list(read_file(str(tmp_path / "facts.txt"), "jsonl"))) == 1
    (fault,) = faults(tmp_path, "a.jsnl", GOOD)
    assert fault.error.code == "file-type"
    assert fault.error.hint.startswith("Did you mean .jsonl")
