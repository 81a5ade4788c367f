"""Bounds and numbers: reading, writing and adding them without loss."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given

from ledger.errors import NumberError
from ledger.values import Bounds
from ledger.values.bounds import parse_bounded
from ledger.values.numbers import EXACT, grouped, number_from_data, plain, read_number
from tests.values.strategies import bounds, numbers

D = Decimal


@pytest.mark.parametrize(
    ("text", "expected", "shown"),
    [
        ("500", Bounds.exact(D(500)), "500"),
        ("1,160.50", Bounds.exact(D("1160.5")), "1,160.5"),
        (">500", Bounds(D(500), None, min_inclusive=False), ">500"),
        ("more than 500", Bounds(D(500), None, min_inclusive=False), ">500"),
        ("At least 500", Bounds(D(500), None), "≥500"),
        (">= 500", Bounds(D(500), None), "≥500"),
        ("<1", Bounds(None, D(1), max_inclusive=False), "<1"),
        ("under 1", Bounds(None, D(1), max_inclusive=False), "<1"),
        ("up to 1", Bounds(None, D(1)), "≤1"),
        ("~120000", Bounds.exact(D(120000), approx=True), "~120,000"),
        ("approx. 5", Bounds.exact(D(5), approx=True), "~5"),
        ("over about 5", Bounds(D(5), None, min_inclusive=False, approx=True), "~>5"),
        ("20-25", Bounds(D(20), D(25)), "20-25"),
        ("20 \u2013 25", Bounds(D(20), D(25)), "20-25"),
        ("20..25", Bounds(D(20), D(25)), "20-25"),
        ("20 to 25", Bounds(D(20), D(25)), "20-25"),
        ("about 20,000-25,000", Bounds(D(20000), D(25000), approx=True), "~20,000-25,000"),
        (">20..<25", Bounds(D(20), D(25), False, False), ">20..<25"),
        ("20..<25", Bounds(D(20), D(25), True, False), "20..<25"),
        ("5-5", Bounds.exact(D(5)), "5"),
    ],
)
def test_what_a_source_may_say(text: str, expected: Bounds, shown: str) -> None:
    """Every way of saying how much is known reads into bounds, and shows in one form."""
    assert parse_bounded(text) == (expected, "")
    assert expected.text() == shown


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("", "digits"), ("-5", "direction"), ("\u22125", "direction"), ("- 5", "direction"),
        ("--5", "digits"), ("+5", "+"), ("5-", "digits"), ("5..", "digits"), ("..5", "0.5"),
        (".5", "0.5"), ("5.", "1,160"), ("1,16", "1,160"), ("1,1600", "1,160"),
        ("0,500", "1,160"), ("1,160,", "1,160"), ("05", "1,160"), ("1.160.000", "1,160"),
        ("1e9", "digits"), ("1e999999999", "digits"), ("1E+5", "digits"), ("nan", "unknown"),
        ("-inf", "unknown"), ("Infinity", "unknown"), ("9" * 31, "At most 30"),
        ("0." + "1" * 31, "At most 30"), ("25-20", "smaller"), ("1-2-3", "20-25"),
        ("20~25", "20-25"), (">>5", "20-25"), ("about ~5", ""), (">5-6", "20-25"),
        ("<5..6", "20-25"), ("5..<5", ""), ("5 6", "1,160"), ("5+", ">=20"),
        ("\u0665", "0 to 9"), ("5\u0665", "0 to 9"), ("\uff15", "0 to 9"), ("five", "digits"),
        ("overdue 5", "digits"),
    ],
)  # fmt: skip
def test_what_is_not_a_number(text: str, hint: str) -> None:
    """Unclear, negative and absurd numbers are refused, with the form to use."""
    with pytest.raises(NumberError) as caught:
        parse_bounded(text)
    assert hint in caught.value.hint
    assert len(caught.value.what) < 200


@given(bounds())
def test_text_round_trips(value: Bounds) -> None:
    """What is shown reads back as the same bounds."""
    assert parse_bounded(value.text()) == (value, "")
    assert parse_bounded(value.text("", " t")) == (value, "t")


@given(numbers())
def test_numbers_round_trip(number: Decimal) -> None:
    """The canonical text has no exponent and no surplus zero, and loses nothing."""
    text = plain(number)
    assert Decimal(text) == number
    assert "E" not in text
    assert "." not in text or text[-1] != "0"
    assert read_number(grouped(number)) == (number, "")
    assert number_from_data(text, "n") == number_from_data(number, "n") == number


def is_one_value(given: Bounds) -> bool:
    """Whether it leaves a single value: amounts are never below 0."""
    at_most_nothing = given.min is None and given.max == 0 and given.max_inclusive
    return given.is_exact or (at_most_nothing and not given.approx)


@given(bounds(), bounds(), bounds())
def test_sums(a: Bounds, b: Bounds, c: Bounds) -> None:
    """Adding is exact, in any order, and knows no more than the vaguest part."""
    assert a + b == b + a
    assert (a + b) + c == a + (b + c)
    assert a + Bounds.exact(D(0)) == a
    total = a + b
    assert (total.min or D(0)) == EXACT.add(a.min or D(0), b.min or D(0))
    assert (total.max is None) == (a.max is None or b.max is None)
    assert total.approx == (a.approx or b.approx)
    # "At most 0" is no less than 0 either: beside a stated value it adds nothing to doubt.
    one_stated = a.min is not None or b.min is not None
    assert total.is_exact == (is_one_value(a) and is_one_value(b) and one_stated)


def test_a_sum_is_never_rounded() -> None:
    """30 digits before the point and 30 after it add up to all 60."""
    total = Bounds.exact(D(10**30 - 1)) + Bounds.exact(D("1e-30"))
    assert plain(total.value or D(0)) == "9" * 30 + "." + "0" * 29 + "1"


def test_a_sum_of_opposite_bounds() -> None:
    """Nothing measured here is negative: more than 5 and less than 3 are more than 5."""
    total = parse_bounded(">5")[0] + parse_bounded("<3")[0]
    assert total == parse_bounded(">5")[0]


@given(bounds())
def test_scaling_keeps_what_is_known(value: Bounds) -> None:
    """A scale moves the bounds and nothing else, and can be taken back."""
    assert value.scaled(D(1000)).divided(D(1000)) == value
    with pytest.raises(ValueError, match="positive"):
        value.scaled(D(0))


@pytest.mark.parametrize(
    "args",
    [
        (D(-1), None), (None, D("NaN")), (D("sNaN"), None), (None, D("Infinity")), (D("-0"), None),
        (D(2), D(1)), (D(1), D(1), False), (None, D(1), False), (D(1), None, True, False),
    ],
)  # fmt: skip
def test_impossible_bounds_cannot_be_made(args: tuple[Decimal | None, Decimal | None]) -> None:
    """Whichever way bounds are made, they are finite, ordered and not negative."""
    with pytest.raises(NumberError):
        Bounds(*args)


@pytest.mark.parametrize(
    ("data", "hint"),
    [
        (28.5, "quotes"),
        (True, "28500000000"),
        ([], "28500000000"),
        ("5 t", "own key"),
        ("", "digits"),
        ("-5", "direction"),
        (-5, "direction"),
        (D("NaN"), "unknown"),
        (D("1e999999"), "At most"),
        (D("1e-999999"), "At most"),
        pytest.param(10**5000, "At most", id="huge"),
        pytest.param("1" * 10_000, "At most", id="long"),
    ],
)
def test_data_that_is_not_a_number(data: object, hint: str) -> None:
    """Binary fractions and absurd sizes are refused before they cost anything."""
    with pytest.raises(NumberError) as caught:
        number_from_data(data, "amount")
    assert hint in caught.value.hint
