"""Random histories: facts of every stream, in any order of time, recorded in batches."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hypothesis import strategies as st

from ledger import book
from ledger.envelope import Draft
from ledger.errors import LedgerError
from ledger.fields import draft as draft_of
from ledger.store import Store
from tests.store.ledgers import ACTOR, NOW, draft

COMPANIES = ("ls-mnm", "ls-group", "acme")
SOURCES = ("pr-1", "pr-2")
REGISTERED = [
    *(draft("company.registered", id_, name=id_.upper(), country="KR") for id_ in COMPANIES),
    draft("source.registered", "pr-1", title="One", published="2025-12"),
    draft("source.registered", "pr-2", title="Two", published="2026-03-04"),
    draft("plant.named", "p1", on="2024", stage="metal", country="VN", company="ls-mnm"),
    draft("plant.named", "p2", on="2024-06~", stage="precursor"),
]

PAST = (
    *("2024", "2024-03", "2024-Q3", "2024-H2", "2025", "2025-01-15", "2025-06", "2025-09~"),
    *("../2025-09", "2025-12-31", "2026", "2026-01/2026-06", "2026-02-28", "2026-03", "2026-Q1?"),
    *("2026-03-04", "2026-03-05", "2025/.."),
)
AHEAD = ("2026-03-06", "2026-04", "2026-06-30", "2026-H2", "2027", "2027-01-01", "2028-02-29")
QUANTITIES = (
    *("5 kt/yr", "20,000 t", ">500 t/yr", "~120,000 t", "20-25 kt", "<=3 t", "7 t [Ni]"),
    *("1 GWh", "62,000 t/yr", ">=1.5 kt/yr [Ni]"),
)
AMOUNTS = (
    *("28.5bn KRW ($19.4m)", "~1tn KRW", "1.8tn KRW", ">5m USD", "3-4m EUR", "0.1 USD"),
    *("<2bn KRW", ">=7bn KRW"),
)
PARTIES = (*COMPANIES, "unnamed: global mining firms", "acme?", "unnamed: 글로벌; 광산, (주)")
STAGES = ("oxide", "metal", "magnet", "precursor", "nickel-sulfate")

SUBJECT: dict[str, st.SearchStrategy[Any]] = {
    "name": st.sampled_from(("One", "둘", "Three | 3")),
    "company": st.sampled_from(PARTIES),
    "stage": st.sampled_from(STAGES),
    "country": st.sampled_from(("KR", "VN", "US")),
    "place": st.sampled_from(("Ulsan", "군산")),
}
SITE = {**SUBJECT, "operator": st.sampled_from(PARTIES)}
OUTLAY = {
    **SUBJECT,
    "amount": st.sampled_from(AMOUNTS),
    "plants": st.lists(st.sampled_from(("plant:p1", "plant:p2")), max_size=2, unique=True),
}
TERMS = {
    **SUBJECT,
    "counterparties": st.lists(st.sampled_from(PARTIES), max_size=2, unique=True),
    "quantity": st.sampled_from(QUANTITIES),
    "value": st.sampled_from(AMOUNTS),
}
NEW = {
    "quantity": st.sampled_from(QUANTITIES),
    "amount": st.sampled_from(AMOUNTS),
    "due": st.sampled_from(("2025", "../2026-02", "2026-05-20", "../2029", "2026-Q1", "2024/..")),
}
A_QUANTITY = st.sampled_from(QUANTITIES)
A_DATE = st.sampled_from(PAST)
# Not "at most": see test_an_addition_without_a_lower_bound.
AN_ADDITION = st.sampled_from(tuple(text for text in QUANTITIES if text[0] != "<"))

# type -> (fields that must be, fields that may be, whether it may be dated ahead)
TYPES: dict[str, tuple[dict[str, st.SearchStrategy[Any]], dict[str, Any], bool]] = {
    **{f"contract.{word}": ({}, TERMS, False) for word in ("negotiating", "signed", "amended")},
    "contract.agreed_in_principle": ({}, TERMS, False),
    "contract.delivery_recorded": ({"quantity": A_QUANTITY}, {"period": A_DATE}, False),
    "contract.postponed": ({}, {"until": A_DATE}, False),
    "contract.completed": ({}, {}, False),
    **{f"contract.{word}": ({}, {}, True) for word in ("suspended", "resumed", "expired")},
    **{
        f"investment.{word}": ({}, OUTLAY, False)
        for word in ("planned", "announced", "approved", "committed", "completed", "revised")
    },
    "investment.funded": ({}, {"funding": st.sampled_from(AMOUNTS)}, False),
    "investment.cancelled": ({}, {}, True),
    **{
        f"plant.{word}": ({}, SITE, False)
        for word in (
            *("named", "proposed", "site_selected", "construction_started", "completed"),
            *("commissioned", "operating", "under_construction"),
        )
    },
    "plant.capacity_stated": ({"capacity": A_QUANTITY}, SITE, False),
    "plant.capacity_expanded": ({"added": AN_ADDITION}, {}, False),
    "plant.production_reported": ({"production": A_QUANTITY, "period": A_DATE}, {}, False),
    **{f"plant.{word}": ({}, {}, True) for word in ("suspended", "resumed", "closed", "cancelled")},
    "promise.made": (
        {
            "by": st.sampled_from(PARTIES),
            "statement": st.sampled_from(("5천 톤", "more")),
            "measure": st.sampled_from(("capacity", "production", "supply")),
            "wording": st.sampled_from(("aims", "possible")),
        },
        {
            **NEW,
            "about": st.lists(st.sampled_from(("plant:p1", "plant:p2")), max_size=2, unique=True),
            "stage": st.sampled_from(STAGES),
            "recurring": st.booleans(),
        },
        False,
    ),
    "promise.revised": ({}, NEW, False),
    **{f"promise.{word}": ({}, {}, False) for word in ("kept", "missed", "withdrawn")},
    "company.ownership_stated": (
        {"owner": st.sampled_from(PARTIES), "kind": st.sampled_from(("parent", "subsidiary"))},
        {"share": st.sampled_from((">50%", "25%"))},
        True,
    ),
    "context.noted": (
        {
            "subject": st.just("market"),
            "about": st.sampled_from(("world", "VN")),
            "statement": st.sampled_from(("said", "말")),
        },
        {"quantity": A_QUANTITY, "stage": st.sampled_from(STAGES)},
        False,
    ),
}


@st.composite
def drafts(draw: st.DrawFn) -> Draft:
    """One fact, of one of two streams of its kind."""
    type_ = draw(st.sampled_from(sorted(TYPES)))
    needed, optional, ahead = TYPES[type_]
    kind = type_.partition(".")[0]
    ids = COMPANIES if kind == "company" else ("p1", "p2") if kind == "plant" else ("x1", "x2")
    fields = draw(st.fixed_dictionaries(needed, optional=optional))
    fields = {name: value for name, value in fields.items() if value != []}
    fields["on"] = draw(st.sampled_from((*PAST, *AHEAD) if ahead else PAST))
    if draw(st.booleans()):
        fields["source"] = draw(st.sampled_from(SOURCES))
    made = draft_of(type_, {"id": draw(st.sampled_from(ids)), **fields})
    assert isinstance(made, Draft), made
    return made


def histories(most: int = 25) -> st.SearchStrategy[list[list[Draft]]]:
    """Facts in the batches in which they are recorded."""
    return st.lists(st.lists(drafts(), min_size=1, max_size=6), min_size=1, max_size=most // 4)


def record_what_goes(store: Store, batch: Sequence[Draft], *, force: bool = True) -> int:
    """Record those drafts of a batch that the rules allow, by force where they do not."""
    count = 0
    for one in batch:
        try:
            recorded = book.record(store, [one], actor=ACTOR, now=NOW, force=force)
        except LedgerError:
            continue
        count += len(recorded.facts)
    return count
