"""What `export` hands to people who check for themselves: the log as files, bundles of evidence."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from cli import messages
from cli.find import find_seq
from cli.settings import Settings
from cli.text import counted
from ledger.errors import FileTypeError, UsageError
from projections.exports.to_file import replacing


def export_log(settings: Settings, folder: str) -> None:
    """Write the log as a folder of tiles, entry bundles and the newest checkpoint."""
    from projections.exports.log_tree import write

    settings.database.check_evidence()
    with settings.database.snapshot() as connection:
        head = write(connection, Path(folder))
    messages.say(f"Wrote the log {head.origin} with {counted(head.size, 'fact')} to {folder}.")


def export_evidence(settings: Settings, refs: Sequence[str], output: str | None) -> None:
    """Write a ZIP file with all that shows some facts to be in the record."""
    from projections.exports.evidence_zip import write

    if not refs:
        raise UsageError(
            "of which facts?",
            hint="Name them by their references: `lsledger export evidence plant:acme-north@2`.",
        )
    if output is None or not output.lower().endswith(".zip"):
        raise FileTypeError("evidence is written as a ZIP file", hint="Name it: -o FILE.zip.")
    settings.database.check_evidence()
    with settings.database.reading() as connection:
        seqs = [find_seq(connection, ref) for ref in refs]
        with replacing(Path(output)) as out:
            count = write(connection, seqs, settings.today, out)
    messages.say(f"Wrote the evidence of {counted(count, 'fact')} to {output}.")
