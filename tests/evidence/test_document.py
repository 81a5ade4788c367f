"""What text is taken from documents of each kind, and that no bytes do harm."""

from __future__ import annotations

import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.errors import InputError
from ledger.evidence import document
from ledger.evidence.document import (
    LONGEST_TITLE,
    MOST_CHARACTERS,
    checked_media_type,
    media_type_of,
    paragraphs,
    title_of,
)
from ledger.evidence.quote import displayed
from tests.evidence import pdf
from tests.evidence.markup import MARKUP

HTML, PDF, PLAIN = "text/html", "application/pdf", "text/plain"
UNKNOWN = "application/octet-stream"


# --- media types -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "name", "media_type"),
    [
        (b"%PDF-1.7\n%\xe2\xe3", "release", PDF),
        (b"\r\n%PDF-1.4", "release.txt", PDF),
        (b"HTTP/1.1 200\n\n%PDF-1.4", "release.pdf", PDF),
        (b"The header %PDF-1.4", "notes.md", PLAIN),
        (b"<!DOCTYPE html><p>a", "release", HTML),
        (b"\xef\xbb\xbf <html lang=ko>", "release.txt", HTML),
        (b"<!-- saved --><?xml version='1.0'?><head>", "release", HTML),
        (b"<p>a", "-", HTML),
        (b"<p align=center>Readme</p>", "README.md", PLAIN),
        (b"no tag at all", "release.HTM", HTML),
        ("<html><meta charset=euc-kr>한국".encode("euc-kr"), "release", HTML),
        ("한국".encode("euc-kr"), "release.html", HTML),
        ("<html>한국".encode("utf-16"), "release", HTML),
        ("한국 text\n".encode(), "release.txt", PLAIN),
        ("한국 text\n".encode("utf-8-sig"), "-", PLAIN),
        ("한국 text\n".encode("utf-16"), "release", PLAIN),
        (b"year,tonnes\n2025,500\n", "figures.csv", PLAIN),
        (b"a < b and <b> > c", "-", PLAIN),
        (b"", "empty", PLAIN),
        ("한국".encode("euc-kr"), "release.txt", UNKNOWN),
        (codecs.BOM_UTF16_LE + b"odd", "release.txt", UNKNOWN),
        (b"PK\x03\x04\x14\x00", "release.docx", UNKNOWN),
        (b"\x89PNG\r\n\x1a\n", "page.html", UNKNOWN),
        (b"{\\rtf1 text}", "release.rtf", UNKNOWN),
    ],
)
def test_the_kind_of_a_document(data: bytes, name: str, media_type: str) -> None:
    """Its content tells first, then the extension of its name."""
    assert media_type_of(data, name) == media_type


@pytest.mark.parametrize(
    ("typed", "media_type"),
    [
        ("text/html", "text/html"),
        (" Text/HTML ;Charset=EUC-KR ", "text/html; charset=euc-kr"),
        ('text/plain; charset="windows-949"', "text/plain; charset=windows-949"),
        ("text/plain;charset=latin-1;", "text/plain; charset=latin-1"),
        ("application/vnd.ms-excel", "application/vnd.ms-excel"),
    ],
)
def test_a_stated_media_type(typed: str, media_type: str) -> None:
    """It is kept in one form, which reads as itself."""
    assert checked_media_type(typed) == media_type
    assert checked_media_type(media_type) == media_type


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "html",
        "text/",
        "text/html/x",
        "text/html; boundary=x",
        "text/html charset=utf-8",
        "té/x",
    ],
)
def test_what_is_no_media_type(typed: str) -> None:
    """The hint shows one."""
    with pytest.raises(InputError) as caught:
        checked_media_type(typed)
    assert "type/subtype" in caught.value.hint


@pytest.mark.parametrize(
    "charset", ["klingon", "euc-jk", "zip", "idna", "punycode", "unicode_escape", "utf-7", "..a"]
)
def test_what_is_no_charset(charset: str) -> None:
    """Unknown names, and what Python counts among its encodings but no text is written in."""
    with pytest.raises(InputError) as caught:
        checked_media_type(f"text/plain; charset={charset}")
    assert charset in caught.value.what
    assert "utf-8" in caught.value.hint or "euc-kr" in caught.value.hint


# --- plain text ------------------------------------------------------------------------------


def test_blocks_of_plain_text() -> None:
    """Blank lines, white space in them included, separate paragraphs."""
    data = "\n\nFirst line\r\nand second.\r\n \t\u3000\r\n\r\n둘째  문단\n".encode()
    assert paragraphs(data, PLAIN) == ("First line and second.", "둘째 문단")


def test_lines_of_plain_text() -> None:
    """Without a blank line, each line is a paragraph, as in CSV."""
    assert paragraphs(b"year,t\n2025,500\n2026,800\n\n", "text/csv") == (
        *("year,t", "2025,500", "2026,800"),
    )


