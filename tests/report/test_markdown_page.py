"""The report in Markdown: the same without pictures."""

from __future__ import annotations

from pathlib import Path

from tests import golden
from tests.report.portfolio import types
from tests.rooms import Room

GOLDEN = Path(__file__).parent / "golden"


def test_the_page_is_kept(rich: Room) -> None:
    """Given the rich ledger, the page has its figures, their facts, and the words behind them."""
    path = rich.folder / "report.md"
    types(rich, "report", "-o", str(path), "--since", "#20")
    golden.check(GOLDEN / "report.md", path.read_bytes())


def test_texts_that_mean_harm_are_escaped(hostile: Room) -> None:
    """Given names that are HTML, none of them is HTML in the page."""
    path = hostile.folder / "report.md"
    types(hostile, "report", "-o", str(path))
    text = path.read_text("utf-8")
    assert "<script" not in text
    assert "<img" not in text
    assert "<a href" not in text
