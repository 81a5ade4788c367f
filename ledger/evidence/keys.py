"""Signing keys: a file outside the ledger that only its owner may read.

It holds one line, `PRIVATE+KEY+name+id+base64(0x01 || seed)`, the form that Go's
golang.org/x/mod/sumdb/note gave to the private half of a verifier key.
"""

from __future__ import annotations

import os
import stat
from base64 import b64encode
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ledger.evidence.errors import KeyFileError
from ledger.evidence.note import ED25519, Note, Signature, VerifierKey, check_name, unbase64

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

_PREFIX = "PRIVATE+KEY+"
_LONGEST = 1_000


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A name and an Ed25519 seed of 32 bytes; never printed, stored or logged."""

    name: str
    seed: bytes

    def __repr__(self) -> str:
        return f"SigningKey({self.name!r})"

    @property
    def verifier_key(self) -> VerifierKey:
        """The public half."""
        return VerifierKey(self.name, self._private().public_key().public_bytes_raw())

    def signed(self, text: str) -> Note:
        """The text with this key's signature under it."""
        signature = self._private().sign(text.encode())
        return Note(text, (Signature(self.name, self.verifier_key.id, signature),))

    def _private(self) -> Ed25519PrivateKey:
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

        return Ed25519PrivateKey.from_private_bytes(self.seed)


def generated(name: str, file: Path) -> SigningKey:
    """A new key in a new file that only its owner may read.

    Raises NoteError for a name that cannot name a key, KeyFileError when the file is there
    already or cannot be made.
    """
    key = SigningKey(check_name(name), os.urandom(32))
    secret = b64encode(ED25519 + key.seed).decode()
    line = f"{_PREFIX}{name}+{key.verifier_key.id.hex()}+{secret}\n"
    try:
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as out:
            out.write(line)
            out.flush()
            os.fsync(out.fileno())
    except FileExistsError:
        raise KeyFileError(
            f"{file} exists already", hint="A key is never replaced; name another file."
        ) from None
    except OSError as error:
        raise KeyFileError(
            f"{file} cannot be made: {(error.strerror or 'unknown error').lower()}",
            hint="Check that the folder exists and that you may write to it.",
        ) from None
    return key


def load(file: Path) -> SigningKey:
    """The key in a file.

    Raises KeyFileError when it cannot be read, holds no key, or others may read it too.
    """
    try:
        status = file.stat()
        if not stat.S_ISREG(status.st_mode):  # a pipe would be waited for
            raise KeyFileError(f"the key {file} is not a regular file", hint="Name the key's file.")
        with file.open("rb") as opened:
            data = opened.read(_LONGEST)
    except OSError as error:
        raise KeyFileError(
            f"the key {file} cannot be read: {(error.strerror or 'unknown error').lower()}",
            hint="`lsledger keygen NAME -o FILE` makes one; --key or LSLEDGER_KEY names it.",
        ) from None
    if status.st_mode & 0o077:
        raise KeyFileError(
            f"the key {file} can be read by others than its owner",
            hint=f"Do `chmod 600 {file}`, or make a new one if others may have seen it.",
        )
    return _parsed(data, file)


def _parsed(data: bytes, file: Path) -> SigningKey:
    """The key in a file's bytes, which no message shows."""
    text = data.decode("utf-8", "replace").strip()
    name, id_, encoded = [*text.removeprefix(_PREFIX).split("+", 2), "", ""][:3]
    material = unbase64(encoded)
    if text.startswith(_PREFIX) and material and material[:1] == ED25519 and len(material) == 33:
        key = SigningKey(check_name(name), material[1:])
        if key.verifier_key.id.hex() == id_:
            return key
    raise KeyFileError(
        f"{file} does not hold a signing key",
        hint="`lsledger keygen NAME -o FILE` makes one.",
    )
