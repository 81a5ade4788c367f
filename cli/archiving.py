"""Archiving a document: finding it again, adding it to its source, or registering both."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cli import messages, render
from cli.recording import record_and_tell
from cli.settings import Settings
from cli.text import counted
from ledger import history
from ledger.cut import Cut
from ledger.envelope import Draft, Fault
from ledger.errors import (
    IdTakenError,
    MissingFieldError,
    NotArchivedError,
    UsageError,
)
from ledger.evidence import archive
from ledger.evidence.document import (
    LARGEST_DOCUMENT,
    checked_media_type,
    media_type_of,
    paragraphs,
    title_of,
)
from ledger.evidence.errors import DocumentError
from ledger.fields import draft
from ledger.intake.text_file import opened, shown, unreadable
from ledger.source import Source
from ledger.store import opened as opened_ledger
from ledger.timeline import state_at
from ledger.values.text import slug_of
from projections.documents import registered, with_digest
from projections.read import reader

if TYPE_CHECKING:
    from projections.views.sources import Row

REASON = "The document was archived."
REGISTER = "source.registered"


def register_alone(
    settings: Settings, given: dict[str, Any], *, force: bool, dry_run: bool
) -> None:
    """Register a source without its document."""
    if "media_type" in given:
        raise UsageError(
            "a media type is stated of an archived document", hint="Name its FILE, too."
        )
    given = {("id" if name == "id_" else name): value for name, value in given.items()}
    record_and_tell(settings, [draft(REGISTER, given)], force=force, dry_run=dry_run)


def archive_and_tell(
    settings: Settings, name: str, given: dict[str, Any], *, force: bool, dry_run: bool
) -> None:
    """Archive the document of a file; tell under which source it is, or what was recorded."""
    settings.database.check_writable()
    data = _read(name)
    sha256 = archive.digest(data)
    stated = given.pop("media_type", None)
    media_type = checked_media_type(stated) if stated else media_type_of(data, name)
    id_ = given.pop("id_", None)
    with reader(settings.database, Cut(settings.today), settings.today) as view:
        same = with_digest(view, sha256)
        named = registered(view, id_) if id_ is not None else None
    if same is not None and same.media_type is not None:
        own = same.stream.partition(":")[2]
        if id_ not in (None, own):
            raise IdTakenError(
                f"this document is in the archive already, as {same.stream}",
                hint="Cite that one: one document is one source.",
            )
        _found_again(settings, same, data, dry_run=dry_run)
        if given or stated:
            messages.say(
                f"It stays as it is registered: `lsledger correct` changes its details, "
                f"`lsledger source show {own}` shows them."
            )
        return
    known = same if id_ is None else named
    if known is not None:
        ref = _registration(settings, known.stream)
        drafted = _document_of(known, ref, sha256, media_type, given)
    else:
        given.setdefault("title", title_of(data, media_type))
        given |= {"id": _needed_id(id_, name), "sha256": sha256, "media_type": media_type}
        drafted = draft(REGISTER, given)
    record_and_tell(settings, [drafted], documents=[data], force=force, dry_run=dry_run)
    _tell_text(data, media_type)


def _read(name: str) -> bytes:
    try:
        with opened(name) as file:
            data = file.read(LARGEST_DOCUMENT + 1)
    except OSError as error:
        told = unreadable(name, error)
        told.hint += " To register a source without its document, give --id and no FILE."
        raise told from None
    if not data:
        raise DocumentError(f"{shown(name)} is empty", hint="Was the document saved at all?")
    if len(data) > LARGEST_DOCUMENT:
        raise DocumentError(
            f"{shown(name)} has more than {LARGEST_DOCUMENT:,} bytes",
            hint="Archive the part that facts rest on, as a text or PDF of its own.",
        )
    return data


def _found_again(settings: Settings, same: Row, data: bytes, *, dry_run: bool) -> None:
    """Tell of a document that is registered; keep it again if it was lost on the way."""
    with opened_ledger(settings.database) as store, store.transaction() as cursor:
        lost = not archive.holds(cursor, str(same.sha256))
        if lost and not dry_run:
            archive.keep(cursor, data)
    name = f"{same.stream} ({render.value_text(same.title)})"
    if lost:
        click.echo(f"{'Would be' if dry_run else 'Is'} in the archive again: {name}")
    else:
        click.echo(f"Known already: {name}")


def _document_of(
    known: Row, ref: str, sha256: str, media_type: str, given: dict[str, Any]
) -> Draft | Fault:
    """The correction that adds a document to its source."""
    if known.media_type is not None:
        raise IdTakenError(
            f"{known.stream} has another document in the archive",
            hint="Another document, or another state of it, is a source of its own: give --id.",
        )
    if known.sha256 not in (None, sha256):
        raise NotArchivedError(
            f"{known.stream} is registered with another SHA-256 than this document has",
            hint="Is it the right file? If the SHA-256 is wrong, correct it first.",
        )
    if given:
        raise UsageError(
            f"{known.stream} is registered already; only its document is added",
            hint=f"`lsledger correct {ref}` changes its details: leave out "
            f"{', '.join('--' + name for name in given)}.",
        )
    changes = {"sha256": sha256, "media_type": media_type}
    return draft("fact.corrected", {"ref": ref, "set": changes, "reason": REASON})


def _registration(settings: Settings, stream: str) -> str:
    """The reference of the fact that registers a source."""
    with settings.database.reading() as connection:
        state = state_at(stream, history.stream(connection, stream), settings.today)
    assert isinstance(state, Source)
    assert state.registered is not None
    return state.registered


def _needed_id(id_: str | None, name: str) -> str:
    if id_ is None:
        slug = slug_of(Path(name).stem) if name != "-" else ""
        raise MissingFieldError(
            "this document is not registered yet: under which id shall facts cite it?",
            hint=f"Such as --id {slug or 'acme-2026-03-04'}; with it, --published and --title.",
        )
    return id_


def _tell_text(data: bytes, media_type: str) -> None:
    """Say what was archived, and whether quotes can be looked for in it."""
    found = paragraphs(data, media_type)
    told = f"{len(data):,} bytes of {media_type} in the archive; "
    if found is None:
        told += (
            "no text is taken from them (too large, encrypted, broken, not UTF-8, or of no kind "
            "that has one), and quotes are not checked. --media-type says what a file is."
        )
    else:
        told += f"quotes are looked for in {counted(len(found), 'paragraph')}."
    messages.say(told)
