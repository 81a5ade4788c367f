"""The peers, for scale: `ledger` and `hledger`, where they are installed, on a journal."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from benchmarks import journal
from benchmarks.measure import Command
from benchmarks.steady import ImportObject

NAMES = ("ledger", "hledger")

MOST_ENTRIES = 100_000
"""Larger journals take them minutes and gigabytes, and tell nothing more."""

ENVIRONMENT = {"LC_ALL": "C.UTF-8"}


@dataclass
class Peers:
    """A journal of so many facts in a folder, and what the peers do with it."""

    folder: Path
    facts: Callable[[], Iterable[ImportObject]]
    number: int

    @cached_property
    def journal(self) -> Path:
        """The journal, written when it is first needed."""
        path = self.folder / "facts.journal"
        with path.open("w", encoding="utf-8") as out:
            out.writelines(journal.entries(self.facts()))
        return path

    def commands(self, what: str) -> Iterator[tuple[str, Command]]:
        """Named commands: `bal` of each peer, or the `import` of one row, which hledger has."""
        for name in NAMES:
            program = shutil.which(name)
            if program is None or self.number > MOST_ENTRIES:
                continue
            if what == "bal":
                argv = (program, "-f", str(self.journal), "bal")
                yield f"{name} bal", Command(argv, env=ENVIRONMENT)
            elif name == "hledger":
                yield "hledger import", self._import(program)

    def _import(self, program: str) -> Command:
        """One row of CSV into a journal that holds all the others."""
        written, row = self.folder / "import.journal", self.folder / "row.csv"
        row.write_text(journal.NEW_ROW)
        Path(f"{row}.rules").write_text(journal.RULES)

        def renew() -> None:
            shutil.copyfile(self.journal, written)
            row.with_name(f".latest.{row.name}").unlink(missing_ok=True)  # of the run before

        return Command((program, "-f", str(written), "import", str(row)), renew, ENVIRONMENT)


def about() -> Iterator[str]:
    """The version of each peer, or that it is not there and what is missing therefore."""
    for name in NAMES:
        program = shutil.which(name)
        if program is None:
            rows = "bal" if name == "ledger" else "bal and import"
            yield f"{name} is not installed: the rows beside {name} {rows} are left out"
            continue
        said = subprocess.run([program, "--version"], capture_output=True, text=True, check=False)
        yield said.stdout.partition("\n")[0].partition(",")[0].strip()
