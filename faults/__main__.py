"""The runner: `python -m faults` injects every kind of fault and prints one table.

It fails when anything that was acknowledged is lost, doubled or half-written, or when a damaged
file is not named as such.
"""

from __future__ import annotations

import os
import platform
import secrets
import sqlite3
import sys
from time import monotonic

import click

from faults.cases import CASES
from faults.chance import SEED
from faults.tally import Outcome, closing, table
from ledger.errors import did_you_mean


def _known(_ctx: click.Context, _param: click.Parameter, names: tuple[str, ...]) -> tuple[str, ...]:
    for name in names:
        if name not in CASES:
            known = f"The cases are: {', '.join(CASES)}."
            raise click.BadParameter(f"{name!r} is no case. {did_you_mean(name, CASES)} {known}")
    return names


@click.command(epilog="Cases: " + "; ".join(f"{n}: {c.meaning}" for n, c in CASES.items()) + ".")
@click.argument("names", nargs=-1, metavar="[NAME]...", callback=_known)
@click.option("--short", is_flag=True, help="A few trials of each, as continuous integration runs.")
@click.option("--seed", type=int, help="Repeat a run: the seed that it printed.")
def main(names: tuple[str, ...], short: bool, seed: int | None) -> None:
    """Let processes, disks and files fail under ledgers, and count what is lost: it must be 0."""
    seed = secrets.randbelow(1_000_000) if seed is None else seed
    SEED.set(seed)
    click.echo(
        f"seed {seed}; Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}, "
        f"{platform.system()} {platform.machine()}"
    )
    for name in [name for name in os.environ if name.startswith("PG")]:
        del os.environ[name]  # the servers are this run's own
    outcomes: dict[str, Outcome] = {}
    chosen = names or [name for name, case in CASES.items() if not (short and case.long)]
    for name in dict.fromkeys(chosen):
        begun = monotonic()
        try:
            outcomes[name] = CASES[name].run(short)
        except Exception as error:  # noqa: BLE001
            why = f"the case ended early: {type(error).__name__}: {error}"  # the others go on
            outcomes[name] = Outcome(0, 0, 0, 0, 0, problems=(why,))
        for line in closing(name, outcomes[name], monotonic() - begun):
            click.echo(line)
    click.echo()
    for line in table(outcomes):
        click.echo(line)
    if not all(outcome.ok for outcome in outcomes.values()):
        click.echo(f"Something is wrong: see above. --seed {seed} repeats this run.", err=True)
        sys.exit(1)


if __name__ == "__main__":
    main(prog_name="python -m faults")
