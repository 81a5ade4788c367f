"""The report in a real browser: Chromium, where there is one.

Playwright drives the Chromium of the operating system; it brings none of its own.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

from ledger import book, store
from ledger.intake import jsonl_file
from ledger.reference.stages import STAGES
from ledger.sqlite.file import SqliteFile
from tests.report.portfolio import ACTOR, NOW, types
from tests.rooms import Room

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser"))), None)

pytestmark = [
    pytest.mark.browser,
    pytest.mark.sqlite,
    pytest.mark.xdist_group("browser"),
    pytest.mark.skipif(CHROMIUM is None, reason="there is no chromium in PATH to open reports in"),
]

SECONDS = 20
"""Within which the page of a large ledger opens, on a machine that is busy with other tests."""

PLANTS = 2_000


class Opened:
    """A page in the browser, and what it did that it should not do."""

    def __init__(self, browser: Any, path: Path, **context: Any) -> None:
        self.page = browser.new_context(**context).new_page()
        self.page.set_default_timeout(SECONDS * 1_000)
        self.said: list[str] = []
        self.asked: list[str] = []
        self.page.on("console", lambda message: self.said.append(message.text))
        self.page.on("pageerror", lambda error: self.said.append(str(error)))
        self.page.on("dialog", lambda dialog: self.said.append(dialog.message))
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.goto(path.as_uri())
        self.own = path.as_uri()

    def check_quiet(self) -> None:
        """It said nothing on the console, and asked for nothing but itself."""
        assert self.said == []
        assert [url.partition("#")[0] for url in self.asked] == [self.own]


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """A headless Chromium."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        options = {"executable_path": CHROMIUM, "args": ["--no-sandbox"]}
        running = playwright.chromium.launch(**options)  # type: ignore[arg-type]
        yield running
        running.close()


@pytest.fixture(scope="module")
def example_page(example: Room) -> Path:
    """The report of the example."""
    path = example.folder / "in-browser.html"
    types(example, "report", "-o", str(path), "--since", "#40")
    return path


@pytest.fixture(scope="module")
def large_page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The report of a synthetic ledger with 2,000 plants."""
    folder = tmp_path_factory.mktemp("large")
    where = SqliteFile(folder / "ledger.db")
    with store.created(where) as ledger:
        lines = (json.dumps(fact).encode() for fact in _facts())
        book.record(ledger, jsonl_file.drafts(lines, "synthetic"), actor=ACTOR, now=NOW)
    with Room(folder) as room:
        types(room, "report", "-o", str(folder / "report.html"))
    return folder / "report.html"


def _facts() -> Iterator[dict[str, Any]]:
    """Plants of every stage with a capacity, and a promise for every fourth of them."""
    yield {"type": "company.registered", "id": "acme", "name": "ACME"}
    stages = list(STAGES)
    for n in range(PLANTS):
        of = {"id": f"plant-{n}", "on": f"{2010 + n % 15}"}
        stage = stages[n % len(stages)]
        yield {"type": "plant.operating", **of, "company": "acme", "stage": stage}
        yield {"type": "plant.capacity_stated", **of, "capacity": f"{n % 90 + 10} kt/yr"}
        if n % 4 == 0:
            yield {
                "type": "promise.made",
                "id": f"promise-{n}",
                "on": "2024",
                "by": "acme",
                "statement": f"More from plant {n}",
                "measure": "capacity",
                "wording": "plans",
                "stage": stage,
                "about": [f"plant:plant-{n}"],
                "quantity": f"{n % 90 + 20} kt/yr",
                "due": f"{2025 + n % 8}",
            }


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1200, 390])
def test_the_page_opens_quietly(
    browser: Any, page: Path, hostile_page: Path, example_page: Path, scheme: str, width: int
) -> None:
    """Given a report, nothing is said on the console, nothing asked for, and no page is wider
    than its window.
    """
    for path in (page, hostile_page, example_page):
        opened = Opened(
            browser, path, color_scheme=scheme, viewport={"width": width, "height": 800}
        )
        opened.check_quiet()
        assert opened.page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_no_serious_fault(
    browser: Any, page: Path, example_page: Path, scheme: str
) -> None:
    """Given a report, axe-core finds nothing that is serious or critical for who cannot see."""
    axe = files("axe_core_python").joinpath("axe.min.js").read_text("utf-8")
    for path in (page, example_page):
        opened = Opened(browser, path, color_scheme=scheme)
        opened.page.evaluate(axe)
        found = opened.page.evaluate("async () => (await axe.run()).violations")
        serious = [
            (fault["id"], fault["help"], [node["html"][:200] for node in fault["nodes"][:3]])
            for fault in found
            if fault["impact"] in ("serious", "critical")
        ]
        assert serious == []


def test_a_figure_leads_to_its_words_by_keyboard(browser: Any, page: Path) -> None:
    """Given Tab until a figure has the focus, Enter leads to the fact, its words and its source."""
    opened = Opened(browser, page)
    target = "#investment:gunsan@1"
    for _ in range(200):
        opened.page.keyboard.press("Tab")
        href = opened.page.evaluate("document.activeElement.getAttribute('href')")
        if href == target:
            break
    assert opened.page.evaluate("document.activeElement.getAttribute('href')") == target
    opened.page.keyboard.press("Enter")
    assert opened.page.evaluate("document.querySelector(':target').id") == target[1:]
    assert "투자액은 약 1조 원이다" in opened.page.locator(":target mark").inner_text()
    top = opened.page.evaluate("document.querySelector(':target').getBoundingClientRect().top")
    assert -50 < top < opened.page.evaluate("innerHeight")


def test_the_first_tab_leads_past_the_navigation(browser: Any, page: Path) -> None:
    """Given the page, the first Tab shows a link to the content."""
    opened = Opened(browser, page)
    opened.page.keyboard.press("Tab")
    assert opened.page.evaluate("document.activeElement.textContent") == "To the content"


def test_no_drawing_is_cut_off(browser: Any, page: Path, example_page: Path) -> None:
    """Given the drawings on a screen and on the width of A4, no letter lies outside its drawing."""
    outside = """() => [...document.querySelectorAll('.drawing svg')].flatMap(svg => {
        const box = svg.getBoundingClientRect()
        return [...svg.querySelectorAll('text')].filter(text => {
            const own = text.getBoundingClientRect()
            return own.width && (own.left < box.left - 1 || own.right > box.right + 1)
        }).map(text => text.textContent)
    })"""
    for path in (page, example_page):
        for media, width in (("screen", 1200), ("screen", 390), ("print", 700)):
            opened = Opened(browser, path, viewport={"width": width, "height": 900})
            opened.page.emulate_media(media=media)
            assert opened.page.evaluate(outside) == []
            if media == "print":
                assert opened.page.evaluate("document.documentElement.scrollWidth") <= width


def test_a_large_ledger_opens_within_seconds(browser: Any, large_page: Path) -> None:
    """Given 2,000 plants, the page opens, is quiet, and a link in it leads on, within seconds."""
    opened = Opened(browser, large_page)  # with the time limits of the class
    opened.page.locator("td.number a").first.click()
    assert opened.page.evaluate("document.querySelector(':target') !== null")
    opened.check_quiet()
    assert large_page.stat().st_size < 5_000_000
