"""Synthetic ledgers: as many import objects as asked for, the same ones for the same seed.

    python -m benchmarks.synthetic 10000 > facts.jsonl

A few sources and companies come first, then plants, contracts, investments, promises and
context, eight facts a stream on average. A clock runs from 2016 to the end of 2024 while
streams open and go on side by side, so that the facts of a stream lie far apart in the
sequence, as they do in a ledger that is kept for years. Every stream keeps to the
lifecycle of its kind; about a tenth of the facts come late, after one that happened later.
Among them are the facts of `steady.py`, the same at every size.

Facts are made one by one; what is kept meanwhile are the streams that go on.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import islice
from random import Random
from typing import Any, TypeAlias

from benchmarks import steady
from benchmarks.steady import ImportObject

FACTS_PER_STREAM = 8

FIRST, LAST = date(2016, 1, 1), date(2024, 12, 31)
"""The days between which the clock runs."""

NO_LATER = date(2025, 6, 30)
"""The last day that a date as coarse as a year may reach."""

HOLD = 0.19
"""How often a fact that may come late does, which makes a tenth of all facts late."""

Told: TypeAlias = tuple[ImportObject, bool]
"""A fact, and whether it may be recorded after the next one of its stream."""


def generate(n: int, seed: int = 1) -> Iterator[ImportObject]:
    """Import objects in the shape of JSON Lines: n facts over about n / 8 streams."""
    world = _World(Random(seed), sources=max(1, n // 400), companies=max(2, min(200, n // 300)))
    return islice(_everything(world, n), n)


def _everything(world: _World, n: int) -> Iterator[ImportObject]:
    head = [*_sources(world), *_companies(world), steady.company()]
    yield from head
    same = steady.facts()
    same_told = 0
    body = n - len(head)
    streams = max(1, n // FACTS_PER_STREAM - world.sources - world.companies)
    open_streams: list[_Stream] = []
    opened = 0
    for told in range(max(0, body)):
        world.progress = told / body
        if same_told < len(same) and told * len(same) >= same_told * body:
            yield same[same_told]
            same_told += 1
            continue
        if not open_streams or opened < world.progress * streams:
            opened += 1
            stream = _Stream(world, opened)
            open_streams.append(stream)
            place = len(open_streams) - 1
        else:
            place = world.rng.randrange(len(open_streams))
            stream = open_streams[place]
        yield stream.next_fact()
        if stream.at_its_end:
            open_streams[place] = open_streams[-1]
            open_streams.pop()


@dataclass
class _World:
    """What all streams share: the dice, the clock, what can be referred to."""

    rng: Random
    sources: int
    companies: int
    progress: float = 0.0
    streams: dict[str, list[str]] = field(default_factory=lambda: {"plant": [], "contract": []})

    @property
    def today(self) -> date:
        return FIRST + (LAST - FIRST) * self.progress

    def chance(self, of_one: float) -> bool:
        return self.rng.random() < of_one

    def company(self) -> str:
        return f"company-{self.rng.randrange(self.companies) + 1}"

    def party(self) -> str:
        if self.chance(0.2):
            return f"unnamed: {self.rng.choice(UNNAMED)}"
        return self.company() + ("?" if self.chance(0.1) else "")

    def source(self) -> str:
        """One of the three newest documents."""
        newest = int(self.progress * self.sources)
        return f"source-{max(0, newest - self.rng.randrange(3)) + 1}"

    def some(self, kind: str) -> list[str]:
        """One of the streams of a kind, if there are any yet."""
        known = self.streams[kind]
        return [self.rng.choice(known)] if known else []


class _Stream:
    """One stream on its way: its next fact, a late one after the one that it follows."""

    def __init__(self, world: _World, number: int) -> None:
        kind = world.rng.choices(list(LIFECYCLES), WEIGHTS)[0]
        self.world = world
        self.story = LIFECYCLES[kind](_Teller(world, kind, f"{kind}-{number}"))
        self.coming = next(self.story, None)
        if kind in world.streams:
            world.streams[kind].append(f"{kind}:{kind}-{number}")

    @property
    def at_its_end(self) -> bool:
        return self.coming is None

    def next_fact(self) -> ImportObject:
        assert self.coming is not None
        fact, may_wait = self.coming
        self.coming = next(self.story, None)
        if may_wait and self.coming is not None and self.world.chance(HOLD):
            (following, _), self.coming = self.coming, (fact, False)
            return following
        return fact


@dataclass
class _Teller:
    """Makes the facts of one stream, each dated after the one before it."""

    world: _World
    kind: str
    id: str
    last_day: date = date(2015, 12, 31)

    def __call__(self, type_: str, *, waits: bool = False, **fields: Any) -> Told:
        rng, world = self.world.rng, self.world
        fact: ImportObject = {"type": f"{self.kind}.{type_}", "id": self.id, "on": self._date()}
        fact |= {name: value for name, value in fields.items() if value not in (None, [])}
        fact["source"] = world.source()
        if world.chance(0.8):
            fact["locator"] = f"page {rng.randrange(1, 9)}, sentence {rng.randrange(1, 30)}"
        if world.chance(0.3):
            fact["quote"] = rng.choice(QUOTES)
        if world.chance(0.15):
            fact["note"] = rng.choice(NOTES)
        if world.chance(0.25):
            fact["tags"] = rng.sample(TAGS, rng.randrange(1, 3))
        return fact, waits

    def _date(self) -> str:
        """A partial date: a day or, where it fits between the facts, something coarser."""
        rng = self.world.rng
        day = max(
            self.world.today - timedelta(days=rng.randrange(60)), self.last_day + timedelta(days=1)
        )
        text, first, last = _period(rng.choices(FORMS, FORM_WEIGHTS)[0], day)
        if first <= self.last_day or last > NO_LATER:
            text, _, last = _period("day", day)
        self.last_day = last
        return text + rng.choices(("", "~", "?"), (92, 5, 3))[0] if "/" not in text else text


FORMS = ("day", "month", "quarter", "half", "year", "interval")
FORM_WEIGHTS = (50, 24, 9, 4, 9, 4)


def _period(form: str, day: date) -> tuple[str, date, date]:
    """The period around a day as text, with its first and last day."""
    if form == "day":
        return day.isoformat(), day, day
    months = {"month": 1, "quarter": 3, "half": 6, "year": 12, "interval": 3}[form]
    number = (day.month - 1) // months
    first = date(day.year, number * months + 1, 1)
    after = number * months + months
    last = date(day.year + after // 12, after % 12 + 1, 1) - timedelta(days=1)
    text = {
        "month": f"{first:%Y-%m}",
        "quarter": f"{day.year}-Q{number + 1}",
        "half": f"{day.year}-H{number + 1}",
        "year": str(day.year),
        "interval": f"{first:%Y-%m}/{last:%Y-%m}",
    }[form]
    return text, first, last


def _sources(world: _World) -> Iterator[ImportObject]:
    for number in range(world.sources):
        published = FIRST + (LAST - FIRST) * ((number + 1) / world.sources)
        korean = world.chance(0.4)
        yield {
            "type": "source.registered",
            "id": f"source-{number + 1}",
            "title": f"보도자료 제{number + 1}호" if korean else f"Press release {number + 1}",
            "published": published.isoformat(),
            "publisher": world.rng.choice(("PR Center", "Newswire", "전자공시시스템")),
            "url": f"https://example.com/releases/{number + 1}",
            "language": "ko" if korean else "en",
        }


def _companies(world: _World) -> Iterator[ImportObject]:
    for number in range(1, world.companies + 1):
        rng = world.rng
        place, country = rng.choice(PLACES)
        word, korean = rng.choice(NAMES)
        yield {
            "type": "company.registered",
            "id": f"company-{number}",
            "name": f"{word} {number}",
            "local_names": [f"{korean} {number}"],
            "country": country,
            "place": place,
            "source": "source-1",
        }
        if number > 1 and world.chance(0.5):
            yield {
                "type": "company.ownership_stated",
                "id": f"company-{number}",
                "on": str(rng.randrange(2005, 2016)),
                "owner": f"company-{rng.randrange(1, number)}",
                "kind": rng.choice(("parent", "subsidiary", "joint venture")),
                "share": rng.choice(("100%", ">50%", "~30%", "49%")),
                "source": "source-1",
            }


def _subject(world: _World, noun: str) -> ImportObject:
    stage, product = world.rng.choice(STAGES)
    place, country = world.rng.choice(PLACES)
    return {
        "name": f"{place} {product} {noun}",
        "company": world.company(),
        "stage": stage,
        "product": product,
        "place": place,
        "country": country,
    }


def _plant(tell: _Teller) -> Iterator[Told]:
    world = tell.world
    opening = world.rng.choices(("proposed", "named", "under_construction"), (70, 15, 15))[0]
    yield tell(opening, **_subject(world, "plant"))
    if opening != "under_construction":
        if world.chance(0.7):
            yield tell("site_selected", waits=True, place_is="stated")
        if world.chance(0.6):
            yield tell("permitted", waits=True)
        if opening == "proposed" and world.chance(0.1):
            yield tell("cancelled", reason="The partners could not agree on terms.")
            return
        yield tell("construction_started")
    yield tell("capacity_stated", waits=True, capacity=_rate(world))
    if world.chance(0.12):
        yield tell("suspended", reason="Prices fell.")
        yield tell("resumed")
    yield tell("completed", waits=True)
    if world.chance(0.5):
        yield tell("commissioned", waits=True)
    yield tell("operating")
    while not world.chance(0.03):
        match world.rng.choices(("report", "state", "expand", "halt"), (70, 12, 12, 6))[0]:
            case "report":
                year = tell.last_day.year - 1
                period = world.rng.choice((f"{year}", f"{year}-Q{world.rng.randrange(1, 5)}"))
                amount = _mass(world)
                yield tell("production_reported", waits=True, production=amount, period=period)
            case "state":
                yield tell("capacity_stated", waits=True, capacity=_rate(world))
            case "expand" if world.chance(0.5):
                yield tell("capacity_expanded", waits=True, added=_rate(world))
            case "expand":
                yield tell("capacity_expanded", waits=True, capacity=_rate(world))
            case _:
                yield tell("suspended", reason="Maintenance.")
                yield tell("resumed")
    yield tell("closed", reason="수요 감소")


def _contract(tell: _Teller) -> Iterator[Told]:
    world = tell.world
    opening = world.rng.choice(("negotiating", "agreed_in_principle", "signed"))
    yield tell(
        opening,
        **_subject(world, "contract"),
        kind=world.rng.choice(("purchase", "supply", "offtake", "framework", "EPC")),
        role=world.rng.choice(("buyer", "seller", "partner")),
        counterparties=list(dict.fromkeys(world.party() for _ in range(world.rng.choice((1, 2))))),
    )
    if opening == "negotiating" and world.chance(0.6):
        yield tell("agreed_in_principle", waits=True)
    if opening != "signed":
        if world.chance(0.1):
            yield tell("terminated", reason="Talks broke off.")
            return
        yield tell("signed")
    year = tell.last_day.year
    yield tell(
        "amended",
        waits=True,
        quantity=_rate(world),
        value=_money(world),
        term=world.rng.choice((f"{year}/{year + 5}", f"{year}/..", f"../{year + 7}")),
        price="Index of the month before delivery, less a discount.",
    )
    while not world.chance(0.08):
        match world.rng.choices(("deliver", "amend", "postpone", "halt"), (75, 12, 7, 6))[0]:
            case "deliver":
                period = f"{tell.last_day.year}-Q{world.rng.randrange(1, 5)}"
                yield tell("delivery_recorded", waits=True, quantity=_mass(world), period=period)
            case "amend":
                yield tell("amended", waits=True, quantity=_rate(world))
            case "postpone":
                yield tell("postponed", until=str(tell.last_day.year + 1), reason="Late permits.")
                yield tell("resumed")
            case _:
                yield tell("suspended", reason="납품 중단")
                yield tell("resumed")
    yield tell(world.rng.choice(("completed", "expired", "terminated")))


def _investment(tell: _Teller) -> Iterator[Told]:
    world = tell.world
    opening = world.rng.choice(("planned", "announced"))
    plants = world.some("plant") if world.chance(0.6) else []
    yield tell(opening, **_subject(world, "investment"), amount=_money(world), plants=plants)
    if opening == "planned":
        yield tell("announced", waits=True, amount=_money(world))
    yield tell("approved", waits=True)
    yield tell("committed", waits=True, purpose="Equipment and buildings of the first line.")
    while not world.chance(0.1):
        match world.rng.choices(("fund", "revise", "halt"), (65, 28, 7))[0]:
            case "fund":
                yield tell("funded", waits=True, funding=_money(world), funded_by="A bank loan.")
            case "revise":
                yield tell("revised", waits=True, amount=_money(world), reason="The scope grew.")
            case _:
                yield tell("suspended", reason="Financing was not in place.")
                yield tell("resumed")
    yield tell("cancelled" if world.chance(0.2) else "completed")


def _promise(tell: _Teller) -> Iterator[Told]:
    world = tell.world
    stage, product = world.rng.choice(STAGES)
    yield tell(
        "made",
        by=world.party(),
        statement=f"It will make {product} by the end of the decade.",
        measure=world.rng.choice(("capacity", "production", "supply")),
        wording=world.rng.choice(("aims", "plans", "expects", "set to", "possible")),
        about=world.some(world.rng.choice(("plant", "contract"))) if world.chance(0.8) else [],
        stage=stage,
        quantity=_rate(world),
        due=_due(world) if world.chance(0.85) else None,
        recurring=True if world.chance(0.15) else None,
        condition="If the permits are granted." if world.chance(0.2) else None,
    )
    while not world.chance(0.15):
        yield tell(
            "revised",
            waits=True,
            due=_due(world),
            quantity=_rate(world) if world.chance(0.4) else None,
            reason="Later than first said.",
        )
    ending = world.rng.choice(("kept", "missed", "withdrawn"))
    yield tell(ending, reached=_rate(world) if ending != "withdrawn" else None)


def _context(tell: _Teller) -> Iterator[Told]:
    world = tell.world
    subject = world.rng.choice(("market", "country", "company"))
    while True:
        yield tell(
            "noted",
            waits=True,
            subject=subject,
            about={"market": "rare earths", "country": "VN"}.get(subject),
            company=world.company() if subject == "company" else None,
            statement="Demand is said to outgrow supply; 공급 부족이 이어질 전망이다.",
            quantity=_rate(world) if world.chance(0.4) else None,
        )
        if world.chance(0.12):
            return


LIFECYCLES: dict[str, Callable[[_Teller], Iterator[Told]]] = {
    "plant": _plant,
    "contract": _contract,
    "investment": _investment,
    "promise": _promise,
    "context": _context,
}
WEIGHTS = (35, 25, 20, 15, 5)


def _number(world: _World) -> str:
    return f"{world.rng.randrange(1, 100) * 10 ** world.rng.randrange(2, 4):,}"


def _bounded(world: _World, low: int, text: str) -> str:
    """A number as sources state it: exact, bounded, a range, or about so much."""
    form = world.rng.choices(
        ("{}", ">{}", ">={}", "<{}", "~{}", "{low}-{high}"), (45, 10, 8, 5, 20, 12)
    )[0]
    return form.format(text, low=low, high=low + world.rng.randrange(1, 20))


def _mass(world: _World) -> str:
    basis = world.rng.choices(("", " [Ni metal]", " [REO]"), (80, 10, 10))[0]
    return f"{_bounded(world, world.rng.randrange(1, 900), _number(world))} t{basis}"


def _rate(world: _World) -> str:
    if world.chance(0.3):
        size = world.rng.randrange(1, 90)
        return f"{_bounded(world, size, str(size))} kt/yr"
    return f"{_bounded(world, world.rng.randrange(1, 900), _number(world))} t/yr"


def _money(world: _World) -> str:
    billions = world.rng.randrange(5, 2000)
    dollars = max(1, round(billions / 1.4))
    form = world.rng.choices(
        ("{b}bn KRW", "{b}bn KRW (${d}m)", "{e}억원", "~{b}bn KRW", ">${d}m", "${d}-{h}m",
         "{e}억원 (${d}m; {d}m EUR)"),
        (25, 25, 15, 12, 8, 8, 7),
    )[0]  # fmt: skip
    return form.format(b=f"{billions:,}", e=f"{billions * 10:,}", d=dollars, h=dollars + 10)


def _due(world: _World) -> str:
    year = world.today.year + world.rng.randrange(0, 6)
    return world.rng.choice((f"{year}", f"../{year}", f"{year}-H2", f"{year}-Q1", f"{year}/.."))


PLACES = (
    ("Ulsan", "KR"), ("군산", "KR"), ("Onsan", "KR"), ("새만금", "KR"), ("Hai Phong", "VN"),
    ("Ho Chi Minh City", "VN"), ("Morowali", "ID"), ("Chesapeake, Virginia", "US"),
)  # fmt: skip
NAMES = (
    ("Hanbit Materials", "한빛머티리얼즈"), ("Daehan Cable", "대한케이블"),
    ("Saebyeok Metals", "새벽금속"), ("Northfield Mining", "노스필드"),
)  # fmt: skip
STAGES = (
    ("oxide", "rare earth oxides"), ("metal", "rare earth metal"), ("magnet", "영구자석"),
    ("nickel-sulfate", "nickel sulfate"), ("precursor", "전구체"), ("cathode", "cathode material"),
    ("copper-cathode", "copper cathode"), ("cable", "submarine cable"),
)  # fmt: skip
UNNAMED = ("global mining firms", "a European car maker", "국내 완성차 업체")
QUOTES = (
    "The company said on Tuesday that the plant would supply customers in three countries.",
    "회사는 2026년까지 연간 1만 톤 규모의 생산 체제를 갖출 계획이라고 밝혔다.",
    "Both sides agreed to work together along the whole value chain, from ore to magnet.",
)
NOTES = (
    "The text gives no day; the month is that of publication.",
    "Tons are read as metric tonnes, which the text does not state.",
)
TAGS = ("strategy", "vietnam", "battery", "재확인", "Q&A")


def main() -> None:
    """Write a synthetic ledger as JSON Lines to standard output."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.synthetic", description=__doc__)
    parser.add_argument("facts", type=int, help="how many facts")
    parser.add_argument("--seed", type=int, default=1, help="another seed, other facts")
    given = parser.parse_args()
    sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]  # a TextIOWrapper, as ever
    for fact in generate(given.facts, given.seed):
        sys.stdout.write(json.dumps(fact, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
