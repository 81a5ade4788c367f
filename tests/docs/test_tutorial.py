from __future__ import annotations

import re
from pathlib import Path

from docs.console import PROGRAM, check, commands

TUTORIAL = Path(__file__).parents[2] / "docs" / "tutorial.md"


def test_the_tutorial_shows_what_its_commands_print(tmp_path: Path) -> None:
    """Someone who follows the tutorial sees what it shows."""
    check(TUTORIAL, tmp_path)


def test_every_command_of_the_tutorial_is_run() -> None:
    """No line of the tutorial is left out of the test above because it is another program's."""
    listed = list(commands(TUTORIAL.read_text("utf-8")))
    assert len(listed) > 10
    assert [command for command in listed if not command.startswith(PROGRAM)] == []


def test_the_tutorial_shows_no_errors_but_those_that_it_is_about() -> None:
    """A step that stopped working is not renewed into the page as an error."""
    shown = re.findall(r"^error\[([\w-]+)\]", TUTORIAL.read_text("utf-8"), re.MULTILINE)
    assert shown == ["currency", "input", "timeline", "quote"]
