"""From a fact to the words: its corrections, the passage that it quotes, and the document."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from ledger.cut import time_text
from ledger.database import Connection
from ledger.envelope import Fact
from ledger.evidence.archive import text_of
from ledger.evidence.quote import FOUND, NOT_FOUND, UNCHECKED, Text, checked, passage
from ledger.facts.revision import FactCorrected
from ledger.revision import Life, lives, plain_fields
from projections.basis import Value
from projections.columns import data
from projections.stream_page import life_as_data
from projections.time_travel import Past
from projections.view import SHOWN_AS
from projections.views import load

if TYPE_CHECKING:
    from projections.views import sources

CHECKS = {
    FOUND: "The words stand in the archived document.",
    NOT_FOUND: "The words do not stand in the archived document.",
    UNCHECKED: "No text of the document is at hand that the words could be looked for in.",
}
"""What is known of a quote."""


class Words(NamedTuple):
    """A quote and what stands around it in its paragraph. check: a word of CHECKS.

    Where the words were not found in a document, `quoted` is the quote as it was recorded.
    """

    check: str
    before: str
    quoted: str
    after: str


class Passage(NamedTuple):
    """Where a fact comes from.

    source: the id of the document that it names; of the registration of a document its own.
    document: None where there is none that the cut sees. words: None where it quotes none.
    """

    source: str | None
    locator: str | None
    words: Words | None
    document: sources.Row | None

    def to_json(self) -> dict[str, Any]:
        """As data: `source` (its id), `locator`, `words` (null, or `check`, `before`, `quoted`
        and `after`) and `document` (null, or a row of the view sources).
        """
        words = self.words
        return {
            "source": self.source,
            "locator": self.locator,
            "words": None
            if words is None
            else {
                "check": words.check,
                "before": words.before,
                "quoted": words.quoted,
                "after": words.after,
            },
            "document": data(self.document) if self.document is not None else None,
        }


class Correction(NamedTuple):
    """A live correction of a fact, and how the fact reads before it and after it.

    cited: the correction as a fact, which may be corrected itself.
    """

    cited: CitedFact
    before: Fact
    after: Fact

    @property
    def reason(self) -> str:
        """What was wrong."""
        content = self.cited.reading.content
        assert isinstance(content, FactCorrected)
        return content.reason

    def to_json(self) -> dict[str, Any]:
        """As data: `ref`, `seq`, `recorded_at` and `actor` of the correction, its `reason`,
        `changes` (of each field its value `before` and `after`, in its stored form), `passage`,
        and its own `corrections`.
        """
        fact = self.cited.life.fact
        before, after = plain_fields(self.before), plain_fields(self.after)
        return {
            "ref": fact.ref,
            "seq": fact.seq,
            "recorded_at": time_text(fact.recorded_at),
            "actor": fact.actor,
            "reason": self.reason,
            "changes": {
                name: {"before": before[name], "after": after[name]}
                for name in before
                if before[name] != after[name]
            },
            "passage": self.cited.passage.to_json(),
            "corrections": [correction.to_json() for correction in self.cited.corrections],
        }


class CitedFact(NamedTuple):
    """A fact that stands behind something, with all that leads from it to the words.

    others: the facts by which other documents state the same, or contradict it.
    """

    life: Life
    passage: Passage
    corrections: tuple[Correction, ...]
    others: tuple[CitedFact, ...] = ()

    @property
    def reading(self) -> Fact:
        """The fact as it reads."""
        return self.life.reading or self.life.fact

    def to_json(self, past: Past) -> dict[str, Any]:
        """As data: the keys of the life of a fact, `passage`, `corrections`, and as `others` the
        corroborations and disputes, with the same keys.
        """
        return {
            **life_as_data(self.life, past.cut.as_of),
            "passage": self.passage.to_json(),
            "corrections": [correction.to_json() for correction in self.corrections],
            "others": [other.to_json(past) for other in self.others],
        }


def fields_behind(fact: Fact, column: str, value: Value) -> tuple[str, ...]:
    """The fields of a fact that state a column's value; none where its type or date does."""
    content = fact.content
    stated = [n for n in type(content).model_fields if getattr(content, n) not in (None, ())]
    if column in stated:
        return (column,)
    equal = tuple(name for name in stated if getattr(content, name) == value)
    if equal or SHOWN_AS.get(fact.type) != column:
        return equal
    return tuple(stated)


class Documents:
    """The facts of a cut and their documents; each is read once."""

    def __init__(self, connection: Connection, past: Past) -> None:
        self._connection = connection
        self._past = past
        self._lives: dict[str, dict[str, Life]] = {}
        self._texts: dict[str, Text | None] = {}
        self._cited: dict[str, CitedFact] = {}

    def cited(self, refs: Sequence[str]) -> list[CitedFact]:
        """The facts of these references, which the cut sees, in the same order."""
        for ref in refs:
            if ref not in self._cited:
                self._cited[ref] = self._read(ref)
        return [self._cited[ref] for ref in refs]

    def _read(self, ref: str) -> CitedFact:
        stream = ref.rpartition("@")[0]
        if stream not in self._lives:
            found = lives(self._past.recorded(stream))
            self._lives[stream] = {life.fact.ref: life for life in found}
        life = self._lives[stream][ref]
        cited = self._passage(life.reading or life.fact)
        others = self.cited([fact.ref for fact in (*life.corroborations, *life.disputes)])
        return CitedFact(life, cited, tuple(self._corrections(life)), tuple(others))

    def _corrections(self, life: Life) -> Iterator[Correction]:
        before = life.fact
        for number, fact in enumerate(life.corrections, start=1):
            # How it reads when it is known by the first of its corrections only.
            after = lives([life.fact, *life.corrections[:number]])[0].reading or before
            (cited,) = self.cited([fact.ref])
            yield Correction(cited, before, after)
            before = after

    def _passage(self, fact: Fact) -> Passage:
        source = fact.stream.partition(":")[2] if fact.kind == "source" else fact.source
        document = None
        if source is not None:
            rows = self._past.stream_rows(load("sources"), f"source:{source}")
            document = next(iter(rows), None)
        return Passage(source, fact.locator, self._words(fact, source), document)

    def _words(self, fact: Fact, source: str | None) -> Words | None:
        if fact.quote is None:
            return None
        text = self._text(source) if source is not None else None
        check, place = checked(fact.quote, text)
        if text is None or place is None:
            return Words(check, "", fact.quote, "")
        return Words(check, *passage(place, text))

    def _text(self, source: str) -> Text | None:
        if source not in self._texts:
            self._texts[source] = text_of(self._connection, self._past.source(source))
        return self._texts[source]
