"""Reports of nothing, of little, and to places where nothing can be written."""

from __future__ import annotations

from pathlib import Path

import pytest

from projections import pictures
from projections.report import html_page
from tests.cli.console import Console
from tests.report import html

FACT = ("record", "plant.operating", "north", "--on", "2025", "--stage", "metal")


def files(console: Console) -> list[str]:
    """What lies in the folder beside the ledger."""
    return sorted(p.name for p in console.folder.iterdir() if not p.name.startswith("ledger.db"))


def words(console: Console) -> str:
    """All that the report says."""
    assert console("report", "-o", "r.html").code == 0
    elements = html.read(console.folder / "r.html")
    ids = {e.attributes.get("id") for e in elements}
    links = [e.attributes["href"] for e in elements if e.tag == "a"]
    assert all(link[1:] in ids for link in links if link.startswith("#"))
    return next(e for e in elements if e.tag == "body").words


def test_a_report_of_an_empty_ledger_says_that_it_is_empty(ledger: Console) -> None:
    """Given no facts, every part says that there is nothing, and there is no drawing."""
    said = words(ledger)
    assert "Nothing is recorded at this cut." in said
    assert "No promise is recorded." in said
    assert "<svg" not in (ledger.folder / "r.html").read_text("utf-8")
    assert ledger("report", "-o", "r.md").code == 0


def test_a_report_of_one_fact_shows_it(ledger: Console) -> None:
    """Given one fact, its stage operates, and the fact stands at the end."""
    assert ledger(*FACT).code == 0
    assert "plant:north@1 · plant.operating · 2025" in words(ledger)


def test_a_report_of_what_is_retracted_is_empty(ledger: Console) -> None:
    """Given that everything is retracted, the report shows nothing of it."""
    ledger(*FACT)
    assert ledger("retract", "plant:north@1", "--reason", "misread").code == 0
    said = words(ledger)
    assert "Nothing is recorded at this cut." in said
    assert "north" not in said


@pytest.mark.parametrize("name", pictures.NAMES)
@pytest.mark.parametrize("file", ["x.svg", "x.png", "x.html", "x.json"])
def test_a_picture_of_nothing_is_not_written(ledger: Console, name: str, file: str) -> None:
    """Given nothing to draw, the command says so, succeeds, and leaves no file."""
    ran = ledger("chart", name, "-o", file)
    assert ran.code == 0
    assert ran.err == (f"There is nothing to draw of {name} at this cut; nothing was written.\n")
    assert files(ledger) == []


def test_an_address_that_is_no_web_page_is_no_link(ledger: Console) -> None:
    """Given a document whose address is a script, no fact about it is recorded with it, or the
    page shows it as text.
    """
    source = ("--title", "Release", "--published", "2025")
    ledger("record", "source.registered", "bad", *source, "--url", "javascript:alert(1)")
    ledger("record", "source.registered", "good", *source, "--url", "https://example.com/a?b=<c>")
    ledger(*FACT, "--source", "good")
    words(ledger)
    elements = html.read(ledger.folder / "r.html")
    links = [e.attributes["href"] for e in elements if e.tag == "a"]
    assert not [link for link in links if not link.startswith(("#", "https://"))]
    assert "https://example.com/a?b=<c>" in links


def test_only_web_addresses_are_links() -> None:
    """Given an address of any other kind, the page does not make a link of it."""
    is_web = html_page._environment().filters["web"]
    assert is_web("https://example.com")
    assert not is_web("javascript:alert(1)")
    assert not is_web("data:text/html,x")
    assert not is_web("JavaScript:alert(1)")


def test_a_folder_that_is_not_there_is_told(ledger: Console) -> None:
    """Given a path in a folder that is not there, the error says so, and nothing is written."""
    for words_ in (("report", "-o", "none/r.html"), ("report", "-o", "none/r.md")):
        ran = ledger(*words_)
        assert ran.code == 2
        assert "error[unwritable]" in ran.err
    assert files(ledger) == []


def test_an_interrupted_write_leaves_the_old_file(
    ledger: Console, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Given Ctrl-C in the middle of the page, the old report stays, and nothing else does."""
    ledger(*FACT)
    ledger("report", "-o", "r.html")
    before = Path("r.html").read_bytes()

    def interrupted(_fact: object) -> str:
        raise KeyboardInterrupt

    monkeypatch.setattr(html_page, "recorded", interrupted)
    assert ledger("report", "-o", "r.html").code != 0
    assert Path("r.html").read_bytes() == before
    assert files(ledger) == ["r.html"]


@pytest.mark.parametrize("file", ["r.pdf", "r", "r.xlsx"])
def test_another_kind_of_file_is_refused(ledger: Console, file: str) -> None:
    """Given an extension that no report has, the error names those that it can have."""
    ran = ledger("report", "-o", file)
    assert ran.code == 2
    assert "error[file-type]" in ran.err
    assert ".html, .md" in ran.err
    assert files(ledger) == []


def test_an_unknown_picture_is_told_with_the_nearest(ledger: Console) -> None:
    """Given a misspelt name, the error names the picture that was meant."""
    ran = ledger("chart", "promise", "-o", "x.svg")
    assert ran.code == 2
    assert "promises" in ran.err
