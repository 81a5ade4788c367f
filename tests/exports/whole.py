"""A ledger to be handed on as a whole: the example, what is hard on every format, and more."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from cli.main import run
from cli.settings import Settings
from ledger.database import Database
from projections.read import Answer
from tests.exports.portfolio import CONTRADICTING, EXAMPLE, HARD, NOW, answers, made
from tests.rooms import Room

LONG = "천" * 4_000
"""As long as a text of a fact may be; longer ones are refused."""

MORE = f"""
source:
  id: more
  title: "<img src=x onerror=alert(1)> 🔋"
  published: ../2026-03
facts:
  - company.registered: {{id: more-co, name: "{"긴" * 299}🔋"}}
  - investment.announced:
      id: more-trillion
      on: 2026-03-01
      company: more-co
      stage: metal
      amount: ~1 trillion KRW
  - investment.announced:
      id: more-exact
      on: 2026-03-01
      company: more-co
      stage: metal
      amount: "1234567890.123456789012 USD"
  - investment.announced:
      id: more-large
      on: 2026-03-01
      company: more-co
      stage: metal
      amount: "123456789012345678901234567890 VND"
  - promise.made:
      id: more-promise
      on: 2026-03-04
      by: more-co
      statement: "<script>alert('말')</script>"
      measure: supply
      quantity: ">500 t/yr"
      due: ../2029
      wording: plans
  - promise.made:
      id: more-long
      on: 2026-03-04
      by: more-co
      statement: 말이 길다
      quote: "{LONG}"
      measure: completion
      wording: plans
"""


@dataclass(frozen=True)
class Whole:
    """A ledger, the command line that works on it, and what every view shows."""

    url: str
    where: Database
    shown: dict[str, Answer]

    def __call__(self, *words: str) -> int:
        """Run `lsledger` with these words; its exit code."""
        return run(list(words), Settings(self.url, clock=lambda: NOW))


def whole(new_room: Callable[[str], Room], name: str, *texts: str) -> Whole:
    """A new ledger of the example and of these files of facts."""
    room = new_room(name)
    files: list[Path] = []
    for number, text in enumerate(texts):
        files.append(room.folder / f"{number}.yaml")
        files[-1].write_text(text, "utf-8")
    where = made(room, *EXAMPLE, *files)
    return Whole(room.url(), where, answers(where))


TEXTS = (HARD, CONTRADICTING, MORE)
