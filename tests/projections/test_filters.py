"""Filters: the same words on every view, and help for misspelt ones."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from ledger.database import Database
from ledger.errors import InputError
from projections.filters import Filters, applies
from projections.views import NAMES, chain, load
from tests.projections.asking import rows
from tests.rooms import Room
from tests.store.ledgers import draft, make

KINDS = ("company", "material", "stage", "country", "status")
GIVEN = {
    "company": "acme",
    "material": "rare-earths",
    "stage": "metal",
    "country": "VN",
    "status": "",
}
OTHER = {
    "company": "zweite",
    "material": "battery-materials",
    "stage": "precursor",
    "country": "KR",
    "status": "",
}
STATUS = {
    "contracts": ("signed", "negotiating"),
    "investments": ("announced", "planned"),
    "plants": ("operating", "proposed"),
    "promises": ("kept", "undated"),
    "chain": ("operating", "proposed"),
    "totals": ("announced", "planned"),
    "portfolio": ("operating", "proposed"),
}


@pytest.fixture(scope="module")
def where(new_room: Callable[[str], Room]) -> Database:
    """A ledger with two of everything, alike in nothing that a filter asks for."""

    def of(company: str, stage: str, country: str, first: int) -> list[Any]:
        subject = {"company": company, "stage": stage, "country": country, "on": "2025"}
        plant = "plant.operating" if first else "plant.proposed"
        made = {"statement": "s", "measure": "capacity", "wording": "aims", "on": "2025"}
        due = {"due": "2027"} if first else {}
        return [
            draft("company.registered", company, name=company, country=country),
            draft("contract.signed" if first else "contract.negotiating", company, **subject),
            draft(
                "investment.announced" if first else "investment.planned",
                company,
                amount="1 KRW",
                **subject,
            ),
            draft(plant, company, **subject),
            draft("plant.capacity_stated", company, on="2025", capacity="1 t/yr", source="one"),
            draft("plant.capacity_stated", company, on="2025", capacity="2 t/yr", source="other"),
            draft(
                "promise.made",
                company,
                by=company,
                stage=stage,
                quantity="1 t/yr",
                about=[f"plant:{company}"],
                **made,
                **due,
            ),
            draft(
                "context.noted",
                company,
                subject="company",
                company=company,
                statement="s",
                stage=stage,
                on="2025",
            ),
        ]

    return make(
        new_room("filters"),
        draft("source.registered", "one", title="t", published="2025"),
        draft("source.registered", "other", title="t", published="2025"),
        *of("acme", "metal", "VN", 1),
        *of("zweite", "precursor", "KR", 0),
    )


def says_nothing(row: Any) -> bool:
    """Whether it is a stage of a chain with nothing in any lane."""
    return getattr(row, "note", None) == "nothing recorded" or (
        isinstance(row, chain.StageRow)
        and not any(getattr(row, name) for name in chain.SHOWN_LANES)
    )


@pytest.mark.parametrize("name", [name for name in NAMES if name != "log"])
@pytest.mark.parametrize("kind", KINDS)
def test_every_filter_on_every_view(where: Database, name: str, kind: str) -> None:
    """Each filter keeps one of the two, several words keep both; or the view says it has none."""
    view = load(name)
    first, second = STATUS[name] if kind == "status" and name in STATUS else (
        GIVEN[kind], OTHER[kind])  # fmt: skip
    if not applies(kind, view):
        with pytest.raises(InputError, match=rf"{name} has no {kind} to filter by"):
            rows(where, name, Filters(**{kind: (first or "open",)}))
        return
    everything = rows(where, name)
    kept = rows(where, name, Filters(**{kind: (first,)}))
    assert 0 < len(kept) < len(everything)
    shown = repr(kept)
    assert "zweite" not in shown
    if kind == "status" and name in ("chain", "portfolio"):
        return  # the streams of one chain have statuses of other kinds
    both = rows(where, name, Filters(**{kind: (first, second)}))
    # Under a filter a stage of which nothing is left says nothing: it is not called a gap.
    assert list(both) == [row for row in everything if not says_nothing(row)]


@pytest.mark.parametrize(
    ("view", "given", "hint"),
    [
        ("plants", {"stage": "metel"}, "Did you mean metal?"),
        ("plants", {"material": "rare-earth"}, "Did you mean rare-earths?"),
        ("plants", {"company": "acmee"}, "Did you mean acme?"),
        ("plants", {"country": "XX"}, ""),
        ("plants", {"status": "operatin"}, "Did you mean operating?"),
        ("promises", {"status": "zzz"}, "Known: open, due soon, overdue, kept, kept late"),
        ("chain", {"stage": "zzz"}, "Known: "),
        ("portfolio", {"company": "acmee"}, "Did you mean acme?"),
        ("totals", {"status": "cancelled"}, "Known: planned"),
    ],
)
def test_unknown_words_are_refused_with_help(
    where: Database, view: str, given: dict[str, str], hint: str
) -> None:
    """A misspelt word is no empty answer."""
    ((kind, word),) = given.items()
    with pytest.raises(InputError, match=f"unknown {kind} '{word}'") as caught:
        rows(where, view, Filters(**{kind: (word,)}))
    assert hint in caught.value.hint


def test_words_may_be_written_otherwise(where: Database) -> None:
    """Countries in lower case, statuses with a hyphen or underscore."""
    assert rows(where, "plants", Filters(country=("vn",)))
    assert rows(where, "plants", Filters(status=("under-construction",))) == []
    assert rows(where, "promises", Filters(status=("due_soon",))) == []


def test_all_filters_must_agree(where: Database) -> None:
    """Two filters keep what passes both."""
    assert len(rows(where, "plants", Filters(company=("acme",), stage=("metal",)))) == 1
    assert rows(where, "plants", Filters(company=("acme",), stage=("precursor",))) == []


def test_every_status_of_a_view_is_a_word_of_its_filter() -> None:
    """What a row can show as its status can be asked for."""
    from ledger import contract, investment, plant, promise

    for view, steps in (
        ("contracts", contract.STEPS),
        ("investments", investment.STEPS),
        ("plants", plant.STEPS),
    ):
        reached = {step.to for step in steps.values() if step.to is not None}
        assert reached <= set(load(view).statuses), view
    outcomes = {step.to for step in promise.STEPS.values() if step.to not in (None, "made")}
    assert outcomes <= set(load("promises").statuses)


def test_a_view_of_that_name_must_exist(where: Database) -> None:
    """With the nearest ones."""
    with pytest.raises(InputError, match="no view 'plant'") as caught:
        rows(where, "plant")
    assert caught.value.hint == "Did you mean plants?"


def test_figures_are_of_just_what_was_asked_for(room: Room) -> None:
    """A filter applies before the sum, so that a total is of the rows that pass."""
    where = make(
        room,
        draft("company.registered", "a", name="A"),
        draft("company.registered", "b", name="B"),
        draft("investment.announced", "x", on="2025", company="a", amount="1 KRW", stage="metal"),
        draft("investment.announced", "y", on="2025", company="b", amount="9 KRW", stage="metal"),
    )
    assert [t.amount.text() for t in rows(where, "totals")] == ["KRW 10", "KRW 10"]
    kept = rows(where, "totals", Filters(company=("b",)))
    assert [t.amount.text() for t in kept] == ["KRW 9", "KRW 9"]
