"""Parquet: the flat columns with real types, for pyarrow, DuckDB, pandas and the like.

Days are dates, bounds are exact decimals, a column of several values is a list of texts. Every
decimal column has 38 digits, 9 of them after the point, unless its values need others: then it
has as many after the point as they need, and 76 digits where 38 are too few. No value is rounded.
(DuckDB reads columns of 76 digits as binary fractions; their text stands in the column before.)

The file's metadata holds the cut and the filters under `lsledger`, as in JSON, and what each
column means under `columns`; Arrow's readers find the latter with the field as well.

pyarrow comes with an extra: `pip install 'lsledger[parquet]'`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import islice
from typing import TYPE_CHECKING, Any, BinaryIO

from ledger.errors import MissingExtraError, UnwritableError
from ledger.values.numbers import plain
from projections.columns import columns, flat_columns
from projections.exports.meaning import meaning
from projections.read import Answer, as_data

if TYPE_CHECKING:
    import pyarrow

PAGE = 10_000
"""Rows of a row group: what is held in memory at a time."""

DIGITS, PLACES = 38, 9
"""Of a decimal column, unless its values need others: what every reader can hold exactly."""

MOST_DIGITS = 76
"""Digits of the widest decimal there is."""


@dataclass(frozen=True, slots=True)
class _Field:
    """One column of the file, and how its cell is taken from a row."""

    name: str
    type: str
    help: str
    cell: Callable[[Any], Any]


def write(answer: Answer, out: BinaryIO) -> None:
    """The answer as one table.

    Raises MissingExtraError without pyarrow, UnwritableError for a number of more than 76 digits.
    """
    try:
        import pyarrow
        from pyarrow.parquet import ParquetWriter
    except ImportError as error:
        raise MissingExtraError(
            "Parquet needs a library that is not installed: pyarrow",
            hint="Install it with: pip install 'lsledger[parquet]'",
        ) from error
    schema = _schema(answer)
    # The rows go through a file object of ours: pyarrow asks a pipe where it stands.
    with (
        pyarrow.PythonFile(_Counting(out), mode="w") as sink,
        ParquetWriter(sink, schema, compression="zstd") as table,
    ):
        for page in _pages(answer.rows):
            table.write_batch(_batch(page, answer.view.shown, schema))


def _fields(row_type: type) -> Iterator[_Field]:
    for column in columns(row_type):
        if column.many:
            yield _Field(column.name, "list", column.help, _several(column.name))
            continue
        for part in flat_columns(column):
            take = _taking(column.name, part.cell)
            if part.type == "date":
                take = _as_day(take)
            yield _Field(part.name, part.type, meaning(column, part), take)


def _taking(name: str, cell: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda row: cell(getattr(row, name))


def _several(name: str) -> Callable[[Any], Any]:
    return lambda row: [str(value) for value in getattr(row, name)]


def _as_day(take: Callable[[Any], Any]) -> Callable[[Any], Any]:
    def day(row: Any) -> date | None:
        text = take(row)
        return date.fromisoformat(text) if text is not None else None

    return day


def _schema(answer: Answer) -> pyarrow.Schema:
    import pyarrow

    fields = list(_fields(answer.view.shown))
    sizes = _sizes(answer.rows, [field for field in fields if field.type == "number"])
    types: dict[str, Any] = {
        "text": pyarrow.string(),
        "list": pyarrow.list_(pyarrow.field("element", pyarrow.string(), nullable=False)),
        "integer": pyarrow.int64(),
        "boolean": pyarrow.bool_(),
        "date": pyarrow.date32(),
    }
    told = {field.name: field.help for field in fields}
    return pyarrow.schema(
        [
            pyarrow.field(
                field.name,
                _decimal(field.name, *sizes[field.name])
                if field.type == "number"
                else types[field.type],
                metadata={"description": field.help},
            )
            for field in fields
        ],
        metadata={
            "title": answer.view.title,
            "lsledger": json.dumps(as_data(answer), ensure_ascii=False),
            "columns": json.dumps(told, ensure_ascii=False),
        },
    )


def _sizes(rows: Iterable[Any], numbers: list[_Field]) -> dict[str, tuple[int, int]]:
    """For each column of numbers the most digits before the point, and after it."""
    sizes = {field.name: (0, 0) for field in numbers}
    for row in rows if numbers else ():
        for field in numbers:
            number: Decimal | None = field.cell(row)
            if number is not None:
                before, _, after = plain(number).partition(".")
                most = sizes[field.name]
                sizes[field.name] = (max(most[0], len(before)), max(most[1], len(after)))
    return sizes


def _decimal(name: str, before: int, after: int) -> pyarrow.DataType:
    """The type for numbers with so many digits before the point and after it."""
    import pyarrow

    if before <= DIGITS - PLACES and after <= PLACES:
        return pyarrow.decimal128(DIGITS, PLACES)
    if before + after <= DIGITS:
        return pyarrow.decimal128(DIGITS, after)
    if before + after <= MOST_DIGITS:
        return pyarrow.decimal256(MOST_DIGITS, after)
    raise UnwritableError(
        f"the numbers of {name} have {before} digits before the point and {after} after it; "
        f"Parquet holds {MOST_DIGITS} together",
        hint="Write .csv or .jsonl instead.",
    )


def _pages(rows: Iterable[Any]) -> Iterator[list[Any]]:
    left = iter(rows)
    while page := list(islice(left, PAGE)):
        yield page


def _batch(page: list[Any], row_type: type, schema: pyarrow.Schema) -> pyarrow.RecordBatch:
    import pyarrow

    cells = zip(_fields(row_type), schema, strict=True)
    return pyarrow.record_batch(
        [pyarrow.array(map(field.cell, page), typed.type) for field, typed in cells], schema
    )


class _Counting:
    """Takes what pyarrow writes. It closes this, and not the file behind it."""

    closed = False

    def __init__(self, out: BinaryIO) -> None:
        self._out = out
        self._at = 0

    def write(self, data: Any) -> int:
        held = bytes(data)
        self._out.write(held)
        self._at += len(held)
        return len(held)

    def tell(self) -> int:
        return self._at

    def flush(self) -> None:
        self._out.flush()

    def close(self) -> None:
        self.closed = True
