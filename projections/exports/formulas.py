"""Texts that a spreadsheet would run as a formula when a file of plain text is opened in it.

Excel, LibreOffice and Google Sheets take a cell for a formula when it begins with `=`, `+`,
`-` or `@`, some of them also after white space or in the full-width and small forms of
these characters. Every such text is guarded, also a harmless `-`: what is run
differs between programs and releases, and a guard does no harm.
"""

from __future__ import annotations

import re

_BLANK = r"\s\u00ad\u180e\u200b-\u200f\u2060-\u2064"  # white space, and what is not seen at all
_FIRST = r"=+\-@\uff1d\uff0b\uff0d\uff20\ufe66\ufe62\ufe63\ufe6b"
_RUNS = re.compile(rf"'*(?:[\t\r\n]|[{_BLANK}]*[{_FIRST}])")


def may_run(text: str) -> bool:
    """Whether a spreadsheet may take the text for a formula.

    True as well for a text that only looks guarded already (`'=1`): were it left as it is,
    it could not be told from a guarded `=1`.
    """
    return _RUNS.match(text) is not None


def guarded(text: str) -> str:
    """The text with an apostrophe before it if it may run.

    To get the text back, take one apostrophe away where what follows it may run.
    """
    return f"'{text}" if may_run(text) else text
