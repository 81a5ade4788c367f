"""The cases of the fault suite. A new one is a file here and its line in CASES."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from faults import (
    backup_while_writing,
    damage,
    failover,
    full_disk,
    kill_import,
    kill_record,
    postgres_faults,
    read_only,
    server_disk,
    wal_left,
)
from faults.tally import Outcome


@dataclass(frozen=True, slots=True)
class Case:
    """One kind of fault.

    meaning: one line. run: injects it many times, or a few when a short run is wanted. long: left
    out of a short run unless it is named.
    """

    meaning: str
    run: Callable[[bool], Outcome]
    long: bool = False


def counted(meaning: str, run: Callable[[int], Outcome], full: int, short: int) -> Case:
    """A case that can be tried any number of times: so often in a full run, and in a short one."""
    return Case(meaning, lambda is_short: run(short if is_short else full))


CASES: dict[str, Case] = {
    "kill-import": counted(
        "an import of some hundred facts is killed",
        *(kill_import.run, 300, 12),
    ),
    "kill-record": counted(
        "processes that record one fact at a time are killed",
        *(kill_record.run, 300, 12),
    ),
    "full-disk": counted(
        "the disk is full, wherever a command writes",
        *(full_disk.run, 240, 15),
    ),
    "read-only": counted(
        "the ledger is made read-only, before or during a command",
        *(read_only.run, 120, 12),
    ),
    "damage": counted(
        "bytes or pages of the file are overwritten",
        *(damage.run, 300, 15),
    ),
    "wal-left": counted(
        "a write-ahead log is left, copied, removed or damaged",
        *(wal_left.run, 210, 14),
    ),
    "backup": counted(
        "backups while four processes write, some of them killed",
        *(backup_while_writing.run, 60, 2),
    ),
    "cut-connections": counted(
        "connections to PostgreSQL are cut before, while and after it commits",
        *(postgres_faults.cut_connections, 400, 40),
    ),
    "end-backends": counted(
        "PostgreSQL ends connections, or cancels statements",
        *(postgres_faults.end_backends, 400, 40),
    ),
    "kill-server": counted(
        "a server of PostgreSQL is killed under load, in part or as a whole",
        *(postgres_faults.kill_server, 40, 3),
    ),
    "server-disk": counted(
        "the disk of a server of PostgreSQL is full, wherever it writes",
        *(server_disk.run, 120, 8),
    ),
    "failover": Case("a cluster of three nodes loses its leader", failover.leader_killed),
    "cancelled-waits": Case(
        "commits that wait for a standby are cancelled, and the leader killed",
        failover.waits_cancelled,
        long=True,
    ),
}
