"""The facts that a cut sees, as the bytes that are stored: for every form in which they leave."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import partial
from itertools import islice

from ledger import history
from ledger.codec import decode
from ledger.cut import Cut
from ledger.database import Connection
from ledger.timeline import visible
from projections.time_travel import Past


def seen(connection: Connection, cut: Cut, today: date, last_seq: int) -> Iterator[bytes]:
    """The stored bytes of the facts up to `last_seq` that the cut sees, in recorded order.

    Others may record meanwhile; what is beyond `last_seq` is left out. Raises DamagedError at a
    fact that cannot be read, where the cut is not that of everything and today.
    """
    stored = islice(history.stored(connection), last_seq)
    if cut == Cut(today):
        return stored
    published_day = Past(partial(history.stream, connection), cut).published_day
    return (data for data in stored if visible(decode(data), cut, published_day))
