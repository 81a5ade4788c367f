"""The text of PDF files, and that none can do harm."""

from __future__ import annotations

from pathlib import Path

import pytest

from ledger.evidence import pdf_text
from ledger.evidence.document import paragraphs, title_of
from ledger.evidence.quote import displayed
from tests.evidence import pdf

PDF = "application/pdf"


def test_paragraphs_of_a_pdf() -> None:
    """Lines are joined; more space, another size of letters and a page's end separate."""
    data = pdf.from_pages(
        [
            (40, 20, "LS to build a plant"),
            *pdf.lines("LS에코에너지는 베트남에", "공장을 짓는다고 밝혔다."),
            (30, 12, "A second paragraph"),
            *pdf.lines("of two lines."),
        ],
        pdf.lines("The next page."),
    )
    assert paragraphs(data, PDF) == (
        "LS to build a plant",
        "LS에코에너지는 베트남에 공장을 짓는다고 밝혔다.",
        "A second paragraph of two lines.",
        "The next page.",
    )


def test_lines_far_apart_are_one_paragraph_where_all_are() -> None:
    """A page that is set with double space."""
    data = pdf.from_pages(pdf.lines("one", "two", "three", "four", step=28))
    assert paragraphs(data, PDF) == ("one two three four",)


def test_words_broken_at_the_end_of_a_line() -> None:
    """They are joined where the document has them whole; otherwise the hyphen is theirs."""
    data = pdf.from_pages(pdf.lines("Long-", "term manu-", "facturing, or Manufacturing."))
    assert paragraphs(data, PDF) == ("Long-term manufacturing, or Manufacturing.",)


def test_a_pdf_without_text_has_none() -> None:
    """A scan may hold the words as a picture; no quote is refused for it."""
    assert paragraphs(pdf.from_pages([]), PDF) is None


def test_an_encrypted_pdf_has_no_text() -> None:
    """Its password is not asked for."""
    data = pdf.from_pages(pdf.lines("secret"), title="secret", trailer=pdf.LOCKED)
    assert paragraphs(data, PDF) is None
    assert title_of(data, PDF) is None


def test_a_truncated_pdf() -> None:
    """PDFium repairs what it can; wherever it was cut, nothing is raised."""
    data = pdf.from_pages(pdf.lines("some text"))
    for length in range(0, len(data), len(data) // 12):
        assert paragraphs(data[:length], PDF) in (None, ("some text",))


def test_an_endless_pdf_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    """Four kilobytes that would take years are given up; the ledger goes on."""
    monkeypatch.setattr(pdf_text, "SECONDS", 1)
    data = pdf.endless()
    assert len(data) < 5_000
    assert paragraphs(data, PDF) is None


def test_a_pdf_of_too_many_pages() -> None:
    """It has no text, rather than a part of it."""
    page: list[pdf.Line] = pdf.lines("a")
    assert paragraphs(pdf.from_pages(*[page] * pdf_text.MOST_PAGES), PDF) is not None
    assert paragraphs(pdf.from_pages(*[page] * (pdf_text.MOST_PAGES + 1)), PDF) is None


def test_what_pdfium_says_is_not_shown(capfd: pytest.CaptureFixture[str]) -> None:
    """Neither its complaints nor those of the process that it runs in."""
    assert paragraphs(b"%PDF-1.7\nnothing", PDF) is None
    assert paragraphs(pdf.from_pages(pdf.lines("text")), PDF) == ("text",)
    assert capfd.readouterr() == ("", "")


def test_a_pdf_is_read_from_any_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Files that lie there under the names of modules are not run."""
    for name in ("json", "pypdfium2", "re"):
        (tmp_path / f"{name}.py").write_text("raise SystemExit", "utf-8")
    monkeypatch.chdir(tmp_path)
    assert paragraphs(pdf.from_pages(pdf.lines("text")), PDF) == ("text",)


@pytest.mark.parametrize("data", [b"", b"%PDF-", b"%PDF-1.7\n" + bytes(range(256)) * 50])
def test_bytes_that_are_no_pdf(data: bytes) -> None:
    """They have no text."""
    assert paragraphs(data, PDF) is None
    assert title_of(data, PDF) is None


def test_a_pdf_with_bytes_changed() -> None:
    """Wherever a file is damaged, nothing is raised."""
    data = bytearray(pdf.from_pages(pdf.lines("some text")))
    for position in range(11, len(data), len(data) // 15):
        damaged = bytes(data[:position] + b"\xff<<" + data[position + 3 :])
        for text in paragraphs(damaged, PDF) or ():
            assert displayed(text) == text
