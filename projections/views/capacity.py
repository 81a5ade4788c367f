"""Capacity: by stage and year, what is installed and what is promised, with bounds.

Capacity is nameplate capacity; production has rows of its own. The two are never added
to, or subtracted from, each other; nor are quantities of another unit, period or basis.
Installed is the sum, over the plants that are built, of what the latest statement up to the
end of the year says; the capacity of a plan is not installed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Annotated, NamedTuple, cast

from ledger.reference.stages import STAGES, material_of
from ledger.values import PartialDate, Party, Quantity
from projections.basis import Grounds, chain_of, derived_from, stated_by, term
from projections.plant_figures import Figure, closing, figures_of, last_day, year_of
from projections.view import (
    Behind,
    Made,
    Parts,
    Question,
    View,
    countries_about,
    countries_grounds,
    each,
    in_conflict,
    said,
)
from projections.views.plants import capacity_grounds
from projections.year_sums import apart, nothing_like, standing, sum_of

if TYPE_CHECKING:
    from ledger.plant import Plant
    from ledger.promise import Promise
    from ledger.stated import Stated


class Row(NamedTuple):
    """One figure of one plant or promise."""

    stream: Annotated[str, "The plant or the promise."]
    measure: Annotated[str, "capacity or production."]
    lane: Annotated[
        str,
        "actual (installed, or reported), planned (stated of what is not said to "
        "be built) or promised.",
    ]
    period: Annotated[PartialDate | None, "The year or period; the due date of a promise."]
    until: Annotated[int | None, "The year in which the plant was closed."]
    quantity: Annotated[Quantity, "The figure."]
    material: Annotated[str | None, "The chain."]
    stage: Annotated[str | None, "The stage of the chain."]
    about: Annotated[tuple[str, ...], "Of a promise, the plants it is about."]
    company: Annotated[Party | None, "Whose plant, or who promised."]
    country: Annotated[tuple[str, ...], "ISO 3166-1 alpha-2 codes of the plants' places."]
    possible: Annotated[tuple[str, ...], "'quantity' when it may not have happened yet."]
    conflicts: Annotated[tuple[str, ...], "'quantity' when sources state different ones."]


class StageYear(NamedTuple):
    """What is actual and what is promised for one stage, measure and period."""

    material: Annotated[str | None, "The chain."]
    stage: Annotated[str | None, "The stage; empty when not stated."]
    measure: Annotated[str, "capacity (nameplate) or production (made in the period)."]
    period: Annotated[
        PartialDate | None,
        "The year or period; 'by 2029' for a due date; empty when a promise is undated.",
    ]
    actual: Annotated[Quantity | None, "Installed at the end of the period, or reported for it."]
    planned: Annotated[Quantity | None, "Stated of plants that are not said to be built."]
    promised: Annotated[
        Quantity | None,
        "Promised for the period. Promises about the same plant "
        "are not added; each has a row of its own.",
    ]
    plants: Annotated[tuple[str, ...], "The plants behind the actual and planned figures."]
    promises: Annotated[tuple[str, ...], "The promises behind the promised figure."]
    possible: Annotated[tuple[str, ...], "Figures that may not have happened yet."]
    conflicts: Annotated[tuple[str, ...], "Figures that sources disagree about."]


def rows(state: Plant | Promise, question: Question) -> Iterator[Row]:
    """The figures of a plant, or of a promise about capacity or production."""
    if state.stream.startswith("plant:"):
        yield from _of_plant(cast("Plant", state), question)
    else:
        yield from _of_promise(cast("Promise", state), question)


def _of_plant(state: Plant, question: Question) -> Iterator[Row]:
    stage, closed = said(state.stage), closing(state)
    disputed = in_conflict(state, question)
    for figure in figures_of(state):
        on = figure.by.on
        yield Row(
            stream=state.stream,
            measure=figure.measure,
            lane=figure.lane,
            period=figure.period,
            until=year_of(closed.on) if closed is not None and closed.on else None,
            quantity=figure.quantity,
            material=said(state.material) or material_of(stage),
            stage=stage,
            about=(),
            company=said(state.company),
            country=(state.country.value,) if state.country is not None else (),
            possible=("quantity",) if on is not None and on.possible_at(question.as_of) else (),
            conflicts=("quantity",) if figure.measure in disputed else (),
        )


def _of_promise(state: Promise, question: Question) -> Iterator[Row]:
    measure, quantity, stage = said(state.measure), said(state.quantity), said(state.stage)
    status = said(state.status)
    if measure not in ("capacity", "production") or quantity is None or status == "withdrawn":
        return
    made = state.quantity.on if state.quantity is not None else None
    about = said(state.about) or ()
    if stage is None:
        stage = _stage_of(about, question)
    yield Row(
        stream=state.stream,
        measure=measure,
        lane="promised",
        period=said(state.due),
        until=None,
        quantity=quantity,
        material=said(state.material) or material_of(stage),
        stage=stage,
        about=about,
        company=said(state.by),
        country=countries_about(state, question),
        possible=("quantity",) if made is not None and made.possible_at(question.as_of) else (),
        conflicts=("quantity",) if "quantity" in in_conflict(state, question) else (),
    )


def _stage_of(about: tuple[str, ...], question: Question) -> str | None:
    """The one stage of the plants that a promise is about, where it states none itself."""
    stages = {said(getattr(question.state_of(stream), "stage", None)) for stream in about}
    return stages.pop() if len(stages) == 1 else None


def behind(state: Plant | Promise, question: Question) -> Iterator[Behind]:
    """For each of the figures, what stands behind the columns that no field of the state tells."""
    if state.stream.startswith("plant:"):
        yield from _behind_plant(cast("Plant", state), question)
    else:
        yield _behind_promise(cast("Promise", state), question)


def _behind_plant(state: Plant, question: Question) -> Iterator[Behind]:
    for figure in figures_of(state):
        grounds = stated_by(figure.by)
        lane = state.built if figure.lane == "actual" else state.status
        since = grounds
        if figure.place is not None:
            since = stated_by(figure.by, lane)._replace(how="derived")
            grounds = _counted(capacity_grounds(state, figure.place, question), figure, lane)
        yield {
            "measure": stated_by(figure.by),
            "lane": since,
            "period": since,
            "until": stated_by(closing(state)),
            "quantity": grounds,
            "material": chain_of(state),
        }


def _counted(grounds: Grounds, figure: Figure, lane: Stated[str] | None) -> Grounds:
    """The grounds of a capacity, and of its being installed or planned."""
    if lane is None:
        return grounds
    facts = tuple(dict.fromkeys((*grounds.facts, lane.ref)))
    return grounds._replace(facts=facts, note=f"counts as {figure.lane}: {lane.value}")


def _behind_promise(state: Promise, question: Question) -> Behind:
    stage, chain = stated_by(state.stage), chain_of(state)
    if state.stage is None:
        stage = _stage_grounds(state, question)
        chain = chain if state.material is not None else stage
    return {
        "lane": stated_by(state.quantity),
        "period": stated_by(state.due),
        "stage": stage,
        "material": chain,
        "company": stated_by(state.by),
        "country": countries_grounds(state, question),
    }


def _stage_grounds(state: Promise, question: Question) -> Grounds:
    about = [(stream, question.state_of(stream)) for stream in said(state.about) or ()]
    stages = [term(stream, "stage", getattr(plant, "stage", None)) for stream, plant in about]
    return derived_from(term(state.stream, "about", state.about), *stages)


def summarise(entries: Sequence[Row]) -> Iterator[Made]:
    """One row a stage, measure, kind of quantity and period, in the order of the chains."""
    groups: dict[tuple[str | None, str | None, str, str], list[Row]] = {}
    for entry in entries:
        quantity = entry.quantity
        alike = f"{quantity.dimension}/{quantity.per}/{quantity.basis}"
        groups.setdefault((entry.material, entry.stage, entry.measure, alike), []).append(entry)
    stages = list(STAGES)
    for key in sorted(groups, key=lambda k: (stages.index(k[1]) if k[1] else len(stages), k[2:])):
        group = groups[key]
        periods = {entry.period for entry in group} | {period for period, _ in _closings(group)}
        for period in sorted(periods, key=_in_time):
            yield from _stage_years(group, period)


def _closings(group: Sequence[Row]) -> Iterator[tuple[PartialDate, Row]]:
    """The years in which a plant's capacity goes."""
    for entry in group:
        if entry.measure == "capacity" and entry.until is not None:
            yield PartialDate.parse(f"{entry.until:04}"), entry


