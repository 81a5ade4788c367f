"""The chain: per stage, what operates, is completed, being built, announced, proposed, contracted.

The gap that matters is a stage with nothing operating. Completed is not operating.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Annotated, NamedTuple

from ledger.reference.stages import MATERIALS, STAGES, Stage, material_of
from ledger.values import Party
from projections.basis import Grounds, chain_of, stated_by
from projections.view import Behind, Made, Question, View, each, possible, said, status_of

if TYPE_CHECKING:
    from ledger.contract import Contract
    from ledger.investment import Investment
    from ledger.plant import Plant

LANES = {
    "plant": {
        "operating": "operating",
        "commissioned": "completed",
        "completed": "completed",
        "under construction": "being built",
        "permitted": "proposed",
        "site selected": "proposed",
        "proposed": "proposed",
        "not stated": "status not stated",
    },
    "investment": dict.fromkeys(
        ("planned", "announced", "approved", "committed", "funded"), "announced"
    ),
    "contract": dict.fromkeys(("signed", "postponed"), "contracted"),
}
"""From the kind of a stream and its status to the lane it stands in. What is suspended, has
ended or is still being negotiated stands in none."""


class Row(NamedTuple):
    """One stream in its stage and lane."""

    stream: Annotated[str, "The plant, investment or contract."]
    lane: Annotated[str, "operating, completed, being built, announced, proposed, contracted ..."]
    material: Annotated[str, "The chain."]
    stage: Annotated[str | None, "The stage; empty when only the chain is stated."]
    status: Annotated[str, "How far it is."]
    company: Annotated[Party | None, "Whose it is."]
    country: Annotated[str | None, "ISO 3166-1 alpha-2 code of the place."]
    possible: Annotated[tuple[str, ...], "'status' when it may not have happened yet."]


class StageRow(NamedTuple):
    """One stage of a chain and the streams in each of its lanes."""

    material: Annotated[str, "The chain."]
    stage: Annotated[str | None, "The stage; empty for what states only the chain."]
    name: Annotated[str, "The stage's name."]
    hs: Annotated[str | None, "HS 2022 code; empty where no single code covers the stage."]
    nothing_operating: Annotated[bool, "Whether no plant of this stage is recorded as operating."]
    operating: Annotated[tuple[str, ...], "Plants that operate."]
    completed: Annotated[tuple[str, ...], "Plants that are complete, not said to operate."]
    being_built: Annotated[tuple[str, ...], "Plants under construction."]
    announced: Annotated[tuple[str, ...], "Investments that are not completed."]
    proposed: Annotated[tuple[str, ...], "Plants that are planned."]
    not_stated: Annotated[tuple[str, ...], "Plants of which no text says how far they are."]
    contracted: Annotated[tuple[str, ...], "Contracts that are signed."]
    possible: Annotated[tuple[str, ...], "Streams whose status may not have happened yet."]


SHOWN_LANES = {
    "operating": "operating",
    "completed": "completed",
    "being_built": "being built",
    "announced": "announced",
    "proposed": "proposed",
    "not_stated": "status not stated",
    "contracted": "contracted",
}
"""The columns of the lanes, and the lane that each shows."""


def rows(state: Plant | Investment | Contract, question: Question) -> Iterator[Row]:
    """Where the stream stands, if it stands in a lane and its chain is stated."""
    status, stage = said(state.status), said(state.stage)
    material = said(state.material) or material_of(stage)
    lanes = LANES[state.stream.partition(":")[0]]
    lane = lanes.get(status) if status is not None else None
    if lane is None or status is None or material is None:
        return
    yield Row(
        stream=state.stream,
        lane=lane,
        material=material,
        stage=stage,
        status=status,
        company=said(state.company),
        country=said(state.country),
        possible=("status",) if "status" in possible(state, question.as_of) else (),
    )


def behind(state: Plant | Investment | Contract, question: Question) -> Iterator[Behind]:
    """What stands behind the columns that are not called as a field of the state."""
    status, chain, stage = status_of(state, question), chain_of(state), stated_by(state.stage)
    facts = tuple(dict.fromkeys((*status.facts, *stage.facts, *chain.refs)))
    yield {"lane": Grounds(facts, "derived"), "status": status, "material": chain}


def summarise(entries: Sequence[Row]) -> Iterator[Made]:
    """Every stage of each chain that the entries touch, in the order of the chain."""
    touched = {entry.material for entry in entries}
    for material in MATERIALS:
        if material not in touched:
            continue
        for stage in STAGES.values():
            if stage.material == material:
                yield _stage_row(material, stage, [e for e in entries if e.stage == stage.id])
        unstaged = [e for e in entries if e.material == material and e.stage is None]
        if unstaged:
            yield _stage_row(material, None, unstaged)


def _stage_row(material: str, stage: Stage | None, entries: Sequence[Row]) -> Made:
    lanes = {
        column: [entry for entry in entries if entry.lane == name]
        for column, name in SHOWN_LANES.items()
    }
    maybe = [entry for entry in entries if entry.possible]

    def streams(found: Sequence[Row]) -> tuple[str, ...]:
        return tuple(entry.stream for entry in found)

    row = StageRow(
        material=material,
        stage=stage.id if stage is not None else None,
        name=stage.name if stage is not None else "stage not stated",
        hs=stage.hs if stage is not None else None,
        nothing_operating=not lanes["operating"],
        possible=streams(maybe),
        **{column: streams(found) for column, found in lanes.items()},
    )
    plants = [entry for entry in entries if entry.stream.startswith("plant:")]
    return Made(
        row,
        lambda: {
            "nothing_operating": each(plants, "lane", note=_operating(plants)),
            "possible": each(maybe, "status"),
            **{column: each(found, "lane") for column, found in lanes.items()},
        },
    )


def _operating(plants: Sequence[Row]) -> str:
    if not plants:
        return "no plant of it is recorded"
    count = sum(plant.lane == "operating" for plant in plants)
    return f"{count or 'none'} of its plants operates" if count < 2 else f"{count} plants operate"


VIEW = View(
    name="chain",
    title="Value chains",
    kinds=("plant", "investment", "contract"),
    row=Row,
    rows=rows,
    behind=behind,
    summary=StageRow,
    summarise=summarise,
    keys=("stage",),
    ties=("material",),
    factless=("material", "stage", "name", "hs"),
    keep_filtered=lambda row: any(getattr(row, name) for name in SHOWN_LANES),
    statuses=tuple(status for lanes in LANES.values() for status in lanes),
    brief=(
        "material",
        "stage",
        "nothing_operating",
        "operating",
        "completed",
        "being_built",
        "announced",
        "proposed",
        "not_stated",
        "contracted",
    ),
)
