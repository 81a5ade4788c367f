"""The peers' journal has an entry for each fact, and comes to what the facts state."""

from __future__ import annotations

import shutil
import subprocess
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from benchmarks.journal import PRESS, entries
from benchmarks.measure import run
from benchmarks.peers import MOST_ENTRIES, Peers
from benchmarks.steady import ImportObject
from benchmarks.synthetic import generate

FACTS: list[ImportObject] = [
    {"type": "plant.proposed", "id": "p", "on": "2020", "company": "a"},
    {"type": "plant.capacity_stated", "id": "p", "on": "2021-03", "capacity": "5,000-6,000 t/yr"},
    {"type": "plant.capacity_expanded", "id": "p", "on": "2022", "added": "<1 kt/yr"},
    {"type": "investment.planned", "id": "i", "on": "2020-Q1", "amount": "285억원 ($20m)"},
    {"type": "source.registered", "id": "s", "title": "보도자료", "published": "2020-01-01"},
]


@pytest.fixture(params=["ledger", "hledger"])
def peer(request: pytest.FixtureRequest) -> str:
    """A peer that is installed."""
    found = shutil.which(str(request.param))
    if found is None:
        pytest.skip(f"{request.param} is not installed")
    return found


def written(facts: Iterator[ImportObject], folder: Path) -> Path:
    """A journal of the facts."""
    path = folder / "facts.journal"
    path.write_text("".join(entries(facts)))
    return path


def asked(*command: str) -> str:
    """What a peer prints."""
    done = subprocess.run(
        command, env={"LC_ALL": "C.UTF-8"}, capture_output=True, text=True, check=True
    )
    return done.stdout


def balances(printed: str) -> dict[str, Decimal]:
    """The printed balance of one account, by commodity."""
    words = (line.replace('"', "").split()[:2] for line in printed.splitlines())
    return {unit: Decimal(number.replace(",", "")) for number, unit in words}


def test_there_is_an_entry_for_each_fact(peer: str, tmp_path: Path) -> None:
    """A peer finds as many entries as there are facts, all of them balanced."""
    path = written(generate(500), tmp_path)
    command = [peer, "-f", str(path), "print"]
    assert asked(*command).count(f"    {PRESS}") == 500


def test_it_comes_to_what_the_facts_state(peer: str, tmp_path: Path) -> None:
    """A peer's balances are the amounts of the facts; of a range the lower bound, of none one."""
    path = written(iter(FACTS), tmp_path)
    flags = ["--flat", "-N"] if peer.endswith("hledger") else ["--flat", "--no-total"]
    of_plants = asked(peer, "-f", str(path), "bal", "plant:a", *flags)
    assert balances(of_plants) == {"FACT": 1, "t/year": 5_000, "kt/year": 1}
    others = asked(peer, "-f", str(path), "bal", "investment|source", *flags).split()
    assert "28500000000" in others[0].replace(",", "")


def test_it_comes_to_the_same_for_many(peer: str, tmp_path: Path) -> None:
    """Of many facts every commodity comes to the sum over all entries."""
    sums: Counter[str] = Counter()
    lines = "".join(entries(generate(500))).splitlines()
    for line in lines:
        if line.startswith("    ") and PRESS not in line:
            number, unit = line.split()[-2:]
            sums[unit.strip('"')] += int(Decimal(number))
    path = written(generate(500), tmp_path)
    flags = ["--flat", "-N"] if peer.endswith("hledger") else ["--flat", "--no-total"]
    printed = asked(peer, "-f", str(path), "bal", PRESS, *flags)
    assert balances(printed) == {unit: -total for unit, total in sums.items()}


def test_hledger_imports_the_row_each_time(tmp_path: Path) -> None:
    """A run of the import adds one entry to a journal that has all the others, and so the next."""
    if shutil.which("hledger") is None:
        pytest.skip("hledger is not installed")
    ((name, command),) = Peers(tmp_path, lambda: generate(40), 40).commands("import")
    for _ in range(2):
        run(command, tmp_path)
        imported = (tmp_path / "import.journal").read_text()
        assert imported.count("a-new-plant") == 1
        assert imported.count(f"    {PRESS}") == 41
    assert name == "hledger import"


def test_large_journals_are_left_out(tmp_path: Path) -> None:
    """Of more entries than the peers are measured with there is no journal."""
    many = Peers(tmp_path, lambda: generate(40), MOST_ENTRIES + 1)
    assert list(many.commands("bal")) == []
    assert list(tmp_path.iterdir()) == []
