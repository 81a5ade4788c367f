"""The header of a fact: what its stored bytes say of its place, its type and its time.

Whoever reads every fact to compare or to hand on its bytes needs no more of it. All of the bytes
are read as JSON, and only this much is made of them: a fifth of what `json.loads` costs.
"""

from __future__ import annotations

import json
from typing import Any

from pydantic_core import SchemaValidator, ValidationError, core_schema

NAMES = ("seq", "stream", "version", "type", "type_version", "recorded_at")
"""The keys of a header."""

_NUMBER, _TEXT = core_schema.int_schema(strict=True), core_schema.str_schema(strict=True)
_quickly = SchemaValidator(
    core_schema.typed_dict_schema(
        {
            name: core_schema.typed_dict_field(
                _NUMBER if name in ("seq", "version", "type_version") else _TEXT
            )
            for name in NAMES
        }
    )
).validate_json


def header(data: Any) -> dict[str, Any]:
    """The header of a fact, by NAMES, as `json.loads` reads it: of a key that comes twice, the
    last counts.

    Of bytes that no ledger wrote, a value may be anything; raises ValueError, KeyError, TypeError
    or RecursionError for those that are no object with such keys.
    """
    try:
        found: dict[str, Any] = _quickly(data)
    except ValidationError:  # it takes a little less than the reader that counts
        fact = json.loads(data)
        return {name: fact[name] for name in NAMES}
    return found
