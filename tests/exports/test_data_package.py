"""`export all`: opened with Frictionless, and compared cell by cell with the views."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from frictionless import Package, validate

from ledger import history
from projections.columns import flat
from projections.exports.formulas import may_run
from projections.views import NAMES
from tests.cli.console import Console
from tests.exports.portfolio import NOW
from tests.exports.whole import LONG, Whole

every_view = pytest.mark.parametrize("name", NAMES)


@pytest.fixture(scope="module")
def folder(everything: Whole, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The package of the hard ledger."""
    made = tmp_path_factory.mktemp("package") / "자료"
    assert everything("export", "all", "-o", str(made), "--license", "CC-BY-4.0") == 0
    return made


@pytest.fixture(scope="module")
def package(folder: Path) -> Package:
    """The same, opened."""
    return Package(str(folder / "datapackage.json"))


def told(folder: Path) -> dict[str, Any]:
    """The description of a package."""
    found: dict[str, Any] = json.loads((folder / "datapackage.json").read_bytes())
    return found


def unguarded(cell: Any) -> Any:
    """A cell without the apostrophe that the description tells of."""
    guarded = isinstance(cell, str) and cell.startswith("'") and may_run(cell[1:])
    return cell[1:] if guarded else cell


def test_frictionless_finds_it_valid(folder: Path) -> None:
    """Description, checksums, types and every row are as the standard wants them."""
    report = validate(str(folder / "datapackage.json"))
    assert report.flatten(["title", "message"]) == []
    assert report.valid
    assert [task.name for task in report.tasks] == [*NAMES, "facts"]


@every_view
def test_every_cell_is_the_views(name: str, package: Package, everything: Whole) -> None:
    """Frictionless reads numbers exactly, days as days, conditions as such."""
    rows = [row.to_dict() for row in package.get_table_resource(name).read_rows()]
    found = [{key: unguarded(cell) for key, cell in row.items()} for row in rows]
    assert found == [dict(_typed(row)) for row in everything.shown[name].rows]


def _typed(row: Any) -> Iterator[tuple[str, Any]]:
    for name, cell in flat(row).items():
        is_day = name.endswith(("_earliest", "_latest")) and cell is not None
        yield name, date.fromisoformat(str(cell)) if is_day else cell


def test_bounds_and_korean_texts_arrive(package: Package) -> None:
    """What a source says is there as text, and its bounds as numbers."""
    rows = {row["stream"]: row for row in package.get_table_resource("investments").read_rows()}
    trillion = rows["investment:more-trillion"]
    assert (trillion["amount"], trillion["amount_approx"]) == ("~KRW 1tn", True)
    assert rows["investment:more-exact"]["amount_min"] == Decimal("1234567890.123456789012")
    promises = {row["stream"]: row for row in package.get_table_resource("promises").read_rows()}
    kept = promises["promise:more-promise"]
    assert (kept["quantity"], kept["quantity_min_inclusive"]) == (">500 t/yr", False)
    assert (kept["due"], kept["due_latest"]) == ("../2029", date(2029, 12, 31))
    assert kept["statement"] == "<script>alert('말')</script>"
    facts = {row["ref"]: row for row in package.get_table_resource("log").read_rows()}
    assert facts["promise:more-long@1"]["quote"] == LONG


def test_the_facts_are_there_as_they_are_stored(
    folder: Path, package: Package, everything: Whole
) -> None:
    """Frictionless reads an object a line, and the lines are those of `export facts`."""
    with everything.where.reading() as connection:
        stored = list(history.stored(connection))
    rows = package.get_table_resource("facts").read_rows()
    for row, data in zip(rows, stored, strict=True):
        fact = json.loads(data)
        found = {key: value for key, value in row.to_dict().items() if value is not None}
        recorded = found.pop("recorded_at")
        assert recorded.replace(tzinfo=NOW.tzinfo) == NOW
        del fact["recorded_at"]
        assert found.pop("ref") == f"{fact['stream']}@{fact['version']}"
        assert found == fact
    lines = folder.parent / "facts.jsonl"
    assert everything("export", "facts", "-o", str(lines)) == 0
    assert lines.read_bytes() == (folder / "facts.jsonl").read_bytes()


