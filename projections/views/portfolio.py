"""The portfolio: the one page that a person opens first, composed of the other views.

What is signed and discussed, what is invested by business and currency, what runs, what
is promised and when, and where the chains have gaps.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

from ledger.reference.stages import STAGES
from ledger.values import Money, PartialDate, Party, Quantity
from projections.view import Made, Parts, View, each, same

if TYPE_CHECKING:
    from projections.views import chain, contracts, plants, promises, totals

CONTRACTS = "Contracts"
INVESTMENT = "Stated investment"
PLANTS = "Plants"
PROMISES = "Promises"
GAPS = "Gaps"
PARTS = (CONTRACTS, INVESTMENT, PLANTS, PROMISES, GAPS)
"""The sections of the page, in their order."""


class Row(NamedTuple):
    """One line of the page."""

    section: Annotated[str, "Contracts, Stated investment, Plants, Promises or Gaps."]
    item: Annotated[str, "The stream, or the business or stage that the line is about."]
    name: Annotated[str | None, "What it is called."]
    company: Annotated[Party | None, "Whose it is, or who promised."]
    status: Annotated[str | None, "How far it is."]
    due_soon: Annotated[bool, "Whether it is a promise that falls due within 90 days."]
    on: Annotated[PartialDate | None, "When it came to that status; when a promise is due."]
    amount: Annotated[Money | None, "Money: a stated total or a promised sum."]
    quantity: Annotated[Quantity | None, "A quantity: contracted, installed or promised."]
    note: Annotated[str | None, "Counterparties, place, wording: what one needs to read it."]
    possible: Annotated[tuple[str, ...], "Columns whose fact may not have happened yet."]
    conflicts: Annotated[tuple[str, ...], "Columns of which sources state different values."]


def compose(rows_of: Callable[[str], Iterable[Any]]) -> Iterator[Made]:
    """The page's lines, section by section."""
    for contract in rows_of("contracts"):
        yield Made(_contract(contract), partial(_shown, contract, CONTRACT_SHOWS))
    for total in rows_of("totals"):
        yield Made(_total(total), partial(_shown_total, total))
    for plant in rows_of("plants"):
        yield Made(_plant(plant), partial(_shown, plant, PLANT_SHOWS))
    for promise in rows_of("promises"):
        yield Made(_promise(promise), partial(_shown, promise, PROMISE_SHOWS))
    for stage in rows_of("chain"):
        if stage.nothing_operating and stage.stage is not None:
            yield Made(_gap(stage), partial(_shown_gap, stage))


def _shown(row: Any, shows: Mapping[str, Sequence[str]]) -> Mapping[str, Parts]:
    """What the columns of a line are made of: each of one column of the row, or of several."""
    return {
        column: same(row, names[0])
        if len(names) == 1
        else Parts([(row, name) for name in names if getattr(row, name)])
        for column, names in shows.items()
    }


def _shown_total(total: totals.Total) -> Mapping[str, Parts]:
    counted = {"note": each([total], "investments", "count")}
    if total.amount is None:
        return {**counted, "status": each([total], "investments")}
    return {**counted, "amount": same(total, "amount")}


def _shown_gap(stage: chain.StageRow) -> Mapping[str, Parts]:
    there = [(stage, column) for column, _ in _occupied(stage)]
    return {"status": same(stage, "nothing_operating"), "note": Parts(there)}


def _occupied(stage: chain.StageRow) -> list[tuple[str, str]]:
    """The lanes in which something stands: the column of each, and what it is called."""
    # Imported here, since whatever prints a view imports this file.
    from projections.views.chain import SHOWN_LANES

    return [(column, lane) for column, lane in SHOWN_LANES.items() if getattr(stage, column)]


CONTRACT_SHOWS = {
    **{name: (name,) for name in ("name", "company", "status", "quantity")},
    "on": ("status_on",),
    "amount": ("value",),
    "note": ("counterparties",),
}
PLANT_SHOWS = {
    **{name: (name,) for name in ("name", "company", "status")},
    "on": ("status_on",),
    "quantity": ("capacity",),
    "note": ("place", "country", "place_is"),
}
PROMISE_SHOWS = {
    **{name: (name,) for name in ("status", "due_soon", "amount", "quantity")},
    "name": ("statement",),
    "company": ("by",),
    "on": ("due",),
    "note": ("condition",),
}
"""From the columns of a line to those of the row that it shows."""


