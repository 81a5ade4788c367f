from __future__ import annotations

import re
from pathlib import Path

import pytest

from docs.pages.markdown import anchor

ROOT = Path(__file__).parents[2]
PAGES = sorted({ROOT / "README.md", *(ROOT / "docs").rglob("*.md")})

_LINK = re.compile(r"\]\(([^)\s]+)\)")
_HEADING = re.compile(r"#+ (.+)")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_to_pages_and_headings_that_exist(page: Path) -> None:
    """No link inside the documentation is dead."""
    for target in _LINK.findall(_prose(page)):
        if "://" in target:
            continue
        name, _, heading = target.partition("#")
        other = (page.parent / name).resolve() if name else page
        assert other.exists(), f"{page.name} links to {target}, which is not there"
        if heading:
            assert heading in _anchors(other), f"{page.name} links to {target}: no such heading"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_no_heading_stands_twice_on_a_page(page: Path) -> None:
    """A link to a heading leads to one place."""
    headings = _headings(page)
    assert [h for h in headings if headings.count(h) > 1] == []


def _prose(page: Path) -> str:
    """The page without its fenced blocks."""
    return re.sub(r"^```.*?^```", "", page.read_text("utf-8"), flags=re.MULTILINE | re.DOTALL)


def _headings(page: Path) -> list[str]:
    return _HEADING.findall(_prose(page))


def _anchors(page: Path) -> set[str]:
    return {anchor(heading) for heading in _headings(page)}