def _stage_years(group: Sequence[Row], period: PartialDate | None) -> Iterator[Made]:
    """The row of a period; more than one when promises about the same plant cannot be added."""
    first = group[0]
    actual = [e for e in group if e.lane == "actual" and e.period == period]
    planned = [e for e in group if e.lane == "planned" and e.period == period]
    closed = list(
        {entry.stream: entry for year, entry in _closings(group) if year == period}.values()
    )
    if first.measure == "capacity" and (actual or closed) and period is not None:
        actual = standing([e for e in group if e.lane == "actual"], period.latest.year)
    promised = apart([e for e in group if e.lane == "promised" and e.period == period])
    for number, promises in enumerate(promised or [[]]):
        here, plans = (actual, planned) if number == 0 else ([], [])
        nothing = nothing_like(first.quantity) if closed and number == 0 else None
        figures = {"actual": here, "planned": plans, "promised": promises}
        row = StageYear(
            material=first.material,
            stage=first.stage,
            measure=first.measure,
            period=period,
            actual=sum_of(here) or nothing,
            planned=sum_of(plans),
            promised=sum_of(promises),
            plants=tuple(e.stream for e in (*here, *plans)),
            promises=tuple(e.stream for e in promises),
            possible=tuple(n for n, some in figures.items() if any(e.possible for e in some)),
            conflicts=tuple(n for n, some in figures.items() if any(e.conflicts for e in some)),
        )
        yield Made(row, partial(_parts, figures, group, period, closed if number == 0 else []))


