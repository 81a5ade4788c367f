"""Documents on the command line: archived, found again, quoted from, checked."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from hashlib import sha256
from pathlib import Path

import pytest

from tests.cli.console import Console, Ran
from tests.outside import edit, outside

RELEASE = (
    "<html><head><title>ACME 완공</title><script>alert('x')</script></head><body>"
    "<p>ACME said on Tuesday:</p><p>“The plant will make <b>20,000</b> tonnes&nbsp;a year,” and "
    "군산 공장을 완공했다.</p><p>Nobody cites this.</p></body></html>"
)
DIGEST = sha256(RELEASE.encode()).hexdigest()
QUOTE = '"The plant will make 20,000 tonnes a year,"'
ADD = ("source", "add", "release.html", "--id", "acme-2026", "--published", "2026-03-04")


@pytest.fixture
def archived(ledger: Console) -> Console:
    """A ledger with one archived release."""
    ledger.file("release.html", RELEASE)
    assert ledger(*ADD).code == 0
    return ledger


def noted(console: Console, quote: str, *more: str) -> Ran:
    """Record a statement with a quote; what the command gave."""
    return console(
        *("record", "context.noted", "a", "--on", "2026-03-04", "--source", "acme-2026"),
        *("--subject", "market", "--about", "plants", "--statement", "x", "--quote", quote, *more),
    )


def test_a_document_is_archived_and_registered(archived: Console) -> None:
    """One fact, with its digest, what it is, and its own title; the bytes come back."""
    (fact,) = archived.facts()
    stated = fact.content.model_dump(exclude_none=True)
    assert stated["sha256"] == DIGEST
    assert stated["media_type"] == "text/html"
    assert stated["title"] == "ACME 완공"
    assert archived("source", "get", "acme-2026", "-o", "copy.html").code == 0
    assert Path("copy.html").read_bytes() == RELEASE.encode()
    shown = archived("source", "show", "acme-2026").out
    assert f"sha256: {DIGEST}" in shown


def test_a_document_is_found_again(archived: Console) -> None:
    """Under any name and from standard input it is known, and nothing is recorded."""
    before = archived.stored()
    for words, stdin in ((ADD, ""), (("source", "add", "-"), RELEASE)):
        ran = archived(*words, stdin=stdin)
        assert (ran.code, "Known already: source:acme-2026" in ran.out) == (0, True)
    assert archived.stored() == before


def test_a_source_that_only_states_the_digest_is_not_the_document(archived: Console) -> None:
    """Given one whose id comes first, the document is still known as what it is archived as."""
    stated = {"type": "source.registered", "id": "aa", "title": "Z", "published": "2024"}
    stated["sha256"] = DIGEST
    archived.file("stated.jsonl", json.dumps(stated))
    assert archived("import", "stated.jsonl").code == 0
    before = archived.stored()
    ran = archived("source", "add", "-", stdin=RELEASE)
    assert (ran.code, "Known already: source:acme-2026" in ran.out) == (0, True)
    assert archived.stored() == before


def test_a_source_gets_its_document_later(ledger: Console) -> None:
    """A registration without a document is corrected by the one that is archived for it."""
    ledger("source", "add", "--id", "acme-2026", "--title", "ACME", "--published", "2026-03-04")
    noted(ledger, QUOTE)
    ledger.file("release.html", RELEASE)
    assert ledger("source", "add", "release.html", "--id", "acme-2026").code == 0
    (row,) = json.loads(ledger("source", "list", "--format", "json").out)["rows"]
    assert (row["sha256"], row["title"]) == (DIGEST, "ACME")
    assert "unchecked" not in ledger("coverage").out


def test_a_document_without_the_quotes_of_its_source_is_refused(ledger: Console) -> None:
    """When facts quote what is not in it, it is another document, or they are misquotes."""
    ledger("source", "add", "--id", "acme-2026", "--title", "ACME", "--published", "2026-03-04")
    noted(ledger, "words of another text")
    ledger.file("release.html", RELEASE)
    ran = ledger("source", "add", "release.html", "--id", "acme-2026")
    assert (ran.code, "error[quote]" in ran.err) == (1, True)
    assert len(ledger.facts()) == 2


@pytest.mark.parametrize(
    "quote",
    [
        QUOTE,
        "  The plant   will\u00a0make 20,000 tonnes ",
        "“The plant will make 20,000 tonnes a year,”",
        "ACME said on Tuesday: “The plant",
        "군산 공장을 완공했다",
        "\u1100\u116e\u11ab\u1109\u1161\u11ab",  # 군산 in single letters
    ],
)
def test_a_quote_that_occurs_is_located(archived: Console, quote: str) -> None:
    """However it is spaced, quoted or composed; its place becomes the locator."""
    assert noted(archived, quote, "--locator", "second sentence").code == 0
    locator = archived.facts()[-1].locator
    assert locator is not None
    assert locator.startswith("second sentence; paragraph")


@pytest.mark.parametrize(
    "quote", ["The plant will make 2,000 tonnes", "alert('x')", "the plant will make", "0,000"]
)
def test_a_quote_that_does_not_occur_is_refused(archived: Console, quote: str) -> None:
    """Another figure, a script, another case, a part of a number: none is in the text."""
    ran = noted(archived, quote)
    assert (ran.code, "error[quote]" in ran.err) == (1, True)
    assert len(archived.facts()) == 1


def test_the_nearest_passage_is_told(archived: Console) -> None:
    """Who misquotes is shown what stands there instead."""
    ran = noted(archived, "The plant will make 90,000 tonnes a year")
    assert "20,000 tonnes a year" in ran.err


def test_a_corrected_quote_is_checked_too(archived: Console) -> None:
    """A correction cannot bring in what a new fact could not say, and it moves the locator."""
    noted(archived, QUOTE)
    fix = ("correct", "context:a@1", "--reason", "misread", "--set")
    assert archived(*fix, "quote=words of nobody").code == 1
    assert archived(*fix, "quote=Nobody cites this.").code == 0
    told = json.loads(archived("log", "context:a@1", "--format", "json").out)
    assert told["reads"]["locator"].startswith("paragraph ")


def test_quotes_in_an_import_file(archived: Console) -> None:
    """Each misquote is told with its place in the file, and nothing is recorded."""
    archived.file(
        "facts.yaml",
        "source: acme-2026\nfacts:\n"
        "  - context.noted: {id: b, on: 2026, subject: market, about: A, statement: x, "
        "quote: Nobody cites this.}\n"
        "  - context.noted: {id: c, on: 2026, subject: market, about: A, statement: x, "
        "quote: Somebody does.}\n",
    )
    ran = archived("import", "facts.yaml")
    assert ran.code == 1
    assert "facts.yaml:4:5" in ran.err
    assert len(archived.facts()) == 1


def test_a_text_that_cannot_be_taken_leaves_quotes_unchecked(ledger: Console) -> None:
    """Bytes of no known kind are archived all the same, and the command says what that means."""
    ledger.file("scan.bin", bytes(range(256)))
    ran = ledger("source", "add", "scan.bin", "--id", "acme-2026", "--title", "A",
                 "--published", "2026")  # fmt: skip
    assert (ran.code, "not checked" in ran.err) == (0, True)
    assert noted(ledger, "whatever it says").code == 0
    assert "unchecked quote" in ledger("coverage").out


def test_coverage(archived: Console) -> None:
    """What no fact cites, what cites nothing, and what nobody checked."""
    noted(archived, QUOTE)
    archived("source", "add", "--id", "other", "--title", "Other", "--published", "2026")
    archived("record", "company.registered", "acme", "--name", "ACME")
    rows = json.loads(archived("coverage", "--format", "json").out)["rows"]
    gaps = {(row["gap"], row["source"], row["ref"], row["text"]) for row in rows}
    assert ("fact without a source", None, "company:acme@1", "company.registered") in gaps
    assert ("source without facts", "other", None, "Other") in gaps
    assert ("source without its document", "other", None, "Other") in gaps
    assert ("paragraph that no fact cites", "acme-2026", None, "Nobody cites this.") in gaps
    assert not any("20,000" in (text or "") for _, _, _, text in gaps)
    only = json.loads(archived("coverage", "--source", "other", "--format", "json").out)["rows"]
    assert {row["source"] for row in only} == {"other"}


def test_documents_are_hashed_anew(archived: Console) -> None:
    """`source check` finds what was changed and what was lost, and exits with 1."""
    assert archived("source", "check").code == 0
    with outside(archived.where) as tool:
        tool.execute("UPDATE documents SET data = ?", (b"\0",))
    ran = archived("source", "check")
    assert (ran.code, "changed" in ran.out) == (1, True)
    with outside(archived.where) as tool:
        tool.execute("DELETE FROM documents")
    told = json.loads(archived("source", "check", "--format", "json").out)
    assert told == [{"source": "source:acme-2026", "sha256": DIGEST, "state": "missing"}]
    assert "in the archive again" in archived("source", "add", "release.html").out
    assert archived("source", "check").code == 0


def test_a_document_is_kept_with_its_fact_or_not_at_all(ledger: Console) -> None:
    """A dry run, or a registration that is refused, leaves no document behind."""
    ledger.file("release.html", RELEASE)
    assert ledger(*ADD, "--dry-run").code == 0
    assert ledger(*ADD[:3], "--id", "x", "--published", "2026-13").code == 2
    assert "No document is archived" in ledger("source", "check").out


@pytest.mark.sqlite
def test_the_database_keeps_documents_as_they_are(archived: Console) -> None:
    """They can neither be changed, nor deleted, nor replaced."""
    for statement in (
        "UPDATE documents SET data = x'00'",
        "DELETE FROM documents",
        "INSERT OR REPLACE INTO documents SELECT sha256, x'00' FROM documents",
    ):
        with closing(sqlite3.connect("ledger.db")) as db, pytest.raises(sqlite3.IntegrityError):
            db.execute(statement)
    assert archived("source", "check").code == 0


def test_a_restored_ledger_says_which_documents_it_misses(archived: Console) -> None:
    """An export of the facts has no documents; the message names those to archive again."""
    archived("export", "facts", "-o", "facts.jsonl")
    ran = archived("--ledger", "copy.db", "init", "--restore", "facts.jsonl")
    assert "missing here: source:acme-2026" in ran.err
    assert archived("--ledger", "copy.db", "verify").code == 1
    archived("--ledger", "copy.db", "source", "add", "release.html")
    assert archived("--ledger", "copy.db", "verify").code == 0


def test_a_correction_of_a_correction_moves_the_place_too(archived: Console) -> None:
    """Whichever fact says the quote, the place is that of the words that now stand there; what a
    person gave as the locator stays before it.
    """
    noted(archived, QUOTE, "--locator", "second sentence")
    words = ("--reason", "misread", "--set")
    archived("correct", "context:a@1", *words, "quote=Nobody cites this.")
    archived("correct", "context:a@2", *words, "quote=ACME said on Tuesday:")
    reads = json.loads(archived("log", "context:a@1", "--format", "json").out)["reads"]
    assert reads["locator"] == "second sentence; paragraph 2, characters 1-21"


def test_a_place_does_not_outlive_its_document(archived: Console) -> None:
    """A fact that is said to rest on another source keeps no place in the first."""
    noted(archived, QUOTE)
    archived("source", "add", "--id", "other", "--title", "Other", "--published", "2026")
    archived("correct", "context:a@1", "--set", "source=other", "--reason", "misread")
    reads = json.loads(archived("log", "context:a@1", "--format", "json").out)["reads"]
    assert reads == {"source": "other", "locator": None}


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("media_type=application/octet-stream", "quote"),
        ("media_type=utter nonsense", "input"),
        ("media_type=TEXT/HTML", "input"),
        (f"sha256={'0' * 64}", "not-archived"),
    ],
)
def test_a_source_keeps_the_document_of_its_quotes(
    archived: Console, words: str, code: str
) -> None:
    """No correction takes the text away that quotes were checked in, or names another."""
    noted(archived, QUOTE)
    ran = archived("correct", "source:acme-2026@1", "--set", words, "--reason", "x")
    assert f"error[{code}]" in ran.err
    assert len(archived.facts()) == 2


def test_what_added_the_document_cannot_be_retracted_from_under_quotes(ledger: Console) -> None:
    """First the quotes go, then the document."""
    ledger("source", "add", "--id", "acme-2026", "--title", "ACME", "--published", "2026-03-04")
    ledger.file("release.html", RELEASE)
    ledger("source", "add", "release.html", "--id", "acme-2026")
    noted(ledger, QUOTE)
    words = ("retract", "source:acme-2026@2", "--reason", "another page")
    assert "error[quote]" in ledger(*words).err
    ledger("retract", "context:a@1", "--reason", "another page")
    assert ledger(*words).code == 0


def test_the_quote_of_a_corroboration_is_checked_when_its_document_comes(ledger: Console) -> None:
    """Facts about facts quote documents, too."""
    ledger("source", "add", "--id", "first", "--title", "First", "--published", "2026")
    ledger("source", "add", "--id", "acme-2026", "--title", "ACME", "--published", "2026-03-04")
    ledger("record", "company.registered", "acme", "--name", "ACME", "--source", "first")
    ledger("corroborate", "company:acme@1", "--source", "acme-2026", "--quote", "not in it")
    ledger.file("release.html", RELEASE)
    ran = ledger("source", "add", "release.html", "--id", "acme-2026")
    assert (ran.code, "error[quote]" in ran.err) == (1, True)


def test_a_changed_document_is_not_believed(archived: Console) -> None:
    """After an edit of the archive nothing is quoted from it, shown of it, or handed out."""
    noted(archived, QUOTE)
    edit(archived.where, "documents", "data", b"20,000", b"90,000")
    for words in (
        ("source", "get", "acme-2026", "-o", "copy.html"),
        ("why", "context:a", "statement"),
        ("record", "plant.named", "x", "--on", "2026", "--source", "acme-2026",
         "--quote", "90,000"),
    ):  # fmt: skip
        ran = archived(*words)
        assert (ran.code, "is not what was archived" in ran.err) == (1, True)
    assert not Path("copy.html").exists()
