"""The last step of every command that records: decide, store, and say what came of it."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager, nullcontext

import click

from cli import messages
from cli.describe import headline, in_full
from cli.settings import Settings
from cli.signing import sign_what_was_recorded, signing_key
from cli.text import counted
from ledger.book import Recorded, record
from ledger.database import Database
from ledger.envelope import Draft, Fact, Fault
from ledger.errors import LedgerError
from ledger.facts.revision import Revision
from ledger.store import Store, opened
from projections.catch_up import catch_up

SLOW = 2_000
"""Facts from which on recording takes long enough to show that something is being done."""

MOST_LINES = 20
"""Facts that are listed one by one after recording; more are counted."""


def record_and_tell(
    settings: Settings,
    drafts: Iterable[Draft | Fault],
    *,
    documents: Sequence[bytes] = (),
    force: bool,
    dry_run: bool,
) -> None:
    """Record the drafts, and archive the documents, all or none, and print what was recorded."""
    with opened(settings.database) as store:
        recorded = record_into(
            store, settings, drafts, documents=documents, force=force, dry_run=dry_run
        )
    tell(recorded, dry_run=dry_run, where=settings.database)


def _working(count: int) -> AbstractContextManager[object]:
    """Something that moves on a terminal while many facts are projected."""
    if count < SLOW or not sys.stderr.isatty():
        return nullcontext()
    from rich.console import Console

    return Console(stderr=True).status(f"Recorded {count:,} facts; bringing views up to date")


def record_into(
    store: Store,
    settings: Settings,
    drafts: Iterable[Draft | Fault],
    *,
    documents: Sequence[bytes] = (),
    force: bool = False,
    dry_run: bool = False,
) -> Recorded:
    """Record the drafts into an open ledger, bring the views up to date, and sign a checkpoint
    where a key is configured.
    """
    key = signing_key(settings)  # before anything is recorded: a key may be unusable
    try:
        recorded = record(
            store,
            drafts,
            actor=settings.actor_name(),
            now=settings.clock(),
            documents=documents,
            force=force,
            dry_run=dry_run,
        )
    except KeyboardInterrupt:  # it is told so only where it is certain
        raise messages.stopped() from None
    if recorded.new and not dry_run:
        with _working(recorded.new):
            bring_views_up_to_date(store, settings)
        if key is not None:
            sign_what_was_recorded(store, key)
    return recorded


def bring_views_up_to_date(store: Store, settings: Settings) -> None:
    """Spare the next reading the work. The facts are stored by now, whatever happens here."""
    try:
        catch_up(store, settings.today)
    except (LedgerError, KeyboardInterrupt) as error:
        why = error.title.lower() if isinstance(error, LedgerError) else "stopped"
        messages.say(f"The facts are recorded; the views will follow at the next reading ({why}).")


def tell(recorded: Recorded, *, dry_run: bool, where: Database) -> None:
    """Print what was recorded, or would be."""
    if dry_run:
        for fact in recorded.facts:
            click.echo("\n".join(in_full(fact)))
    else:
        for fact in recorded.facts[:MOST_LINES]:
            click.echo(f"Recorded {headline(fact)}")
    for draft, fact in recorded.already[:MOST_LINES]:
        click.echo(f"Known already: {draft.stream} {fact.type}, as {fact.ref}")
        _tell_what_was_not_taken(draft, fact)
    new, known = recorded.new, recorded.known
    if new == 1 and recorded.facts[0].source is None:
        _miss_source(recorded.facts[0])
    if dry_run:
        messages.say(
            f"Dry run: {counted(new, 'fact')} would be recorded in {where}, {known} known already."
        )
    elif new == 0:
        messages.say(f"Nothing new: {counted(known, 'fact')} known already.")
    elif new + known > 1:
        messages.say(f"Recorded {counted(new, 'fact')} in {where}; {known} known already.")


def _tell_what_was_not_taken(draft: Draft, fact: Fact) -> None:
    """Say which words beside a known fact are new, and how to add them."""
    names = ("locator", "quote", "note", "tags")
    new = [n for n in names if getattr(draft, n) and getattr(draft, n) != getattr(fact, n)]
    if new:
        listed = ", ".join(new)
        messages.say(
            f"    Its {listed} {'was' if len(new) == 1 else 'were'} not taken: "
            f"lsledger correct {fact.ref} --set {new[0]}=... --reason ..."
        )


def _miss_source(fact: Fact) -> None:
    """Say when a fact leads to no document; nothing is wrong with it."""
    if fact.kind not in ("source", "company") and not isinstance(fact.content, Revision):
        messages.say(
            "It names no source: --source ID, or `source:` in a file, leads from a figure to its "
            "document."
        )
