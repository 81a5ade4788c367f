"""The header of a fact is what the JSON in its bytes says, whatever somebody did to them."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ledger import codec
from ledger.header import NAMES, header
from tests.store import samples

STORED = [codec.encode(fact) for fact in samples.facts()]
BARE = STORED[-1]
DEEP = b"[" * 400 + b"]" * 400

AS_JSON = (ValueError, KeyError, TypeError, RecursionError)

pieces = st.sampled_from(
    [
        *(f'"{name}":{value},'.encode() for name in NAMES for value in ("2", "2.0", '"b:c"', "[]")),
        *(b'"\\u0073eq":7,', b'"x":NaN,', b'"x":"\xff",', b'"x":"\\ud800",', b'"x":"\x01",'),
        *(b'"x":' + DEEP + b",", b'"x":' + b"9" * 5_000 + b",", b'"x":01,', b"\xef\xbb\xbf"),
        *(b"{", b"}", b'"', b",", b" ", b"\n", b"\\", b"null", b"true", b"\0"),
    ]
)


def by_json(data: Any) -> object:
    """What `json.loads` makes of the header, or that it makes nothing."""
    try:
        fact = json.loads(data)
        return {name: fact[name] for name in NAMES}
    except AS_JSON:
        return None


def read(data: Any) -> object:
    """What `header` makes of it."""
    try:
        return header(data)
    except AS_JSON:
        return None


@pytest.mark.parametrize("data", STORED, ids=lambda data: str(json.loads(data)["type"]))
def test_every_type_of_fact_has_a_header(data: bytes) -> None:
    """Given the stored bytes of a fact, its header has the six keys with their values."""
    assert header(data) == {name: json.loads(data)[name] for name in NAMES}


@given(st.sampled_from(STORED), st.data())
def test_edited_bytes_say_what_their_json_says(data: bytes, draw: st.DataObject) -> None:
    """Given bytes with pieces put in or cut out, the header and its types are those of the JSON."""
    for _ in range(draw.draw(st.integers(1, 3))):
        places = st.integers(0, len(data)) | st.sampled_from([1, *_commas(data)])
        start = draw.draw(places)
        end = start + draw.draw(st.integers(0, 3))
        data = data[:start] + draw.draw(pieces | st.just(b"")) + data[end:]
    assert repr(read(data)) == repr(by_json(data))


@given(st.none() | st.integers() | st.text() | st.binary())
@example(BARE.decode())
@example(BARE.decode("utf-8").encode("utf-16"))
@example(b"\xff" + BARE)
def test_what_is_no_fact_has_no_header(data: Any) -> None:
    """Given what a column may be made, it is read as JSON, or refused as the JSON is."""
    assert repr(read(data)) == repr(by_json(data))


def _commas(data: bytes) -> list[int]:
    """Places behind commas: where a further key can stand."""
    return [n + 1 for n, byte in enumerate(data) if byte == ord(",")]
