"""Bounds as plain data: the keys that money and quantities share."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from ledger.errors import NumberError
from ledger.values._data import Json, read_flag
from ledger.values.bounds import Bounds
from ledger.values.numbers import number_from_data, plain

KEYS = ("min", "max", "min_inclusive", "max_inclusive", "approx")


def bounds_from_data(data: Mapping[str, object], exact: str) -> Bounds:
    """Read bounds from the keys above, or from the key `exact` for a single number."""
    low, high, one = _number(data, "min"), _number(data, "max"), _number(data, exact)
    if low is None and high is None and one is None:
        raise NumberError(
            "A number is missing", hint=f'Give "{exact}" for one number, "min" or "max" for bounds'
        )
    if one is not None:
        if (low is not None and low != one) or (high is not None and high != one):
            raise NumberError(
                f"{exact} does not agree with min or max", hint=f"Give {exact} alone, or the bounds"
            )
        low = high = one
    return Bounds(
        low,
        high,
        read_flag(data, "min_inclusive", NumberError, default=True),
        read_flag(data, "max_inclusive", NumberError, default=True),
        read_flag(data, "approx", NumberError, default=False),
    )


def _number(data: Mapping[str, object], key: str) -> Decimal | None:
    value = data.get(key)
    return number_from_data(value, key) if value is not None else None


def bounds_to_json(bounds: Bounds) -> dict[str, Json]:
    """Every key, numbers as strings, null for no bound."""
    return {
        "min": None if bounds.min is None else plain(bounds.min),
        "max": None if bounds.max is None else plain(bounds.max),
        "min_inclusive": bounds.min_inclusive,
        "max_inclusive": bounds.max_inclusive,
        "approx": bounds.approx,
    }


def bounds_to_stored(bounds: Bounds, exact: str) -> dict[str, Json]:
    """Only the keys that say something: a single number under `exact`, else its bounds."""
    stored: dict[str, Json] = {}
    if bounds.value is not None:
        stored[exact] = plain(bounds.value)
    else:
        if bounds.min is not None:
            stored["min"] = plain(bounds.min)
        if bounds.max is not None:
            stored["max"] = plain(bounds.max)
        if not bounds.min_inclusive:
            stored["min_inclusive"] = False
        if not bounds.max_inclusive:
            stored["max_inclusive"] = False
    if bounds.approx:
        stored["approx"] = True
    return stored
