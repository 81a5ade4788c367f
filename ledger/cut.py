"""The cut that a view is asked at: as of a day, as known at a moment, as public on a day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache


@lru_cache(maxsize=1_024)  # the facts of an import were recorded at the same moment
def time_text(moment: datetime) -> str:
    """A recorded time as it is stored and shown in data: UTC, microseconds, `Z`."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


@dataclass(frozen=True, slots=True)
class Cut:
    """What a view is asked at.

    as_of: the last day that counts. known_at: the last moment of recording, as an instant
    or as a sequence number; None for all. public_at: the last day of publication; None
    for no limit.
    """

    as_of: date
    known_at: datetime | int | None = None
    public_at: date | None = None
