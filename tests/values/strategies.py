"""Hypothesis strategies for the value types: every value that can be recorded."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import strategies as st

from ledger.errors import NumberError, ReversedIntervalError
from ledger.reference.currencies import CURRENCIES
from ledger.reference.units import PERIODS, UNITS
from ledger.values import Bounds, Money, PartialDate, Party, Quantity
from ledger.values.text import one_line

_LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789"


def points() -> st.SearchStrategy[str]:
    """EDTF texts of dates that are not intervals, with every mark."""
    years = st.integers(1000, 9999)
    months = st.integers(1, 12)
    bases = st.one_of(
        years.map(str),
        st.builds("{}-{:02}".format, years, months),
        st.builds("{}-{}".format, years, st.sampled_from([33, 34, 35, 36, 40, 41])),
        st.builds("{}-{:02}-{:02}".format, years, months, st.integers(1, 28)),
        st.dates(min_value=PartialDate.parse("1000").earliest).map(str),
    )
    return st.builds("{}{}".format, bases, st.sampled_from(["", "", "~", "?", "%"]))


def _interval(first: str, last: str) -> PartialDate:
    """The interval between two dates, whichever way round it runs; a date when it cannot."""
    for text in (f"{first}/{last}", f"{last}/{first}"):
        try:
            return PartialDate.parse(text)
        except ReversedIntervalError:
            continue
    return PartialDate.parse(first)


def partial_dates() -> st.SearchStrategy[PartialDate]:
    """Dates of every form: points, closed and half-open intervals."""
    return st.one_of(
        points().map(PartialDate.parse),
        points().map(lambda text: PartialDate.parse(f"../{text}")),
        points().map(lambda text: PartialDate.parse(f"{text}/..")),
        st.builds(_interval, points(), points()),
    )


def numbers() -> st.SearchStrategy[Decimal]:
    """Numbers that are not negative: small and large, round and odd."""
    return st.one_of(
        st.integers(0, 2000).map(Decimal),
        st.decimals(0, 10**15, places=3),
        st.builds(
            lambda digits, power: Decimal(digits).scaleb(power),
            st.integers(0, 99_999),
            st.integers(-12, 18),
        ),
        st.integers(0, 10**30 - 1).map(Decimal),
    )


def _bounds(
    one: Decimal, other: Decimal, ends: str, inclusive: tuple[bool, bool], approx: bool
) -> Bounds:
    low, high = sorted((one, other))
    if ends == "exact":
        return Bounds.exact(one, approx=approx)
    if ends == "low":
        return Bounds(low, None, min_inclusive=inclusive[0], approx=approx)
    if ends == "high":
        return Bounds(None, high, max_inclusive=inclusive[1] or not high, approx=approx)
    try:
        return Bounds(low, high, *inclusive, approx)
    except NumberError:  # equal ends, one of them excluded
        return Bounds.exact(low, approx=approx)


def bounds() -> st.SearchStrategy[Bounds]:
    """Exact numbers, ranges and one-sided bounds, about or not."""
    return st.builds(
        _bounds,
        numbers(),
        numbers(),
        st.sampled_from(["exact", "exact", "low", "high", "range"]),
        st.tuples(st.booleans(), st.booleans()),
        st.booleans(),
    )


def _money(amounts: list[Bounds], codes: list[str]) -> Money:
    first, *others = (Money(amount, code) for amount, code in zip(amounts, codes, strict=False))
    return Money(first.bounds, first.currency, tuple(others))


def money(currency: str | None = None) -> st.SearchStrategy[Money]:
    """Amounts in any currency, or in the one given; some with equivalents."""
    codes = st.lists(st.sampled_from(sorted(CURRENCIES)), min_size=3, max_size=3, unique=True)
    if currency is not None:
        codes = codes.map(lambda some: [currency, *(code for code in some if code != currency)])
    return st.builds(_money, st.lists(bounds(), min_size=1, max_size=3), codes)


def descriptions(limit: int, without: str = "") -> st.SearchStrategy[str]:
    """One line of any printable text, in NFC, with single spaces, and not empty."""
    letters = st.characters(exclude_categories=("C", "Zl", "Zp"), exclude_characters=without)
    return (
        st.text(letters, min_size=1, max_size=limit // 4)  # NFC can make it up to 3 times longer
        .map(one_line)
        .filter(bool)
    )


def quantities(unit: str | None = None) -> st.SearchStrategy[Quantity]:
    """Quantities in any unit, or in the one given; some are rates, some have a basis."""
    return st.builds(
        Quantity,
        bounds(),
        st.sampled_from(sorted(UNITS)) if unit is None else st.just(unit),
        st.sampled_from([None, *PERIODS]),
        st.one_of(st.none(), st.just("Ni metal"), descriptions(80, without="[]")),
    )


def ids() -> st.SearchStrategy[str]:
    """Ids of companies and streams."""
    words = st.text(_LETTERS, min_size=1, max_size=12)
    return (
        st.lists(words, min_size=1, max_size=5).map("-".join).filter(lambda word: word != "unnamed")
    )


def parties() -> st.SearchStrategy[Party]:
    """Companies, stated or inferred, and unnamed parties."""
    return st.one_of(
        st.builds(
            lambda word, inferred: Party(company=word, inferred=inferred), ids(), st.booleans()
        ),
        descriptions(200).map(lambda text: Party(unnamed=text)),
    )
