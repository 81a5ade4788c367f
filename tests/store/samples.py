"""One fact of every type with every field given: what the golden bytes are made of."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from ledger.envelope import Draft, Fact
from ledger.facts import FACT_TYPES
from ledger.facts.revision import Revision
from tests.store.ledgers import draft

RECORDED_AT = datetime(2026, 3, 4, 9, 30, 15, 42, tzinfo=UTC)

FIELDS: dict[str, Any] = {
    "title": 'Press release "oxides"',
    "published": "2024-01-10",
    "publisher": "PR 센터",
    "url": "https://www.example.com/a?b=c&d=e#f",
    "language": "ko",
    "sha256": "0123456789abcdef" * 4,
    "media_type": "text/html; charset=euc-kr",
    "name": "네오디뮴 / oxide",
    "other_names": ("LS", "L.S."),
    "local_names": ("엘에스",),
    "country": "KR",
    "place": "Gunsan 군산",
    "lei": "549300EXAMPLE0000X42",
    "owner": "ls-group",
    "share": ">50%",
    "company": "ls-mnm?",
    "material": "rare-earths",
    "stage": "oxide",
    "product": "NdPr oxide",
    "role": "buyer",
    "counterparties": ("unnamed: global mining firms", "hung-thinh-group?", "ls-mnm"),
    "quantity": ">500 t/yr [REO]",
    "value": "~28.5bn KRW ($19.4m)",
    "price": "Index − 2 %\nfloor: none",
    "term": "2026-Q1/..",
    "period": "2025-H2",
    "until": "2027~",
    "reason": "Prices.\tThe first line.\nThe second.",
    "by": "ls-mnm",
    "amount": "1.8tn KRW",
    "plants": ("plant:a", "plant:b"),
    "purpose": "to build",
    "funding": "20-25.5m USD",
    "funded_by": "a bond",
    "operator": "unnamed: an operator",
    "place_is": "possible",
    "process": "oxides in, metals out",
    "capacity": "~120,000 t",
    "added": "20 kt/yr",
    "production": "<=1,234.50 kg",
    "statement": 'It said "up to \\ 5" — 그리고 더.',
    "measure": "supply",
    "wording": "set to",
    "about": ("plant:a", "contract:b"),
    "due": "../2029",
    "recurring": True,
    "condition": "if permitted",
    "reached": "19.9 kt",
    "subject": "company",
    "ref": "plant:id-1@1",
    "set": {"on": "2025-10", "capacity": {"value": "20", "unit": "kt"}, "note": None},
}

OF_TYPE: dict[str, dict[str, Any]] = {
    "company.ownership_stated": {"kind": "joint venture"},
    "context.noted": {"about": "VN"},
    "plant.capacity_expanded": {"capacity": None},
}

ENVELOPE: dict[str, Any] = {
    "on": "2025-09~",
    "source": "pr-2024",
    "locator": "p. 3, 셋째 줄",
    "quote": '그는 "네"라고 했다.',
    "note": "read by two",
    "tags": ("F1", "추정"),
}


def drafts() -> Iterator[Draft]:
    """A draft of every type with all its fields, then one with nothing but what must be."""
    for name, model in FACT_TYPES.items():
        special = {"kind": "offtake", **OF_TYPE.get(name, {})}
        given = {field: special.get(field, FIELDS.get(field)) for field in model.model_fields}
        id_ = None if issubclass(model, Revision) else "id-1"
        yield draft(name, id_, **given, **ENVELOPE)
    yield draft("plant.named", "bare", on="2026")


def facts() -> list[Fact]:
    """The same as facts, by a fixed clock and actor; the first is marked as forced."""
    made = [
        Fact(
            seq=seq,
            version=seq,
            recorded_at=RECORDED_AT,
            actor="김하늘 <kim@example.com>",
            **{
                field: getattr(draft, field)
                for field in ("stream", "content", "on", "source", "locator")
            },
            quote=draft.quote,
            note=draft.note,
            tags=draft.tags,
        )
        for seq, draft in enumerate(drafts(), start=1)
    ]
    return [replace(made[0], forced=("timeline", "dated-ahead")), *made[1:]]
