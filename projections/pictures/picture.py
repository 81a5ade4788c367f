"""What a picture is: a view, a sentence that says what it shows, and a Vega-Lite specification.

A picture shows the rows of one view, summed up here and not in the page or in the drawing, so
that a large ledger gives no larger picture. It decides nothing: figures come from the view and
carry their own text, with `~`, bounds and unit; only lengths and places on the paper are numbers
of the drawing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date, timedelta
from typing import Any, NamedTuple, TypeAlias
from unicodedata import east_asian_width

from ledger.values import Bounds, PartialDate
from projections.view import Row

Spec: TypeAlias = dict[str, Any]
"""A Vega-Lite specification."""

Mark: TypeAlias = dict[str, Any]
"""What one mark of a drawing is made from: JSON values."""


Datasets: TypeAlias = dict[str, list[Mark]]
"""The marks of a picture, by the names under which its specification has them."""


class Theme(NamedTuple):
    """The colours of a drawing, as CSS colours or variables.

    ink: text. faint: axes and what is only said beside. paper: what lies behind. tones: for the
    steps from far to near, the last one for what is certain. good, bad: outcomes.
    accent: what is promised, beside what is there.
    """

    ink: str
    faint: str
    paper: str
    tones: tuple[str, str, str, str]
    good: str
    bad: str
    accent: str


ON_PAPER = Theme(
    ink="#1d2733",
    faint="#6b7683",
    paper="#ffffff",
    tones=("#dfe6ec", "#b4c7d6", "#6f9ab8", "#1f5f8b"),
    good="#2f7d4f",
    bad="#b3372f",
    accent="#9a5b00",
)
"""For files that stand alone."""


class Picture(NamedTuple):
    """One picture.

    view: the view whose rows it shows. text: what it shows, in sentences, for who cannot see it.
    draw: its specification, from these rows and the day of the cut; None when there is nothing to
    draw.
    """

    name: str
    title: str
    view: str
    text: Callable[[Sequence[Row], date], str]
    draw: Callable[[Sequence[Row], date, Theme], Spec | None]


class Span(NamedTuple):
    """Where a figure lies on an axis. open: it has no upper bound, and goes on from `high`."""

    low: float
    high: float
    open: bool


def span(bounds: Bounds) -> Span:
    """The place of a figure: for the drawing alone, so that a float is enough."""
    low = float(bounds.min) if bounds.min is not None else 0.0
    high = float(bounds.max) if bounds.max is not None else low
    return Span(low, high, bounds.max is None)


class Days(NamedTuple):
    """The days that a date can mean. An open side ends where the drawing does."""

    first: date
    last: date


def days(when: PartialDate, first: date, last: date) -> Days:
    """The days of a partial date, cut at those that a drawing shows."""
    return Days(max(when.earliest, first), min(when.latest, last))


def years_around(dates: Sequence[PartialDate], today: date) -> Days:
    """Whole years around the day of the cut and every day that the dates name.

    An open side of a date names no day.
    """
    named = [
        day
        for when in dates
        for day in (when.earliest, when.latest)
        if day not in (date.min, date.max)
    ]
    first, last = min([today, *named]), max([today, *named])
    return Days(date(first.year, 1, 1), date(last.year, 12, 31))


def years_axis(around: Days) -> dict[str, Any]:
    """How an axis names years: each of them, as far as there is room."""
    years = around.last.year - around.first.year + 1
    return {"format": "%Y", "tickCount": "year" if years <= MOST_YEARS else 8, "labelFlush": False}


MOST_YEARS = 12


def after(day: date) -> str:
    """The end of a day, as drawings take it: a period covers the whole of its last day."""
    return (day + timedelta(days=1)).isoformat() if day < date.max else day.isoformat()


def charted(marks: Sequence[Mark], data: Datasets) -> Any:
    """An Altair chart of marks, which are put into the data of the picture: Altair copies what
    stands in a chart again and again.
    """
    import altair as alt

    name = f"marks-{len(data) + 1}"
    data[name] = list(marks)
    return alt.Chart(alt.NamedData(name=name))


def finished(chart: Any, theme: Theme, data: Datasets, beside: Iterable[str] = ()) -> Spec:
    """The specification of an Altair chart, in the colours and letters of all pictures.

    beside: words that may stand to the right of it. There is room for them as they are measured,
    and some for wider letters.
    """
    spec: Spec = chart.configure(
        background="transparent" if theme.paper.startswith("var(") else theme.paper,
        font=FONT,
        padding={
            "left": PADDING,
            "top": PADDING,
            "bottom": PADDING,
            "right": PADDING + room(beside) // 4,
        },
    ).to_dict(validate=False)
    spec["datasets"] = data
    spec["config"] |= {
        "mark": {"aria": False},  # a text says what the drawing shows, not each of its marks
        "view": {"stroke": None},
        "axis": {
            "labelColor": theme.ink,
            "titleColor": theme.ink,
            "domainColor": theme.faint,
            "tickColor": theme.faint,
            "gridColor": theme.tones[0],
            "labelFontSize": 12,
            "titleFontSize": 12,
            "titleFontWeight": "normal",
            "labelLimit": WIDEST_LABEL,
        },
        "header": {"labelColor": theme.ink, "labelFontSize": 13, "titleColor": theme.ink},
        "legend": {"labelColor": theme.ink, "titleColor": theme.ink, "labelFontSize": 12},
        "text": {"color": theme.ink, "fontSize": 12},
        "title": {"color": theme.ink, "fontSize": 14, "anchor": "start"},
    }
    return spec


PADDING = 12
"""Pixels around a drawing."""

WIDEST_LABEL = 260
"""Pixels beyond which a label is cut off, in the letters that are measured."""

FONT = "Arial, Liberation Sans, Helvetica, sans-serif"
"""What measures the labels is not what shows them; these are as wide almost everywhere."""


def room(labels: Iterable[str]) -> int:
    """Pixels that labels beside an axis need, in the widest letters in which they may be shown."""
    widest = max((sum(map(_width, label)) for label in labels), default=0)
    return round(min(widest, WIDEST_LABEL * 1.2)) + (8 if widest else 0)


def _width(letter: str) -> float:
    return 12.5 if east_asian_width(letter) in "WF" else 7.5


def plain(text: str) -> str:
    """A text on one line."""
    return " ".join(text.split())


def counted(number: int, one: str, many: str | None = None) -> str:
    """A number of things in words: 1 plant, 2 plants."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"
