"""Following: the tables on a server are kept fresh, as facts come in and as days go by.

the library's subscription tells of new facts, the clock of a new day -> catch_up, all at once
a connection that is lost -> another one, as long as the patience lasts

The work is done by the thread that calls; the subscription's own threads only tell it that there
is some. Every catching up is one transaction, so that a follower may be killed at any time.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from datetime import time as time_of_day
from threading import Event, Thread

from ledger import database
from ledger.database import Database
from ledger.errors import BusyError, ReadOnlyError
from ledger.server_errors import ConnectionLostError, UnreachableError
from ledger.store import Store, opened
from projections import tables
from projections.catch_up import catch_up

LOOK = 10.0
"""Seconds after which it looks by itself, too: whoever adds facts with another program notifies
nobody, and of what is committed in the moment in which a subscription begins, it does not tell."""

FIRST_PAUSE, LONGEST_PAUSE = 0.5, 8.0
"""Seconds between one attempt to connect and the next; each pause is twice the one before."""

LOST = (ConnectionLostError, UnreachableError, ReadOnlyError)
"""What passes when a server starts again or another one takes its place, which follows first."""


@dataclass(frozen=True, slots=True)
class CaughtUp:
    """One catching up: when it was done, how many facts the tables have got since the one before,
    whoever applied them, and the newest in them.
    """

    at: datetime
    applied: int
    last_seq: int


class Stop:
    """A wish to stop, which is called by whoever has it, such as the handler of a signal.

    It is heeded by a KeyboardInterrupt where the following waits, for whatever it may be. Elsewhere
    it is remembered, so that no connection and no thread is left behind.
    """

    def __init__(self) -> None:
        self.wished = False
        self._heeding = False

    def __call__(self, *_: object) -> None:
        """Wish it; raises KeyboardInterrupt, at the first time, where it is heeded."""
        first, self.wished = not self.wished, True
        if first and self._heeding:
            raise KeyboardInterrupt

    @contextmanager
    def heeded(self) -> Iterator[None]:
        """Raise KeyboardInterrupt as soon as a stop is wished for, or at once if it was."""
        self._heeding = True
        try:
            if self.wished:
                raise KeyboardInterrupt
            yield
        finally:
            self._heeding = False


def follow(
    where: Database,
    clock: Callable[[], datetime],
    stop: Stop,
    *,
    told: Callable[[CaughtUp], None],
    say: Callable[[str], None],
) -> None:
    """Keep the tables fresh until a stop is wished for, which raises KeyboardInterrupt.

    told: is called after each catching up. say: is told in a line when a connection is lost or
    found again. Raises the StoreError that keeps the ledger from being followed at all, or, after
    a loss, the last error when the server did not come back for as long as `PATIENCE` says.
    """
    _Follower(where, clock, stop, told, say).run()


@dataclass
class _News:
    """What a subscription brings: that there is something, or why it has ended."""

    come: Event = field(default_factory=Event)
    ended_by: BaseException | None = None

    def listen(self, subscription: Iterable[object]) -> None:
        """Tell of each fact, until the subscription ends."""
        try:
            for _ in subscription:
                self.come.set()
        except BaseException as error:  # noqa: BLE001
            self.ended_by = error  # for the thread that waits
        self.come.set()


@dataclass
class _Follower:
    """The following of one ledger, from connection to connection.

    day: the one for which it has looked. position: the newest fact that it has told of.
    """

    where: Database
    clock: Callable[[], datetime]
    stop: Stop
    told: Callable[[CaughtUp], None]
    say: Callable[[str], None]
    day: date = date.min
    position: int | None = None

    def run(self) -> None:
        deadline, pause, found = None, FIRST_PAUSE, False
        while True:
            try:
                with ExitStack() as held:
                    with self.stop.heeded():
                        store = held.enter_context(opened(self.where))
                        position = self._look(store)
                    news = _subscribed(store, position, held)
                    self.say("Connected again." if found else f"Following {self.where}.")
                    deadline, pause, found = None, FIRST_PAUSE, True
                    self._keep_fresh(store, news)
            except LOST as error:
                now = time.monotonic()
                deadline = deadline or now + database.PATIENCE
                if not found or now >= deadline:
                    raise
                pause = min(pause, deadline - now)
                self.say(f"{error.what}; connecting again in {pause:.1f} s.")
                with self.stop.heeded():
                    time.sleep(pause)
                pause = min(2 * pause, LONGEST_PAUSE)

    def _keep_fresh(self, store: Store, news: _News) -> None:
        """Catch up whenever there is something new, until the connection is lost."""
        while True:
            with self.stop.heeded():
                news.come.wait(min(LOOK, self._until_tomorrow()))
                news.come.clear()  # before the look: what comes meanwhile is looked at next
                if news.ended_by is not None:
                    raise self.where.fault(news.ended_by)
                self._look(store)

    def _look(self, store: Store) -> int:
        """Catch up if the tables are behind, and tell of it; the newest fact in them."""
        self.day = self.clock().astimezone(UTC).date()
        position = self.position or 0
        try:
            with self.where.reading() as connection:
                position = tables.position(connection)
                current = tables.are_current(connection, self.day)
            if self.position is None:
                self.position = position
            if current:
                return position
            catch_up(store, self.day)
            with self.where.reading() as connection:
                position = tables.position(connection)
        except BusyError:
            self.say(f"Another process has been writing all the while; {LOOK:.0f} s more.")
            return position
        self.told(CaughtUp(self.clock(), position - self.position, position))
        self.position = position
        return position

    def _until_tomorrow(self) -> float:
        """Seconds until the day ends that was looked for."""
        tomorrow = datetime.combine(self.day + timedelta(days=1), time_of_day(), UTC)
        return max(0.0, (tomorrow - self.clock()).total_seconds())


def _subscribed(store: Store, position: int, held: ExitStack) -> _News:
    """Subscribe to the facts after a position, for as long as the stack holds it."""
    subscription = store.recorder.subscribe(gt=position)
    held.enter_context(subscription)  # waits for its threads in the end,
    held.callback(store.close)  # which give up when there are no connections any more
    held.callback(subscription.stop)
    news = _News()
    Thread(target=news.listen, args=(subscription,), daemon=True).start()
    return news
