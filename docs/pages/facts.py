"""The page of the facts: every type with its fields, the values, and how statuses follow."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import fields

from docs.pages import lifecycles, reference_data, revisions, values
from docs.pages.field_types import FIELDS, fields_of, in_words
from docs.pages.markdown import anchor, code, codes, link, page, sentence, table, yes
from ledger.envelope import Draft, Fact
from ledger.facts import FACT_TYPES, STREAM_KINDS, FactContent
from ledger.fields import ENVELOPE_HELP, Envelope, Identity

ADDED = {
    "seq": "Its place in the whole sequence, from 1, without gaps; cited as `#12`.",
    "version": "Its place in its stream, from 1; cited as `plant:acme-north@2`.",
    "recorded_at": "When this ledger learned it: UTC, never decreasing along the sequence.",
    "actor": "Who recorded it.",
    "forced": "The codes of the rules that `--force` overrode; empty as a rule.",
}

STREAMS = {
    "source": "The documents that facts rest on.",
    "company": "Who the parties are, and who owns them.",
    "contract": "From first talks to the end of the term.",
    "investment": "From the plan to the money spent.",
    "plant": "From a name in a text to the end of operation. Completed is not operating, nameplate "
    "capacity is not production, and two plants at one place are two streams.",
    "promise": "What was said to come, by when, and what came of it. A plan does not come true by "
    "the passing of its date.",
    "context": "What texts say of markets, countries and companies beside all that.",
}


def facts() -> str:
    """The page."""
    headings = (
        *("The envelope", *map(_heading, STREAM_KINDS), revisions.HEADING, *values.HEADINGS),
        *(reference_data.HEADING, reference_data.UNITS_HEADING),
    )
    return page(
        "# Facts",
        "A fact is what one document says of one stream: a contract, an investment, a plant, a "
        "promise, a company, a source, or the context. Facts are added and never changed. The "
        "state of a stream is the fold of its facts in the order in which they happened.",
        "`lsledger record TYPE ID` takes the fields of a type as options (`--field-name`); import "
        "files take them as keys. `lsledger schema` prints all of this as JSON Schema.",
        f"Contents: {' · '.join(map(link, headings))}",
        *_envelope(),
        *(part for kind in STREAM_KINDS for part in _stream(kind)),
        *revisions.sections(),
        *values.sections(),
        *reference_data.sections(),
    )


def _envelope() -> list[str]:
    given = [
        (code(name), in_words(model, name), _envelope_needs(name), ENVELOPE_HELP[name])
        for model in (Identity, Envelope)
        for name in model.model_fields
    ]
    own = {field.name for field in fields(Fact)} - {field.name for field in fields(Draft)}
    added = [(code(f.name), ADDED[f.name]) for f in fields(Fact) if f.name in own]
    return [
        "## The envelope",
        "Every fact can carry these beside the fields of its type:",
        table(FIELDS, given),
        "The ledger adds these when it records a fact:",
        table(("field", "meaning"), added),
        "A fact has three times: when it happened (`on`), when the public could know it (its "
        "source's `published`), and when the ledger learned it (`recorded_at`). `--as-of`, "
        "`--public-at` and `--known-at` cut by them.",
    ]


def _envelope_needs(name: str) -> str:
    about_facts = f"yes; `ref` instead where it is one of the {link(revisions.HEADING)}"
    return {"id": about_facts, "on": "by most types"}.get(name, "no")


def _heading(kind: str) -> str:
    return f"{kind.capitalize()} facts"


def _stream(kind: str) -> list[str]:
    types = [model for model in FACT_TYPES.values() if model.stream_kind() == kind]
    bases = Counter(map(_base, types))
    shared = [base for base, count in bases.items() if count > 1 and base.model_fields]
    parts = [f"## {_heading(kind)}", STREAMS[kind]]
    parts.append(table(TYPES, (_overview(model, shared) for model in types)))
    parts += lifecycles.section(kind)
    for base in shared:
        parts += _shared_fields(base, [model for model in types if _base(model) is base])
    for model in types:
        if not _adds_nothing(model, shared):
            parts += [f"### {model.TYPE}", *_own_fields(model, shared)]
    return parts


TYPES = ("type", "version", "meaning", "opens a stream", "needs `on`", "may be dated ahead")


def _overview(model: type[FactContent], shared: Sequence[type[FactContent]]) -> tuple[str, ...]:
    place = _shared_heading(_base(model)) if _adds_nothing(model, shared) else model.TYPE
    return (
        f"[{code(model.TYPE)}](#{anchor(place)})",
        str(model.VERSION),
        sentence(model.__doc__),
        yes(model.OPENS),
        yes(model.NEEDS_DATE),
        yes(model.MAY_BE_DATED_AHEAD),
    )


def _shared_fields(base: type[FactContent], users: Sequence[type[FactContent]]) -> Iterator[str]:
    yield f"### {_shared_heading(base)}"
    yield f"Fields of {codes(model.TYPE for model in users)}:"
    yield table(FIELDS, _fields(base, ()))


def _own_fields(model: type[FactContent], shared: Sequence[type[FactContent]]) -> Iterator[str]:
    base = _base(model)
    left_out = tuple(base.model_fields) if base in shared else ()
    if left_out:
        yield f"Beside the fields of {link(_shared_heading(base))}:"
    if rows := _fields(model, left_out):
        yield table(FIELDS, rows)
    else:
        yield "No fields of its own."


def _adds_nothing(model: type[FactContent], shared: Sequence[type[FactContent]]) -> bool:
    """Whether all that it has are shared fields."""
    base = _base(model)
    return base in shared and not set(model.model_fields) - set(base.model_fields)


def _base(model: type[FactContent]) -> type[FactContent]:
    """The class that a fact type shares its first fields with."""
    return next(
        c for c in model.__mro__[1:] if issubclass(c, FactContent) and "TYPE" not in vars(c)
    )


def _shared_heading(base: type[FactContent]) -> str:
    return sentence(base.__doc__).partition(".")[0]


def _fields(model: type[FactContent], left_out: tuple[str, ...]) -> list[tuple[str, ...]]:
    return [row for name, row in fields_of(model).items() if name not in left_out]
