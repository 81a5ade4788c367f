"""Comparing the record with an export of the facts that somebody else holds."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from typing import Any

from ledger import history
from ledger.codec import NOT_A_FACT
from ledger.database import Connection
from ledger.evidence.verify import MOST, Check
from ledger.values.text import quoted
from projections.exports.facts import BEFORE, line_of, stored_bytes

LARGEST_SEQ = 1 << 62
"""Beyond what a database counts."""

_BEGINNING = re.compile(rb'\{"ref":"[^"]*","seq":([0-9]{1,18}),')
"""How a line begins; the number of its fact."""


def facts_compared(lines: Iterable[bytes], name: str, connection: Connection) -> Check:
    """Every fact of an `export facts`, as JSON Lines or JSON, against that of its number here.

    Raises RestoreError for a line that is no fact.
    """
    count, differences = 0, list[str]()
    at = _in_order(connection)
    in_one_object = False
    for number, line in enumerate(lines, start=1):
        if number == 1 and not line.startswith(BEFORE):
            in_one_object = True  # a JSON file has a head, and the facts below it, each on a line
        if in_one_object:
            line = line.strip().removesuffix(b",")
        if not line.strip() or (in_one_object and not line.startswith(BEFORE)):
            continue
        count += 1
        if (begins := _BEGINNING.match(line)) is not None:
            here = at(int(begins[1]))
            if _is_line_of(line, here):
                continue  # the line of the fact that is here is one of a fact as much as that is
        data = stored_bytes(line, name, number)
        fact = json.loads(data)
        seq = fact["seq"] if fact["seq"] < LARGEST_SEQ else 0  # there is no fact #0
        row = connection.execute("SELECT data FROM facts WHERE seq = ?", (seq,)).fetchone()
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


def _is_line_of(line: bytes, here: Any) -> bool:
    try:
        return line_of(here) == line.rstrip(b"\r\n")
    except NOT_A_FACT:  # nothing is there, or it is damaged
        return False


def _in_order(connection: Connection) -> Callable[[int], Any]:
    """Gives the bytes of a fact by its number, if that is higher than the ones asked for before;
    otherwise None, as for a fact that is missing.
    """
    stored, reached, data = history.numbered(connection), 0, None

    def at(seq: int) -> Any:
        nonlocal reached, data
        while reached < seq:
            reached, data = next(stored, (LARGEST_SEQ, b""))
        return data if reached == seq else None

    return at


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
