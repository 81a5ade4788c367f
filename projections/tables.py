"""The tables of the current views: their shape, and writing and reading their rows.

They live in the ledger's own database and are disposable: everything in them follows
from the facts. One table a view holds the rows of single streams, beside four of our own and
the library's `tracking`, which holds the position:

    view_state    which shape the tables have, and for which day they are folded
    view_streams  every stream: its name, number of facts, and the next day on which its
                  rows change without a new fact
    view_links    which stream's rows read which other stream
    view_fact_types  the fact types and what they mean, for completion
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date, datetime
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from ledger.cut import Cut, time_text
from ledger.database import last_seq
from ledger.errors import DamagedError, InputError
from projections import columns
from projections.filters import PARTY_COLUMNS
from projections.view import Row, View
from projections.views import load_all
from projections.wanted import ALL, Condition, Wanted

if TYPE_CHECKING:
    from ledger.database import Connection, Cursor

BATCH = 500
"""Rows of a table that are handed to the database at a time."""

POSITION = "views"
"""The name under which the library's tracking table keeps how far the tables are."""

SHAPE = "36f1fde531505d01"
"""The fingerprint of the tables' shape; tables of another shape are made anew. It stands here
so that reading one view does not import all of them; a test tells when it must change."""

ROWS_VERSION = 1
"""Raised when a view gives other rows for the same facts: the tables are then made anew."""

PAGE = 640
"""Facts of the log that are read at a time; fewer at first, since often a few are all."""

FIRST_PAGE = 10
"""Facts that are read at first; each page is twice as long as the one before it."""

OWN_TABLES = {
    "view_state": "name TEXT PRIMARY KEY, value TEXT NOT NULL",
    "view_streams": "stream TEXT PRIMARY KEY, kind TEXT NOT NULL, name TEXT, "
    "facts INTEGER NOT NULL, last_seq INTEGER NOT NULL, last_public TEXT NOT NULL, "
    "last_change TEXT, next_change TEXT",
    "view_fact_types": "type TEXT PRIMARY KEY, help TEXT NOT NULL",
    "view_links": "target TEXT NOT NULL, stream TEXT NOT NULL, PRIMARY KEY (target, stream)",
}
INDEXES = (
    "CREATE INDEX view_streams_change ON view_streams (next_change) WHERE next_change IS NOT NULL",
    "CREATE INDEX view_streams_kind ON view_streams (kind, stream)",
    "CREATE INDEX view_links_stream ON view_links (stream)",
    "CREATE INDEX view_log_source ON view_log (source)",
    "CREATE INDEX view_log_stream ON view_log (stream)",
    "CREATE INDEX view_log_recorded ON view_log (recorded_at, seq)",
    "CREATE INDEX view_conflicts_source ON view_conflicts (source)",
    "CREATE INDEX view_sources_sha256 ON view_sources (sha256)",
)


CITING = (
    "SELECT stream FROM view_log WHERE source = ? "
    "UNION SELECT stream FROM view_conflicts WHERE source = ?"
)
"""The streams whose rows, as they are in the tables, read when a document was published."""


def table_of(view: View) -> str:
    """The name of a view's table."""
    return f"view_{view.name}"


def stored_views() -> list[View]:
    """The views that have a table: all but the composed ones."""
    return [view for view in load_all() if view.compose is None]


def statements() -> list[str]:
    """What makes the tables, empty, and their indexes; dropping what was there."""
    return [*making(), *indexes()]


def making() -> list[str]:
    """What makes the tables alone, which are filled before they are indexed: that takes less."""
    dropping = [f"DROP TABLE IF EXISTS {name}" for name in shapes()]
    return [*dropping, *(f"CREATE TABLE {name} ({shape})" for name, shape in shapes().items())]


def making_beside() -> list[str]:
    """What makes the same tables beside the ledger's own, of which they then take the names."""
    return [
        *(f"CREATE TEMP TABLE {name} ({shape})" for name, shape in shapes().items()),
        "CREATE TEMP TABLE tracking (application_name TEXT, notification_id INTEGER)",
    ]


def shapes() -> dict[str, str]:
    """Every table and its columns; first `view_state`, which readers lock before they read others:
    whoever makes the tables anew must wait for them there, and nowhere else.
    """
    of_views = {}
    for view in stored_views():
        # A fact has its place by its number, so that the log is read in order as it stands.
        key = "seq" if view.of_fact is not None else None
        of_views[table_of(view)] = ", ".join(
            f'"{name}" {type_}{" PRIMARY KEY" if name == key else ""}'
            for name, type_ in columns.sql_columns(view.row)
        )
    return OWN_TABLES | of_views


