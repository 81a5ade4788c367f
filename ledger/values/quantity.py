"""Quantities: bounds with a unit, for a rate its period, and a basis where it matters.

`62,000 t/yr [Ni metal]` is 62,000 metric tonnes a year, counted as contained nickel.
Quantities of different bases (metal, sulfate) are different things and never add up.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, final

from ledger.errors import NumberError, UnitError
from ledger.reference.units import BASE_UNITS, PERIODS, UNITS, Unit, find_period, find_unit
from ledger.values._bounds_data import KEYS, bounds_from_data, bounds_to_json, bounds_to_stored
from ledger.values._data import Json, read_object, read_text
from ledger.values._pydantic import value_schema
from ledger.values.bounds import Bounds, parse_bounded
from ledger.values.numbers import ONE
from ledger.values.text import one_line, quoted

if TYPE_CHECKING:
    from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
    from pydantic.json_schema import JsonSchemaValue
    from pydantic_core import CoreSchema

BASIS_LIMIT = 80
"""The most characters a basis may have."""

_EXAMPLE = ">500 t/yr"
_KEYS = ("value", *KEYS, "unit", "per", "basis")
_BASIS = re.compile(r"([^\[\]]*)\[([^\[\]]*)\]")
_RATE = re.compile(r"([^/]+?)(?:\s?/\s?|\s(?:per|a|an)\s)([^/]+)")
_PER_ANNUM = re.compile(r"(t|kt|Mt)p[ay]")


@final
@dataclass(frozen=True, slots=True)
class Quantity:
    """A number, or bounds of one, in a unit of the unit table."""

    bounds: Bounds
    unit: str
    """The unit's symbol, as stated: 20 kt stay 20 kt."""
    per: str | None = None
    """For a rate: per "year", "month", "day" or "hour"."""
    basis: str | None = None
    """What is counted, where the same material is counted in more ways: "Ni metal"."""

    def __post_init__(self) -> None:
        if self.unit not in UNITS:
            known = find_unit(self.unit)
            raise UnitError(f"{quoted(self.unit)} is not a symbol", hint=f"Write {known.symbol}")
        if self.per is not None and self.per not in PERIODS:
            known_period = find_period(self.per)
            raise UnitError(f"{quoted(self.per)} is not a period", hint=f"Write {known_period}")
        if self.basis is not None and _basis(self.basis) != self.basis:
            raise UnitError("A basis has surplus white space", hint=f"Write {_basis(self.basis)}")

    @classmethod
    def parse(cls, text: str) -> Quantity:
        """Read `>500 t/yr`, `~120,000 t`, `20-25 kt`, `30 years`, `62,000 t/yr [Ni metal]`."""
        bounds, rest = parse_bounded(one_line(text))
        basis = None
        if "[" in rest or "]" in rest:
            match = _BASIS.fullmatch(rest)
            if match is None:
                raise UnitError(
                    f"{quoted(rest)} has brackets that do not match",
                    hint="A basis comes last: 62,000 t/yr [Ni metal]",
                )
            rest, basis = match.group(1).strip(), _basis(match.group(2))
        unit, per = _unit_and_period(rest)
        return cls(bounds, unit.symbol, per, basis)

    @classmethod
    def from_data(cls, data: object) -> Quantity:
        """Read data: a text, the `to_stored` or the `to_json` form. Never a bare number."""
        if isinstance(data, Quantity):
            return data
        if isinstance(data, str):
            return cls.parse(data)
        known = read_object(data, _KEYS, NumberError, _EXAMPLE)
        unit, per, basis = (read_text(known, key, UnitError) for key in ("unit", "per", "basis"))
        return cls(
            bounds_from_data(known, "value"),
            find_unit(one_line(unit or "")).symbol,
            None if per is None else find_period(one_line(per)),
            None if basis is None else _basis(basis),
        )

    @property
    def dimension(self) -> str:
        """What the unit measures: mass, energy, power ..."""
        return UNITS[self.unit].dimension

    @property
    def measure(self) -> tuple[str, str | None, str | None]:
        """What quantities that can be compared have in common: dimension, period and basis."""
        return self.dimension, self.per, self.basis

    def in_unit(self, unit: str) -> Quantity:
        """The same quantity in another unit of its dimension, exactly."""
        new = find_unit(unit)
        if new.symbol == self.unit:
            return self
        old = UNITS[self.unit]
        if new.dimension != old.dimension:
            raise UnitError(
                f"{old.symbol} ({old.dimension}) cannot be told in {new.symbol} ({new.dimension})",
                hint=f"Units of {old.dimension}: {', '.join(_units_of(old.dimension))}",
            )
        bounds = self.bounds.scaled(old.factor).divided(new.factor)
        if bounds is None:
            raise UnitError(
                f"{self} is no finite decimal number in {new.symbol}",
                hint=f"Keep it in {old.symbol}",
            )
        return Quantity(bounds, new.symbol, self.per, self.basis)

    def __add__(self, other: Quantity) -> Quantity:
        """The sum: in the one unit of both, or else in the base unit of their dimension."""
        if not isinstance(other, Quantity):
            return NotImplemented
        if not comparable(self, other):
            raise ValueError(f"cannot add {other} to {self}: another dimension, period or basis")
        if self.unit == other.unit:
            return Quantity(self.bounds + other.bounds, self.unit, self.per, self.basis)
        total = self.base_bounds + other.base_bounds
        return Quantity(total, BASE_UNITS[self.dimension], self.per, self.basis)

    @property
    def base_bounds(self) -> Bounds:
        """The bounds in the base unit of the dimension, in which all of it can be compared.

        A base unit takes every amount exactly; another unit may not (29 months in years).
        """
        return self.in_unit(BASE_UNITS[self.dimension]).bounds

    def __str__(self) -> str:
        return self.text()

    def text(self) -> str:
        """For people, without loss: `>500 t/yr`, `~120,000 t`, `90%`, `30 years`."""
        unit = UNITS[self.unit]
        label = (unit.one if self.bounds.value == ONE else unit.many) or unit.symbol
        after = label if label == "%" else f" {label}"
        if self.per is not None:
            after += f"/{PERIODS[self.per]}"
        if self.basis is not None:
            after += f" [{self.basis}]"
        return self.bounds.text("", after)

    def to_json(self) -> dict[str, Json]:
        """For exports: every key, numbers as strings, null for what is not stated."""
        return {
            **bounds_to_json(self.bounds),
            "unit": self.unit,
            "per": self.per,
            "basis": self.basis,
        }

    def to_stored(self) -> dict[str, Json]:
        """For the record: `{"value": "200", "unit": "t"}` and what else is said."""
        stored = bounds_to_stored(self.bounds, "value")
        stored["unit"] = self.unit
        if self.per is not None:
            stored["per"] = self.per
        if self.basis is not None:
            stored["basis"] = self.basis
        return stored

    @classmethod
    def __get_pydantic_core_schema__(
        cls, source: object, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        return value_schema(cls.from_data, cls.to_stored)

    @classmethod
    def __get_pydantic_json_schema__(
        cls, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        number = {"type": "string", "description": "A decimal number in quotes, without exponent."}
        flag = {"type": "boolean"}
        keys: JsonSchemaValue = {
            "value": number,
            "min": number,
            "max": number,
            "min_inclusive": {**flag, "default": True},
            "max_inclusive": {**flag, "default": True},
            "approx": {**flag, "default": False, "description": "The source says about."},
            "unit": {"type": "string", "description": f"One of {', '.join(UNITS)}."},
            "per": {"enum": [*PERIODS, None], "description": "The period of a rate."},
            "basis": {"type": ["string", "null"], "maxLength": BASIS_LIMIT},
        }
        return {
            "title": "Quantity",
            "description": "A number with its unit, with bounds or ~ where the source has them, "
            "and a basis in brackets. t is the metric tonne.",
            "examples": [_EXAMPLE, "~120,000 t", "20-25 kt", "90%", "62,000 t/yr [Ni metal]"],
            "anyOf": [
                {"type": "string"},
                {
                    "type": "object",
                    "properties": keys,
                    "required": ["unit"],
                    "additionalProperties": False,
                },
            ],
        }


def comparable(a: Quantity, b: Quantity) -> bool:
    """Whether two quantities measure the same: one dimension, period and basis."""
    return a.measure == b.measure


def _unit_and_period(text: str) -> tuple[Unit, str | None]:
    if match := _PER_ANNUM.fullmatch(text):
        return find_unit(match.group(1)), "year"
    # A slash always makes a rate; " per " does not in "90 per cent".
    if match := _RATE.fullmatch(text):
        return find_unit(match.group(1)), find_period(match.group(2))
    return find_unit(text), None


def _basis(text: str) -> str:
    basis = one_line(text, limit=BASIS_LIMIT)
    if not basis or "[" in basis or "]" in basis:
        raise UnitError(
            f"{quoted(text)} is not a basis", hint="Say what is counted: 62,000 t/yr [Ni metal]"
        )
    return basis


def _units_of(dimension: str) -> list[str]:
    return [unit.symbol for unit in UNITS.values() if unit.dimension == dimension]
