"""A command for every error of the catalogue: what somebody does, and which error it gives.

What they then read stands in `golden/`, one file a case.
"""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path

from projections import aside
from tests.cli.console import Console
from tests.errors import evidence_cases
from tests.errors.case import Case, case
from tests.outside import outside, say_a_newer_version

START = """
source: {id: acme-2025, title: ACME builds, published: 2025-03-04}
facts:
  - company.registered: {id: acme, name: ACME Corp.}
  - plant.completed: {id: acme-north, on: 2025-02, name: Northern plant, company: acme}
  - contract.signed: {id: acme-supply, on: 2024-06-01, company: acme}
  - contract.terminated: {id: acme-supply, on: 2025-01-10}
"""


def yaml(name: str, content: str | bytes, *, code: str | None = None) -> Case:
    """A case in which a YAML file is imported."""
    return case(name, "import facts.yaml", code=code, files={"facts.yaml": content})


def fact(name: str, fields: str, *, code: str | None = None) -> Case:
    """A case in which a YAML file with one fact is imported."""
    return yaml(name, f"facts:\n  - {fields}\n", code=code)


def jsonl(name: str, content: str | bytes, *, code: str | None = None) -> Case:
    """A case in which a JSON Lines file is imported."""
    return case(name, "import facts.jsonl", code=code, files={"facts.jsonl": content})


def _newer(console: Console) -> None:
    """The ledger was made by a later version."""
    say_a_newer_version(console.where)


def _overwritten(console: Console) -> None:
    """Bytes in the middle of the file are lost."""
    path = Path("ledger.db")
    data = bytearray(path.read_bytes())
    data[4096:] = b"\xa5" * (len(data) - 4096)
    path.write_bytes(data)
    for rest in console.folder.glob("ledger.db-*"):
        rest.unlink()


def _retracted(console: Console) -> None:
    """The plant was never there."""
    assert console("retract", "plant:acme-north@1", "--reason", "misread").code == 0


def _another(console: Console) -> None:
    """Another ledger is at other.db."""
    named = ("--ledger", "other.db")
    assert console(*named, "init").code == 0
    assert console(*named, "record", "company.registered", "other", "--name", "Other").code == 0


def _without_the_extra(console: Console) -> None:
    """The libraries that draw are not installed."""
    console.monkeypatch.setitem(sys.modules, "altair", None)


def _no_room(console: Console) -> None:
    """The folder for temporary files is gone, and next to nothing is held in memory."""
    console.monkeypatch.setattr(tempfile, "tempdir", str(console.folder / "gone"))
    console.monkeypatch.setattr(aside, "AT_ONCE", 1)
    console.monkeypatch.setattr(aside, "MOST_HELD", 1)


def _newer_fact(console: Console) -> None:
    """A fact of a type that a later version will have."""
    state = json.dumps({"type": "ship.launched", "type_version": 1, "content": {}})
    with outside(console.where) as tool:
        tool.execute(
            "INSERT INTO stored_events (originator_id, originator_version, topic, state) "
            "VALUES ('ship:a', 1, 'ship.launched/1', ?)",
            (state.encode(),),
        )


