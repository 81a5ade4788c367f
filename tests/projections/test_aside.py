"""What is put aside comes back as it was."""

from __future__ import annotations

import tempfile
from itertools import compress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.errors import UnwritableError
from projections import aside
from projections.aside import Aside

ROWS = st.lists(st.tuples(st.text(), st.text(), st.text()), max_size=12)


@given(rows=ROWS, held=st.integers(1, 4), kept=st.tuples(*[st.booleans()] * 3))
def test_rows_come_back_in_their_order(
    rows: list[tuple[str, ...]], held: int, kept: tuple[bool, ...]
) -> None:
    """However few are held, all are given, as often as they are wanted; later only some texts."""
    with pytest.MonkeyPatch.context() as patch, Aside() as put:
        patch.setattr(aside, "AT_ONCE", held)
        for row in rows:
            put.add(row)
        assert len(put) == len(rows)
        assert [list(put), list(put)] == [rows, rows]
        put.only(kept)
        assert list(put) == [list(compress(row, kept)) for row in rows]


def test_few_rows_need_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where no file can be made, as many rows as are held can be put aside, and not one more; and
    so it is with bytes.
    """
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "gone"))
    with Aside() as put:
        for number in range(aside.AT_ONCE):
            put.add([str(number)])
        assert [int(row[0]) for row in put] == list(range(aside.AT_ONCE))
        with pytest.raises(UnwritableError, match="gone"):
            put.add(["one more"])
    with aside.put_aside() as out:
        out.write(b"x" * aside.MOST_HELD)
        out.seek(0)
        assert len(out.read()) == aside.MOST_HELD
        with pytest.raises(UnwritableError, match="gone"), aside.room():
            out.write(b"x")


def test_nothing_is_left_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The file has no name."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with Aside() as put:
        for number in range(3 * aside.AT_ONCE):
            put.add([str(number)])
        assert list(tmp_path.iterdir()) == []
        assert [int(row[0]) for row in put] == list(range(3 * aside.AT_ONCE))
    assert list(tmp_path.iterdir()) == []