def test_each_file_is_named_with_its_digest(folder: Path) -> None:
    """Sizes and SHA-256 are the files', and no file is there that is not named."""
    resources = told(folder)["resources"]
    for resource in resources:
        data = (folder / resource["path"]).read_bytes()
        assert resource["bytes"] == len(data)
        assert resource["hash"] == f"sha256:{hashlib.sha256(data).hexdigest()}"
    named = {resource["path"] for resource in resources}
    assert {path.name for path in folder.iterdir()} == {*named, "datapackage.json"}


def test_the_description_tells_meanings_and_units(folder: Path) -> None:
    """Every field has a sentence; a number says where its unit or currency stands."""
    fields = {
        (resource["name"], field["name"]): field
        for resource in told(folder)["resources"]
        for field in resource["schema"]["fields"]
    }
    assert all(field["description"] for field in fields.values())
    assert "In the unit that capacity_unit names" in fields["plants", "capacity_min"]["description"]
    assert "amount_currency names" in fields["totals", "amount_max"]["description"]
    assert fields["plants", "capacity_min"]["type"] == "number"
    assert fields["promises", "due_latest"]["type"] == "date"


def test_the_description_tells_documents_licence_and_cut(folder: Path) -> None:
    """Each document is a source with its address and date; nothing is signed yet."""
    description = told(folder)
    assert description["licenses"] == [{"name": "CC-BY-4.0"}]
    assert {
        "title": '=HYPERLINK("https://evil.example","보도자료")',
        "path": "https://www.example.com/a_b?c=d&e=[f](g)",
        "version": "2026-03",
    } in description["sources"]
    assert description["lsledger"]["cut"]["as_of"] == "2026-03-31"
    assert description["lsledger"]["checkpoint"] is None


def small(ledger: Console) -> None:
    """Record a company and a plant."""
    assert (
        ledger("record", "source.registered", "s", "--title", "T", "--published", "2025").code == 0
    )
    assert ledger("record", "company.registered", "acme", "--name", "=1+1").code == 0
    where = ("--on", "2025-09", "--company", "acme", "--source", "s")
    assert ledger("record", "plant.completed", "north", *where).code == 0


def test_the_newest_checkpoint_goes_along(ledger: Console) -> None:
    """The signed note is there byte for byte, with the key that checks it."""
    small(ledger)
    assert ledger("keygen", "example.com/log", "-o", "key").code == 0, ledger.ran[-1]
    assert ledger("checkpoint", "--key", "key").code == 0
    note = ledger("checkpoint", "--key", "key").out
    assert ledger("export", "all", "-o", "pkg").code == 0
    signed = told(Path("pkg"))["lsledger"]["checkpoint"]
    assert signed["note"] == note
    assert signed["size"] == 3
    assert validate("pkg/datapackage.json").valid


def test_another_cut_has_other_rows(ledger: Console) -> None:
    """Views and facts are of the same cut."""
    small(ledger)
    assert ledger("export", "all", "-o", "pkg", "--known-at", "#2").code == 0
    description = told(Path("pkg"))
    assert description["lsledger"]["facts"] == 2
    assert description["lsledger"]["cut"]["known_at"] == 2
    assert "licenses" not in description
    assert len(Path("pkg/facts.jsonl").read_bytes().splitlines()) == 2
    assert Path("pkg/plants.csv").read_bytes().count(b"\r\n") == 1


