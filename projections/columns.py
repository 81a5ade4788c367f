"""The columns of a view: from a row type to SQL columns, flat cells and data, and back.

A row type is a named tuple whose fields are annotated with a type and a sentence:

    amount: Annotated[Money | None, "The stated total."]

A value of several parts becomes several flat columns: `amount` as text, `amount_min`,
`amount_max` and so on. The text alone carries the whole value, and reading it back gives
an equal one.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache, lru_cache, partial
from types import NoneType, UnionType
from typing import Any, TypeAlias, Union, get_args, get_origin, get_type_hints

from ledger.values import Money, PartialDate, Party, Quantity

Cell: TypeAlias = str | int | bool | Decimal | None
"""What one flat cell holds; a Decimal where software should see a number."""

Stored: TypeAlias = str | int | None
"""What a column of SQL holds."""

Value: TypeAlias = Any
"""What a row's field holds; its type is the column's."""

VALUES: tuple[type, ...] = (PartialDate, Money, Quantity, Party)


@dataclass(frozen=True, slots=True)
class Column:
    """One field of a row type. many: it holds a tuple of such values."""

    name: str
    type: type
    many: bool
    help: str


@dataclass(frozen=True, slots=True)
class FlatColumn:
    """One flat column: its name, its type as `text`, `integer`, `boolean`, `number` or `date`,
    and how its cell is taken from the row's field.
    """

    name: str
    type: str
    help: str
    cell: Callable[[Value], Cell]


_COLUMNS: dict[type, tuple[Column, ...]] = {}


def columns(row_type: type) -> tuple[Column, ...]:
    """The columns of a row type, in order."""
    if row_type not in _COLUMNS:
        hints = get_type_hints(row_type, include_extras=True)
        _COLUMNS[row_type] = tuple(_column(name, hint) for name, hint in hints.items())
    return _COLUMNS[row_type]


@cache
def flat_columns(column: Column) -> tuple[FlatColumn, ...]:
    """The flat columns that a column is spread over; the first carries the whole value."""
    first = FlatColumn(column.name, _plain_type(column), column.help, _text_cell(column))
    if column.many:
        return (first,)
    return (first, *(_part(column, *part) for part in _PARTS.get(column.type, ())))


def flat(row: Any) -> dict[str, Cell]:
    """A row as flat cells, by flat column name."""
    return {
        part.name: part.cell(getattr(row, column.name))
        for column in columns(type(row))
        for part in flat_columns(column)
    }


def data(row: Any) -> dict[str, Value]:
    """A row as nested data for JSON: values in their documented shapes."""
    return {column.name: json_value(getattr(row, column.name)) for column in columns(type(row))}


def to_sql(row: Any) -> list[Stored]:
    """A row as the values of its SQL columns."""
    stored: list[Stored] = []
    for name, spread, nothing in _plan(type(row)):
        value = getattr(row, name)
        if spread is None:
            stored.append(value)
        elif value or value is False:
            stored += spread(value)
        else:
            stored += nothing
    return stored


Spread: TypeAlias = Callable[[Value], Sequence[Stored]]
_PLANS: dict[type, list[tuple[str, Spread | None, Sequence[Stored]]]] = {}


def _plan(row_type: type) -> list[tuple[str, Spread | None, Sequence[Stored]]]:
    """How to take a row apart: for each column how its value is spread over the columns of SQL,
    or None for what is stored as it is; and what stands there when there is none.
    """
    if row_type not in _PLANS:
        _PLANS[row_type] = [(column.name, *_spread(column)) for column in columns(row_type)]
    return _PLANS[row_type]


def _spread(column: Column) -> tuple[Spread | None, Sequence[Stored]]:
    if column.many:
        return (lambda values: (_many_sql(values),)), ("[]",)
    if column.type is PartialDate:
        return _date_sql, (None, None, None)
    if column.type in (str, int):
        return None, ()
    if column.type is dict:
        return (lambda value: (_dict_as_json(value),)), ("{}",)
    cells = [_text_cell(column), *(take for *_, take in _PARTS.get(column.type, ()))]
    return (lambda value: [_sql(cell(value)) for cell in cells]), (None,) * len(cells)


@lru_cache(maxsize=4_096)  # the rows of a ledger hold few different dates, many times each
def _date_sql(value: PartialDate) -> tuple[Stored, ...]:
    stated = value.to_json()
    return tuple(str(part) if part is not None else None for part in stated.values())


def from_sql(row_type: type, stored: Iterable[Any]) -> Any:
    """The row behind the SQL columns that carry its values whole, one for each of its fields."""
    values = list(stored)
    for place, revived in _revivers(row_type):
        values[place] = revived(values[place])
    return row_type(*values)


KEPT = 4_096
"""Texts of a column whose values are kept: most of them come again, and reading one is dear."""


@cache
def _revivers(row_type: type) -> list[tuple[int, Callable[[Any], Value]]]:
    """The places of the fields that are not in their SQL columns as they are, and how each is
    read; worked out once for a row type.
    """
    return [
        (place, partial(_revived, column) if column.type is dict else _keeping(column))
        for place, column in enumerate(columns(row_type))
        if column.many or column.type in (*VALUES, bool, dict)
    ]


def _keeping(column: Column) -> Callable[[Any], Value]:
    """How a column's values are read; they never change, so that rows can share them."""
    return lru_cache(KEPT)(partial(_revived, column))


