"""The value types inside pydantic models, and that they do without pydantic otherwise."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ConfigDict, ValidationError

from ledger.errors import CurrencyError, DateError, LedgerError, PartyError, ReversedIntervalError
from ledger.values import Money, PartialDate, Party, Quantity
from tests.values.strategies import money, partial_dates, parties, quantities


class Deal(BaseModel):
    """A model as the facts have them: frozen, closed, with every value type."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    on: PartialDate
    party: Party
    amount: Money | None = None
    volume: Quantity | None = None


DEAL = {"on": "2025-Q3", "party": "ls-mnm", "amount": "28.5bn KRW", "volume": ">500 t/yr"}


def test_a_model_reads_text_and_stores_the_canonical_form() -> None:
    """What people type goes in; what is stored comes out, the same in Python and JSON."""
    deal = Deal.model_validate(DEAL)
    assert deal.amount == Money.parse("28.5bn KRW")
    stored = {
        "on": "2025-35",
        "party": "ls-mnm",
        "amount": {"amount": "28500000000", "currency": "KRW"},
        "volume": {"min": "500", "min_inclusive": False, "unit": "t", "per": "year"},
    }
    assert deal.model_dump() == deal.model_dump(mode="json") == stored
    assert Deal.model_validate(stored) == deal


@given(
    st.builds(
        Deal,
        on=partial_dates(),
        party=parties(),
        amount=st.none() | money(),
        volume=st.none() | quantities(),
    )
)
def test_models_round_trip(deal: Deal) -> None:
    """A model made of instances reads back the same from its JSON."""
    assert Deal.model_validate_json(deal.model_dump_json()) == deal
    assert hash(Deal.model_validate(deal.model_dump())) == hash(deal)


@pytest.mark.parametrize(
    ("field", "value", "error", "code"),
    [
        ("on", "soon", DateError, "date"),
        ("on", "2026/2025", ReversedIntervalError, "interval_reversed"),
        ("party", "LS MnM", PartyError, "party"),
        ("amount", "5 {hint} KWR", CurrencyError, "currency"),
    ],
)
def test_the_ledgers_own_error_comes_back(
    field: str, value: str, error: type[LedgerError], code: str
) -> None:
    """A refusal keeps its code, message and hint, and carries the original error."""
    with pytest.raises(ValidationError) as caught:
        Deal.model_validate(DEAL | {field: value})
    (found,) = caught.value.errors()
    assert found["type"] == code
    assert found["loc"] == (field,)
    original = found["ctx"]["error"]
    assert isinstance(original, error)
    assert found["msg"] == original.what
    assert found["ctx"]["hint"] == original.hint


def test_every_wrong_field_is_reported() -> None:
    """One value's refusal does not hide another's."""
    with pytest.raises(ValidationError) as caught:
        Deal.model_validate({"on": "soon", "party": "", "amount": 5.0, "volume": "5 tons"})
    assert [error["loc"][0] for error in caught.value.errors()] == list(DEAL)


@pytest.mark.parametrize("mode", ["validation", "serialization"])
def test_the_json_schema_explains_the_forms(mode: str) -> None:
    """An editor that knows the schema can offer the forms and examples of each value."""
    schema = Deal.model_json_schema(mode="validation" if mode == "validation" else "serialization")
    on, party = schema["properties"]["on"], schema["properties"]["party"]
    amount = schema["properties"]["amount"]["anyOf"][0]
    assert on["type"] == ["string", "integer"]  # a year is typed as a number
    assert party["type"] == "string"
    assert [form["type"] for form in amount["anyOf"]] == ["string", "object"]
    for value, kind in ((on, PartialDate), (party, Party), (amount, Money)):
        assert value["description"]
        for example in value["examples"]:
            assert isinstance(kind.from_data(example), kind)


def test_importing_values_stays_cheap() -> None:
    """Views read values without pydantic, which would cost them over 100 ms."""
    code = (
        "import sys, ledger.values; "
        "heavy = {'pydantic', 'pydantic_core', 'eventsourcing', 'rich', 'zoneinfo', 'fractions',"
        " 'statistics', 'typing_extensions'}; "
        "print(sorted(heavy & set(sys.modules)))"
    )
    root = Path(__file__).parents[2]
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("module", ["ledger.reference.units", "ledger.reference.currencies"])
def test_tables_can_be_imported_first(module: str) -> None:
    """The tables do not depend on the values that use them."""
    root = Path(__file__).parents[2]
    code = f"import {module}, ledger.values"
    subprocess.run([sys.executable, "-c", code], cwd=root, check=True)
