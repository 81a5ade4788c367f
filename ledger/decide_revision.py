"""The rules for facts about facts: what is corrected, retracted, corroborated or disputed.

A correction must make the fact read as a fact of its type may read, at its place in the
timeline. A retraction must not pull the ground from under other facts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from ledger.envelope import Draft, Fact
from ledger.errors import (
    BuiltUponError,
    FieldError,
    LedgerError,
    NotLiveError,
    RuleError,
    SourceMissingError,
    UnknownReferenceError,
)
from ledger.facts.revision import FactCorrected, FactCorroborated, FactRetracted, Revision
from ledger.revision import Life, corrected, in_stored_form, plain_fields, root_of
from ledger.timeline import Timeline

MOST_NAMED = 10
"""Facts that an error names."""


def resolved(fact: Fact, timeline: Timeline) -> Fact:
    """The revision as it is recorded: a correction's values in their stored form.

    A correction or a retraction rests on the source of the fact that it is about unless it
    names another: most of them read the same document again. Raises a RuleError or InputError
    when it is not about a live fact of its stream, or changes nothing.
    """
    content = fact.content
    assert isinstance(content, Revision)
    life = _life_meant(content, timeline)
    if content.NEEDS_SOURCE and fact.source is None:
        raise SourceMissingError(
            f"{fact.type} of {content.ref} names no document",
            hint="Say which one with `source`: the id of a registered document.",
        )
    if isinstance(content, FactCorrected):
        root = _root_life(life, timeline)
        assert root.reading is not None
        content = in_stored_form(root.reading, content, corrects=life.reading)
        # A correction of the source rests on the document that it names.
        named = content.set.get("source")
        rests_on = named if isinstance(named, str) else root.reading.source
        return replace(fact, content=content, source=fact.source or rests_on)
    if isinstance(content, FactRetracted):
        assert life.reading is not None
        return replace(fact, source=fact.source or life.reading.source)
    if isinstance(life.fact.content, Revision):
        raise RuleError(
            f"{content.ref} is a {life.fact.type}, which states nothing of its own",
            hint=f"Name the fact that it is about: {life.fact.content.ref}.",
        )
    if isinstance(content, FactCorroborated) and fact.source == life.fact.source:
        raise RuleError(
            f"{content.ref} rests on {fact.source} already",
            hint="A corroboration names another document.",
        )
    return fact


def counts_anew(fact: Fact, timeline: Timeline) -> list[Fact]:
    """The facts that count, or read otherwise, once the revision is recorded: those that were
    corrected, and those that a retraction brings back. Every rule for facts holds for them.
    """
    before = {reading.ref: reading for reading in timeline.facts}
    return [
        replace(reading, recorded_at=fact.recorded_at)
        for reading in timeline.facts_with(fact)
        if before.get(reading.ref) != reading
    ]


def leaves_ground(fact: Fact, timeline: Timeline, citing: Callable[[str], Iterable[Fact]]) -> None:
    """Raise BuiltUponError when other facts rest on the one that is retracted.

    citing: the facts of other streams that name a stream.
    """
    if not isinstance(fact.content, FactRetracted):
        return
    built = [refused.ref for refused, _ in timeline.newly_refused(fact)]
    left = timeline.facts_with(fact)
    if left and not any(other.content.OPENS for other in left):
        built += [other.ref for other in left if other.ref not in built]
    if timeline.facts and not left:
        built += [other.ref for other in citing(fact.stream)]
    if built:
        more = len(built) - MOST_NAMED
        named = ", ".join(built[:MOST_NAMED]) + (f" and {more} more" if more > 0 else "")
        raise BuiltUponError(
            f"{fact.content.ref} cannot be retracted alone: {named} "
            f"build{'s' if len(built) == 1 else ''} on it",
            hint="Retract or correct those first, or use --force.",
        )


def recorded_before(draft: Draft, timeline: Timeline) -> Fact | None:
    """The recorded fact that says what the draft of a revision says, if there is one."""
    assert isinstance(draft.content, Revision)
    for fact in timeline.about(draft.content.ref):
        if fact.type == draft.content.TYPE and _same_revision(draft, fact, timeline):
            return fact
    return None


def _same_revision(draft: Draft, fact: Fact, timeline: Timeline) -> bool:
    new, old = draft.content, fact.content
    if draft.source is not None and draft.source != fact.source:
        return False
    if not (isinstance(new, FactCorrected) and isinstance(old, FactCorrected)):
        return new == old
    if (new.ref, new.reason) != (old.ref, old.reason) or not old.set.keys() <= new.set.keys():
        return False
    life = timeline.life_of(new.ref)
    if life is None:
        return False
    root = root_of(life.fact, timeline.recorded)
    try:
        reads = plain_fields(corrected(root, new.set))
    except LedgerError:
        return False
    return all(reads.get(name) == value for name, value in old.set.items())


def _life_meant(content: Revision, timeline: Timeline) -> Life:
    life = timeline.life_of(content.ref)
    if life is None:
        count = timeline.version
        raise UnknownReferenceError(
            f"{content.ref} is not recorded",
            hint=f"The newest fact of {timeline.stream} is @{count}."
            if count
            else f"Nothing is recorded of {timeline.stream}; `lsledger log` lists what is.",
        )
    if life.retraction is not None:
        raise NotLiveError(
            f"{content.ref} was retracted by {life.retraction.ref}",
            hint=f"To bring it back, retract {life.retraction.ref}.",
        )
    return life


def _root_life(life: Life, timeline: Timeline) -> Life:
    """The life of the fact that a correction of a correction ends at."""
    if isinstance(life.fact.content, Revision) and not isinstance(life.fact.content, FactCorrected):
        raise FieldError(
            f"{life.fact.ref} is a {life.fact.type} and cannot be corrected",
            hint="Retract it, and record it anew as it should be.",
        )
    root = timeline.life_of(root_of(life.fact, timeline.recorded).ref)
    assert root is not None
    if root.retraction is not None:
        raise NotLiveError(
            f"{root.fact.ref} was retracted by {root.retraction.ref}",
            hint=f"To bring it back, retract {root.retraction.ref}.",
        )
    return root
