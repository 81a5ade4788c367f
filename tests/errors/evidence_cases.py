"""The commands for the errors of documents, quotes, keys, checkpoints and proofs."""

from __future__ import annotations

from base64 import b64encode
from pathlib import Path

from ledger.evidence.keys import SigningKey
from tests.cli.console import Console
from tests.errors.case import case
from tests.outside import outside

KEY = SigningKey("example.com/acme", bytes(range(32)))
OTHER = SigningKey("example.com/acme", bytes(32))
RELEASE = "ACME builds\n\nThe northern plant was completed in February and will make 20,000 t.\n"


def _key(_: Console) -> None:
    """A key of the ledger's owner, in a file that only the owner may read."""
    material = b64encode(b"\x01" + KEY.seed).decode()
    path = Path("key")
    path.write_text(f"PRIVATE+KEY+{KEY.name}+{KEY.verifier_key.id.hex()}+{material}\n")
    path.chmod(0o600)
    Path("trusted").write_text(f"{KEY.verifier_key}\n")
    Path("others").write_text(f"{OTHER.verifier_key}\n")


def _open_key(console: Console) -> None:
    """The same, but everybody may read it."""
    _key(console)
    Path("key").chmod(0o644)


def _signed(console: Console) -> None:
    """A checkpoint was signed."""
    _key(console)
    assert console("checkpoint", "--key", "key", "-o", "checkpoint").code == 0


def _proved(console: Console) -> None:
    """Two facts were proved."""
    _signed(console)
    for name in ("#2", "#3"):
        proof = f"{name[1:]}.tlog-proof"
        assert console("prove", name, "-o", proof, "--fact", f"{name[1:]}.json").code == 0


def _archived(console: Console) -> None:
    """The release is archived."""
    Path("release.txt").write_text(RELEASE)
    assert console("source", "add", "release.txt", "--id", "acme-2025").code == 0


def _forged(console: Console) -> None:
    """Somebody edited a tile of the tree that a checkpoint was signed of."""
    _signed(console)
    with outside(console.where) as tool:
        ((hashes,),) = tool.execute("SELECT hashes FROM tiles WHERE level = 0").fetchall()
        tool.execute("UPDATE tiles SET hashes = ?", (bytes(32) + bytes(hashes)[32:],))


def _cut(console: Console) -> None:
    """Somebody deleted the last fact."""
    with outside(console.where) as tool:
        tool.execute("DELETE FROM stored_events WHERE topic = 'contract.terminated/1'")


CASES = (
    case(
        "document",
        "source add release.html --id a --title A --published 2025",
        files={"release.html": ""},
    ),
    case(
        "field-missing-id",
        "source add release.txt",
        code="field-missing",
        files={"release.txt": RELEASE},
    ),
    case(
        "quote",
        (
            *("record", "plant.operating", "acme-north", "--on", "2025-03", "--source"),
            *("acme-2025", "--quote", "The northern plant was completed in March"),
        ),
        prepare=_archived,
    ),
    case(
        "quote-elsewhere",
        (
            *("record", "plant.operating", "acme-north", "--on", "2025-03", "--source"),
            *("acme-2025", "--quote", "The mine was shut"),
        ),
        code="quote",
        prepare=_archived,
    ),
    case(
        "not-archived",
        ("correct", "source:acme-2025@1", "--set", "media_type=text/html", "--reason", "misread"),
    ),
    case("key-file", "checkpoint --key key", prepare=_open_key),
    case("key-file-missing", "checkpoint --key key", code="key-file"),
    case("key-file-exists", "keygen example.com/acme -o key", code="key-file", prepare=_key),
    case(
        "note",
        "prove --since notes.txt",
        prepare=_signed,
        files={"notes.txt": "Not a checkpoint.\n"},
    ),
    case("note-key", "verify --trust example.com/acme+12345678+AAAA", code="note"),
    case("note-name", ("keygen", "our ledger", "-o", "key"), code="note"),
    case("no-checkpoint", "checkpoint"),
    case("no-checkpoint-prove", "prove #2", code="no-checkpoint"),
    case("usage-prove", "prove", code="usage"),
    case(
        "usage-trust",
        "verify-proof 2.tlog-proof --fact 2.json",
        code="usage",
        prepare=_proved,
    ),
    case(
        "signature",
        "verify-proof 2.tlog-proof --fact 2.json --trust others",
        prepare=_proved,
    ),
    case("proof", "verify-proof 2.tlog-proof --fact 3.json --trust trusted", prepare=_proved),
    case("inconsistent", "prove #2", prepare=_forged),
    case(
        "timestamp",
        "checkpoint --timestamp-response head.tsr --timestamp-roots roots.pem",
        prepare=_signed,
        files={"head.tsr": "Not a time stamp.\n", "roots.pem": "Not a certificate.\n"},
    ),
    case("damaged-cut", "record plant.closed acme-north --on 2026", code="damaged", prepare=_cut),
)
