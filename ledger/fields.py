"""From plain fields to a draft: the one way in for options, prompts, YAML and JSON Lines.

Errors of pydantic are told in our terms, each at the place of the field that caused it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any, Literal, get_args, get_origin

from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic_core import ErrorDetails

from ledger.envelope import Draft, Fault
from ledger.errors import (
    CollectedError,
    FieldError,
    LedgerError,
    MissingFieldError,
    UnknownFieldError,
    Where,
    did_you_mean,
    hints,
)
from ledger.facts import FactContent, fact_type
from ledger.facts.content import Id, Line, Prose
from ledger.facts.revision import Revision
from ledger.values import PartialDate

Path = tuple[str | int, ...]
Places = Callable[[Path, bool], Where | None]
"""From the path of a field, and whether its name is meant rather than its value, to its place
in the input; the empty path is the whole fact."""


class Identity(BaseModel):
    """Which stream a fact belongs to. Facts about facts follow the one they are about."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    id: Id


class Envelope(BaseModel):
    """What every fact can carry beside its own fields."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    on: PartialDate | None = None
    source: Id | None = None
    locator: Line | None = None
    quote: Prose | None = None
    note: Prose | None = None
    tags: tuple[Line, ...] = ()


ENVELOPE_HELP = {
    "id": "The id of the stream inside its kind, such as acme-north.",
    "on": "When it happened, as precise as the source: 2025, 2025-09, 2025-Q3, ../2029.",
    "source": "Id of the document that says so.",
    "locator": "Where in the document: a page, a paragraph, a sentence.",
    "quote": "The document's words, verbatim.",
    "note": "A remark of the person who records it.",
    "tags": "Free labels.",
}


def draft(
    type_name: str, fields: Mapping[str, Any], places: Places = lambda *_: None
) -> Draft | Fault:
    """The draft that the fields make, or the errors in them.

    fields: envelope fields and the type's own, side by side. A field given as None counts
    as left out.
    """
    try:
        return _draft(type_name, fields, places)
    except LedgerError as error:
        return Fault(error, stream=_stream_meant(type_name, fields))


def _draft(type_name: str, fields: Mapping[str, Any], places: Places) -> Draft:
    try:
        model = fact_type(type_name)
    except LedgerError as error:
        where = places(("type",), False)
        raise error.at(where) if where else error from None
    parts = (Envelope, model) if issubclass(model, Revision) else (Identity, Envelope, model)
    parsed = validated(model, fields, parts, places)
    content = parsed[model]
    stream = (
        content.stream
        if isinstance(content, Revision)
        else f"{model.stream_kind()}:{parsed[Identity].id}"
    )
    return Draft(stream, content, **vars(parsed[Envelope]), where=places((), False))


def validated(
    model: type[FactContent],
    fields: Mapping[str, Any],
    parts: Sequence[type[BaseModel]],
    places: Places = lambda *_: None,
) -> dict[type[BaseModel], Any]:
    """The parts of a fact that the fields make; what no part knows belongs to the last one.

    Raises every error in the fields, one alone as itself and several as CollectedError.
    """
    left = {name: value for name, value in fields.items() if value is not None}
    errors: list[LedgerError] = []
    parsed: dict[type[BaseModel], Any] = {}
    for part in parts:
        if part is parts[-1]:
            values, left = left, {}
        else:
            values = {name: left.pop(name) for name in _names(part) if name in left}
        try:
            parsed[part] = part.model_validate(values)
        except ValidationError as error:
            errors += problems(error, model.TYPE, model, places)
    errors.sort(key=_place_in_line)
    if errors:
        raise errors[0] if len(errors) == 1 else CollectedError(errors)
    return parsed


@cache
def _names(part: type[BaseModel]) -> tuple[str, ...]:
    return tuple(part.model_fields)


def _stream_meant(type_name: str, fields: Mapping[str, Any]) -> str | None:
    """The stream that faulty fields were about, as far as one can tell."""
    id_, ref = fields.get("id"), fields.get("ref")
    if isinstance(id_, str):
        return f"{type_name.partition('.')[0]}:{id_}"
    return ref.rpartition("@")[0] if isinstance(ref, str) else None


def problems(
    error: ValidationError, type_name: str, model: type[FactContent], places: Places
) -> Iterator[LedgerError]:
    """Each of pydantic's findings as an error of the catalogue, with its place."""
    for found in error.errors(include_url=False):
        path: Path = tuple(found["loc"])
        field = ".".join(str(step) for step in path)
        unknown = found["type"] == "extra_forbidden"
        where = places(path, unknown) or places((), False)
        ours = found.get("ctx", {}).get("error")
        if isinstance(ours, LedgerError):
            yield type(ours)(f"{field}: {_uncapitalised(ours.what)}", hint=ours.hint, where=where)
        elif found["type"] == "missing":
            yield MissingFieldError(
                f"{type_name} needs {field!r}",
                hint=hints(_describe(model, field), _words_of(model, field)),
                where=where,
            )
        elif unknown:
            first = [] if issubclass(model, Revision) else ["id"]
            own = [name for name in model.model_fields if name not in model.FILLED_IN]
            known = [*first, *Envelope.model_fields, *own]
            yield UnknownFieldError(
                f"{type_name} has no field {field!r}",
                hint=did_you_mean(field, known) or f"Its fields: {', '.join(known)}.",
                where=where,
            )
        elif path:
            what, remedy = _kind(found)
            yield FieldError(
                f"{field}: {what} (given: {_short(found['input'])})",
                hint=hints(remedy, _describe(model, str(path[0]))),
                where=where,
            )
        else:
            # A rule of the model that takes more than one field, in its own words.
            yield FieldError(
                f"{type_name}: {found['msg']}",
                hint=f"`lsledger record {type_name} --help` describes its fields.",
                where=where,
            )


def _kind(found: ErrorDetails) -> tuple[str, str]:
    """What the field takes, and how to give it, in place of pydantic's words."""
    kind = found["type"]
    if kind == "tuple_type":
        return "it takes a list", f"Write {json.dumps([found['input']], ensure_ascii=False)}."
    if kind == "string_type":
        return "it takes a text", ""
    if kind.startswith("bool"):
        return "it takes yes or no", ""
    if kind == "string_pattern_mismatch":
        return "it is not of the form that the field takes", ""
    if kind == "literal_error":
        words = str(found.get("ctx", {}).get("expected", ""))
        near = did_you_mean(str(found["input"]), re.findall("'([^']*)'", words))
        return f"it takes {words}", near
    return _uncapitalised(found["msg"]), ""


def _place_in_line(error: LedgerError) -> tuple[int, int]:
    where = error.where
    return (where.line or 0, where.column or 0) if where is not None else (0, 0)


def _uncapitalised(text: str) -> str:
    """The text as it stands behind a colon; names and quotes keep their letters."""
    return text[:1].lower() + text[1:] if text[1:2] in " " or text[1:2].islower() else text


def _describe(model: type[FactContent], field: str) -> str:
    info = model.model_fields.get(field)
    return (info.description or "") if info is not None else ENVELOPE_HELP.get(field, "")


def _words_of(model: type[FactContent], field: str) -> str:
    """The words that a field chooses from, where it does."""
    info = model.model_fields.get(field)
    if info is None or get_origin(info.annotation) is not Literal:
        return ""
    return f"One of: {', '.join(get_args(info.annotation))}."


def _short(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."
