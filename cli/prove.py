"""`prove` and `verify-proof`: showing a single fact, or a later checkpoint, to be of the record."""

from __future__ import annotations

import click

from cli import complete, messages
from cli.files import read_small, read_text, write_whole
from cli.find import find_seq
from cli.options import common, json_errors_option, key_option, trust_option
from cli.render import safe
from cli.settings import Settings
from cli.signing import needed_keys, sign_here, signing_key
from ledger.errors import UsageError
from ledger.evidence.checkpoint import newest
from ledger.evidence.proof import Consistency, Inclusion, parse
from ledger.evidence.prove import consistency, inclusion
from ledger.evidence.tree import size
from projections.exports.facts import BEFORE, stored_bytes


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
    if output is not None and output == fact:
        raise UsageError("the proof and the fact are two files", hint="Name them differently.")
    key = signing_key(settings)
    where = settings.database
    where.check_evidence()
    with where.reading() as connection:
        seq = find_seq(connection, ref) if ref is not None else size(connection.cursor())
        signed = newest(connection.cursor())
    if key is not None and (signed is None or seq > signed.head.size):
        sign_here(where, key)
    with where.snapshot() as connection:
        if since is not None:
            proof: Consistency | Inclusion = consistency(connection, read_text(since))
        else:
            proof, data = inclusion(connection, seq)
            if fact is not None:
                write_whole(fact, data)
    if output is None:
        click.echo(str(proof), nl=False)
        return
    write_whole(output, str(proof).encode())
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
    if fact is not None and since is not None:
        raise UsageError(
            "a proof is of a fact or of a checkpoint", hint="Give --fact or --since, not both."
        )
    if isinstance(parsed, Inclusion):
        if fact is None:
            raise UsageError("it proves a fact: which one?", hint="Give its bytes with --fact.")
        head, signers = parsed.check(_fact_bytes(fact), keys)
        click.echo(
            f"ok  The fact is #{parsed.index + 1} of the first {head.size:,} of "
            f"{safe(head.origin)}, signed by {safe(', '.join(key.name for key in signers))}."
        )
        return
    if since is None:
        raise UsageError(
            "it proves that a checkpoint is continued: which one?", hint="Give it with --since."
        )
    before, after = parsed.check(read_text(since), keys)
    click.echo(
        f"ok  The {after.size:,} facts of {safe(after.origin)} begin with the {before.size:,} of "
        "the earlier checkpoint; both are signed by a trusted key."
    )


def _fact_bytes(name: str) -> bytes:
    """A fact's stored bytes, from a file of them or of its line in an export."""
    data = read_small(name)
    if not data.startswith(BEFORE):
        return data
    return stored_bytes(data, name)


COMMANDS = {"prove": prove, "verify-proof": verify_proof}
