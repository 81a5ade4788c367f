"""JSON Lines: one row a line, in the shape that the rows have in JSON; no head."""

from __future__ import annotations

import json
from typing import BinaryIO

from projections.columns import data
from projections.read import Answer


def write(answer: Answer, out: BinaryIO) -> None:
    """One object a line."""
    for row in answer.rows:
        line = json.dumps(data(row), ensure_ascii=False, separators=(",", ":"))
        out.write(f"{line}\n".encode())
