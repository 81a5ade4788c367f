"""The whole ledger as a Frictionless Data Package 2: a CSV file a view, and the facts.

    datapackage.json   what the files and their columns mean, the documents, the cut, the checkpoint
    plants.csv ...     each view, in the flat columns and with the guard of `csv_file.py`
    facts.jsonl        the facts, if there are any, as `export facts` writes them

All of it is of one cut and of one state of the ledger. The specification stands at
datapackage.org; what is ours in the description is under `lsledger`, as it allows.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from ledger.evidence.checkpoint import Kept
from projections.columns import columns, flat_columns
from projections.exports import csv_file, facts
from projections.exports.meaning import meaning
from projections.read import Answer, Reader, cut_as_data
from projections.view import View
from projections.views import NAMES, load_all

DESCRIPTION = "datapackage.json"
FACTS = "facts.jsonl"
FILES = (DESCRIPTION, FACTS, *(f"{name}.csv" for name in NAMES))
OURS = "lsledger"
"""The property of the description that is not the standard's; a package of ours has it."""

PROFILES = "https://datapackage.org/profiles/2.0"

ABOUT = (
    "Contracts, investments, plants and promises as documents state them, each figure with its "
    "bounds. One CSV file a view, and the facts that all of them are made of. An empty cell is a "
    "value that is not stated. A text in a CSV file that a spreadsheet could run as a formula "
    "begins with an apostrophe, which is not part of it. Several values in a cell are separated "
    "by a semicolon and a space."
)

FACT_FIELDS: tuple[tuple[str, str, str], ...] = (
    ("ref", "string", "How the fact is cited: kind:id@version."),
    ("seq", "integer", "Its place in the whole record, from 1 on, without gaps."),
    ("stream", "string", "The stream that it belongs to, as kind:id."),
    ("version", "integer", "Its place in that stream, from 1 on."),
    ("type", "string", "What happened, or was stated; such as plant.completed."),
    ("type_version", "integer", "The version of that type's fields."),
    ("recorded_at", "datetime", "When it was recorded; UTC."),
    ("actor", "string", "Who recorded it."),
    ("on", "string", "When it happened: a partial date of EDTF, such as 2025-09 or ../2029."),
    ("source", "string", "Id of the document that it rests on."),
    ("locator", "string", "Where in the document."),
    ("quote", "string", "The document's words."),
    ("note", "string", "A remark of the person who recorded it."),
    ("tags", "array", "Free labels."),
    ("forced", "array", "Rules that were overridden when it was recorded."),
    ("content", "object", "The fields of its type."),
)


def is_package(folder: Path) -> bool:
    """Whether a folder holds a package that this program wrote, and nothing else."""
    if not {path.name for path in folder.iterdir()} <= set(FILES):
        return False
    try:
        told = json.loads((folder / DESCRIPTION).read_bytes())
    except (OSError, ValueError, RecursionError):
        return False
    return isinstance(told, dict) and isinstance(told.get(OURS), dict)


def write(
    folder: Path,
    reader: Reader,
    lines: Iterable[bytes],
    signed: Kept | None,
    licence: str | None,
) -> int:
    """Write the files of the package into an empty folder; how many facts are in it.

    lines: of the facts that the reader's cut sees. signed: the newest checkpoint. licence: an
    SPDX id or an address, as whoever hands the package out names it.
    """
    described = [_view(folder, view, reader) for view in load_all()]
    with (folder / FACTS).open("xb") as out:
        count = facts.write_lines(lines, out)
    if count:
        described.append(_facts(folder / FACTS))
    else:
        (folder / FACTS).unlink()  # readers take an empty file for a broken one
    told: dict[str, Any] = {
        "$schema": f"{PROFILES}/datapackage.json",
        "name": OURS,
        "title": "A ledger of contracts, investments, plants and promises",
        "description": ABOUT,
    }
    if licence is not None:
        told["licenses"] = [{"path" if "://" in licence else "name": licence}]
    if documents := sources(reader.answer("sources")):
        told["sources"] = documents
    told[OURS] = {
        "version": 1,
        "cut": cut_as_data(reader.cut, reader.last_seq),
        "facts": count,
        "checkpoint": checkpoint_as_data(signed),
    }
    told["resources"] = described
    text = json.dumps(told, ensure_ascii=False, indent=2)
    (folder / DESCRIPTION).write_bytes(f"{text}\n".encode())
    return count


def sources(answer: Answer) -> list[dict[str, Any]]:
    """The documents that the facts rest on, as the standard names sources."""
    return [
        {
            "title": row.title or row.stream,
            **({"path": row.url} if row.url else {}),
            **({"version": str(row.published)} if row.published else {}),
        }
        for row in answer.rows
    ]


def checkpoint_as_data(signed: Kept | None) -> dict[str, Any] | None:
    """The signed note, and the key that checks it; None where nothing was signed."""
    if signed is None:
        return None
    head = signed.head
    return {
        "origin": head.origin,
        "size": head.size,
        "root": head.root.hex(),
        "verifier_key": str(signed.verifier_key),
        "note": signed.text,
    }


def _file(path: Path, form: str, media: str) -> dict[str, Any]:
    """What the description says of a file that is written."""
    with path.open("rb") as made:
        digest = hashlib.file_digest(made, "sha256").hexdigest()
    return {
        "path": path.name,
        "type": "table",
        "format": form,
        "mediatype": media,
        "encoding": "utf-8",
        "bytes": path.stat().st_size,
        "hash": f"sha256:{digest}",
    }


def _view(folder: Path, view: View, reader: Reader) -> dict[str, Any]:
    """Write a view, and describe its file."""
    path = folder / f"{view.name}.csv"
    with path.open("xb") as out:
        csv_file.write(reader.answer(view.name), out)
    return {
        "name": view.name,
        "title": view.title,
        **_file(path, "csv", "text/csv"),
        "dialect": {"$schema": f"{PROFILES}/tabledialect.json", "lineTerminator": "\r\n"},
        "schema": {
            "$schema": f"{PROFILES}/tableschema.json",
            "fields": [
                {
                    "name": part.name,
                    "type": "string" if part.type == "text" else part.type,
                    "description": meaning(column, part),
                }
                for column in columns(view.shown)
                for part in flat_columns(column)
            ],
            "missingValues": [""],
        },
    }


def _facts(path: Path) -> dict[str, Any]:
    keys = [name for name, _, _ in FACT_FIELDS]
    return {
        "name": "facts",
        "title": "Facts",
        "description": "What all views are made of, one object a line, in recorded order, byte "
        "for byte as stored with `ref` put first. A key that is left out is not stated.",
        **_file(path, "jsonl", "application/jsonl"),
        "dialect": {
            "$schema": f"{PROFILES}/tabledialect.json",
            "itemType": "object",
            "itemKeys": keys,
            # The same for Frictionless, which otherwise reads the keys of the first line alone.
            "json": {"keyed": True, "keys": keys},
        },
        "schema": {
            "$schema": f"{PROFILES}/tableschema.json",
            "fieldsMatch": "superset",
            "fields": [
                {"name": name, "type": type_, "description": help_}
                for name, type_, help_ in FACT_FIELDS
            ],
            "primaryKey": ["ref"],
        },
    }
