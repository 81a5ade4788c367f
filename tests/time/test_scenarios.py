"""Every row of the specification by example, through Python and through the command line."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.time.given import REASON, Ledger, Person, day, draft, json_text, text_of
from tests.time.scenarios import (
    SCENARIOS,
    Asked,
    Corrected,
    Given,
    Imported,
    Recorded,
    Retracted,
    Scenario,
)

SPECIFICATION = Path(__file__).parents[3] / "shared" / "time-scenarios.md"

POINTS = [
    pytest.param(scenario, asked, id=f"{scenario.number}-{scenario.name}-{number}")
    for scenario in SCENARIOS
    for number, asked in enumerate(scenario.asked, start=1)
]
ROWS = [pytest.param(row, id=f"{row.number} {row.name}") for row in SCENARIOS]


@pytest.mark.parametrize("scenario", ROWS)
def test_row_through_python(ledger: Ledger, scenario: Scenario) -> None:
    """Given the facts of the row, every asked point has the row's answer."""
    ledger.given("company.registered", "acme", at="2023-12-01", name="Acme")
    for given in scenario.given:
        _record(ledger, given)
    for asked in scenario.asked:
        row = ledger.row(scenario.view, asked.as_of, asked.known_at, asked.public_at)
        told = row and {name: text_of(getattr(row, name)) for name in asked.then or ()}
        assert told == asked.then, asked


@pytest.mark.parametrize("scenario", ROWS)
def test_row_through_the_command_line(person: Person, scenario: Scenario) -> None:
    """Given the facts of the row as somebody types them, every asked point has its answer."""
    person.does("record", "company.registered", "acme", "--name", "Acme", at="2023-12-01")
    for given in scenario.given:
        _type(person, given)
    for asked in scenario.asked:
        rows = person.ask(scenario.view, *_options(asked), at="2026-06-30")
        told = [{name: json_text(row[name]) for name in asked.then or ()} for row in rows]
        assert told == ([asked.then] if asked.then is not None else []), asked


@pytest.mark.parametrize(
    ("as_of", "known_at", "status"),
    [
        ("2025-04", "2025-06", "under construction"),
        ("2025-03", "2025-06", "proposed"),
        ("2025-Q2", "2025-05", "proposed"),
        ("2025", "2025", "under construction"),
        ("2025-04-15", "2025-06-10T09:00:00Z", "under construction"),
        ("2025-04-15", "2025-06-10 08:59:59.999999", "proposed"),
        ("2025-04-15", "2025-06-10T18:00:00+09:00", "under construction"),
        ("2025-04-15", "2025-06-10T17:59:59+09:00", "proposed"),
        ("2025-04-15", "#2", "under construction"),
        ("2025-04-15", "#1", "proposed"),
    ],
)
def test_a_partial_date_as_a_cut_means_its_end(
    person: Person, as_of: str, known_at: str, status: str
) -> None:
    """A month, quarter or year given as a cut is its last day; an instant is itself."""
    for given in SCENARIOS[0].given:
        _type(person, given)
    (row,) = person.ask("plants", "--as-of", as_of, "--known-at", known_at, at="2026-06-30")
    assert row["status"] == status


def test_public_at_takes_a_partial_date(person: Person) -> None:
    """Published on 2024-01-10 is public at the end of 2024-01, and not at the end of 2023."""
    for given in SCENARIOS[12].given:
        _type(person, given)
    assert person.ask("contracts", "--public-at", "2024-01")
    assert person.ask("contracts", "--public-at", "2023") == []


def test_coarse_before_fine_shows_both_facts_in_their_order(person: Person) -> None:
    """Row 12: at 12-01 signed and amended are both effective, in that order."""
    for given in SCENARIOS[11].given:
        _type(person, given)
    ran = person.does("show", "contract:x", "--as-of", "2025-12-01", "--format", "json")
    facts = json.loads(ran.out)["facts"]
    assert [(fact["type"], fact["effective"]) for fact in facts] == [
        ("contract.signed", True),
        ("contract.amended", True),
    ]


def test_a_cut_before_the_first_fact_is_an_error(person: Person) -> None:
    """Before anything was recorded the ledger has no answer, not even "nothing"."""
    person.does("record", "company.registered", "acme", "--name", "Acme", at="2025-02-01")
    assert person("plants", "--known-at", "2025-01-31").error == "cut"
    assert person("plants", "--known-at", "#0").error == "cut"
    assert person("plants", "--known-at", "#2").error == "cut"


@pytest.mark.skipif(not SPECIFICATION.exists(), reason="the specification is not at hand")
def test_the_table_covers_the_specification() -> None:
    """The rows 1 to 16 of the specification are the rows of this table, by number and name."""
    specified = re.findall(r"^\| (\d+) ([^|]+?) \|", SPECIFICATION.read_text("utf-8"), re.MULTILINE)
    assert [(row.number, row.name) for row in SCENARIOS] == [
        (int(number), name) for number, name in specified
    ]
    assert [row.number for row in SCENARIOS] == list(range(1, 17))


def _record(ledger: Ledger, given: Given) -> None:
    match given:
        case Recorded():
            ledger.given(given.type, given.id, given.at, **_fields(given))
        case Imported(facts):
            drafts = [draft(fact.type, _whole(fact)) for fact in facts]
            ledger.record(drafts, facts[0].at)
        case Corrected(ref, at, changes):
            ledger.correct(ref, at, **changes)
        case Retracted(ref, at):
            ledger.retract(ref, at)


def _type(person: Person, given: Given) -> None:
    match given:
        case Recorded("source.registered", id_, at, fields):
            words = ("--title", "Paper", "--published", fields["published"])
            person.does("source", "add", "--id", id_, *words, at=at)
        case Recorded(type_, id_, at):
            options = [w for name, v in _whole(given).items() for w in (f"--{name}", v)][2:]
            person.does("record", type_, id_, *options, at=at)
        case Imported(facts):
            file = person.room.folder / "facts.jsonl"
            lines = [json.dumps({"type": fact.type, **_whole(fact)}) for fact in facts]
            file.write_text("\n".join(lines), "utf-8")
            person.does("import", str(file), at=facts[0].at)
        case Corrected(ref, at, changes):
            sets = [w for name, v in changes.items() for w in ("--set", f"{name}={v}")]
            person.does("correct", ref, *sets, "--reason", REASON, at=at)
        case Retracted(ref, at):
            person.does("retract", ref, "--reason", REASON, at=at)


def _fields(given: Recorded) -> dict[str, str]:
    fields = dict(given.fields)
    if given.type == "source.registered":
        fields["title"] = "Paper"
    if "about" in fields:
        fields["about"] = fields["about"].split()
    return fields


def _whole(given: Recorded) -> dict[str, str]:
    """The fields of a fact as they are typed, dates with their year."""
    on = given.fields["on"]
    return {"id": given.id, **given.fields, "on": f"2025-{on}" if len(on) == 5 else on}


def _options(asked: Asked) -> list[str]:
    options = []
    for name in ("as_of", "known_at", "public_at"):
        text = getattr(asked, name)
        if text is not None:
            typed = text if text.startswith("#") else day(text).isoformat()
            options += [f"--{name.replace('_', '-')}", typed]
    return options
