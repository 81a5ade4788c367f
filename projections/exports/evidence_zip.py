"""A bundle of evidence: all that somebody without the ledger needs to check single facts.

A ZIP archive whose bytes follow from the record, the newest checkpoint, the facts asked for
and the day alone: fixed dates, modes and order of names, and nothing compressed, since other
versions of zlib compress to other bytes.
"""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Sequence
from datetime import date
from functools import cache, partial
from typing import Any, BinaryIO
from zipfile import ZIP_STORED, ZipFile, ZipInfo

from ledger import history
from ledger.cut import Cut
from ledger.database import Connection
from ledger.envelope import Fact
from ledger.evidence import archive
from ledger.evidence.note import VerifierKey
from projections.columns import data
from projections.exports.evidence_contents import Contents, gathered
from projections.exports.evidence_page import page
from projections.time_travel import Past
from projections.views import load_all

EARLIEST = (1980, 1, 1, 0, 0, 0)
"""The date of every file: the first that the format can state."""

MODE = 0o100644
"""A regular file that its owner may write and everybody may read."""

UNIX = 3

SUBJECT_PUBLIC_KEY_INFO = bytes.fromhex("302a300506032b6570032100")
"""What stands in DER before the 32 bytes of an Ed25519 public key (RFC 8410, section 4)."""


def write(connection: Connection, seqs: Sequence[int], today: date, out: BinaryIO) -> int:
    """Write the bundle for the facts with these sequence numbers; how many facts are in it.

    connection: a snapshot. today: the day
    for which the rows are folded. Nothing is written before everything is found in order;
    raises as `gathered` does.
    """
    contents = gathered(connection, seqs)
    files = _files(contents) | {"rows.json": _rows(connection, contents, today)}
    documents = {document.file: document.sha256 for document in contents.documents}
    with ZipFile(out, "w") as bundle:
        for name in sorted({*files, *documents}):
            held = files.get(name)
            if held is None:  # one at a time: they may be large
                held = archive.document(connection.cursor(), documents[name])
                assert held is not None
            bundle.writestr(_entry(name), held)
    return len(contents.facts)


def _files(contents: Contents) -> dict[str, bytes]:
    """All but the documents and rows, by name."""
    key = contents.signed.verifier_key
    files = {
        "README.md": page(contents).encode(),
        "checkpoint": contents.signed.text.encode(),
        "verifier-key.txt": f"{key}\n".encode(),
        "verifier-key.pem": _pem(key),
        **contents.stamps,
    }
    for one in contents.facts:
        files[f"facts/{one.name}.json"] = one.data
        files[f"facts/{one.name}.tlog-proof"] = str(one.proof).encode()
    return files


def _pem(key: VerifierKey) -> bytes:
    """The public key in the form that other programs take (RFC 7468, section 13)."""
    encoded = b64encode(SUBJECT_PUBLIC_KEY_INFO + key.public)
    return b"-----BEGIN PUBLIC KEY-----\n" + encoded + b"\n-----END PUBLIC KEY-----\n"


def _rows(connection: Connection, contents: Contents, today: date) -> bytes:
    """The rows of each fact's stream before it was recorded and after, as JSON."""
    load = cache(partial(history.stream, connection))

    def at(fact: Fact, known_at: int) -> dict[str, Any]:
        past = Past(load, Cut(today, known_at))
        views = {
            view.name: [data(row) for row in past.stream_rows(view, fact.stream)]
            for view in load_all()
        }
        return {"known_at": known_at, "views": {name: rows for name, rows in views.items() if rows}}

    told = {
        "version": 1,
        "as_of": today.isoformat(),
        "facts": [
            {
                "ref": one.fact.ref,
                "seq": one.fact.seq,
                "before": at(one.fact, one.fact.seq - 1),
                "after": at(one.fact, one.fact.seq),
            }
            for one in contents.facts
            if one.asked
        ],
    }
    return f"{json.dumps(told, ensure_ascii=False, indent=2)}\n".encode()


def _entry(name: str) -> ZipInfo:
    entry = ZipInfo(name, EARLIEST)
    entry.compress_type = ZIP_STORED
    entry.create_system = UNIX
    entry.external_attr = MODE << 16
    return entry
