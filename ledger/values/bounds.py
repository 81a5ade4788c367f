"""Bounds: a number as a source states it - exact, a range, at least, less than, about.

Numbers are never negative, never floats, and never rounded. `Bounds` knows nothing of
units or currencies; money and quantities put those around it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal, Inexact
from typing import NamedTuple, final

from ledger.errors import NumberError
from ledger.values.numbers import EXACT, ONE, ZERO, check_size, grouped, plain, read_number
from ledger.values.text import quoted

_MARK = re.compile(
    r"(?P<approx>[~\u2248\uc57d]"  # ~, almost equal to, and the Korean word for about
    r"|(?:about|around|approximately|approx\.?)(?![a-z.]))"
    r"|(?P<op>>=|<=|[<>\u2265\u2264]"
    r"|(?:over|more than|at least|under|less than|up to|at most)(?![a-z]))",
    re.IGNORECASE,
)
_OPERATORS = {
    ">": ">", "over": ">", "more than": ">",
    ">=": ">=", "\u2265": ">=", "at least": ">=",
    "<": "<", "under": "<", "less than": "<",
    "<=": "<=", "\u2264": "<=", "up to": "<=", "at most": "<=",
}  # fmt: skip
_RANGE = re.compile(r"\s?(?:(?P<dots>\.\.)(?P<below><?)|[-\u2013\u2014]|to(?=\s?[0-9]))\s?")
_LEFTOVER = re.compile(r"[-\u2013\u2014~\uff5e\u301c.,+<>=0-9]")


class Reading(NamedTuple):
    """A number that was read, the scale after it when one was named, and what follows."""

    number: Decimal
    scale: Decimal | None
    rest: str


def read_plain(text: str) -> Reading:
    """The reader of quantities: a number and no scale."""
    number, rest = read_number(text)
    return Reading(number, None, rest)


@final
@dataclass(frozen=True, slots=True)
class Bounds:
    """A number known to lie between two bounds; None is no bound; equal bounds are exact."""

    min: Decimal | None
    max: Decimal | None
    min_inclusive: bool = True
    """False for "more than". True, and without meaning, where there is no bound."""
    max_inclusive: bool = True
    """False for "less than". True, and without meaning, where there is no bound."""
    approx: bool = False
    """True for "about": the bounds themselves are not sharp."""

    def __post_init__(self) -> None:
        for name, bound, inclusive in (
            ("min", self.min, self.min_inclusive),
            ("max", self.max, self.max_inclusive),
        ):
            if bound is None:
                if not inclusive:
                    raise NumberError(f"{name}_inclusive is false but there is no {name}")
            elif not bound.is_finite() or bound.is_signed():
                raise NumberError(
                    f"{bound:.6} is not accepted: a number is finite and not negative",
                    hint="Record the direction of a change in words, and its size as a number",
                )
        if self.max == 0 and not self.max_inclusive:
            raise NumberError("Nothing that is counted here is less than 0")
        if self.min is None or self.max is None:
            return
        if self.min > self.max:
            raise NumberError(
                f"The range {plain(self.min)} to {plain(self.max)} is reversed",
                hint="Write the smaller number first; a scale after it counts for both: 20-25bn",
            )
        if self.min == self.max and not (self.min_inclusive and self.max_inclusive):
            raise NumberError(f"No number is both over and under {plain(self.min)}")

    @classmethod
    def exact(cls, number: Decimal, *, approx: bool = False) -> Bounds:
        """The bounds of one number."""
        return cls(number, number, approx=approx)

    @property
    def is_exact(self) -> bool:
        """Whether one number is stated ("about" one number included), not a range."""
        return self.min is not None and self.min == self.max

    @property
    def value(self) -> Decimal | None:
        """The one number, None when a range or a single bound is stated."""
        return self.min if self.is_exact else None

    def __add__(self, other: Bounds) -> Bounds:
        """The bounds of the sum: an upper bound that one side lacks, the sum lacks too.

        What is measured here is never negative, so that a missing lower bound adds nothing
        to the other one: `>5` and `<3` together are `>5`.
        """
        low = high = None
        reached = self._reaches_min and other._reaches_min
        if self.max is not None and other.max is not None:
            high = EXACT.add(self.max, other.max)
        if self.min is not None or other.min is not None:
            low = EXACT.add(self.min or ZERO, other.min or ZERO)
            if not low and reached and high is not None and None in (self.min, other.min):
                low = None  # no less than 0 says nothing beside an upper bound
        return Bounds(
            low,
            high,
            low is None or reached,
            high is None or (self.max_inclusive and other.max_inclusive),
            self.approx or other.approx,
        )

    @property
    def _reaches_min(self) -> bool:
        return self.min is None or self.min_inclusive

    def scaled(self, factor: Decimal) -> Bounds:
        """Both bounds times a positive factor, exactly."""
        if not (factor.is_finite() and factor > 0):
            raise ValueError(f"a scale must be a positive number, not {factor}")
        low = None if self.min is None else EXACT.multiply(self.min, factor)
        high = None if self.max is None else EXACT.multiply(self.max, factor)
        return Bounds(low, high, self.min_inclusive, self.max_inclusive, self.approx)

    def divided(self, divisor: Decimal) -> Bounds | None:
        """Both bounds divided, None when a quotient has no end of digits."""
        try:
            low = None if self.min is None else EXACT.divide(self.min, divisor)
            high = None if self.max is None else EXACT.divide(self.max, divisor)
        except Inexact:
            return None
        return Bounds(low, high, self.min_inclusive, self.max_inclusive, self.approx)

    def text(self, before: str = "", after: str = "") -> str:
        """For people: `>500`, `≥500`, `~120,000`, `20,000-25,000`, `<1`; reads back the same.

        `before` and `after` (a currency, a unit) go directly around the numbers.
        """
        about = "~" if self.approx else ""
        if self.min is None and self.max is None:
            return f"{about}{before}?{after}"  # only a sum has no bound at all
        if self.max is None and self.min is not None:
            return f"{about}{'≥' if self.min_inclusive else '>'}{before}{grouped(self.min)}{after}"
        if self.min is None and self.max is not None:
            return f"{about}{'≤' if self.max_inclusive else '<'}{before}{grouped(self.max)}{after}"
        low, high = grouped(self.min or Decimal(0)), grouped(self.max or Decimal(0))
        if low == high:
            return f"{about}{before}{low}{after}"
        if self.min_inclusive and self.max_inclusive:
            return f"{about}{before}{low}-{high}{after}"
        over, below = "" if self.min_inclusive else ">", "" if self.max_inclusive else "<"
        return f"{about}{over}{before}{low}..{below}{high}{after}"


def take_marks(text: str) -> tuple[bool, str | None, str]:
    """Read `~`, `>=`, "more than" and the like: (approx, operator or None, what follows)."""
    approx, operator = False, None
    while match := _MARK.match(text):
        if match["approx"]:
            if approx:
                raise NumberError(f"{quoted(match.group())} says about for the second time")
            approx = True
        else:
            if operator is not None:
                raise NumberError(
                    f"{quoted(match.group())} is a second bound",
                    hint="Write a range as 20-25, or as >20..<25 when its ends are excluded",
                )
            operator = _OPERATORS[match["op"].lower()]
        text = text[match.end() :].lstrip()
    return approx, operator, text


def parse_bounded(text: str, read: Callable[[str], Reading] = read_plain) -> tuple[Bounds, str]:
    """Read marks and a number or range; return the bounds and the stripped rest.

    `read` reads one number with its scale. A range's first end without a scale takes the
    second end's: `20-25bn` is from 20bn to 25bn.
    """
    approx, operator, rest = take_marks(text)
    first = read(rest)
    rest = first.rest
    between = _RANGE.match(rest)
    if between is None:
        bounds = _one_sided(_scale(first.number, first.scale), operator, approx)
    else:
        if operator is not None and not (operator == ">" and between["dots"]):
            raise NumberError(
                f"A range cannot follow {operator}",
                hint="Write 20-25, or >20..<25 when an end is excluded",
            )
        second = read(rest[between.end() :])
        rest = second.rest
        low = _scale(first.number, second.scale if first.scale is None else first.scale)
        high = _scale(second.number, second.scale)
        bounds = Bounds(low, high, operator is None, not between["below"], approx)
    rest = rest.strip()
    if _LEFTOVER.match(rest):
        raise NumberError(
            f"{quoted(rest)} after the number cannot be read",
            hint="Write a range as 20-25, a number as 1,160 or 1160.5, at least 20 as >=20",
        )
    return bounds, rest


def _one_sided(number: Decimal, operator: str | None, approx: bool) -> Bounds:
    if operator is None:
        return Bounds.exact(number, approx=approx)
    inclusive = operator.endswith("=")
    if operator.startswith(">"):
        return Bounds(number, None, min_inclusive=inclusive, approx=approx)
    return Bounds(None, number, max_inclusive=inclusive, approx=approx)


def _scale(number: Decimal, scale: Decimal | None) -> Decimal:
    if scale is None or scale == ONE:
        return number
    scaled = EXACT.multiply(number, scale)
    check_size(scaled)
    return scaled
