from __future__ import annotations

from pathlib import Path

import pytest

from docs.console import check, commands, played

PAGE = """\
```console
$ lsledger init
Made ledger.db, an empty ledger.
...
$ make coffee
anything at all
```

```yaml title="facts.yaml"
facts:
  - company.registered: {id: acme, name: ACME}
```

```console
$ lsledger import facts.yaml
Recorded #1 company:acme@1  company.registered
```

```console
$ lsledger record \\
    company.registered acme --name ACME
$ lsledger status
```
"""


def test_a_page_that_shows_the_truth_is_left_as_it_is(tmp_path: Path) -> None:
    """Right outputs, elided outputs, left-out outputs and other programs all stay."""
    assert played(PAGE, tmp_path) == PAGE


def test_a_wrong_output_is_put_right(tmp_path: Path) -> None:
    """What the program prints replaces what the page claims."""
    wrong = PAGE.replace("#1 company:acme@1", "#2 company:acme@1")
    assert played(wrong, tmp_path) == PAGE


def test_an_elided_output_must_still_begin_as_shown(tmp_path: Path) -> None:
    """Three dots stand for lines, not for whatever stands around them."""
    wrong = PAGE.replace("Made ledger.db, an empty", "Made ledger.db, a full")
    assert "`lsledger record` asks for a first fact" in played(wrong, tmp_path)


def test_a_command_without_output_must_succeed(tmp_path: Path) -> None:
    """A block that shows no outputs shows an error when there is one."""
    failing = PAGE.replace("$ lsledger status", "$ lsledger show nobody")
    assert "error[nothing-such]" in played(failing, tmp_path)


def test_the_check_fails_on_a_page_that_is_wrong(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The comparison can fail, and says how the page is rewritten."""
    monkeypatch.delenv("LSLEDGER_RENEW_DOCS", raising=False)
    page = tmp_path / "page.md"
    page.write_text(PAGE.replace("an empty ledger", "a ledger"), "utf-8")
    with pytest.raises(AssertionError, match="LSLEDGER_RENEW_DOCS=1 rewrites"):
        check(page, tmp_path)


def test_the_check_rewrites_a_page_when_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Renewing writes the outputs of today into the page."""
    monkeypatch.setenv("LSLEDGER_RENEW_DOCS", "1")
    page = tmp_path / "page.md"
    page.write_text(PAGE.replace("#1 company:acme@1", "?"), "utf-8")
    check(page, tmp_path)
    assert page.read_text("utf-8") == PAGE


def test_commands_are_found_with_their_continued_lines() -> None:
    """A command that goes on over a backslash is one command."""
    assert "lsledger record company.registered acme --name ACME" in list(commands(PAGE))
