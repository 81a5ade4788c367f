"""`record`: every fact type by options, and one JSON object on standard input."""

from __future__ import annotations

import json

import pytest

from cli.record import ABOUT_FACTS
from ledger.facts import FACT_TYPES
from ledger.facts.content import STREAM_KINDS
from ledger.facts.revision import Revision
from ledger.fields import Envelope
from tests.cli.console import ACTOR, Console

BY_OPTIONS = {
    "source.registered acme-2025": "--title Report --published 2025-03-04 --language en "
    "--url https://example.com/a",
    "company.registered acme": "--name ACME --local-names 아크메 --local-names 에이씨엠이 "
    "--country KR",
    "plant.completed north": "--on 2025-Q1 --company acme --stage precursor --source acme-2025 "
    "--tags new --tags korea",
    "contract.signed supply": "--on 2025-03-01 --company acme --counterparties acme? --kind "
    "offtake --value 28.5bn₩ --quantity >500t/yr --term 2026/..",
    "investment.announced build": "--on 2025~ --company acme --amount 1.8조원 --plants plant:north",
    "promise.made run": "--on 2025 --by acme --statement Soon --measure operation --wording aims "
    "--due ../2029 --recurring --about plant:north --about contract:supply",
    "context.noted market": "--on 2025 --subject country --about KR --statement Growth",
}


NO_SOURCE = (
    "It names no source: --source ID, or `source:` in a file, leads from a figure to its "
    "document.\n"
)


@pytest.mark.parametrize("type_", sorted(FACT_TYPES.keys() - ABOUT_FACTS.keys()))
def test_the_help_of_a_type_lists_each_of_its_fields(console: Console, type_: str) -> None:
    """Every field is an option with its description; what must be given is marked."""
    model = FACT_TYPES[type_]
    help_ = " ".join(console("record", type_, "--help").out.split())
    assert (model.__doc__ or "").partition("\n")[0].rstrip(".") in help_
    assert f"record {type_} [OPTIONS] ID" in help_
    for name in {*model.model_fields, *Envelope.model_fields} - {"id"}:
        assert f"--{name.replace('_', '-')} " in help_ or f"--{name} /" in help_, name
    for field in model.model_fields.values():
        assert " ".join((field.description or "?").split()) in help_
        assert help_.count("Required.") >= field.is_required()


@pytest.mark.parametrize("type_", ABOUT_FACTS)
def test_facts_about_facts_have_commands_of_their_own(ledger: Console, type_: str) -> None:
    """`record` names the command, whose help lists each of the fields."""
    for words in ((type_,), (type_, "plant:north@1", "--reason", "x"), (type_, "--help")):
        ran = ledger("record", *words)
        assert (ran.code, ran.out) == (2, "")
        assert ran.err.startswith("error[usage]")
        assert f"`lsledger {ABOUT_FACTS[type_]} REF` records it." in ran.err
    help_ = " ".join(ledger(ABOUT_FACTS[type_], "--help").out.split())
    assert f"lsledger {ABOUT_FACTS[type_]} [OPTIONS] REF" in help_
    given = FACT_TYPES[type_].model_fields.keys() - {"ref", "type_version"}
    for name in given | {"source", "note"}:
        assert f"--{name} " in help_
    assert ledger.facts() == []


def test_every_fact_about_a_fact_has_its_command(console: Console) -> None:
    """The help of `record` lists every type but these, and names the commands instead."""
    about = {name for name, model in FACT_TYPES.items() if issubclass(model, Revision)}
    assert ABOUT_FACTS.keys() == about
    help_ = console("record", "--help").out
    for name in FACT_TYPES:
        assert (f"  {name} " in help_) == (name not in about), name
    for command in ABOUT_FACTS.values():
        assert command in help_


