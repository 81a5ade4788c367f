"""The facts as CloudEvents 1.0, one a line: for brokers, queues and whatever takes events.

The stored fact is the data, byte for byte, and so keeps its partial date under `on`. Around it:

    id        its reference, plant:acme-north@2, which never changes
    source    the ledger, by a UUID that its first fact gives: the same in every copy of it
    type      lsledger., the fact's type, and the version of that type: plant.completed.v1
    subject   the stream
    time      when it was recorded

Source and id together name a fact for good, so that whoever gets it twice can tell.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from uuid import NAMESPACE_OID, uuid5

from ledger.codec import NOT_A_FACT, unreadable
from ledger.header import header
from projections.exports.facts import line_of

SPECIFICATION = "1.0"


def source_of(first: bytes) -> str:
    """The URI of the ledger that begins with this fact, from the fact's stored bytes."""
    return uuid5(NAMESPACE_OID, hashlib.sha256(first).hexdigest()).urn


def events(stored: Iterable[bytes], source: str) -> Iterator[bytes]:
    """The events of facts, without line ends; raises DamagedError at bytes that are no fact."""
    for data in stored:
        try:
            yield _event(data, source)
        except NOT_A_FACT as error:
            raise unreadable(data) from error


def _event(data: bytes, source: str) -> bytes:
    line_of(data)  # refuses what would break a line or is no text
    told = header(data)
    attributes = {
        "specversion": SPECIFICATION,
        "id": f"{told['stream']}@{told['version']}",
        "source": source,
        "type": f"lsledger.{told['type']}.v{told['type_version']}",
        "subject": told["stream"],
        "time": told["recorded_at"],
        "datacontenttype": "application/json",
    }
    begun = json.dumps(attributes, ensure_ascii=False, separators=(",", ":"))
    return b'%b,"data":%b}' % (begun.removesuffix("}").encode(), data)
