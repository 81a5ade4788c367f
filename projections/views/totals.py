"""Totals: stated investment by business and currency.

A business is a stage of a chain. Currencies are kept apart, equivalents are never added,
cancelled investments do not count, and a sum carries the doubt of its terms.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import partial, reduce
from operator import add
from typing import TYPE_CHECKING, Annotated, NamedTuple

from ledger.reference.stages import MATERIALS, STAGES, material_of
from ledger.values import Money, Party
from projections.basis import chain_of
from projections.view import (
    Behind,
    Made,
    Parts,
    Question,
    View,
    each,
    first_fact,
    in_conflict,
    possible,
    said,
    status_of,
)

if TYPE_CHECKING:
    from ledger.investment import Investment

ALL = "all"
"""Stands as the business in the rows that sum over all of them."""


class Row(NamedTuple):
    """What one investment adds to the totals."""

    stream: Annotated[str, "The investment."]
    status: Annotated[str | None, "How far it is."]
    company: Annotated[Party | None, "Who invests."]
    material: Annotated[str | None, "The chain."]
    stage: Annotated[str | None, "The stage of the chain."]
    country: Annotated[str | None, "ISO 3166-1 alpha-2 code of the place."]
    amount: Annotated[Money | None, "The stated total, where one is stated."]
    possible: Annotated[tuple[str, ...], "Columns whose fact may not have happened yet."]
    conflicts: Annotated[tuple[str, ...], "'amount' when sources state different ones."]


class Total(NamedTuple):
    """The stated investment of one business in one currency, or of all in one currency."""

    business: Annotated[str, "The stage of the chain, or 'all'."]
    material: Annotated[str | None, "The chain."]
    currency: Annotated[str | None, "ISO 4217 code; empty for those without a stated amount."]
    amount: Annotated[
        Money | None, "The sum, with the doubt of its terms; equivalents are left out."
    ]
    investments: Annotated[tuple[str, ...], "What was added."]
    possible: Annotated[tuple[str, ...], "'amount' when a term may not have happened yet."]
    conflicts: Annotated[tuple[str, ...], "'amount' when sources disagree about a term."]


def rows(state: Investment, question: Question) -> Iterator[Row]:
    """What the investment adds: its stated amount, unless it is cancelled."""
    amount, status, stage = said(state.amount), said(state.status), said(state.stage)
    if status == "cancelled":
        return
    maybe = possible(state, question.as_of)
    yield Row(
        stream=state.stream,
        status=status,
        company=said(state.company),
        material=said(state.material) or material_of(stage),
        stage=stage,
        country=said(state.country),
        amount=amount,
        possible=tuple(name for name in maybe if name in ("amount", "status")),
        conflicts=tuple(n for n in in_conflict(state, question) if n == "amount"),
    )


def behind(state: Investment, question: Question) -> Iterator[Behind]:
    """What stands behind the chain, and behind a status that goes on."""
    status = status_of(state, question) if state.status is not None else first_fact(state, question)
    yield {"status": status, "material": chain_of(state)}


def summarise(entries: Sequence[Row]) -> Iterator[Made]:
    """One row a business and currency, in the order of the chains; then one a currency."""
    businesses = {(entry.material, entry.stage) for entry in entries}
    for material, stage in sorted(businesses, key=_chain_order):
        terms = [e for e in entries if (e.material, e.stage) == (material, stage)]
        yield from _by_currency(stage or "not stated", material, terms)
    yield from _by_currency(ALL, None, entries)


def _by_currency(business: str, material: str | None, terms: Sequence[Row]) -> Iterator[Made]:
    """The sums, one a currency; then what has no stated amount, so that nothing is left out."""

    def of(terms: Sequence[Row]) -> Mapping[str, Parts]:
        parts = {
            "currency": each(terms, "amount"),
            "amount": each(terms, "amount", "sum"),
            "investments": each(terms, "status"),
        }
        if business == ALL:
            return parts
        return {"business": each(terms, "stage"), "material": each(terms, "material"), **parts}

    amounts = [(term, term.amount) for term in terms if term.amount is not None]
    for currency in sorted({amount.currency for _, amount in amounts}):
        added = [(term, amount) for term, amount in amounts if amount.currency == currency]
        total = Total(
            business=business,
            material=material,
            currency=currency,
            amount=reduce(add, (Money(amount.bounds, currency) for _, amount in added)),
            investments=tuple(term.stream for term, _ in added),
            possible=("amount",) if any(term.possible for term, _ in added) else (),
            conflicts=("amount",) if any(term.conflicts for term, _ in added) else (),
        )
        yield Made(total, partial(of, [term for term, _ in added]))
    unstated = [term for term in terms if term.amount is None]
    if unstated:
        streams = tuple(term.stream for term in unstated)
        yield Made(Total(business, material, None, None, streams, (), ()), partial(of, unstated))


def _chain_order(business: tuple[str | None, str | None]) -> tuple[int, int]:
    material, stage = business
    materials, stages = list(MATERIALS), list(STAGES)
    return (
        materials.index(material) if material is not None else len(materials),
        stages.index(stage) if stage is not None else len(stages),
    )


VIEW = View(
    name="totals",
    title="Stated investment by business and currency",
    kinds=("investment",),
    row=Row,
    rows=rows,
    behind=behind,
    summary=Total,
    summarise=summarise,
    keys=("business", "currency"),
    ties=("material",),
    factless=(),
    statuses=("planned", "announced", "approved", "committed", "funded", "suspended", "completed"),
    brief=("business", "currency", "amount", "investments"),
)
