"""The facts themselves: an envelope a line, and from the lines back to the stored bytes.

A line is the stored object of a fact with its reference put first, otherwise byte for byte
the same. So the way back needs no trust: what is left without the reference must be
exactly what the codec would store.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import islice
from typing import Any, BinaryIO

from pydantic import ValidationError

from ledger import codec
from ledger.envelope import Fact
from ledger.errors import DamagedError, LedgerError, NewerLedgerError, RestoreError, Where
from ledger.facts.revision import Revision
from ledger.fields import Envelope, Identity
from ledger.header import header
from ledger.values.text import check_id, check_text, quoted
from projections.exports.json_file import write_object

BEFORE = b'{"ref":"'
"""How every line begins."""
PAGE = 1_000
"""Lines that are written at a time."""

_LONGEST_LINE = codec.LARGEST_FACT + 1_000
_EXCERPT = 300
_CONTROLS = bytes(range(0x20))
"""What JSON writes in another way: it would break a line, or a terminal."""
HINT = "Restore from an export as `lsledger export facts -o FILE.jsonl` wrote it."


def envelope_line(data: bytes, ref: str) -> bytes:
    """The line of a fact, from its stored bytes and its reference; without a line end."""
    return b'%b%b",%b' % (BEFORE, ref.encode(), data.removeprefix(b"{"))


def line_of(data: Any) -> bytes:
    """The same from the stored bytes alone.

    Raises one of codec.NOT_A_FACT for bytes that are no fact. What is in a fact is not read.
    """
    told = header(data)
    if len(data.translate(None, _CONTROLS)) < len(data):
        raise ValueError("a control character")
    data.decode()
    return envelope_line(data, f"{told['stream']}@{told['version']}")


def lines(stored: Iterable[bytes]) -> Iterator[bytes]:
    """The lines of facts; raises DamagedError at bytes that are no fact."""
    for data in stored:
        try:
            yield line_of(data)
        except codec.NOT_A_FACT as error:
            raise codec.unreadable(data) from error


def write_lines(lines: Iterable[bytes], out: BinaryIO) -> int:
    """The facts as JSON Lines: what `restored` reads; how many they are."""
    left, count = iter(lines), 0
    while page := list(islice(left, PAGE)):
        out.write(b"\n".join(page) + b"\n")
        count += len(page)
    return count


def write_json(lines: Iterable[bytes], head: dict[str, Any], out: BinaryIO) -> int:
    """The facts as one JSON object: the head, and under `rows` the envelopes, each on a line;
    how many they are.
    """
    return write_object(head, (line.decode() for line in lines), out)


def stored_bytes(line: bytes, file: str = "<export>", number: int = 1) -> bytes:
    """The stored bytes of the fact on a line.

    file, number: where the line stands, for the error. Raises RestoreError, or
    NewerLedgerError for a fact that this release does not know.
    """
    return _fact_of_line(line, file, number)[1]


def restored(export: Iterable[bytes], file: str) -> Iterator[tuple[Fact, bytes]]:
    """Every fact of an export and its stored bytes, checked to follow on each other.

    Raises RestoreError, with the line, when one does not.
    """
    seq, versions, recorded_at = 0, dict[str, int](), None
    for number, line in enumerate(export, start=1):
        if not line.strip():
            continue
        fact, data = _fact_of_line(line, file, number)
        seq += 1
        version = versions[fact.stream] = versions.get(fact.stream, 0) + 1
        if (fact.seq, fact.version) != (seq, version) or _earlier(fact, recorded_at):
            raise RestoreError(
                _out_of_order(fact, seq, version), hint=HINT, where=_where(line, file, number)
            )
        recorded_at = fact.recorded_at
        yield fact, data


def _earlier(fact: Fact, before: datetime | None) -> bool:
    return before is not None and fact.recorded_at < before


def _out_of_order(fact: Fact, seq: int, version: int) -> str:
    if fact.seq != seq:
        return f"fact #{seq} is expected here, this is #{fact.seq}: lines are missing or moved"
    if fact.version != version:
        return f"{fact.stream}@{version} is expected here, this is {fact.ref}"
    return f"{fact.ref} was recorded before the fact on the line above it"


def _fact_of_line(line: bytes, file: str, number: int) -> tuple[Fact, bytes]:
    line = line.rstrip(b"\r\n")
    place = _where(line, file, number)
    try:
        return _checked(line)
    except NewerLedgerError as error:
        raise error.at(place) from None
    except _UnlikeError as error:
        raise RestoreError(_printable(str(error)), hint=HINT, where=place) from None
    except LedgerError as error:
        raise RestoreError(error.what, hint=HINT, where=place) from error


class _UnlikeError(Exception):
    """What makes a line another one than the ledger would write."""


def _checked(line: bytes) -> tuple[Fact, bytes]:
    if len(line) > _LONGEST_LINE:
        raise _UnlikeError(f"the line has {len(line):,} bytes, more than any fact")
    ref, separator, rest = line.removeprefix(BEFORE).partition(b'",')
    if not (line.startswith(BEFORE) and separator):
        raise _UnlikeError('the line does not begin with {"ref":"...",')
    data = b"{" + rest
    try:
        fact = codec.decode(data)
    except RecursionError:
        raise _UnlikeError("the line is nested too deep") from None
    except DamagedError as error:
        raise _UnlikeError(f"the line holds no fact: {_reason(error.__cause__)}") from None
    if ref != fact.ref.encode():
        shown = quoted(ref.decode(errors="replace"))
        raise _UnlikeError(f"the line is marked as {shown} and holds {quoted(fact.ref)}")
    _check_envelope(fact)
    expected = _as_stored(fact, data)
    if data != expected:
        raise _UnlikeError(_first_difference(data, expected, offset=len(line) - len(data)))
    return fact, data


def _as_stored(fact: Fact, data: bytes) -> bytes:
    """What the codec would store. The codec cannot write a fact type's older version again,
    only read it; such a fact must at least be in the one form that all stored facts have.
    """
    envelope = json.loads(data)
    if envelope["type_version"] == fact.content.VERSION:
        return codec.encode(fact)
    return json.dumps(envelope, ensure_ascii=False, separators=(",", ":")).encode()


def _check_envelope(fact: Fact) -> None:
    """What the book makes sure of before it records, and the codec takes for granted."""
    kind, _, id_ = fact.stream.partition(":")
    number: Any
    for name, number in (("seq", fact.seq), ("version", fact.version)):
        if type(number) is not int or number < 1:
            raise _UnlikeError(f"{name} is not a number from 1: {number!r:.40}")
    own = fact.content.stream_kind()
    if isinstance(fact.content, Revision):
        if fact.content.stream != fact.stream:
            raise _UnlikeError(f"{fact.type} of {fact.content.ref} stands in {quoted(fact.stream)}")
    elif kind != own:
        raise _UnlikeError(f"{fact.type} does not belong to the stream {quoted(fact.stream)}")
    actor: Any = fact.actor
    if not isinstance(actor, str) or actor != check_text(actor, limit=300):
        raise _UnlikeError("actor is not in the form in which it is recorded")
    code: Any
    for code in fact.forced:
        check_id(code if isinstance(code, str) else "")
    given: dict[str, Any] = {
        name: getattr(fact, name) for name in ("on", "source", "locator", "quote", "note", "tags")
    }
    try:
        Identity(id=id_)
        envelope = Envelope(**given)
    except ValidationError as error:
        raise _UnlikeError(_reason(error)) from None
    for name, value in given.items():
        if getattr(envelope, name) != value:
            raise _UnlikeError(f"{name} is not in the form in which it is recorded")


def _reason(error: BaseException | None) -> str:
    if isinstance(error, ValidationError):
        found = error.errors(include_url=False)[0]
        return f"{'.'.join(map(str, found['loc']))}: {found['msg']}"
    return f"{error} is missing" if isinstance(error, KeyError) else str(error)


def _first_difference(data: bytes, expected: bytes, offset: int) -> str:
    pairs = enumerate(zip(data, expected, strict=False))
    at = next((n for n, (one, other) in pairs if one != other), min(len(data), len(expected)))
    there, stored = (
        quoted(part[max(at - 20, 0) : at + 20].decode(errors="replace"))
        for part in (data, expected)
    )
    return (
        f"the fact is not in the form in which it is stored, from byte {at + offset + 1} on: "
        f"{there} is there, {stored} would be stored"
    )


def _where(line: bytes, file: str, number: int) -> Where:
    return Where(file, number, 1, _printable(line.rstrip(b"\r\n").decode(errors="replace")))


def _printable(text: str) -> str:
    """The beginning of a text that may hold anything, terminal escapes among it."""
    return "".join(c if c.isprintable() else "\ufffd" for c in text[:_EXCERPT])
