"""Given what is recorded, when something is recorded, then it is a fact or an error.

    given("contract.signed c 2025-01").when("contract.amended c 2025-02").then(status="signed")
    given("plant.closed p 2025-01").when("plant.operating p 2025-02").refused(TimelineError)

A fact is written as its type, its id, its date, and `name=value` for the rest.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import count
from typing import Any

from ledger.book import Recorded, record
from ledger.database import Database
from ledger.envelope import Draft, Fact
from ledger.errors import LedgerError
from ledger.fields import draft as draft_of
from ledger.store import Store, opened
from ledger.timeline import state_at
from tests.rooms import Room
from tests.store.ledgers import ACTOR

NOW = datetime(2026, 3, 31, 9, 30, tzinfo=UTC)
TODAY = NOW.date()

FIELDS: dict[str, dict[str, str]] = {
    "company.registered": {"name": "Name"},
    "company.ownership_stated": {"kind": "parent"},
    "contract.delivery_recorded": {"quantity": "5 t"},
    "plant.capacity_stated": {"capacity": "20 kt/yr"},
    "plant.capacity_expanded": {"added": "5 kt/yr"},
    "plant.production_reported": {"production": "5 t", "period": "2025"},
    "promise.made": {
        "by": "unnamed: x",
        "statement": "x",
        "measure": "other",
        "wording": "aims",
    },
    "source.registered": {"title": "Title", "published": "2025"},
}
"""What a type needs and an example does not care about."""

LISTS = ("plants", "about", "tags", "counterparties")


def draft(text: str) -> Draft:
    """The draft that a line such as `plant.completed north 2025-09 source=doc` describes."""
    type_, id_, *rest = text.split()
    fields: dict[str, Any] = dict(FIELDS.get(type_, {}), id=id_)
    for word in rest:
        name, equals, value = word.partition("=")
        if not equals:
            fields["on"] = word
        else:
            fields[name] = value.split(",") if name in LISTS else value
    made = draft_of(type_, fields)
    assert isinstance(made, Draft), made
    return made


@dataclass
class Scenario:
    """A ledger with facts in it."""

    where: Database

    def when(self, *texts: str, force: bool = False) -> Outcome:
        """Record these facts together."""
        return self.when_drafts(*map(draft, texts), force=force)

    def when_drafts(self, *drafts: Draft, force: bool = False, now: datetime = NOW) -> Outcome:
        """Record these drafts together."""
        with self.opened() as store:
            try:
                done = record(store, drafts, actor=ACTOR, now=now, force=force)
            except LedgerError as error:
                return Outcome(self, drafts, None, error)
        return Outcome(self, drafts, done, None)

    def opened(self) -> Any:
        """Its store."""
        return opened(self.where)

    def facts(self, stream: str) -> list[Fact]:
        """The recorded facts of a stream."""
        with self.opened() as store:
            assert isinstance(store, Store)
            return store.stream(stream)

    def state(self, stream: str, as_of: date = TODAY) -> Any:
        """What a stream's facts come to."""
        return state_at(stream, self.facts(stream), as_of)


@dataclass
class Outcome:
    """What came of recording."""

    scenario: Scenario
    drafts: tuple[Draft, ...]
    done: Recorded | None
    error: LedgerError | None

    def recorded(self, *refs: str) -> Outcome:
        """These facts are new, by their references."""
        assert self.error is None, self.error
        assert self.done is not None
        assert tuple(fact.ref for fact in self.done.facts) == refs
        return self

    def then(self, status: str | None, as_of: str = TODAY.isoformat()) -> Outcome:
        """All is recorded, and on that day the stream has this status."""
        assert self.error is None, self.error
        state = self.scenario.state(self.drafts[0].stream, date.fromisoformat(as_of))
        assert (state.status.value if state.status else None) == status
        return self

    def known(self, *refs: str) -> Outcome:
        """Nothing is new: these facts say it already."""
        assert self.done is not None, self.error
        assert self.done.facts == ()
        assert tuple(fact.ref for _, fact in self.done.already) == refs
        return self

    def forced(self, *codes: str) -> Outcome:
        """The fact carries the codes of the rules that it breaks."""
        assert self.done is not None, self.error
        (fact,) = self.done.facts
        assert fact.forced == codes
        return self

    def refused(self, error: type[LedgerError], *words: str) -> Outcome:
        """The error is of this class and its message or hint holds the words."""
        assert self.error is not None, "it was recorded"
        assert type(self.error) is error, repr(self.error)
        text = f"{self.error.what} {self.error.hint}"
        assert self.error.hint
        for word in words:
            assert word in text, text
        return self


class Given:
    """Makes ledgers in which facts are recorded already, in this order."""

    def __init__(self, room: Room) -> None:
        self._room = room
        self._number = count(1)

    def __call__(self, *texts: str) -> Scenario:
        """A ledger of these facts, each recorded on its own."""
        scenario = Scenario(self._room.empty(f"{next(self._number)}.db"))
        with scenario.opened() as store:
            for text in texts:
                record(store, [draft(text)], actor=ACTOR, now=NOW)
        return scenario
