"""Facts to bytes and back: the stored form, the same on every database and in every release.

A fact is one JSON object: UTF-8, no spaces, keys in the order below, no key for what is
absent, decimals as strings. `encode` and `decode` are inverse to each other, byte for
byte. Older versions of a fact type are brought up to date here and nowhere else, by
`UPCASTS`; the stored bytes stay as they were.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from datetime import datetime
from functools import lru_cache
from typing import Any

from pydantic import ValidationError
from pydantic_core import from_json

from ledger.cut import time_text
from ledger.envelope import Fact
from ledger.errors import (
    DamagedError,
    FactTooLargeError,
    InputError,
    NewerLedgerError,
    UnknownFactTypeError,
)
from ledger.facts import FACT_TYPES, FactContent
from ledger.values import PartialDate
from ledger.values.stored import stored_by

_text = json.encoder.encode_basestring  # as json.dumps does with ensure_ascii=False
_time_text = lru_cache(maxsize=16)(time_text)  # one input has one time

LARGEST_FACT = 65_535
"""Bytes that one fact may take; 16 bits count them."""

Fields = dict[str, Any]
UPCASTS: dict[tuple[str, int], Callable[[Fields], Fields]] = {}
"""From (type, version) to a function that turns its content into the next version's. It must
take some of the fields alone, too: those that a correction names."""


ENVELOPE_TYPES: dict[str, type] = {
    **dict.fromkeys(("seq", "version", "type_version"), int),
    **dict.fromkeys(("stream", "type", "recorded_at", "actor", "on", "source"), str),
    **dict.fromkeys(("locator", "quote", "note"), str),
    **dict.fromkeys(("tags", "forced"), list),
}

NOT_A_FACT = (ValueError, KeyError, TypeError, AttributeError, RecursionError)
"""What reading bytes raises that no ledger wrote."""


def encode(fact: Fact) -> bytes:
    """The stored bytes of a fact.

    Raises FactTooLargeError when they exceed LARGEST_FACT.
    """
    content = fact.content
    text = _text
    head = [
        f'{{"seq":{fact.seq},"stream":{text(fact.stream)},"version":{fact.version}',
        f'"type":"{content.TYPE}","type_version":{content.VERSION}',
        f'"recorded_at":"{_time_text(fact.recorded_at)}","actor":{text(fact.actor)}',
    ]
    if fact.on is not None:
        head.append(f'"on":"{fact.on.edtf}"')
    if fact.source is not None:
        head.append(f'"source":{text(fact.source)}')
    if fact.locator is not None:
        head.append(f'"locator":{text(fact.locator)}')
    if fact.quote is not None:
        head.append(f'"quote":{text(fact.quote)}')
    if fact.note is not None:
        head.append(f'"note":{text(fact.note)}')
    if fact.tags:
        head.append(f'"tags":[{",".join(map(text, fact.tags))}]')
    if fact.forced:
        head.append(f'"forced":[{",".join(map(text, fact.forced))}]')
    head.append('"content":')
    # pydantic writes JSON as the standard library does when it is told to leave no spaces.
    said = stored_by(content.__pydantic_serializer__.to_json, content, exclude_none=True)
    data = b"%b%b}" % (",".join(head).encode(), said)
    if len(data) > LARGEST_FACT:
        raise FactTooLargeError(
            f"{fact.stream}: this {fact.type} takes {len(data):,} bytes; a fact may take "
            f"{LARGEST_FACT:,}",
            hint="Shorten its note or quote, or split it into several facts.",
        )
    return data


def decode(data: bytes) -> Fact:
    """The fact behind stored bytes.

    Raises NewerLedgerError for a type or version that this release does not know, and
    DamagedError for bytes that are not a fact.
    """
    try:
        envelope: Fields = from_json(data)
        _check_types(envelope)
        content = _content(envelope["type"], envelope["type_version"], envelope["content"])
        on = envelope.get("on")
        return Fact(
            seq=envelope["seq"],
            stream=envelope["stream"],
            version=envelope["version"],
            recorded_at=_moment(envelope["recorded_at"]),
            actor=envelope["actor"],
            content=content,
            on=PartialDate.parse(on) if on is not None else None,
            source=envelope.get("source"),
            locator=envelope.get("locator"),
            quote=envelope.get("quote"),
            note=envelope.get("note"),
            tags=tuple(envelope.get("tags", ())),
            forced=tuple(envelope.get("forced", ())),
        )
    except (*NOT_A_FACT, InputError, ValidationError) as error:
        raise unreadable(data) from error


def unreadable(data: Any) -> DamagedError:
    """What to say of stored bytes that are no fact."""
    return DamagedError(
        f"a stored fact cannot be read back: {_excerpt(data)}",
        hint="The record was damaged or changed from outside; restore it from a backup.",
    )


def decode_stream(name: str, stored: Iterable[bytes]) -> list[Fact]:
    """The facts of a stream from their bytes; raises DamagedError for one of another stream."""
    facts = [decode(data) for data in stored]
    for fact in facts:
        if fact.stream != name:
            raise DamagedError(
                f"a fact of {fact.stream} is kept as one of {name}",
                hint="The record was changed from outside; `lsledger verify` tells what differs.",
            )
    return facts


def topic_of(fact: Fact) -> str:
    """What names the fact's type and version in the database's topic column."""
    return _topic(fact.content.TYPE, fact.content.VERSION)


def stored_topic(data: bytes) -> str:
    """The same from stored bytes, which may hold an older version of the type."""
    envelope = json.loads(data)
    return _topic(envelope["type"], envelope["type_version"])


def _topic(type_name: str, version: int) -> str:
    return f"{type_name}/{version}"


def _content(type_name: str, version: int, fields: Fields) -> FactContent:
    known = FACT_TYPES.get(type_name)
    if known is None:
        raise NewerLedgerError(
            f"the ledger holds a fact of the type {type_name!r}, which this version does not know",
            hint="Install the newest version of lsledger.",
        ) from UnknownFactTypeError(type_name)
    if version > known.VERSION:
        raise NewerLedgerError(
            f"the ledger holds version {version} of {type_name!r}; this version knows "
            f"{known.VERSION}",
            hint="Install the newest version of lsledger.",
        )
    return known.model_validate(upcast(known, version, fields))


def upcast(model: type[FactContent], version: int, fields: Fields) -> Fields:
    """The fields of an older version as the present one has them."""
    while version < model.VERSION:
        fields = UPCASTS[model.TYPE, version](fields)
        version += 1
    return fields


def _check_types(envelope: Fields) -> None:
    """Raise TypeError for a part of the envelope that is not of its type."""
    for name, value in envelope.items():
        type_ = ENVELOPE_TYPES.get(name)
        if type_ is not None and type(value) is not type_:
            raise TypeError(f"{name} is not of the type {type_.__name__}")


@lru_cache(maxsize=1_024)  # the facts of an import were recorded at the same moment
def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _excerpt(data: Any) -> str:
    return repr(data)[:80]
