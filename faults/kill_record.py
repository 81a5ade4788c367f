"""Killed recording: several processes record one fact at a time, and some of them are killed.

Those that are not struck go on: whoever is killed with the write lock in hand must not stop
them. All write to streams of their own and, in between, to one that they share.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import monotonic
from typing import Any

from faults import trials
from faults.command import facts_of, lsledger
from faults.examine import doubled, examined, lost
from faults.material import LEDGER, copied, make, note, portfolio, recording, remove
from faults.tally import Outcome, together
from faults.trials import Trial
from faults.victim import Victim, start

PROCESSES = 3
FACTS = 6
"""Streams of its own on which each process records a fact; for every third of them it records
another one on the stream that all share."""

BEFORE = 60
"""Facts that are there already."""

SAID = "말은 남는다:"
"""How the statements of these facts begin."""


@dataclass(frozen=True, slots=True)
class Given:
    """What all trials share. seconds: how long the processes take when nothing strikes them."""

    template: Path
    seconds: float


def run(count: int) -> Outcome:
    """Kill some of several recording processes, so many times."""
    return trials.run("kill-record", count, _prepared, _killed)


def _prepared(folder: Path) -> Given:
    template = make(folder / "template.db", [note("shared"), *portfolio(BEFORE)])
    return Given(template, median(_seconds(template, folder) for _ in range(3)))


def _seconds(template: Path, folder: Path) -> float:
    remove(folder / LEDGER)
    copied(template, folder)
    victims = _victims(folder)
    for victim in victims:
        victim.wait()
        if victim.code != 0:
            raise AssertionError(victim.said)
    return max(monotonic() - victim.started for victim in victims)


def commands(process: int) -> list[tuple[str, ...]]:
    """What one of the processes records."""
    names = [f"p{process}-{number}" for number in range(FACTS)]
    own = [recording(name, f"{SAID} {name}") for name in names]
    shared = [recording("shared", f"{SAID} {name}, and others too") for name in names[::3]]
    return [*own[:2], shared[0], *own[2:], *shared[1:]]


def _victims(folder: Path) -> list[Victim]:
    ledger = str(folder / LEDGER)
    return [start(ledger, commands(process)) for process in range(PROCESSES)]


def _killed(trial: Trial, given: Given) -> Outcome:
    """Kill the first process, and by chance others, and look at what is left."""
    copied(given.template, trial.folder)
    victims = _victims(trial.folder)
    moments = {0: trial.spread(given.seconds)}
    for process in range(1, PROCESSES):
        if trial.chance.random() < 0.4:
            moments[process] = trial.chance.uniform(0, given.seconds)
    struck = {
        process
        for process, moment in sorted(moments.items(), key=lambda pair: pair[1])
        if victims[process].killed_at(moment)
    }
    for victim in victims:
        victim.wait()
    problems = [
        f"a process that was not struck ended with {victim.code}: {victim.said[-300:]}"
        for process, victim in enumerate(victims)
        if process not in struck and victim.code != 0
    ]
    problems += [f"a traceback: {v.said[-300:]}" for v in victims if v.crashed()]
    ledger = str(trial.folder / LEDGER)
    current = '"views": "up to date"' in lsledger(ledger, "status", "--format", "json").out
    facts, wrong = examined(ledger)
    told = [
        words[-1]
        for process, victim in enumerate(victims)
        for words in commands(process)[: len(victim.recorded())]
    ]
    stored = statements(facts)
    outcome = Outcome(
        trials=1,
        injected=len(struck),
        acknowledged=len(told),
        lost=lost(told, stored),
        duplicates=doubled(stored, stored),
        problems=(*problems, *wrong),
        seen=(_moment(len(struck), current, stored.total() - len(told)),),
    )
    return together([outcome, *(_again(ledger, process) for process in sorted(struck))])


def statements(facts: Iterable[Mapping[str, Any]]) -> Counter[str]:
    """What the facts that the processes recorded say: each of them says something else."""
    found = (str(fact["content"].get("statement", "")) for fact in facts)
    return Counter(statement for statement in found if statement.startswith(SAID))


def _moment(struck: int, current: bool, untold: int) -> str:
    """Where the processes were struck, as the ledger shows."""
    if not struck:
        return "ended before any was struck"
    who = f"{struck} of {PROCESSES} killed"
    if not current:
        return f"{who}, one with a fact stored and the views behind"
    if untold:
        return f"{who}, one with a fact stored and not told yet"
    return f"{who}, with all told that is stored"


def _again(ledger: str, process: int) -> Outcome:
    """Do what a killed process did once more: now all is there, each fact once."""
    problems = []
    for words in commands(process):
        ran = lsledger(ledger, *words)
        if ran.code != 0:
            problems.append(str(ran))
    facts, unread = facts_of(ledger)
    stored = statements(facts)
    told = [words[-1] for words in commands(process)]
    return Outcome(
        trials=0,
        injected=0,
        acknowledged=0,
        lost=lost(told, stored),
        duplicates=doubled(stored, told),
        problems=(*problems, *unread),
    )
