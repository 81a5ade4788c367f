"""The value chain: each stage, and how much stands in each lane from promised to operating.

A stage with nothing operating is marked: that is the gap that one looks for.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from projections.pictures.picture import (
    Datasets,
    Mark,
    Picture,
    Spec,
    Theme,
    charted,
    counted,
    finished,
    room,
)
from projections.views.chain import SHOWN_LANES, StageRow

LANES = (
    *("contracted", "not_stated", "proposed", "announced"),
    *("being_built", "completed", "operating"),
)
"""The columns of the lanes, from what is furthest away to what runs."""

STEP = {"operating": 3, "completed": 2, "being_built": 1}
"""How strong the colour of a lane is."""

WIDTH, HEIGHT = 84, 30
"""A cell, in pixels."""


def text(rows: Sequence[StageRow], _today: date) -> str:
    """Which stages run, and which have nothing operating."""
    staged = [row for row in rows if row.stage is not None]
    if not staged:
        return "No stage of a chain is recorded."
    running = [row.name for row in staged if row.operating]
    gaps = [row.name for row in staged if row.nothing_operating]
    parts = [f"{counted(len(staged), 'stage')} of the chains."]
    parts.append(f"Operating: {', '.join(running) or 'none'}.")
    if gaps:
        parts.append(f"Nothing operating: {', '.join(gaps)}.")
    return " ".join(parts)


def draw(rows: Sequence[StageRow], _today: date, theme: Theme) -> Spec | None:
    """A cell for each stage and lane, with how many plants, investments or contracts are in it."""
    if not rows:
        return None
    import altair as alt

    data: Datasets = {}
    names = [_name(row) for row in rows]
    lanes = [_heading(lane) for lane in LANES]
    cells = [_cell(row, lane) for row in rows for lane in LANES]
    gaps = [{"stage": _name(row), "lane": _heading("operating")} for row in rows
            if row.nothing_operating and row.stage is not None]  # fmt: skip
    x = alt.X("lane:N", sort=lanes, title=None,
              axis=alt.Axis(orient="top", labelAngle=0, domain=False, ticks=False))  # fmt: skip
    y = alt.Y("stage:N", sort=names, title=None,
              axis=alt.Axis(domain=False, ticks=False, minExtent=room(names)))  # fmt: skip
    steps = alt.Scale(domain=[-1, 0, 1, 2, 3], range=[theme.paper, *theme.tones])
    base = charted(cells, data).encode(x=x, y=y)
    boxes = base.mark_rect(stroke=theme.tones[0], strokeWidth=1).encode(
        fill=alt.Fill("step:O", scale=steps, legend=None)
    )
    counts = base.mark_text().encode(text="label:N", color=alt.condition(
        "datum.step >= 3", alt.value(theme.paper), alt.value(theme.ink)))  # fmt: skip
    missing = charted(gaps, data).mark_text(color=theme.bad, text="none").encode(x=x, y=y)
    chart = alt.layer(boxes, counts, missing).properties(
        width=WIDTH * len(lanes), height=HEIGHT * len(rows)
    )
    return finished(chart, theme, data)


def _name(row: StageRow) -> str:
    return row.name if row.stage is not None else f"{row.name} ({row.material})"


def _heading(lane: str) -> str:
    return "not stated" if lane == "not_stated" else SHOWN_LANES[lane]


def _cell(row: StageRow, lane: str) -> Mark:
    streams = getattr(row, lane)
    possible = any(stream in row.possible for stream in streams)
    return {
        "stage": _name(row),
        "lane": _heading(lane),
        "step": STEP.get(lane, 0) if streams else -1,
        "label": f"{len(streams)}{'?' if possible else ''}" if streams else "",
    }


PICTURE = Picture("chain", "Value chains by stage", "chain", text, draw)
