"""The registry of views. A new view is one file in this folder and one name here."""

from __future__ import annotations

from importlib import import_module

from ledger.errors import InputError, did_you_mean
from projections.view import View

NAMES = (
    "portfolio",
    "contracts",
    "investments",
    "plants",
    "capacity",
    "promises",
    "scorecard",
    "chain",
    "totals",
    "conflicts",
    "companies",
    "sources",
    "context",
    "log",
)


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
