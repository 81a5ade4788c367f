"""Each case of the fault suite on SQLite, tried a few times; `make faults` tries hundreds."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from faults import (
    backup_while_writing,
    damage,
    full_disk,
    kill_import,
    kill_record,
    read_only,
    wal_left,
)
from faults.tally import Outcome

RUNS: dict[str, tuple[Callable[[int], Outcome], int]] = {
    "kill-import": (kill_import.run, 3),
    "kill-record": (kill_record.run, 2),
    "full-disk": (full_disk.run, 6),
    "read-only": (read_only.run, 4),
    "damage": (damage.run, 5),
    "wal-left": (wal_left.run, 7),
    "backup": (backup_while_writing.run, 1),
}
"""Each case, and how many trials show each of its kinds of fault once."""


@pytest.mark.parametrize("name", RUNS)
def test_nothing_is_lost_doubled_or_half_written(name: str) -> None:
    """Given a fault of each kind, what was acknowledged is there once, and all else is in order."""
    run, trials = RUNS[name]
    outcome = run(trials)
    assert outcome.problems == ()
    assert (outcome.lost, outcome.duplicates) == (0, 0)
    assert outcome.trials >= trials
    assert 0 < outcome.injected <= outcome.trials * 3
