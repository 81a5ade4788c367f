"""The page of the data that programs read: the shapes of JSON, and the flat columns."""

from __future__ import annotations

import json
from collections.abc import Iterable
from importlib import import_module

from docs.pages.examples import acme
from docs.pages.markdown import block, code, codes, link, page, sentence, table
from ledger.values import Money, PartialDate, Party, Quantity
from projections import diff
from projections.columns import Column, columns, flat_columns, sql_columns
from projections.tables import table_of
from projections.view import View
from projections.views import load_all

EXAMPLES: dict[type, str] = {
    PartialDate: "2025-Q3",
    Money: "12.5bn KRW ($9.1m)",
    Quantity: "~20 kt/yr [Ni metal]",
    Party: "acme",
}
HEADINGS: dict[type, str] = {
    PartialDate: "A date",
    Money: "Money",
    Quantity: "A quantity",
    Party: "A party",
}
WORDS: dict[type, str] = {
    str: "text",
    int: "number",
    bool: "`true` or `false`",
    dict: "object, as `content` under [Facts](#facts)",
    **{type_: link(heading) for type_, heading in HEADINGS.items()},
}

LIFE = "One fact"
BECAME = {
    "effective": "Whether it counts at the cut: it is not retracted and has happened.",
    "status": "live, corrected or retracted.",
    "reads": "The fields that corrections changed, and what they say now; values as under "
    "`content`.",
    "corrected_by": "The corrections that count, in the order in which they apply.",
    "retracted_by": "The retraction that counts, or null.",
    "corroborated_by": "The facts by which other documents state the same.",
    "disputed_by": "The facts by which other documents contradict it.",
    "revisions": "Every fact about it, and about those in turn, live or not, in recorded order; "
    "each with the same keys.",
}
CHANGE = {
    "view": f"The view whose row it is: {', '.join(diff.COMPARED)}.",
    "item": "The stream; of a recurring promise with the window in parentheses.",
    "kind": "new, changed or gone.",
    "fields": "The columns that differ, with their values before and after; null where there "
    "is none.",
    "facts": "The facts that caused it; empty when it was the passing of time.",
}


def json_shapes() -> str:
    """The page."""
    return page(
        "# JSON, CSV and SQL",
        "What programs can rely on. Every view has a `version`: within a version keys and columns "
        "are only added, never renamed, removed or given another meaning. A program should pass "
        "over keys that it does not know.",
        "Amounts and quantities are exact decimals, written as strings. What is not stated is "
        "null or an empty list, and in CSV an empty cell.",
        *_head(),
        *_values(),
        *_flat(),
        *_facts(),
        *_show(),
        *_life(),
        *_diff(),
        "## The views",
        " · ".join(link(view.name) for view in load_all()),
        *(part for view in load_all() for part in _view(view)),
    )


def _head() -> list[str]:
    with acme() as console:
        printed = console.output("lsledger promises --stage precursor --format json")
    shown = json.loads(printed)
    cut = (
        ("as_of", "The day that is shown."),
        ("known_at", "Only what was recorded by then: an instant, a sequence number, or null."),
        ("public_at", "Only what was published by then: a day, or null."),
        ("last_seq", "The newest fact that the ledger held."),
    )
    assert [key for key, _ in cut] == list(shown["cut"])
    shown["rows"] = []
    return [
        "## The answer of a view",
        "`--format json` prints one object: the view, the version of its shape, the cut, the "
        "filters in use, and the rows. `--format jsonl` prints the rows alone, one a line.",
        _block(shown),
        table(("key of `cut`", "meaning"), ((code(key), help_) for key, help_ in cut)),
    ]


def _values() -> list[str]:
    parts = ["## Values"]
    for type_, text in EXAMPLES.items():
        value = type_.parse(text)  # type: ignore[attr-defined]
        shape = json.dumps(value.to_json(), ensure_ascii=False, indent=2)
        parts += [f"### {HEADINGS[type_]}", f"{code(text)} is:", block(shape, "json")]
    return [
        *parts,
        "`min` or `max` is null where that side is open, and its `_inclusive` then means nothing; "
        "`approx` is true when the source says about. `amount` is null when only bounds are "
        "stated. An equivalent has no equivalents of its own.",
    ]


