"""Who else uses a ledger during a fault: a process that follows it, and somebody who asks."""

from __future__ import annotations

import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path
from threading import Event, Thread

from cli.settings import Settings
from faults.command import ACTOR
from faults.processes import until
from faults.writers import PASSING, ROOT, code, command_line, drafted, environment
from ledger import book
from ledger.database import locate
from ledger.store import opened
from projections import tables

QUESTIONS = (("portfolio",), ("log", "--last", "3"), ("status",))
"""What is asked in turn."""
BEGINNING = 30.0
"""Seconds within which a follower must have begun."""
FRESH = 30.0
"""Seconds within which a follower must have brought a new fact to the tables."""
ENDING = 60.0
"""Seconds within which it must have ended when it is asked to, or a question be answered."""


@dataclass(frozen=True)
class Follower:
    """A process that follows a ledger. log: the file of what it prints."""

    url: str
    log: Path
    process: subprocess.Popen[bytes]

    def problems(self) -> list[str]:
        """What is wrong with it after a fault, when nobody writes any more; ends it.

        It must be alive, bring a new fact to the tables, and end well when it is asked to.
        """
        if self.process.poll() is not None:
            return [f"follow ended by itself: {self.log.read_text('utf-8')[-300:]}"]
        problems = []
        _record_without_catching_up(self.url)
        try:
            until("the fact in the tables", lambda: _are_current(self.url), FRESH)
        except TimeoutError:
            problems.append(f"follow brought no new fact to the tables in {FRESH:g} s")
        self.process.send_signal(signal.SIGTERM)
        try:
            if self.process.wait(ENDING):
                problems.append(f"follow ended with {self.process.returncode}")
        except subprocess.TimeoutExpired:
            problems.append(f"follow did not end within {ENDING:g} s after SIGTERM")
        return problems


@contextmanager
def following(url: str, folder: Path) -> Iterator[Follower]:
    """A follower that has begun, and that is gone at the end."""
    log = folder / "follow"
    with log.open("wb") as out:
        process = subprocess.Popen(
            command_line("follow"),
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            cwd=ROOT,
            env=environment(url),
        )
    try:
        with told_with(log):
            until("a follower", lambda: "Following" in log.read_text("utf-8"), BEGINNING)
        yield Follower(url, log, process)
    finally:
        process.kill()
        process.wait()


@contextmanager
def told_with(log: Path) -> Iterator[None]:
    """What times out in the body says how a log ends."""
    try:
        yield
    except TimeoutError as error:
        error.add_note(log.read_text("utf-8")[-500:])
        raise


@dataclass(frozen=True)
class Asked:
    """A question that was asked. told: the code of the error that came instead of an answer.

    began, ended: seconds of the machine's monotonic clock. words: all that was said beside the
    answer.
    """

    began: float
    ended: float
    told: str | None
    words: str


@contextmanager
def asking(urls: Callable[[], Sequence[str]]) -> Iterator[list[Asked]]:
    """Ask all the while, by the command line, whoever is there to be asked; the list grows."""
    asked: list[Asked] = []
    end = Event()

    def ask() -> None:
        for question in cycle(QUESTIONS):
            for url in urls():
                if end.is_set():
                    return
                asked.append(_asked(url, question))
            if end.wait(0.1):
                return

    thread = Thread(target=ask)
    thread.start()
    try:
        yield asked
    finally:
        end.set()
        thread.join()


def answers_within(asked: Sequence[Asked], began: float, ended: float) -> int:
    """How many questions were asked and answered between two moments."""
    return sum(
        question.told is None and began <= question.began and question.ended <= ended
        for question in asked
    )


def badly_answered(asked: Sequence[Asked]) -> list[str]:
    """The errors that were told and are not those of a server that is just not there."""
    return [
        f"a replica answered: {' '.join(question.words.split())[-300:]}"
        for question in asked
        if question.told is not None and question.told not in PASSING
    ]


def _asked(url: str, question: tuple[str, ...]) -> Asked:
    began = time.monotonic()
    ran = subprocess.run(
        command_line(*question),
        capture_output=True,
        text=True,
        cwd=ROOT,
        env=environment(url),
        timeout=ENDING,
        check=False,
    )
    return Asked(began, time.monotonic(), code(ran), ran.stderr)


def _record_without_catching_up(url: str) -> None:
    with opened(locate(url)) as store:
        book.record(store, [drafted("follow", "따라온다")], actor=ACTOR, now=Settings().clock())


def _are_current(url: str) -> bool:
    with locate(url).reading() as connection:
        return tables.are_current(connection, Settings().today)
