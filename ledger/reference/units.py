"""The unit table: every unit a quantity may have, with its exact factor to a base unit.

The table is the ledger's own because general unit libraries read "ton" as the American
907 kg. Here `t` is the metric tonne, and "ton" is refused.
"""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple

from ledger.errors import UnitError, did_you_mean, hints


class Unit(NamedTuple):
    """A unit: one of it is `factor` of its dimension's base unit, exactly."""

    symbol: str
    """The canonical symbol, case-sensitive: what is stored."""
    dimension: str
    """Only units of one dimension can be added and converted."""
    factor: Decimal
    meaning: str
    aliases: tuple[str, ...] = ()
    """Other ways to type it."""
    one: str = ""
    """How exactly one is shown; the symbol when empty."""
    many: str = ""
    """How any other number is shown; the symbol when empty."""


def _unit(
    symbol: str,
    dimension: str,
    factor: str,
    meaning: str,
    *aliases: str,
    one: str = "",
    many: str = "",
) -> Unit:
    return Unit(symbol, dimension, Decimal(factor), meaning, aliases, one, many)


_TABLE = (
    _unit("t", "mass", "1", "metric tonne, 1,000 kg", "tonne", "tonnes", "metric ton",
          "metric tons", "metric tonne", "metric tonnes"),
    _unit("kt", "mass", "1000", "kilotonne, 1,000 t", "kilotonne", "kilotonnes"),
    _unit("Mt", "mass", "1000000", "megatonne, 1,000,000 t", "megatonne", "megatonnes"),
    _unit("kg", "mass", "0.001", "kilogram", "kilogram", "kilograms"),
    _unit("g", "mass", "0.000001", "gram", "gram", "grams"),
    _unit("Wh", "energy", "1", "watt-hour"),
    _unit("kWh", "energy", "1000", "kilowatt-hour, 1,000 Wh"),
    _unit("MWh", "energy", "1000000", "megawatt-hour, 1,000 kWh"),
    _unit("GWh", "energy", "1000000000", "gigawatt-hour, 1,000 MWh"),
    _unit("TWh", "energy", "1000000000000", "terawatt-hour, 1,000 GWh"),
    _unit("W", "power", "1", "watt", "watt", "watts"),
    _unit("kW", "power", "1000", "kilowatt, 1,000 W", "kilowatt", "kilowatts"),
    _unit("MW", "power", "1000000", "megawatt, 1,000 kW", "megawatt", "megawatts"),
    _unit("GW", "power", "1000000000", "gigawatt, 1,000 MW", "gigawatt", "gigawatts"),
    _unit("V", "voltage", "1", "volt", "volt", "volts"),
    _unit("kV", "voltage", "1000", "kilovolt, 1,000 V", "kilovolt", "kilovolts"),
    _unit("m", "length", "1", "metre", "metre", "metres", "meter", "meters"),
    _unit("km", "length", "1000", "kilometre, 1,000 m", "kilometre", "kilometres", "kilometer",
          "kilometers"),
    _unit("mm", "length", "0.001", "millimetre", "millimetre", "millimetres", "millimeter",
          "millimeters"),
    _unit("m2", "area", "1", "square metre", "m\u00b2", "m^2", "sqm", "square metre",
          "square metres", "square meter", "square meters"),
    _unit("ha", "area", "10000", "hectare, 10,000 m2", "hectare", "hectares"),
    _unit("%", "share", "1", "per cent of a stated whole", "percent", "per cent"),
    _unit("month", "months", "1", "calendar month", "months", many="months"),
    _unit("year", "months", "12", "calendar year, 12 months", "years", "yr", "yrs",
          many="years"),
    # Its own dimension: a month is not a fixed number of days, so nothing is exact between.
    _unit("day", "days", "1", "calendar day", "days", many="days"),
    _unit("units", "count", "1", "pieces, of what the fact says", "unit", "pcs", "pieces",
          one="unit"),
)  # fmt: skip

UNITS: dict[str, Unit] = {unit.symbol: unit for unit in _TABLE}
"""The units by symbol."""

BASE_UNITS: dict[str, str] = {unit.dimension: unit.symbol for unit in _TABLE if unit.factor == 1}
"""The base unit's symbol by dimension."""

PERIODS: dict[str, str] = {"year": "yr", "month": "month", "day": "day", "hour": "h"}
"""The periods a rate may be per, and how each is written after the slash."""

_NAMES = UNITS | {alias: unit for unit in _TABLE for alias in unit.aliases}

_PERIOD_NAMES = {
    "year": "year", "yr": "year", "y": "year", "a": "year", "annum": "year",
    "month": "month", "mo": "month",
    "day": "day", "d": "day",
    "hour": "hour", "hr": "hour", "h": "hour",
}  # fmt: skip

_AMBIGUOUS = {
    "ton": "it is 1,000, 907 or 1,016 kg; write t for metric tonnes",
    "tons": "it is 1,000, 907 or 1,016 kg; write t for metric tonnes",
    "mt": "write t for metric tonnes or Mt for millions of them",
    "MT": "write t for metric tonnes or Mt for millions of them",
    "mT": "write t for metric tonnes or Mt for millions of them",
    "Mm": "write mm for millimetres or km for kilometres",
    "mW": "write MW for megawatts",
    "mwh": "write MWh for megawatt-hours",
    "mw": "write MW for megawatts",
}


def find_unit(text: str) -> Unit:
    """The unit that a symbol or an alias names; case matters, as in MW."""
    if unit := _NAMES.get(text):
        return unit
    if len(text) > 3 and (unit := _NAMES.get(text.lower())) and text.lower() in unit.aliases:
        return unit  # a written-out name: Tonnes, Years
    if not text:
        raise UnitError("A unit is missing", hint="Write it after the number, as in 500 t/yr")
    reason = _AMBIGUOUS.get(text) or _AMBIGUOUS.get(text.lower() if len(text) > 2 else "")
    if reason:
        raise UnitError(f"The unit {text!r} can mean several things", hint=f"Not {text}: {reason}")
    raise UnitError(f"{text[:40]!r} is not a known unit", hint=_nearest(text[:40]))


def find_period(text: str) -> str:
    """The period of a rate ("yr" -> "year")."""
    if period := _PERIOD_NAMES.get(text.lower()):
        return period
    raise UnitError(
        f"{text[:40]!r} is not a period of a rate",
        hint=hints(did_you_mean(text[:40], _PERIOD_NAMES), "Write /yr, /month, /day or /h."),
    )


def _nearest(text: str) -> str:
    first = text.partition(" ")[0].lower()
    if first in ("k", "thousand", "million", "m", "mn", "bn", "billion"):
        return "Write the number out, as in 1,200,000 t, or use a larger unit, as in 1.2 Mt"
    same = [symbol for symbol in UNITS if symbol.lower() == text.lower()]
    if same:
        return f"Did you mean {' or '.join(same)}? Case matters."
    return hints(did_you_mean(text, _NAMES), f"Known units: {', '.join(UNITS)}.")
