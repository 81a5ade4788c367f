"""The facts as lines, and back to the same bytes; what was tampered with is refused."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from io import BytesIO
from typing import Any, ClassVar

import pytest

from ledger import codec, history
from ledger.database import Database
from ledger.errors import NewerLedgerError, RestoreError
from ledger.facts import FACT_TYPES
from ledger.facts.company import CompanyRegistered
from ledger.values.text import check_text
from projections.exports.facts import (
    envelope_line,
    lines,
    restored,
    stored_bytes,
    write_json,
    write_lines,
)
from tests.cli.console import Console


@pytest.fixture(scope="module")
def stored(hard: Database) -> list[bytes]:
    """The stored bytes of all facts, as the database has them."""
    with hard.reading() as connection:
        return list(history.stored(connection))


@pytest.fixture(scope="module")
def export(stored: list[bytes]) -> list[bytes]:
    """The lines of the export, with their line ends."""
    out = BytesIO()
    write_lines(lines(stored), out)
    return out.getvalue().splitlines(keepends=True)


def test_every_fact_goes_to_a_line_and_back(stored: list[bytes]) -> None:
    """The bytes that come back are the bytes that are stored; the line is JSON with a ref."""
    for data in stored:
        fact = codec.decode(data)
        line = envelope_line(data, fact.ref)
        assert b"\n" not in line
        assert stored_bytes(line) == data
        assert json.loads(line) == {"ref": fact.ref, **json.loads(data)}


def test_a_line_begins_with_what_people_cite(export: list[bytes]) -> None:
    """The reference, then the envelope in its order."""
    first = json.loads(export[0])
    assert first["ref"] == "source:lscs-2024-01-10@1"
    assert list(first)[:8] == [
        *("ref", "seq", "stream", "version", "type", "type_version", "recorded_at", "actor")
    ]


def test_an_export_is_restored_whole(export: list[bytes], stored: list[bytes]) -> None:
    """All facts come back in order with their bytes; blank lines and CRLF do no harm."""
    assert [data for _, data in restored(export, "x.jsonl")] == stored
    spoilt = [line.replace(b"\n", b"\r\n") for line in export] + [b"\n"]
    found = list(restored(spoilt, "x.jsonl"))
    assert [data for _, data in found] == stored
    assert [fact for fact, _ in found] == [codec.decode(data) for data in stored]


def test_facts_as_json(export: list[bytes], stored: list[bytes]) -> None:
    """One object with the head and the envelopes as rows, also when there are none."""
    head = {"view": "facts", "version": 1, "cut": {"last_seq": len(stored)}}
    for rows in (export, []):
        out = BytesIO()
        write_json((line.rstrip() for line in rows), head, out)
        assert json.loads(out.getvalue()) == {**head, "rows": [json.loads(line) for line in rows]}
        assert out.getvalue().endswith(b"\n}\n")


@pytest.mark.parametrize(
    "cut", [("--known-at", "#9"), ("--public-at", "2024-06-30"), ("--as-of", "2023-12-31")]
)
def test_a_cut_exports_the_facts_that_its_log_shows(console: Console, cut: tuple[str, str]) -> None:
    """Given a ledger, the facts of a cut are those that have a row in the log of that cut."""
    console("init", "--example")
    log = json.loads(console("export", "log", "--format", "json", *cut).out)
    facts = console("export", "facts", "--format", "jsonl", *cut).out.splitlines()
    assert [json.loads(line)["ref"] for line in facts] == [row["ref"] for row in log["rows"]]
    assert facts


def edited(line: bytes, **changes: Any) -> bytes:
    """The line with other values under some keys, written as the ledger would."""
    fact = {**json.loads(line), **changes}
    return json.dumps(fact, ensure_ascii=False, separators=(",", ":")).encode()


def without(line: bytes, key: str) -> bytes:
    """The line without a key."""
    fact = json.loads(line)
    del fact[key]
    return json.dumps(fact, ensure_ascii=False, separators=(",", ":")).encode()


TAMPERED: dict[str, tuple[Callable[[bytes], bytes], str]] = {
    "another reference": (lambda x: edited(x, ref="source:other@1"), "is marked as"),
    "another version": (lambda x: edited(x, version=2), "is marked as"),
    "no reference": (lambda x: without(x, "ref"), "does not begin with"),
    "spaces": (lambda x: json.dumps(json.loads(x)).encode(), "does not begin with"),
    "a space further on": (lambda x: x.replace(b',"type"', b', "type"'), "from byte"),
    "escaped letters": (
        lambda x: x.replace("김".encode(), b"\\uae40"),
        r"from byte \d+ on: .*u.{0,2}ae40.* is there, .*김",
    ),
    "decomposed letters": (
        lambda x: x.replace("김".encode(), "\u1100\u1175\u11b7".encode()),
        "actor is not in the form",
    ),
    "another order": (
        lambda x: edited(without(x, "actor"), actor="a"),
        "from byte",
    ),
    "an unknown key": (lambda x: edited(x, approved=True), "from byte"),
    "an unknown field": (lambda x: edited(x, content={"title": "x", "k": 1}), "holds no fact"),
    "an escape as a key": (lambda x: edited(x, content={"\x1b[31m": 1}), "holds no fact"),
    "a bare escape": (lambda x: x + b"\x1b[31m", "holds no fact"),
    "a key twice": (lambda x: x.replace(b'"seq":1,', b'"seq":1,"seq":1,'), "from byte"),
    "a null": (lambda x: edited(x, forced=None), "holds no fact"),
    "a missing key": (lambda x: without(x, "recorded_at"), "'recorded_at' is missing"),
    "another time zone": (
        lambda x: edited(x, recorded_at="2026-03-31T18:30:00.000000+09:00"),
        "from byte",
    ),
    "a time without a zone": (
        lambda x: edited(x, recorded_at="2026-03-31T09:30:00.000000"),
        "from byte",
    ),
    "a number as text": (lambda x: edited(x, seq="1"), "seq is not of the type int"),
    "a fraction": (lambda x: edited(x, seq=1.0), "seq is not of the type int"),
    "truth as a number": (lambda x: edited(x, seq=True), "seq is not of the type int"),
    "an actor that is no text": (lambda x: edited(x, actor=5), "actor is not"),
    "a terminal escape": (lambda x: edited(x, actor="\x1b[31m"), "ESC"),
    "a note that is no text": (lambda x: edited(x, note=5), "note is not of the type str"),
    "no content": (lambda x: without(x, "content"), "'content' is missing"),
    "a kind of another stream": (
        lambda x: edited(x, ref="company:a@1", stream="company:a"),
        "does not belong to the stream",
    ),
    "a stream that is no id": (
        lambda x: edited(x, ref="source:A b@1", stream="source:A b"),
        "id: ",
    ),
    "a cut line": (lambda x: x[:-10], "holds no fact"),
    "two facts on a line": (lambda x: x + x, "holds no fact"),
    "not UTF-8": (lambda x: x.replace("김".encode(), b"\xb1\xe8"), "holds no fact"),
    "nested without end": (
        lambda x: x.replace(b'"content":{', b'"content":{"a":' + b"[" * 60_000),
        "nested too deep|holds no fact",
    ),
    "a line without end": (lambda x: x + b" " * 70_000 + b"x", "more than any fact"),
    "something else": (lambda _: b"hello", "does not begin with"),
}


@pytest.mark.parametrize("name", TAMPERED)
def test_a_tampered_line_is_refused(name: str, export: list[bytes]) -> None:
    """The error says what differs, and names the file and the line."""
    tamper, says = TAMPERED[name]
    line = tamper(export[0].rstrip())
    assert line != export[0].rstrip()
    with pytest.raises(RestoreError, match=says) as refused:
        stored_bytes(line, "x.jsonl", 7)
    assert str(refused.value.where) == "x.jsonl:7:1"
    assert "\x1b" not in f"{refused.value}{refused.value.where and refused.value.where.excerpt}"
    assert len(str(refused.value)) <= 300


WRONG = [5, "\x1b[2J", "", ["\x1b[2J"], [5], {"a": 1}]


@pytest.mark.parametrize(
    ("key", "value"),
    [
        (key, value)
        for key in ("locator", "quote", "note", "source", "tags", "forced")
        for value in WRONG
        if value or key not in ("tags", "forced")  # an empty list is not stored at all
    ],
)
def test_no_envelope_key_takes_what_the_book_would_not(
    key: str, value: object, stored: list[bytes]
) -> None:
    """A restore is no way around the checks that every recorded fact has passed."""
    forged = edited(stored[0], **{key: value})
    line = envelope_line(forged, codec.decode(stored[0]).ref)
    assert f'"{key}":'.encode() in line
    with pytest.raises(RestoreError):
        stored_bytes(line)


def test_a_changed_figure_is_for_the_checksums_to_find(export: list[bytes]) -> None:
    """A line that the ledger could have written is accepted: `verify` is what tells."""
    line = edited(export[0].rstrip(), actor="somebody else")
    assert codec.decode(stored_bytes(line)).actor == "somebody else"


def test_facts_of_a_newer_release_are_told_apart(export: list[bytes]) -> None:
    """An unknown type or version is not damage: a newer lsledger can restore it."""
    for changes in ({"type": "source.sealed"}, {"type_version": 99}):
        with pytest.raises(NewerLedgerError) as refused:
            stored_bytes(edited(export[0], **changes), "x.jsonl", 3)
        assert str(refused.value.where) == "x.jsonl:3:1"


def test_facts_of_an_older_version_keep_their_bytes(
    stored: list[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A fact that is upcast when it is read is restored as it was stored."""

    class Newer(CompanyRegistered):
        VERSION: ClassVar[int] = 2

    def upcast(content: dict[str, Any]) -> dict[str, Any]:
        return {**content, "place": "somewhere"}

    monkeypatch.setitem(FACT_TYPES.made, "company.registered", Newer)
    monkeypatch.setitem(codec.UPCASTS, ("company.registered", 1), upcast)
    data = next(data for data in stored if b'"company.registered"' in data)
    fact = codec.decode(data)
    assert isinstance(fact.content, Newer)
    assert fact.content.place == "somewhere"
    line = envelope_line(data, fact.ref)
    assert stored_bytes(line) == data
    with pytest.raises(RestoreError, match="from byte"):
        stored_bytes(line.replace(b'"seq":', b'"seq": '))


