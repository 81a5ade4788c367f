"""A small ledger for the examples of the pages: what `lsledger schema --example` prints."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from docs.console import Console


@contextmanager
def acme() -> Iterator[Console]:
    """A console with that ledger."""
    with TemporaryDirectory() as folder:
        console = Console(Path(folder))
        example = console.output("lsledger schema --example")
        (console.folder / "acme.yaml").write_text(example, "utf-8")
        console.output("lsledger init")
        console.output("lsledger import acme.yaml")
        yield console
