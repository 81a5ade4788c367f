"""Money: an amount, or bounds of one, in one currency, as a source states it.

Amounts printed beside another ("28.5 billion won ($19.4 million)") are its equivalents:
the same money, told in another currency. They are kept with it and never summed.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, final

from ledger.errors import CurrencyError, NumberError
from ledger.reference.currencies import CURRENCIES, currency_code
from ledger.values._bounds_data import KEYS, bounds_from_data, bounds_to_json, bounds_to_stored
from ledger.values._data import Json, read_object, read_text
from ledger.values._pydantic import value_schema
from ledger.values.amounts import best_scale, read_money
from ledger.values.bounds import Bounds
from ledger.values.text import check_text, one_line, quoted

if TYPE_CHECKING:
    from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
    from pydantic.json_schema import JsonSchemaValue
    from pydantic_core import CoreSchema

EQUIVALENTS = 5
"""The most equivalents one amount may have."""

_EXAMPLE = "28.5bn KRW"
_KEYS = ("amount", "currency", *KEYS, "equivalents")
_LIMIT = 1000  # characters of the whole text; one amount has at most 200


@final
@dataclass(frozen=True, slots=True)
class Money:
    """An amount in a currency's main unit (won, dollars), with any equivalents beside it."""

    bounds: Bounds
    currency: str
    """The ISO 4217 code."""
    equivalents: tuple[Money, ...] = ()
    """The same amount as the source printed it in other currencies."""

    def __post_init__(self) -> None:
        if self.currency not in CURRENCIES:
            currency_code(self.currency)  # raises with the nearest codes, unless only the case
            raise CurrencyError(
                f"{quoted(self.currency)} is not an ISO code", hint=f"For example {_EXAMPLE}"
            )
        if not self.equivalents:
            return
        if len(self.equivalents) > EQUIVALENTS:
            raise NumberError(f"An amount has at most {EQUIVALENTS} equivalents")
        seen = {self.currency}
        for other in self.equivalents:
            if other.equivalents:
                raise NumberError("An equivalent has no equivalents of its own")
            if other.currency in seen:
                raise CurrencyError(
                    f"An equivalent repeats the currency {other.currency}",
                    hint="An equivalent is the same amount in another currency",
                )
            seen.add(other.currency)

    @classmethod
    def parse(cls, text: str) -> Money:
        """Read `28.5bn KRW`, `KRW 1,160bn`, `$19.4 million`, `1조 8,000억원`, `>100m USD`.

        Equivalents follow in parentheses: `28.5bn KRW ($19.4m; 16.5m EUR)`.
        """
        main, opened, inner = one_line(text, limit=_LIMIT).partition("(")
        if not opened:
            return cls(*read_money(main))
        if not inner.endswith(")") or "(" in inner:
            raise NumberError(
                f"{quoted(text)} has something after, or inside, its parentheses",
                hint="Equivalents come last: 28.5bn KRW ($19.4m; 16.5m EUR)",
            )
        others = (part.strip().removeprefix("=") for part in inner[:-1].split(";"))
        return cls(*read_money(main), tuple(cls(*read_money(other)) for other in others))

    @classmethod
    def from_data(cls, data: object) -> Money:
        """Read data: a text, the `to_stored` or the `to_json` form. Never a bare number."""
        if isinstance(data, Money):
            return data
        if isinstance(data, str):
            return cls.parse(data)
        known = read_object(data, _KEYS, NumberError, _EXAMPLE)
        currency = read_text(known, "currency", CurrencyError)
        if currency is None:
            raise CurrencyError("The key 'currency' is missing", hint='For example "KRW"')
        others = known.get("equivalents") or ()
        if not isinstance(others, (list, tuple)):
            raise NumberError("equivalents must be a list", hint=f'For example ["{_EXAMPLE}"]')
        for other in others:
            # Before descending, so that no nesting of the input can exhaust the stack.
            if isinstance(other, dict) and other.get("equivalents"):
                raise NumberError("An equivalent has no equivalents of its own")
        return cls(
            bounds_from_data(known, "amount"),
            currency_code(check_text(currency, limit=20)),
            tuple(cls.from_data(other) for other in others),
        )

    @property
    def amount(self) -> Decimal | None:
        """The one amount, in the currency's main unit; None when only bounds are stated."""
        return self.bounds.value

    def __add__(self, other: Money) -> Money:
        """The sum in the one currency of both; equivalents are never part of a sum."""
        if not isinstance(other, Money):
            return NotImplemented
        if self.currency != other.currency:
            raise ValueError(f"cannot add {other.currency} to {self.currency}: sums go by currency")
        return Money(self.bounds + other.bounds, self.currency)

    def __str__(self) -> str:
        return self.text()

    def text(self) -> str:
        """For people, without loss: `KRW 28.5bn`, `~KRW 1tn`, `KRW 28.5bn (USD 19.4m)`."""
        scale, sign = best_scale(self.bounds)
        shown = self.bounds.divided(scale) or self.bounds
        text = shown.text(f"{self.currency} ", sign)
        if not self.equivalents:
            return text
        return f"{text} ({'; '.join(other.text() for other in self.equivalents)})"

    def to_json(self) -> dict[str, Json]:
        """For exports: every key, numbers as strings; `amount` is null when only bounded."""
        bounds = bounds_to_json(self.bounds)
        return {
            "amount": bounds["min"] if self.bounds.is_exact else None,
            **bounds,
            "currency": self.currency,
            "equivalents": [other.to_json() for other in self.equivalents],
        }

    def to_stored(self) -> dict[str, Json]:
        """For the record: `{"amount": "28500000000", "currency": "KRW"}` and what else is said."""
        stored = bounds_to_stored(self.bounds, "amount")
        stored["currency"] = self.currency
        if self.equivalents:
            stored["equivalents"] = [other.to_stored() for other in self.equivalents]
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
            "amount": number,
            "min": number,
            "max": number,
            "min_inclusive": {**flag, "default": True},
            "max_inclusive": {**flag, "default": True},
            "approx": {**flag, "default": False, "description": "The source says about."},
            "currency": {"type": "string", "pattern": "^[A-Z]{3}$", "description": "ISO 4217."},
            "equivalents": {
                "type": "array",
                "maxItems": EQUIVALENTS,
                "description": "The same amount as printed in other currencies; never summed.",
                "items": {"type": ["string", "object"]},
            },
        }
        return {
            "title": "Money",
            "description": "An amount with its currency, with bounds or ~ where the source has "
            "them, and equivalents in parentheses.",
            "examples": [_EXAMPLE, "KRW 1,160bn", "~1tn KRW", ">100m USD", "28.5bn KRW ($19.4m)"],
            "anyOf": [
                {"type": "string"},
                {
                    "type": "object",
                    "properties": keys,
                    "required": ["currency"],
                    "additionalProperties": False,
                },
            ],
        }
