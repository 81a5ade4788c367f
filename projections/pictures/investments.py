"""Investments: what is stated for each business, one panel a currency.

Currencies are never put on one axis, since nothing here converts them. The certain part of an
amount is solid, what lies between its bounds is light, and an arrow says that it has no upper
bound. The words beside each bar are the amount as it is stated.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from ledger.reference.stages import STAGES
from projections.pictures.picture import (
    Datasets,
    Mark,
    Picture,
    Spec,
    Theme,
    charted,
    counted,
    finished,
    plain,
    room,
    span,
)
from projections.views.totals import ALL, Total

WIDTH, HEIGHT = 420, 30
"""Of a panel, and of a bar with the space around it, in pixels."""

SCALES = (("trillion", 1e12), ("billion", 1e9), ("million", 1e6), ("thousand", 1e3), ("", 1.0))
"""In what an axis counts: the largest that its longest bar reaches."""


def text(rows: Sequence[Total], _today: date) -> str:
    """The sum of each currency, with its doubt, and how many amounts are not stated."""
    sums = [_said(row) for row in rows if row.business == ALL and row.amount is not None]
    unstated = sum(
        len(row.investments) for row in rows if row.business == ALL and row.amount is None
    )
    parts = [f"Stated investment, by currency: {'; '.join(sums)}." if sums else
             "No amount of an investment is stated."]  # fmt: skip
    if unstated:
        parts.append(f"Of {counted(unstated, 'investment')} no amount is stated.")
    return " ".join(parts)


def draw(rows: Sequence[Total], _today: date, theme: Theme) -> Spec | None:
    """A bar for each business, in a panel for its currency."""
    bars = [_bar(row) for row in rows if row.business != ALL and row.amount is not None]
    if not bars:
        return None
    import altair as alt

    data: Datasets = {}
    extent = room(bar["business"] for bar in bars)
    y = alt.Y("business:N", sort=None, title=None,
              axis=alt.Axis(domain=False, ticks=False, minExtent=extent))  # fmt: skip
    counting = alt.Axis(format=",~f", tickCount=4)
    panels = []
    for currency in sorted({bar["currency"] for bar in bars}):
        here = [bar for bar in bars if bar["currency"] == currency]
        scale, here = _scaled(here)
        widest = max(bar["high"] for bar in here) or 1.0
        base = charted(here, data).encode(y=y)
        x = alt.X("low:Q", title=f"{currency} {scale}".strip(),
                  scale=alt.Scale(domain=[0, widest * 1.45]), axis=counting)  # fmt: skip
        certain = base.mark_bar(color=theme.tones[3], height=14).encode(x=x)
        between = base.mark_bar(color=theme.tones[1], height=14).encode(x=x, x2="high:Q")
        beyond = base.transform_filter("datum.open").mark_text(
            text="▶", color=theme.tones[3], align="left", dx=1
        ).encode(x=alt.X("high:Q"))  # fmt: skip
        words = base.mark_text(align="left", dx=16).encode(x=alt.X("high:Q"), text="amount:N")
        panels.append(
            alt.layer(certain, between, beyond, words).properties(
                width=WIDTH, height=HEIGHT * len(here), title=currency
            )
        )
    return finished(alt.vconcat(*panels), theme, data, beside=(bar["amount"] for bar in bars))


def _scaled(bars: Sequence[Mark]) -> tuple[str, list[Mark]]:
    """Bars of one currency, in what their axis counts in."""
    longest = max(bar["high"] for bar in bars)
    name, one = next(((n, s) for n, s in SCALES if longest >= s), SCALES[-1])
    return name, [bar | {"low": bar["low"] / one, "high": bar["high"] / one} for bar in bars]


def _bar(row: Total) -> Mark:
    assert row.amount is not None
    place = span(row.amount.bounds)
    return {
        "business": STAGES[row.business].name if row.business in STAGES else plain(row.business),
        "currency": row.currency,
        "low": place.low,
        "high": place.high,
        "open": place.open,
        "amount": _said(row),
    }


def _said(row: Total) -> str:
    """An amount as it is stated, and what is in doubt about it."""
    assert row.amount is not None
    mark = "?" if row.possible else ""
    return f"{row.amount.text()}{mark}{' (conflict)' if row.conflicts else ''}"


PICTURE = Picture("investments", "Stated investment by business and currency", "totals", text, draw)
