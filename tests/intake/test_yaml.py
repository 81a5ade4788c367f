"""Import files in YAML, as people write them: what is read, and where each error stands."""

from __future__ import annotations

from pathlib import Path

import pytest

from cli.messages import as_text
from ledger.facts.contract import ContractSigned
from ledger.facts.plant import PlantNamed
from tests.intake.places import drafts, faults, places

NESTED = """\
facts:
  - contract.signed:
      id: acme-supply
      on: 2025-03
      counterparties:
        - beta
        - Beta Corp
      value: {amount: "28.5", currency: KRX}
      tags: [new, "a\\tb"]
"""


def test_errors_in_nested_values_stand_at_the_value(tmp_path: Path) -> None:
    """An element of a list is pointed at itself; an amount at its beginning."""
    assert places(tmp_path, "a.yaml", NESTED) == [
        ("party", 7, 11),
        ("currency", 8, 14),
        ("text", 9, 19),
    ]


def test_a_file_from_windows_has_the_same_places(tmp_path: Path) -> None:
    """CRLF line ends and a byte order mark move nothing."""
    windows = b"\xef\xbb\xbf" + NESTED.replace("\n", "\r\n").encode()
    assert places(tmp_path, "a.yaml", windows) == places(tmp_path, "b.yaml", NESTED)


def test_the_caret_stands_below_the_letter_behind_korean_words(tmp_path: Path) -> None:
    """Hangul takes two cells of a terminal, so the caret goes two cells for each."""
    line = "- plant.named: {name: 새만금 공장, id: 군산, on: 2025}"
    (fault,) = faults(tmp_path, "a.yaml", f"facts:\n{line}\n")
    _, _, excerpt, caret, _ = as_text(fault.error).splitlines()
    assert excerpt == f"    2 | {line}"
    assert caret.index("^") == excerpt.index("군산") + len("새만금공장")


def test_the_caret_stands_below_the_letter_behind_a_tab(tmp_path: Path) -> None:
    """A tab is shown as the spaces it takes, and counted as them."""
    (fault,) = faults(tmp_path, "a.yaml", "facts:\n- plant.named: {on:\t2025,\tid: A B}\n")
    _, _, excerpt, caret, _ = as_text(fault.error).splitlines()
    assert excerpt.endswith("A B}")
    assert excerpt.index("A B") == caret.index("^")


def test_every_error_is_told_in_the_order_of_the_file(tmp_path: Path) -> None:
    """One faulty fact does not hide the next, and one fact can have several errors."""
    text = (
        "source: {id: a, title: A, published: 2025-02-30}\n"
        "facts:\n"
        "  - plant.named: {id: A, stagee: ore, on: 2025-13}\n"
        "  - plant.nmaed: {id: b}\n"
        "  - plant.named\n"
        "  - plant.named: {id: c, on: 2025}\n"
        "  - plant.capacity_stated: {id: c, on: 2025, capacity: [1]}\n"
    )
    assert places(tmp_path, "a.yaml", text) == [
        ("date", 1, 38),
        ("id", 3, 23),
        ("field-unknown", 3, 26),
        ("date", 3, 43),
        ("fact-type", 4, 5),
        ("shape", 5, 5),
        ("number", 7, 56),
    ]


def test_scalars_stay_as_they_are_typed(tmp_path: Path) -> None:
    """NO is Norway, 2025-09 a month, 1e3 a name: nothing becomes another type on the way."""
    (draft,) = drafts(
        tmp_path,
        "a.yaml",
        "facts:\n- plant.named: {id: no, on: 2025-09, name: 1e3, country: NO, place: 0o17, "
        "product: yes, note: 12:30:45, process: .inf, tags: [on, 'null', 1_000]}\n",
    )
    assert draft.content == PlantNamed(
        name="1e3", country="NO", place="0o17", product="yes", process=".inf"
    )
    assert (draft.stream, draft.note) == ("plant:no", "12:30:45")
    assert draft.on is not None
    assert draft.on.edtf == "2025-09"
    assert draft.tags == ("on", "null", "1_000")


def test_null_counts_as_left_out(tmp_path: Path) -> None:
    """An empty value, ~ and null say nothing."""
    (draft,) = drafts(
        tmp_path,
        "a.yaml",
        "facts:\n- plant.named:\n    id: a\n    on: 2025\n    name:\n    place: ~\n    note: null",
    )
    assert draft.content == PlantNamed()
    assert draft.note is None


def test_texts_over_several_lines(tmp_path: Path) -> None:
    """Block texts are kept line by line (|) or joined (>), as YAML has it."""
    (draft,) = drafts(
        tmp_path,
        "a.yaml",
        "facts:\n- contract.signed:\n    id: a\n    on: 2025\n    price: |\n      first\n"
        "      second\n    quote: >\n      one\n      two\n",
    )
    assert draft.content == ContractSigned(price="first\nsecond\n")
    assert draft.quote == "one two\n"


