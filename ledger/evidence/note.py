"""Signed notes: a text and the Ed25519 signatures under it, as C2SP signed-note has them.

    text, ending in a line feed
    an empty line
    — NAME base64(key id || signature)

The signature is of the text with its last line feed, without the empty line. A key is named by
its name and by its id, the first four bytes of SHA-256(name || 0x0A || 0x01 || public key).
(c2sp.org/signed-note)
"""

from __future__ import annotations

import binascii
import re
from base64 import b64decode, b64encode
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256

from ledger.evidence.errors import NoteError, SignatureError
from ledger.values.text import quoted

ED25519 = b"\x01"
"""The signature type that stands before an Ed25519 public key."""

LARGEST = 256 * 1024
"""Characters of the longest note that is read."""

MOST_SIGNATURES = 100
"""Signatures under a note that are read; others may have cosigned it."""

_NAME = re.compile(r"[^\s+]+")
_SIGNATURE = re.compile(r"— (?P<name>[^\s+]+) (?P<base64>[A-Za-z0-9+/]+=*)")
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f]")


def check_name(name: str) -> str:
    """The name of a key, if it is one: not empty, without white space and plus signs, printable.

    Raises NoteError.
    """
    if not _NAME.fullmatch(name) or not name.isprintable() or len(name) > 200:
        raise NoteError(
            f"{quoted(name)} cannot name a key",
            hint="Such as example.com/ledger: no spaces, no plus signs.",
        )
    return name


def key_id(name: str, public: bytes) -> bytes:
    """The four bytes that signatures name a key by."""
    return sha256(name.encode() + b"\n" + ED25519 + public).digest()[:4]


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """A public key by which the notes of its owner are checked. public: 32 bytes."""

    name: str
    public: bytes

    @property
    def id(self) -> bytes:
        """The four bytes that signatures name it by."""
        return key_id(self.name, self.public)

    def __str__(self) -> str:
        return f"{self.name}+{self.id.hex()}+{b64encode(ED25519 + self.public).decode()}"

    @classmethod
    def parse(cls, text: str) -> VerifierKey:
        """The key of `name+hex(id)+base64(0x01 || public key)`; raises NoteError."""
        name, id_, encoded = [*text.strip().split("+", 2), "", ""][:3]
        material = unbase64(encoded)
        if material is None or material[:1] != ED25519 or len(material) != 33:
            raise NoteError(
                f"{quoted(text.strip())} is not an Ed25519 verifier key",
                hint="It is written name+id+base64, as `lsledger keygen` prints it.",
            )
        key = cls(check_name(name), material[1:])
        if key.id.hex() != id_:
            raise NoteError(
                f"the verifier key of {name} has the id {key.id.hex()}, not {quoted(id_)}",
                hint="A part of it was changed or lost; copy it again.",
            )
        return key


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature line: who is said to have signed, by which key id, and the signature."""

    name: str
    key_id: bytes
    signature: bytes

    def __str__(self) -> str:
        return f"— {self.name} {b64encode(self.key_id + self.signature).decode()}"


@dataclass(frozen=True, slots=True)
class Note:
    """A text, ending in a line feed, and the signatures under it, not checked yet."""

    text: str
    signatures: tuple[Signature, ...]

    def __str__(self) -> str:
        return f"{self.text}\n" + "".join(f"{signature}\n" for signature in self.signatures)

    @classmethod
    def parse(cls, text: str) -> Note:
        """The note of its whole text; raises NoteError for a text that is none."""
        if len(text) > LARGEST or _CONTROL.search(text):
            raise _no_note("it is too long or holds control characters")
        body, separator, under = text.rpartition("\n\n")
        if not separator or not body or not under.endswith("\n"):
            raise _no_note("a text, an empty line and signature lines are expected")
        lines = under.removesuffix("\n").split("\n")
        if len(lines) > MOST_SIGNATURES:
            raise _no_note(f"it has more than {MOST_SIGNATURES} signatures")
        return cls(f"{body}\n", tuple(_signature(line) for line in lines))


def verified(note: Note, keys: Sequence[VerifierKey]) -> tuple[VerifierKey, ...]:
    """The known keys that signed the note.

    Raises SignatureError when none of them did, or when a signature by one of them does not
    hold. Signatures by other keys are left alone.
    """
    signers = signers_among(note, keys)
    if not signers:
        raise SignatureError(
            f"it is signed by {_names(note.signatures)}, and by none of the trusted keys",
            hint=f"Trusted: {', '.join(str(key) for key in keys) or 'none'}.",
        )
    return signers


def signers_among(note: Note, keys: Sequence[VerifierKey]) -> tuple[VerifierKey, ...]:
    """The known keys that signed the note, if any did; raises SignatureError when a signature by
    one of them does not hold.
    """
    signers = []
    for signature in note.signatures:
        for key in keys:
            if (key.name, key.id) == (signature.name, signature.key_id):
                if not _holds(key, signature.signature, note.text):
                    raise SignatureError(
                        f"the signature of {key.name} is not of this text",
                        hint="The text, the signature or the key was changed.",
                    )
                signers.append(key)
    return tuple(signers)


def _holds(key: VerifierKey, signature: bytes, text: str) -> bool:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    try:
        Ed25519PublicKey.from_public_bytes(key.public).verify(signature, text.encode())
    except (InvalidSignature, ValueError):
        return False
    return True


def unbase64(text: str) -> bytes | None:
    """The bytes of standard base64 in its one canonical spelling; None for anything else."""
    try:
        data = b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None
    return data if b64encode(data).decode() == text else None


def _signature(line: str) -> Signature:
    found = _SIGNATURE.fullmatch(line)
    data = unbase64(found["base64"]) if found is not None else None
    if found is None or data is None or len(data) < 5:
        raise _no_note(f"{quoted(line)} is not a signature line")
    return Signature(found["name"], data[:4], data[4:])


def _names(signatures: Iterable[Signature]) -> str:
    return ", ".join(f"{signature.name}+{signature.key_id.hex()}" for signature in signatures)


def _no_note(why: str) -> NoteError:
    return NoteError(
        f"this is not a signed note: {why}",
        hint="Give it as `lsledger checkpoint` or `lsledger prove` wrote it.",
    )