def test_one_of_each_stream_by_options(ledger: Console) -> None:
    """The options say all that a fact can hold; what is recorded is said in one line."""
    for number, (what, options) in enumerate(BY_OPTIONS.items(), start=1):
        type_, id_ = what.split()
        ran = ledger("record", type_, id_, *options.split())
        led = "--source" in options or type_ in ("source.registered", "company.registered")
        assert ran.err == ("" if led else NO_SOURCE), what
        assert ran.out.startswith(f"Recorded #{number} {type_.partition('.')[0]}:{id_}@1  {type_}")
    assert {fact.kind for fact in ledger.facts()} == set(STREAM_KINDS)
    assert {fact.actor for fact in ledger.facts()} == {ACTOR}
    contract = next(fact for fact in ledger.facts() if fact.kind == "contract")
    assert json.loads(ledger.stored()[contract.seq - 1])["content"] == {
        "company": "acme",
        "kind": "offtake",
        "counterparties": ["acme?"],
        "quantity": {"min": "500", "min_inclusive": False, "unit": "t", "per": "year"},
        "value": {"amount": "28500000000", "currency": "KRW"},
        "term": "2026/..",
    }


def test_the_same_command_twice_records_nothing_new(ledger: Console) -> None:
    """It says which fact it is."""
    words = ("record", "plant.named", "north", "--on", "2025")
    ledger(*words)
    again = ledger(*words)
    assert again.code == 0
    assert again.out == "Known already: plant:north plant.named, as plant:north@1\n"
    assert again.err == "Nothing new: 1 fact known already.\n"


@pytest.mark.parametrize("place", ["before", "after"])
def test_a_dry_run_shows_the_fact_and_stores_nothing(ledger: Console, place: str) -> None:
    """The flag means the same before and after the type."""
    fact = ("plant.named", "north", "--on", "2025", "--name", "북부 공장")
    words = ("--dry-run", *fact) if place == "before" else (*fact, "--dry-run")
    ran = ledger("record", *words)
    assert ran.out == (
        "#1 plant:north@1  plant.named  2025\n"
        "    name      북부 공장\n"
        f"    recorded  2026-03-31T09:30:00.000000Z by {ACTOR}\n"
    )
    told = "Dry run: 1 fact would be recorded in ledger.db, 0 known already.\n"
    assert ran.err == NO_SOURCE + told
    assert ledger.facts() == []


@pytest.mark.parametrize("place", ["before", "after"])
def test_force_means_the_same_before_and_after_the_type(ledger: Console, place: str) -> None:
    """What was forced stands in the fact and in its preview."""
    fact = ("plant.operating", "north", "--on", "2030")
    words = ("--force", *fact) if place == "before" else (*fact, "--force")
    assert "forced    dated-ahead" in ledger("record", *words, "--dry-run").out
    assert ledger("record", *words).code == 0
    assert ledger.facts()[0].forced == ("dated-ahead",)


def test_one_json_object_on_standard_input(ledger: Console) -> None:
    """On one line or on many, with or without a byte order mark."""
    fact = {"type": "plant.named", "id": "north", "on": 2025, "name": "북부", "tags": ["a", "b"]}
    assert ledger("record", stdin=json.dumps(fact)).code == 0
    for id_, extra in (("south", b""), ("west", b"\xef\xbb\xbf")):
        text = json.dumps({**fact, "id": id_}, indent=2, ensure_ascii=False).encode()
        assert ledger("record", stdin=extra + text + b"\n\n").out.startswith("Recorded #")
    assert [fact.tags for fact in ledger.facts()] == [("a", "b")] * 3


@pytest.mark.parametrize(
    ("text", "code", "place"),
    [
        ("", "file-empty", ""),
        ("  \n", "file-empty", ""),
        ('{"type": "plant.named",\n "id": "A"}', "field", "<stdin>:2:8"),
        ("{}\n{}\n", "syntax", "<stdin>:2:1"),
        ("[]", "shape", "<stdin>:1:1"),
        (b"\xff{}", "encoding", "<stdin>:1:1"),
        ('{"type": "plant.named", "id": "a"', "syntax", "<stdin>:1:34"),
    ],
)
def test_json_that_cannot_be_recorded(
    ledger: Console, text: str | bytes, code: str, place: str
) -> None:
    """Its place is told as that of standard input; nothing is recorded."""
    code = "id" if code == "field" else code
    ran = ledger("record", stdin=text)
    assert ran.code == 2
    assert f"error[{code}]" in ran.err
    assert place in ran.err
    assert ledger.facts() == []


def test_a_type_without_an_id_is_wrong_usage(ledger: Console) -> None:
    """Without a terminal there is nobody to ask."""
    ran = ledger("record", "plant.named", "--on", "2025")
    assert ran.code == 2
    assert ran.err.startswith("error[usage]: Missing argument ID")
