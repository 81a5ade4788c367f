"""Ledgers to export: the example portfolio, and facts that are hard on every format."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from io import BytesIO
from pathlib import Path

from ledger import book, store
from ledger.cut import Cut
from ledger.database import Database
from ledger.intake import yaml_file
from projections import read
from projections.exports import FORMATS
from projections.read import Answer
from projections.views import NAMES
from tests.rooms import Room

TODAY = date(2026, 3, 31)
NOW = datetime(2026, 3, 31, 9, 30, tzinfo=UTC)
ACTOR = "김하늘 <kim@example.com>"
EXAMPLE = sorted((Path(__file__).parents[2] / "ledger" / "example").glob("*.yaml"))

HARD = """
source:
  id: hard
  title: "=HYPERLINK(\\"https://evil.example\\",\\"보도자료\\")"
  published: 2026-03
  publisher: "| a | b |"
  url: https://www.example.com/a_b?c=d&e=[f](g)
facts:
  - company.registered:
      id: hard-co
      name: "=HYPERLINK(\\"https://evil.example\\",\\"click\\")"
      other_names: ["+1 Co", "@SUM(A1)", "-", "＝1+1", "<r>x</r>", "_x0041_", "'=1", "*b* _i_"]
      local_names: ["하드 주식회사", "硬い会社"]
      note: "  -2+3 with | and \\\\| and a trailing \\\\"
      tags: ["a|b", "🔋"]
  - company.registered:
      id: hard-owner
      name: "🔋 배터리 | <script>alert(1)</script> & `code` \\\\"
  - company.ownership_stated:
      id: hard-co
      on: 2026-03-04
      owner: hard-owner
      kind: parent
      share: ">50%"
      quote: "[link](https://evil.example) ![image](x) ~~gone~~ **bold** $x$ http://a.example"
  - contract.signed:
      id: hard-supply
      on: 2026
      name: 네오디뮴 공급 계약 | "A"
      company: hard-co
      kind: supply
      role: seller
      counterparties: ["unnamed: 글로벌 | 광산; 회사", "hard-owner?"]
      stage: oxide
      quantity: ">500 t/yr [Nd]"
      value: ~28.5bn KRW ($19.4m)
      price: "첫 줄\\n=둘째 줄\\twww.example.com"
      term: 2026/2029
      country: VN
  - investment.announced:
      id: hard-odd-amount
      on: 2026-03-01
      company: hard-co
      stage: metal
      amount: ">1234567890123456.25 USD"
  - investment.announced:
      id: hard-range
      on: 2026-03-01
      company: hard-co
      stage: metal
      amount: 20-25.5bn KRW
  - plant.completed:
      id: hard-plant
      on: 1880-05-01
      company: hard-co
      name: ＠공장
      stage: metal
      place: "=cmd|' /C calc'!A0"
  - plant.capacity_stated:
      id: hard-plant
      on: 2026-Q1
      capacity: 20-25.5 kt/yr
  - promise.made:
      id: hard-promise
      on: 2026-03-04
      by: hard-co
      statement: "- 5천 톤\\n- 6천 톤"
      measure: capacity
      quantity: "<1 kt/yr"
      due: ../2029
      wording: aims
"""

CONTRADICTING = """
source:
  id: hard-other
  title: "-1+1 | 정정보도"
  published: 2026-03-10
facts:
  - contract.signed: {id: hard-twice, on: 2026, source: hard, company: hard-co, value: 30bn KRW}
  - contract.signed:
      id: hard-twice
      on: 2026
      company: hard-co
      counterparties: ["unnamed: =1+1 | <b>다른</b> 회사"]
      value: 40bn KRW
  - plant.named: {id: hard-doubtful, on: 2026, source: hard, name: "=1+1", company: hard-co}
  - fact.disputed:
      ref: plant:hard-doubtful@1
      reason: "=cmd|' /C calc'!A0\\n| 1881년에 준공 |"
"""


def made(room: Room, *files: Path) -> Database:
    """A new ledger of the facts in the files, all recorded at the same moment."""
    where = room.place()
    with store.created(where) as ledger:
        for file in files:
            book.record(ledger, yaml_file.read(str(file)), actor=ACTOR, now=NOW)
    return where


@contextmanager
def reading(where: Database, cut: Cut | None = None) -> Iterator[read.Reader]:
    """A reader at a cut, by default now."""
    with read.reader(where, cut or Cut(TODAY), TODAY) as reader:
        yield reader


def answers(where: Database) -> dict[str, Answer]:
    """What every view of the ledger shows now."""
    with reading(where) as reader:
        return {name: reader.answer(name).held() for name in NAMES}


def written(form: str, answer: Answer) -> bytes:
    """An answer in the format of that name."""
    out = BytesIO()
    FORMATS[form].write(answer, out)
    return out.getvalue()
