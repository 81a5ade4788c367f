"""The outline of a stream: what tells that its next fact may come, without the facts before it.

Most facts say what none before them says, and come last in their stream, or behind all that its
status hangs on and leave that as it is. Of those an outline is certain. Whatever it is not certain
of is decided on the whole timeline, and so are all facts about facts. It says yes or nothing, so
that no error ever comes of it.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from dataclasses import replace
from sys import intern
from typing import Any

from ledger.envelope import Fact
from ledger.errors import RuleError
from ledger.facts.revision import Revision
from ledger.stated import Stated
from ledger.streams import State, begin, evolve, kind_of
from ledger.timeline import Timeline, date_key, hash_of
from ledger.values import PartialDate

DECIDED_BY = ("registered", "status", "before_suspension", "recurring")
"""The fields of states that a `decide` looks at, and by which `evolve` changes these."""

HASH = 0xFFFFFFFF
"""As much of a hash as is kept: of two that are alike, the facts are read for nothing."""


class Outline:
    """A stream of which all facts count as they were recorded, and its state where that decides.

    version: of the newest fact. It is kept of many streams, so it is small.
    """

    __slots__ = ("_decided_by", "_on", "_said", "_since", "_taken", "version")

    def __init__(self, timeline: Timeline) -> None:
        self.version = timeline.version
        self._taken: Fact | None = None
        self._on = timeline.facts[-1].on
        self._said = array("I", sorted(said & HASH for said in timeline.hashes))
        self._decided_by = _deciding(timeline.state)
        # When the fact stands that changed it last, or one behind that.
        self._since = self._on
        for last, before in timeline.newest():
            self._since = last.on
            if not _alike(before, timeline.state):
                break

    def takes(self, fact: Fact) -> bool:
        """Whether the fact may come, and says nothing that was said before; False if in doubt."""
        self._taken = fact if self._may_come(fact) else None
        return self._taken is not None

    def _may_come(self, fact: Fact) -> bool:
        if isinstance(fact.content, Revision) or not _is_behind(fact, self._since):
            return False
        said = hash_of(fact.on, fact.content) & HASH
        at = bisect_left(self._said, said)
        if at < len(self._said) and self._said[at] == said:
            return False
        state = self._state(fact.stream)
        try:
            kind_of(fact.stream).decide(state, fact)
        except RuleError:
            return False
        # Whatever stands behind a late fact may stay there if it finds the same as before.
        return _is_behind(fact, self._on) or _deciding(evolve(state, fact)) == self._decided_by

    @property
    def begun(self) -> bool:
        """Whether a fact of the stream counts: all of them do."""
        return True

    def admit(self, fact: Fact) -> None:
        """Nothing keeps a fact from it that it takes, and it is asked for no other."""
        assert fact is self._taken

    def place(self, fact: Fact) -> None:
        """Add a fact that it takes."""
        self.version = fact.version
        self._taken = None  # as many outlines are held, none keeps a fact
        said = hash_of(fact.on, fact.content) & HASH
        self._said.insert(bisect_left(self._said, said), said)
        if not _is_behind(fact, self._on):
            return
        self._on = fact.on
        before, self._decided_by = (
            self._decided_by,
            _deciding(evolve(self._state(fact.stream), fact)),
        )
        if self._decided_by != before:
            self._since = fact.on

    def _state(self, stream: str) -> State:
        """The state without all that nothing is decided by."""
        known = zip(DECIDED_BY, self._decided_by, strict=True)
        return replace(begin(stream), **{name: value for name, value in known if value is not None})


def outline_of(timeline: Timeline) -> Outline | None:
    """The outline of a timeline; None of one that has no facts, or in which not all facts count
    as they were recorded.
    """
    return Outline(timeline) if timeline.facts and not timeline.is_revised else None


def _is_behind(fact: Fact, on: PartialDate | None) -> bool:
    """Whether it stands behind a fact of that date; of two alike the later recorded does."""
    return fact.on is not None and date_key(on) <= date_key(fact.on)


def _alike(one: State, other: State) -> bool:
    return all(getattr(one, name, None) == getattr(other, name, None) for name in DECIDED_BY)


def _deciding(state: State) -> tuple[Any, ...]:
    """What a state is decided by, without the references that only errors tell."""
    return tuple(_unreferenced(getattr(state, name, None)) for name in DECIDED_BY)


def _unreferenced(value: Any) -> Any:
    if not isinstance(value, Stated):
        return value
    source = intern(value.source) if value.source is not None else None
    return Stated(value.value, "", value.on, source)
