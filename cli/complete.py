"""Completion: what could stand here, read from the tables without a wait.

A completer never fails and never writes: without a ledger it offers nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeAlias

import click

from cli.settings import Settings
from ledger.errors import LedgerError

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

MOST = 200
"""Words that are offered at most."""

LONGEST = 2
"""Seconds that whoever presses the tab key waits at most, as for a server that is not there."""

_IN_VAIN = "lsledger.completion.in-vain"

Completer: TypeAlias = "Callable[[click.Context, click.Parameter, str], list[CompletionItem]]"


def _items(words: Iterable[tuple[str, str | None]]) -> list[CompletionItem]:
    from click.shell_completion import CompletionItem

    return [CompletionItem(word, help=help_) for word, help_ in list(words)[:MOST]]


def words(known: Iterable[str]) -> Completer:
    """The words of a closed list."""

    def complete(_ctx: click.Context, _param: click.Parameter, begun: str) -> list[CompletionItem]:
        return _items((word, None) for word in known if word.startswith(begun))

    return complete


def materials(_ctx: click.Context, _param: click.Parameter, begun: str) -> list[CompletionItem]:
    """The chains."""
    from ledger.reference.stages import MATERIALS

    return _items((word, help_) for word, help_ in MATERIALS.items() if word.startswith(begun))


def stages(_ctx: click.Context, _param: click.Parameter, begun: str) -> list[CompletionItem]:
    """The stages of the chains."""
    from ledger.reference.stages import STAGES

    return _items((stage.id, stage.name) for stage in STAGES.values() if stage.id.startswith(begun))


def companies(ctx: click.Context, _param: click.Parameter, begun: str) -> list[CompletionItem]:
    """The ids of registered companies."""
    return _items(_without_kind(_streams(ctx, f"company:{begun}")))


def sources(ctx: click.Context, _param: click.Parameter, begun: str) -> list[CompletionItem]:
    """The ids of registered sources."""
    return _items(_without_kind(_streams(ctx, f"source:{begun}")))


def streams(ctx: click.Context, _param: click.Parameter, begun: str) -> list[CompletionItem]:
    """Streams by their full name, and by their id alone."""
    found = list(_streams(ctx, begun))
    if ":" not in begun:
        from cli.render import KINDS

        full = [f"{kind}:{begun}" for kind in KINDS] if begun else [""]
        found += _without_kind(_streams(ctx, *full))
    return _items(found)


def refs(ctx: click.Context, begun: str) -> list[CompletionItem]:
    """References of recorded facts, kind:id@version, and their types."""
    stream, at, _ = begun.partition("@")
    beyond = stream if at else f"{stream}\U0010ffff"
    found = _query(
        ctx,
        "SELECT ref, type FROM view_log WHERE stream >= ? AND stream <= ? AND ref >= ? AND ref < ? "
        "ORDER BY stream, seq LIMIT ?",
        (stream, beyond, begun, f"{begun}\U0010ffff", MOST),
    )
    return _items(found)


def refs_argument(ctx: click.Context, _param: click.Parameter, begun: str) -> list[CompletionItem]:
    """References, for an argument."""
    return refs(ctx, begun)


def ids_of(kind: str) -> Completer:
    """The ids of one kind of stream."""

    def complete(ctx: click.Context, _param: click.Parameter, begun: str) -> list[CompletionItem]:
        return _items(_without_kind(_streams(ctx, f"{kind}:{begun}")))

    return complete


def fact_types(ctx: click.Context) -> list[tuple[str, str]]:
    """The fact types and what they mean, from the tables; nothing without a ledger."""
    return list(_query(ctx, "SELECT type, help FROM view_fact_types ORDER BY rowid", ()))


def _streams(ctx: click.Context, *prefixes: str) -> Iterable[tuple[str, str | None]]:
    """The streams whose names begin with one of these."""
    # Each by itself: for several ranges in one condition SQLite would read all streams.
    one = "SELECT stream, name FROM view_streams WHERE stream >= ? AND stream < ?"
    limits = [limit for prefix in prefixes for limit in (prefix, f"{prefix}\U0010ffff")]
    return _query(
        ctx,
        f"{' UNION ALL '.join([one] * len(prefixes))} ORDER BY stream LIMIT ?",
        (*limits, MOST),
    )


def _query(ctx: click.Context, sql: str, given: tuple[str | int, ...]) -> list[tuple[str, str]]:
    import sqlite3

    settings = ctx.find_object(Settings) or Settings()
    if _IN_VAIN in ctx.meta:
        return []
    try:
        with _soon(), settings.database.reading() as connection:
            return list(connection.execute(sql, given))
    except (LedgerError, sqlite3.Error, TimeoutError, UnicodeError):
        ctx.meta[_IN_VAIN] = True
        return []


@contextmanager
def _soon() -> Iterator[None]:
    """Whatever is waited for in it, TimeoutError ends it after some time."""
    import signal

    def stop(*_: object) -> None:
        raise TimeoutError

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, LONGEST)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def _without_kind(found: Iterable[tuple[str, str | None]]) -> list[tuple[str, str | None]]:
    return [(stream.partition(":")[2], name) for stream, name in found]