CASES = (
    # words on the command line
    case("usage", "record plant.named acme-south --on 2025 --nmae South"),
    case("usage-command", "contrcts", code="usage"),
    case("usage-record", "record fact.corrected plant:acme-north@1", code="usage"),
    case("usage-correct", "correct plant:acme-north@1 --reason misread", code="usage"),
    # values
    fact("date", "plant.named: {id: acme-south, on: 2025-02-30}"),
    fact("date-prose", "plant.named: {id: acme-south, on: by 2029}", code="date"),
    case("date-option", "plants --as-of 2025-13", code="date"),
    fact(
        "interval-reversed",
        "contract.signed: {id: acme-two, on: 2025, term: 2029/2026}",
    ),
    fact("number", "plant.capacity_stated: {id: acme-north, on: 2025, capacity: NaN t/yr}"),
    jsonl(
        "number-infinity",
        '{"type": "contract.signed", "id": "a", "on": "2025", "value": {"amount": Infinity}}\n',
        code="number",
    ),
    fact("currency", "contract.signed: {id: acme-two, on: 2025, value: 28.5bn KRX}"),
    fact("unit", "plant.capacity_stated: {id: acme-north, on: 2025, capacity: 20 ktt/yr}"),
    fact("party", "contract.signed: {id: acme-two, on: 2025, company: ACME Corp}"),
    fact("text", 'plant.named: {id: acme-south, on: 2025, name: "South \\e[31m plant"}'),
    fact("text-long", f"plant.named: {{id: a, on: 2025, name: {'long ' * 70}}}", code="text"),
    fact("id", "plant.named: {id: ACME South, on: 2025}"),
    fact("input", "plant.named: {id: acme-south, on: 2025, stage: precusor}"),
    fact("input-country", "plant.named: {id: acme-south, on: 2025, country: KOR}", code="input"),
    yaml("input-large", b"# " + b"x" * 16_777_216, code="input"),
    yaml(
        "errors",
        "facts:\n"
        "  - plant.named: {id: ACME South, on: 2025-13}\n"
        "  - plant.built: {id: acme-south}\n"
        "  - plant.named: {id: acme-west, on: 2025, company: acme-corp}\n",
        code="id",
    ),
    # facts
    case("fact-type", "record plant.complete acme-south"),
    fact("field-unknown", "plant.named: {id: acme-south, on: 2025, stagee: ore}"),
    fact("field-missing", "promise.made: {id: a, on: 2025, by: acme, statement: x, wording: aims}"),
    fact(
        "field",
        "promise.made: {id: a, on: 2025, by: acme, statement: x, measure: capcity, wording: aims}",
    ),
    fact("field-list", "plant.named: {id: acme-south, on: 2025, tags: new}", code="field"),
    case(
        "field-rule",
        "record plant.capacity_expanded acme-north --on 2025",
        code="field",
    ),
    case("field-correct", "correct acme-north@1 --set nmae=North --reason misread", code="field"),
    fact("field-about-facts", "fact.retracted: {id: a, reason: x}", code="field-missing"),
    case("stream-name", "show plnt:acme-north"),
    case("ref", "retract acme-north --reason misread"),
    fact("ref-file", "fact.retracted: {ref: plant:acme-north, reason: misread}", code="ref"),
    case("cut", "plants --known-at #99"),
    case("cut-early", "plants --known-at 2020", code="cut"),
    # files
    case("file", "import facts.yaml"),
    yaml("file-empty", ""),
    case("file-type", "import facts.yml.txt", files={"facts.yml.txt": "facts: []"}),
    jsonl(
        "encoding",
        b'{"type": "plant.named", "id": "acme-south", "on": "2025"}\n{"type": "\xb0\xa1"}\n',
    ),
    yaml("syntax", "facts:\n  - plant.capacity_stated:\n      capacity: >500 t/yr\n"),
    yaml("syntax-colon", "facts:\n  - plant.named:\n      company: unnamed: x\n", code="syntax"),
    yaml("syntax-tab", "facts:\n  - plant.named:\n\tid: acme-south\n", code="syntax"),
    yaml("syntax-control", "facts:\n  - plant.named: {id: a, note: \x1b[31m}\n", code="syntax"),
    case(
        "syntax-json",
        "record",
        stdin='{"type": "plant.named", "id": acme-south}\n',
        code="syntax",
    ),
    fact("key-duplicate", "plant.named: {id: acme-south, on: 2025, id: acme-west}"),
    jsonl("key-duplicate-json", '{"type": "x", "type": "y"}', code="key-duplicate"),
    yaml("nesting", "facts:\n  - plant.named: &north {id: a, on: 2025}\n  - plant.named: *north\n"),
    jsonl("nesting-deep", "[" * 100_000, code="nesting"),
    yaml("shape", "facts:\n  - plant.named:\n    id: acme-south\n"),
    yaml("field-unknown-top", "plant.named: {id: a, on: 2025}\n", code="field-unknown"),
    yaml("shape-comments", "# later\n", code="shape"),
    yaml("shape-documents", "facts: []\n---\nfacts: []\n", code="shape"),
    yaml("shape-list", "facts: {plant.named: {id: acme-south}}\n", code="shape"),
    yaml("shape-tag", "facts: !!python/object/apply:os.system [id]\n", code="shape"),
    case(
        "restore",
        "--ledger new.db init --restore facts.jsonl",
        files={"facts.jsonl": '{"type": "plant.named", "id": "acme-south"}\n'},
    ),
    case("not-installed", "report -o report.html", prepare=_without_the_extra),
    case("unwritable", "export contracts -o reports/contracts.csv"),
    case("unwritable-aside", "log", code="unwritable", prepare=_no_room),
    case("unwritable-output", "log --format csv", code="unwritable", prepare=_no_room),
    case("unwritable-md", "log -o log.md", code="unwritable", prepare=_no_room),
    # rules
    fact("reference", "plant.named: {id: acme-south, on: 2025, company: amce}"),
    case(
        "reference-source",
        "record plant.closed acme-north --on 2026 --source acme-2052",
        code="reference",
    ),
    case("not-opened", "record plant.closed acme-nroth --on 2026"),
    case("id-taken", "source add --id acme-2025 --title Another --published 2025"),
    case("timeline", "record contract.amended acme-supply --on 2025-02-01"),
    case("timeline-later", "record contract.expired acme-supply --on 2024-12-31", code="timeline"),
    case(
        "source-missing",
        "record",
        stdin='{"type": "fact.corroborated", "ref": "plant:acme-north@1"}',
    ),
    case(
        "not-live",
        "correct plant:acme-north@1 --set stage=ore --reason misread",
        prepare=_retracted,
    ),
    case(
        "nothing-changes",
        ("correct", "plant:acme-north@1", "--set", "name=Northern plant", "--reason", "misread"),
    ),
    case("built-upon", "retract contract:acme-supply@1 --reason misread"),
    case("built-upon-company", "retract company:acme@1 --reason misread", code="built-upon"),
    case("reference-fact", "retract plant:acme-north@9 --reason misread", code="reference"),
    case("dated-ahead", "record plant.operating acme-north --on 2027"),
    case("date-missing", "record plant.closed acme-north"),
    jsonl(
        "fact-too-large",
        json.dumps({"type": "plant.named", "id": "a", "on": "2025", "tags": ["x" * 299] * 300}),
    ),
    case("nothing-such", "show acme-nroth"),
    # the ledger's file
    case("ledger-missing", "--ledger acme.db plants"),
    case("ledger-exists", "init"),
    case(
        "ledger-exists-backup",
        "backup ledger-2026.sqlite",
        code="ledger-exists",
        files={"ledger-2026.sqlite": "an earlier backup"},
    ),
    case("not-a-ledger", "--ledger notes.txt plants", files={"notes.txt": "Not a ledger.\n" * 99}),
    case("ledger-newer", "plants", prepare=_newer),
    case("ledger-newer-fact", "log", code="ledger-newer", prepare=_newer_fact),
    case("backend", "--ledger mysql://localhost/ledger plants"),
    case("backend-url", "--ledger postgresql://kim:s%zz@h/x plants", code="backend"),
    case("server-unreachable", "--ledger postgresql://kim:secret@127.0.0.1:1/x plants"),
    case("store", "--ledger folder/ledger.db init"),
    case("other-record", "copy ledger.db other.db", prepare=_another),
    case("usage-copy", "copy ledger.db ledger.db", code="usage"),
    case("damaged", "status", prepare=_overwritten, of_files=True),
    case("sql", ("sql", "DELETE FROM view_plants")),
    case("sql-table", ("sql", "SELECT * FROM view_plnats"), code="sql"),
    *evidence_cases.CASES,
)  # fmt: skip
