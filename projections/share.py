"""Share: what was reached as a share of what was promised, in percent."""

from __future__ import annotations

from decimal import ROUND_DOWN, Context, Decimal, localcontext
from typing import TYPE_CHECKING

from ledger.values import Bounds, Money, Quantity
from projections.view import said

if TYPE_CHECKING:
    from ledger.promise import Promise

WIDE = Context(prec=200)
"""For shares: room for the largest quantity over the smallest, 60 digits each."""


def share_text(reached: Quantity | Money | None, state: Promise) -> str | None:
    """For people, the share of what a promise states: `75% (150 t of 200 t)`.

    None of nothing, or where the promise states nothing of the kind.
    """
    promised = said(state.quantity) if isinstance(reached, Quantity) else said(state.amount)
    if isinstance(reached, Quantity) and isinstance(promised, Quantity):
        bounds, of = reached.base_bounds, promised.base_bounds
    elif isinstance(reached, Money) and isinstance(promised, Money):
        bounds, of = reached.bounds, promised.bounds
    else:
        return None
    shown = share_of(bounds, of)
    return f"{shown} ({reached.text()} of {promised.text()})" if shown is not None else None


def share_of(reached: Bounds, promised: Bounds) -> str | None:
    """A share in percent, with its bounds and its ~; further digits are left off, which `…`
    says. Of a promise with a lower bound it is the share of the least that was promised.
    """
    of_least = promised.min if promised.min is not None and promised.min > 0 else None
    if of_least is None:
        return None
    whole = promised.is_exact
    about = "~" if reached.approx or promised.approx else ""
    low = _percent(reached.min, of_least)
    high = _percent(reached.max, of_least)
    if reached.is_exact:
        text = f"{about}{low}%"
    elif high is None:
        text = f"{about}{'≥' if reached.min_inclusive else '>'}{low}%"
    elif low is None:
        text = f"{about}{'≤' if reached.max_inclusive else '<'}{high}%"
    else:
        text = f"{about}{low}-{high}%"
    return text if whole else f"{text} of the least"


def _percent(part: Decimal | None, whole: Decimal) -> str | None:
    if part is None:
        return None
    with localcontext(WIDE):
        exact = part * 100 / whole
        shown = exact.quantize(Decimal("0.1"), ROUND_DOWN)
        return f"{shown.normalize():f}{'' if shown == exact else '…'}"
