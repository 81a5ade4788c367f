"""Which facts count, and how they read: corrections, retractions, and what stands behind them.

A fact counts unless a live retraction names it. It reads as the live corrections that name
it make it read, one after the other. Corrections and retractions are facts too: they can
be corrected and retracted themselves, and retracting one brings back what was before it.
A corrected fact keeps its reference, and with it its place in the order.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from operator import attrgetter
from typing import Any

from ledger.codec import upcast
from ledger.envelope import Fact
from ledger.errors import CollectedError, FieldError, InputError, NothingChangesError, did_you_mean
from ledger.facts.revision import (
    FactCorrected,
    FactCorroborated,
    FactDisputed,
    FactRetracted,
    Revision,
)
from ledger.fields import Envelope, validated
from ledger.values.stored import stored_by


@dataclass(frozen=True, slots=True)
class Life:
    """One recorded fact and what came of it, among the facts that a cut sees.

    reading: the fact as it now reads, or None when it is retracted. corrections: those that
    are live, in the order in which they apply. retraction: the live one, if there is one.
    """

    fact: Fact
    reading: Fact | None
    corrections: tuple[Fact, ...] = ()
    retraction: Fact | None = None
    corroborations: tuple[Fact, ...] = ()
    disputes: tuple[Fact, ...] = ()

    @property
    def status(self) -> str:
        """live, corrected or retracted."""
        if self.reading is None:
            return "retracted"
        return "corrected" if self.corrections else "live"


def lives(facts: Sequence[Fact]) -> list[Life]:
    """What came of each fact of one stream, in recorded order."""
    if not any(isinstance(fact.content, Revision) for fact in facts):
        return [Life(fact, fact) for fact in sorted(facts, key=_seq)]
    about: dict[str, list[Life]] = {}
    found: dict[str, Life] = {}
    # Whatever is said about a fact is recorded after it: from the newest back, the life of
    # every revision is known before the fact that it is about.
    for fact in sorted(facts, key=_seq, reverse=True):
        life = found[fact.ref] = _life(fact, about.get(fact.ref, ()))
        if isinstance(fact.content, Revision):
            about.setdefault(fact.content.ref, []).append(life)
    return [found[fact.ref] for fact in sorted(facts, key=_seq)]


_seq = attrgetter("seq")


def readings(facts: Sequence[Fact]) -> list[Fact]:
    """The facts of one stream that count, as they now read; without those about other facts."""
    if not any(isinstance(fact.content, Revision) for fact in facts):
        return list(facts)
    return [
        life.reading
        for life in lives(facts)
        if life.reading is not None and not isinstance(life.reading.content, Revision)
    ]


def root_of(fact: Fact, facts: Iterable[Fact]) -> Fact:
    """The fact that a chain of corrections began with; the fact itself if it is none."""
    by_ref = {other.ref: other for other in facts}
    while isinstance(fact.content, FactCorrected):
        fact = by_ref[fact.content.ref]
    return fact


def corrected(fact: Fact, changes: dict[str, Any]) -> Fact:
    """The fact as it reads with the changes.

    Raises InputErrors for fields that its type does not have or values they do not take.
    """
    if isinstance(fact.content, FactCorrected):
        content = fact.content.model_copy(update={"set": {**fact.content.set, **changes}})
        return replace(fact, content=content)
    model = type(fact.content)
    before = plain_fields(fact)
    # Of a field that takes several values, one alone may be given without a list around it.
    changes = {
        name: [value] if isinstance(before.get(name), list) and isinstance(value, str) else value
        for name, value in changes.items()
    }
    parsed = validated(model, {**before, **changes}, (Envelope, model))
    return replace(fact, content=parsed[model], **dict(parsed[Envelope]))


def plain_fields(fact: Fact) -> dict[str, Any]:
    """The fields of a fact side by side, in their stored form."""
    envelope = Envelope(**{name: getattr(fact, name) for name in Envelope.model_fields})
    parts = (stored_by(part.model_dump, mode="json") for part in (envelope, fact.content))
    return {name: value for part in parts for name, value in part.items()}


def in_stored_form(
    reading: Fact, correction: FactCorrected, corrects: Fact | None = None
) -> FactCorrected:
    """The correction with its values as they are stored, and without what it does not change.

    reading: the fact as it reads before it. corrects: the correction that it corrects, as
    that reads; later corrections of the fact may say otherwise than this one. Raises
    InputErrors for fields that the fact does not have, NothingChangesError when nothing is
    left.
    """
    before = plain_fields(reading)
    for name in correction.set:
        if name not in before:
            raise FieldError(
                f"{reading.type} has no field {name!r} to correct",
                hint=did_you_mean(name, before) or f"Its fields: {', '.join(before)}.",
            )
    if corrects is not None and isinstance(corrects.content, FactCorrected):
        before |= corrects.content.set
    after = plain_fields(corrected(reading, correction.set))
    changed = {name: after[name] for name in correction.set if after[name] != before[name]}
    if not changed:
        raise NothingChangesError(
            f"{correction.ref} reads so already",
            hint=f"`lsledger log {correction.ref}` shows how it reads.",
        )
    return correction.model_copy(update={"set": changed, "type_version": reading.content.VERSION})


def _life(fact: Fact, about: Iterable[Life]) -> Life:
    live = [life.reading for life in about if life.reading is not None]
    live.sort(key=lambda revision: revision.seq)

    def of(kind: type[Revision]) -> tuple[Fact, ...]:
        return tuple(revision for revision in live if isinstance(revision.content, kind))

    reading = fact
    for correction in of(FactCorrected):
        reading = _applied(reading, correction)
    retractions = of(FactRetracted)
    return Life(
        fact=fact,
        reading=None if retractions else reading,
        corrections=of(FactCorrected),
        retraction=retractions[0] if retractions else None,
        corroborations=of(FactCorroborated),
        disputes=of(FactDisputed),
    )


def _applied(reading: Fact, correction: Fact) -> Fact:
    """The reading with the correction; without it where it does not fit.

    It fitted when it was recorded. A cut that does not see an earlier correction, on which
    it builds, does not see this one either.
    """
    content = correction.content
    assert isinstance(content, FactCorrected)
    try:
        changes = upcast(type(reading.content), content.type_version, content.set)
        return corrected(reading, changes)
    except (InputError, CollectedError):
        return reading
