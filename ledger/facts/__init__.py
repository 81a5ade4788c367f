"""The registry of fact types. A new stream is a new file and a line here."""

from __future__ import annotations

from ledger.errors import UnknownFactTypeError, did_you_mean
from ledger.facts import (
    company,
    context,
    contract,
    investment,
    plant,
    promise,
    revision,
    source,
)
from ledger.facts.content import STREAM_KINDS, FactContent

FACT_TYPES: dict[str, type[FactContent]] = {
    fact_type.TYPE: fact_type
    for stream in (source, company, contract, investment, plant, promise, context, revision)
    for fact_type in stream.TYPES
}


def fact_type(name: str) -> type[FactContent]:
    """The model of a fact type, by its dotted name.

    Raises UnknownFactTypeError, naming the nearest types.
    """
    try:
        return FACT_TYPES[name]
    except KeyError:
        near = did_you_mean(name, FACT_TYPES)
        raise UnknownFactTypeError(
            f"there is no fact type {name!r}",
            hint=near or "`lsledger schema --types` lists the fact types.",
        ) from None


__all__ = ["FACT_TYPES", "STREAM_KINDS", "FactContent", "fact_type"]
