"""`verify`: whether anyone has touched the record."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import asdict, replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cli import messages, render
from cli.files import read_small, read_text
from cli.options import common, trust_option
from cli.settings import Settings
from cli.signing import trusted_keys
from ledger import database
from ledger.database import Connection, Database
from ledger.evidence import verify as verification
from ledger.evidence.against import Given, compared, given, log_compared
from ledger.evidence.scan import Record, scan
from ledger.evidence.verify import Check, attempted
from ledger.intake.text_file import opened, unreadable
from projections.exports.compare import facts_compared
from projections.verify_schema import schema
from projections.verify_views import views

if TYPE_CHECKING:
    from cryptography.x509 import Certificate

    from ledger.evidence.note import VerifierKey


MARKS = {"ok    ": "green", "FAILED": "red", "-     ": None}
"""What stands before a check, and its colour."""


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
    where = settings.database
    where.check()
    keys = trusted_keys(settings)
    authorities = _authorities(roots) if roots is not None else None
    held = {name: attempted(where, _about(name), partial(_held, name)) for name in against}
    with where.inspecting() as connection:
        checks = [
            attempted(where, name, check)
            for name, check in checks_of(connection, where, held, keys, authorities, settings.today)
        ]
    checks = [_without_passwords(check) for check in checks]  # a URL may be named as a file
    failed = [check for check in checks if not check.ok]
    if format_ == "json":
        told = {
            "version": 1,
            "verified": not failed,
            "ledger": str(where),
            "checks": [{"ok": check.ok, **asdict(check)} for check in checks],
        }
        click.echo(json.dumps(told, ensure_ascii=False, indent=2))
    else:
        click.echo(render.safe(str(where)))
        _print(checks)
    if failed:
        names = ", ".join(check.name for check in failed)
        messages.say(f"Not verified: {names}.")
        click.get_current_context().exit(1)


def checks_of(
    connection: Connection,
    where: Database,
    held: dict[str, Given | Check | None],
    keys: list[VerifierKey],
    roots: list[Certificate] | None,
    today: date,
) -> Iterator[tuple[str, Callable[[], Check]]]:
    """Each check and its name, in the order in which they are told."""
    yield "schema", partial(schema, where, connection)
    if where.substituted(connection):
        unread = Check("facts", "", ("not read: something else stands in a table's place",))
        yield "facts", partial(_as_it_is, unread)
        return
    sizes = {theirs.head.size for theirs in held.values() if isinstance(theirs, Given)}
    record = attempted(
        where,
        "facts",
        lambda: scan(connection, {*sizes, *verification.checkpoint_sizes(connection)}),
    )
    if isinstance(record, Check):
        yield "facts", partial(_as_it_is, record)
    elif where.version(connection) < database.SCHEMA_VERSION:
        yield "facts", partial(verification.facts, record)
        yield "evidence", partial(verification.of_version_1, connection, keys)
    else:
        yield "facts", partial(verification.facts, record)
        yield "tree", partial(verification.tree_over, record)
        yield "checkpoints", partial(verification.checkpoints, connection, record, keys)
        yield "timestamps", partial(verification.timestamps, connection, roots)
        yield "documents", partial(verification.documents, connection)
    yield "views", partial(views, where, connection, today)
    for name, theirs in held.items():
        if isinstance(theirs, Check):
            yield theirs.name, partial(_as_it_is, theirs)
        elif theirs is None:
            yield _about(name), partial(_export_compared, name, connection)
        else:
            if isinstance(record, Record):
                yield _about(name), partial(compared, theirs, record, connection, keys)
            if Path(name).is_dir():
                entries = partial(log_compared, Path(name), theirs.head.size, connection)
                yield f"{_about(name)}/tile/entries", entries


def _about(name: str) -> str:
    return f"against {Path(name).name}"


def _as_it_is(check: Check) -> Check:
    return check


def _export_compared(name: str, connection: Connection) -> Check:
    with opened(name) as lines:
        return facts_compared(lines, Path(name).name, connection)


def _held(name: str) -> Given | None:
    """The checkpoint that a file or folder holds, or None for an export of the facts."""
    path = str(Path(name) / "checkpoint") if Path(name).is_dir() else name
    try:
        with opened(path) as file:
            beginning = file.read(1) if name != "-" else b""
    except OSError as error:
        raise unreadable(path, error) from None
    if beginning == b"{":
        return None
    return given(read_text(path), Path(name).name)


def _authorities(name: str) -> list[Certificate]:
    from ledger.evidence.timestamp import roots_of

    return roots_of(read_small(name))


def _without_passwords(check: Check) -> Check:
    shown = map(messages.without_passwords, check.differences)
    return replace(check, name=messages.without_passwords(check.name), differences=tuple(shown))


def _print(checks: list[Check]) -> None:
    width = max(len(check.name) for check in checks)
    for check in checks:
        mark = _mark(check)
        detail = check.detail if check.ok else ""
        first, *rest = render.broken(
            render.safe(detail), f"{mark}  {render.safe(check.name):{width}}  "
        )
        # Coloured when the lines are broken: what colours has no width.
        click.echo(f"{click.style(mark, fg=MARKS[mark])}{first.removeprefix(mark)}".rstrip())
        for line in rest:
            click.echo(line)
        for difference in check.differences:
            render.line(render.safe(difference), " " * 8)


def _mark(check: Check) -> str:
    if not check.checked:
        return "-     "  # there was nothing to check, which is not the same as in order
    return "ok    " if check.ok else "FAILED"


COMMANDS = {"verify": verify}
