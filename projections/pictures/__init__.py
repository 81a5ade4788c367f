"""The registry of pictures. A new picture is one file in this folder and one name here."""

from __future__ import annotations

from importlib import import_module

from ledger.errors import InputError, did_you_mean
from projections.pictures.picture import Picture

NAMES = ("chain", "investments", "capacity", "promises")


def load(name: str) -> Picture:
    """The picture of that name; its file is imported when it is asked for.

    Raises InputError for an unknown name, with the nearest ones.
    """
    if name not in NAMES:
        raise InputError(
            f"there is no picture {name!r}",
            hint=did_you_mean(name, NAMES) or f"Pictures: {', '.join(NAMES)}.",
        )
    picture: Picture = import_module(f"projections.pictures.{name}").PICTURE
    return picture
