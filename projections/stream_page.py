"""The page of one stream: its state with the fact behind every value, its timeline, its sources."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, fields
from typing import Any

from ledger.codec import encode
from ledger.cut import Cut
from ledger.envelope import Fact
from ledger.stated import Stated
from ledger.streams import State
from ledger.timeline import effective, order_key
from projections.columns import json_value
from projections.read import cut_as_data
from projections.time_travel import Past
from projections.view import Question
from projections.views import load, sources


@dataclass(frozen=True, slots=True)
class Line:
    """One value of the state and the reference of the fact that states it."""

    field: str
    value: Any
    ref: str
    possible: bool


@dataclass(frozen=True, slots=True)
class Page:
    """All that is known of a stream at a cut; `facts` in happened-order."""

    stream: str
    cut: Cut
    last_seq: int
    state: tuple[Line, ...]
    facts: tuple[Fact, ...]
    sources: tuple[sources.Row, ...]

    def counts(self, fact: Fact) -> bool:
        """Whether the fact has taken effect at the cut."""
        return effective(fact, self.cut.as_of)

    def to_json(self) -> dict[str, Any]:
        """The page as data."""
        return {
            "view": "show",
            "version": 1,
            "cut": cut_as_data(self.cut, self.last_seq),
            "stream": self.stream,
            "state": [
                {
                    "field": line.field,
                    "value": json_value(line.value),
                    "ref": line.ref,
                    "possible": line.possible,
                }
                for line in self.state
            ],
            "facts": [
                {"ref": fact.ref, "effective": self.counts(fact), **json.loads(encode(fact))}
                for fact in self.facts
            ],
            "sources": [
                {f.name: json_value(getattr(source, f.name)) for f in fields(source)}
                for source in self.sources
            ],
        }


def stream_page(stream: str, facts: Iterable[Fact], cut: Cut) -> Page:
    """The page of a stream, out of all the ledger's facts."""
    past = Past(facts, cut)
    told = sorted((fact for fact in past.facts if fact.stream == stream), key=order_key)
    cited = dict.fromkeys(f"source:{fact.source}" for fact in told if fact.source is not None)
    question = Question(cut.as_of, past.state_of)
    rows = [row for name in cited for row in load("sources").rows(past.state_of(name), question)]
    return Page(
        stream=stream,
        cut=cut,
        last_seq=past.last_seq,
        state=tuple(_lines(past.state_of(stream), cut)),
        facts=tuple(told),
        sources=tuple(rows),
    )


def _lines(state: State, cut: Cut) -> Iterable[Line]:
    """The stated values of a state; of a list of values (deliveries), each one."""
    for name in state.__dataclass_fields__:
        value = getattr(state, name)
        for item in value if isinstance(value, tuple) else (value,):
            if isinstance(item, Stated) and name not in ("before_suspension", "built"):
                possible = item.on is not None and item.on.possible_at(cut.as_of)
                yield Line(name, item.value, item.ref, possible)
