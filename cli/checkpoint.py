"""`keygen` and `checkpoint`: signing the head of the tree over the facts."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cli import messages, render
from cli.files import read_small, write_whole
from cli.options import common, key_option
from cli.settings import Settings
from cli.signing import sign_here, signing_key
from cli.text import counted
from ledger.errors import UsageError
from ledger.evidence.errors import NoCheckpointError

if TYPE_CHECKING:
    from ledger.evidence.checkpoint import Kept
    from ledger.store import Store


@click.command("keygen")
@click.argument("name")
@click.option(
    "-o", "--output", metavar="FILE", type=click.Path(), required=True,
    help="The new file of the private key; keep it away from the ledger.",
)  # fmt: skip
@click.pass_context
def keygen(_ctx: click.Context, name: str, output: str) -> None:
    """Make a key that signs checkpoints, and print the verifier key that checks them.

    NAME says whose key it is, best as an address without a scheme: example.com/ledger. The
    private key is written to a new file that only you may read; the verifier key is for
    everybody who shall be able to check.
    """
    from ledger.evidence.keys import generated

    if output == "-":
        raise UsageError("a private key is not printed", hint="Name a file: -o FILE.")
    key = generated(name, Path(output))
    click.echo(str(key.verifier_key))
    messages.say(f"The private key is in {output}. Name it by --key or LSLEDGER_KEY to sign.")


@click.command("checkpoint")
@key_option
@click.option("--origin", metavar="NAME", help="The ledger's name in it (default: the key's).")
@click.option("-o", "--output", metavar="FILE", type=click.Path(), help="Write it to a file.")
@click.option("--list", "list_", is_flag=True, help="List the checkpoints that were signed.")
@click.option(
    "--format", "format_", type=click.Choice(["text", "json"]), default="text",
    help="How to print the list (default: text).",
)  # fmt: skip
@click.option(
    "--timestamp-request",
    metavar="FILE.tsq",
    type=click.Path(),
    help="Write a request to a time-stamping authority (RFC 3161) for the checkpoint.",
)
@click.option(
    "--timestamp-response",
    metavar="FILE.tsr",
    type=click.Path(),
    help="Keep the authority's answer with the checkpoint that it is of.",
)
@click.option(
    "--timestamp-roots",
    metavar="ROOTS.pem",
    type=click.Path(),
    help="The root certificates that the answer must lead to; it is kept for good.",
)
@common
@click.pass_obj
def checkpoint(settings: Settings, /, **given: Any) -> None:
    """Sign what is recorded up to now, and print the checkpoint to hand out.

    With --key the head of the tree over all facts is signed. Without, the checkpoint that was
    signed last is printed. Whoever holds a checkpoint can tell later, by `verify --against`,
    whether the facts that it covers are still what they were.
    """
    from ledger.store import opened

    key = signing_key(settings)
    if given["origin"] is not None and key is None:
        raise UsageError("--origin is for a checkpoint that is signed", hint="Add --key FILE.")
    settings.database.check_evidence()
    if given["timestamp_response"] is not None:
        with opened(settings.database) as store:
            _attach(store, given["timestamp_response"], given["timestamp_roots"])
        return
    if given["list_"]:
        _list(settings, given["format_"])
        return
    if key is not None:
        made = sign_here(settings.database, key, given["origin"])
    else:
        made = _signed_last(settings)
    if given["timestamp_request"] is not None:
        from ledger.evidence.timestamp import request

        write_whole(given["timestamp_request"], request(made.text.encode()))
        messages.say(
            f"Send {given['timestamp_request']} to a time-stamping authority, and keep its answer "
            "with --timestamp-response."
        )
    if given["output"] is None:
        click.echo(made.text, nl=False)
        return
    write_whole(given["output"], made.text.encode())
    messages.say(f"Wrote a checkpoint of {counted(made.head.size, 'fact')} to {given['output']}.")


def _signed_last(settings: Settings) -> Kept:
    """The newest kept checkpoint; says on standard error when facts came after it."""
    from ledger.evidence.checkpoint import newest
    from ledger.evidence.tree import size

    with settings.database.reading() as connection:
        made, facts = newest(connection.cursor()), size(connection.cursor())
    if made is None:
        raise NoCheckpointError(
            "no checkpoint was signed in this ledger",
            hint="`lsledger keygen NAME -o FILE` makes a key, `lsledger checkpoint --key FILE` "
            "signs.",
        )
    if made.head.size < facts:
        messages.say(
            f"Recorded after it: {counted(facts - made.head.size, 'fact')}; --key signs anew."
        )
    return made


def _list(settings: Settings, format_: str) -> None:
    from ledger.evidence.checkpoint import kept

    with settings.database.reading() as connection:
        found = kept(connection.cursor())
        stamped = [text for (text,) in connection.execute("SELECT note FROM timestamps")]
    if format_ == "json":
        told = [
            {
                "origin": one.head.origin,
                "size": one.head.size,
                "root": one.head.root.hex(),
                "verifier_key": str(one.verifier_key),
                "timestamps": stamped.count(one.text),
                "checkpoint": one.text,
            }
            for one in found
        ]
        click.echo(json.dumps(told, ensure_ascii=False, indent=2))
        return
    if not found:
        click.echo("No checkpoint was signed yet.")
        return
    render.table(
        ["facts", "origin", "signed by", "root", "time stamps"],
        [
            [
                f"{one.head.size:,}",
                render.safe(one.head.origin),
                f"{one.verifier_key.name}+{one.verifier_key.id.hex()}",
                one.head.root.hex()[:16],
                str(stamped.count(one.text)),
            ]
            for one in found
        ],
    )


def _attach(store: Store, name: str, roots: str | None) -> None:
    """Keep a time stamp with the checkpoint that it is of, once it is found to hold."""
    from ledger.evidence import stamps, timestamp

    if roots is None:
        raise UsageError(
            "a time stamp is kept for good, so it is checked first",
            hint="Name the authority's root certificates with --timestamp-roots ROOTS.pem.",
        )
    authorities = timestamp.roots_of(read_small(roots))
    response = read_small(name)
    with store.database.reading() as connection:
        one = stamps.meant(connection.cursor(), timestamp.read(response))
    stamp = timestamp.check(response, one.text.encode(), authorities)
    with store.transaction() as cursor:
        stamps.keep(cursor, response, one)
    messages.say(
        f"Kept the time stamp {stamp.time:%Y-%m-%dT%H:%M:%SZ} of the checkpoint of "
        f"{counted(one.head.size, 'fact')}, made by "
        f"{render.safe(stamp.authority or 'an authority')}."
    )


COMMANDS = {"keygen": keygen, "checkpoint": checkpoint}
