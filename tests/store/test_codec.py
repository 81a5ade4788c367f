"""The stored form of facts: the same bytes in every release, and clear errors for others."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger import codec
from ledger.envelope import Fact
from ledger.errors import DamagedError, FactTooLargeError, LedgerError, NewerLedgerError
from ledger.facts import FACT_TYPES
from ledger.facts.plant import PlantNamed
from tests import golden
from tests.store import samples

GOLDEN = Path(__file__).parent / "golden" / "facts.jsonl"
STORED = GOLDEN.read_bytes().splitlines() if GOLDEN.exists() else []


def changed(**fields: Any) -> bytes:
    """The stored bytes of a bare fact with some keys changed; None removes a key."""
    envelope = json.loads(codec.encode(samples.facts()[-1])) | fields
    kept = {name: value for name, value in envelope.items() if value is not None}
    return json.dumps(kept, ensure_ascii=False, separators=(",", ":")).encode()


def test_every_fact_is_stored_as_it_always_was() -> None:
    """Each type of fact, all fields given, takes exactly the bytes of the golden file."""
    lines = [codec.encode(fact) for fact in samples.facts()]
    golden.check(GOLDEN, b"".join(line + b"\n" for line in lines))


def test_the_golden_file_has_every_type_with_every_field() -> None:
    """A type or field without golden bytes could change its stored form unnoticed."""
    found = {fact["type"]: set(fact["content"]) for fact in map(json.loads, STORED[:-1])}
    fields = {name: set(type_.model_fields) for name, type_ in FACT_TYPES.items()}
    fields["plant.capacity_expanded"].remove("capacity")  # given instead of `added`
    assert found == fields


@pytest.mark.parametrize("data", STORED, ids=lambda data: str(json.loads(data)["type"]))
def test_stored_bytes_come_back_as_the_fact_and_go_out_the_same(data: bytes) -> None:
    """What an earlier release stored is read, and encoding it again gives the same bytes."""
    fact = codec.decode(data)
    assert codec.encode(fact) == data
    assert codec.decode(codec.encode(fact)) == fact


def test_keys_stand_in_one_order_and_absent_ones_are_left_out() -> None:
    """A bare fact is as short as can be."""
    last = len(STORED)
    assert STORED[-1].decode() == (
        f'{{"seq":{last},"stream":"plant:bare","version":{last},"type":"plant.named",'
        '"type_version":1,"recorded_at":"2026-03-04T09:30:15.000042Z",'
        '"actor":"김하늘 <kim@example.com>","on":"2026","content":{}}'
    )


def test_a_type_of_a_newer_release_is_named() -> None:
    """An unknown type says that the ledger is newer, and which type it was."""
    with pytest.raises(NewerLedgerError, match=r"plant\.relocated"):
        codec.decode(changed(type="plant.relocated"))


def test_a_newer_version_of_a_type_is_named() -> None:
    """A known type in a version to come says both versions."""
    with pytest.raises(NewerLedgerError, match=r"version 2 of 'plant\.named'.*knows 1"):
        codec.decode(changed(type_version=2))


def test_an_older_version_is_brought_up_to_date(monkeypatch: pytest.MonkeyPatch) -> None:
    """A field that was renamed in version 2 is read from the bytes of version 1."""

    def upcast(fields: dict[str, Any]) -> dict[str, Any]:
        fields["name"] = fields.pop("title")
        return fields

    monkeypatch.setattr(PlantNamed, "VERSION", 2)
    monkeypatch.setitem(codec.UPCASTS, ("plant.named", 1), upcast)
    fact = codec.decode(changed(type_version=1, content={"title": "North"}))
    assert fact.content == PlantNamed(name="North")
    assert json.loads(codec.encode(fact))["type_version"] == 2


def test_upcasts_are_chained(monkeypatch: pytest.MonkeyPatch) -> None:
    """From version 1 to 3 by way of 2."""

    def step(before: str, after: str) -> Callable[[dict[str, Any]], dict[str, Any]]:
        return lambda fields: {after: fields[before]}

    monkeypatch.setattr(PlantNamed, "VERSION", 3)
    monkeypatch.setitem(codec.UPCASTS, ("plant.named", 1), step("a", "b"))
    monkeypatch.setitem(codec.UPCASTS, ("plant.named", 2), step("b", "name"))
    assert codec.decode(changed(type_version=1, content={"a": "N"})).content == PlantNamed(name="N")
    newer = codec.decode(changed(type_version=2, content={"b": "North"}))
    assert newer.content == PlantNamed(name="North")


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b"{}",
        b"\xff\xfe",
        b"\x00" * 40,
        STORED[0][:-1] if STORED else b"",
        STORED[0].replace(b'"seq"', b'"sqe"') if STORED else b"",
        changed(type=["plant.named"]),
        changed(type_version="1"),
        changed(type_version=0),
        changed(type_version=None),
        changed(recorded_at="yesterday"),
        changed(on="2025-13"),
        b"[" * 100_000,
        changed(on=2025),
        changed(content=[]),
        changed(content={"nmae": "North"}),
        changed(content={"company": {"id": 5}}),
        changed(tags=5),
    ],
)
def test_damaged_bytes_are_called_damaged(data: bytes) -> None:
    """What is no fact at all is told so, with the beginning of the bytes."""
    with pytest.raises(DamagedError, match="cannot be read back"):
        codec.decode(data)


@given(data=st.sampled_from(STORED or [b""]), at=st.integers(0, 10_000), byte=st.integers(0, 255))
def test_a_changed_byte_never_crashes(data: bytes, at: int, byte: int) -> None:
    """One wrong byte gives another fact or one of our errors, never anything else."""
    damaged = bytearray(data)
    damaged[at % len(damaged)] = byte
    try:
        fact = codec.decode(bytes(damaged))
    except LedgerError:
        return
    assert isinstance(fact, Fact)


def test_a_fact_takes_at_most_65535_bytes() -> None:
    """The largest fact fits, a byte more is refused; bytes count, not characters."""
    bare = samples.facts()[-1]
    free = codec.LARGEST_FACT - len(codec.encode(_noted(bare, "")))
    assert len(codec.encode(_noted(bare, "x" * free))) == codec.LARGEST_FACT
    with pytest.raises(FactTooLargeError, match="65,536"):
        codec.encode(_noted(bare, "x" * (free + 1)))
    with pytest.raises(FactTooLargeError):
        codec.encode(_noted(bare, "가" * (free // 3 + 1)))


def _noted(fact: Fact, text: str) -> Fact:
    return replace(fact, note=text)
