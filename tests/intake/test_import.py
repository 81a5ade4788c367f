"""`import`: all of the files or nothing, every error at once, and no harm in doing it twice."""

from __future__ import annotations

import json
import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks.synthetic import generate
from cli.describe import in_full
from ledger import intake
from ledger.envelope import Draft, Fault
from tests.cli.console import Console
from tests.outside import contents

PORTFOLIO = """\
source: {id: acme-2025, title: ACME builds, published: 2025-03-04}
facts:
  - company.registered: {id: acme, name: ACME Corp., local_names: [아크메]}
  - plant.completed: {id: north, on: 2025-02, company: acme, name: Northern plant}
  - plant.capacity_stated: {id: north, on: 2025-02, capacity: "~20,000 t/yr"}
"""

EXAMPLE = sorted((Path(__file__).parents[2] / "ledger" / "example").glob("*.yaml"))


def test_a_second_import_records_nothing_and_says_so(ledger: Console) -> None:
    """Every fact of the file is known already, by its reference; the file is not even touched."""
    ledger.file("a.yaml", PORTFOLIO)
    assert ledger("import", "a.yaml").code == 0
    before = contents(ledger.where)
    again = ledger("import", "a.yaml")
    assert again.code == 0
    assert again.out.splitlines() == [
        "Known already: source:acme-2025 source.registered, as source:acme-2025@1",
        "Known already: company:acme company.registered, as company:acme@1",
        "Known already: plant:north plant.completed, as plant:north@1",
        "Known already: plant:north plant.capacity_stated, as plant:north@2",
    ]
    assert again.err == "Nothing new: 4 facts known already.\n"
    assert contents(ledger.where) == before


def test_a_grown_file_records_what_is_new(ledger: Console) -> None:
    """Facts that were appended to a file are recorded; the old ones are left alone."""
    ledger.file("a.yaml", PORTFOLIO)
    ledger("import", "a.yaml")
    ledger.file("a.yaml", PORTFOLIO + "  - plant.operating: {id: north, on: 2025-03}\n")
    ran = ledger("import", "a.yaml")
    assert ran.out.splitlines()[0] == "Recorded #5 plant:north@3  plant.operating  2025-03"
    assert ran.err == "Recorded 1 fact in ledger.db; 4 known already.\n"


def test_a_fact_twice_in_one_file_is_one_fact(ledger: Console) -> None:
    """The second of two equal facts is known already, from the same import."""
    line = json.dumps({"type": "plant.named", "id": "a", "on": "2025"})
    ledger.file("a.jsonl", f"{line}\n{line}\n")
    told = ledger("import", "a.jsonl").err
    assert told.endswith("\nRecorded 1 fact in ledger.db; 1 known already.\n")
    assert told.startswith("It names no source: ")
    assert told.count("\n") == 2


@pytest.mark.parametrize("files", [EXAMPLE, None], ids=["example", "small"])
def test_a_dry_run_prints_exactly_what_is_then_recorded(
    ledger: Console, files: list[Path] | None
) -> None:
    """Number, reference, time, actor and every field are those of the real import."""
    names = [str(file) for file in files] if files else [ledger.file("a.yaml", PORTFOLIO)]
    before = contents(ledger.where)
    dry = ledger("import", "--dry-run", *names)
    assert dry.code == 0
    assert ledger.facts() == []
    assert contents(ledger.where) == before
    real = ledger("import", *names)
    assert real.code == 0
    assert dry.out == "".join(f"{line}\n" for fact in ledger.facts() for line in in_full(fact))
    count = len(ledger.facts())
    assert dry.err == f"Dry run: {count} facts would be recorded in ledger.db, 0 known already.\n"


def test_one_error_keeps_everything_out(ledger: Console) -> None:
    """The sound facts before, behind and in other files are not recorded either."""
    ledger.file("a.yaml", PORTFOLIO)
    ledger.file("b.jsonl", '{"type": "plant.named", "id": "b", "on": "2025-13"}\n')
    ledger.file("c.jsonl", '{"type": "plant.named", "id": "c", "on": "2025"}\n')
    before = contents(ledger.where)
    ran = ledger("import", "a.yaml", "b.jsonl", "c.jsonl")
    assert (ran.code, ran.out) == (2, "")
    assert contents(ledger.where) == before


