"""The page of one stream: its state with the fact behind every value, its timeline, its sources."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from ledger.codec import encode
from ledger.cut import Cut
from ledger.facts.revision import Revision
from ledger.revision import Life, lives, plain_fields
from ledger.stated import Stated, fields_of
from ledger.streams import State
from ledger.timeline import effective, order_key
from projections.columns import data, json_value
from projections.read import cut_as_data
from projections.time_travel import Past
from projections.views import load

if TYPE_CHECKING:
    from projections.views import promises, sources


class Line(NamedTuple):
    """One value of the state and the reference of the fact that states it."""

    field: str
    value: Any
    ref: str
    possible: bool


class Page(NamedTuple):
    """All that is known of a stream at a cut; `lives` of its facts in happened-order.

    windows: of a promise, what came of each due window.
    """

    stream: str
    cut: Cut
    last_seq: int
    state: tuple[Line, ...]
    lives: tuple[Life, ...]
    sources: tuple[sources.Row, ...]
    windows: tuple[promises.Row, ...]

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
            "outcome": [data(window) for window in self.windows],
            "facts": [life_as_data(life, self.cut.as_of) for life in self.lives],
            "sources": [
                {name: json_value(value) for name, value in source._asdict().items()}
                for source in self.sources
            ],
        }


def counts_at(life: Life, as_of: date) -> bool:
    """Whether a fact counts on a day: it is not retracted, and has taken effect."""
    return life.reading is not None and effective(life.reading, as_of)


def life_as_data(life: Life, as_of: date) -> dict[str, Any]:
    """A fact as it was recorded, and what came of it."""
    return {
        "ref": life.fact.ref,
        **json.loads(encode(life.fact)),
        "effective": counts_at(life, as_of),
        "status": life.status,
        "reads": {name: now for name, (_, now) in changed_fields(life).items()},
        "corrected_by": [fact.ref for fact in life.corrections],
        "retracted_by": life.retraction.ref if life.retraction is not None else None,
        "corroborated_by": [fact.ref for fact in life.corroborations],
        "disputed_by": [fact.ref for fact in life.disputes],
    }


def changed_fields(life: Life) -> dict[str, tuple[Any, Any]]:
    """The fields that corrections changed: what was recorded, and how it reads now."""
    if life.reading is None or isinstance(life.fact.content, Revision):
        return {}
    before, now = plain_fields(life.fact), plain_fields(life.reading)
    return {name: (before[name], now[name]) for name in before if before[name] != now[name]}


def stream_page(stream: str, past: Past, last_seq: int) -> Page:
    """The page of a stream, as a cut sees it."""
    told = past.recorded(stream)
    cited = dict.fromkeys(f"source:{fact.source}" for fact in told if fact.source is not None)
    return Page(
        stream=stream,
        cut=past.cut,
        last_seq=last_seq,
        state=tuple(_lines(past.state_of(stream), past.cut)),
        lives=tuple(sorted(lives(told), key=lambda life: order_key(life.reading or life.fact))),
        windows=tuple(_windows(stream, past)),
        sources=tuple(row for name in cited for row in past.stream_rows(load("sources"), name)),
    )


def _windows(stream: str, past: Past) -> Iterable[promises.Row]:
    """What came of each due window of a promise; the view of them is for promises alone."""
    if not stream.startswith("promise:"):
        return ()
    return cast("Iterable[promises.Row]", past.stream_rows(load("promises"), stream))


def _lines(state: State, cut: Cut) -> Iterable[Line]:
    """The stated values of a state; of a list of values (deliveries), each one."""
    for name in fields_of(state):
        value = getattr(state, name)
        for item in value if isinstance(value, tuple) else (value,):
            # The one due date that a promise has had is told by `due`.
            told = name == "dues" and len(value) == 1
            if (
                isinstance(item, Stated)
                and not told
                and name not in ("before_suspension", "built", "started")
            ):
                possible = item.on is not None and item.on.possible_at(cut.as_of)
                yield Line(name, item.value, item.ref, possible)
