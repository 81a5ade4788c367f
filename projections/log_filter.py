"""Which facts of the log to keep: by stream, type, people, document, and the three times."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from ledger.cut import time_text
from projections.wanted import LARGEST, Condition, Wanted, either, has_one_of, one_of

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

    def wanted(self) -> Wanted:
        """The same for a table."""
        if self.stream is not None:
            return Wanted.of((self.stream,), *self._conditions())
        return Wanted(conditions=tuple(self._conditions()))

    def _conditions(self) -> Iterator[Condition]:
        if self.type is not None:
            kind = ('"type" >= ? AND "type" < ?', (f"{self.type}.", f"{self.type}/"))
            yield from (either((one, kind)) for one in one_of("type", (self.type,)))
        for name in ("actor", "source"):
            if (word := getattr(self, name)) is not None:
                yield from one_of(name, (word,))
        if self.company is not None:
            yield from has_one_of("company", (self.company, f"{self.company}?"))
        if self.tag is not None:
            yield from has_one_of("tags", (self.tag,))
        yield from _recorded_there(">=", self.since)
        yield from _recorded_there("<=", self.until)
        yield from _within_there("on", self.happened_since, self.happened_until)
        yield from _within_there("published", self.published_since, self.published_until)

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


def _recorded_there(sign: str, limit: datetime | int | None) -> Iterator[Condition]:
    if isinstance(limit, int):
        yield f'"seq" {sign} ?', (min(limit, LARGEST),)
    elif limit is not None and 1_000 <= limit.year < date.max.year:  # others have no such text
        # Recorded times never decrease: the first fact, or the last one, is found by its time.
        order, none = ("", LARGEST) if sign == ">=" else (" DESC", 0)
        seq = (
            f"SELECT seq FROM view_log WHERE recorded_at {sign} ? "
            f"ORDER BY recorded_at{order}, seq{order} LIMIT 1"
        )
        yield f"seq {sign} coalesce(({seq}), {none})", (time_text(limit),)


def _within_there(name: str, since: date | None, until: date | None) -> Iterator[Condition]:
    """An end that is open, or of a date that is not there, is an empty cell."""
    if since is not None:
        known = f'"{name}_latest" IS NULL AND "{name}" IS NOT NULL'
        yield f'"{name}_latest" >= ? OR {known}', (since.isoformat(),)
    if until is not None:
        yield f'"{name}_earliest" <= ? OR "{name}_earliest" IS NULL', (until.isoformat(),)
