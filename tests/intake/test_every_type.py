"""Every fact type, on its whole way: file, draft, decision, stored bytes, and back."""

from __future__ import annotations

import json
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from ruamel.yaml import YAML

from ledger import codec
from ledger.book import record
from ledger.envelope import Draft, Fact, Fault
from ledger.facts import FACT_TYPES
from ledger.intake import jsonl_file, yaml_file, yaml_tree
from ledger.schema import file_schema, line_schema
from ledger.store import Store, opened
from tests.intake.fact_strategies import (
    COMPANIES,
    CORRECTED,
    SOURCES,
    STREAMS,
    Fields,
    facts,
    identity,
)
from tests.store.ledgers import ACTOR, NOW, draft, make

LINE = Draft202012Validator(line_schema())
FILE = Draft202012Validator(file_schema())
EXAMPLE = sorted((Path(__file__).parents[2] / "ledger" / "example").glob("*.yaml"))

# There are many types: a few facts of each are a few hundred in all.
some_examples = settings(max_examples=max(4, settings().max_examples // 6))
every_type = pytest.mark.parametrize("type_", FACT_TYPES)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """A ledger of all that random facts refer to."""
    where = make(
        tmp_path_factory.mktemp("every-type"),
        *(draft("source.registered", id_, title="T", published="2025") for id_ in SOURCES),
        *(draft("company.registered", id_, name="N") for id_ in COMPANIES),
        draft(CORRECTED, STREAMS[0].partition(":")[2], on="2025", name="N", place="P", note="n"),
        draft("contract.signed", STREAMS[1].partition(":")[2], on="2025"),
        draft("investment.planned", STREAMS[2].partition(":")[2], on="2025"),
    )
    with opened(where) as store:
        yield store


def recorded(store: Store, found: Draft | Fault) -> Fact:
    """The fact that a draft becomes; the rules of its timeline are not what is tested."""
    assert isinstance(found, Draft), found
    (fact,) = record(store, [found], actor=ACTOR, now=NOW, force=True, dry_run=True).facts
    return fact


def from_line(type_: str, fields: Fields, *, ascii_: bool = False) -> Draft | Fault:
    """The draft of one line of JSON Lines."""
    text = json.dumps({"type": type_, **fields}, ensure_ascii=ascii_)
    return jsonl_file.draft_of_line(text.encode(), "facts.jsonl", 1)


def as_yaml(type_: str, fields: Fields) -> str:
    """An import file as ruamel.yaml writes it."""
    out = StringIO()
    writer = YAML(typ="safe", pure=True)
    writer.default_flow_style = False
    writer.dump({"facts": [{type_: fields}]}, out)
    return out.getvalue()


def from_yaml(text: str) -> Draft | Fault:
    """The draft of a file with one fact."""
    (found,) = yaml_file.drafts(yaml_tree.parse(text, "facts.yaml"))
    return found


@every_type
@some_examples
@given(data=st.data())
def test_a_fact_survives_json_lines_and_the_store(
    store: Store, type_: str, data: st.DataObject
) -> None:
    """What a program writes is what the codec gives back, byte for byte the second time."""
    fields = data.draw(facts(FACT_TYPES[type_], "zz-new"))
    fact = recorded(store, from_line(type_, fields))
    stored = codec.encode(fact)
    assert codec.decode(stored) == fact
    assert codec.encode(codec.decode(stored)) == stored
    assert recorded(store, from_line(type_, fields, ascii_=True)) == fact


@every_type
@some_examples
@given(data=st.data())
def test_the_stored_bytes_are_plain_json(store: Store, type_: str, data: st.DataObject) -> None:
    """They are what the standard library writes of the same keys and values, without spaces."""
    fact = recorded(store, from_line(type_, data.draw(facts(FACT_TYPES[type_], "zz-new"))))
    said = fact.content.model_dump(mode="json", exclude_none=True)
    whole = json.loads(codec.encode(fact)) | {"content": said}
    written = json.dumps(whole, ensure_ascii=False, separators=(",", ":"))
    assert codec.encode(fact) == written.encode()


@every_type
@some_examples
@given(data=st.data())
def test_yaml_says_the_same_and_both_fit_their_schemas(
    store: Store, type_: str, data: st.DataObject
) -> None:
    """The same fields make the same fact in either format, and are valid by its schema."""
    fields = data.draw(facts(FACT_TYPES[type_], "zz-new"))
    line = recorded(store, from_line(type_, fields))
    assert recorded(store, from_yaml(as_yaml(type_, fields))) == line
    assert LINE.is_valid({"type": type_, **fields})
    assert FILE.is_valid({"facts": [{type_: fields}]})


@every_type
@some_examples
@given(data=st.data())
def test_the_schema_refuses_what_cannot_be_recorded(type_: str, data: st.DataObject) -> None:
    """An unknown field, a missing one and a wrong kind of value are wrong for both."""
    model = FACT_TYPES[type_]
    fields = data.draw(facts(model, "zz-new"))
    required = {name for name, field in model.model_fields.items() if field.is_required()}
    for name in sorted({identity(model), *required}):
        without = {key: value for key, value in fields.items() if key != name}
        assert isinstance(from_line(type_, without), Fault)
        assert not LINE.is_valid({"type": type_, **without})
    for name in ["on"] * model.NEEDS_DATE + ["source"] * model.NEEDS_SOURCE:
        assert not LINE.is_valid({"type": type_, **{k: v for k, v in fields.items() if k != name}})
    unknown = {**fields, ("id" if identity(model) == "ref" else "ref"): "plant:north@1"}
    assert isinstance(from_line(type_, unknown), Fault)
    assert not LINE.is_valid({"type": type_, **unknown})
    assert not FILE.is_valid({"facts": [{type_: unknown}]})
    unknown = {**fields, "zzz": "x"}
    assert isinstance(from_line(type_, unknown), Fault)
    assert not LINE.is_valid({"type": type_, **unknown})
    assert not FILE.is_valid({"facts": [{type_: unknown}]})
    name = data.draw(st.sampled_from(sorted(fields)))
    wrong: Fields = {**fields, name: [{"zzz": []}]}
    assert isinstance(from_line(type_, wrong), Fault)
    assert not LINE.is_valid({"type": type_, **wrong})


def test_no_type_passes_as_another() -> None:
    """A line whose type is unknown is not valid, and a file has no types but the known."""
    assert not LINE.is_valid({"type": "plant.built", "id": "a", "on": "2025"})
    assert not FILE.is_valid({"facts": [{"plant.built": {"id": "a", "on": "2025"}}]})
    assert not FILE.is_valid({"facts": [], "more": []})


def test_the_schemas_are_schemas() -> None:
    """They are valid by the dialect that they name."""
    for schema in (line_schema(), file_schema()):
        Draft202012Validator.check_schema(schema)
        assert schema["$schema"] == Draft202012Validator.META_SCHEMA["$id"]


def as_an_editor_reads_it(text: str) -> Any:
    """YAML 1.2 by its core schema: whole numbers are numbers, dates are text."""

    def value(node: yaml_tree.Node) -> Any:
        if isinstance(node.value, dict):
            return {key: value(child) for key, child in node.value.items()}
        if isinstance(node.value, list):
            return [value(child) for child in node.value]
        text = node.value
        excerpt, column = node.where.excerpt or "", node.where.column or 1
        plain = excerpt[column - 1 : column] not in ("'", '"')
        if plain and isinstance(text, str) and text.isdigit():
            return int(text)
        return {"true": True, "false": False}.get(text, text) if plain else text

    return value(yaml_tree.parse(text, "facts.yaml"))


@pytest.mark.parametrize("path", EXAMPLE, ids=lambda path: path.stem)
def test_the_example_is_valid_in_an_editor(path: Path) -> None:
    """An editor that knows the schema marks nothing in the example, `on: 2026` included."""
    found = as_an_editor_reads_it(path.read_text("utf-8"))
    assert [error.message for error in FILE.iter_errors(found)] == []