def _parts(
    figures: Mapping[str, Sequence[Row]],
    group: Sequence[Row],
    period: PartialDate | None,
    closed: Sequence[Row],
) -> Mapping[str, Parts]:
    """What the columns of a row are made of. closed: the entries that end in its period."""
    actual, planned, promised = figures.values()
    begun = [e for e in group if e.period == period]  # all there is, of a plant closed before
    told = [*actual, *planned, *promised, *closed] or begun
    dated = [(e, "period") for e in told if e.period == period]
    dated += [(e, "until") for e in closed]
    gone = each(closed, "until", note="all of it is closed by then")
    return {
        **{name: each(told, name) for name in ("material", "stage", "measure")},
        **{name: each(some, "quantity", "sum") for name, some in figures.items()},
        "period": Parts(dated or [(e, "period") for e in begun]),
        **({} if actual else {"actual": gone}),
        "plants": each([*actual, *planned], "quantity"),
        "promises": each(promised, "quantity"),
    }


def _in_time(period: PartialDate | None) -> tuple[date, str]:
    return (last_day(period), period.edtf) if period is not None else (date.max, "")


VIEW = View(
    name="capacity",
    title="Capacity and production by stage and period",
    kinds=("plant", "promise"),
    row=Row,
    rows=rows,
    behind=behind,
    summary=StageYear,
    summarise=summarise,
    keys=("stage", "period"),
    ties=("measure", "material", "promises", "actual", "planned"),
    factless=(),
    brief=("stage", "measure", "period", "actual", "planned", "promised", "plants", "promises"),
)
