"""Filters: the same words on every view, checked before anything is read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, fields
from typing import TypeAlias

from ledger.errors import InputError, did_you_mean
from ledger.reference.countries import COUNTRIES
from ledger.reference.stages import MATERIALS, STAGES
from ledger.values import Party
from projections.columns import columns
from projections.view import Row, View
from projections.wanted import Condition, Wanted, either, has_one_of, one_of

PARTY_COLUMNS = ("company", "operator", "counterparties", "by")
"""Columns that `--company` looks into."""


@dataclass(frozen=True, slots=True)
class Filters:
    """What rows to keep; several words of one filter mean any of them."""

    company: tuple[str, ...] = ()
    material: tuple[str, ...] = ()
    stage: tuple[str, ...] = ()
    country: tuple[str, ...] = ()
    status: tuple[str, ...] = ()

    def given(self) -> dict[str, tuple[str, ...]]:
        """The filters in use, by name."""
        return {f.name: value for f in fields(self) if (value := getattr(self, f.name))}

    def keep(self, row: Row) -> bool:
        """Whether a row passes every filter in use."""
        return all(_matches(row, name, words) for name, words in self.given().items())

    def wanted(self, view: View) -> Wanted:
        """The same for the view's table."""
        given = self.given().items()
        return Wanted(
            conditions=tuple(c for name, words in given for c in _there(view, name, words))
        )

    def to_json(self) -> dict[str, list[str]]:
        """The filters in use, for the head of an export."""
        return {name: list(words) for name, words in self.given().items()}


Registered: TypeAlias = Callable[[Sequence[str] | None], list[str]]
"""The ids of the registered companies; of given ones, those that are registered."""


def checked(filters: Filters, view: View, registered: Registered) -> Filters:
    """The filters, if their words are known and the view has what they ask about.

    Raises InputError otherwise.
    """
    known: dict[str, Callable[[], Iterable[str]]] = {
        "company": lambda: registered(None),
        "material": lambda: MATERIALS,
        "stage": lambda: STAGES,
        "country": lambda: COUNTRIES,
        "status": lambda: view.statuses,
    }
    normal = Filters(
        company=filters.company,
        material=filters.material,
        stage=filters.stage,
        country=tuple(w.upper() if len(w) == 2 else w for w in filters.country),
        status=tuple(word.replace("-", " ").replace("_", " ") for word in filters.status),
    )
    for name, words in normal.given().items():
        if not applies(name, view):
            raise InputError(
                f"the view {view.name} has no {name} to filter by", hint=f"Leave --{name} out."
            )
        if name == "company" and set(words) <= set(registered(words)):
            continue  # without reading all of them
        options = list(known[name]())
        for word in words:
            if word not in options:
                listed = ", ".join(options) if len(options) <= 30 else ""
                raise InputError(
                    f"unknown {name} {word!r}",
                    hint=did_you_mean(word, options)
                    or (f"Known: {listed}." if listed else "Such as KR (ISO 3166-1 alpha-2)."),
                )
    return normal


def applies(name: str, view: View) -> bool:
    """Whether a view has what a filter asks about; a composed view takes every filter."""
    if view.compose is not None:
        return name != "status" or bool(view.statuses)
    names = {column.name for column in columns(view.row)}
    return bool(names & set(PARTY_COLUMNS)) if name == "company" else name in names


def _matches(row: Row, name: str, words: tuple[str, ...]) -> bool:
    if name == "company":
        return any(party.company in words for party in _parties(row))
    if name == "status" and "due soon" in words and getattr(row, "due_soon", False):
        return True
    value = getattr(row, name)
    return any(item in words for item in (value if isinstance(value, tuple) else (value,)))


def _parties(row: Row) -> Iterable[Party]:
    for name in PARTY_COLUMNS:
        value = getattr(row, name, None)
        yield from value if isinstance(value, tuple) else (value,) if value is not None else ()


def _there(view: View, name: str, words: tuple[str, ...]) -> Iterator[Condition]:
    """What a filter asks of the cells of the view's table."""
    many = {column.name: column.many for column in columns(view.row)}
    asked: list[Condition] = []
    for column in PARTY_COLUMNS if name == "company" else (name,):
        if column in many:
            # A party that the source does not name, but somebody inferred, has a mark.
            texts = (*words, *(f"{word}?" for word in words)) if name == "company" else words
            conditions = list((has_one_of if many[column] else one_of)(column, texts))
            if not conditions:
                return
            asked += conditions
    if name == "status" and "due soon" in words and "due_soon" in many:
        asked.append(('"due_soon" = 1', ()))
    yield either(asked)
