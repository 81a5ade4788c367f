"""The library's recorder with another way to put facts in: by COPY.

The library hands all of them over as one array of composites, whose text it makes and escapes in
Python; that takes the client several times as long as COPY in its binary format.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from eventsourcing.persistence import StoredEvent
from eventsourcing.postgres import PostgresProcessRecorder
from psycopg.sql import SQL, Identifier

TYPES = ("text", "int8", "text", "bytea")


class CopyingRecorder(PostgresProcessRecorder):
    """Inserts facts by COPY; locks, notifies and returns their numbers as the library's does."""

    def _insert_stored_events(
        self, curs: Any, stored_events: Sequence[StoredEvent], **_: Any
    ) -> None:
        self._lock_table(curs)
        self._notify_channel(curs)
        table = Identifier(self.datastore.schema, self.events_table_name)
        columns = SQL("originator_id, originator_version, topic, state")
        copy = SQL("COPY {} ({}) FROM STDIN (FORMAT BINARY)").format(table, columns)
        with curs.copy(copy) as taken:
            taken.set_types(TYPES)
            for event in stored_events:
                taken.write_row(
                    (event.originator_id, event.originator_version, event.topic, event.state)
                )

    def _fetch_ids_after_insert_events(
        self, curs: Any, stored_events: Sequence[StoredEvent], **_: Any
    ) -> Sequence[int]:
        """The newest numbers: as long as the lock is held, nobody else adds facts."""
        table = Identifier(self.datastore.schema, self.events_table_name)
        newest = SQL("SELECT notification_id FROM {} ORDER BY notification_id DESC LIMIT %s")
        curs.execute(newest.format(table), (len(stored_events),))
        return [row["notification_id"] for row in reversed(curs.fetchall())]
