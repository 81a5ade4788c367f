"""Quantities: how they are written, shown, stored, converted and added."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.errors import InputError, LedgerError, NumberError, TextError, UnitError
from ledger.reference.units import BASE_UNITS, UNITS, find_unit
from ledger.values import Bounds, Quantity, comparable
from tests.values.strategies import quantities


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        (">500 t/yr", ">500 t/yr"),
        ("more than 500 tonnes per year", ">500 t/yr"),
        ("500 t / y", "500 t/yr"),
        ("500 t/year", "500 t/yr"),
        ("500 t a year", "500 t/yr"),
        ("500 tpa", "500 t/yr"),
        ("20ktpa", "20 kt/yr"),
        ("~120000 t", "~120,000 t"),
        ("20\u201325 kt", "20-25 kt"),
        ("5 metric tons", "5 t"),
        ("5 Tonnes", "5 t"),
        ("1.2 Mt", "1.2 Mt"),
        ("30 years", "30 years"),
        ("1 year", "1 year"),
        ("1 unit/day", "1 unit/day"),
        ("90%", "90%"),
        ("at least 90 per cent", "≥90%"),
        ("2.5 GWh/yr", "2.5 GWh/yr"),
        ("320 kV", "320 kV"),
        ("5 m\u00b2", "5 m2"),
        ("100 m2/h", "100 m2/h"),
        ("62,000 t/yr [Ni metal]", "62,000 t/yr [Ni metal]"),
        ("62,000 t/yr[Ni  metal]", "62,000 t/yr [Ni metal]"),
        (">20..<25 kt/month [sulfate]", ">20..<25 kt/month [sulfate]"),
    ],
)
def test_accepted_quantities(typed: str, shown: str) -> None:
    """Units have aliases when typed, and one form when shown."""
    assert Quantity.parse(typed).text() == str(Quantity.parse(typed)) == shown


@pytest.mark.parametrize(
    ("typed", "error", "hint"),
    [
        ("200 tons", UnitError, "write t for metric tonnes"),
        ("1 ton/yr", UnitError, "write t for metric tonnes"),
        ("5 Tons", UnitError, "write t for metric tonnes"),
        ("5 mt", UnitError, "Mt for millions"),
        ("5 MT", UnitError, "Mt for millions"),
        ("5 KT", UnitError, "kt"),
        ("5 gwh", UnitError, "GWh"),
        ("5 mW", UnitError, "MW"),
        ("5 tone", UnitError, "tonne"),
        ("1.2 million t", UnitError, "1.2 Mt"),
        ("5 xyz", UnitError, "Known units"),
        ("5", UnitError, "500 t/yr"),
        ("5 /yr", UnitError, "Known units"),
        ("5 t/yr/yr", UnitError, "Known units"),
        ("5 t/fortnight", UnitError, "/yr"),
        ("5 t [", UnitError, "basis comes last"),
        ("5 t [a] [b]", UnitError, "basis comes last"),
        ("5 [a] t", UnitError, "basis comes last"),
        ("5 t [ ]", UnitError, "what is counted"),
        ("5 t [" + "a" * 81 + "]", TextError, "80"),
        ("", NumberError, "digits"),
        ("t", NumberError, "digits"),
        ("-5 t", NumberError, "direction"),
        ("1..", NumberError, "digits"),
        ("5- t", NumberError, "digits"),
        ("1e9 t", NumberError, "digits"),
        ("1,16 t", NumberError, "1,160"),
        ("200~300 t", NumberError, "20-25"),
        ("5\u0665 t", NumberError, "0 to 9"),
        ("5 t\x00", TextError, "invisible"),
        ("9" * 10_000, TextError, "At most"),
    ],
)
def test_refused_quantities(typed: str, error: type[LedgerError], hint: str) -> None:
    """An ambiguous or unknown unit is refused with the one to write."""
    with pytest.raises(error) as caught:
        Quantity.parse(typed)
    assert hint in caught.value.hint
    assert len(caught.value.what) < 200


@given(quantities())
def test_round_trips(value: Quantity) -> None:
    """A quantity reads back the same as it is shown, stored and exported."""
    assert Quantity.parse(value.text()) == value
    assert Quantity.from_data(json.loads(json.dumps(value.to_stored()))) == value
    assert Quantity.from_data(json.loads(json.dumps(value.to_json()))) == value


@given(st.text(alphabet="0123456789.,-~<>=[]/ tkMWhyr%pa\u00b2\u0665", max_size=30))
def test_any_text_reads_or_is_refused(text: str) -> None:
    """Whatever is typed is either read, and then reads back the same, or refused by name."""
    try:
        value = Quantity.parse(text)
    except InputError:
        return
    assert Quantity.parse(value.text()) == value


def test_forms_of_data() -> None:
    """What is stored says only what is not the default; what is exported says everything."""
    assert Quantity.parse("200 t").to_stored() == {"value": "200", "unit": "t"}
    assert Quantity.parse("~20-25 kt/yr [Ni]").to_stored() == {
        "min": "20",
        "max": "25",
        "approx": True,
        "unit": "kt",
        "per": "year",
        "basis": "Ni",
    }
    assert Quantity.parse(">500 t/yr").to_json() == {
        "min": "500",
        "max": None,
        "min_inclusive": False,
        "max_inclusive": True,
        "approx": False,
        "unit": "t",
        "per": "year",
        "basis": None,
    }


@pytest.mark.parametrize(
    ("data", "error", "named"),
    [
        (5, NumberError, "int"),
        ({"value": "5"}, UnitError, "unit"),
        ({"unit": "t"}, NumberError, "missing"),
        ({"value": 0.5, "unit": "t"}, NumberError, "value"),
        ({"value": "5", "unit": "tons"}, UnitError, "'tons'"),
        ({"value": "5", "unit": "t", "pre": "year"}, NumberError, "'pre'"),
        ({"value": "5", "unit": "t", "per": "week"}, UnitError, "'week'"),
        ({"value": "5", "unit": "t", "basis": ""}, UnitError, "basis"),
        ({"value": "5", "unit": "t", "basis": 3}, UnitError, "basis"),
    ],
)
def test_refused_data(data: object, error: type[LedgerError], named: str) -> None:
    """Data is refused by the name of what is wrong in it."""
    with pytest.raises(error) as caught:
        Quantity.from_data(data)
    assert named in caught.value.what
    assert caught.value.hint


def test_sums_of_one_unit_stay_in_it_and_mixed_ones_go_to_the_base() -> None:
    """20 kt and 5 kt are 25 kt; 20 kt and 5 t are 20,005 t; bounds and ~ are carried."""
    parse = Quantity.parse
    assert parse("20 kt") + parse("5 kt") == parse("25 kt")
    assert parse("20 kt") + parse("5 t") == parse("20,005 t")
    assert parse(">20 kt/yr") + parse("~5 t/yr") == parse("~>20,005 t/yr")
    assert parse("1 year") + parse("6 months") == parse("18 months")


@pytest.mark.parametrize(
    ("a", "b"),
    [("5 t", "5 MW"), ("5 t", "5 t/yr"), ("5 t [Ni metal]", "5 t"), ("5 months", "5 days")],
)
def test_different_things_do_not_add_up(a: str, b: str) -> None:
    """A dimension, a period or a basis apart, a sum would mean nothing."""
    one, other = Quantity.parse(a), Quantity.parse(b)
    assert not comparable(one, other)
    with pytest.raises(ValueError, match="cannot add"):
        one + other


@given(quantities("t"), quantities("kt"), quantities("kg"))
def test_sum_laws(a: Quantity, b: Quantity, c: Quantity) -> None:
    """The order of adding changes nothing, and converting before or after is the same."""
    a, b, c = (Quantity(part.bounds, part.unit, "year") for part in (a, b, c))
    assert a + b == b + a
    assert (a + b) + c == a + (b + c)
    assert (b + b).in_unit("t") == b.in_unit("t") + b.in_unit("t")


@given(quantities())
def test_converting_to_the_base_unit_is_exact(value: Quantity) -> None:
    """Every quantity has an exact form in its base unit, and comes back from it."""
    base = value.in_unit(BASE_UNITS[value.dimension])
    assert comparable(base, value)
    assert base.in_unit(value.unit) == value


def test_conversions_that_are_refused() -> None:
    """Another dimension, or a number without an end of digits, is refused."""
    with pytest.raises(UnitError, match="cannot be told in MWh") as caught:
        Quantity.parse("5 t").in_unit("MWh")
    assert "kt" in caught.value.hint
    with pytest.raises(UnitError, match="no finite decimal"):
        Quantity.parse("1 month").in_unit("year")
    assert Quantity.parse("30 months").in_unit("years").text() == "2.5 years"


def test_the_unit_table_is_sound() -> None:
    """Every dimension has one base unit, and every alias names the unit it stands with."""
    assert set(BASE_UNITS) == {unit.dimension for unit in UNITS.values()}
    assert len(BASE_UNITS) == sum(unit.factor == 1 for unit in UNITS.values())
    for unit in UNITS.values():
        assert unit.factor > 0
        assert unit.meaning
        for name in (unit.symbol, *unit.aliases):
            assert find_unit(name) is unit
        assert find_unit(unit.one or unit.symbol) is find_unit(unit.many or unit.symbol) is unit


def test_wrong_quantities_cannot_be_made() -> None:
    """The constructor takes canonical symbols only, and says which."""
    five = Bounds.exact(Decimal(5))
    for args, hint in (
        (("tonnes", None, None), "Write t"),
        (("t", "yr", None), "Write year"),
        (("t", None, " Ni "), "Write Ni"),
    ):
        with pytest.raises(UnitError) as caught:
            Quantity(five, *args)
        assert hint in caught.value.hint
