"""The synthetic ledgers are the same for a seed, of the size asked for, and valid."""

from __future__ import annotations

import json
from collections import Counter
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

import pytest

from benchmarks.synthetic import generate
from ledger.book import record
from ledger.intake import jsonl_file
from ledger.sqlite.file import SqliteFile
from ledger.store import created
from ledger.values import PartialDate

Stream = tuple[str, str]


def stream_of(fact: dict[str, str]) -> Stream:
    """The stream that an import object belongs to."""
    return fact["type"].partition(".")[0], fact["id"]


def test_the_same_seed_gives_the_same_facts() -> None:
    """Two runs with one seed give equal facts; another seed gives others."""
    first, again, other = (json.dumps(list(generate(300, seed))) for seed in (7, 7, 8))
    assert first == again
    assert first != other


@pytest.mark.parametrize("n", [1, 16, 500, 10_000])
def test_it_gives_as_many_facts_as_asked_for(n: int) -> None:
    """No more and no fewer facts than asked for come out, whatever the number."""
    assert sum(1 for _ in generate(n)) == n


def test_it_is_lazy() -> None:
    """The first facts of a very large ledger come at once."""
    assert len(list(islice(generate(10_000_000), 10))) == 10


@pytest.mark.parametrize("n", [500, 10_000])
def test_a_stream_has_eight_facts_on_average(n: int) -> None:
    """The facts spread over about an eighth as many streams."""
    streams = {stream_of(fact) for fact in generate(n)}
    assert 0.9 * n / 8 <= len(streams) <= 1.1 * n / 8


def test_about_a_tenth_comes_late() -> None:
    """About a tenth of the facts happened before one that their stream has already."""
    newest: dict[Stream, datetime] = {}
    late = 0
    facts = [fact for fact in generate(10_000) if "on" in fact]
    for fact in facts:
        stream = stream_of(fact)
        happened = datetime.combine(PartialDate.parse(fact["on"]).earliest, datetime.min.time())
        late += happened < newest.get(stream, happened)
        newest[stream] = max(happened, newest.get(stream, happened))
    assert 0.07 <= late / len(facts) <= 0.13


def test_it_has_what_press_releases_have() -> None:
    """All kinds of stream, coarse dates, bounds, Korean text and equivalents occur."""
    facts = list(generate(2_000))
    kinds = Counter(kind for kind, _ in map(stream_of, facts))
    assert set(kinds) == {
        *("source", "company", "plant", "contract", "investment", "promise", "context")
    }
    text = json.dumps(facts, ensure_ascii=False)
    for part in ('"on": "20', "-Q3", "-H2", '~"', ">=", "억원", "bn KRW ($", "/..", "전구체"):
        assert part in text, part


@pytest.mark.parametrize("seed", range(1, 4))
def test_every_fact_is_accepted(tmp_path: Path, seed: int) -> None:
    """The ledger records all the facts, none of them refused or known already."""
    lines = [json.dumps(fact, ensure_ascii=False).encode() for fact in generate(500, seed)]
    with created(SqliteFile(tmp_path / "synthetic.db")) as store:
        recorded = record(
            store,
            jsonl_file.drafts(lines, "synthetic"),
            actor="tests",
            now=datetime(2026, 3, 5, tzinfo=UTC),
        )
    assert len(recorded.facts) == 500
    assert not recorded.already
