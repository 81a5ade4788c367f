"""Parties: registered, inferred and unnamed."""

from __future__ import annotations

import json

import pytest
from hypothesis import given

from ledger.errors import LedgerError, PartyError, TextError
from ledger.values import Party
from tests.values.strategies import parties


@pytest.mark.parametrize(
    ("typed", "party", "shown"),
    [
        ("ls-mnm", Party(company="ls-mnm"), "ls-mnm"),
        ("hung-thinh-group?", Party("hung-thinh-group", None, True), "hung-thinh-group (inferred)"),
        ("unnamed: mining firms", Party(unnamed="mining firms"), "“mining firms” (unnamed)"),
        ("Unnamed:who?", Party(unnamed="who?"), "“who?” (unnamed)"),
    ],
)
def test_accepted_parties(typed: str, party: Party, shown: str) -> None:
    """A party is an id, an inferred id, or a description."""
    assert Party.parse(typed) == party
    assert party.text() == shown


@pytest.mark.parametrize(
    ("typed", "error", "hint"),
    [
        ("", PartyError, "ls-mnm"),
        ("?", PartyError, "ls-mnm"),
        ("unnamed", PartyError, "unnamed: global mining firms"),
        ("unnamed: ", PartyError, "unnamed: global mining firms"),
        ("LS MnM", PartyError, "Write ls-mnm"),
        ("global mining firms", PartyError, "unnamed: global mining firms"),
        ("ls-mnm??", PartyError, "Write ls-mnm"),
        ("엘에스", PartyError, "unnamed: 엘에스"),
        ("unnamed: a\x1b[1m", TextError, "invisible"),
        ("a" * 10_000, TextError, "At most"),
    ],
)
def test_refused_parties(typed: str, error: type[LedgerError], hint: str) -> None:
    """What is not an id is refused with the nearest id and the form of a description."""
    with pytest.raises(error) as caught:
        Party.parse(typed)
    assert hint in caught.value.hint


@given(parties())
def test_round_trips(value: Party) -> None:
    """A party reads back the same from its text and from its exported form."""
    assert Party.parse(str(value)) == Party.from_data(value.to_stored()) == value
    assert Party.from_data(json.loads(json.dumps(value.to_json()))) == value


@pytest.mark.parametrize(
    "data",
    [
        None,
        5,
        {},
        {"company": "a", "unnamed": "b"},
        {"company": "A"},
        {"company": 5},
        {"unnamed": " "},
        {"unnamed": "b", "inferred": True},
        {"company": "a", "inferred": "yes"},
        {"name": "a"},
    ],
)
def test_refused_data(data: object) -> None:
    """Data must hold a company or a description, and not both."""
    with pytest.raises(PartyError) as caught:
        Party.from_data(data)
    assert caught.value.hint
