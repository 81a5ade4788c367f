"""Money: how amounts are written, shown, stored and added."""

from __future__ import annotations

import json
from decimal import Decimal
from functools import reduce
from operator import add

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.errors import CurrencyError, InputError, LedgerError, NumberError, TextError
from ledger.values import Bounds, Money
from tests.values.strategies import money


@pytest.mark.parametrize(
    ("typed", "amount", "shown"),
    [
        ("28.5bn KRW", "28500000000", "KRW 28.5bn"),
        ("KRW 28.5 billion", "28500000000", "KRW 28.5bn"),
        ("28.5b krw", "28500000000", "KRW 28.5bn"),
        ("28500000000 KRW", "28500000000", "KRW 28.5bn"),
        ("28,500,000,000 KRW", "28500000000", "KRW 28.5bn"),
        ("1.8tn KRW", "1800000000000", "KRW 1.8tn"),
        ("KRW 1,160bn", "1160000000000", "KRW 1,160bn"),
        ("KRW1.16 trillion", "1160000000000", "KRW 1,160bn"),
        ("\u20a928.5bn", "28500000000", "KRW 28.5bn"),
        ("19.4m USD", "19400000", "USD 19.4m"),
        ("$19.4 million", "19400000", "USD 19.4m"),
        ("US$ 19.4M", "19400000", "USD 19.4m"),
        ("\u20ac5k", "5000", "EUR 5k"),
        ("5 thousand \u00a3", "5000", "GBP 5k"),
        ("28,512\u202fEUR", "28512", "EUR 28,512"),
        ("285억원", "28500000000", "KRW 28.5bn"),
        ("285억 원", "28500000000", "KRW 28.5bn"),
        ("KRW 285억", "28500000000", "KRW 28.5bn"),
        ("5억 USD", "500000000", "USD 500m"),
        ("1.8조원", "1800000000000", "KRW 1.8tn"),
        ("1조 8,000억원", "1800000000000", "KRW 1.8tn"),
        ("1조8천억 원", "1800000000000", "KRW 1.8tn"),
        ("1조 2억 3만 4원", "1000200030004", "KRW 1,000,200,030,004"),
        ("5천억원", "500000000000", "KRW 500bn"),
        ("3만원", "30000", "KRW 30k"),
        ("0 USD", "0", "USD 0"),
        ("0.05 USD", "0.05", "USD 0.05"),
        ("28,512,345 KRW", "28512345", "KRW 28,512,345"),
        ("1.25bn USD", "1250000000", "USD 1,250m"),
    ],
)
def test_amounts(typed: str, amount: str, shown: str) -> None:
    """However a source writes an amount, it is one exact number, shown without losing a digit."""
    value = Money.parse(typed)
    assert value.to_json()["amount"] == amount
    assert value.amount == Decimal(amount)
    assert value.text() == str(value) == shown


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("약 1조원", "~KRW 1tn"),
        ("~1tn KRW", "~KRW 1tn"),
        ("about $5m", "~USD 5m"),
        (">100m USD", ">USD 100m"),
        ("KRW >500m", ">KRW 500m"),
        ("more than KRW 500m", ">KRW 500m"),
        ("up to about 500bn KRW", "~≤KRW 500bn"),
        ("20-25bn KRW", "KRW 20-25bn"),
        ("900m-1.2bn USD", "USD 900-1,200m"),
        ("200-300억원", "KRW 20-30bn"),
        ("1-1조 8,000억원", "KRW 1-1.8tn"),
        (">20..<25bn KRW", ">KRW 20..<25bn"),
        ("28.5bn KRW ($19.4m)", "KRW 28.5bn (USD 19.4m)"),
        ("28.5bn KRW (= 19.4m USD)", "KRW 28.5bn (USD 19.4m)"),
        ("28.5bn KRW(about $19.4m; 16.5m EUR)", "KRW 28.5bn (~USD 19.4m; EUR 16.5m)"),
    ],
)
def test_bounds_and_equivalents(typed: str, shown: str) -> None:
    """Bounds, "about" and equivalents are kept as stated."""
    assert Money.parse(typed).text() == shown


@pytest.mark.parametrize(
    ("typed", "error", "hint"),
    [
        ("", NumberError, "digits"),
        ("USD", NumberError, "digits"),
        ("5", CurrencyError, "28.5bn KRW"),
        ("5m", CurrencyError, "28.5bn KRW"),
        ("\u00a55bn", CurrencyError, "JPY or CNY"),
        ("5bn \u00a5", CurrencyError, "JPY or CNY"),
        ("28.5bn won", CurrencyError, "KRW"),
        ("5m dollars", CurrencyError, "USD"),
        ("A$5m", CurrencyError, "ISO 4217"),
        ("5 KWR", CurrencyError, "KRW"),
        ("5 USDX", CurrencyError, "USD"),
        ("5 XXX", CurrencyError, "ISO 4217"),
        ("KRW 5 KRW", CurrencyError, "before or after"),
        ("$5 USD", CurrencyError, "before or after"),
        ("5 \u0131NR", CurrencyError, "ISO 4217"),  # a dotless i, which in upper case is an I
        ("5 t USD", NumberError, "k, m, bn, tn"),
        ("5MM USD", NumberError, "k, m, bn, tn"),
        ("5 mil USD", NumberError, "k, m, bn, tn"),
        ("5 foo bar", CurrencyError, "ISO 4217"),
        ("-5m USD", NumberError, "direction"),
        ("USD -5m", NumberError, "direction"),
        ("NaN USD", NumberError, "unknown"),
        ("inf USD", NumberError, "unknown"),
        ("1e999999999 USD", NumberError, "digits"),
        ("1,16 USD", NumberError, "1,160"),
        ("1..USD", NumberError, "digits"),
        ("9" * 31 + " USD", NumberError, "At most 30"),
        ("9" * 25 + "bn USD", NumberError, "At most 30"),
        ("25-20bn USD", NumberError, "smaller"),
        ("500bn-1 USD", NumberError, "smaller"),
        ("200~300억원", NumberError, "20-25"),
        ("1조 20,000억원", NumberError, "1.8조원"),
        ("1.5조 300억원", NumberError, "1.8조원"),
        ("2천5백억원", NumberError, "1.8조원"),
        ("1억 1조원", NumberError, "1.8조원"),
        ("5m EUR (5m EUR)", CurrencyError, "another currency"),
        ("5m EUR (6m USD; $6m)", CurrencyError, "another currency"),
        ("5m EUR (", NumberError, "Equivalents come last"),
        ("5m EUR (6m USD) x", NumberError, "Equivalents come last"),
        ("5m EUR ((6m USD))", NumberError, "Equivalents come last"),
        ("5m EUR ()", NumberError, "digits"),
        ("\u0665m USD", NumberError, "0 to 9"),
        ("\uff15m USD", NumberError, "0 to 9"),
        ("5m USD\x1b[0m", TextError, "invisible"),
        ("$" + "9" * 10_000, TextError, "At most"),
    ],
)
def test_refused_amounts(typed: str, error: type[LedgerError], hint: str) -> None:
    """What could be read in two ways, or not at all, is refused with the way to write it."""
    with pytest.raises(error) as caught:
        Money.parse(typed)
    assert hint in caught.value.hint
    assert len(caught.value.what) < 200


