"""Keys on the command line: the one that signs, and those that are trusted."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from cli import messages
from cli.settings import Settings
from cli.text import counted
from ledger.errors import LedgerError, UsageError
from ledger.server_errors import ConnectionLostError

if TYPE_CHECKING:
    from ledger.database import Database
    from ledger.evidence.checkpoint import Kept
    from ledger.evidence.keys import SigningKey
    from ledger.evidence.note import VerifierKey
    from ledger.store import Store


def signing_key(settings: Settings) -> SigningKey | None:
    """The key of --key or LSLEDGER_KEY, if one is named; raises KeyFileError."""
    if settings.key is None:
        return None
    from ledger.evidence import keys

    return keys.load(Path(settings.key))


def sign(store: Store, key: SigningKey, origin: str | None = None) -> Kept:
    """Sign the head of the tree over the facts, and keep the checkpoint."""
    from ledger.evidence import checkpoint
    from ledger.persistently import persistently

    lost = False  # whether an attempt was made whose end nobody heard of

    def attempt() -> Kept:
        nonlocal lost
        try:
            with store.transaction() as cursor:
                return checkpoint.sign_head(cursor, key, origin)
        except ConnectionLostError:
            lost = True
            raise
        except LedgerError as error:
            if not lost:
                raise
            why = error.what.partition("; nothing was recorded")[0]
            raise ConnectionLostError(
                f"whether a checkpoint was signed is not known: {why}",
                hint="`lsledger checkpoint --list` tells.",
            ) from error

    return persistently(attempt)  # one that was signed before is found again


def sign_here(where: Database, key: SigningKey, origin: str | None = None) -> Kept:
    """The same, of a ledger that is not open."""
    from ledger.store import opened

    with opened(where) as store:
        return sign(store, key, origin)


def sign_what_was_recorded(store: Store, key: SigningKey) -> None:
    """Sign after a write. The facts are stored by now, whatever happens here."""
    try:
        made = sign(store, key)
    except (ConnectionLostError, KeyboardInterrupt) as error:
        why = error.what if isinstance(error, LedgerError) else "stopped"
        messages.say(
            f"The facts are recorded; whether a checkpoint was signed is not known: {why}."
        )
        return
    except LedgerError as error:
        messages.say(f"The facts are recorded, and no checkpoint was signed: {error}.")
        return
    messages.say(f"Signed a checkpoint of {counted(made.head.size, 'fact')} as {made.head.origin}.")


def trusted_keys(settings: Settings) -> list[VerifierKey]:
    """The verifier keys of --trust or LSLEDGER_TRUST: each a key, or a file with one a line.

    Raises NoteError for what is neither.
    """
    from ledger.evidence.note import VerifierKey

    # click would split the variable at its spaces, and a file may have some in its name.
    named = settings.trust or filter(None, [os.environ.get("LSLEDGER_TRUST")])
    lines = [line for given in named for line in _lines(given)]
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
    """The keys in a file, or the key itself, which has two plus signs in it."""
    if not given:
        raise UsageError("--trust names a verifier key or a file of them", hint="It is empty.")
    if given.count("+") >= 2 and not Path(given).exists():
        return [given]
    from cli.files import read_text

    lines = [line.strip() for line in read_text(given).splitlines()]
    return [line for line in lines if line and not line.startswith("#")]
