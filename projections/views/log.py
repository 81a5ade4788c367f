"""The log: one row a fact, in the order they were recorded."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

from ledger.cut import time_text
from ledger.values import PartialDate, Party
from ledger.values.stored import stored_by, stored_text
from projections.basis import Grounds, stated_by
from projections.view import Behind, Question, View

if TYPE_CHECKING:
    from ledger.envelope import Fact
    from ledger.facts import FactContent
    from ledger.revision import Life

NAMING = ("name", "title", "statement")
"""Fields that tell by themselves what a fact is about; they come first, without their name."""

ENVELOPE = ("on", "source", "locator", "quote", "note", "tags")

LONGEST_WHAT = 160
"""Characters of the summary in `what`."""


class Row(NamedTuple):
    """One recorded fact."""

    seq: Annotated[int, "Its place in the whole sequence."]
    ref: Annotated[str, "How to cite it: kind:id@version."]
    stream: Annotated[str, "Its stream."]
    type: Annotated[str, "Its type."]
    on: Annotated[PartialDate | None, "When it happened."]
    recorded_at: Annotated[str, "When it was recorded; UTC."]
    actor: Annotated[str, "Who recorded it."]
    source: Annotated[str | None, "Id of the document it rests on."]
    published: Annotated[PartialDate | None, "When that document was published."]
    what: Annotated[str, "What it said when it was recorded, in short."]
    reads: Annotated[str | None, "What it says now, where it was corrected."]
    company: Annotated[tuple[Party, ...], "The companies it names."]
    locator: Annotated[str | None, "Where in the document."]
    quote: Annotated[str | None, "The document's words."]
    note: Annotated[str | None, "A remark of the person who recorded it."]
    tags: Annotated[tuple[str, ...], "Free labels."]
    forced: Annotated[tuple[str, ...], "Rules that were overridden."]
    status: Annotated[str, "live, corrected or retracted."]
    revised_by: Annotated[tuple[str, ...], "The live corrections or the retraction of it."]
    corroborated_by: Annotated[tuple[str, ...], "The facts that corroborate it."]
    disputed_by: Annotated[tuple[str, ...], "The facts that dispute it."]
    content: Annotated[dict[str, Any], "The fact's own fields."]


def of_fact(life: Life, published: PartialDate | None) -> Row:
    """The row of a fact, as it was recorded; `published` is the date of its source."""
    fact = life.fact
    revisions = (life.retraction,) if life.retraction is not None else life.corrections
    return Row(
        seq=fact.seq,
        ref=fact.ref,
        stream=fact.stream,
        type=fact.type,
        on=fact.on,
        recorded_at=time_text(fact.recorded_at),
        actor=fact.actor,
        source=fact.source,
        published=published,
        what=what(fact),
        reads=_changed(life),
        company=_companies(fact),
        locator=fact.locator,
        quote=fact.quote,
        note=fact.note,
        tags=fact.tags,
        forced=fact.forced,
        status=life.status,
        revised_by=_refs(revisions),
        corroborated_by=_refs(life.corroborations),
        disputed_by=_refs(life.disputes),
        content=stored_by(fact.content.model_dump, mode="json", exclude_none=True),
    )


def _refs(facts: tuple[Fact, ...]) -> tuple[str, ...]:
    return tuple(fact.ref for fact in facts) if facts else ()


def behind_fact(row: Row, question: Question) -> Behind:
    """The facts that said something about it, and what states when its document appeared."""
    source = row.stream if row.stream.startswith("source:") else f"source:{row.source}"
    published = getattr(question.state_of(source), "published", None)
    revised = Grounds((row.ref, *row.revised_by), "derived")
    return {
        "published": stated_by(published),
        "reads": revised,
        "status": revised,
        "revised_by": Grounds(row.revised_by),
        "corroborated_by": Grounds(row.corroborated_by),
        "disputed_by": Grounds(row.disputed_by),
    }


def what(fact: Fact) -> str:
    """What a fact says, in one short line."""
    said = []
    content = fact.content.__dict__
    for name in _telling(type(fact.content)):
        value = content[name]
        if not value:  # nothing is stated; what is stated is never blank
            continue
        text = _text(value)
        said.append(text if name in NAMING else f"{name}: {text}")
    line = " ".join("; ".join(said).split())
    return line if len(line) <= LONGEST_WHAT else f"{line[: LONGEST_WHAT - 1]}…"


@cache
def _telling(content: type[FactContent]) -> tuple[str, ...]:
    """The fields that tell a person something, in the order in which they are told."""
    told = (name for name in content.model_fields if name not in content.FILLED_IN)
    return tuple(sorted(told, key=lambda name: name not in NAMING))


def _changed(life: Life) -> str | None:
    """The fields that read otherwise now, and what they said before."""
    now = life.reading
    if now is None or not life.corrections:
        return None
    changes = []
    for name in (*type(now.content).model_fields, *ENVELOPE):
        before, after = _said(life.fact, name), _said(now, name)
        if before != after:
            changes.append(f"{name}: {after or 'left out'} (was {before or 'left out'})")
    return "; ".join(changes) or None


def _said(fact: Fact, name: str) -> str:
    value = getattr(fact if name in ENVELOPE else fact.content, name)
    return "" if value is None else _text(value)


def _text(value: Any) -> str:
    if isinstance(value, tuple):
        return ", ".join(_text(item) for item in value)
    if isinstance(value, dict):
        return ", ".join(f"{name} {stored_text(item)}" for name, item in value.items())
    return str(value.text() if hasattr(value, "text") else value)


def _companies(fact: Fact) -> tuple[Party, ...]:
    found = [Party.parse(fact.stream.partition(":")[2])] if fact.kind == "company" else []
    for value in fact.content.__dict__.values():
        for item in value if isinstance(value, tuple) else (value,):
            if isinstance(item, Party) and item not in found:
                found.append(item)
    return tuple(found)


VIEW = View(
    name="log",
    title="Audit history",
    kinds=(),
    row=Row,
    of_fact=of_fact,
    behind_fact=behind_fact,
    keys=("ref",),
    factless=("seq", "ref", "stream", "recorded_at", "actor"),
    brief=(
        "seq",
        "recorded_at",
        "actor",
        "ref",
        "type",
        "on",
        "what",
        "source",
        "revised_by",
        "reads",
    ),
)
