"""Doing again what a lost connection broke off."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

from ledger import database
from ledger.server_errors import ConnectionLostError, UnreachableError

T = TypeVar("T")

FIRST_PAUSE, LONGEST_PAUSE = 0.1, 2.0
"""Seconds between one attempt and the next; each pause is twice the one before."""


def persistently(act: Callable[[], T]) -> T:
    """What the function gives, which is called again when the connection was lost meanwhile.

    It must be one that may be called again after it was done in part or wholly. A server is
    waited for as long as `PATIENCE` says, from the first loss on; then the last error is raised.
    """
    deadline, pause = None, FIRST_PAUSE
    while True:
        try:
            return act()
        except (ConnectionLostError, UnreachableError):
            now = time.monotonic()
            deadline = deadline or now + database.PATIENCE
            if now >= deadline:
                raise
            time.sleep(pause)
            pause = min(2 * pause, LONGEST_PAUSE)