def test_the_source_stands_behind_every_fact_that_names_no_other(tmp_path: Path) -> None:
    """`source:` registers the document first and is the default of the facts below."""
    text = (
        "facts:\n"
        "- plant.named: {id: a, on: 2025}\n"
        "- plant.named: {id: b, on: 2025, source: other}\n"
        "source: {id: doc, title: Document, published: 2025}\n"
    )
    found = [(draft.stream, draft.source) for draft in drafts(tmp_path, "a.yaml", text)]
    assert found == [("source:doc", None), ("plant:a", "doc"), ("plant:b", "other")]


def test_an_unsound_source_is_told_once(tmp_path: Path) -> None:
    """Its id is not called wrong again by every fact that rests on it."""
    for id_ in ("ACME 2025", "[a]", "{a: b}"):
        text = f"source: {{id: {id_}, title: A, published: 2025}}\nfacts:\n" + (
            "- plant.named: {id: a, on: 2025}\n" * 5
        )
        assert [line for _, line, _ in places(tmp_path, "a.yaml", text)] == [1], id_


@pytest.mark.parametrize(
    ("text", "code", "line", "column"),
    [
        ("facts: &a []\n", "nesting", 1, 8),
        ("facts: [*a]\n", "nesting", 1, 9),
        ("facts:\n- plant.named: {<<: *a}\n", "nesting", 2, 21),
        ("facts:\n- plant.named: {id: a, on: 2025, <<: {note: x}}\n", "field-unknown", 2, 34),
        ("facts: !!python/object/apply:os.system [id]\n", "shape", 1, 8),
        ("facts:\n- plant.named: {id: !!str a, on: 2025}\n", "shape", 2, 21),
        ("facts: []\n---\nfacts: []\n", "shape", 3, 1),
        ("facts: " + "[" * 50_000, "nesting", 1, 19),
        ("facts: " + "{a: " * 50_000, "nesting", 1, 49),
        ("? " * 50_000, "nesting", 1, 25),
        ("facts: []\nfacts: []\n", "key-duplicate", 2, 1),
        ("facts:\n- plant.named: {id: a, on: 2025, name: x, name: y}\n", "key-duplicate", 2, 43),
        ("facts:\n- plant.named: {id: a, ? [b] : c}\n", "shape", 2, 26),
        ("facts:\n- plant.named: {id: a, ~: c}\n", "shape", 2, 24),
        ("facts:\n- plant.named:\n    capacity: >500 t/yr\n", "syntax", 3, 17),
        ("facts:\n- plant.named:\n    company: unnamed: x\n", "syntax", 3, 21),
        ("facts:\n- plant.named:\n\tid: a\n", "syntax", 3, 1),
        ("facts:\n- plant.named: {id: a\n", "syntax", 3, 1),
        ('facts:\n- plant.named: {name: "a\x07"}\n', "syntax", 2, 25),
        ("facts: {}\n", "shape", 1, 8),
        ("- plant.named: {id: a}\n", "shape", 1, 1),
        ("source:\n", "shape", 1, 1),
        ("facts:\n- [plant.named]\n", "shape", 2, 3),
        ("facts:\n- plant.named: text\n", "shape", 2, 3),
        ("facts:\n- plant.named:\n", "shape", 2, 3),
        ("# nothing\n", "shape", 1, None),
        ("", "file-empty", None, None),
        (" \n\n", "file-empty", None, None),
        (b"facts:\n- plant.named: {id: \xb0\xa1}\n", "encoding", 2, 21),
        (b"\xff\xfef\x00", "encoding", 1, 1),
    ],
    ids=lambda value: str(value)[:30],
)
def test_what_is_not_an_import_file(
    tmp_path: Path, text: str | bytes, code: str, line: int | None, column: int | None
) -> None:
    """Each is refused at its place; nothing is constructed, expanded or guessed."""
    assert places(tmp_path, "a.yaml", text) == [(code, line, column)]


def test_lines_are_counted_as_yaml_counts_them(tmp_path: Path) -> None:
    """A line separator inside a text is refused there, and does not shift the next error."""
    text = 'facts:\n- plant.named: {id: a, on: 2025, note: "x\u2028y"}\n- plant.named: {id: B}\n'
    found = faults(tmp_path, "a.yaml", text)
    assert [fault.error.code for fault in found] == ["text", "id"]
    assert found[1].error.where is not None
    assert found[1].error.where.excerpt == "- plant.named: {id: B}"


def test_an_empty_list_of_facts_is_an_empty_import(tmp_path: Path) -> None:
    """It has no facts and no errors."""
    assert drafts(tmp_path, "a.yaml", "facts: []\n") == []
