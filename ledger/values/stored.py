"""Values of any type in their stored form: as text, for corrections, which hold them unread; and
how models are brought into it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from ledger.values.money import Money
from ledger.values.quantity import Quantity

T = TypeVar("T")


def stored_text(data: object) -> str:
    """A stored value for people: `KRW 28.5bn`, `>500 t/yr`, `2025-09`, `left out` for none."""
    if data is None:
        return "left out"
    if isinstance(data, list):
        return ", ".join(stored_text(item) for item in data)
    if isinstance(data, dict):
        return (Money if "currency" in data else Quantity).from_data(data).text()
    return str(data)


def stored_by(write: Callable[..., T], *given: object, **options: object) -> T:
    """What pydantic's serializer writes.

    Raises KeyboardInterrupt for one that was met inside it: pydantic would have it that the value
    cannot be written.
    """
    try:
        return write(*given, **options)
    except ValueError as error:
        # Of JSON it keeps what was raised as text alone; no value is asked for its own words here.
        if "KeyboardInterrupt" in str(error):
            raise KeyboardInterrupt from None
        raise
