"""Makes the tree over all facts of a ledger anew, as a script: grow.py LEDGER."""

from __future__ import annotations

import sqlite3
import sys
from contextlib import closing

from ledger.evidence import tree
from ledger.sqlite.schema import COMMON_VIEWS

if __name__ == "__main__":
    with closing(sqlite3.connect(sys.argv[1])) as connection, connection:
        for view in COMMON_VIEWS:
            connection.execute(view)
        connection.execute("DELETE FROM tiles")
        tree.grow(connection.cursor())
