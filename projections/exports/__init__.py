"""The registry of formats. A new format is one file in this folder and one line here.

A format's file has one function, `write(answer, out)`, which goes through the rows once. It is
imported when it is used, so that naming the formats costs nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from ledger.errors import FileTypeError, InputError, did_you_mean, hints
from ledger.values.text import quoted

if TYPE_CHECKING:
    from projections.read import Answer


@dataclass(frozen=True, slots=True)
class Format:
    """One format.

    extensions: without the dot, lower case; the first one is the usual one. binary: a
    terminal cannot show it.
    """

    name: str
    extensions: tuple[str, ...]
    module: str
    binary: bool = False

    def write(self, answer: Answer, out: BinaryIO) -> None:
        """Write the rows of an answer, as they are taken."""
        write: Callable[[Answer, BinaryIO], None] = import_module(self.module).write
        write(answer, out)


FORMATS: dict[str, Format] = {
    form.name: form
    for form in (
        Format("csv", ("csv",), "projections.exports.csv_file"),
        Format("json", ("json",), "projections.exports.json_file"),
        Format("jsonl", ("jsonl", "ndjson"), "projections.exports.jsonl_file"),
        Format("md", ("md", "markdown"), "projections.exports.markdown_file"),
        Format("xlsx", ("xlsx",), "projections.exports.xlsx_file", binary=True),
        Format("parquet", ("parquet",), "projections.exports.parquet_file", binary=True),
    )
}


def by_extension(path: Path | str) -> Format:
    """The format that a file's extension names, in upper or lower case.

    Raises FileTypeError for an unknown one, with the nearest ones.
    """
    known = {f".{extension}": form for form in FORMATS.values() for extension in form.extensions}
    name = Path(path).name
    extension = Path(path).suffix
    if (form := known.get(extension.lower())) is not None:
        return form
    if not extension:
        what = f"{quoted(name)} has no extension to tell its format by"
        near = ""
    else:
        what = f"{quoted(extension)} is no format that can be written"
        near = did_you_mean(extension.lower(), known)
    raise FileTypeError(what, hint=hints(near, f"Extensions: {', '.join(known)}."))


def by_name(name: str) -> Format:
    """The format of that name.

    Raises InputError for an unknown one, with the nearest ones.
    """
    if name in FORMATS:
        return FORMATS[name]
    raise InputError(
        f"there is no format {quoted(name)}",
        hint=did_you_mean(name, FORMATS) or f"Formats: {', '.join(FORMATS)}.",
    )
