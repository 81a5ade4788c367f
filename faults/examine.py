"""What must hold of a ledger after any fault: looked at from outside, by its own commands."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from typing import Any

from faults.command import Ran, facts_of, lsledger


def examined(ledger: str) -> tuple[list[dict[str, Any]], list[str]]:
    """The facts that a ledger holds, and everything that is wrong with it.

    It must open and verify as the fault left it; have its facts in one sequence without a
    gap and in the order of their times; and, once a reading has caught up, its views must
    hold all of them and be what a rebuild gives.
    """
    problems = not_verified(lsledger(ledger, "verify", "--format", "json"), "as it was left")
    facts, unread = facts_of(ledger)
    problems += unread
    if [fact["seq"] for fact in facts] != list(range(1, len(facts) + 1)):
        problems.append("the sequence has a gap, or is out of order")
    times = [fact["recorded_at"] for fact in facts]
    if times != sorted(times):
        problems.append("recorded times decrease")
    reading = lsledger(ledger, "log")
    if reading.code != 0:
        problems.append(str(reading))
    after = lsledger(ledger, "verify", "--format", "json")
    problems += not_verified(after, "after a reading")
    if not problems and f"first {len(facts):,} facts" not in detail(after, "views"):
        problems.append(f"the views do not hold all facts: {detail(after, 'views')}")
    return facts, problems


def not_verified(ran: Ran, when: str) -> list[str]:
    """What `verify --format json` found wrong; nothing when all is in order."""
    if ran.code == 0:
        return []
    try:
        checks = json.loads(ran.out)["checks"]
    except ValueError:
        return [f"{when}: {ran}"]
    return [
        f"{when}, verify of {check['name']}: {check['differences'][0]}"
        for check in checks
        if not check["ok"]
    ] or [f"{when}: {ran}"]


def detail(ran: Ran, name: str) -> str:
    """What `verify --format json` says of one of its checks."""
    checks = json.loads(ran.out)["checks"]
    return next((str(check["detail"]) for check in checks if check["name"] == name), "")


def lost(acknowledged: Iterable[str], stored: Counter[str]) -> int:
    """How many of the acknowledged facts are not stored."""
    return sum(stored[name] == 0 for name in acknowledged)


def doubled(stored: Counter[str], once: Iterable[str]) -> int:
    """How often facts that were recorded once are stored again."""
    return sum(max(0, stored[name] - 1) for name in once)
