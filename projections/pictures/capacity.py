"""Capacity and production over the years: what is there against what is promised.

One panel for each stage, measure and kind of quantity, since they are never compared by length.
A figure is drawn over the period that it holds for, as high as its bounds: a range is a band, an
arrow says that there is no upper bound. An installed capacity goes on until the next statement,
and no further than the day of the cut.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from itertools import groupby

from ledger.reference.stages import STAGES
from ledger.reference.units import BASE_UNITS
from ledger.values import Quantity
from projections.pictures.picture import (
    Datasets,
    Days,
    Mark,
    Picture,
    Spec,
    Theme,
    after,
    charted,
    counted,
    days,
    finished,
    span,
    years_around,
    years_axis,
)
from projections.views.capacity import StageYear

WIDTH, HEIGHT = 560, 130
"""Of a panel, in pixels."""

LANES = ("actual", "planned", "promised")

A_YEAR = timedelta(days=365)


def text(rows: Sequence[StageYear], _today: date) -> str:
    """The newest actual figure and the promises of each stage and measure."""
    sentences = []
    shown, left_out = _shown(rows)
    for name, panel in shown:
        parts = []
        actual = [row for row in panel if row.actual is not None]
        if actual:
            newest = actual[-1]
            parts.append(f"{_there(newest)} {said(newest, 'actual')} {_when(newest)}")
        promised = [row for row in panel if row.promised is not None]
        parts += [f"promised {said(row, 'promised')} {_when(row)}" for row in promised[:MOST_SAID]]
        if len(promised) > MOST_SAID:
            parts.append(f"and {counted(len(promised) - MOST_SAID, 'more promise')}")
        if not actual:
            parts.insert(0, "nothing installed or reported")
        sentences.append(f"{name}: {'; '.join(parts)}.")
    if left_out:
        sentences.append(
            f"Not drawn: {counted(left_out, 'stage or measure', 'stages or measures')}."
        )
    return " ".join(sentences) or "No capacity and no production is stated."


MOST_SAID = 5
"""Promises of a stage that the text names."""

MOST_PANELS = 12
"""Panels that are drawn, and told of in the text: those with the most figures."""

MOST_MARKS = 12
"""Figures of a lane in a panel that are drawn: the newest."""


def draw(rows: Sequence[StageYear], today: date, theme: Theme) -> Spec | None:
    """The panels, over the same years."""
    around = years_around([row.period for row in rows if row.period is not None], today)
    panels = [(name, list(_marks(panel, around, today))) for name, panel in _shown(rows)[0]]
    if not any(marks for _, marks in panels):
        return None
    import altair as alt

    data: Datasets = {}
    tones = alt.Scale(domain=list(LANES), range=[theme.tones[3], theme.tones[2], theme.accent])
    x = alt.X("from:T", title=None, axis=alt.Axis(**years_axis(around), grid=False),
              scale=alt.Scale(domain=[around.first.isoformat(), after(around.last)]))  # fmt: skip
    there = [lane for lane in LANES if any(m["lane"] == lane for _, some in panels for m in some)]
    legend = alt.Legend(
        values=there, symbolType="stroke", symbolStrokeWidth=3, symbolOpacity=1, orient="top"
    )
    drawn = []
    for name, marks in panels:
        if not marks:
            continue
        highest = max(mark["high"] for mark in marks) or 1.0
        y = alt.Y("low:Q", title=None, axis=alt.Axis(format=",~f", tickCount=3, minExtent=70),
                  scale=alt.Scale(domain=[0, highest * 1.3]))  # fmt: skip
        base = charted(marks, data).encode(
            y=y, color=alt.Color("lane:N", scale=tones, title=None, legend=legend)
        )
        wide, middle = base.encode(x=x, x2="to:T"), base.encode(x="middle:T")
        bands = (
            wide.transform_filter("datum.high > datum.low")
            .mark_rect(opacity=0.25)
            .encode(y2="high:Q")
        )
        stroke = alt.condition("datum.lane === 'actual'", alt.value([1, 0]), alt.value([6, 3]))
        lines = (
            wide.transform_filter("datum.low > 0 || datum.high === 0")
            .mark_rule(strokeWidth=3)
            .encode(strokeDash=stroke)
        )
        beyond = middle.transform_filter("datum.open").mark_text(text="▲", dy=-2, baseline="bottom")
        words = middle.mark_text(baseline="bottom", dy=-12).encode(
            y="high:Q", text="words:N", color=alt.value(theme.ink)
        )
        cut = charted([{"today": today.isoformat()}], data).mark_rule(
            color=theme.faint, strokeDash=[3, 3]
        ).encode(x=alt.X("today:T"))  # fmt: skip
        drawn.append(
            alt.layer(cut, bands, lines, beyond, words).properties(
                width=WIDTH, height=HEIGHT, title=name
            )
        )
    return finished(alt.vconcat(*drawn), theme, data)


def panels_of(rows: Sequence[StageYear]) -> Iterator[tuple[str, list[StageYear]]]:
    """What can be drawn on one axis, in the order of the view, and what it is called."""
    for name, panel in groupby(rows, _name):
        yield name, list(panel)


def _shown(rows: Sequence[StageYear]) -> tuple[list[tuple[str, list[StageYear]]], int]:
    """The panels that are shown, and how many are not."""
    panels = list(panels_of(rows))
    most = sorted(panels, key=lambda named: len(named[1]), reverse=True)[:MOST_PANELS]
    return [named for named in panels if named in most], len(panels) - len(most)


def _name(row: StageYear) -> str:
    stage = STAGES[row.stage].name if row.stage in STAGES else row.stage or "Stage not stated"
    quantity = _any(row)
    basis = f", {quantity.basis}" if quantity.basis else ""
    return f"{stage}: {row.measure} ({_unit(quantity)}{basis})"


def _any(row: StageYear) -> Quantity:
    return next(q for q in (row.actual, row.planned, row.promised) if q is not None)


def _unit(quantity: Quantity) -> str:
    unit = BASE_UNITS[quantity.dimension]
    return f"{unit}/{quantity.per}" if quantity.per else unit


def _marks(panel: Sequence[StageYear], around: Days, today: date) -> Iterator[Mark]:
    """A mark for each figure that has a period."""
    dated = [(row.period, row) for row in panel if row.period is not None]
    for lane in LANES:
        for period, row in [one for one in dated if getattr(one[1], lane) is not None][
            -MOST_MARKS:
        ]:
            quantity = getattr(row, lane)
            place, over = span(quantity.base_bounds), days(period, around.first, around.last)
            first, last = over
            if lane == "actual" and row.measure == "capacity":
                # It is there at the end of its period; since when in it, nobody may have said.
                first = min(last, today)
                later = [when for when, r in dated if r.actual is not None and when.latest > last]
                last = max(first, min(later[0].latest if later else today, today))
            elif period.is_open_start:  # by then, and not through all the years before
                first = max(first, min(today, last - A_YEAR))
            yield {
                "lane": lane,
                "from": first.isoformat(),
                "middle": (first + (last - first) / 2).isoformat(),
                "to": after(last),
                "low": place.low,
                "high": place.high,
                "open": place.open,
                "words": said(row, lane),
            }


def said(row: StageYear, lane: str) -> str:
    """A figure as it is stated, with the marks of its doubt."""
    mark = "?" if lane in row.possible else ""
    return f"{getattr(row, lane).text()}{mark}{' (conflict)' if lane in row.conflicts else ''}"


def _there(row: StageYear) -> str:
    return "installed" if row.measure == "capacity" else "reported"


def _when(row: StageYear) -> str:
    return row.period.text() if row.period is not None else "without a date"


PICTURE = Picture("capacity", "Capacity and production by stage", "capacity", text, draw)