def _contract(row: contracts.Row) -> Row:
    others = ", ".join(party.text() for party in row.counterparties)
    return Row(
        section=CONTRACTS,
        item=row.stream,
        name=row.name,
        company=row.company,
        status=row.status,
        due_soon=False,
        on=row.status_on,
        amount=row.value,
        quantity=row.quantity,
        note=f"with {others}" if others else "counterparty not stated",
        possible=_renamed(row.possible, value="amount", status_on="on", counterparties="note"),
        conflicts=_renamed(row.conflicts, value="amount", status_on="on", counterparties="note"),
    )


def _total(row: totals.Total) -> Row:
    count = len(row.investments)
    return Row(
        section=INVESTMENT,
        item=row.business,
        name=STAGES[row.business].name if row.business in STAGES else None,
        company=None,
        status=None if row.amount is not None else "amount not stated",
        due_soon=False,
        on=None,
        amount=row.amount,
        quantity=None,
        note=f"{count} investment{'s' if count != 1 else ''}",
        possible=row.possible,
        conflicts=row.conflicts,
    )


def _plant(row: plants.Row) -> Row:
    place = ", ".join(part for part in (row.place, row.country) if part)
    if row.place_is == "possible":
        place += " (possible)"
    return Row(
        section=PLANTS,
        item=row.stream,
        name=row.name,
        company=row.company,
        status=row.status,
        due_soon=False,
        on=row.status_on,
        amount=None,
        quantity=row.capacity,
        note=place or "place not stated",
        possible=_renamed(row.possible, capacity="quantity", status_on="on", place="note"),
        conflicts=_renamed(row.conflicts, capacity="quantity", status_on="on", place="note"),
    )


def _promise(row: promises.Row) -> Row:
    return Row(
        section=PROMISES,
        item=row.stream,
        name=row.statement,
        company=row.by,
        status=row.status,
        due_soon=row.due_soon,
        on=row.due,
        amount=row.amount,
        quantity=row.quantity,
        note=row.condition,
        possible=_renamed(row.possible, by="company", due="on", statement="name"),
        conflicts=_renamed(row.conflicts, by="company", due="on", statement="name"),
    )


def _gap(row: chain.StageRow) -> Row:
    lanes = {lane: getattr(row, column) for column, lane in _occupied(row)}
    there = ", ".join(
        f"{len(items)} {lane}{' (possible)' if set(items) & set(row.possible) else ''}"
        for lane, items in lanes.items()
    )
    return Row(
        section=GAPS,
        item=row.stage or row.material,
        name=row.name,
        company=None,
        status="nothing operating",
        due_soon=False,
        on=None,
        amount=None,
        quantity=None,
        note=there or "nothing recorded",
        possible=(),
        conflicts=(),
    )


def _renamed(possible: tuple[str, ...], **names: str) -> tuple[str, ...]:
    """The possible columns by the names that they have on the page; those that are not on it
    are left out.
    """
    here = [names.get(name, name) for name in possible]
    return tuple(name for name in here if name in Row._fields)


VIEW = View(
    name="portfolio",
    title="Portfolio",
    kinds=(),
    row=Row,
    brief=("section", "item", "name", "company", "status", "on", "amount", "quantity", "note"),
    compose=compose,
    keys=("item",),
    ties=("section", "on", "amount"),
    factless=("section", "item"),
    statuses=(
        *("negotiating", "agreed in principle", "signed", "postponed", "suspended"),
        *("completed", "expired", "terminated", "planned", "announced", "approved"),
        *("committed", "funded", "not stated", "proposed", "site selected", "permitted"),
        *("under construction", "commissioned", "operating", "closed", "cancelled"),
        *("open", "due soon", "overdue", "kept", "kept late", "kept or kept late"),
        *("missed", "withdrawn", "undated"),
    ),
)
