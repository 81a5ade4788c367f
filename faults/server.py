"""A server of PostgreSQL that can be killed, in part or as a whole, and started again; its standby.

With `fsync` on, as it comes. Nobody can reach it but through a socket in its own closed folder.
"""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psutil  # type: ignore[import-untyped]
import psycopg

from faults.nodes import SUPERUSER, binaries, last_words
from faults.processes import contained, kill_within, private, spawn, until

STARTING = 60.0
"""Seconds within which a server must answer; after a crash it replays its log first."""

KILLS = ("postmaster", "backend", "all")
"""What SIGKILL ends: the process that starts the others, which may go on for a moment; one that
serves a client, so that the server ends all and starts anew; or every process at once."""

# `spawn` starts Python; this makes another program of it.
PROGRAM = "import os, sys; os.execv(sys.argv[1], sys.argv[1:])"

OPTIONS = {
    "listen_addresses": "",
    "shared_buffers": "32MB",
    "max_connections": "40",
    "log_min_messages": "fatal",
}


@dataclass(frozen=True)
class Server:
    """A server and its folder, which holds its data, its socket and its log."""

    folder: Path
    _running: list[subprocess.Popen[bytes]] = field(default_factory=list, repr=False)

    @property
    def url(self) -> str:
        """The URL of its one database, as somebody who may do everything."""
        return f"postgresql://{SUPERUSER}@/postgres?host={self.folder}"

    @property
    def log(self) -> Path:
        """What it prints."""
        return self.folder / "log"

    def connect(self) -> psycopg.Connection[tuple[object, ...]]:
        """A connection of its own to look after the server, not counted as a client of lsledger."""
        return psycopg.connect(self.url, autocommit=True, application_name="faults")

    def start(self) -> None:
        """Start it, and wait until it answers; raises TimeoutError with the end of its log.

        What a killed server left running keeps a new one from starting, for a moment: it is
        started until it stays.
        """

        def answers() -> bool:
            if not self._running or self._running[-1].poll() is not None:
                self._running.append(self._postgres())
            try:
                self.connect().close()
            except psycopg.OperationalError:
                return False
            return self._running[-1].poll() is None

        try:
            until("the server", answers, STARTING)
        except TimeoutError as error:
            error.add_note(last_words([self.folder]))
            raise

    def kill(self, what: str) -> bool:
        """Kill one of KILLS; False when there was no backend to kill."""
        if what == "backend":
            return self._kill_backend()
        if what == "all":
            kill_within(self.folder)
        else:
            self._running[-1].kill()
        self._running[-1].wait()
        return True

    def _kill_backend(self) -> bool:
        """Kill a process that serves some client of lsledger's, one at work if there is any."""
        with self.connect() as connection:
            rows = connection.execute(
                "SELECT pid FROM pg_stat_activity WHERE application_name = 'lsledger' "
                "ORDER BY state = 'idle', random() LIMIT 1"
            ).fetchall()
        try:
            for (pid,) in rows:
                psutil.Process(pid).kill()
        except psutil.NoSuchProcess:  # it has ended meanwhile
            return False
        return bool(rows)

    def _postgres(self) -> subprocess.Popen[bytes]:
        return run("postgres", self.folder, "-D", str(self.folder / "data"))


@contextmanager
def start(folder: Path | None = None, **options: str) -> Iterator[Server]:
    """A new server that answers, in a new folder below FOLDER that is gone at the end.

    options: settings of the server's, beside those that it has here. Without FOLDER, the
    system's place for temporary files.
    """
    with contained(folder or Path(tempfile.gettempdir())) as place:
        made = Server(private(place / "server"))
        done = run(
            "initdb", made.folder, "-D", str(made.folder / "data"), "--auth=trust", "--no-sync",
            f"--username={SUPERUSER}", "--encoding=UTF8", "--locale=C", "--no-instructions",
            "--wal-segsize=1",  # so that its log often goes on in another file
        )  # fmt: skip
        _finish(done, made.folder)
        configure(made, **(OPTIONS | options))
        try:
            made.start()
            yield made
        finally:
            _wait_for_all(made, place)


@contextmanager
def standby(primary: Server) -> Iterator[Server]:
    """A hot standby that follows a server, as long as this is open."""
    folder = private(primary.folder.parent / "standby")
    made = Server(folder)
    copied = run(
        "pg_basebackup", folder, "-D", str(folder / "data"), "-h", str(primary.folder),
        "-U", SUPERUSER, "--checkpoint=fast", "--write-recovery-conf", "--no-sync",
    )  # fmt: skip
    _finish(copied, folder)
    configure(made)
    try:
        made.start()
        yield made
    finally:
        _wait_for_all(made, folder)


def run(program: str, folder: Path, *arguments: str) -> subprocess.Popen[bytes]:
    """Start one of PostgreSQL's programs in a folder, without root's rights."""
    command = ["-c", PROGRAM, str(binaries() / program), *arguments]
    return spawn(command, folder, folder / "log")


def configure(server: Server, **options: str) -> None:
    """Put settings at the end of its configuration, where they prevail at its next start."""
    options["unix_socket_directories"] = str(server.folder)
    file = server.folder / "data" / "postgresql.auto.conf"
    with file.open("a", encoding="utf-8") as out:
        out.writelines(f"{name} = '{value}'\n" for name, value in options.items())


def _finish(process: subprocess.Popen[bytes], folder: Path) -> None:
    if process.wait(STARTING):
        raise ChildProcessError(f"{folder.name} could not be made\n{last_words([folder])}")


def _wait_for_all(server: Server, folder: Path) -> None:
    """End every process in the folder."""
    kill_within(folder)
    for process in server._running:
        process.wait()
