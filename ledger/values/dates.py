"""Partial dates: as precise as the source and no more.

A date is written in a subset of EDTF (ISO 8601-2): a year, month, day, quarter (codes
33-36) or half-year (40-41), each with `~` (approximate), `?` (uncertain) or `%` (both),
and intervals of these with one end open. `~` and `?` say how sure the source is; they
do not move the first and last day.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, final

from ledger.errors import DateError, ReversedIntervalError
from ledger.values._data import Json, read_object, read_text
from ledger.values._pydantic import value_schema
from ledger.values.text import quoted

if TYPE_CHECKING:
    from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
    from pydantic.json_schema import JsonSchemaValue
    from pydantic_core import CoreSchema

OPEN_DAYS = 10_000_000
"""The length given to an open interval: longer than any closed one (at most 3.3 million)."""

FORMS = (
    "Write 2025, 2025-03, 2025-03-04, 2025-Q3 or 2025-H2, with ~ (about) or ? (uncertain) "
    "after it; 2025-03/2025-06 for an interval, ../2029 for by 2029, 2025/.. for from 2025."
)

_POINT = re.compile(
    r"([1-9][0-9]{3})(?:-(?:([0-9]{2})(?:-([0-9]{2}))?|[Qq]([1-4])|[Hh]([12])))?(~\?|\?~|[~?%])?"
)
_LIMIT = 40  # the longest form, 2025-03-04~?/2025-03-04~?, has 25 characters


@final
@dataclass(frozen=True, slots=True)
class PartialDate:
    """A period of days, and how a source stated it. Made by `parse`; equal when the EDTF is."""

    edtf: str
    """The canonical EDTF text: what is stored."""
    earliest: date = field(compare=False)
    """The first day it can mean; `date.min` when the start is open."""
    latest: date = field(compare=False)
    """The last day it can mean; `date.max` when the end is open."""
    approximate: bool = field(default=False, compare=False)
    """`~`: the source says about. Of an interval: one of its ends is."""
    uncertain: bool = field(default=False, compare=False)
    """`?`: the source, or its reader, is not sure."""

    @classmethod
    def parse(cls, text: str) -> PartialDate:
        """Read an EDTF text, or `2025-Q3` and `2025-H2` for their codes; never prose."""
        if len(text) > _LIMIT:
            raise DateError(f"{quoted(text)} is too long for a date", hint=FORMS)
        return _parse(text)

    @classmethod
    def from_data(cls, data: object) -> PartialDate:
        """Read data: a text, its `to_json` form, or the date or year that YAML makes of it."""
        if isinstance(data, PartialDate):
            return data
        if isinstance(data, str):
            return cls.parse(data)
        if isinstance(data, datetime):
            raise DateError("A date has no time of day", hint=f"Write {data.date().isoformat()}")
        if isinstance(data, date):
            return cls.parse(data.isoformat())
        if isinstance(data, int) and not isinstance(data, bool) and 0 <= data <= 99_999_999:
            return cls.parse(str(data))
        return _from_object(data)

    @property
    def is_open_start(self) -> bool:
        """True for `../2029`: it says by when, not from when."""
        return self.edtf.startswith("../")

    @property
    def is_open_end(self) -> bool:
        """True for `2025/..`: it says from when, not until when."""
        return self.edtf.endswith("/..")

    @property
    def days(self) -> int:
        """The number of days it spans, 1 for a day; `OPEN_DAYS` when an end is open."""
        if self.is_open_start or self.is_open_end:
            return OPEN_DAYS
        return (self.latest - self.earliest).days + 1

    @property
    def order_key(self) -> tuple[date, int]:
        """Sorts by the first day, and of two that begin on one day the coarser first."""
        return (self.earliest, -self.days)

    def effective_at(self, day: date) -> bool:
        """Whether it has begun, or may have begun, by the end of the day."""
        return self.earliest <= day

    def possible_at(self, day: date) -> bool:
        """Whether on that day it may have happened, and may as well be still to come."""
        return self.earliest <= day < self.latest

    def __str__(self) -> str:
        return self.edtf

    def text(self) -> str:
        """For people: `2025-Q3`, `~2025`, `by 2029`, `from 2025`, `2025-03 to 2025-06`."""
        first, slash, last = self.edtf.partition("/")
        if not slash:
            return _point_text(first)
        if first == "..":
            return f"by {_point_text(last)}"
        if last == "..":
            return f"from {_point_text(first)}"
        return f"{_point_text(first)} to {_point_text(last)}"

    def to_json(self) -> dict[str, Json]:
        """For exports: the EDTF text and the first and last day, null where open."""
        return {
            "edtf": self.edtf,
            "earliest": None if self.is_open_start else self.earliest.isoformat(),
            "latest": None if self.is_open_end else self.latest.isoformat(),
        }

    @classmethod
    def __get_pydantic_core_schema__(
        cls, source: object, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        return value_schema(cls.from_data, str)

    @classmethod
    def __get_pydantic_json_schema__(
        cls, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        return {
            "type": ["string", "integer"],
            "title": "Partial date",
            "description": f"A date as precise as its source, in EDTF. {FORMS}",
            "examples": ["2025", "2025-03", "2025-03-04", "2025-Q3", "2025~", "../2029"],
        }


@lru_cache(maxsize=65_536)  # a ledger states few different dates, many times each
def _parse(text: str) -> PartialDate:
    bare = text.strip(" ")
    first, slash, last = bare.partition("/")
    if not slash:
        return _parse_point(first, bare)
    if first == last == "..":
        raise DateError("An interval that is open at both ends says nothing", hint=FORMS)
    if first == "..":
        end = _parse_point(last, bare)
        return PartialDate(f"../{end}", date.min, end.latest, end.approximate, end.uncertain)
    start = _parse_point(first, bare)
    if last == "..":
        return PartialDate(
            f"{start}/..", start.earliest, date.max, start.approximate, start.uncertain
        )
    end = _parse_point(last, bare)
    if start.earliest > end.earliest or start.latest > end.latest:
        raise _reversed(start, end)
    return PartialDate(
        f"{start}/{end}",
        start.earliest,
        end.latest,
        start.approximate or end.approximate,
        start.uncertain or end.uncertain,
    )


def _parse_point(text: str, whole: str) -> PartialDate:
    """One end of an interval, or a date without one; `whole` is the input, for the error."""
    match = _POINT.fullmatch(text)
    if match is None:
        what = f"{quoted(whole)} is not a date" if whole else "A date is missing"
        raise DateError(what, hint=_suggestion(whole) or FORMS)
    year, code, day, quarter, half, mark = match.groups()
    number = int(year)
    if quarter:
        code = str(32 + int(quarter))
    elif half:
        code = str(39 + int(half))
    parts = [part for part in (year, code, day) if part]
    try:
        earliest, latest = _span(number, int(code) if code else None, int(day) if day else None)
    except ValueError:
        wrong = "-".join(parts)
        raise DateError(f"{quoted(wrong)} is not in the calendar", hint=FORMS) from None
    mark = "%" if mark and len(mark) == 2 else mark or ""
    edtf = "-".join(parts) + mark
    return PartialDate(edtf, earliest, latest, mark in ("~", "%"), mark in ("?", "%"))


def _span(year: int, code: int | None, day: int | None) -> tuple[date, date]:
    """The first and last day; the code is a month, quarter or half-year. Or a ValueError."""
    if code is None:
        return date(year, 1, 1), date(year, 12, 31)
    if day is not None:
        return date(year, code, day), date(year, code, day)
    if 33 <= code <= 36:
        first, months = 3 * (code - 33) + 1, 3
    elif code in (40, 41):
        first, months = 6 * (code - 40) + 1, 6
    else:
        first, months = code, 1
    start = date(year, first, 1)
    if first + months > 12:
        return start, date(year, 12, 31)  # not the day before the next January: year 9999
    return start, date(year, first + months, 1) - timedelta(days=1)


def _point_text(edtf: str) -> str:
    """A date that is not an interval, for people: marks and quarters as they are said."""
    base, mark = edtf.rstrip("~?%"), edtf[-1]
    year, _, rest = base.partition("-")
    if rest in ("33", "34", "35", "36"):
        base = f"{year}-Q{int(rest) - 32}"
    elif rest in ("40", "41"):
        base = f"{year}-H{int(rest) - 39}"
    return f"{'~' if mark in '~%' else ''}{base}{'?' if mark in '?%' else ''}"


def _reversed(start: PartialDate, end: PartialDate) -> ReversedIntervalError:
    if start.earliest > end.latest:
        return ReversedIntervalError(
            f"The interval {start}/{end} ends before it begins",
            hint=f"Swap the ends: {end}/{start}",
        )
    return ReversedIntervalError(
        f"The interval {start}/{end} can end before it begins: one end lies inside the other",
        hint="State both ends equally precisely, as in 2025-03/2025-12",
    )


# Compiled when first needed: only a refusal needs them, and every command imports this.
_REWRITES = (
    (r"(?i:(?:by|until|till) (.+))", "../{0}"),
    (r"(?i:(?:from|since) (.+))", "{0}/.."),
    (r"(?i:(?:~|about |around |circa |c\. ?)(.+))", "{0}~"),
    (r"([0-9]{4}) ?([QqHh][1-4])", "{0}-{1}"),
    (r"([QqHh][1-4])[ -]?([0-9]{4})", "{1}-{0}"),
    (r"([0-9]{4})[./]([0-9]{2})[./]([0-9]{2})\.?", "{0}-{1}-{2}"),
    (r"([0-9]{4})([0-9]{2})([0-9]{2})", "{0}-{1}-{2}"),
    (r"([0-9]{4})-([0-9])", "{0}-0{1}"),
    (r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})", "{0}-{1:0>2}-{2:0>2}"),
    (r"([0-9]{4}-[0-9]{2}-[0-9]{2})[T ].+", "{0}"),
    (r"(.+?)(?: to | - | / | ?[\u2013\u2014] ?)(.+)", "{0}/{1}"),
    (r"/(.+)", "../{0}"),
    (r"(.+)/", "{0}/.."),
)


def _suggestion(text: str) -> str:
    """What was probably meant; only said, never taken."""
    for pattern, form in _REWRITES:
        if match := re.fullmatch(pattern, text):
            guess = form.format(*match.groups())
            if all(end == ".." or _POINT.fullmatch(end) for end in guess.split("/", 1)):
                return f"Perhaps {guess} is meant: write it so."
    return ""


def _from_object(data: object) -> PartialDate:
    """Read the `to_json` form back; what it repeats must agree with its EDTF text."""
    if not isinstance(data, Mapping):
        raise DateError(f"A date is a text, not {type(data).__name__}", hint=FORMS)
    known = read_object(data, ("edtf", "earliest", "latest"), DateError, "2025-03")
    edtf = read_text(known, "edtf", DateError)
    if edtf is None:
        raise DateError("The key 'edtf' is missing", hint=FORMS)
    value = PartialDate.parse(edtf)
    own = value.to_json()
    for key, stated in known.items():
        if key != "edtf" and stated != own[key]:
            raise DateError(f"{key} does not agree with {value}", hint="Leave it out")
    return value
