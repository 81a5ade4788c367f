"""The example portfolio says all that its two documents say, in our own words.

The tags F01 to F70 number the documents' statements. The list and the documents are
kept outside the project; the tests that need them run where they are at hand.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from ledger.facts import fact_type

ROOT = Path(__file__).resolve().parents[1]
SHARED = ROOT / ".." / "shared"
FILES = sorted((ROOT / "ledger" / "example").glob("*.yaml"))
STATEMENTS = {f"F{number:02}" for number in range(1, 71)}
ENVELOPE = {"id", "on", "source", "locator", "quote", "note", "tags", "actor"}
RUN = 8

needs_list = pytest.mark.skipif(
    not (SHARED / "FACTS.md").exists(), reason="needs ../shared/FACTS.md"
)
needs_documents = pytest.mark.skipif(
    not (SHARED / "seeds").exists(), reason="needs ../shared/seeds"
)


def example_facts() -> Iterator[tuple[str, dict[str, Any]]]:
    """Every fact of the example as its type and its keys, in the order of import."""
    for path in FILES:
        document = YAML(typ="safe").load(path)
        yield "source.registered", document["source"]
        for entry in document["facts"]:
            yield from entry.items()


FACTS = list(example_facts())


def tags() -> set[str]:
    """The tags that stand on any fact of the example."""
    return {tag for _, fact in FACTS for tag in fact.get("tags", ())}


def runs(text: str) -> set[tuple[str, ...]]:
    """All runs of `RUN` consecutive words, in lower case."""
    words = re.findall(r"[a-z0-9']+", text.lower())
    return {tuple(words[i : i + RUN]) for i in range(len(words) - RUN + 1)}


def test_every_statement_is_recorded() -> None:
    """Each of F01 to F70 stands as a tag on at least one fact, and no other tag does."""
    assert tags() == STATEMENTS


@needs_list
def test_the_list_of_statements_is_complete() -> None:
    """The tags are the numbers of the acceptance list's rows."""
    listed = re.findall(r"^\| (F\d+) \|", (SHARED / "FACTS.md").read_text("utf-8"), re.MULTILINE)
    assert tags() == set(listed)


@needs_documents
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_no_words_are_copied(path: Path) -> None:
    """No eight consecutive words of a document stand in the file."""
    documents = [seed.read_text("utf-8") for seed in sorted((SHARED / "seeds").glob("*.txt"))]
    assert documents
    copied = runs(path.read_text("utf-8")) & set().union(*map(runs, documents))
    assert {" ".join(run) for run in copied} == set()


@pytest.mark.parametrize(
    ("type_name", "fact"), FACTS, ids=[f"{name}-{fact['id']}" for name, fact in FACTS]
)
def test_each_fact_fits_its_model(type_name: str, fact: dict[str, Any]) -> None:
    """The content of each fact is valid, and it is dated where its type needs a date."""
    model = fact_type(type_name)
    content = {key: value for key, value in fact.items() if key not in ENVELOPE}
    model.model_validate(content)
    assert "on" in fact or not model.NEEDS_DATE


def test_companies_and_streams_are_known_before_they_are_named() -> None:
    """Every company and stream that a fact names has been opened by a fact before it."""
    known: set[str] = set()
    for type_name, fact in FACTS:
        known.add(f"{type_name.partition('.')[0]}:{fact['id']}")
        parties = [fact.get(key) for key in ("company", "owner", "operator", "by")]
        parties += fact.get("counterparties", ())
        named = {
            f"company:{party.removesuffix('?')}"
            for party in parties
            if party and not party.startswith("unnamed:")
        }
        named |= set(fact.get("plants", ()))
        if type_name == "promise.made":
            named |= set(fact.get("about", ()))
        assert named <= known, f"{type_name} {fact['id']}"
