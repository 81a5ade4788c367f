"""Reading plain data (of JSON, YAML or the database) into values: checks that all share."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TypeAlias

from ledger.errors import LedgerError, did_you_mean, hints
from ledger.values.text import quoted

Json: TypeAlias = "bool | str | list[Json] | dict[str, Json] | None"
"""What a value gives out as data. There are no JSON numbers in it: numbers are strings."""


def read_object(
    data: object, keys: Collection[str], error: type[LedgerError], example: str
) -> dict[str, object]:
    """The data as an object that has only known keys; otherwise the value's own error."""
    if not isinstance(data, Mapping):
        raise error(
            f"A text or an object is expected here, not {type(data).__name__}",
            hint=f'Write it as a text, in quotes: "{example}"',
        )
    known: dict[str, object] = {}
    for key, value in data.items():
        if not isinstance(key, str) or key not in keys:
            name = key if isinstance(key, str) else type(key).__name__
            raise error(
                f"The key {quoted(name)} is not known here",
                hint=hints(did_you_mean(name[:60], keys), f"Known keys: {', '.join(keys)}."),
            )
        known[key] = value
    return known


def read_text(data: Mapping[str, object], key: str, error: type[LedgerError]) -> str | None:
    """The text under a key, None when it is absent or null."""
    value = data.get(key)
    if value is None or isinstance(value, str):
        return value
    raise error(f"{key} must be a text, not {type(value).__name__}", hint="Put it in quotes")


def read_flag(
    data: Mapping[str, object], key: str, error: type[LedgerError], *, default: bool
) -> bool:
    """The true or false under a key, the default when it is absent."""
    value = data.get(key, default)
    if isinstance(value, bool):
        return value
    if value in ("true", "false"):  # import files in YAML keep every scalar as its text
        return value == "true"
    raise error(f"{key} must be true or false", hint=f"Leave {key} out for the default")