def test_what_is_invisible_does_not_reach_a_terminal() -> None:
    """Escapes, reordering and zero-width characters are dropped, and letters composed."""
    data = "\x1b]0;title\x07 \u202eab\u202c so\u00adft ze\u200bro e\u0301 \x9b31m".encode()
    assert paragraphs(data, PLAIN) == ("]0;title ab soft zero é 31m",)


@pytest.mark.parametrize(
    ("data", "media_type"),
    [
        ("한국".encode("utf-8-sig"), PLAIN),
        ("한국".encode("utf-16"), PLAIN),
        ("한국".encode("euc-kr"), "text/plain; charset=euc-kr"),
        ("한국".encode("euc-kr"), "Text/Markdown; Charset=ks_c_5601-1987"),
        ("한국".encode("utf-16"), "text/plain; charset=euc-kr"),
        ("한국".encode("utf-16-le"), "text/plain; charset=utf-16"),
    ],
)
def test_text_in_other_encodings(data: bytes, media_type: str) -> None:
    """A byte order mark tells most, then what was stated."""
    assert paragraphs(data, media_type) == ("한국",)


def test_euc_kr_means_what_browsers_take_it_for() -> None:
    """Syllables that only the larger set has are read under the smaller one's name."""
    assert paragraphs("똠".encode("cp949"), "text/plain; charset=euc-kr") == ("똠",)


def test_text_in_an_unknown_encoding_has_no_text() -> None:
    """Nothing is guessed."""
    assert paragraphs("한국".encode("euc-kr"), PLAIN) is None


def test_a_wrong_byte_in_a_stated_encoding() -> None:
    """It is shown as what could not be read; the rest is text."""
    assert paragraphs(b"a\xffb", "text/plain; charset=utf-8") == ("a\ufffdb",)


@pytest.mark.parametrize("media_type", [UNKNOWN, "image/png", "application/zip", "", "?", "a b/c"])
def test_other_kinds_have_no_text(media_type: str) -> None:
    """They are archived all the same."""
    assert paragraphs(b"text", media_type) is None
    assert title_of(b"text", media_type) is None


# --- titles ----------------------------------------------------------------------------------


def test_titles() -> None:
    """The title of a page and of a PDF, on one line; none of anything else."""
    page = "<svg><title>icon</title></svg><title>\n LS &amp;\tLS\x1b </title><title>x</title>"
    assert title_of(page.encode(), HTML) == "LS & LS"
    assert title_of("<title>한국</title>".encode("cp949"), f"{HTML}; charset=euc-kr") == "한국"
    assert title_of(b"<title> </title>text", HTML) is None
    assert title_of(pdf.from_pages(pdf.lines("a"), title="둘\n줄"), PDF) == "둘 줄"
    assert title_of(pdf.from_pages(pdf.lines("a")), PDF) is None
    assert title_of(b"Title\n\ntext", PLAIN) is None


@pytest.mark.parametrize("word", ["word ", "글"])
def test_a_long_title_is_cut(word: str) -> None:
    """It fits into the title of a source."""
    title = title_of(f"<title>{word * 1_000}</title>".encode(), HTML)
    assert title is not None
    assert title.endswith("…")
    assert LONGEST_TITLE - 5 <= len(title) <= LONGEST_TITLE


# --- any bytes -------------------------------------------------------------------------------

TYPES = st.sampled_from(
    [HTML, PLAIN, "text/csv", UNKNOWN, "application/xhtml+xml", f"{HTML}; charset=utf-16"]
    + [f"{PLAIN}; charset={name}" for name in sorted(document._CHARSETS)]
)


@given(st.one_of(st.binary(), MARKUP.map(str.encode)), TYPES, st.text(max_size=8))
def test_no_bytes_do_harm(data: bytes, media_type: str, name: str) -> None:
    """Whatever they are and are said to be, there is text or none, fit to be shown."""
    found = paragraphs(data, media_type)
    for text in found or ():
        assert text
        assert displayed(text) == text
    assert title_of(data, media_type) is None or found is not None
    assert checked_media_type(media_type_of(data, name)) == media_type_of(data, name)


def test_too_much_text() -> None:
    """More than is taken from a document is none, rather than a part of it."""
    assert paragraphs(b"a\n" * (MOST_CHARACTERS // 2), PLAIN) is not None
    assert paragraphs(b"a\n" * (MOST_CHARACTERS // 2) + b"a", PLAIN) is None


def test_a_document_that_is_too_large(monkeypatch: pytest.MonkeyPatch) -> None:
    """The bound on all documents holds for each kind."""
    monkeypatch.setattr(document, "LARGEST_DOCUMENT", 100)
    for media_type in (HTML, PLAIN, PDF):
        assert paragraphs(b"a" * 101, media_type) is None
        assert title_of(b"<title>a</title>" * 7, media_type) is None
    assert paragraphs(b"a" * 100, PLAIN) == ("a" * 100,)
