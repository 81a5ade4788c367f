"""The types of fields in words, each with a notation as an example."""

from __future__ import annotations

from typing import Any, Literal, get_args, get_origin, get_type_hints

from pydantic import BaseModel

from cli.record_type import plain_type
from docs.pages.markdown import code, codes, yes
from ledger.facts import content, revision
from ledger.values import Money, PartialDate, Party, Quantity

_VALUES: dict[Any, str] = {
    PartialDate: "[date](#dates): `2025-09`",
    Money: "[money](#money): `12.5bn KRW`",
    Quantity: "[quantity](#quantities): `20 kt/yr`",
    Party: "[party](#parties): `acme`",
    bool: "`true` or `false`",
    int: "whole number",
    str: "text",
}


def _metadata(hint: Any) -> list[Any]:
    """What is annotated anywhere in a type."""
    found = list(getattr(hint, "__metadata__", ()))
    for part in get_args(hint):
        found += _metadata(part)
    return found


# What a plain string may hold is told by its validator.
_STRINGS: dict[Any, str] = {
    _metadata(annotated)[0]: words
    for annotated, words in (
        (content.Line, "one line of text"),
        (content.Prose, "text"),
        (content.Id, "[id](#texts-and-ids)"),
        (revision.FactRef, "reference: `plant:acme-north@2`"),
        (content.StreamName, "stream: `plant:acme-north`"),
        (content.CountryCode, "country code: `KR`"),
        (content.MaterialId, "[chain](#chains-and-stages): `rare-earths`"),
        (content.StageId, "[stage](#chains-and-stages): `oxide`"),
    )
}


FIELDS = ("field", "type", "required", "meaning")
"""The columns of a table of fields."""


def fields_of(model: type[BaseModel]) -> dict[str, tuple[str, ...]]:
    """A row for each field of a model, by its name."""
    return {
        name: (code(name), in_words(model, name), yes(field.is_required()), field.description or "")
        for name, field in model.model_fields.items()
    }


def in_words(model: type[BaseModel], name: str) -> str:
    """The type of a model's field."""
    hint = get_type_hints(model, include_extras=True)[name]
    type_, many = plain_type(model.model_fields[name].annotation)
    if get_origin(type_) is dict:
        return "fields and their values"
    if get_origin(type_) is Literal:
        words = codes(get_args(type_))
        return f"some of {words}" if many else f"one of {words}"
    known = [words for validator, words in _STRINGS.items() if validator in _metadata(hint)]
    words = known[0] if known else _VALUES[type_]
    return f"list of: {words}" if many else words
