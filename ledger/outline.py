"""The outline of a stream: what tells that its next fact may come, without the facts before it.

Most facts come last in their stream, say what none before them says, and follow from its status.
Of those an outline is certain; whatever it is not certain of is decided on the whole timeline,
and so are all facts about facts. It says yes or nothing, so that no error ever comes of it.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left

from ledger.envelope import Fact
from ledger.errors import RuleError
from ledger.facts.revision import Revision
from ledger.streams import State, evolve, kind_of
from ledger.timeline import Timeline, hash_of, order_key

DECIDED_BY = ("registered", "status", "before_suspension", "recurring")
"""The fields of states that a `decide` looks at, and by which `evolve` changes these."""

HASH = 0xFFFFFFFF
"""As much of a hash as is kept: of two that are alike, the facts are read for nothing."""


class Outline:
    """A stream of which all facts count as they were recorded, and its state where that decides.

    version: of the newest fact.
    """

    __slots__ = ("_last", "_said", "_state", "version")

    def __init__(self, timeline: Timeline) -> None:
        self.version = timeline.version
        self._last = order_key(timeline.facts[-1])
        self._said = array("I", sorted(said & HASH for said in timeline.hashes))
        self._state = _deciding(timeline.state)

    def takes(self, fact: Fact) -> bool:
        """Whether the fact may come, and says nothing that was said before; False if in doubt."""
        if isinstance(fact.content, Revision) or order_key(fact) <= self._last:
            return False
        said = hash_of(fact) & HASH
        at = bisect_left(self._said, said)
        if at < len(self._said) and self._said[at] == said:
            return False
        try:
            kind_of(fact.stream).decide(self._state, fact)
        except RuleError:
            return False
        return True

    @property
    def begun(self) -> bool:
        """Whether a fact of the stream counts: all of them do."""
        return True

    def admit(self, fact: Fact) -> None:
        """Nothing keeps a fact from it that it takes."""

    def place(self, fact: Fact) -> None:
        """Add a fact that it takes."""
        self.version = fact.version
        self._last = order_key(fact)
        said = hash_of(fact) & HASH
        self._said.insert(bisect_left(self._said, said), said)
        self._state = _deciding(evolve(self._state, fact))


def outline_of(timeline: Timeline) -> Outline | None:
    """The outline of a timeline; None of one that has no facts, or in which not all facts count
    as they were recorded.
    """
    return Outline(timeline) if timeline.facts and not timeline.is_revised else None


def _deciding(state: State) -> State:
    """The state without all that nothing is decided by."""
    fields = state.__dataclass_fields__
    kept = {name: getattr(state, name) for name in DECIDED_BY if name in fields}
    return type(state)(state.stream, **kept)
