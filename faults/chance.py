"""The dice of a run: every moment and place of a fault follows from one printed seed."""

from __future__ import annotations

from contextvars import ContextVar
from random import Random

SEED: ContextVar[int] = ContextVar("seed", default=1)
"""The seed of this run; `python -m faults --seed N` sets it."""


def dice(name: str, number: int) -> Random:
    """The dice of one trial of a case: the same in every run with the same seed."""
    return Random(f"{SEED.get()}/{name}/{number}")
