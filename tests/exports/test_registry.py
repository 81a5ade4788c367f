"""The registry of formats: found by name and extension, and cheap to import."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import click
import pytest

from ledger.errors import FileTypeError, InputError
from projections.exports import FORMATS, by_extension, by_name


def test_the_formats_are_those_of_the_command_line() -> None:
    """The names stand in a fixed order and can be the choices of an option."""
    assert list(FORMATS) == ["csv", "json", "jsonl", "md", "xlsx", "parquet"]
    assert click.Choice(FORMATS).convert("md", None, None) == "md"


def test_each_format_has_its_file_and_is_in_the_registry() -> None:
    """Every `*_file.py` of the folder is one format, and every format has such a file."""
    folder = Path(sys.modules["projections.exports"].__file__ or "").parent
    files = {f"projections.exports.{path.stem}" for path in folder.glob("*_file.py")}
    assert files == {form.module for form in FORMATS.values()} | {"projections.exports.to_file"}


@pytest.mark.parametrize(
    ("name", "form"),
    [
        ("a.csv", "csv"),
        ("계약.JSON", "json"),
        ("a.b/x.jsonl", "jsonl"),
        ("x.ndjson", "jsonl"),
        ("x.md", "md"),
        ("x.markdown", "md"),
        ("x.2026.XLSX", "xlsx"),
        ("x.parquet", "parquet"),
    ],
)
def test_an_extension_names_a_format(name: str, form: str) -> None:
    """The last extension counts, in upper or lower case."""
    assert by_extension(Path(name)) is by_name(form)


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("x.xls", "Did you mean .xlsx"),
        ("x.jsonll", ".jsonl"),
        ("x.json.gz", "Extensions: .csv"),
        ("x", "Extensions: .csv"),
        (".json", "Extensions: .csv"),
        ("x.", "Extensions: .csv"),
        ("x.\x1b[31m", "Extensions: .csv"),
    ],
)
def test_an_unknown_extension_is_refused(name: str, says: str) -> None:
    """The error says which extensions there are, and the nearest one."""
    with pytest.raises(FileTypeError) as refused:
        by_extension(name)
    assert says in refused.value.hint
    assert "\x1b" not in str(refused.value)


def test_an_unknown_name_is_refused() -> None:
    """The error names the nearest format."""
    with pytest.raises(InputError) as refused:
        by_name("xslx")
    assert refused.value.hint == "Did you mean xlsx?"


def test_the_registry_imports_no_format() -> None:
    """Choosing a format loads neither xlsxwriter nor any format's file."""
    script = (
        "import sys; from projections.exports import by_extension; by_extension('x.xlsx');"
        "print([m for m in sys.modules if m.startswith(('xlsxwriter', 'projections.exports.', "
        "'pydantic', 'eventsourcing'))])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, check=True)
    assert done.stdout.strip() == b"[]"
