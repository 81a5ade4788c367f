"""JSON: one object with the view, the version of this shape, the cut, the filters, the rows.

Keys keep their order, texts are as they are: nothing in JSON runs as a formula.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any, BinaryIO

from projections.columns import data
from projections.read import Answer, as_data

_MARGIN = "\n    "
"""Before each line of a row."""


def write(answer: Answer, out: BinaryIO) -> None:
    """The whole answer as one object, indented by two spaces."""
    write_object(as_data(answer), (_indented(data(row)) for row in answer.rows), out)


def write_object(head: dict[str, Any], rows: Iterable[str], out: BinaryIO) -> int:
    """The head, and under `rows` a list of what is JSON already; written row by row.

    Returns how many rows they are.
    """
    out.write(_indented(head).removesuffix("\n}").encode())
    out.write(b',\n  "rows": [')
    count = 0
    for count, row in enumerate(rows, start=1):
        indented = row.replace("\n", _MARGIN)
        out.write(f"{',' if count > 1 else ''}{_MARGIN}{indented}".encode())
    out.write(b"\n  ]\n}\n" if count else b"]\n}\n")
    return count


def _indented(value: dict[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2)
