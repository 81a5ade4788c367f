"""The HTML page: where its figures lead, what is behind them, and that nothing in it acts."""

from __future__ import annotations

import re
from base64 import b64encode
from hashlib import sha256
from pathlib import Path
from urllib.parse import unquote

import pytest

from tests.report import html
from tests.report.html import Element
from tests.report.portfolio import types
from tests.rooms import Room


@pytest.fixture(scope="module")
def elements(page: Path) -> list[Element]:
    """The elements of the rich ledger's page."""
    return html.read(page)


@pytest.fixture(scope="module")
def example_page(example: Room) -> Path:
    """The report of the example."""
    path = example.folder / "report.html"
    types(example, "report", "-o", str(path))
    return path


def by_id(elements: list[Element], id_: str) -> Element:
    """The element of an id."""
    return next(element for element in elements if element.attributes.get("id") == id_)


def test_every_link_in_the_page_has_a_target(
    page: Path, hostile_page: Path, example_page: Path
) -> None:
    """Given any report, every link within it leads to an element, and no id is given twice."""
    for path in (page, hostile_page, example_page):
        elements = html.read(path)
        ids = [e.attributes["id"] for e in elements if "id" in e.attributes]
        assert len(ids) == len(set(ids))
        links = [e.attributes["href"] for e in elements if e.tag == "a"]
        inner = {unquote(link[1:]) for link in links if link.startswith("#")}
        assert inner
        assert inner <= set(ids)


def test_every_figure_in_a_table_leads_on(page: Path, example_page: Path) -> None:
    """Given a figure in a table, it is a link, unless it is a zero that no fact states."""
    for path in (page, example_page):
        figures = [e for e in html.read(path) if e.tag == "td" and e.has_class("number")]
        assert figures
        for figure in figures:
            linked = any(e.tag == "a" for e in figure.all())
            assert linked or figure.words in ("", "0"), figure.words


def test_every_figure_of_the_overview_leads_on(page: Path, example_page: Path) -> None:
    """Given a figure in the first screen, it is a link."""
    for path in (page, example_page):
        figures = [e for e in html.read(path) if e.tag == "span" and e.has_class("figure")]
        assert figures
        assert all(any(e.tag == "a" for e in figure.all()) for figure in figures)


def test_the_parts_come_in_order(elements: list[Element]) -> None:
    """Given a report, its parts come in the order in which one reads them."""
    assert [e.attributes["id"] for e in elements if e.tag == "h2"] == [
        *("portfolio", "chain", "investments", "capacity", "promises", "conflicts", "changes"),
        *("workings", "facts"),
    ]


def test_a_fact_stands_with_words_document_and_who_recorded_it(elements: list[Element]) -> None:
    """Given a fact with a quote, the page shows the words, the document, when and by whom."""
    told = by_id(elements, "investment:gunsan@1")
    assert next(e.words for e in told.all() if e.tag == "mark") == "투자액은 약 1조 원이다"
    assert "한빛소재 준공 보도자료, 2025-09-29" in told.words
    assert "2026-06-02T09:00:00Z by 김하늘 <kim@example.com>" in told.words
    assert "https://example.com/release" in [e.attributes.get("href") for e in told.all()]


def test_what_was_said_of_a_fact_stands_beside_it(elements: list[Element]) -> None:
    """Given a correction, a dispute, a corroboration and a retraction, each is told at its fact."""
    corrected = by_id(elements, "plant:pohang@1")
    assert [e.words for e in corrected.all() if e.tag in ("del", "ins")] == ["2022-05", "2022-06"]
    assert "원문은 6월이라고 한다" in corrected.words
    assert (
        "Disputed by investment:gunsan@2: 공시는 9천억"
        in by_id(elements, "investment:gunsan@1").words
    )
    assert "Corroborated by investment:usa@2" in by_id(elements, "investment:usa@1").words
    assert "Retracted by plant:ulsan@2" in by_id(elements, "plant:ulsan@1").words


def test_doubt_is_marked(elements: list[Element]) -> None:
    """Given a status that may not be reached yet and a disputed amount, both are marked."""
    cells = {e.words for e in elements if e.tag == "td"}
    assert "operating ? possible" in cells
    assert "~KRW 1tn (USD 700m) ! sources disagree" in cells
    assert ">USD 100m" in cells


def test_a_picture_has_a_name_and_a_text(elements: list[Element]) -> None:
    """Given a drawing, it is an image with a name, and a text that says what it shows."""
    images = [e for e in elements if e.attributes.get("role") == "img"]
    assert len(images) == 4
    for image in images:
        assert image.attributes["aria-label"]
        assert by_id(elements, image.attributes["aria-describedby"]).words


def test_nothing_acts_and_nothing_is_asked_for(page: Path, hostile_page: Path) -> None:
    """Given any report, it has no script, no frame, no handler and no address but links."""
    for path in (page, hostile_page):
        for element in html.read(path):
            assert element.tag not in ("script", "iframe", "object", "embed", "img", "link", "form")
            assert not [name for name in element.attributes if name.startswith("on")]
            assert "src" not in element.attributes
            assert "style" not in element.attributes or element.tag not in ("div", "p", "a")
            target = element.attributes.get("href", "#")
            assert target.startswith(("#", "https://", "http://"))


def test_the_policy_allows_the_one_style_alone(page: Path) -> None:
    """Given the page, its policy forbids all but its own style sheet, by its digest."""
    elements = html.read(page)
    policy = next(
        e.attributes["content"]
        for e in elements
        if e.attributes.get("http-equiv") == "Content-Security-Policy"
    )
    (style,) = [e.text for e in elements if e.tag == "style"]
    digest = b64encode(sha256(style.encode()).digest()).decode()
    assert policy == (
        f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    )
    assert not re.search(r"url\(|@import", style)


def test_texts_that_mean_harm_stand_as_they_are(hostile_page: Path) -> None:
    """Given names that are HTML, scripts and formulas, the page shows them letter by letter."""
    elements = html.read(hostile_page)
    words = {e.words for e in elements}
    assert "</svg><script>alert(4)</script>" in words
    assert '=HYPERLINK("https://evil.example")' in words
    assert "<a href='javascript:alert(7)'>{{ 7*7 }}</a> مصنع" in words
    assert "49" not in words


def test_a_long_text_is_cut_in_tables_and_whole_at_its_fact(hostile_page: Path) -> None:
    """Given a statement of 3,800 characters, a table shows its beginning, the fact all of it."""
    elements = html.read(hostile_page)
    cells = [e.words for e in elements if e.tag == "td"]
    assert max(map(len, cells)) < 700
    assert len(by_id(elements, "promise:long@1").words) > 3_800


def test_a_title_is_escaped(rich: Room) -> None:
    """Given a title that is HTML, it stands as text in the head and on the page."""
    path = rich.folder / "titled.html"
    types(rich, "report", "-o", str(path), "--title", "</title><script>x</script>")
    elements = html.read(path)
    assert [e.words for e in elements if e.tag in ("title", "h1")] == [
        "</title><script>x</script>"
    ] * 2


def test_the_same_ledger_gives_the_same_bytes(rich: Room, page: Path) -> None:
    """Given the same cut, a second report has the same bytes."""
    again = rich.folder / "again.html"
    types(rich, "report", "-o", str(again), "--since", "#20")
    assert again.read_bytes() == page.read_bytes()