def _flat() -> list[str]:
    rows = []
    for type_ in EXAMPLES:
        first, *others = flat_columns(Column("x", type_, many=False, help=""))
        rows.append((HEADINGS[type_], code(first.name), first.type, "The whole value as text."))
        rows += [("", code(part.name), part.type, part.help) for part in others]
    return [
        "## Flat columns",
        "CSV, XLSX and SQL have one value a cell. A column `x` that holds a value of several "
        "parts is spread over several; a list is one cell, its items joined by `; ` (in SQL, a "
        "JSON array); an object is one cell, its JSON.",
        table(("value", "columns", "type", "meaning"), rows),
        "In SQL numbers are text, since they are exact: `CAST(x_min AS REAL)` to calculate. Truth "
        "is 1 or 0.",
        "Parquet has the same columns with real types: a `date` is a day, a `number` an exact "
        "decimal, as wide as the values of its column need; a list is a list of texts. DuckDB "
        "reads decimals of more than 38 digits as binary fractions; the text beside them is exact.",
        "`lsledger export sqlite -o views.db` writes the views as they are shown, a table each, "
        "lists as in SQL. There numbers are numbers where SQLite holds all their digits, otherwise "
        "text. `datasette views.db --metadata views.metadata.json` shows what the columns mean.",
        "`lsledger export all -o FOLDER` writes every view as CSV and the facts as JSON Lines: a "
        "Data Package 2, whose `datapackage.json` has the types and meanings of all columns, the "
        "documents, the cut and the newest checkpoint.",
    ]


def _facts() -> list[str]:
    with acme(corrected=True) as console:
        lines = console.output("lsledger export facts --format jsonl").splitlines()
    *_, fact, correction = map(json.loads, lines)
    return [
        "## Facts",
        "`lsledger export facts -o FILE.jsonl` writes the envelopes as they are stored, one a "
        "line, with their reference in front; what is not stated is left out. `lsledger init "
        "--restore FILE.jsonl` makes the same ledger from it, byte for byte. With `.json` the "
        "lines stand under `rows`, below a head as above.",
        _block(fact),
        "`seq` is the place in the whole sequence, `version` the place in the stream, "
        "`type_version` the version of the type's fields. Under `content` are the [fields of the "
        "type](facts.md), values in the form in which they are kept. A "
        "[fact about a fact](facts.md#facts-about-facts) has `ref` there, the fact that it is "
        "about, and a correction the new values under `set`:",
        _block(correction),
        "`lsledger export facts --as cloudevents` writes each fact as an event of CloudEvents 1.0, "
        "one a line: the stored fact is its `data`, with the partial date under `on`; `time` is "
        "when it was recorded, `id` its reference, `subject` its stream, `type` as in "
        "`lsledger.plant.completed.v1`, and `source` names the ledger, the same in every copy.",
    ]


def _show() -> list[str]:
    with acme(corrected=True) as console:
        page_ = json.loads(console.output("lsledger show acme-north --format json"))
    shown = {**page_, "state": page_["state"][:1], "facts": [], "sources": []}
    return [
        "## One stream",
        "`lsledger show ID --format json`: the state, each value with the fact that states it; "
        f"under `facts` the facts in the order in which they happened, each as under "
        f"{link(LIFE)}; under `sources` rows of the view [`sources`](#sources).",
        _block(shown),
    ]


def _life() -> list[str]:
    with acme(corrected=True) as console:
        life = json.loads(console.output("lsledger log plant:acme-north@1 --format json"))
    assert list(life)[-len(BECAME) :] == list(BECAME)
    return [
        f"## {LIFE}",
        "`lsledger log REF --format json`: the envelope of the fact as it was recorded, and what "
        "came of it at the cut.",
        _block(life),
        table(("key", "meaning"), ((code(key), help_) for key, help_ in BECAME.items())),
    ]


def _diff() -> list[str]:
    with acme(corrected=True) as console:
        found = json.loads(console.output("lsledger diff --from '#4' --format json"))
    (change,) = found["changes"]
    assert list(change) == list(CHANGE)
    return [
        "## What changed",
        "`lsledger diff --from CUT --to CUT --format json`: the two cuts, and a change for each "
        "row that differs between them.",
        _block(found),
        table(("key of a change", "meaning"), ((code(k), help_) for k, help_ in CHANGE.items())),
    ]


def _block(data: object) -> str:
    return block(json.dumps(data, indent=2, ensure_ascii=False), "json")


def _view(view: View) -> list[str]:
    shown = columns(view.shown)
    flat = [part.name for column in shown for part in flat_columns(column)]
    parts = [
        f"### {view.name}",
        _about(view),
        table(("column", "type", "meaning"), map(_column, shown)),
        f"CSV, XLSX: {codes(flat)}.",
    ]
    if view.compose is None:
        stored = [name for name, _ in sql_columns(view.row)]
        listed = "the same columns" if stored == flat else _stored(view.row, stored)
        parts.append(f"SQL, table {code(table_of(view))}: {listed}.")
    return parts


def _about(view: View) -> str:
    """The view's title, and what its file says of it."""
    about = sentence(import_module(f"projections.views.{view.name}").__doc__).split(": ", 1)[-1]
    about = about[:1].upper() + about[1:]
    return about if about.startswith(view.title) else f"{view.title}. {about}"


def _stored(row: type, names: Iterable[str]) -> str:
    return f"{sentence(row.__doc__).rstrip('.').lower()}, not summed up: {codes(names)}"


def _column(column: Column) -> tuple[str, str, str]:
    words = WORDS[column.type]
    return (code(column.name), f"list of: {words}" if column.many else words, column.help)
