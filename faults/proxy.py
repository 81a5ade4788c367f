"""A proxy before a server of PostgreSQL that cuts connections at a chosen moment of a commit."""

from __future__ import annotations

import selectors
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from threading import Lock, Thread
from urllib.parse import parse_qs, urlsplit

COMMIT = b"COMMIT\x00"
"""What a client sends to commit, to its end: a transaction that reads what is COMMITTED is none."""

CHUNK = 65_536

MOMENTS = ("before", "while", "after")
"""When a connection is cut: before the server hears of the commit, while it commits, or after it
has answered and before the client hears of it."""


@dataclass
class Proxy:
    """What stands between clients and a server.

    cuts: the moments of the next commits, each used once. closed: let nobody in any more after
    a cut. struck: the cuts that were made.
    """

    server: str | tuple[str, int]
    cuts: list[str] = field(default_factory=list)
    closed: bool = False
    struck: list[str] = field(default_factory=list)
    down: bool = False
    lock: Lock = field(default_factory=Lock)

    def to_server(self) -> socket.socket:
        """A connection to the server itself."""
        if isinstance(self.server, str):
            made = socket.socket(socket.AF_UNIX)
            made.connect(self.server)
            return made
        return socket.create_connection(self.server)

    def next_cut(self) -> str | None:
        """The moment at which to cut at this commit."""
        with self.lock:
            if not self.cuts:
                return None
            moment = self.cuts.pop(0)
            self.struck.append(moment)
            self.down = self.closed
            return moment


@contextmanager
def before(url: str) -> Iterator[tuple[Proxy, str]]:
    """A proxy before the server of a URL, and the URL that leads through it."""
    parts = urlsplit(url)
    folder = parse_qs(parts.query).get("host", [""])[0]
    port = parts.port or 5432
    place = f"{folder}/.s.PGSQL.{port}" if folder else (parts.hostname or "localhost", port)
    proxy = Proxy(place)
    with socket.create_server(("127.0.0.1", 0)) as door:
        Thread(target=_serve, args=(door, proxy), daemon=True).start()
        user = f"{parts.username}@" if parts.username else ""
        yield proxy, f"postgresql://{user}127.0.0.1:{door.getsockname()[1]}{parts.path}"
        with suppress(OSError):
            door.shutdown(socket.SHUT_RDWR)


def _serve(door: socket.socket, proxy: Proxy) -> None:
    while True:
        try:
            client, _ = door.accept()
        except OSError:
            return
        if proxy.down:
            client.close()
            continue
        Thread(target=_pass_on, args=(client, proxy), daemon=True).start()


def _pass_on(client: socket.socket, proxy: Proxy) -> None:
    """Hand bytes to and fro until one side ends, or a cut falls due."""
    with client, proxy.to_server() as server, selectors.DefaultSelector() as ready:
        ready.register(client, selectors.EVENT_READ, server)
        ready.register(server, selectors.EVENT_READ, client)
        after = False
        with suppress(OSError):
            while True:
                for key, _ in ready.select():
                    source = key.fileobj
                    assert isinstance(source, socket.socket)
                    data = source.recv(CHUNK)
                    if not data or (after and source is server):
                        return
                    moment = proxy.next_cut() if source is client and COMMIT in data else None
                    if moment == "before":
                        return
                    key.data.sendall(data)
                    if moment == "while":
                        return
                    after = after or moment == "after"
