"""Which facts of the log to keep: by stream, type, people, document, and the three times."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ledger.values import PartialDate
    from projections.views import log


@dataclass(frozen=True, slots=True)
class LogFilter:
    """What to keep; None does not limit.

    type: a whole type (plant.completed) or the kind before its dot (plant). since and
    until: recorded times, as instants or sequence numbers, both inclusive. happened and
    published: first and last day, compared with the days that a partial date may mean.
    """

    stream: str | None = None
    type: str | None = None
    actor: str | None = None
    source: str | None = None
    company: str | None = None
    tag: str | None = None
    since: datetime | int | None = None
    until: datetime | int | None = None
    happened_since: date | None = None
    happened_until: date | None = None
    published_since: date | None = None
    published_until: date | None = None
    last: int | None = None

    def keep(self, row: log.Row) -> bool:
        """Whether a row passes."""
        return (
            self.stream in (None, row.stream)
            and self.type in (None, row.type, row.type.partition(".")[0])
            and self.actor in (None, row.actor)
            and self.source in (None, row.source)
            and (self.company is None or any(self.company == p.company for p in row.company))
            and (self.tag is None or self.tag in row.tags)
            and self._recorded(row)
            and _within(row.on, self.happened_since, self.happened_until)
            and _within(row.published, self.published_since, self.published_until)
        )

    def _recorded(self, row: log.Row) -> bool:
        at = datetime.fromisoformat(row.recorded_at)

        since, until = self.since, self.until
        if since is not None and (row.seq < since if isinstance(since, int) else at < since):
            return False
        return until is None or (row.seq <= until if isinstance(until, int) else at <= until)


def _within(on: PartialDate | None, since: date | None, until: date | None) -> bool:
    if on is None:  # without a date: so from the beginning
        return since is None
    return (since is None or on.latest >= since) and (until is None or on.earliest <= until)