def indexes() -> list[str]:
    """What makes the indexes of the tables."""
    of_views = [
        f'CREATE INDEX {table_of(view)}_by_{name} ON {table_of(view)} ("{name}")'
        for view in stored_views()
        if view.of_fact is None
        for name in ("stream", *_found_by(view))
    ]
    return [*of_views, *INDEXES]


def _found_by(view: View) -> list[str]:
    """The columns by which the rows of one company are found, unless one of them is a list."""
    parties = [column for column in columns.columns(view.row) if column.name in PARTY_COLUMNS]
    return [] if any(column.many for column in parties) else [column.name for column in parties]


def fingerprint() -> str:
    """What SHAPE must be: a digest of everything that decides what the tables hold."""
    import hashlib

    text = "\n".join((str(ROWS_VERSION), *statements()))
    return hashlib.sha256(text.encode()).hexdigest()[:16]


class Waiting:
    """Rows on their way into the tables; they are handed to the database many at a time."""

    def __init__(self, cursor: Cursor) -> None:
        self._cursor = cursor
        self._rows: dict[str, list[Sequence[Any]]] = {}

    def add(self, statement: str, rows: Iterable[Sequence[Any]]) -> None:
        """Add rows that the statement inserts."""
        waiting = self._rows.setdefault(statement, [])
        waiting += rows
        if len(waiting) >= BATCH:
            self._cursor.executemany(statement, waiting)
            waiting.clear()

    def hand_over(self) -> None:
        """Hand over all that are left."""
        for statement, waiting in self._rows.items():
            self._cursor.executemany(statement, waiting)
        self._rows.clear()


def insert(waiting: Waiting, view: View, rows: Iterable[Row]) -> None:
    """Write rows into a view's table."""
    waiting.add(_into_view(view.row, table_of(view)), map(columns.to_sql, rows))


@cache
def _into_view(row_type: type, table: str) -> str:
    return _into(table, [f'"{name}"' for name, _ in columns.sql_columns(row_type)])


def _into(table: str, names: Sequence[str]) -> str:
    marks = ", ".join("?" * len(names))
    return f"INSERT INTO {table} ({', '.join(names)}) VALUES ({marks})"


def remove(cursor: Cursor, view: View, stream: str) -> None:
    """Remove a stream's rows from a view's table."""
    cursor.execute(f"DELETE FROM {table_of(view)} WHERE stream = ?", (stream,))


def rows(
    connection: Connection, view: View, wanted: Wanted = ALL, /, without: Collection[str] = ()
) -> Iterator[Row]:
    """A view's rows, in the order of their streams (of the facts, for the log); those of the
    streams in `without` are left out. No more of them are read than are taken, or a page more,
    and no more are held; but of a view of streams PostgreSQL gives the cells of all at once.

    Raises DamagedError for a cell that `insert` cannot have written.
    """
    if view.of_fact is not None:
        found: Iterable[Any] = _facts(connection, view, wanted)
    else:
        clause, given = wanted.clause()
        found = connection.execute(f"{_selection(view)} {clause} ORDER BY stream, rowid", given)
    if without:
        place = columns.whole_columns(view.row).index("stream")
        found = (row for row in found if row[place] not in without)
    return _revived(view, found)


def _facts(connection: Connection, view: View, wanted: Wanted) -> Iterator[Any]:
    """The cells of these rows, in the order of the facts, or from the newest back."""
    beyond, order = ("<", "DESC") if wanted.newest_first else (">", "ASC")
    seq = columns.whole_columns(view.row).index("seq")
    last: tuple[Condition, ...] = ()
    size = FIRST_PAGE
    while True:
        clause, given = wanted.clause(*last)
        page = connection.execute(
            f"{_selection(view)} {clause} ORDER BY seq {order} LIMIT ?", (*given, size)
        ).fetchall()
        yield from page
        if len(page) < size:
            return
        last = ((f"seq {beyond} ?", (page[-1][seq],)),)
        size = min(2 * size, PAGE)


def _selection(view: View) -> str:
    listed = ", ".join(f'"{name}"' for name in columns.whole_columns(view.row))
    return f"SELECT {listed} FROM {table_of(view)}"


def _revived(view: View, found: Iterable[Sequence[Any]]) -> Iterator[Row]:
    try:
        for row in found:
            yield columns.from_sql(view.row, row)
    except (InputError, ValueError, TypeError, RecursionError) as error:
        raise DamagedError(
            f"the table of the view {view.name} cannot be read back: {error}",
            hint="`lsledger rebuild` makes it anew from the facts.",
        ) from error


def position(connection: Connection) -> int:
    """The sequence number up to which the tables hold the facts."""
    row = connection.execute(
        "SELECT notification_id FROM tracking WHERE application_name = ?", (POSITION,)
    ).fetchone()
    if row is not None and not isinstance(row[0], int):
        raise DamagedError(
            "the position of the views is not a number",
            hint="`lsledger rebuild` makes the views anew from the facts.",
        )
    return row[0] if row is not None else 0


