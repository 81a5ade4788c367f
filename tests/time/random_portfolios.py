"""Random portfolios for the laws: plants, contracts, investments, promises that read them,
companies and documents, and what is said about all of these afterwards.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from ledger import book
from ledger.cut import Cut
from ledger.envelope import Draft, Fact
from ledger.errors import CollectedError, InputError, RuleError
from ledger.facts.revision import FactCorrected
from ledger.fields import draft as draft_of
from ledger.store import Store
from projections.read import Reader, RowsOf, reader
from projections.time_travel import Past
from projections.view import View
from projections.views import load_all
from tests.rooms import Room
from tests.time.given import ACTOR, ledger_in, morning
from tests.time.random_facts import Template, template_of

TODAY = date(2026, 3, 4)
FIRST = 9
"""How many facts every portfolio begins with."""

DATES = (
    *("2024", "2024-06", "2024-06-15", "2025", "2025-03", "2025-03-01", "2025-Q1", "2025-H2"),
    *("2025-09~", "../2025-09", "2025-12-31", "2025/..", "2026", "2026-03", "2026-03-04"),
    *("2026-01/2026-06", "2026-Q1?", "2026-03-05", "2026-05", "2026-12-31", "2027", "2028-02-29"),
)
DUE = (
    "2024",
    "2025",
    "2025-03",
    "../2025-09",
    "2026",
    "2026-Q1",
    "2026-05-20",
    "../2029",
    "2024/..",
)
PUBLISHED = ("2024", "2024-05-01", "2025-Q1", "2025-03-01", "2025-12", "2026-03-01", "2026")
SOURCES = ("pr-1", "pr-2", "pr-3")
AMOUNTS = ("28.5bn KRW ($19.4m)", "~1tn KRW", ">5m USD", "3-4m EUR")
QUANTITIES = ("5 kt/yr", "10 kt/yr", ">500 t/yr", "20-25 kt/yr")
MADE = ("200 t", "5 kt", "~120,000 t", ">10 kt")

Fields = dict[str, Any]


def _fields(**strategies: Any) -> st.SearchStrategy[Fields]:
    return st.fixed_dictionaries(
        {
            name: value if isinstance(value, st.SearchStrategy) else st.just(value)
            for name, value in strategies.items()
        }
    )


_on = st.sampled_from(DATES)
_source = st.sampled_from((None, *SOURCES))
_plants = st.lists(st.sampled_from(("plant:p1", "plant:p2")), max_size=2, unique=True)
_about = st.lists(st.sampled_from(("plant:p1", "plant:p2", "contract:c1")), max_size=3, unique=True)
_company = st.sampled_from((None, "acme", "beta", "unnamed: somebody"))

FACTS: dict[str, st.SearchStrategy[Fields]] = {
    **{
        f"plant.{word}": _fields(company=_company)
        for word in ("proposed", "construction_started", "completed", "operating")
    },
    **{f"plant.{word}": _fields() for word in ("suspended", "resumed", "closed", "cancelled")},
    "plant.capacity_stated": _fields(capacity=st.sampled_from(QUANTITIES)),
    "plant.capacity_expanded": _fields(added=st.sampled_from(QUANTITIES)),
    "plant.production_reported": _fields(
        production=st.sampled_from(MADE), period=st.sampled_from(DATES)
    ),
    "contract.signed": _fields(company=_company, quantity=st.sampled_from(MADE)),
    "contract.delivery_recorded": _fields(
        quantity=st.sampled_from(MADE), period=st.sampled_from((None, *DATES))
    ),
    **{f"contract.{word}": _fields() for word in ("suspended", "resumed", "expired", "completed")},
    "investment.announced": _fields(amount=st.sampled_from(AMOUNTS), plants=_plants),
    "investment.completed": _fields(),
    "promise.made": _fields(
        by=st.sampled_from(("acme", "beta")),
        statement=st.sampled_from(("more", "much more")),
        measure=st.sampled_from(("completion", "operation", "capacity", "production", "supply")),
        wording=st.sampled_from(("aims", "plans")),
        quantity=st.sampled_from((None, *QUANTITIES, *MADE)),
        due=st.sampled_from((None, *DUE)),
        about=_about,
        recurring=st.booleans(),
        material=st.sampled_from((None, "copper")),
    ),
    "promise.revised": _fields(due=st.sampled_from(DUE), quantity=st.sampled_from((None, *MADE))),
    **{f"promise.{word}": _fields() for word in ("kept", "missed", "withdrawn")},
    "company.ownership_stated": _fields(owner=st.sampled_from(("acme", "beta")), kind="parent"),
    "context.noted": _fields(subject="market", about="world", statement="It grows."),
}
IDS = {"plant": ("p1", "p2"), "contract": ("c1", "c2"), "company": ("acme", "beta")}
CHANGES: dict[str, Sequence[Any]] = {
    "on": DATES,
    "source": SOURCES,
    "capacity": QUANTITIES,
    "added": QUANTITIES,
    "production": MADE,
    "period": DATES,
    "quantity": MADE,
    "amount": AMOUNTS,
    "due": DUE,
    "about": (["plant:p1"], ["plant:p2"], ["plant:p1", "plant:p2"]),
    "published": PUBLISHED,
    "name": ("Acme", "Beta", "Gamma"),
    "company": ("acme", "beta"),
}


@dataclass(frozen=True)
class Step:
    """Something recorded: a fact, or (by its place from the newest back) something about one."""

    after: int
    type: str
    fields: Fields
    pick: int = 0


@st.composite
def statements(draw: st.DrawFn, *, types: Sequence[str] = tuple(FACTS)) -> Step:
    """A fact of any type."""
    type_ = draw(st.sampled_from(sorted(types)))
    kind = type_.partition(".")[0]
    id_ = draw(st.sampled_from(IDS.get(kind, ("x1", "x2"))))
    fields = {"id": id_, "on": draw(_on), "source": draw(_source), **draw(FACTS[type_])}
    kept = {name: value for name, value in fields.items() if value not in (None, [])}
    return Step(draw(st.integers(0, 60)), type_, kept)


@st.composite
def revisions(draw: st.DrawFn) -> Step:
    """Something about an earlier fact."""
    word = draw(
        st.sampled_from(("corrected", "corrected", "retracted", "disputed", "corroborated"))
    )
    fields: Fields = {"source": draw(_source)}
    if word != "corroborated":
        fields["reason"] = "read again"
    if word == "corrected":
        # The first that the fact has is changed.
        fields["set"] = {
            name: draw(st.sampled_from(CHANGES[name]))
            for name in draw(st.permutations(sorted(CHANGES)))
        }
    return Step(draw(st.integers(0, 60)), f"fact.{word}", fields, draw(st.integers(0, 30)))


def republished() -> st.SearchStrategy[Step]:
    """The date of publication of one of the documents is corrected."""
    return st.builds(
        lambda after, source, published, reason: Step(
            after,
            "fact.corrected",
            {"ref": f"source:{source}@1", "set": {"published": published}, "reason": reason},
        ),
        st.integers(0, 60),
        st.sampled_from(SOURCES),
        st.sampled_from(PUBLISHED),
        st.sampled_from(("a typing error", "read again")),
    )


def portfolios(most: int = 14) -> st.SearchStrategy[list[Step]]:
    """What is recorded one after the other."""
    stated = st.lists(statements(), min_size=3, max_size=most // 2)
    words = (statements(), statements(), revisions(), revisions(), revisions(), republished())
    return st.builds(list.__add__, stated, st.lists(st.one_of(*words), max_size=most))


def beginning(folder: Path) -> Template:
    """Companies, documents, plants that others can name: FIRST facts."""
    ledger = ledger_in(Room(folder))
    for name in ("acme", "beta"):
        ledger.given("company.registered", name, at="2024-01-01", name=name.title())
    for name, published in zip(SOURCES, ("2024-05-01", "2025-Q1", "2026-03-01"), strict=True):
        ledger.source(name, published)
    ledger.given("plant.named", "p1", on="../2024", stage="metal", country="KR")
    ledger.given("plant.named", "p2", on="2024-01", stage="precursor")
    ledger.given("contract.signed", "c1", on="../2024", stage="oxide")
    ledger.given("contract.negotiating", "c2", on="2024-01")
    assert len(ledger.facts()) == FIRST
    return template_of(ledger)


def record_steps(store: Store, steps: Sequence[Step], now: Any = None) -> Any:
    """Record the steps that the ledger accepts; the moment of the last one."""
    now = now or morning("2024-01-02")
    for step in steps:
        now += timedelta(days=step.after)
        record_step(store, step, now)
    return now


def record_step(store: Store, step: Step, now: Any) -> Sequence[Fact]:
    """Record a step, by force where need be; nothing when it is refused all the same."""
    recorded = list(store.facts())
    fields = dict(step.fields)
    if step.type.startswith("fact.") and "ref" not in fields:
        about = recorded[-1 - step.pick % len(recorded)]
        fields["ref"] = about.ref
        if "set" in fields:
            root = about
            while isinstance(root.content, FactCorrected):
                ref = root.content.ref
                root = next(fact for fact in recorded if fact.ref == ref)
            has = {*type(root.content).model_fields, "on", "source"}
            name = next(name for name in fields["set"] if name in has)
            fields["set"] = {name: fields["set"][name]}
    made = draft_of(step.type, fields)
    assert isinstance(made, Draft), (step, made)
    try:
        return book.record(store, [made], actor=ACTOR, now=now, force=True).facts
    except (RuleError, InputError, CollectedError):
        return ()


def folded_entirely(store: Store, cut: Cut) -> RowsOf:
    """Gives a view's rows at a cut, every stream folded anew; no table is read."""
    facts: dict[str, list[Fact]] = {}
    for fact in store.facts():
        facts.setdefault(fact.stream, []).append(fact)
    past = Past(lambda stream: facts.get(stream, ()), cut)

    def rows_of(view: View, _wanted: object = None, /) -> list[Any]:
        rows = [row for stream in sorted(facts) for row in past.stream_rows(view, stream)]
        return sorted(rows, key=lambda row: row.seq) if view.of_fact is not None else rows

    return rows_of


def answers(asked: Reader) -> dict[str, list[Any]]:
    """What every view shows."""
    return {view.name: list(asked.answer(view.name).rows) for view in load_all()}


def answers_at(store: Store, cut: Cut, today: date = TODAY) -> dict[str, list[Any]]:
    """What every view shows at a cut, read as a command reads it."""
    with reader(store.database, cut, today) as asked:
        return answers(asked)


def answers_folded(store: Store, cut: Cut) -> dict[str, list[Any]]:
    """What every view shows at a cut, every stream folded anew."""
    last = store.last()
    return answers(Reader(cut, last.seq if last else 0, folded_entirely(store, cut)))
