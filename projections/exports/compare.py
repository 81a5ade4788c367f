"""Comparing the record with an export of the facts that somebody else holds."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from ledger.database import Connection
from ledger.evidence.verify import MOST, Check
from ledger.values.text import quoted
from projections.exports.facts import BEFORE, stored_bytes

LARGEST_SEQ = 1 << 62
"""Beyond what a database counts."""


def facts_compared(lines: Iterable[bytes], name: str, connection: Connection) -> Check:
    """Every fact of an `export facts`, as JSON Lines or JSON, against that of its number here.

    Raises RestoreError for a line that is no fact.
    """
    count, differences = 0, list[str]()
    in_one_object = False
    for number, line in enumerate(lines, start=1):
        if number == 1 and not line.startswith(BEFORE):
            in_one_object = True  # a JSON file has a head, and the facts below it, each on a line
        if in_one_object:
            line = line.strip().removesuffix(b",")
        if not line.strip() or (in_one_object and not line.startswith(BEFORE)):
            continue
        data = stored_bytes(line, name, number)
        fact = json.loads(data)
        seq = fact["seq"] if fact["seq"] < LARGEST_SEQ else 0  # there is no fact #0
        row = connection.execute("SELECT data FROM facts WHERE seq = ?", (seq,)).fetchone()
        count += 1
        cited = f"#{fact['seq']} ({fact['stream']}@{fact['version']})"
        if row is None:
            differences.append(f"{cited} is in the export and missing here")
        elif row[0] != data:
            differences.append(f"{cited}: {_difference(fact, row[0])}")
        if len(differences) == MOST:
            break
    return Check(
        f"against {name}", f"its {count:,} facts are here, byte for byte", tuple(differences)
    )


def _difference(fact: dict[str, Any], data: Any) -> str:
    """Which parts of a fact read otherwise here than in the export."""
    try:
        here = json.loads(data)
        names = [key for key in {**fact, **here} if fact.get(key) != here.get(key)]
        name = names[0]
    except (ValueError, TypeError, IndexError, RecursionError):
        return "its bytes are others here"
    one, other = (quoted(json.dumps(side.get(name), ensure_ascii=False)) for side in (fact, here))
    return f"{name} is {other} here and {one} in the export"
