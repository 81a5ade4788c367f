"""The page of the data that programs read about evidence: figures, documents, verification."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from docs.console import Console
from docs.pages.examples import acme
from docs.pages.markdown import block, code, link, page, table
from projections.basis import HOW
from projections.columns import columns
from projections.coverage import Row
from projections.passages import CHECKS

RELEASE = """\
ACME completes its northern plant

The northern plant was completed in February. It aims at about 20,000 tonnes in 2026.
"""
QUOTE = "completed in February"


def evidence_shapes() -> str:
    """The page."""
    with _quoted() as console:
        return page(
            "# Evidence as JSON",
            "What programs can rely on of the commands that lead to the words and check the "
            f"record; the values are those of {link('Values', 'json.md')}. Keys are only added.",
            *_why(console),
            *_show(console),
            *_coverage(console),
            *_documents(console),
            *_verify(console),
            *_checkpoints(),
        )


@contextmanager
def _quoted() -> Iterator[Console]:
    """The small ledger with its release archived and quoted."""
    with acme() as console:
        (console.folder / "release.txt").write_text(RELEASE, "utf-8")
        _ran(console, "lsledger source add release.txt --id acme-2025-03-04")
        _ran(
            console,
            f'lsledger correct plant:acme-north@1 --set "quote={QUOTE}" '
            '--reason "The words are added."',
        )
        yield console


def _why(console: Console) -> list[str]:
    told = _data(console, "lsledger why plant:acme-north status --format json")
    return [
        "## A figure",
        "`lsledger why ROW FIELD --format json`: the value with its arithmetic, down to facts; "
        "then each fact, how it came to read so, and the words behind it.",
        _block(told),
        table(("`how`", "how a value comes about"), ((code(k), v) for k, v in HOW.items())),
        table(("`check`", "whether the words are the document's"), _checks()),
        "With `--with-evidence` the views have, behind their own columns, a list `x_facts` for "
        "each column `x` that can rest on facts: their references, as under `facts` above and "
        "in its terms. In CSV and XLSX it is one cell.",
    ]


def _checks() -> Iterator[tuple[str, str]]:
    return ((code(word), meaning) for word, meaning in CHECKS.items())


def _show(console: Console) -> list[str]:
    with_why = _data(console, "lsledger show acme-north --why --format json")
    (key,) = with_why.keys() - _data(console, "lsledger show acme-north --format json").keys()
    return [
        "## One stream",
        f"`lsledger show ID --why --format json` is the page of `show` with one more key: under "
        f"{code(key)} the facts behind its state, each as under {link('A figure')}.",
    ]


def _coverage(console: Console) -> list[str]:
    told = _data(console, "lsledger coverage --format json")
    return [
        "## Coverage",
        "`lsledger coverage --format json`, and the columns of the same as CSV or XLSX:",
        _block(told),
        table(
            ("column", "meaning"),
            ((code(column.name), column.help) for column in columns(Row)),
        ),
    ]


def _documents(console: Console) -> list[str]:
    return [
        "## Documents",
        "`lsledger source check --format json`: each archived document, and each one that a "
        "source names; `state` is unchanged, changed, missing, or that no source names it.",
        _block(_data(console, "lsledger source check --format json")),
    ]


def _verify(console: Console) -> list[str]:
    return [
        "## Verification",
        "`lsledger verify --format json`: each check, whether all is in order, and the "
        "differences, as text for people. More checks may come; `verified` sums them up, and "
        "`checked` is false where there was nothing to check.",
        _block(_data(console, "lsledger verify --format json")),
    ]


def _checkpoints() -> list[str]:
    return [
        "## Checkpoints",
        "`lsledger checkpoint --list --format json` is a list with, for each checkpoint from "
        "the smallest tree to the largest:",
        table(
            ("key", "meaning"),
            (
                ("`origin`", "Whose log it is."),
                ("`size`", "How many facts it covers."),
                ("`root`", "The root over them, in hexadecimal digits."),
                ("`verifier_key`", "The key that checks it, as the ledger keeps it."),
                ("`timestamps`", "How many time stamps are kept of it."),
                ("`checkpoint`", "The signed note, byte for byte."),
            ),
        ),
    ]


def _ran(console: Console, command: str) -> str:
    printed = console.output(command)
    assert console.exit_code == 0, printed
    return printed


def _data(console: Console, command: str) -> Any:
    return json.loads(_ran(console, command))


def _block(data: object) -> str:
    return block(json.dumps(data, indent=2, ensure_ascii=False), "json")
