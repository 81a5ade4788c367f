"""Promises over time: when each falls due, as first stated and as revised, and what came of it.

A bar is the window in which a promise falls due, in the colour of its status; above it stand, in
grey, the windows that were stated before, so that a slip is seen. Only so many promises are drawn
as one can read, those nearest to the day of the cut first; the text says how many are left out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date

from ledger.values import PartialDate
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
    plain,
    room,
    years_around,
    years_axis,
)
from projections.views.promises import Row

MOST = 40
"""Promises that are drawn."""

WIDTH, HEIGHT = 520, 26
"""Of the drawing, and of a promise in it, in pixels."""

LONGEST = 46
"""Characters of a statement that stand beside its bar."""

GOOD = ("kept",)
DOUBTFUL = ("kept late", "kept or kept late", "withdrawn")
BAD = ("overdue", "missed")


def text(rows: Sequence[Row], _today: date) -> str:
    """How many there are of each status, what slipped, and what is not drawn."""
    if not rows:
        return "No promise is recorded."
    found = Counter(row.status for row in rows)
    told = ", ".join(f"{number:,} {status}" for status, number in found.items())
    parts = [f"{counted(len(rows), 'due window')} of promises: {told}."]
    slipped = {row.stream: row for row in rows if row.revisions and row.slip}
    first = list(slipped.values())[:MOST_SLIPS]
    parts += [f"{_label(row)}: slipped {row.slip}." for row in first]
    if len(slipped) > MOST_SLIPS:
        parts.append(f"{counted(len(slipped) - MOST_SLIPS, 'other')} slipped too.")
    dated = {row.stream for row in rows if row.due is not None}
    if len(dated) > MOST:
        parts.append(f"Drawn are the {MOST} of {len(dated):,} that fall due nearest to the cut.")
    undated = sum(row.due is None for row in rows)
    if undated:
        parts.append(f"Not drawn, since no date is stated: {undated:,}.")
    return " ".join(parts)


MOST_SLIPS = 5


def draw(rows: Sequence[Row], today: date, theme: Theme) -> Spec | None:
    """A line for each of the promises that fall due nearest to the cut."""
    dated = [row for row in rows if row.due is not None]
    streams = nearest(dated, today)
    if not streams:
        return None
    import altair as alt

    data: Datasets = {}
    shown = [row for row in dated if row.stream in streams]
    around = years_around([when for row in shown for when in _dates(row)], today)
    names = labels(shown)
    marks = list(_marks(shown, names, around))
    height = HEIGHT * len(streams)
    statuses = list(dict.fromkeys(row.status for row in shown))
    tones = alt.Scale(domain=statuses, range=[_tone(status, theme) for status in statuses])
    x = alt.X("from:T", title=None, axis=alt.Axis(**years_axis(around), orient="top"),
              scale=alt.Scale(domain=[around.first.isoformat(), after(around.last)]))  # fmt: skip
    y = alt.Y("promise:N", sort=list(names.values()), title=None,
              axis=alt.Axis(domain=False, ticks=False, minExtent=room(names.values())))  # fmt: skip
    base = charted(marks, data).encode(x=x, x2="to:T", y=y)
    before = base.transform_filter("datum.before").mark_bar(
        height=4, yOffset=-9, color=theme.faint, opacity=0.45
    )
    ends = charted([mark for mark in marks if mark["before"]], data).mark_tick(
        height=8, thickness=2, yOffset=-9, color=theme.faint
    ).encode(x=alt.X("to:T"), y=y)  # fmt: skip
    words = base.transform_filter("datum.words").mark_text(align="left", dx=5, dy=2).encode(
        x=alt.X("to:T"), text="words:N"
    )  # fmt: skip
    now = (
        base.transform_filter("!datum.before")
        .mark_bar(height=12, yOffset=2)
        .encode(
            color=alt.Color("status:N", scale=tones, title=None, legend=alt.Legend(orient="top"))
        )
    )
    cut = charted([{"today": today.isoformat()}], data).mark_rule(
        color=theme.ink, strokeDash=[3, 3]
    ).encode(x=alt.X("today:T"))  # fmt: skip
    chart = alt.layer(before, ends, now, words, cut).properties(width=WIDTH, height=height)
    return finished(chart, theme, data, beside=(mark["words"] for mark in marks))


def nearest(rows: Sequence[Row], today: date) -> list[str]:
    """The promises with the windows nearest to the day, in the order of the rows."""
    near: dict[str, int] = {}
    for row in rows:
        assert row.due is not None
        gap = abs(min(row.due.latest, date(today.year + 100, 1, 1)).toordinal() - today.toordinal())
        near[row.stream] = min(near.get(row.stream, gap), gap)
    kept = set(sorted(near, key=lambda stream: near[stream])[:MOST])
    return [stream for stream in near if stream in kept]


def _dates(row: Row) -> Iterator[PartialDate]:
    yield from row.dues
    yield from (when for when in (row.due, row.made_on) if when is not None)


def labels(rows: Sequence[Row]) -> dict[str, str]:
    """What each promise is called; where two say the same, by its id too."""
    names = {row.stream: _label(row) for row in rows}
    alike = Counter(names.values())
    return {
        stream: name if alike[name] == 1 else f"{stream.partition(':')[2]}: {name}"
        for stream, name in names.items()
    }


def _label(row: Row) -> str:
    said = plain(row.statement or row.stream)
    return said if len(said) <= LONGEST else f"{said[: LONGEST - 1].rstrip()}…"


def _marks(rows: Sequence[Row], names: dict[str, str], around: Days) -> Iterator[Mark]:
    last = {row.stream: row for row in rows}
    for row in rows:
        assert row.due is not None
        made = row.made_on.earliest if row.made_on is not None else around.first
        for when, before in [*((due, True) for due in row.dues[:-1]), (row.due, False)]:
            begun = min(made, when.latest) if when.is_open_start else around.first
            over = days(when, max(around.first, begun), around.last)
            yield {
                "promise": names[row.stream],
                "from": over.first.isoformat(),
                "to": after(over.last),
                "before": before,
                "status": row.status,
                "words": _said(row) if row is last[row.stream] and not before else "",
            }


def _said(row: Row) -> str:
    """What stands beside the last bar of a promise."""
    mark = "?" if "status" in row.possible else ""
    mark += " (conflict)" if row.conflicts else ""
    unsure = row.due is not None and (row.due.approximate or row.due.uncertain)
    due = f", due {row.due.text()}" if row.due is not None and unsure else ""
    slip = f", slipped {row.slip}" if row.revisions and row.slip else ""
    return f"{row.status}{mark}{due}{slip}"


def _tone(status: str, theme: Theme) -> str:
    if status in GOOD:
        return theme.good
    if status in BAD:
        return theme.bad
    return theme.tones[1] if status in DOUBTFUL else theme.tones[3]


PICTURE = Picture("promises", "Promises by due date", "promises", text, draw)
