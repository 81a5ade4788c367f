"""The rules that every new fact must pass, whatever its type, in the order they are checked.

What a stream's own status allows is decided in its file (`contract.py`, `plant.py` ...), on the
timeline that results; an outline that takes the fact has asked there before. `--force` overrides
the rules in FORCEABLE, and the fact then carries their codes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Protocol

from ledger import decide_quote, decide_revision
from ledger.envelope import Draft, Fact
from ledger.errors import (
    BuiltUponError,
    CollectedError,
    DatedAheadError,
    DateMissingError,
    NotOpenedError,
    TimelineError,
    UnknownReferenceError,
    did_you_mean,
    hints,
)
from ledger.facts import FACT_TYPES
from ledger.facts.revision import Revision
from ledger.outline import Outline
from ledger.timeline import Timeline
from ledger.values import Party

FORCEABLE = (BuiltUponError, TimelineError, NotOpenedError, DatedAheadError)


class Others(decide_quote.Archive, Protocol):
    """What a decision may ask of the other streams and of the archive."""

    def exists(self, stream: str) -> bool:
        """Whether a fact of the stream counts."""

    def known(self, kind: str) -> Iterable[str]:
        """The streams of a kind, for hints."""

    def citing(self, stream: str) -> Iterable[Fact]:
        """The facts of other streams that count and name the stream."""


def decide(
    fact: Fact,
    timeline: Timeline | Outline,
    others: Others,
    *,
    force: bool,
) -> Fact:
    """The fact as it may be recorded.

    timeline: its stream; an outline will do that takes the fact. others: the other streams.
    Raises the first error that holds; with `force`, those in FORCEABLE are noted in the fact
    instead.
    """
    counts_anew = [fact]
    if isinstance(fact.content, Revision):
        assert isinstance(timeline, Timeline)  # an outline takes none
        named = fact.source
        fact = decide_revision.resolved(fact, timeline)
        if named is None and fact.source and not others.exists(f"source:{fact.source}"):
            fact = replace(fact, source=None)  # the document does not count any more
        counts_anew = decide_revision.counts_anew(fact, timeline)
    rules = [partial(_refers_to_what_exists, fact, others)]
    for reading in counts_anew:
        rules += [partial(_has_its_date, reading), partial(_is_not_dated_ahead, reading)]
        if reading is not fact:
            rules.append(partial(_refers_to_what_exists, reading, others))
        rules.append(partial(decide_quote.keeps_its_quotes, reading, others))
    if isinstance(fact.content, Revision) and isinstance(timeline, Timeline):
        rules.append(partial(decide_revision.leaves_ground, fact, timeline, others.citing))
    else:
        rules.append(partial(_continues_or_opens, fact, timeline, others))
    rules.append(partial(timeline.admit, fact))
    forced: list[str] = []
    for rule in rules:
        try:
            rule()
        except FORCEABLE as error:
            if not force:
                raise
            forced.append(error.code)
    fact = decide_quote.located(fact, counts_anew, others)
    return replace(fact, forced=tuple(forced)) if forced else fact


def references(fact: Draft | Fact) -> Iterator[str]:
    """The streams that a fact names: its source, its parties, the streams it is about."""
    if fact.source is not None:
        yield f"source:{fact.source}"
    streams = fact.content.STREAM_FIELDS
    # The fields alone, in their order; getattr would ask pydantic for each.
    for field, value in fact.content.__dict__.items():
        for item in value if isinstance(value, tuple) else (value,):
            if isinstance(item, Party):
                if item.company is not None:
                    yield f"company:{item.company}"
            elif item is not None and field in streams:
                yield item


def _has_its_date(fact: Fact) -> None:
    if fact.on is None and fact.content.NEEDS_DATE:
        raise DateMissingError(
            f"{fact.stream}: {fact.type} needs the date on which it happened (`on`)",
            hint="Give it as precisely as the source does: 2025, 2025-09, 2025-Q3, ../2029.",
        )


def _is_not_dated_ahead(fact: Fact) -> None:
    if fact.content.MAY_BE_DATED_AHEAD or fact.on is None:
        return
    # One day of grace: east of Greenwich tomorrow begins before it does in UTC.
    today = fact.recorded_at.date() + timedelta(days=1)
    if fact.on.earliest > today:
        raise DatedAheadError(
            f"{fact.stream}: {fact.type} is dated {fact.on.text()}, which is yet to come",
            hint="What is intended is recorded as promise.made, with `due`; or use --force.",
        )


def _refers_to_what_exists(fact: Fact, others: Others) -> None:
    """Raise UnknownReferenceError, or all of them when several streams are not recorded."""
    errors = []
    for stream in dict.fromkeys(references(fact)):
        if not others.exists(stream):
            kind, _, id_ = stream.partition(":")
            ids = [n.partition(":")[2] for n in others.known(kind) if n != stream]
            remedy = {
                "source": "Register it: `lsledger source add`, or `source:` in the import file.",
                "company": "Register it with company.registered, or write 'unnamed: ...' for a "
                "party that the text does not name.",
            }.get(kind, f"Record the {kind} first.")
            errors.append(
                UnknownReferenceError(
                    f"{fact.stream}: {fact.type} names {stream}, which is not recorded",
                    hint=hints(did_you_mean(id_, ids), remedy),
                )
            )
    if errors:
        raise errors[0] if len(errors) == 1 else CollectedError(errors)


def _continues_or_opens(fact: Fact, timeline: Timeline | Outline, others: Others) -> None:
    if timeline.begun or fact.content.OPENS:
        return
    openers = [
        name
        for name, type_ in FACT_TYPES.items()
        if type_.OPENS and type_.stream_kind() == fact.kind
    ]
    raise NotOpenedError(
        f"{fact.stream} does not exist yet, and {fact.type} only continues a {fact.kind}",
        hint=hints(
            did_you_mean(fact.stream, others.known(fact.kind)),
            f"A {fact.kind} begins with {' or '.join(openers)}.",
        ),
    )
