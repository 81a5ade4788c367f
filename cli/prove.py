"""`prove` and `verify-proof`: showing a single fact, or a later checkpoint, to be of the record."""

from __future__ import annotations

from pathlib import Path

import click

from cli import complete, messages
from cli.find import find_seq
from cli.options import common, json_errors_option, key_option, trust_option
from cli.render import safe
from cli.settings import Settings
from cli.signing import needed_keys, sign, signing_key
from ledger import database
from ledger.errors import UsageError
from ledger.evidence.errors import NoteError
from ledger.evidence.proof import Consistency, Inclusion, parse
from ledger.evidence.prove import consistency, inclusion
from ledger.intake.text_file import opened, unreadable
from ledger.store import opened as opened_ledger
from projections.exports.facts import BEFORE, stored_bytes
from projections.exports.to_file import replacing

LARGEST = 1024 * 1024
"""Bytes of a proof, checkpoint or fact that are read."""


@click.command("prove")
@click.argument("ref", metavar="[REF]", required=False, shell_complete=complete.refs_argument)
@click.option(
    "--since",
    metavar="CHECKPOINT",
    type=click.Path(),
    help="Prove instead that the newest checkpoint continues this earlier one.",
)
@click.option(
    "-o", "--output", metavar="FILE.tlog-proof", type=click.Path(), help="Write it to a file."
)
@click.option(
    "--fact", metavar="FILE", type=click.Path(), help="Also write the fact's bytes, as stored."
)
@key_option
@common
@click.pass_obj
def prove(
    settings: Settings, ref: str | None, since: str | None, output: str | None, fact: str | None
) -> None:
    """Prove that a fact is in the record that was signed, for people without the ledger.

    REF is a reference such as plant:acme-north@2, or #12. The proof leads from the fact to
    the newest checkpoint; with --key one is signed first. `verify-proof` checks it from files
    alone, and so does any program that reads C2SP tlog-proof.
    """
    if (ref is None) == (since is None):
        raise UsageError(
            "either a fact is proved or a checkpoint is continued",
            hint="Give a REF, or --since CHECKPOINT.",
        )
    key = signing_key(settings)
    database.check(settings.database)
    if key is not None:
        with opened_ledger(settings.database) as store:
            sign(store, key)
    with database.open_readonly(settings.database) as connection:
        if since is not None:
            proof: Consistency | Inclusion = consistency(connection, read_text(since))
        else:
            proof, data = inclusion(connection, find_seq(connection, str(ref)))
            if fact is not None:
                write_file(fact, data)
    if output is None:
        click.echo(str(proof), nl=False)
        return
    write_file(output, str(proof).encode())
    messages.say(f"Wrote the proof to {output}.")


@click.command("verify-proof")
@click.argument("proof", metavar="FILE")
@click.option("--fact", metavar="FILE", type=click.Path(), help="The fact that is proved.")
@click.option(
    "--since", metavar="CHECKPOINT", type=click.Path(), help="The checkpoint that is continued."
)
@trust_option
@json_errors_option
@click.pass_obj
def verify_proof(settings: Settings, proof: str, fact: str | None, since: str | None) -> None:
    """Check a proof from files alone; no ledger is needed.

    A proof of a fact takes --fact: the fact's bytes as `prove --fact` wrote them, or its line
    of an `export facts`. A proof that a checkpoint is continued takes --since: that
    checkpoint. --trust names the key that must have signed.
    """
    keys = needed_keys(settings)
    parsed = parse(read_text(proof))
    if isinstance(parsed, Inclusion):
        if fact is None:
            raise UsageError("it proves a fact: which one?", hint="Give its bytes with --fact.")
        head = parsed.check(_fact_bytes(fact), keys)
        click.echo(
            f"ok  The fact is #{parsed.index + 1} of the {head.size:,} facts that "
            f"{safe(head.origin)} signed."
        )
        return
    if since is None:
        raise UsageError(
            "it proves that a checkpoint is continued: which one?", hint="Give it with --since."
        )
    before, after = parsed.check(read_text(since), keys)
    click.echo(
        f"ok  The {after.size:,} facts that {safe(after.origin)} signed begin with the "
        f"{before.size:,} of the earlier checkpoint."
    )


def _fact_bytes(name: str) -> bytes:
    """A fact's stored bytes, from a file of them or of its line in an export."""
    data = read_bytes(name)
    if not data.startswith(BEFORE):
        return data
    return stored_bytes(data, name)


def read_text(name: str) -> str:
    """The text of a small file, or of standard input for `-`."""
    try:
        return read_bytes(name).decode()
    except UnicodeDecodeError:
        raise NoteError(f"{name} is not UTF-8", hint="It was damaged on the way.") from None


def read_bytes(name: str) -> bytes:
    """The bytes of a small file, or of standard input for `-`; raises FileMissingError."""
    try:
        with opened(name) as file:
            return file.read(LARGEST)
    except OSError as error:
        raise unreadable(name, error) from None


def write_file(name: str, data: bytes) -> None:
    """Write a file as a whole."""
    with replacing(Path(name)) as out:
        out.write(data)


COMMANDS = {"prove": prove, "verify-proof": verify_proof}
