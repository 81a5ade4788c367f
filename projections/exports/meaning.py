"""What a flat column means, in full: the row type's sentence, which part of the value it is, and
where its unit stands. For formats that keep a description with each column.
"""

from __future__ import annotations

from ledger.values import Money, Quantity
from projections.columns import Column, FlatColumn, flat_columns

WHOLE = {
    Money: "As text; reads back as the whole value.",
    Quantity: "As text; reads back as the whole value.",
}


def meaning(column: Column, part: FlatColumn) -> str:
    """The sentences for one flat column of a column."""
    if part is flat_columns(column)[0]:
        return " ".join((column.help, *filter(None, (WHOLE.get(column.type),))))
    return " ".join((column.help, part.help, *filter(None, (_unit(column, part),))))


def _unit(column: Column, part: FlatColumn) -> str:
    """Where the unit of a number is told: sources use many, so that each row has its own."""
    if part.type != "number":
        return ""
    if column.type is Money:
        return f"In the currency that {column.name}_currency names."
    return (
        f"In the unit that {column.name}_unit names, for the period that {column.name}_per names."
    )
