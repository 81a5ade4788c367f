"""What every command knows: which ledger, who is asking, and what time it is.

The clock and the actor enter here, at the edge, and nowhere further in.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ledger.database import Database

DEFAULT_LEDGER = "ledger.db"


def system_clock() -> datetime:
    """The present moment in UTC."""
    return datetime.now(UTC)


class Settings:
    """The options that stand before or after any command.

    ledger: a path or URL. key: the file of a signing key. trust: verifier keys, or files of
    them. clock: gives the present moment; tests set it. force and dry_run: as they were given
    to `record` before the fact type. told: whether it was said already that a standby is asked.
    named: the ledgers that a command names itself, and uses in place of `ledger`.
    """

    def __init__(
        self,
        ledger: str = DEFAULT_LEDGER,
        *,
        actor: str | None = None,
        clock: Callable[[], datetime] = system_clock,
    ) -> None:
        self.ledger = ledger
        self.actor = actor
        self.clock = clock
        self.key: str | None = None
        self.trust: tuple[str, ...] = ()
        self.json_errors = False
        self.force = False
        self.dry_run = False
        self.told = False
        self.named: tuple[Database, ...] = ()

    @property
    def database(self) -> Database:
        """Where the ledger is."""
        from ledger.database import locate

        return locate(self.ledger, self._tell)

    @property
    def used(self) -> tuple[Database, ...]:
        """Every ledger that the command works on."""
        return self.named or (self.database,)

    def _tell(self, text: str) -> None:
        """Say once how far behind a standby is, however often the command looks."""
        from cli import messages

        if not self.told:
            messages.say(text)
        self.told = True

    @property
    def today(self) -> date:
        """The present day in UTC, which is what `--as-of` means when it is left out."""
        return self.clock().astimezone(UTC).date()

    def actor_name(self) -> str:
        """Who is recording: --actor, LSLEDGER_ACTOR, git's user.email, or the system user."""
        named = self.actor or os.environ.get("LSLEDGER_ACTOR", "").strip()
        return named or _git_email() or _system_user()


def _git_email() -> str | None:
    import subprocess

    try:
        found = subprocess.run(
            ["git", "config", "user.email"], capture_output=True, text=True, timeout=5, check=False
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return found.stdout.strip() or None


def _system_user() -> str:
    import getpass

    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return f"uid {os.getuid()}"
