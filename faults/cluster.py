"""A PostgreSQL cluster of three nodes under Patroni, whose leader can be killed.

Everything runs on this machine, from the wheels of the development extra, and is gone at the end.
"""

from __future__ import annotations

import json
import secrets
import select
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import psycopg
from psycopg import pq, sql

from faults.nodes import (
    HOST,
    ROLES,
    SUPERUSER,
    Node,
    ask,
    free_ports,
    last_words,
    prepare,
    start_etcd,
    start_patroni,
)
from faults.processes import contained, kill_within, until

NODES = ("node1", "node2", "node3")
OWNER = DATABASE = "ledger"
"""The role that the URLs name, which may make other roles and owns the database."""
STARTING = 120.0
"""Seconds within which a cluster must be ready."""
FAILOVER = 60.0
"""Seconds within which another node must have taken over; Patroni waits for its ttl of 20."""


@dataclass(frozen=True)
class Cluster:
    """Three nodes, of which one leads and one more has every acknowledged fact."""

    nodes: tuple[Node, ...]
    password: str = field(repr=False)
    _running: dict[str, subprocess.Popen[bytes]] = field(repr=False)

    @property
    def url(self) -> str:
        """The URL of whichever node leads, with a password that ends with the cluster."""
        hosts = ",".join(f"{HOST}:{node.port}" for node in self.nodes)
        return (
            f"postgresql://{OWNER}:{self.password}@{hosts}/{DATABASE}"
            "?target_session_attrs=read-write"
        )

    @property
    def replica_urls(self) -> tuple[str, ...]:
        """The URL of each node that is a replica now."""
        return tuple(self.url_of(node) for node in self.nodes if _is(node, "replica"))

    def url_of(self, node: Node) -> str:
        """The URL of one node, whatever it is."""
        return f"postgresql://{OWNER}:{self.password}@{HOST}:{node.port}/{DATABASE}"

    def leader(self) -> Node | None:
        """The node that holds the lease and takes writes; None between two leaders."""
        return next((node for node in self.nodes if _is(node, "primary")), None)

    def synchronous(self) -> tuple[Node, ...]:
        """The replicas that a commit waits for, and that may lead next."""
        return tuple(node for node in self.nodes if _is(node, "sync"))

    def kill_leader(self, within: float = FAILOVER) -> Node:
        """Kill the leader as `kill` does; the node that it was.

        Waits until a replica is known as synchronous, some seconds after the first commit is
        acknowledged: without one no node may take over. Raises TimeoutError after WITHIN seconds.
        """

        def replaceable() -> Node | None:
            return self.leader() if self.synchronous() else None

        with _told(self.nodes):
            node = until("a leader that can be replaced", replaceable, within)
        self.kill(node)
        return node

    def kill(self, node: Node) -> None:
        """End a node as a machine dies that loses power: Patroni and PostgreSQL by SIGKILL.

        Unlike with a dead machine, the system closes the connections: clients see it at once.
        """
        kill_within(node.folder)
        self._running[node.name].wait()

    def freeze(self, node: Node) -> None:
        """Stop what a node's Patroni does, until it is killed; its PostgreSQL goes on."""
        self._running[node.name].send_signal(signal.SIGSTOP)

    def restart(self, node: Node) -> None:
        """Start a node that was killed; `wait_until_streaming` tells when it is back."""
        self._running[node.name] = start_patroni(node)

    def wait_until_streaming(self, node: Node, within: float = FAILOVER) -> None:
        """Wait until a node is a replica that follows the leader.

        It need not be the one that a commit waits for: that is one of them, as Patroni chooses.
        Raises TimeoutError after WITHIN seconds.
        """
        with _told(self.nodes):
            until(f"{node.name} as a replica", lambda: _streams(node), within)

    def wait_until_writable(self, within: float = FAILOVER) -> Node:
        """Wait until a commit is acknowledged, which takes a leader and a replica that follows it.

        The node that leads. Raises TimeoutError after WITHIN seconds.
        """
        deadline = time.monotonic() + within

        def led() -> Node | None:
            node = self.leader()
            return node if node and self._commits(deadline) else None

        with _told(self.nodes):
            return until("a leader that takes writes", led, within)

    def _commits(self, deadline: float) -> bool:
        """Whether a commit that leaves nothing behind is acknowledged before the deadline.

        No timeout of the server's ends the wait for a synchronous replica, and a wait that is
        cancelled reads as a commit. So the answer is awaited here, without psycopg's own calls.
        """
        connection = pq.PGconn.connect(f"{self.url}&connect_timeout=2".encode())
        try:
            if connection.status != pq.ConnStatus.OK:
                return False
            connection.send_query(b"SELECT pg_logical_emit_message(true, 'probe', '')")
            while connection.is_busy():
                left = max(0.0, deadline - time.monotonic())
                if not select.select([connection.socket], [], [], left)[0]:
                    return False
                connection.consume_input()
            result = connection.get_result()
            return result is not None and result.status == pq.ExecStatus.TUPLES_OK
        except psycopg.OperationalError:
            return False
        finally:
            connection.finish()


