"""The registry of fact types. A new stream is a new file and its name in STREAM_KINDS."""

from collections.abc import Iterator, Mapping
from importlib import import_module

from ledger.errors import UnknownFactTypeError, did_you_mean
from ledger.facts.content import STREAM_KINDS, FactContent

FILES = {kind: kind for kind in STREAM_KINDS} | {"fact": "revision"}
"""From the first word of a type's name to the file in this folder that has it in its TYPES."""


class FactTypes(Mapping[str, type[FactContent]]):
    """The models of the fact types by their dotted names.

    A file is imported when a type of it is asked for, or all are: the models of all of them
    take longer to make than one fact takes to be recorded.
    """

    def __init__(self) -> None:
        self.made: dict[str, type[FactContent]] = {}

    def __getitem__(self, name: str) -> type[FactContent]:
        if name not in self.made:
            self._make(name.partition(".")[0])
        return self.made[name]

    def __iter__(self) -> Iterator[str]:
        return iter([model.TYPE for kind in FILES for model in self._make(kind)])

    def __len__(self) -> int:
        return len(list(iter(self)))

    def _make(self, kind: str) -> tuple[type[FactContent], ...]:
        """The models of a kind, in order; none for a word that is no kind."""
        if kind not in FILES:
            return ()
        models: tuple[type[FactContent], ...] = import_module(f"{__name__}.{FILES[kind]}").TYPES
        for model in models:
            self.made.setdefault(model.TYPE, model)
        return models


FACT_TYPES = FactTypes()


def fact_type(name: str) -> type[FactContent]:
    """The model of a fact type, by its dotted name.

    Raises UnknownFactTypeError, naming the nearest types.
    """
    try:
        return FACT_TYPES[name]
    except KeyError:
        near = did_you_mean(name, FACT_TYPES)
        raise UnknownFactTypeError(
            f"there is no fact type {name!r}",
            hint=near or "`lsledger schema --types` lists the fact types.",
        ) from None


__all__ = ["FACT_TYPES", "STREAM_KINDS", "FactContent", "fact_type"]
