"""A small ledger for the examples of the pages: what `lsledger schema --example` prints."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from docs.console import Console

ACME_CORRECTION = """\
facts:
  - fact.corrected:
      ref: plant:acme-north@1
      set: {on: 2025-03, place: Northport}
      reason: The release says March, and names the town.
"""


@contextmanager
def acme(*, corrected: bool = False) -> Iterator[Console]:
    """A console with that ledger, and with the correction if it is asked for."""
    with TemporaryDirectory() as folder:
        console = Console(Path(folder))
        console.output("lsledger init")
        _import(console, console.output("lsledger schema --example"))
        if corrected:
            _import(console, ACME_CORRECTION)
        yield console


def _import(console: Console, text: str) -> None:
    (console.folder / "facts.yaml").write_text(text, "utf-8")
    printed = console.output("lsledger import facts.yaml")
    assert console.exit_code == 0, printed