def test_errors_of_every_file_are_told(ledger: Console) -> None:
    """Unreadable, misnamed and faulty files are reported side by side; the worst code counts."""
    ledger.file("a.yaml", PORTFOLIO.replace("company: acme", "company: amce"))
    ledger.file("b.yaml", "facts:\n  - plant.named: {id: B, on: x}\n")
    ledger.file("c.txt", "")
    ran = ledger("import", "a.yaml", "missing.yaml", "c.txt", "b.yaml")
    codes = [
        line.partition("]")[0].removeprefix("error[")
        for line in ran.err.splitlines()
        if line.startswith("error[")
    ]
    assert codes == ["reference", "file", "file-type", "id", "date"]
    assert ran.err.endswith("5 errors; nothing was recorded.\n")
    assert ran.code == 2


def test_rules_are_checked_on_all_that_the_import_would_make(ledger: Console) -> None:
    """Facts can rest on facts before them in the file, in any order of their dates."""
    ledger.file(
        "a.yaml",
        "facts:\n"
        "  - plant.operating: {id: a, on: 2025-06-01}\n"
        "  - plant.construction_started: {id: a, on: 2025-03-01}\n"
        "  - plant.closed: {id: b, on: 2025}\n"
        "  - plant.proposed: {id: a, on: 2025-07}\n",
    )
    ran = ledger("import", "a.yaml")
    assert ran.code == 1
    assert ran.err.count("error[") == 2
    assert "error[not-opened]: plant:b does not exist yet" in ran.err
    assert "plant.proposed (2025-07) cannot come after 'operating'" in ran.err


def test_one_faulty_registration_is_one_error(ledger: Console) -> None:
    """What rests on it is not reported missing ten times over."""
    facts = "".join(
        f"  - plant.named: {{id: p{number}, on: 2025, company: acme}}\n" for number in range(10)
    )
    registered = "  - company.registered: {id: acme, name: ACME, country: KOR}\n"
    ledger.file("a.yaml", f"facts:\n{registered}{facts}")
    ran = ledger("import", "a.yaml")
    assert ran.err.count("error[") == 1
    ledger.file("a.yaml", f"source: {{id: s, title: S}}\nfacts:\n{facts}".replace("acme", "s"))
    assert "needs 'published'" in ledger("import", "a.yaml").err
    opened = "  - plant.named: {id: a, on: 2025-13}\n  - plant.closed: {id: a, on: 2025}\n"
    ledger.file("a.yaml", f"facts:\n{opened}")
    assert ledger("import", "a.yaml").err.count("error[") == 1


def test_a_faulty_registration_hides_no_other_error(ledger: Console) -> None:
    """company:acme is doubtful, company:acme-corp is simply unknown."""
    ledger.file(
        "a.yaml",
        "facts:\n"
        "  - company.registered: {id: acme, name: ACME, country: KOR}\n"
        "  - plant.named: {id: a, on: 2025, company: acme-corp}\n",
    )
    assert ledger("import", "a.yaml").err.count("error[") == 2


def test_standard_input_is_read_when_its_format_is_told(ledger: Console) -> None:
    """`import -` takes YAML or JSON Lines, and names it <stdin> in errors."""
    assert ledger("import", "-", "--as", "yaml", stdin=PORTFOLIO).code == 0
    bad = ledger("import", "-", "--as", "jsonl", stdin="{}\n")
    assert "--> <stdin>:1:1" in bad.err
    assert "Say --as yaml or --as jsonl." in ledger("import", "-", stdin=PORTFOLIO).err


def test_the_example_of_the_schema_can_be_imported(ledger: Console) -> None:
    """What `schema --example` prints is a file that works."""
    ledger.file("a.yaml", ledger("schema", "--example").out)
    assert ledger("import", "a.yaml").err == "Recorded 4 facts in ledger.db; 0 known already.\n"


def test_what_can_be_read_once_only_is_gone_through_as_often_as_needed(tmp_path: Path) -> None:
    """A pipe gives the same drafts each time, as the file does whose bytes came through it."""
    plain, pipe = tmp_path / "facts.jsonl", tmp_path / "pipe.jsonl"
    plain.write_text("\n".join(json.dumps(fact) for fact in generate(50)), encoding="utf-8")
    os.mkfifo(pipe)
    with ThreadPoolExecutor() as others:
        written = others.submit(pipe.write_bytes, plain.read_bytes())
        with intake.held([str(pipe)]) as drafts:
            written.result(60)
            told = [replace(draft, where=None) for draft in drafts if isinstance(draft, Draft)]
            assert len(told) == len(list(drafts)) == 50
    with intake.held([str(plain)]) as drafts:
        assert [replace(one, where=None) for one in drafts if isinstance(one, Draft)] == told


def test_an_input_that_cannot_be_read_says_so_each_time(tmp_path: Path) -> None:
    """A folder in a file's place is one error, whether it is gone through once or twice."""
    with intake.held([str(tmp_path)], "jsonl") as drafts:
        assert [type(one) for one in drafts] == [type(one) for one in drafts] == [Fault]
