"""Messages on standard error: what is wrong, where, and what to do next."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from typing import Any

import click

from ledger.errors import MOST_ERRORS, LedgerError, UsageError, Where

INTERRUPTED = 130
"""The exit code of a command that somebody stopped."""

TAB = " " * 4
LONGEST_EXCERPT = 120

_SECRET = re.compile(
    r"((?::/|//)[^/\s:@]*:)(?:\S+|[^@\n]+)(?=@)"
    r"|(/[^/\s:@]+:)\S+(?=@)"
    r"|(password\s*=\s*)(?:'[^'\n]*'|\"[^\"\n]*\"|[^\s&]+)",
    re.IGNORECASE,
)
"""What stands between the user and the host of a URL, and after the word in its other spelling."""


def say(text: str) -> None:
    """A line on standard error, with nothing in it that a terminal would obey."""
    _print(_safe(text))


def _print(text: str) -> None:
    """Our own text on standard error; without colours where https://no-color.org asks so."""
    click.echo(text, err=True, color=False if os.environ.get("NO_COLOR") else None)


def stopped() -> click.exceptions.Exit:
    """Say to whoever stopped a command that nothing was recorded; what ends the command."""
    say("Stopped; nothing was recorded.")
    return click.exceptions.Exit(INTERRUPTED)


def show_errors(errors: Sequence[LedgerError], *, as_json: bool) -> None:
    """Every error with its place; as JSON, one object a line."""
    if as_json:
        import json

        for error in errors:
            _print(json.dumps(as_data(error), ensure_ascii=False))
        return
    for error in errors:
        _print(as_text(error))
    if len(errors) >= MOST_ERRORS:
        say(f"{len(errors)} errors, and reading stopped there; nothing was recorded.")
    elif len(errors) > 1:
        say(f"{len(errors)} errors; nothing was recorded.")


def show_usage(error: click.ClickException, *, as_json: bool) -> None:
    """A mistake in the options or arguments."""
    context = getattr(error, "ctx", None)
    command = context.command_path if context is not None else "lsledger"
    told = UsageError(error.format_message(), hint=f"`{command} --help` shows how it is used.")
    show_errors([told], as_json=as_json)


def as_text(error: LedgerError) -> str:
    """The error for a person: code and message, place with excerpt and caret, what to do."""
    head = click.style(f"error[{error.code}]", fg="red", bold=True)
    lines = [f"{head}: {_safe(error.what)}"]
    if error.where is not None:
        lines += _place(error.where)
    if error.hint:
        lines.append(f"{TAB}{_safe(sentence(error.hint))}")
    return "\n".join(lines)


def sentence(hint: str) -> str:
    """A hint with a full stop, unless it ends in some other way, or in what is to be typed."""
    return f"{hint}." if hint[-1:].isalpha() else hint


def as_data(error: LedgerError) -> dict[str, Any]:
    """The error for a program."""
    where = error.where
    return {
        "code": error.code,
        "exit_code": error.exit_code,
        "message": without_passwords(error.what),
        "hint": without_passwords(error.hint) or None,
        "file": without_passwords(where.file) if where else None,
        "line": where.line if where else None,
        "column": where.column if where else None,
        "excerpt": _safe(where.excerpt) if where and where.excerpt is not None else None,
    }


def _place(where: Where) -> list[str]:
    lines = [f"{TAB}--> {_safe(str(where))}"]
    if where.excerpt is not None and where.line is not None:
        # A tab takes several columns of what is shown.
        column = len(_safe(where.excerpt[: (where.column or 1) - 1])) + 1
        excerpt, column = _window(_safe(where.excerpt), column)
        gutter = f"{TAB}{where.line} | "
        lines.append(f"{gutter}{excerpt}")
        if where.column is not None:
            # A wide character takes two cells: measure what stands before the caret.
            before = _cells(excerpt[: column - 1])
            lines.append(f"{TAB}{' ' * len(str(where.line))} | {' ' * before}^")
    return lines


def _window(text: str, column: int) -> tuple[str, int]:
    """The part of a long line around the column, and the column in it."""
    if len(text) <= LONGEST_EXCERPT:
        return text, column
    start = max(0, min(column - LONGEST_EXCERPT // 2, len(text) - LONGEST_EXCERPT))
    part = text[start : start + LONGEST_EXCERPT]
    return ("…" + part[1:] if start else part), column - start


def without_passwords(text: str) -> str:
    """The text without what may be a password: somebody typed a URL where none belongs."""
    return _SECRET.sub(lambda found: f"{found[found.lastindex or 0]}…", text)


def _safe(text: str) -> str:
    """The text without a password, and without anything that a terminal would obey."""
    shown = without_passwords(text).expandtabs(4)
    return "".join(char if char.isprintable() else "�" for char in shown)


def _cells(text: str) -> int:
    from cli.text import cells

    return cells(text)
