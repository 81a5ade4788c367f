"""Writes the reference pages: `make reference`, or `python -m docs.generate`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import click

from docs.pages.commands import commands
from docs.pages.errors import errors
from docs.pages.evidence_shapes import evidence_shapes
from docs.pages.facts import facts
from docs.pages.json_shapes import json_shapes

FOLDER = Path(__file__).parent / "reference"

PAGES: dict[str, Callable[[], str]] = {
    "facts.md": facts,
    "commands.md": commands,
    "errors.md": errors,
    "json.md": json_shapes,
    "evidence.md": evidence_shapes,
}


def main() -> None:
    """Write every page."""
    FOLDER.mkdir(exist_ok=True)
    for name, page in PAGES.items():
        (FOLDER / name).write_text(page(), "utf-8")
        click.echo(f"Wrote docs/reference/{name}.")


if __name__ == "__main__":
    main()
