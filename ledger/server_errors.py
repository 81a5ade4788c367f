"""The part of the catalogue of errors about servers."""

from __future__ import annotations

from ledger.errors import StoreError


class UnreachableError(StoreError):
    """The server that holds the ledger cannot be reached."""

    code = "server-unreachable"
    title = "No server there"


class NotPermittedError(StoreError):
    """The server does not permit to whoever asks what was asked."""

    code = "not-permitted"
    title = "Refused by the server"


class ConnectionLostError(StoreError):
    """The connection to the server was lost, and did not come back in time."""

    code = "connection-lost"
    title = "A connection that was lost"
