"""`verify`: whether anyone has touched the record."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from sqlite3 import Connection
from typing import TYPE_CHECKING

import click

from cli import messages, render
from cli.options import common, trust_option
from cli.settings import Settings
from cli.signing import trusted_keys
from ledger import database
from ledger.database import open_readonly
from ledger.intake.text_file import opened, unreadable

if TYPE_CHECKING:
    from cryptography.x509 import Certificate

    from ledger.evidence.against import Held
    from ledger.evidence.note import VerifierKey
    from ledger.evidence.verify import Check

LARGEST_CHECKPOINT = 1024 * 1024
"""Bytes of a file that is read as a checkpoint or as certificates."""


@click.command("verify")
@click.option(
    "--against",
    metavar="FILE",
    multiple=True,
    type=click.Path(),
    help="Also compare with what somebody else holds: a checkpoint, an `export facts` in JSON "
    "Lines, or the folder of an `export log`. Can be given several times.",
)
@trust_option
@click.option(
    "--timestamp",
    "roots",
    metavar="ROOTS.pem",
    type=click.Path(),
    help="Also check the time stamps of checkpoints, by the root certificates of this file.",
)
@click.option(
    "--format", "format_", type=click.Choice(["text", "json"]), default="text",
    help="What to print (default: text).",
)  # fmt: skip
@common
@click.pass_obj
def verify(settings: Settings, against: tuple[str, ...], roots: str | None, format_: str) -> None:
    """Check that nobody has touched the record: every fact, every checkpoint, every document.

    Each fact's bytes are hashed anew and compared with what stands beside them: their rows,
    the tree over them, the checkpoints that were signed, the tables of the views. Nothing is
    changed or repaired. The exit code is 1 when anything differs.

    Somebody who can write to the file can change all of it at once, and sign it with another
    key. Only a key, a checkpoint or an export that is kept elsewhere shows that: --trust,
    --against.
    """
    database.check(settings.database)
    keys = trusted_keys(settings)
    authorities = _authorities(roots) if roots is not None else None
    with open_readonly(settings.database) as connection:
        connection.execute("BEGIN")  # one snapshot for all that is read
        checks = list(_checks(connection, against, keys, authorities))
    failed = [check for check in checks if not check.ok]
    if format_ == "json":
        told = {
            "version": 1,
            "verified": not failed,
            "ledger": str(settings.database),
            "checks": [{"ok": check.ok, **asdict(check)} for check in checks],
        }
        click.echo(json.dumps(told, ensure_ascii=False, indent=2))
    else:
        _print(checks)
    if failed:
        names = ", ".join(check.name for check in failed)
        messages.say(f"Not verified: {names}.")
        click.get_current_context().exit(1)


def _checks(
    connection: Connection,
    against: tuple[str, ...],
    keys: list[VerifierKey],
    roots: list[Certificate] | None,
) -> Iterator[Check]:
    from ledger.evidence import verify as record_of
    from ledger.evidence.against import compared, log_compared
    from projections.exports import compare
    from projections.verify_views import views

    given = {name: _held(name) for name in against}
    sizes = {held.head.size for held in given.values() if held is not None}
    record = record_of.scan(connection, {*sizes, *record_of.checkpoint_sizes(connection)})
    yield record_of.facts(record)
    yield record_of.tree_over(record)
    yield record_of.checkpoints(connection, record, keys)
    yield record_of.timestamps(connection, roots)
    yield record_of.documents(connection)
    yield record_of.protection(connection)
    yield views(connection)
    for name, held in given.items():
        if held is None:
            with opened(name) as lines:
                yield compare.compared(lines, Path(name).name, connection)
            continue
        yield compared(held, record, connection, keys)
        if Path(name).is_dir():
            yield log_compared(Path(name), held.head.size, connection)


def _held(name: str) -> Held | None:
    """The checkpoint that a file or folder holds, or None for an export of the facts."""
    from ledger.evidence.against import held

    path = Path(name) / "checkpoint" if Path(name).is_dir() else Path(name)
    data = _read(path)
    if data.lstrip().startswith(b"{"):
        return None
    return held(data.decode("utf-8", "replace"), Path(name).name)


def _authorities(name: str) -> list[Certificate]:
    from ledger.evidence.timestamp import roots_of

    return roots_of(_read(Path(name)))


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(LARGEST_CHECKPOINT)
    except OSError as error:
        raise unreadable(str(path), error) from None


def _print(checks: list[Check]) -> None:
    width = max(len(check.name) for check in checks)
    for check in checks:
        mark = _mark(check)
        detail = check.detail if check.ok else ""
        click.echo(f"{mark}  {render.safe(check.name):{width}}  {detail}".rstrip())
        for difference in check.differences:
            click.echo(f"        {render.safe(difference)}")


def _mark(check: Check) -> str:
    if not check.checked:
        return "-     "  # there was nothing to check, which is not the same as in order
    return click.style("ok    ", fg="green") if check.ok else click.style("FAILED", fg="red")


COMMANDS = {"verify": verify}
