"""A cluster of three nodes loses its leader: the drill of `python -m faults failover`, in short.

It takes minutes, so it runs only where it is asked for: pytest -m failover.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from faults.failover import leader_killed, waits_cancelled
from faults.tally import Outcome


@pytest.mark.failover
@pytest.mark.parametrize("case", [leader_killed, waits_cancelled])
def test_nothing_is_lost(case: Callable[[bool], Outcome]) -> None:
    """Writers and a follower carry on, replicas answer meanwhile, and every fact is there once."""
    outcome = case(True)
    assert outcome.ok, outcome.problems
    assert (outcome.trials, outcome.injected) == (1, 1)
    assert outcome.acknowledged > 2