@contextmanager
def start(folder: Path | None = None) -> Iterator[Cluster]:
    """A cluster that is writable, with all replicas following, in a new folder below FOLDER.

    PostgreSQL replicates synchronously and strictly: no commit is acknowledged that only one node
    has. One etcd is enough, as only PostgreSQL's nodes are killed; an operator needs three. At
    the end, and when this process is killed, everything ends and the new folder goes.

    Without FOLDER, the system's place for temporary files. As root the servers run as another
    user, so pytest's own folders will not do: pytest closes them to others at each of its starts.

    Raises TimeoutError when it is not ready after STARTING seconds.
    """
    etcd_port, peer_port, *ports = free_ports(2 + 2 * len(NODES))
    passwords = {name: secrets.token_urlsafe() for name in (*ROLES.values(), "patroni", OWNER)}
    running: dict[str, subprocess.Popen[bytes]] = {}
    try:
        with contained(folder or Path(tempfile.gettempdir())) as place:
            nodes = tuple(
                Node(name, place / name, *ports[2 * at : 2 * at + 2])
                for at, name in enumerate(NODES)
            )
            cluster = Cluster(nodes, passwords[OWNER], running)
            with _told((Node("etcd", place / "etcd", etcd_port, etcd_port),)):
                running["etcd"] = start_etcd(place / "etcd", etcd_port, peer_port)
                until("etcd", lambda: ask(etcd_port, "/health")[0] == 200, STARTING)
            for node in nodes:
                prepare(node, etcd_port, passwords)
                running[node.name] = start_patroni(node)
            _make_ready(cluster, passwords)
            yield cluster
    finally:
        for process in running.values():
            process.wait()


def _make_ready(cluster: Cluster, passwords: dict[str, str]) -> None:
    with _told(cluster.nodes):
        leader = until("a first leader", cluster.leader, STARTING)
        until("a synchronous replica", cluster.synchronous, STARTING)
        _make_database(leader, passwords)
        for node in cluster.nodes:
            answers = partial(_connects, cluster.url_of(node))
            until(f"the database on {node.name}", answers, STARTING)
            if node != leader:
                cluster.wait_until_streaming(node, STARTING)
    cluster.wait_until_writable(STARTING)


def _make_database(leader: Node, passwords: dict[str, str]) -> None:
    """Make the role and the database that the URLs name, the password never readable in SQL."""
    with psycopg.connect(
        host=HOST,
        port=leader.port,
        user=SUPERUSER,
        password=passwords[SUPERUSER],
        dbname="postgres",
        autocommit=True,
    ) as connection:
        hashed = connection.pgconn.encrypt_password(
            passwords[OWNER].encode(), OWNER.encode(), b"scram-sha-256"
        )
        for statement in (
            "CREATE ROLE {owner} LOGIN CREATEROLE PASSWORD {hashed}",
            "CREATE DATABASE {database} OWNER {owner}",
        ):
            connection.execute(
                sql.SQL(statement).format(
                    owner=sql.Identifier(OWNER),
                    database=sql.Identifier(DATABASE),
                    hashed=sql.Literal(hashed.decode()),
                )
            )


def _connects(url: str) -> bool:
    """Whether the database is there: a replica may lag behind what it has acknowledged."""
    try:
        psycopg.connect(url, connect_timeout=2).close()
    except psycopg.OperationalError:
        return False
    return True


def _is(node: Node, role: str) -> bool:
    """Whether a node is primary, replica or sync, by its Patroni's own word."""
    return ask(node.api, f"/{role}")[0] == 200


def _streams(node: Node) -> bool:
    status, body = ask(node.api, "/replica")
    return status == 200 and json.loads(body).get("replication_state") == "streaming"


@contextmanager
def _told(nodes: Iterable[Node]) -> Iterator[None]:
    """What times out in the body says how the logs of the nodes end."""
    try:
        yield
    except TimeoutError as error:
        error.add_note(last_words([node.folder for node in nodes]))
        raise
