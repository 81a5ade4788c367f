"""The page of the errors: every code of the catalogue, and what it means."""

from __future__ import annotations

from docs.pages.examples import acme
from docs.pages.markdown import block, code, page, sentence, table
from ledger.errors import LedgerError, catalogue


def errors() -> str:
    """The page."""
    with acme() as console:
        as_text = console.output("lsledger plants --as-of 'June 2025'")
        as_json = console.output("lsledger --json-errors plants --as-of 'June 2025'")
    heads = LedgerError.__subclasses__()
    return page(
        "# Errors",
        "An error says what is wrong, where it stands in the input, and what to do next. Its code "
        "in brackets is never renamed:",
        block(as_text),
        "`--json-errors` prints one object a line on standard error instead. `hint` and the place "
        "(`file`, `line`, `column`, `excerpt`) are null where there is none:",
        block(as_json, "json"),
        "An import reports all the errors of its files at once and records nothing. Exit code 1: "
        "the ledger says no. Exit code 2: what was given cannot be read.",
        *(part for head in heads for part in _family(head)),
    )


def _family(head: type[LedgerError]) -> list[str]:
    known = [error for error in catalogue() if issubclass(error, head)]
    return [
        f"## {head.title}",
        table(("code", "title", "exit code", "meaning"), map(_row, known)),
    ]


def _row(error: type[LedgerError]) -> tuple[str, ...]:
    return (code(error.code), error.title, str(error.exit_code), sentence(error.__doc__))
