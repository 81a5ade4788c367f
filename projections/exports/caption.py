"""What an export says of itself to people: the cut, the filters, how far the ledger was read."""

from __future__ import annotations

from projections.read import Answer, as_data


def caption(answer: Answer) -> list[tuple[str, str]]:
    """Labels and texts, always the same ones in the same order."""
    cut = as_data(answer)["cut"]
    known_at = cut["known_at"]
    return [
        ("As of", cut["as_of"]),
        (
            "Known at",
            "all that is recorded"
            if known_at is None
            else f"#{known_at}"
            if isinstance(known_at, int)
            else known_at,
        ),
        ("Public at", cut["public_at"] or "no limit"),
        ("Newest fact", f"#{answer.last_seq}" if answer.last_seq else "none"),
        (
            "Filters",
            "; ".join(f"{name} {' or '.join(words)}" for name, words in _given(answer).items())
            or "none",
        ),
    ]


def _given(answer: Answer) -> dict[str, tuple[str, ...]]:
    return answer.filters.given()