@pytest.mark.parametrize("retracted", [False, True])
def test_nothing_is_a_valid_package(retracted: bool, ledger: Console) -> None:
    """An empty ledger, and one with everything retracted, have files with headers alone."""
    if retracted:
        small(ledger)
        for ref in ("plant:north@1", "company:acme@1", "source:s@1"):
            assert ledger("retract", ref, "--reason", "misread").code == 0, ledger.ran[-1]
    assert ledger("export", "all", "-o", "pkg").code == 0
    report = validate("pkg/datapackage.json")
    assert report.flatten(["title", "message"]) == []
    package = Package("pkg/datapackage.json")
    assert package.get_table_resource("plants").read_rows() == []
    if retracted:
        assert len(package.get_table_resource("facts").read_rows()) == 6
    else:
        assert not package.has_resource("facts")
    assert "sources" not in told(Path("pkg"))


def test_a_package_is_replaced(ledger: Console) -> None:
    """Writing again gives the new state, and leaves nothing beside it."""
    assert ledger("export", "all", "-o", "pkg").code == 0
    small(ledger)
    assert ledger("export", "all", "-o", "pkg/").code == 0
    assert told(Path("pkg"))["lsledger"]["facts"] == 3
    assert not list(Path().glob(".lsledger-*"))


def test_the_facts_of_a_package_restore(ledger: Console) -> None:
    """`facts.jsonl` makes the same ledger again."""
    small(ledger)
    assert ledger("export", "all", "-o", "pkg").code == 0
    before = ledger.stored()
    assert ledger("--ledger", "again.db", "init", "--restore", "pkg/facts.jsonl").code == 0
    with ledger.room.place("again.db").reading() as connection:
        assert list(history.stored(connection)) == before


@pytest.mark.parametrize(
    "other", ["notes.txt", "plants.csv", "plants.csv,datapackage.json", ".git"]
)
def test_a_folder_of_other_things_is_refused(other: str, ledger: Console) -> None:
    """It stays as it is: also one with files of the same names, or with another's package."""
    Path("mine").mkdir()
    for name in other.split(","):
        Path("mine", name).write_text('{"name": "mine", "resources": []}')
    ran = ledger("export", "all", "-o", "mine")
    assert ran.code == 2
    assert "holds other things" in ran.err
    assert {path.name for path in Path("mine").iterdir()} == set(other.split(","))
    assert not list(Path().glob(".lsledger-*"))


def test_a_package_with_a_file_of_somebodys_is_refused(ledger: Console) -> None:
    """What somebody put beside our files is not lost."""
    assert ledger("export", "all", "-o", "pkg").code == 0
    Path("pkg/notes.txt").write_text("mine")
    assert ledger("export", "all", "-o", "pkg").code == 2
    assert Path("pkg/notes.txt").read_text() == "mine"
    shutil.rmtree("pkg")


@pytest.mark.parametrize(
    "words",
    [
        "all",
        "all -o pkg --company acme",
        "all -o pkg --format csv",
        "all -o pkg --with-evidence",
        "all -o pkg --as cloudevents",
        "all plant:north@1 -o pkg",
        "plants -o x.csv --license MIT",
        "facts -o x.jsonl --license MIT",
    ],
)
def test_options_that_have_no_meaning_are_refused(words: str, ledger: Console) -> None:
    """Nothing is written."""
    ran = ledger("export", *words.split())
    assert ran.code == 2, ran
    assert "error[" in ran.err
    assert not Path("pkg").exists()


def test_a_damaged_fact_leaves_the_old_package(
    ledger: Console, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What breaks off in the middle leaves the old folder and nothing beside it."""
    assert ledger("export", "all", "-o", "pkg").code == 0
    before = {path.name: path.read_bytes() for path in Path("pkg").iterdir()}
    small(ledger)

    def broken(*_: object) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr("projections.exports.facts.write_lines", broken)
    ledger("export", "all", "-o", "pkg")
    assert {path.name: path.read_bytes() for path in Path("pkg").iterdir()} == before
    assert not list(Path().glob(".lsledger-*"))
