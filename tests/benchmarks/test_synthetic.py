"""The synthetic ledgers are the same for a seed, of the size asked for, and valid."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import islice, pairwise
from pathlib import Path

import pytest

from benchmarks import steady
from benchmarks.synthetic import generate
from ledger.book import record
from ledger.intake import jsonl_file
from ledger.sqlite.file import SqliteFile
from ledger.store import created
from ledger.values import PartialDate

Stream = tuple[str, str]
STREAM_FACTS = 8


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


@pytest.mark.parametrize("n", [40, 500, 10_000])
def test_some_streams_are_the_same_at_every_size(n: int) -> None:
    """The steady company and its plants have the same facts in a ledger of any size."""
    found = [fact for fact in generate(n) if fact["id"].startswith(steady.COMPANY)]
    assert found == [steady.company(), *steady.facts()]
    assert sum(stream_of(fact) == ("plant", "steady-1") for fact in found) == STREAM_FACTS


def test_the_facts_of_a_steady_stream_lie_far_apart() -> None:
    """Where many facts are, those of one stream are spread over the whole sequence."""
    at = [place for place, fact in enumerate(generate(10_000)) if fact["id"] == "steady-1"]
    assert min(after - before for before, after in pairwise(at)) > 1_000


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
    assert_accepted(generate(500, seed), tmp_path)


def test_a_long_stream_is_accepted(tmp_path: Path) -> None:
    """Nor is any fact refused of a ledger that is one long stream."""
    assert sum(stream_of(fact) == ("plant", "long") for fact in steady.one_stream(500)) == 498
    assert_accepted(steady.one_stream(500), tmp_path)


def assert_accepted(facts: Iterator[steady.ImportObject], tmp_path: Path) -> None:
    """The ledger records 500 facts."""
    lines = [json.dumps(fact, ensure_ascii=False).encode() for fact in facts]
    with created(SqliteFile(tmp_path / "synthetic.db")) as store:
        recorded = record(
            store,
            jsonl_file.drafts(lines, "synthetic"),
            actor="tests",
            now=datetime(2026, 3, 5, tzinfo=UTC),
        )
    assert len(recorded.facts) == 500
    assert not recorded.already
