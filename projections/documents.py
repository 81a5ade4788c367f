"""The registered documents, each found by its id or by what it is, without reading the others."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from projections.views import load
from projections.wanted import Wanted, one_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from projections.read import Reader
    from projections.views.sources import Row


def registered(view: Reader, id_: str) -> Row | None:
    """The document that is registered under an id; None when the cut sees none."""
    return next(_rows(view, Wanted.of((f"source:{id_}",))), None)


def with_digest(view: Reader, sha256: str) -> Row | None:
    """The document that has this SHA-256: the one that is archived, before any that only states
    it; of those the first, in the order of the ids.
    """
    wanted = Wanted(conditions=tuple(one_of("sha256", (sha256,))))
    found = [row for row in _rows(view, wanted) if row.sha256 == sha256]
    return next((row for row in found if row.media_type is not None), next(iter(found), None))


def _rows(view: Reader, wanted: Wanted) -> Iterator[Row]:
    return cast("Iterator[Row]", iter(view.rows_of(load("sources"), wanted)))
