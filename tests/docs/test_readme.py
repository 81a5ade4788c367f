from __future__ import annotations

from pathlib import Path

from docs.console import check

README = Path(__file__).parents[2] / "README.md"


def test_the_readme_shows_what_its_commands_print(tmp_path: Path) -> None:
    """The `lsledger` commands in the README's console blocks print what it shows."""
    check(README, tmp_path)