def sql_columns(row_type: type) -> list[tuple[str, str]]:
    """Names and SQL types of a row type's table. Numbers are TEXT: they are exact decimals."""
    kinds = {"integer": "INTEGER", "boolean": "INTEGER"}
    return [
        (part.name, kinds.get(part.type, "TEXT"))
        for column in columns(row_type)
        for part in flat_columns(column)
    ]


def whole_columns(row_type: type) -> list[str]:
    """The SQL columns that carry a value whole, in the order of the fields."""
    return [column.name for column in columns(row_type)]


def _column(name: str, hint: Any) -> Column:
    type_, help_ = get_args(hint)
    if get_origin(type_) in (Union, UnionType):
        (type_,) = (option for option in get_args(type_) if option is not NoneType)
    many = get_origin(type_) is tuple
    if get_origin(type_) is dict:
        type_ = dict
    return Column(name, get_args(type_)[0] if many else type_, many, help_)


def _plain_type(column: Column) -> str:
    if column.many:
        return "text"
    return {bool: "boolean", int: "integer"}.get(column.type, "text")


def _text_cell(column: Column) -> Callable[[Value], Cell]:
    if column.many:
        return lambda values: "; ".join(_text(value) for value in values) or None
    if column.type in VALUES:
        return lambda value: _text(value) if value is not None else None
    if column.type is dict:
        return _dict_as_json
    return lambda value: value


_dict_as_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
_list_as_json = json.JSONEncoder(ensure_ascii=False).encode


def _text(value: Value) -> str:
    return str(value)


def _part(
    column: Column, suffix: str, type_: str, help_: str, take: Callable[[Value], Cell]
) -> FlatColumn:
    return FlatColumn(
        f"{column.name}_{suffix}",
        type_,
        help_,
        lambda value: take(value) if value is not None else None,
    )


_BOUNDS: tuple[tuple[str, str, str, Callable[[Value], Cell]], ...] = (
    ("min", "number", "Lower bound; empty when open.", lambda v: v.bounds.min),
    ("max", "number", "Upper bound; empty when open.", lambda v: v.bounds.max),
    ("min_inclusive", "boolean", "Whether the lower bound itself is meant.",
     lambda v: v.bounds.min_inclusive),
    ("max_inclusive", "boolean", "Whether the upper bound itself is meant.",
     lambda v: v.bounds.max_inclusive),
    ("approx", "boolean", "Whether the source says about.", lambda v: v.bounds.approx),
)  # fmt: skip

_PARTS: dict[type, tuple[tuple[str, str, str, Callable[[Value], Cell]], ...]] = {
    PartialDate: (
        ("earliest", "date", "The first day it can mean; empty when open.",
         lambda v: v.to_json()["earliest"]),
        ("latest", "date", "The last day it can mean; empty when open.",
         lambda v: v.to_json()["latest"]),
    ),
    Money: (
        ("currency", "text", "ISO 4217 code.", lambda v: v.currency),
        *_BOUNDS,
        ("equivalents", "text", "The same amount as printed in other currencies; never added.",
         lambda v: "; ".join(other.text() for other in v.equivalents) or None),
    ),
    Quantity: (
        ("unit", "text", "Unit; t is the metric tonne.", lambda v: v.unit),
        ("per", "text", "Period of a rate, such as year.", lambda v: v.per),
        ("basis", "text", "What is counted, where stated.", lambda v: v.basis),
        *_BOUNDS,
    ),
}  # fmt: skip


def json_value(value: Value) -> Value:
    """A value in its documented JSON shape."""
    if isinstance(value, tuple):
        return [json_value(item) for item in value]
    return value.to_json() if hasattr(value, "to_json") else value


def _sql(cell: Cell) -> Stored:
    if isinstance(cell, bool):
        return int(cell)
    return format(cell, "f") if isinstance(cell, Decimal) else cell


def _many_sql(values: Iterable[Value]) -> str:
    return _list_as_json([_text(value) for value in values])


def _revived(column: Column, stored: Any) -> Value:
    if column.many:
        return tuple(_parsed(column.type, text) for text in json.loads(stored))
    if stored is None:
        return None
    return bool(stored) if column.type is bool else _parsed(column.type, stored)


def _parsed(type_: Any, stored: Any) -> Value:
    if type_ is dict:
        return json.loads(stored)
    return type_.parse(stored) if type_ in VALUES else stored
