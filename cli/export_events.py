"""`export facts --as cloudevents`: the facts for programs that take events."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from cli import messages
from cli.output import to_stdout
from cli.settings import Settings
from cli.text import counted
from ledger.errors import UsageError
from projections.exports.to_file import replacing

if TYPE_CHECKING:
    from ledger.cut import Cut


def export_events(settings: Settings, cut: Cut, format_: str | None, output: str | None) -> None:
    """Write the facts that the cut sees as CloudEvents, one a line."""
    from projections import exports

    named = exports.by_extension(output).name if output is not None else format_ or "jsonl"
    if {named, format_ or "jsonl"} != {"jsonl"}:
        raise UsageError(
            "CloudEvents are written as JSON Lines", hint="Name the file -o FILE.jsonl."
        )
    if output is None:
        with to_stdout() as out:
            _write(settings, cut, out)
        return
    with replacing(Path(output)) as out:
        count = _write(settings, cut, out)
    messages.say(f"Wrote {counted(count, 'event')} to {output}.")


def _write(settings: Settings, cut: Cut, out: BinaryIO) -> int:
    from ledger import history
    from projections.exports.cloud_events import events, source_of
    from projections.exports.facts import write_lines
    from projections.exports.seen_facts import seen
    from projections.read import check_cut

    settings.database.check()
    with settings.database.reading() as connection:
        last_seq = check_cut(connection, cut)
        source = source_of(next(history.stored(connection), b""))  # of no fact, there is no event
        return write_lines(events(seen(connection, cut, settings.today, last_seq), source), out)
