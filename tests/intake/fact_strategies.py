"""Random facts of every type, made from the models: whatever can be recorded."""

from __future__ import annotations

from typing import Annotated, Any, get_args, get_origin, get_type_hints

from hypothesis import strategies as st
from pydantic import AfterValidator

from cli.record_type import choices, plain_type
from ledger.facts import FACT_TYPES, FactContent
from ledger.facts.content import CountryCode, Line, MaterialId, Prose, StageId, StreamName
from ledger.facts.revision import FactCorrected, Revision
from ledger.reference.countries import COUNTRIES
from ledger.reference.stages import MATERIALS, STAGES
from ledger.values import Money, PartialDate, Party, Quantity
from ledger.values.text import check_text
from tests.values import strategies as values

Fields = dict[str, Any]
"""The fields of a fact as they stand in an import file."""

COMPANIES = ("acme", "beta-2")
SOURCES = ("acme-2025", "beta-2026")
STREAMS = ("plant:north", "contract:supply", "investment:expansion")
REFS = tuple(f"{stream}@1" for stream in STREAMS)
CORRECTED = "plant.named"
"""The type of the fact that the first reference cites, which random corrections correct."""


def lines(limit: int = 100) -> st.SearchStrategy[str]:
    """One line of any printable text."""
    return values.descriptions(limit)


def prose() -> st.SearchStrategy[str]:
    """Text with line breaks and tabs, also at its ends."""
    letters = st.one_of(
        st.characters(exclude_categories=("C", "Zl", "Zp")), st.sampled_from("\n\t \"'\\{}[]#:")
    )
    return st.text(letters, min_size=1, max_size=80).map(check_text).filter(lambda t: t.strip())


def _function(alias: Any) -> Any:
    """The validator that tells one kind of text from another."""
    for part in get_args(alias)[1:]:
        if isinstance(part, AfterValidator):
            return part.func
    return None


ARCHIVED = "media_type"
"""A field that only a source whose document is in the archive may state."""

TEXTS: dict[Any, st.SearchStrategy[str]] = {
    _function(Line): lines(),
    _function(Prose): prose(),
    _function(CountryCode): st.sampled_from(sorted(COUNTRIES)),
    _function(MaterialId): st.sampled_from(sorted(MATERIALS)),
    _function(StageId): st.sampled_from(sorted(STAGES)),
    _function(StreamName): st.sampled_from(STREAMS),
}
PATTERNS: dict[str, st.SearchStrategy[str]] = {
    "url": st.from_regex(r"https?://[a-z0-9./?&=#%-]{1,50}", fullmatch=True),
    "language": st.sampled_from(["en", "ko", "vi", "zh-Hant", "de-CH-1996"]),
    "sha256": st.from_regex(r"[0-9a-f]{64}", fullmatch=True),
    "lei": st.from_regex(r"[A-Z0-9]{18}[0-9]{2}", fullmatch=True),
}


def parties() -> st.SearchStrategy[Party]:
    """Registered companies, stated or inferred, and unnamed parties."""
    named = st.builds(
        lambda id_, inferred: Party(company=id_, inferred=inferred),
        st.sampled_from(COMPANIES),
        st.booleans(),
    )
    return st.one_of(named, lines().map(lambda text: Party(unnamed=text)))


def written(value: Any) -> st.SearchStrategy[Any]:
    """The forms in which a value can stand in a file: as text and, for amounts, as an object."""
    if isinstance(value, Money | Quantity):
        return st.sampled_from([value.text(), value.to_stored()])
    return st.just(value.edtf if isinstance(value, PartialDate) else str(value))


VALUES: dict[Any, st.SearchStrategy[Any]] = {
    PartialDate: values.partial_dates().flatmap(written),
    Money: values.money().flatmap(written),
    Quantity: values.quantities().flatmap(written),
    Party: parties().flatmap(written),
    bool: st.booleans(),
}


def _of(name: str, hint: Any) -> st.SearchStrategy[Any]:
    """The values of one field, from its annotation."""
    type_, many = plain_type(hint)
    if name in PATTERNS:
        return PATTERNS[name]
    if type_ in VALUES:
        one = VALUES[type_]
    elif words := choices(type_):
        one = st.sampled_from(words)
    else:
        one = TEXTS[_validator_in(hint)]
    return st.lists(one, min_size=1, max_size=3) if many else one


def _validator_in(hint: Any) -> Any:
    if get_origin(hint) is Annotated and (found := _function(hint)):
        return found
    for part in get_args(hint):
        if part is not type(None) and (found := _validator_in(part)):
            return found
    return None


def identity(model: type[FactContent]) -> str:
    """The field that says what a fact is about: a stream, or another fact."""
    return "ref" if issubclass(model, Revision) else "id"


def changes() -> st.SearchStrategy[Fields]:
    """What a correction sets: some fields of the corrected fact, some of them to nothing."""
    left_out = st.dictionaries(st.sampled_from(["name", "place", "note"]), st.none(), max_size=2)
    return st.builds(
        lambda given, absent: {**given, **absent, "locator": given.get("locator", "p. 2")},
        facts(FACT_TYPES[CORRECTED], "zz-new"),
        left_out,
    ).map(lambda found: {name: value for name, value in found.items() if name != "id"})


@st.composite
def facts(draw: st.DrawFn, model: type[FactContent], id_: str) -> Fields:
    """The type's own fields and the envelope's, as a program would write them.

    A fact about a fact cites one of REFS in place of the id.
    """
    hints = get_type_hints(model, include_extras=True)
    cited = st.just(REFS[0]) if model is FactCorrected else st.sampled_from(REFS)
    special = {"ref": cited, "set": st.deferred(changes)}
    own = {
        name: special[name] if name in special else _of(name, hints[name])
        for name in model.model_fields
        if name not in (*model.FILLED_IN, ARCHIVED)
    }
    needed = {name for name, field in model.model_fields.items() if field.is_required()}
    fields: Fields = draw(
        st.fixed_dictionaries(
            {name: own[name] for name in needed},
            optional={name: own[name] for name in own.keys() - needed},
        )
    )
    _keep_the_rules_of_models(draw, fields, own)
    dated = {"on": VALUES[PartialDate]}
    sourced = {"source": st.sampled_from(SOURCES)}
    envelope: Fields = draw(
        st.fixed_dictionaries(
            (dated if model.NEEDS_DATE else {}) | (sourced if model.NEEDS_SOURCE else {}),
            optional={
                **({} if model.NEEDS_DATE else dated),
                **({} if model.NEEDS_SOURCE else sourced),
                "locator": lines(),
                "quote": prose(),
                "note": prose(),
                "tags": st.lists(lines(), min_size=1, max_size=3),
            },
        )
    )
    named = {} if identity(model) in fields else {"id": id_}
    return {**named, **envelope, **fields}


def _keep_the_rules_of_models(
    draw: st.DrawFn, fields: Fields, own: dict[str, st.SearchStrategy[Any]]
) -> None:
    """Where one field depends on another, as the models' own validators say."""
    if "stage" in fields and "material" in fields:
        fields["material"] = STAGES[fields["stage"]].material
    if "added" in own:
        fields.pop("added", None)
        if "capacity" not in fields:
            fields["added"] = draw(own["added"])
    if "subject" in own:
        which = "company" if fields["subject"] == "company" else "about"
        fields.setdefault(which, draw(own[which]))
