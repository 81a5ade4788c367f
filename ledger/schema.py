"""The JSON Schema of the import formats, made from the fact types.

`file_schema` describes the YAML file that people write, `line_schema` one line of the
JSON Lines that programs write. Both are draft 2020-12.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pydantic.json_schema import GenerateJsonSchema, models_json_schema

from ledger.facts import FACT_TYPES, FactContent
from ledger.facts.revision import Revision
from ledger.facts.source import SourceRegistered
from ledger.fields import ENVELOPE_HELP, Envelope, Identity

Schema = dict[str, Any]
DIALECT = GenerateJsonSchema.schema_dialect


def file_schema() -> Schema:
    """The schema of an import file in YAML: `source:` and `facts:`."""
    parts = _parts()
    return {
        "$schema": DIALECT,
        "title": "lsledger import file",
        "description": "Facts to record, and the document they rest on.",
        "type": "object",
        "properties": {
            "source": {
                "description": "The document that these facts rest on, and the source of every "
                "fact that names no other: registered here, or the id of one that is.",
                "anyOf": [parts.fact(SourceRegistered), {"type": "string"}],
            },
            "facts": {
                "description": "The facts, each a mapping with one key: its type.",
                "type": "array",
                "items": {
                    "type": "object",
                    "minProperties": 1,
                    "maxProperties": 1,
                    "additionalProperties": False,
                    "properties": {name: parts.fact(model) for name, model in FACT_TYPES.items()},
                },
            },
        },
        "additionalProperties": False,
        "$defs": parts.shared,
    }


def line_schema() -> Schema:
    """The schema of one line of JSON Lines: a fact with its type and fields side by side."""
    parts = _parts()
    return {
        "$schema": DIALECT,
        "title": "lsledger fact",
        "description": "One fact, on one line of a JSON Lines file.",
        "oneOf": [parts.fact(model, type_name=name) for name, model in FACT_TYPES.items()],
        "$defs": parts.shared,
    }


@dataclass(frozen=True, slots=True)
class _Parts:
    """What the schemas are put together from: each type's own fields, the identity's and the
    envelope's, and the definitions that they share.
    """

    own: dict[type[FactContent], Schema]
    identity: Schema
    envelope: Schema
    shared: Schema

    def fact(self, model: type[FactContent], type_name: str | None = None) -> Schema:
        """The fields of a fact type beside those of the envelope.

        type_name: given for a line, which says its type itself. A line must name its source
        where the type needs one; in a file, the file's own source can stand for it.
        """
        own = self.own[model]
        properties = {"type": {"const": type_name}} if type_name is not None else {}
        identity = {} if issubclass(model, Revision) else self.identity
        for name, field in (identity | self.envelope).items():
            properties[name] = {**field, "description": ENVELOPE_HELP[name]}
        typed = {n: f for n, f in own["properties"].items() if n not in model.FILLED_IN}
        named = ["type"] if type_name is not None else []
        dated = ["on"] if model.NEEDS_DATE else []
        sourced = ["source"] if model.NEEDS_SOURCE and type_name is not None else []
        return {
            "title": model.TYPE,
            "description": model.__doc__,
            "type": "object",
            "properties": properties | typed,
            "required": [*named, *identity, *dated, *sourced, *own.get("required", [])],
            "additionalProperties": False,
        }


def _parts() -> _Parts:
    _, top = models_json_schema(
        [
            (Identity, "validation"),
            (Envelope, "validation"),
            *((model, "validation") for model in FACT_TYPES.values()),
        ],
        ref_template="#/$defs/{model}",
    )
    shared: dict[str, Schema] = top["$defs"]
    own = {model: shared.pop(model.__name__) for model in FACT_TYPES.values()}
    identity, envelope = (shared.pop(part.__name__)["properties"] for part in (Identity, Envelope))
    return _Parts(own, identity, envelope, shared)
