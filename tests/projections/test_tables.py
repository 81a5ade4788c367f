"""The tables know their own shape."""

from __future__ import annotations

from projections import tables


def test_the_fingerprint_of_the_tables_is_up_to_date() -> None:
    """Tables of an older shape are made anew only if SHAPE changes with the row types."""
    assert tables.fingerprint() == tables.SHAPE, f'SHAPE must become "{tables.fingerprint()}"'
