"""Random ledgers for the reference: facts on partial dates, recorded on random days in random
order, and what is said about them afterwards.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st

from ledger import book, history
from ledger.envelope import Draft, Fact
from ledger.errors import (
    FieldError,
    NothingChangesError,
    NotLiveError,
)
from ledger.sqlite.file import SqliteFile
from ledger.store import Store, opened
from tests.rooms import Room
from tests.store.ledgers import located
from tests.time.given import ACTOR, Ledger, draft, ledger_in, morning
from tests.time.reference import StoredFact

TRIES = settings().max_examples
LEDGERS = 100 if TRIES <= 25 else 5 * TRIES
"""Random ledgers that are compared with the reference: some thousands when tests go deep."""

START = "2024-01-02"
SOURCES = ("s1", "s2", "s3")
DATES = (
    *("2024", "2024-03", "2024-03-01", "2024-33", "2024-40", "2024-06-15", "2024-12-31"),
    *("2025", "2025-01", "2025-01-01", "2025-02-01", "2025-02", "2025-33", "2025-41", "2025~"),
    *("2025-03?", "2025-03-31", "2025-04-01", "2025-02-01/2025-04", "../2025", "../2025-03"),
    *("2025/..", "2025-03/..", "2025-12-31", "2026-01-01", "2026", "2026-07-01", "2027-40"),
)
PUBLISHED = ("2023", "2024-02-15", "2024-06", "2025", "2025-01-31", "2025-33", "2026-01-01")
PLANT_FACTS = (
    *("plant.capacity_stated", "plant.capacity_stated", "plant.under_construction"),
    *("plant.completed", "plant.operating"),
)
CONTRACT_FACTS = ("contract.suspended", "contract.postponed", "contract.resumed")
STREAMS = ("plant:p1", "plant:p2", "contract:c1")


@dataclass(frozen=True)
class Step:
    """Something recorded, some days after what was recorded before it."""

    after: int
    word: str
    fields: tuple[Any, ...]


def _statements() -> st.SearchStrategy[tuple[Any, ...]]:
    source = st.sampled_from((None, *SOURCES))
    on = st.sampled_from(DATES)
    plants = st.tuples(
        st.sampled_from(("p1", "p1", "p2")),
        st.sampled_from(PLANT_FACTS),
        on,
        st.integers(1, 5),
        source,
    )
    contracts = st.tuples(st.just("c1"), st.sampled_from(CONTRACT_FACTS), on, st.just(0), source)
    return st.one_of(plants, plants, contracts)


_PICK = st.integers(0, 99)
_CHANGES = st.one_of(
    st.fixed_dictionaries({"on": st.sampled_from(DATES)}),
    st.fixed_dictionaries({"capacity": st.integers(1, 9).map("{} kt/yr".format)}),
    st.fixed_dictionaries(
        {
            "on": st.sampled_from(DATES),
            "capacity": st.integers(1, 9).map("{} kt/yr".format),
        }
    ),
)
_SOURCE = st.sampled_from((None, *SOURCES))
_WORDS = {
    "state": _statements(),
    # About any fact, or (the second) about one that is a correction or retraction itself.
    "correct": st.tuples(_PICK, _CHANGES, _SOURCE),
    "correct again": st.tuples(_PICK, _CHANGES, _SOURCE),
    "retract": st.tuples(_PICK, _SOURCE),
    "retract again": st.tuples(_PICK, _SOURCE),
    "republish": st.tuples(st.sampled_from(SOURCES), st.sampled_from(PUBLISHED)),
}


@st.composite
def steps(draw: st.DrawFn, *words: str) -> Step:
    """A step with one of the words."""
    word = draw(st.sampled_from(words))
    return Step(draw(st.integers(0, 90)), word, draw(_WORDS[word]))


def histories() -> st.SearchStrategy[list[Step]]:
    """What is recorded one after the other: statements first, then anything."""
    stated = st.lists(steps("state"), min_size=1, max_size=5)
    anything = st.lists(steps(*_WORDS, "state", "correct"), min_size=2, max_size=12)
    return st.builds(list.__add__, stated, anything)


@dataclass(frozen=True)
class Template:
    """An empty ledger with what every random one begins with, to be copied."""

    path: Path
    numbers: Iterator[int]

    @contextmanager
    def copied(self) -> Iterator[Store]:
        """A copy of it, removed afterwards."""
        path = self.path.with_name(f"{next(self.numbers)}.db")
        shutil.copyfile(self.path, path)
        try:
            with opened(located(str(path))) as store:
                yield store
        finally:
            for left in path.parent.glob(f"{path.name}*"):
                left.unlink()


def template_in(folder: Path) -> Template:
    """The beginning: three documents, two plants and a contract that is signed."""
    ledger: Ledger = ledger_in(Room(folder))
    for name, published in zip(SOURCES, ("2024-02-15", "2024-06", "2025-01-31"), strict=True):
        ledger.source(name, published, at="2024-01-01")
    ledger.given("plant.named", "p1", on="../1990")
    ledger.given("plant.named", "p2", on="../1990")
    ledger.given("contract.signed", "c1", on="../1990")
    return template_of(ledger)


def template_of(ledger: Ledger) -> Template:
    """The ledger as a template."""
    assert isinstance(ledger.where, SqliteFile)
    log = ledger.where.path.with_name("ledger.db-wal")
    assert not log.exists() or log.stat().st_size == 0, "the file alone would not be all of it"
    return Template(ledger.where.path, count())


def record_history(store: Store, taken: Sequence[Step]) -> list[Fact]:
    """Record the steps that the ledger accepts; every fact."""
    now = morning(START)
    for step in taken:
        now += timedelta(days=step.after)
        recorded = list(store.facts())
        drafted = _draft(step, recorded)
        if drafted is None:
            continue
        try:
            book.record(store, [drafted], actor=ACTOR, now=now, force=True)
        except (NotLiveError, NothingChangesError, FieldError):
            continue  # about a retracted fact, no change, no such field
    return list(store.facts())


def _draft(step: Step, recorded: Sequence[Fact]) -> Draft | None:
    match step.word, step.fields:
        case "state", (id_, type_, on, number, source):
            fields = {"id": id_, "on": on, "source": source}
            if type_ == "plant.capacity_stated":
                fields["capacity"] = f"{number} kt/yr"
            return draft(type_, fields)
        case "republish", (source, published):
            fields = {"ref": f"source:{source}@1", "reason": "read again"}
            return draft("fact.corrected", {**fields, "set": {"published": published}})
        case (("correct" | "correct again"), (pick, changes, source)):
            ref = _pick(recorded, pick, again=step.word == "correct again")
            fields = {"ref": ref, "set": changes, "source": source, "reason": "read again"}
            return draft("fact.corrected", fields) if ref is not None else None
        case (("retract" | "retract again"), (pick, source)):
            ref = _pick(recorded, pick, again=step.word == "retract again")
            fields = {"ref": ref, "source": source, "reason": "read again"}
            return draft("fact.retracted", fields) if ref is not None else None
    raise AssertionError(step)


def _pick(recorded: Sequence[Fact], pick: int, *, again: bool) -> str | None:
    """The reference of a fact, or of one that is about another one."""
    about = [fact for fact in recorded if fact.type.startswith("fact.") or not again]
    about = [fact for fact in about if fact.seq > 6]
    return about[-1 - pick % len(about)].ref if about else None


def as_stored(store: Store) -> list[StoredFact]:
    """Every fact as the plain data that is stored."""
    with store.database.reading() as connection:
        return [json.loads(data) for data in history.stored(connection)]
