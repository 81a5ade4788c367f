"""Golden files: outputs that are kept with the tests, so that every change of them is seen.

After a change that is meant, run `LSLEDGER_RENEW_GOLDEN=1 .venv/bin/pytest` once, and read
what `git diff` shows before committing it.
"""

from __future__ import annotations

import os
from pathlib import Path

RENEW = "LSLEDGER_RENEW_GOLDEN"


def check(path: Path, actual: bytes) -> None:
    """Compare an output with its golden file, or write the file when RENEW is set."""
    if os.environ.get(RENEW) == "1":
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(actual)
    assert path.exists(), f"there is no {path.name}; {RENEW}=1 writes it"
    expected = path.read_bytes()
    # As text first, so that pytest shows the lines that differ; line ends count all the same.
    assert actual.decode() == expected.decode(), f"{path.name} differs; {RENEW}=1 renews it"
    assert actual == expected
