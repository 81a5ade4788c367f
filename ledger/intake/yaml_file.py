"""Import files in YAML, written by people.

An optional `source:` becomes the source of every fact that names no other: a mapping registers
the document, an id names one that is registered. `facts:` is a list of one-key mappings, from
fact type to fields.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, BinaryIO

from ledger import fields
from ledger.envelope import Draft, Fault
from ledger.errors import LedgerError, ShapeError, UnknownFieldError, Where, did_you_mean
from ledger.intake import text_file, yaml_tree
from ledger.intake.yaml_tree import Node
from ledger.values.text import check_id, quoted

SOURCE_TYPE = "source.registered"
SHAPE_HINT = (
    "An import file is `facts:` with a list such as `- plant.completed: {id: acme-north, "
    "on: 2025-09}`, and before it, if there is one document behind them, `source:`."
)


def pieces(file: BinaryIO) -> Iterator[bytes]:
    """All of the file at once, as much of it as is read."""
    yield text_file.whole(file)


def read(name: str, opened: text_file.Open = text_file.opened) -> Iterator[Draft | Fault]:
    """The drafts of a YAML file, or the errors in it, in the order of the file."""
    data = text_file.not_too_large(text_file.read_bytes(name, opened), name)
    text = text_file.not_empty(text_file.decoded(data, name), name)
    return drafts(yaml_tree.parse(text, text_file.shown(name)))


def drafts(root: Node) -> Iterator[Draft | Fault]:
    """The drafts of a parsed import file."""
    if not isinstance(root.value, dict):
        raise ShapeError("the file is not a mapping", hint=SHAPE_HINT, where=root.where)
    unknown = [key for key in root.value if key not in ("source", "facts")]
    for key in unknown:
        yield Fault(
            UnknownFieldError(
                f"an import file has no {quoted(key)}",
                hint=did_you_mean(key, ("source", "facts")) or SHAPE_HINT,
                where=root.key_place(key),
            )
        )
    source = root.value.get("source")
    source_id: str | None = None
    if source is not None and isinstance(source.value, str):
        try:
            source_id = check_id(source.value)  # whether it is registered shows with the facts
        except LedgerError as error:
            yield Fault(error.at(source.where))
    elif source is not None:
        yield _draft(SOURCE_TYPE, source, root.key_place("source"), default_source=None)
        if isinstance(source.value, dict) and "id" in source.value:
            source_id = _sound_id(source.value["id"].value)
    facts = root.value.get("facts")
    if facts is None:
        if source is None and not unknown:
            raise ShapeError("there are no facts here", hint=SHAPE_HINT, where=root.where)
        return
    if not isinstance(facts.value, list):
        raise ShapeError("`facts` is not a list", hint=SHAPE_HINT, where=facts.where)
    for item in facts.value:
        yield _item(item, source_id)


def _sound_id(value: Any) -> str | None:
    """The id, unless it is none: its error is told once, not again for every fact."""
    try:
        return check_id(value) if isinstance(value, str) else None
    except LedgerError:
        return None


def _item(item: Node, source_id: str | None) -> Draft | Fault:
    if not isinstance(item.value, dict) or len(item.value) != 1:
        return Fault(
            ShapeError(
                "a fact is a mapping with one key, its type",
                hint="Write `- plant.completed:` and indent the fields below it.",
                where=item.where,
            )
        )
    ((type_name, node),) = item.value.items()
    return _draft(type_name, node, item.key_place(type_name), default_source=source_id)


def _draft(type_name: str, node: Node, at: Where, default_source: str | None) -> Draft | Fault:
    if not isinstance(node.value, dict):
        given = "has no fields" if node.value is None else "is not a mapping of fields"
        return Fault(
            ShapeError(
                f"{quoted(type_name)} {given}",
                hint="Indent its fields below it: `id: ...` on one line, `on: ...` on the next.",
                where=at,
            )
        )
    plain: dict[str, Any] = node.plain()
    if default_source is not None and "source" not in plain:
        plain["source"] = default_source

    def place(path: fields.Path, key: bool) -> Where:
        if path in ((), ("type",)):
            return at
        return node.key_place(str(path[0])) if key else node.place(path)

    return fields.draft(type_name, plain, place)