ORDERS: dict[str, tuple[Callable[[list[bytes]], list[bytes]], str, int]] = {
    "a missing line": (lambda x: x[:4] + x[5:], r"fact #5 is expected here", 5),
    "a line twice": (lambda x: [*x[:3], *x[2:]], "fact #4 is expected here", 4),
    "swapped lines": (lambda x: [x[1], x[0], *x[2:]], "fact #1 is expected", 1),
    "the first lines cut off": (lambda x: x[3:], "fact #1 is expected", 1),
    "an earlier time": (
        lambda x: [*x[:2], edited(x[2], recorded_at="2020-01-01T00:00:00.000000Z"), *x[3:]],
        "recorded before",
        3,
    ),
}


@pytest.mark.parametrize("name", ORDERS)
def test_lines_that_do_not_follow_on_each_other_are_refused(name: str, export: list[bytes]) -> None:
    """Sequence numbers have no gaps, and recorded times never decrease."""
    change, says, number = ORDERS[name]
    with pytest.raises(RestoreError, match=says) as refused:
        list(restored(change(export), "x.jsonl"))
    assert refused.value.where is not None
    assert refused.value.where.line == number


def test_versions_of_a_stream_have_no_gaps(export: list[bytes]) -> None:
    """A fact whose stream lacks the one before it is refused."""

    def renumbered() -> Iterator[bytes]:
        fact = json.loads(export[0])
        yield edited(export[0], ref=f"{fact['stream']}@2", version=2)

    with pytest.raises(RestoreError, match="@1 is expected here"):
        list(restored(renumbered(), "x.jsonl"))


def test_the_letters_of_the_tampering_are_what_they_seem() -> None:
    """The decomposed letters above really are, and would be composed on entry."""
    tamper, _ = TAMPERED["decomposed letters"]
    assert check_text(tamper("김".encode()).decode()) != tamper("김".encode()).decode()
