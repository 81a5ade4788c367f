"""A ledger on a cluster of three nodes that lose their leader while it is written and read."""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from http.client import HTTPConnection
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeAlias

import psycopg

from faults import bystanders, checks, cluster, writers
from faults.cluster import Cluster
from faults.command import facts_of
from faults.nodes import HOST, Node
from faults.processes import until
from faults.tally import Outcome
from faults.writers import Writer

FUNCTIONS, COMMANDS = 3, 1
"""Processes that record on an open ledger, and that run the command line for each fact."""
RECOVERY = 90.0
"""Seconds after a fault within which every writer must have recorded again."""
IN_FLIGHT = 1.0
"""Seconds after a fault in which a writer may still be through with a fact from before it."""
LONG = 10.0
"""Seconds of an outage in which replicas must have answered something; a command takes seconds
on a machine that is busy."""
SAME = 30.0
"""Seconds within which every node must show the same facts, after the last one."""
CANCELLED = 20
"""How many waits of a commit for a standby are cancelled, before the leader is killed."""

CANCEL = "SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE wait_event = 'SyncRep'"

Step: TypeAlias = Callable[[Cluster], "Node | None"]
"""Makes a fault; the node that is to be started again afterwards, if there is one."""


@dataclass(frozen=True)
class Outage:
    """From when to when nobody was acknowledged anything, by the machine's monotonic clock.

    what: the fault, in a phrase.
    """

    what: str
    began: float
    ended: float


def leader_killed(short: bool) -> Outcome:
    """Kill the leader; if not short, twice, and then move the lead as for maintenance."""
    killed = ("the leader killed", _kill)
    return _drill([killed] if short else [killed, killed, ("a planned switchover", _switch_over)])


def waits_cancelled(short: bool) -> Outcome:
    """Cancel commits that wait for standbys which are gone, and kill the leader, which alone has
    what they committed; if not short, twice.
    """
    cancelled = ("waits cancelled, and the leader killed", _cancel_waits)
    return _drill([cancelled] if short else [cancelled, cancelled])


def _drill(steps: Sequence[tuple[str, Step]]) -> Outcome:
    with cluster.start() as nodes, TemporaryDirectory(prefix="faults-") as name:
        folder = Path(name)
        witness = checks.new_ledger(nodes.url, folder)
        with (
            writers.at_work(nodes.url, folder, FUNCTIONS, COMMANDS) as working,
            bystanders.following(nodes.url, folder) as follower,
            bystanders.asking(lambda: nodes.replica_urls) as asked,
        ):
            outages: list[Outage] = []
            problems: list[str] = []
            try:
                for what, step in steps:
                    outages.append(_disturbed(nodes, working, what, step))
            except TimeoutError as error:
                problems.append(str(error))
            struck = [outage.what for outage in outages]
            found = checks.outcome(nodes.url, working, witness, len(steps), struck)
            problems += [*follower.problems(), *_different(nodes)]
    problems += bystanders.badly_answered(asked)
    seen = []
    for outage in outages:
        answers = bystanders.answers_within(asked, outage.began, outage.ended)
        if not answers and outage.ended - outage.began > LONG:
            problems.append(f"{outage.what}: no replica answered anything meanwhile")
        seen.append(
            f"{outage.what}: no fact was acknowledged for {outage.ended - outage.began:.0f} s, "
            f"and replicas answered {answers} questions"
        )
    return replace(
        found,
        problems=(*found.problems, *problems),
        seen=(*seen, *(text for text in found.seen if text not in struck)),
    )


def _disturbed(nodes: Cluster, working: list[Writer], what: str, step: Step) -> Outage:
    """Make a fault, and wait until all are at work again."""
    gone = step(nodes)
    happened = time.monotonic()
    began = happened + IN_FLIGHT
    nodes.wait_until_writable(RECOVERY)
    for writer in working:
        until(f"a fact of {writer.name}", partial(writer.acknowledged_since, began), RECOVERY)
    if gone is not None:
        nodes.restart(gone)
        nodes.wait_until_streaming(gone)
    return Outage(what, happened, min(writer.acknowledged_since(began)[0] for writer in working))


def _kill(nodes: Cluster) -> Node:
    return nodes.kill_leader()


def _switch_over(nodes: Cluster) -> None:
    """Move the lead to a synchronous replica, which Patroni does when it is asked to."""

    def accepted() -> bool:
        leader, others = nodes.leader(), nodes.synchronous()
        if leader is None or not others:
            return False
        wanted = {"leader": leader.name, "candidate": others[0].name}
        return _ask_patroni(leader, "/switchover", wanted) == 200

    until("a planned switchover", accepted, RECOVERY)


def _cancel_waits(nodes: Cluster) -> Node:
    """Kill both replicas, cancel the commits that wait for them, and kill the leader.

    The leader's Patroni is stopped first, so that the replicas still count as synchronous when
    they are back: one of them leads then, without what was committed on the old leader alone.
    """
    leader = until("a leader", lambda: nodes.leader() if nodes.synchronous() else None, RECOVERY)
    nodes.freeze(leader)
    replicas = [node for node in nodes.nodes if node != leader]
    for node in replicas:
        nodes.kill(node)
    cancelled: list[object] = []
    with psycopg.connect(nodes.url_of(leader), autocommit=True) as connection:

        def enough() -> bool:
            cancelled.extend(connection.execute(CANCEL).fetchall())
            return len(cancelled) >= CANCELLED

        until("commits to cancel", enough, RECOVERY)
    nodes.kill(leader)
    for node in replicas:
        nodes.restart(node)
    return leader


def _ask_patroni(node: Node, path: str, wanted: dict[str, str]) -> int:
    """Ask a node's Patroni for something; the status that it answers with."""
    settings = json.loads((node.folder / "patroni.yml").read_text("utf-8"))["restapi"]
    known = settings["authentication"]
    secret = base64.b64encode(f"{known['username']}:{known['password']}".encode()).decode()
    connection = HTTPConnection(HOST, node.api, timeout=RECOVERY)
    try:
        connection.request("POST", path, json.dumps(wanted), {"Authorization": f"Basic {secret}"})
        return connection.getresponse().status
    finally:
        connection.close()


def _different(nodes: Cluster) -> list[str]:
    """The nodes that do not come to show the facts that the leader has."""
    wanted = facts_of(nodes.url)

    def same(node: Node) -> bool:
        return facts_of(nodes.url_of(node)) == wanted

    problems = []
    for node in nodes.nodes:
        try:
            until(f"the same facts on {node.name}", partial(same, node), SAME)
        except TimeoutError as error:
            problems.append(str(error))
    return problems
