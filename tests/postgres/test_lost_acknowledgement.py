"""A connection that is cut around a commit: it ends in recorded or not recorded, never twice."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

import pytest

from faults import proxy
from faults.proxy import MOMENTS, Proxy
from ledger import database
from ledger.database import Database, locate
from ledger.errors import LedgerError
from ledger.evidence import tree
from ledger.store import created, opened
from tests.store.ledgers import add, bytes_of, note


@pytest.fixture
def cut(database_url: str) -> Iterator[tuple[Proxy, Database, Database]]:
    """A proxy before an empty ledger; the ledger through it, and the ledger itself."""
    itself = locate(database_url)
    with created(itself):
        pass
    with proxy.before(database_url) as (between, url):
        yield between, locate(url), itself


def sizes(where: Database) -> tuple[int, int]:
    """How many facts there are, and how many are in the tree over them."""
    with where.reading() as connection:
        return database.last_seq(connection), tree.size(connection.cursor())


@pytest.mark.parametrize("moments", [*product(MOMENTS), *product(MOMENTS, MOMENTS)])
def test_a_cut_connection_records_once(
    cut: tuple[Proxy, Database, Database], moments: tuple[str, ...]
) -> None:
    """Whenever it is cut, once or twice: the facts are told as recorded, and are there once."""
    between, through, itself = cut
    with opened(through) as store:
        between.cuts += moments
        recorded = add(store, note("a"), note("b", "한국어"))
    assert between.struck == [*moments]
    assert [fact.ref for fact in recorded.facts] == ["context:a@1", "context:b@1"]
    assert (len(bytes_of(itself)), sizes(itself)) == (2, (2, 2))


@pytest.mark.parametrize("moment", MOMENTS)
def test_a_server_that_stays_away(
    cut: tuple[Proxy, Database, Database], moment: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After the patience is at its end an error says so; the same command again records once."""
    between, through, itself = cut
    monkeypatch.setattr(database, "PATIENCE", 0)
    with opened(through) as store:
        between.cuts, between.closed = [moment], True
        with pytest.raises(LedgerError) as refused:
            add(store, note("a"))
    assert refused.value.code in ("connection-lost", "server-unreachable")
    with opened(itself) as store:
        again = add(store, note("a"))
    assert len(again.facts) + len(again.already) == 1
    assert (len(bytes_of(itself)), sizes(itself)) == (1, (1, 1))


def test_numbers_have_no_gaps_after_a_cut(cut: tuple[Proxy, Database, Database]) -> None:
    """What was begun and never committed has used up no number."""
    between, through, itself = cut
    with opened(through) as store:
        for number, moment in enumerate(MOMENTS * 3):
            between.cuts.append(moment)
            add(store, note(f"n-{number}"))
    assert sizes(itself) == (9, 9)