@given(money())
def test_round_trips(value: Money) -> None:
    """An amount reads back the same as it is shown, stored and exported."""
    assert Money.parse(value.text()) == value
    assert Money.from_data(json.loads(json.dumps(value.to_stored()))) == value
    assert Money.from_data(json.loads(json.dumps(value.to_json()))) == value


@given(st.text(alphabet="0123456789.,-~<>=()[]; $KRWUSDkmbnt조억만천원약", max_size=30))
def test_any_text_reads_or_is_refused(text: str) -> None:
    """Whatever is typed is either read, and then reads back the same, or refused by name."""
    try:
        value = Money.parse(text)
    except InputError:
        return
    assert Money.parse(value.text()) == value


@given(st.lists(money("KRW"), min_size=2, max_size=5))
def test_sums_go_by_currency_and_leave_equivalents_out(parts: list[Money]) -> None:
    """A sum is the sum of the amounts, whatever the order, and has no equivalents."""
    total = reduce(add, parts)
    assert total == reduce(add, reversed(parts))
    assert total.equivalents == ()
    assert total.bounds == reduce(add, [part.bounds for part in parts])


def test_currencies_are_never_added() -> None:
    """Adding won to dollars is a mistake in the program, not in the input."""
    with pytest.raises(ValueError, match="sums go by currency"):
        Money.parse("5 USD") + Money.parse("5 KRW")


def test_stored_form_is_compact_and_exported_form_is_complete() -> None:
    """What is stored says only what is not the default; what is exported says everything."""
    assert Money.parse("28.5bn KRW").to_stored() == {"amount": "28500000000", "currency": "KRW"}
    assert Money.parse("~>100m USD (90m EUR)").to_stored() == {
        "min": "100000000",
        "min_inclusive": False,
        "approx": True,
        "currency": "USD",
        "equivalents": [{"amount": "90000000", "currency": "EUR"}],
    }
    assert Money.parse(">100m USD").to_json() == {
        "amount": None,
        "min": "100000000",
        "max": None,
        "min_inclusive": False,
        "max_inclusive": True,
        "approx": False,
        "currency": "USD",
        "equivalents": [],
    }


NESTED: dict[str, object] = {"amount": "1", "currency": "EUR", "equivalents": ["1 USD"]}


@pytest.mark.parametrize(
    ("data", "error", "named"),
    [
        (28.5, NumberError, "float"),
        (None, NumberError, "NoneType"),
        ({"amount": "5"}, CurrencyError, "currency"),
        ({"currency": "KRW"}, NumberError, "missing"),
        ({"amount": 28.5, "currency": "KRW"}, NumberError, "amount"),
        ({"amount": "5", "currency": "KRW", "aprox": True}, NumberError, "'aprox'"),
        ({"amount": "5", "currency": "KRW", 7: 1}, NumberError, "int"),
        ({"amount": "5", "currency": "KRW", "approx": "yes"}, NumberError, "approx"),
        ({"amount": "5", "currency": 5}, CurrencyError, "currency"),
        ({"amount": "5", "min": "4", "currency": "KRW"}, NumberError, "agree"),
        ({"amount": "5", "currency": "KRW", "equivalents": "5 USD"}, NumberError, "list"),
        ({"amount": "5", "currency": "KRW", "equivalents": [NESTED]}, NumberError, "own"),
        ({"amount": "5", "currency": "KRW", "equivalents": ["5 USD (4 EUR)"]}, NumberError, "own"),
    ],
)
def test_refused_data(data: object, error: type[LedgerError], named: str) -> None:
    """Data is refused by the name of the key that is wrong."""
    with pytest.raises(error) as caught:
        Money.from_data(data)
    assert named in caught.value.what
    assert len(caught.value.hint) > 0 or named == "own"


def test_wrong_money_cannot_be_made() -> None:
    """The constructor holds the same rules as the parser."""
    five = Bounds.exact(Decimal(5))
    with pytest.raises(CurrencyError):
        Money(five, "krw")
    six = tuple(Money(five, code) for code in ("USD", "EUR", "GBP", "CHF", "JPY", "CNY"))
    with pytest.raises(NumberError, match="at most 5"):
        Money(five, "KRW", six)