def are_of_this_version(connection: Connection) -> bool:
    """Whether the tables are there, and of the shape that this version gives them."""
    return are_in_shape(connection.cursor())


def are_in_shape(cursor: Any) -> bool:
    """The same, inside a transaction that writes."""
    cursor.execute("SELECT 1 FROM ledger_tables WHERE name = 'view_state'")
    if cursor.fetchone() is None:
        return False
    cursor.execute("SELECT value FROM view_state WHERE name = 'shape'")
    row = cursor.fetchone()
    return row is not None and row[0] == SHAPE


def are_current(connection: Connection, today: date) -> bool:
    """Whether the tables show every fact, for today."""
    if not are_of_this_version(connection):
        return False
    state = dict(connection.execute("SELECT name, value FROM view_state"))
    if str(state.get("as_of", "9999")) > today.isoformat():
        return False
    if last_seq(connection) != position(connection):
        return False
    due = "SELECT 1 FROM view_streams WHERE next_change <= ? LIMIT 1"
    return connection.execute(due, (today.isoformat(),)).fetchone() is None


class StreamRow(NamedTuple):
    """What the tables know of a stream itself.

    last_seq: its newest fact. last_public: the last day on which a fact of it became
    public. last_change, next_change: the days before and after the one that the tables are
    folded for on which its rows change without a new fact.
    """

    stream: str
    name: str | None
    facts: int
    last_seq: int
    last_public: date
    last_change: date | None
    next_change: date | None


STREAM_COLUMNS = (
    *("stream", "kind", "name", "facts", "last_seq", "last_public", "last_change", "next_change"),
)


def write_stream(waiting: Waiting, row: StreamRow, targets: Iterable[str]) -> None:
    """Write what is known of a stream, and which other streams its rows read."""
    days = (
        day.isoformat() if day is not None else None
        for day in (row.last_public, row.last_change, row.next_change)
    )
    kind = row.stream.partition(":")[0]
    values = (row.stream, kind, row.name, row.facts, row.last_seq, *days)
    waiting.add(_INTO_STREAMS, (values,))
    waiting.add(_INTO_LINKS, ((target, row.stream) for target in targets))


_INTO_STREAMS = _into("view_streams", STREAM_COLUMNS)
_INTO_LINKS = _into("view_links", ("target", "stream"))


def remove_stream(cursor: Cursor, stream: str) -> None:
    """Remove what is known of a stream itself."""
    cursor.execute("DELETE FROM view_streams WHERE stream = ?", (stream,))
    cursor.execute("DELETE FROM view_links WHERE stream = ?", (stream,))


def changed_by(connection: Connection, cut: Cut, today: date) -> set[str]:
    """The streams whose rows at the cut may differ from those in the tables.

    All others have no fact beyond the cut, and nothing about them changes between the day
    of the cut and today, neither in themselves nor in the streams that their rows read.
    """
    found: set[str] = set()

    def add(condition: str, limit: str | int) -> None:
        rows = connection.execute(f"SELECT stream FROM view_streams WHERE {condition}", (limit,))
        found.update(stream for (stream,) in rows)

    if cut.known_at is not None:
        add("last_seq > ?", last_seq_at(connection, cut.known_at))
    if cut.public_at is not None:
        add("last_public > ?", cut.public_at.isoformat())
    if cut.as_of < today:
        add("last_change > ?", cut.as_of.isoformat())
    if cut.as_of > today:
        add("next_change <= ?", cut.as_of.isoformat())
    for stream in found & _dated_sources(connection):
        rows = connection.execute(CITING, (stream.partition(":")[2],) * 2)
        found.update(reader for (reader,) in rows)
    links = connection.execute("SELECT target, stream FROM view_links")
    return found | {stream for target, stream in links if target in found}


def _dated_sources(connection: Connection) -> set[str]:
    """The documents that read otherwise at some cuts: they were corrected, or have a date."""
    rows = connection.execute(
        "SELECT stream FROM view_streams WHERE kind = 'source' "
        "AND (facts > 1 OR last_change IS NOT NULL OR next_change IS NOT NULL)"
    )
    return {stream for (stream,) in rows}


def last_seq_at(connection: Connection, known_at: datetime | int) -> int:
    """The sequence number of the last fact that was recorded by then; 0 before the first."""
    if isinstance(known_at, int):
        return known_at
    row = connection.execute(
        "SELECT seq FROM view_log WHERE recorded_at <= ? "
        "ORDER BY recorded_at DESC, seq DESC LIMIT 1",
        (time_text(known_at),),
    ).fetchone()
    return int(row[0]) if row is not None else 0
