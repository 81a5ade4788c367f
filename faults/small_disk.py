"""A small file system in memory that is really full, for the case `full-disk`.

It is mounted in a name space of its own, which needs no right but that of making one, and is
gone with the process. Run as a program in that name space: small_disk FOLDER SEED TRIALS.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any

from faults import disk
from faults.chance import SEED, dice
from faults.material import PAGE
from faults.tally import Outcome, together
from faults.trials import scratch
from faults.victim import Victim, start

SIZE = 8 * 1024 * 1024
"""Bytes of the file system."""

MOUNT = f'mount -t tmpfs -o size={SIZE},mode=755 lsledger "$0" && exec "$@"'


def run(count: int) -> Outcome:
    """Fill a small disk so many times; where none can be mounted, nothing and a note of it."""
    if shutil.which("unshare") is None:
        return _not_here("there is no `unshare`")
    with scratch() as folder:
        mounted = ["unshare", "--map-root-user", "--mount", "sh", "-c", MOUNT, str(folder)]
        probe = subprocess.run([*mounted, "true"], capture_output=True, text=True, check=False)
        if probe.returncode != 0:
            return _not_here(" ".join(probe.stderr.split()) or "unshare fails")
        done = subprocess.run(
            [*mounted, sys.executable, "-m", __name__, str(folder), str(SEED.get()), str(count)],
            capture_output=True,
            text=True,
            check=False,
            env={k: v for k, v in os.environ.items() if not k.startswith("LSLEDGER_")},
        )
    if done.returncode != 0:
        return Outcome(0, 0, 0, 0, 0, (f"the trials on a small disk: {done.stderr[-500:]}",))
    found: dict[str, Any] = json.loads(done.stdout)
    found |= {name: tuple(found[name]) for name in ("problems", "seen")}
    notes = (f"{count} of the trials on a small file system of their own",)
    return Outcome(**found | {"notes": notes})


def _not_here(why: str) -> Outcome:
    told = f"no small file system can be mounted here ({why}): limits on files alone were used"
    return Outcome(0, 0, 0, 0, 0, notes=(told,))


def _inside(mounted: Path, count: int) -> Outcome:
    """The trials, in the name space."""
    import faults.warm  # noqa: F401 - before the disk is full

    squeeze = partial(_filled, mounted)
    with scratch() as shared:
        disk.prepare(shared)
        each = disk.commands(shared)
        before = (shared / "template.db").stat().st_size
        needs = tuple(sum(disk.sizes(one, shared / "own", shared)) - before for one in each)
        outcomes = []
        for number in range(count):
            folder = mounted / str(number)
            folder.mkdir()
            left = disk.room(number, count, needs, dice("small-disk", number))
            one = each[number % len(each)]
            outcomes.append(disk.attempt(folder, shared, one, left, squeeze))
            shutil.rmtree(folder)
    return together(outcomes)


def _filled(mounted: Path, left: int, ledger: str, words: tuple[str, ...]) -> Victim:
    """Run a command where the file system has so many bytes left and no more."""
    filler = mounted / "filler"
    free = shutil.disk_usage(mounted).free
    with filler.open("wb") as file:
        os.posix_fallocate(file.fileno(), 0, max(PAGE, free - left))
    try:
        victim = start(ledger, [words])
        victim.wait()
    finally:
        filler.unlink()
    return victim


if __name__ == "__main__":
    SEED.set(int(sys.argv[2]))
    json.dump(asdict(_inside(Path(sys.argv[1]), int(sys.argv[3]))), sys.stdout)
