"""Where a URL leads, and how a connection there is made: with bounds, and with patience."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import psycopg
from psycopg import conninfo as conninfos
from psycopg.rows import tuple_row

from ledger.database import PATIENCE
from ledger.errors import BackendError
from ledger.postgres.faults import unreachable
from ledger.server_errors import UnreachableError

DEFAULTS = {
    "application_name": "lsledger",
    "connect_timeout": "5",
    "client_encoding": "UTF8",
    # A machine that is gone is noticed, whatever the connection was doing.
    "keepalives_idle": "10",
    "keepalives_interval": "5",
    "keepalives_count": "3",
    "tcp_user_timeout": "30000",
}
"""How a connection is made, where the URL does not say otherwise. Times in seconds, the last in
milliseconds."""

LONGEST = 30
"""Seconds for one host when its URL sets no bound."""

PAUSE = 0.5
"""Seconds between two attempts."""

BRIEFLY = 5
"""Seconds that several hosts are waited for when none of them answers: they may be misspelt."""

CHOOSING = ("read-only", "starting up", "shutting down", "not yet accepting", "in recovery")
"""What hosts answer while they choose a new leader, or come up."""


@dataclass(frozen=True, slots=True)
class Place:
    """A database on one or more servers.

    conninfo: all that a connection needs, a password too. name: how it is called, without one.
    several: whether more than one host can serve it, so that one is waited for. longest: seconds
    that one attempt to connect takes at most, when every host lets it wait.
    """

    conninfo: str = field(repr=False)
    name: str
    several: bool
    longest: float


@contextmanager
def connected(there: Place) -> Iterator[psycopg.Connection[Any]]:
    """A connection that commits each statement.

    Where several hosts are named, one is waited for. Raises UnreachableError, or the StoreError
    that says why the server lets nobody in.
    """
    with _made(there) as connection:
        yield connection


def _made(there: Place) -> psycopg.Connection[Any]:
    begun = time.monotonic()
    while True:
        try:
            return psycopg.connect(there.conninfo, autocommit=True, row_factory=tuple_row)
        except psycopg.OperationalError as error:
            told = unreachable(there.name, error)
            patience = _patience(str(error), there)
            if time.monotonic() - begun >= patience or not isinstance(told, UnreachableError):
                raise told from None
            time.sleep(PAUSE)


def _patience(answer: str, there: Place) -> float:
    if any(words in answer for words in CHOOSING[0 if there.several else 1 :]):
        return PATIENCE
    return BRIEFLY if there.several else 0


def place(url: str) -> Place:
    """Where a URL leads.

    Raises BackendError for a URL that cannot be read; it is not repeated, since a password may
    stand in it.
    """
    try:
        given = conninfos.conninfo_to_dict(url)
        if _is_torn(url, given):
            raise psycopg.ProgrammingError
        if not (given.get("dbname") or given.get("service")):
            raise BackendError(
                "the URL of the ledger names no database",
                hint="Write it at the end: postgresql://user@host:5432/database.",
            )
        hosts = len(str(given.get("host") or given.get("hostaddr") or "").split(","))
        params: dict[str, Any] = DEFAULTS | given
        seconds = float(params["connect_timeout"] or LONGEST)  # 0 and less: for ever
        longest = (hosts + 1) * (seconds if seconds > 0 else LONGEST)
        return Place(conninfos.make_conninfo("", **params), _named(given), hosts > 1, longest)
    except (psycopg.Error, ValueError):
        raise BackendError(
            "the URL of the ledger cannot be read",
            hint="Write postgresql://user@host:5432/database; in a password, @ : / and % are "
            "written %40 %3A %2F %25.",
        ) from None


def _is_torn(url: str, given: Mapping[str, Any]) -> bool:
    """Whether a part of a password is taken for something else, since its @ : or / stands as it
    is: it would be told wherever the ledger is named.
    """
    hosts = [str(given.get(name) or "") for name in ("host", "hostaddr")]
    ports = str(given.get("port") or "").split(",")
    path = url.partition("://")[2].partition("?")[0].partition("/")[2]
    return (
        any("@" in name for name in hosts)
        or not all(port.isdecimal() for port in ports if port)
        or "@" in path
    )


def _named(given: Mapping[str, Any]) -> str:
    """The URL without what is secret in it, and without what is of no account."""
    user = f"{given['user']}@" if given.get("user") else ""
    hosts = str(given.get("host") or given.get("hostaddr") or "")
    if hosts.startswith("/"):  # the folder of a socket
        port = f"&port={given['port']}" if given.get("port") else ""
        return f"postgresql://{user}/{given.get('dbname', '')}?host={hosts}{port}"
    ports = str(given.get("port") or "").split(",")
    if len(ports) == 1:
        ports *= hosts.count(",") + 1
    places = [
        (f"[{host}]" if ":" in host else host) + (f":{port}" if port else "")
        for host, port in zip(hosts.split(","), ports, strict=False)
    ]
    return f"postgresql://{user}{','.join(places)}/{given.get('dbname', '')}"
