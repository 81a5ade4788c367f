"""The grammar of amounts of money: currency signs, scales (bn, 억) and compounds of them."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import lru_cache

from ledger.errors import CurrencyError, NumberError
from ledger.reference.currencies import currency_code
from ledger.values.bounds import Bounds, Reading, parse_bounded, take_marks
from ledger.values.numbers import EXACT, ONE, places, read_number
from ledger.values.text import one_line, quoted

_K, _M, _BN, _TN = (Decimal(10) ** power for power in (3, 6, 9, 12))
_SHOWN = ((_TN, "tn"), (_BN, "bn"), (_M, "m"), (_K, "k"))

# "t" (tonnes?), "MM" and "mil" are not here: they are read in more than one way.
_SCALES = {
    "k": _K, "thousand": _K,
    "m": _M, "mn": _M, "million": _M,
    "b": _BN, "bn": _BN, "billion": _BN,
    "tn": _TN, "trillion": _TN,
}  # fmt: skip
_KOREAN = {
    "조": _TN,
    "천억": 10**3 * Decimal(10**8),
    "백억": 10**2 * Decimal(10**8),
    "십억": 10 * Decimal(10**8),
    "억": Decimal(10**8),
    "천만": 10**3 * Decimal(10**4),
    "백만": 10**2 * Decimal(10**4),
    "십만": 10 * Decimal(10**4),
    "만": Decimal(10**4),
    "천": _K,
}


def _either(words: dict[str, Decimal]) -> str:
    return "|".join(sorted(words, key=len, reverse=True))


_SCALE = re.compile(
    rf"\s?(?:(?P<western>{_either(_SCALES)})(?![A-Za-z])|(?P<korean>{_either(_KOREAN)}))",
    re.IGNORECASE,
)
_NEXT_TERM = re.compile(r"\s?(?=[0-9])")
_PREFIX = re.compile(
    r"(?!(?:nan|inf)\b)([A-Za-z]{0,3}\$|[\u20a9\u20ac\u00a3\u00a5\uffe5]"
    r"|[A-Za-z]{3}(?![A-Za-z]))\s?",
    re.IGNORECASE,
)

_FORMS = "Write it as 28.5bn KRW, KRW 1,160bn, $19.4 million or 285억원; scales are k, m, bn, tn."


def read_money(text: str) -> tuple[Bounds, str]:
    """Read one amount with its currency, before or after it; the text is the whole of it."""
    text = one_line(text, limit=200)
    _, _, unmarked = take_marks(text)
    marks = text[: len(text) - len(unmarked)]
    prefix = _PREFIX.match(unmarked)
    before = currency_code(prefix.group(1)) if prefix else None
    amount = unmarked[prefix.end() :] if prefix else unmarked
    bounds, rest = parse_bounded(marks + amount, _read_amount)
    if not rest:
        if before is None:
            raise CurrencyError(f"{quoted(text)} has no currency", hint=_FORMS)
        return bounds, before
    code = _suffix(rest)
    if before is not None:
        raise CurrencyError(
            f"{quoted(text)} names a currency twice", hint="Write it before or after the amount"
        )
    return bounds, code


@lru_cache(maxsize=4_096)
def best_scale(bounds: Bounds) -> tuple[Decimal, str]:
    """The largest scale that shows the bounds as at least 1, with one decimal at most.

    So 28,500,000,000 is 28.5bn and 1,160,000,000,000 is 1,160bn; 28,512,345 has no scale
    and is written in full.
    """
    numbers = [number for number in (bounds.min, bounds.max) if number]
    if not numbers:
        return ONE, ""
    for scale, sign in _SHOWN:
        if all(number >= scale and places(EXACT.divide(number, scale)) <= 1 for number in numbers):
            return scale, sign
    return ONE, ""


def _read_amount(text: str) -> Reading:
    """One number with its scale; Korean scales may follow one another (1조 8,000억)."""
    number, rest = read_number(text)
    match = _SCALE.match(rest)
    if match is None:
        return Reading(number, None, rest)
    rest = rest[match.end() :]
    if match["western"]:
        return Reading(number, _SCALES[match["western"].lower()], rest)
    largest = scale = _KOREAN[match["korean"]]
    last = number
    total = EXACT.multiply(number, scale)
    while following := _NEXT_TERM.match(rest):
        term, rest = read_number(rest[following.end() :])
        match = _SCALE.match(rest)
        below, step = scale, ONE
        if match and match["korean"]:
            step, rest = _KOREAN[match["korean"]], rest[match.end() :]
        part = EXACT.multiply(term, step)
        if places(last) or part >= below:
            raise NumberError(
                f"{quoted(text)} does not add up: each part counts units smaller than the last",
                hint="Write 1조 8,000억원 or 1.8조원",
            )
        total, last, scale = EXACT.add(total, part), term, step
        if step == ONE:
            break
    # In terms of the first scale, which is the one a range's first end would take.
    return Reading(EXACT.divide(total, largest), largest, rest)


def _suffix(text: str) -> str:
    """The currency after an amount; a word in between is a scale nobody knows."""
    try:
        return currency_code(text)
    except CurrencyError:
        word, _, last = text.rpartition(" ")
        if not word:
            raise
    currency_code(last)  # when that is not one either, the currency is what is wrong
    raise NumberError(f"{quoted(word)} is not a scale", hint=_FORMS)
