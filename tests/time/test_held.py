"""What is held of streams in memory decides nothing: timelines, outlines, or neither."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import fields, replace
from datetime import date, timedelta
from importlib import import_module
from itertools import product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.synthetic import generate
from ledger import timelines
from ledger.batch import Batch
from ledger.envelope import Draft, Fact
from ledger.errors import RuleError
from ledger.facts import FACT_TYPES
from ledger.fields import draft as draft_of
from ledger.intake import jsonl_file
from ledger.kept import Kept, Rehearsal
from ledger.lifecycle import NOTHING_YET
from ledger.outline import DECIDED_BY, Outline, outline_of
from ledger.stated import Stated
from ledger.store import Store, stored_event
from ledger.streams import KINDS, begin, kind_of
from ledger.timeline import Timeline
from ledger.values import PartialDate
from tests.time.given import ACTOR, draft, morning
from tests.time.random_facts import TRIES, Template
from tests.time.random_portfolios import (
    FACTS,
    FIRST,
    SOURCES,
    Step,
    beginning,
    portfolios,
    record_steps,
    revisions,
    statements,
)

ROOMY = {"MOST_HELD": 10_000, "FEWEST_HELD": 100, "MOST_OUTLINED": 100, "CHUNK": 500}


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Template:
    """The ledger that all others begin with."""
    return beginning(tmp_path_factory.mktemp("held"))


@st.composite
def going_on(draw: st.DrawFn) -> list[Step]:
    """Mostly one fact after the other of a few streams, with some that come late or twice, and
    something said about a few of them.
    """
    kinds = draw(st.sets(st.sampled_from(("plant", "promise", "contract")), min_size=1))
    types = [name for name in FACTS if name.partition(".")[0] in kinds]
    own = statements(types=types)
    steps = draw(st.lists(own, min_size=8, max_size=30))
    for at in draw(st.sets(st.integers(0, 29), max_size=3)):
        steps[at % len(steps)] = draw(revisions())
    day = date(2025, 1, 1)
    for at, step in enumerate(steps):
        if "on" in step.fields and draw(st.integers(0, 6)):
            day += timedelta(days=draw(st.integers(0, 2)))
            steps[at] = replace(step, fields={**step.fields, "on": day.isoformat()})
    return steps


def narrow() -> st.SearchStrategy[dict[str, int]]:
    """Room in memory for a few streams."""
    few = st.integers(0, 3)
    return st.fixed_dictionaries(
        {
            "MOST_HELD": st.integers(0, 12),
            "FEWEST_HELD": few,
            "MOST_OUTLINED": few | st.just(100),
            "CHUNK": st.integers(1, 9),
        }
    )


Told = tuple[list[Fact], list[tuple[Draft, Fact]], list[str], set[str]]


def decided(store: Store, drafts: Sequence[Draft], room: dict[str, int], *, force: bool) -> Told:
    """What comes of an input: facts, what is known already, errors in full, streams in doubt."""
    with pytest.MonkeyPatch.context() as patch, store.writing() as writer:
        for name, most in room.items():
            patch.setattr(timelines, name, most)
        rehearsal = Rehearsal(writer)
        kept = Kept(rehearsal)
        batch = Batch(rehearsal, ACTOR, morning("2026-03-04"), force, {}, kept)
        for one in drafts:
            batch.take(one)
        batch.timelines.store()
        told = [f"{error.code} {error} {error.hint} {error.where}" for error in batch.errors]
        facts = list(rehearsal.put_aside())
        assert facts == list(kept.told())
        return facts, batch.already, told, batch.doubtful


def draft_of_step(step: Step, cited: Sequence[str]) -> Draft:
    """The draft of a step; one about a fact names one of those that are cited."""
    fields = dict(step.fields)
    if step.type.startswith("fact.") and "ref" not in fields:
        fields["ref"] = cited[step.pick % len(cited)]
        if "set" in fields:
            fields["set"] = dict(list(fields["set"].items())[:1])
    made = draft_of(step.type, fields)
    assert isinstance(made, Draft)
    return made


CITED = [f"{name}@{version}" for version in (1, 2, 3) for name in ("plant:p1", "plant:p2")]
CITED += [f"source:{name}@1" for name in SOURCES] + ["contract:c1@2", "promise:x1@1"]


@settings(max_examples=4 * TRIES)
@given(
    taken=going_on() | portfolios(),
    before=st.integers(0, 9),
    again=st.integers(0, 5),
    room=narrow(),
    force=st.booleans(),
)
def test_the_same_is_decided_whatever_is_held(
    template: Template,
    taken: list[Step],
    before: int,
    again: int,
    room: dict[str, int],
    force: bool,
) -> None:
    """Facts, errors, and what is known already are the same, however few streams are held."""
    with template.copied() as store:
        record_steps(store, taken[:before])
        steps = [*taken[before:], *taken[:again]]
        drafts = [draft_of_step(step, CITED) for step in steps]
        roomy = decided(store, drafts, ROOMY, force=force)
        assert decided(store, drafts, room, force=force) == roomy


@settings(max_examples=2 * TRIES)
@given(taken=going_on() | portfolios())
def test_an_outline_takes_only_what_the_timeline_takes(
    template: Template, taken: list[Step]
) -> None:
    """Of each stream: what an outline takes is new and may stand; and an outline that
    was carried on is the one that is made of the timeline with the fact.
    """
    with template.copied() as store:
        record_steps(store, taken)
        _follow(store.facts())


def test_an_outline_can_be_carried_on_through_whole_lifecycles() -> None:
    """Of streams that are suspended, go on and end, it stays the one of the timeline, and takes
    most facts.
    """
    facts = []
    for seq, stated in enumerate(generate(3_000), start=1):
        made = jsonl_file.draft_of_object(json.dumps(stated), "synthetic")
        assert isinstance(made, Draft)
        fact = Fact(seq, made.stream, seq, morning("2026-03-04"), ACTOR, made.content)
        facts.append(replace(fact, on=made.on, source=made.source))
    promise = {"by": "acme", "statement": "more", "measure": "supply", "wording": "aims"}
    for at, word in enumerate(("made", "kept", "missed", "kept", "missed")):
        fields = {**promise, "recurring": True} if word == "made" else {}
        made = draft(f"promise.{word}", {"id": "again", "on": f"2025-01-{at + 1:02}", **fields})
        fact = Fact(9_000 + at, made.stream, at + 1, facts[-1].recorded_at, ACTOR, made.content)
        facts.append(replace(fact, on=made.on))
    assert _follow(facts) > 0.7 * len(facts)


def _follow(facts: Iterable[Fact]) -> int:
    """Place facts on their timelines, and in outlines as far as these take them; how many do."""
    taken = 0
    known: dict[str, tuple[Timeline, Outline | None]] = {}
    for fact in facts:
        timeline, outline = known.get(fact.stream, (Timeline(fact.stream), None))
        if outline is not None and outline.takes(fact):
            taken += 1
            assert timeline.saying(_as_draft(fact)) is None
            timeline.admit(fact)
            outline.place(fact)
            timeline.place(fact)
            assert _inside(outline) == _inside(outline_of(timeline))
        else:
            timeline.place(fact)
            outline = outline_of(timeline)
        known[fact.stream] = timeline, outline
    return taken


def _as_draft(fact: Fact) -> Draft:
    return Draft(fact.stream, fact.content, fact.on, fact.source)


def _inside(outline: Outline | None) -> list[Any]:
    """All but how far back it is certain: one that is made anew may see less far."""
    return [getattr(outline, name) for name in Outline.__slots__ if name != "_since"]


def test_an_outline_admits_only_what_it_was_asked_for() -> None:
    """Given a fact that it takes, another one is not decided on it, and the same one not twice."""
    first, second, third = (
        Fact(seq, "plant:p", seq, morning("2026-03-04"), ACTOR, made.content, on=made.on)
        for seq in (1, 2, 3)
        for made in [draft("plant.named", {"id": "p", "on": f"2025-0{seq}", "name": f"P{seq}"})]
    )
    outline = outline_of(Timeline("plant:p", [first]))
    assert outline is not None
    with pytest.raises(AssertionError):
        outline.admit(second)
    assert outline.takes(second)
    with pytest.raises(AssertionError):
        outline.admit(third)
    outline.admit(second)
    outline.place(second)
    with pytest.raises(AssertionError):
        outline.admit(second)


@pytest.mark.parametrize("kind", KINDS)
def test_no_decision_looks_at_more_than_an_outline_keeps(kind: str) -> None:
    """Given a state of which everything is known, at each status, each type of fact is refused or
    taken, and changes what decides, just as where only what an outline keeps is known.
    """
    types = [type_ for type_ in FACT_TYPES.values() if type_.stream_kind() == kind]
    for full in _full_states(f"{kind}:a"):
        own = {name: getattr(full, name) for name in DECIDED_BY if hasattr(full, name)}
        kept = replace(begin(full.stream), **own)
        for type_, day, source in product(types, ("2024", "2025", "2026"), (None, "s", "other")):
            fact = Fact(9, full.stream, 9, morning("2026-03-04"), ACTOR, type_.model_construct())
            fact = replace(fact, on=PartialDate.parse(day), source=source)
            assert _comes_of(kept, fact) == _comes_of(full, fact), (own, fact)


def _full_states(stream: str) -> Iterator[Any]:
    """States in which every field is stated, one with each status that there is and one without."""
    steps = getattr(import_module(f"ledger.{stream.partition(':')[0]}"), "STEPS", {})
    after = {status for step in steps.values() for status in step.after} - {NOTHING_YET}
    words = sorted(after | {step.to for step in steps.values() if step.to is not None})
    for word, before, again in product((None, *words), (None, *words), (None, True, False)):
        given = {"status": word, "before_suspension": before, "recurring": again}
        state: Any = begin(stream)
        yield replace(
            state,
            **{
                field.name: _said(given.get(field.name, "said"))
                for field in fields(state)
                if field.name != "stream" and field.default != ()
            },
        )


def _said(value: Any) -> Stated[Any] | None:
    if value is None:
        return None
    return Stated(value, "plant:b@1", PartialDate.parse("2025"), "s")


def _comes_of(state: Any, fact: Fact) -> tuple[str, list[Any]]:
    """The error, if there is one; and what decides of the state that follows."""
    kind = kind_of(fact.stream)
    try:
        kind.decide(state, fact)
        told = ""
    except RuleError as error:
        told = f"{error} {error.hint}"
    return told, [getattr(kind.evolve(state, fact), name, None) for name in DECIDED_BY]


def test_an_outline_is_used(template: Template, monkeypatch: pytest.MonkeyPatch) -> None:
    """The facts of a stream that was let go of are not read again for one that comes last, or late
    without a change of status; for one that was said before they are.
    """
    monkeypatch.setattr(timelines, "MOST_HELD", 1)
    monkeypatch.setattr(timelines, "FEWEST_HELD", 1)
    read = []

    class Watched(Rehearsal):
        def stream(self, name: str) -> list[Fact]:
            read.append(name)
            return super().stream(name)

    def stated(id_: str, on: str) -> Draft:
        return draft("plant.capacity_stated", {"id": id_, "on": on, "capacity": "5 kt/yr"})

    days = [f"2025-01-{day:02}" for day in range(1, 9)]
    with template.copied() as store, store.writing() as writer:
        rehearsal = Watched(writer)
        batch = Batch(rehearsal, ACTOR, morning("2026-03-04"), False, {}, Kept(rehearsal))
        for on in days:
            for id_ in ("p1", "p2"):
                batch.take(stated(id_, on))
        assert (batch.errors, sorted(read)) == ([], ["plant:p1", "plant:p2"])
        batch.timelines.store()
        assert len(list(rehearsal.facts())) == FIRST + 2 * len(days)
        batch.take(stated("p1", "2025-01-03"))
        batch.take(stated("p2", "2025-01-04~"))
        assert (batch.known_already, sorted(read)) == (1, ["plant:p1", "plant:p1", "plant:p2"])


def test_no_more_outlines_are_held_than_there_is_room_for(
    template: Template, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An outline that was let go of while a fact was decided on it takes the place of another."""
    monkeypatch.setattr(timelines, "MOST_HELD", 1)
    monkeypatch.setattr(timelines, "FEWEST_HELD", 1)
    monkeypatch.setattr(timelines, "MOST_OUTLINED", 1)
    with template.copied() as store, store.writing() as writer:
        held = timelines.Timelines(Rehearsal(writer))

        def stated(id_: str, seq: int) -> Fact:
            made = draft("plant.named", {"id": id_, "on": f"2025-01-{seq:02}", "name": f"N{seq}"})
            return Fact(
                FIRST + seq, made.stream, seq, morning("2026-03-04"), ACTOR, made.content, made.on
            )

        for id_ in ("o1", "o2"):
            held.place(fact := stated(id_, 1), stored_event(fact), held.of(fact.stream))
        outline = held.outline("plant:o1")
        assert outline is not None
        fact = stated("o1", 2)
        assert outline.takes(fact)
        held.of("plant:o3")  # plant:o2 is let go of for it, and its outline takes the place
        assert held.outline("plant:o1") is None
        held.place(fact, stored_event(fact), outline)
        assert held.outline("plant:o1") is outline
        assert held.outline("plant:o2") is None


def test_what_was_retracted_is_not_recorded_again(
    template: Template, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A stream with facts about facts has no outline: an input that is read again, the last fact
    of which was retracted meanwhile, is known already.
    """
    monkeypatch.setattr(timelines, "MOST_HELD", 1)
    monkeypatch.setattr(timelines, "FEWEST_HELD", 1)
    stated = {"id": "p1", "on": "2025-01-03", "capacity": "5 kt/yr"}
    capacity = draft("plant.capacity_stated", stated)
    other = draft("plant.capacity_stated", {**stated, "id": "p2"})
    retracted = draft("fact.retracted", {"ref": "plant:p1@2", "reason": "read again"})
    with template.copied() as store, store.writing() as writer:
        rehearsal = Rehearsal(writer)
        batch = Batch(rehearsal, ACTOR, morning("2026-03-04"), False, {}, Kept(rehearsal))
        for one in (capacity, retracted, other, capacity):
            batch.take(one)
        assert (batch.errors, batch.facts.new, batch.known_already) == ([], 3, 1)
