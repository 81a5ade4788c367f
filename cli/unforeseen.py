"""An error that nobody foresaw: where the ledger is damaged, that is what is told.

Nothing that reads a ledger can be ready for every byte that a failing disk may put there. So the
ledger is looked at when something fails that should not: once, afterwards, at no cost before.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from cli.settings import Settings
from ledger.errors import DamagedError, LedgerError

if TYPE_CHECKING:
    from ledger.database import Database

BELIEVED = ("facts", "tree", "checkpoints", "timestamps", "documents", "views")
"""The checks that can explain it. A table that somebody put beside the ledger's cannot."""


def explained(settings: Settings) -> DamagedError | None:
    """The damage that explains an error; None where all ledgers hold together, or are none."""
    found = (_damage(where, settings.today) for where in settings.used)
    return next((damage for damage in found if damage is not None), None)


def _damage(where: Database, today: date) -> DamagedError | None:
    from cli.verify import checks_of
    from ledger.evidence.verify import attempted

    try:
        where.check()
        with where.inspecting() as connection:
            for name, check in checks_of(connection, where, {}, [], None, today):
                found = attempted(where, name, check)
                if not found.ok and (name in BELIEVED or not where.has_roles):
                    return _told(str(where), name, found.differences[0])
    except DamagedError as error:
        return error
    except LedgerError:
        return None
    except UnicodeDecodeError:  # of what the database says in its errors, too
        return _told(str(where), "schema", "it holds bytes that are no text")
    return None


def _told(ledger: str, name: str, difference: str) -> DamagedError:
    return DamagedError(
        f"{ledger} is damaged: {name}: {difference}",
        hint="`lsledger rebuild` makes the views anew from the facts."
        if name == "views"
        else "`lsledger verify` tells all that differs; restore it from a backup.",
    )
