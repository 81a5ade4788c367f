"""How a value type takes part in pydantic models: written once, imported only when used.

pydantic costs over 100 ms to import, and views read values without it. So nothing here
is imported before a pydantic model asks a value type for its schema.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from ledger.errors import LedgerError

if TYPE_CHECKING:
    from pydantic_core import CoreSchema

    from ledger.values._data import Json

T = TypeVar("T")


def value_schema(read: Callable[[object], T], store: Callable[[T], Json]) -> CoreSchema:
    """A core schema that validates with `read` and serializes, in every mode, with `store`.

    A refusal becomes a pydantic error whose `ctx["error"]` is the ledger's own error.
    """
    from pydantic_core import PydanticCustomError, core_schema

    def validate(data: object) -> T:
        try:
            return read(data)
        except LedgerError as error:
            # The message comes last: pydantic fills in the template key by key, and must not
            # fill in a "{hint}" that stands in the user's own text.
            context = {"hint": error.hint, "error": error, "message": error.what}
            code = error.code.replace("-", "_")
            raise PydanticCustomError(code, "{message}", context) from error

    return core_schema.no_info_plain_validator_function(
        validate, serialization=core_schema.plain_serializer_function_ser_schema(store)
    )
