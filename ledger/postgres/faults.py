"""What the faults of a server of PostgreSQL mean for whoever uses the ledger.

By the five characters of the SQL standard that a server gives with a fault; of a connection that
was never made there is only a text.
"""

from __future__ import annotations

import psycopg

from ledger.errors import (
    BusyError,
    DamagedError,
    DiskFullError,
    LedgerMissingError,
    ReadOnlyError,
    StoreError,
)
from ledger.server_errors import ConnectionLostError, NotPermittedError, UnreachableError

BUSY = {"55P03", "40001", "40P01"}
"""A lock was waited for in vain, or two transactions stood in each other's way."""

CANCELLED = "57014"
"""Somebody who looks after the server ended the statement, or a limit of the server's did."""

FULL = {"53100", "53200", "58030"}
"""No space, no memory, a disk that fails."""

LOST = {"57P01", "57P02", "57P03", "57P04", "25P03", "25P04", "57P05"}
"""The server stopped, or ended the connection; beside the class 08."""

READ_ONLY = {"25006"}

DAMAGED = ("XX001", "XX002", "42P01", "42703", "42883", "23505")
"""A page or an index that is corrupt; a table, column or function of the ledger that is gone; a
fact that somebody put in by hand where the next one belongs."""

REFUSED = (
    "password authentication failed",
    "no password supplied",
    "no pg_hba.conf entry",
    "is not permitted to log in",
    "permission denied",
    "authentication failed",
)
"""What a server that does not let somebody in says."""


def unreachable(name: str, error: psycopg.OperationalError) -> StoreError:
    """Our error for a connection that could not be made."""
    text = _one_line(error)
    if "database" in text and "does not exist" in text:
        return LedgerMissingError(
            f"there is no database {name}",
            hint="Make it with PostgreSQL's createdb, then `lsledger init`.",
        )
    if any(words in text for words in REFUSED) or ("role" in text and "does not exist" in text):
        return NotPermittedError(
            f"{name} does not let you in: {_in_few_words(text)}",
            hint="Check the user; a password can stand in ~/.pgpass or PGPASSWORD.",
        )
    if text.endswith(("session is read-only", "session is not read-only")):
        return UnreachableError(
            f"{name} cannot be reached: {_in_few_words(text)}",
            hint="The server is there, and is not of the kind that target_session_attrs asks for.",
        )
    return UnreachableError(
        f"{name} cannot be reached: {_in_few_words(text)}",
        hint="Check the host and the port, and that the server is running.",
    )


def fault_of(name: str, error: BaseException) -> StoreError:
    """Our error for a fault, whether it comes bare or through the library."""
    found = _of_psycopg(error)
    state = getattr(found, "sqlstate", None) or ""
    text = _one_line(found)
    if state == CANCELLED or (state in BUSY and "recovery" in text):
        return BusyError(
            f"{name} broke off what it was doing ({text.partition(' DETAIL: ')[0]}); nothing was "
            "recorded",
            hint="Try again in a moment.",
        )
    if state in BUSY:
        return BusyError(
            f"another process is writing to {name}; nothing was recorded",
            hint="Try again in a moment.",
        )
    if state in FULL:
        return DiskFullError(
            f"the disk of {name} is full or failing ({text}); nothing was recorded",
            hint="Free some space on the server and try again.",
        )
    if state in READ_ONLY:
        return ReadOnlyError(
            f"{name} cannot be written to", hint="Name the primary server, not a standby."
        )
    if state == "42501":
        return NotPermittedError(
            f"{name} does not permit that: {text}",
            hint="Ask whoever looks after the server for a role of the ledger's: its readers' role "
            "to ask, its writers' role to record.",
        )
    if state in LOST or state.startswith("08") or (not state and _is_of_connection(found)):
        return ConnectionLostError(
            f"the connection to {name} was lost: {text}",
            hint="Run the command again: what was recorded is not recorded twice.",
        )
    if state in DAMAGED:
        return DamagedError(
            f"{name} cannot be read: {text}",
            hint="`lsledger verify` tells what is wrong with a ledger.",
        )
    return StoreError(f"{name} cannot do that: {text}", hint="Ask whoever looks after the server.")


def _of_psycopg(error: BaseException) -> BaseException:
    """The driver's error behind one of the library's."""
    below: BaseException | None = error
    while below is not None and not isinstance(below, psycopg.Error):
        below = below.__cause__ or below.__context__
    return below or error


def _is_of_connection(error: BaseException) -> bool:
    return isinstance(error, psycopg.OperationalError | psycopg.InterfaceError)


def _one_line(error: BaseException) -> str:
    return " ".join(str(error).split())


def _in_few_words(text: str) -> str:
    """What went wrong in few words, without where it was and what to ask oneself."""
    last = text.rpartition("FATAL: ")[2].rpartition(" failed: ")[2].strip()
    return last.partition(" Is the server running")[0]
