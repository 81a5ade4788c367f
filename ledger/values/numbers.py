"""Decimal numbers as text: read strictly, written canonically, never through a float."""

from __future__ import annotations

import re
from decimal import Context, Decimal, DivisionByZero, Inexact, InvalidOperation, Overflow
from functools import lru_cache

from ledger.errors import NumberError
from ledger.values.text import quoted

ZERO = Decimal(0)
ONE = Decimal(1)
DIGITS = 30
"""The most significant digits, digits before the point, and digits after it."""

# Wide enough for any sum of accepted numbers; the default context would round at 28 digits.
# Should a digit be lost nevertheless, `Inexact` raises.
EXACT = Context(prec=200, traps=[Inexact, InvalidOperation, DivisionByZero, Overflow])

# The whole run of digits, commas and points first, then the strict form: so that 1,16 is
# refused as a whole instead of being read as 1. Two points are a range's, not a number's.
_TOKEN = re.compile(r"[0-9](?:[0-9,]|\.(?!\.))*")
_STRICT = re.compile(r"(?:0|[1-9][0-9]*|[1-9][0-9]{0,2}(?:,[0-9]{3})+)(?:\.[0-9]+)?")
_EXPONENT = re.compile(r"[eE][-+]?[0-9]")
# Compiled when first needed: only a refusal needs them, and every command imports this.
_SIGN = r"[-+\u2212\u2013\u2014]\s?[0-9.]"
_NOT_FINITE = r"(?i:[-+]?s?(?:nan|inf))"


def plain(number: Decimal) -> str:
    """The canonical text: `28500000000`, `0.5`; no exponent, no zeros after the last digit."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def grouped(number: Decimal) -> str:
    """For people: `28,500,000,000`, `0.5`."""
    text = f"{number:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def places(number: Decimal) -> int:
    """The digits after the point of the canonical text."""
    return len(plain(number).partition(".")[2])


@lru_cache(maxsize=8_192)  # amounts and capacities are mostly round, and come many times
def read_number(text: str) -> tuple[Decimal, str]:
    """Read a number from the start of a text; return it and what follows."""
    match = _TOKEN.match(text)
    if match is None:
        raise _no_number(text)
    token, rest = match.group(), text[match.end() :]
    if _STRICT.fullmatch(token) is None:
        raise NumberError(
            f"{quoted(token)} is not a number",
            hint="Commas group thousands (1,160) and a point begins the decimals (0.5, 1160.25)",
        )
    if _EXPONENT.match(rest):
        raise NumberError(
            f"{quoted(token + rest)} has an exponent", hint="Write the digits out: 1200000"
        )
    if rest[:1].isdecimal():  # the token took the ASCII digits, so this is another script's
        raise _no_number(rest)
    number = Decimal(token.replace(",", ""))
    check_size(number)
    return number, rest


def number_from_data(data: object, key: str) -> Decimal:
    """Read a number of plain data: a string of digits, a whole number or a Decimal."""
    if isinstance(data, str):
        text = data.strip()
        if len(text) > 4 * DIGITS:
            raise _too_large()
        number, rest = read_number(text)
        if rest:
            raise NumberError(
                f"{key} is {quoted(text)}, which is not only a number",
                hint="Give its currency or unit under its own key",
            )
        return number
    if isinstance(data, float):
        raise NumberError(
            f"{key} is a binary fraction, which is not exact", hint='Put it in quotes: "28.5"'
        )
    if isinstance(data, bool) or not isinstance(data, (int, Decimal)):
        raise NumberError(
            f"{key} must be a number in quotes, not {type(data).__name__}",
            hint='For example "28500000000"',
        )
    number = Decimal(data)
    if not number.is_finite():
        raise NumberError(f"{key} is not a finite number", hint="Leave it out when unknown")
    if number < 0:
        raise _negative(f"{key} is negative")
    number = number.copy_abs()  # zero may carry a sign
    check_size(number)
    return number


def check_size(number: Decimal) -> None:
    """Refuse a finite number that has more digits than anything real."""
    _, digits, exponent = number.as_tuple()
    if len(digits) <= DIGITS and exponent == 0:
        return
    # Sizes first: only then is it safe to write the digits out.
    if number and not -DIGITS <= number.adjusted() < DIGITS:
        raise _too_large()
    if isinstance(exponent, int) and exponent < -4 * DIGITS:
        raise _too_large()
    whole, _, fraction = plain(number).partition(".")
    if len(fraction) > DIGITS or len((whole + fraction).strip("0")) > DIGITS:
        raise _too_large()


def _too_large() -> NumberError:
    return NumberError(
        "A number has too many digits",
        hint=f"At most {DIGITS} before the point, {DIGITS} after it, {DIGITS} significant ones",
    )


def _negative(what: str) -> NumberError:
    return NumberError(
        f"{what}: negative numbers are not accepted",
        hint="Record the size of a decrease as a number, and the direction in the fact",
    )


def _no_number(text: str) -> NumberError:
    if not text:
        return NumberError("A number is missing", hint="Write it in digits, as in 500 or 1,160.5")
    if re.match(_NOT_FINITE, text):
        return NumberError(
            f"{quoted(text)} is not a finite number", hint="Leave the amount out when unknown"
        )
    if re.match(_SIGN, text):
        if text[0] == "+":
            return NumberError(f"{quoted(text)} has a sign", hint="Leave the + out")
        return _negative(quoted(text))
    if text[0].isdecimal():
        return NumberError(
            f"{quoted(text)} has digits of another script", hint="Write the digits 0 to 9"
        )
    if text[0] == ".":
        return NumberError(f"{quoted(text)} begins with a point", hint="Write 0.5, not .5")
    return NumberError(
        f"{quoted(text)} does not begin with a number", hint="Write it in digits: 500 or 1,160.5"
    )
