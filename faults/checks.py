"""What must be so of a ledger on a server after faults under load."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from faults import examine
from faults.command import lsledger
from faults.examine import examined, not_verified
from faults.material import recording
from faults.tally import Outcome
from faults.writers import PASSING, Attempt, Writer

LONGEST_ATTEMPT = 100.0
"""Seconds after which recording must have come to an end, one way or the other: a server that is
lost is waited for, for a minute, and a lock for half of one."""


NOTHING = "nothing was recorded"
"""What an error says that is sure of it."""


@dataclass(frozen=True)
class Witness:
    """What somebody holds who looks whether the record goes on from where it was.

    checkpoint: the file of one that was handed out before the faults. key: what its signature is
    checked by.
    """

    checkpoint: Path
    key: str


def new_ledger(url: str, folder: Path) -> Witness:
    """Make a ledger, and hand out a checkpoint of its first fact."""
    key, checkpoint = folder / "key", folder / "checkpoint"
    _done(url, "init")
    _done(url, *recording("before", "처음"))
    verifier = _done(url, "keygen", "example.com/faults", "-o", str(key))
    _done(url, "checkpoint", "--key", str(key), "-o", str(checkpoint))
    return Witness(checkpoint, verifier.strip())


def outcome(
    url: str, writers: Sequence[Writer], witness: Witness, trials: int, struck: Sequence[str]
) -> Outcome:
    """Stop the writers, and look at the ledger: what it holds, and what it says of itself.

    struck: the faults that were made, a phrase each.
    """
    problems = [problem for writer in writers if (problem := writer.stop())]
    attempts = [attempt for writer in writers for attempt in writer.attempts()]
    problems += _wrong_with(attempts)
    problems += [
        f"{writer.name} recorded nothing"
        for writer in writers
        if all(attempt.error is not None for attempt in writer.attempts())
    ]
    facts, more = examined(url)
    words = ("--against", str(witness.checkpoint), "--trust", witness.key, "--format", "json")
    problems += [*more, *not_verified(lsledger(url, "verify", *words), "with a checkpoint")]
    stored = Counter(str(fact["content"]["statement"]) for fact in facts)
    acknowledged = {attempt.statement for attempt in attempts if attempt.error is None}
    return Outcome(
        trials=trials,
        injected=len(struck),
        acknowledged=len(acknowledged),
        lost=examine.lost(acknowledged, stored),
        duplicates=examine.doubled(stored, stored),
        problems=tuple(problems),
        seen=(*struck, *(f"told and tried again: {a.error}" for a in attempts if a.error)),
    )


def _wrong_with(attempts: Sequence[Attempt]) -> list[str]:
    """What should not have come of attempts to record."""
    told = Counter(attempt.error for attempt in attempts if attempt.error is not None)
    problems = [
        f"{count} attempts to record ended in the error {code}"
        for code, count in sorted(told.items())
        if code not in PASSING
    ]
    problems += [
        f"of {after.statement!r} it was told that nothing was recorded, and it was: {before.told}"
        for before, after in pairwise(attempts)
        if before.statement == after.statement and after.known and NOTHING in before.told
    ]
    longest = max((attempt.ended - attempt.began for attempt in attempts), default=0.0)
    if longest > LONGEST_ATTEMPT:
        problems.append(f"an attempt to record took {longest:.0f} s")
    return problems


def _done(url: str, *words: str) -> str:
    """What a command prints that must not fail."""
    ran = lsledger(url, *words)
    if ran.code != 0:
        raise AssertionError(str(ran))
    return ran.out
