"""What text and ids are accepted, and what the refusals say."""

from __future__ import annotations

from unicodedata import is_normalized

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.errors import IdError, TextError
from ledger.values import check_id, check_text
from ledger.values.text import quoted, slug_of
from tests.values.strategies import ids


@pytest.mark.parametrize(
    "text",
    ["", "  kept  ", "two\nlines\tand a tab", "LS에코에너지", "Hưng Thịnh", "😀", "a\u00a0b"],
)
def test_ordinary_text_is_kept_as_typed(text: str) -> None:
    """Text in any language passes unchanged, white space included."""
    assert check_text(text) == text


def test_text_becomes_nfc() -> None:
    """A letter and its combining mark are stored as the one letter they make."""
    assert check_text("Hu\u031bng") == "Hưng"


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("a\x00", "U+0000"),
        ("a\r\nb", "U+000D"),
        ("\x1b[31mred", "U+001B (ESC"),
        ("a\x7f", "U+007F"),
        ("a\x9b31m", "U+009B"),
        ("a\ud800", "U+D800"),
        ("a\u202eb", "U+202E"),
        ("a\u2066b", "U+2066"),
        ("a\u2028b", "U+2028"),
        ("\ufeffa", "U+FEFF"),
    ],
)
def test_what_could_forge_the_output_is_refused(text: str, named: str) -> None:
    """Controls, escapes and reordering marks are named by code point, and not repeated."""
    with pytest.raises(TextError) as caught:
        check_text(text)
    assert named in caught.value.what
    position = 2 if text[0] == "a" else 1
    assert f"position {position} " in caught.value.what
    assert caught.value.hint
    assert caught.value.what.isprintable()


def test_too_long_text_is_refused() -> None:
    """The limit counts characters, before and after normalization."""
    with pytest.raises(TextError) as caught:
        check_text("a" * 10_001)
    assert "10,000" in caught.value.hint
    with pytest.raises(TextError):
        check_text("\U0001d160" * 5, limit=5)  # NFC makes three characters of each


@given(st.text())
def test_accepted_text_is_stable(text: str) -> None:
    """Whatever is accepted is in NFC, and checking it again changes nothing."""
    try:
        checked = check_text(text)
    except TextError:
        return
    assert is_normalized("NFC", checked)
    assert check_text(checked) == checked


@given(ids())
def test_ids_pass_unchanged(text: str) -> None:
    """Groups of lower-case letters and digits, joined by hyphens, are ids."""
    assert check_id(text) == text
    assert slug_of(text) == text


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("LS MnM", "ls-mnm"),
        ("Hưng Thịnh Đất", "hung-thinh-dat"),
        ("-a--b-", "a-b"),
        ("ls_mnm", "ls-mnm"),
        ("a\n", "a"),
        ("x" * 101, "x" * 100),
        ("엘에스", "Latin letters"),
        ("", "Latin letters"),
    ],
)
def test_a_refused_id_comes_with_one_that_works(text: str, slug: str) -> None:
    """The hint of a refused id is the nearest id."""
    with pytest.raises(IdError) as caught:
        check_id(text)
    assert slug in caught.value.hint


@given(st.text())
def test_suggested_ids_are_ids(text: str) -> None:
    """What `slug_of` suggests is always accepted, unless nothing is left of the text."""
    slug = slug_of(text)
    assert not slug or check_id(slug) == slug


@given(st.text(st.characters(), max_size=200))
def test_quoting_is_safe_to_print(text: str) -> None:
    """An error message may show any input: it is cut, and nothing in it is unprintable."""
    shown = quoted(text)
    assert shown.isprintable()
    assert len(shown) <= 10 * 60 + 2
