"""The registry of views. A new view is one file in this folder and one name here."""

from __future__ import annotations

from functools import cache
from importlib import import_module

from ledger.errors import InputError, did_you_mean
from projections.view import View

ROWS_OF: dict[str, tuple[str, ...] | None] = {
    "portfolio": None,
    "contracts": ("contract",),
    "investments": ("investment",),
    "plants": ("plant",),
    "capacity": ("plant", "promise"),
    "promises": ("promise",),
    "scorecard": None,
    "chain": ("plant", "investment", "contract"),
    "totals": ("investment",),
    "conflicts": ("company", "contract", "investment", "plant", "promise", "context"),
    "companies": ("company",),
    "sources": ("source",),
    "context": ("context",),
    "log": (),
}
"""The views, and the kinds of streams that each has rows of, as it says itself in its `kinds`;
None for one that is composed of others. So a view that a stream has no part in stays away.
"""

NAMES = tuple(ROWS_OF)


def load(name: str) -> View:
    """The view of that name; its file is imported when it is asked for.

    Raises InputError for an unknown name, with the nearest ones.
    """
    if name not in NAMES:
        raise InputError(
            f"there is no view {name!r}",
            hint=did_you_mean(name, NAMES) or f"Views: {', '.join(NAMES)}.",
        )
    view: View = import_module(f"projections.views.{name}").VIEW
    return view


def load_all() -> list[View]:
    """Every view, in the order of the registry."""
    return [load(name) for name in NAMES]


@cache
def load_for(kind: str) -> tuple[View, ...]:
    """The views with a table that have rows of streams of that kind, or of all."""
    return tuple(
        load(name)
        for name, kinds in ROWS_OF.items()
        if kinds is not None and (not kinds or kind in kinds)
    )
