"""Keys on the command line: the one that signs, and those that are trusted."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from cli import messages
from cli.settings import Settings
from ledger.errors import LedgerError, UsageError
from ledger.evidence.errors import NoteError
from ledger.intake.text_file import unreadable

if TYPE_CHECKING:
    from ledger.evidence.checkpoint import Kept
    from ledger.evidence.keys import SigningKey
    from ledger.evidence.note import VerifierKey
    from ledger.store import Store

LARGEST_KEY_FILE = 100_000
"""Bytes of a file of verifier keys."""


def signing_key(settings: Settings) -> SigningKey | None:
    """The key of --key or LSLEDGER_KEY, if one is named; raises KeyFileError."""
    if settings.key is None:
        return None
    from ledger.evidence import keys

    return keys.load(Path(settings.key))


def sign(store: Store, key: SigningKey, origin: str | None = None) -> Kept:
    """Sign the head of the tree over the facts, and keep the checkpoint."""
    from ledger.evidence import checkpoint

    with store.transaction() as cursor:
        return checkpoint.sign_head(cursor, key, origin)


def sign_what_was_recorded(store: Store, key: SigningKey) -> None:
    """Sign after a write. The facts are stored by now, whatever happens here."""
    try:
        made = sign(store, key)
    except LedgerError as error:
        messages.say(f"The facts are recorded, and no checkpoint was signed: {error}.")
        return
    messages.say(f"Signed a checkpoint of {made.head.size:,} facts as {made.head.origin}.")


def trusted_keys(settings: Settings) -> list[VerifierKey]:
    """The verifier keys of --trust or LSLEDGER_TRUST: each a key, or a file with one a line.

    Raises NoteError for what is neither.
    """
    from ledger.evidence.note import VerifierKey

    lines = [line for given in settings.trust for line in _lines(given)]
    return [VerifierKey.parse(line) for line in lines]


def needed_keys(settings: Settings) -> list[VerifierKey]:
    """The same, where nothing can be checked without one; raises UsageError."""
    keys = trusted_keys(settings)
    if not keys:
        raise UsageError(
            "a signature can only be checked by a key that you hold",
            hint="Give the verifier key with --trust, as `keygen` printed it to its owner.",
        )
    return keys


def _lines(given: str) -> list[str]:
    path = Path(given)
    if "+" in given and not path.exists():
        return [given]
    try:
        with path.open("rb") as file:
            text = file.read(LARGEST_KEY_FILE).decode()
    except OSError as error:
        raise unreadable(given, error) from None
    except UnicodeDecodeError:
        raise NoteError(f"{given} holds no verifier keys", hint="One a line, in UTF-8.") from None
    lines = [line.strip() for line in text.splitlines()]
    return [line for line in lines if line and not line.startswith("#")]
