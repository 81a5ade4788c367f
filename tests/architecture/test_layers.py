"""Which file may know what: the rules of docs and DESIGN, held by reading the imports."""

from __future__ import annotations

import pytest

from tests.architecture.source_files import PACKAGES, ROOT, imports, names, source_files, texts

FILES = source_files()

# what may not be imported by the files below a path; read: X knows nothing of Y
FORBIDDEN = {
    "ledger/": ("projections", "cli", "click", "rich"),
    "projections/": ("cli", "click", "rich"),
    "ledger/values/": (
        *("ledger.facts", "ledger.envelope", "ledger.timeline", "ledger.codec", "ledger.store"),
        *("ledger.book", "ledger.decide", "ledger.streams", "ledger.database", "ledger.intake"),
        *("ledger.stated", "ledger.lifecycle", "ledger.history", "ledger.cut", "eventsourcing"),
    ),
    "ledger/reference/": (
        *("ledger.facts", "ledger.values", "ledger.envelope", "ledger.timeline", "ledger.codec"),
        *("ledger.store", "ledger.book", "ledger.decide", "ledger.streams", "ledger.database"),
        *("ledger.intake", "ledger.stated", "pydantic", "eventsourcing"),
    ),
    "ledger/facts/": (
        *("ledger.decide", "ledger.store", "ledger.book", "ledger.codec", "ledger.database"),
        *("ledger.timeline", "ledger.streams", "ledger.intake", "eventsourcing"),
    ),
    "ledger/intake/": ("ledger.store", "ledger.book", "ledger.database", "ledger.decide"),
    "ledger/decide.py": ("ledger.store", "ledger.book", "ledger.database", "eventsourcing"),
    "ledger/timeline.py": ("ledger.store", "ledger.book", "ledger.database", "ledger.decide"),
    "ledger/database.py": ("pydantic", "eventsourcing", "ledger.store", "ledger.codec"),
    "ledger/history.py": ("eventsourcing", "ledger.store", "ledger.book"),
    "projections/views/": (
        *("projections.tables", "projections.catch_up", "projections.read", "sqlite3"),
        *("ledger.store", "ledger.database", "eventsourcing", "pydantic"),
    ),
    "projections/view.py": ("projections.tables", "ledger.store", "pydantic", "sqlite3"),
}
STATES = ("company", "context", "contract", "investment", "plant", "promise", "source", "stated")
FORBIDDEN |= {
    f"ledger/{name}.py": (
        *("ledger.store", "ledger.book", "ledger.decide", "ledger.database", "ledger.codec"),
        *("eventsourcing", "sqlite3", "time", "os", "random", "uuid"),
    )
    for name in (*STATES, "lifecycle")
}
# Only these may: the files that a thing is confined to.
CONFINED = {
    "sqlite3.connect": {
        *("ledger/sqlite/file.py", "ledger/postgres/server.py"),
        "ledger/backup.py",  # the new file, which is no ledger yet
        "projections/exports/sqlite_views.py",  # a new file for others, which is never a ledger
    },
    "eventsourcing": {
        *("ledger/store.py", "ledger/book.py", "cli/restore.py"),
        *("ledger/copy.py", "ledger/copy_target.py"),
    },
}
CLOCKS = (
    *("datetime.now", "datetime.utcnow", "datetime.today", "date.today", "time.time"),
    *("time.time_ns", "time.localtime", "time.gmtime", "datetime.datetime.now"),
)


def below(name: str, module: str) -> bool:
    """Whether a dotted name is a module or in it."""
    return name == module or name.startswith(f"{module}.")


def test_there_is_something_to_check() -> None:
    """The rules are held by reading files, so there must be files, of every path named here."""
    assert len(FILES) > 60
    for path in FORBIDDEN:
        assert any(file.startswith(path) for file in FILES), path


@pytest.mark.parametrize("path", FORBIDDEN)
def test_what_a_file_may_not_import(path: str) -> None:
    """Dependencies run cli -> projections -> ledger and, inside them, down to the values."""
    found = [
        f"{file} imports {name}"
        for file, tree in FILES.items()
        if file.startswith(path)
        for name in imports(tree)
        if any(below(name, module) for module in FORBIDDEN[path])
    ]
    assert found == []


def test_the_packages_are_known() -> None:
    """The top level is fixed: what the program imports of its own is in three packages."""
    own = {path.parent.name for path in ROOT.glob("*/__init__.py")} - {"tests"}
    assert set(PACKAGES) <= own
    used = {name.partition(".")[0] for tree in FILES.values() for name in imports(tree)}
    assert used & own == set(PACKAGES)


def test_only_the_backends_open_a_database() -> None:
    """Others are given connections, but for the backup and an export, which fill a file. (A
    server's tables are compared in a copy of SQLite's.)
    """
    opening = {file for file, tree in FILES.items() if "sqlite3.connect" in set(names(tree))}
    importing = {file for file, tree in FILES.items() if "sqlite3.connect" in set(imports(tree))}
    assert opening | importing == CONFINED["sqlite3.connect"]


def test_only_one_file_names_the_backends() -> None:
    """`ledger/database.py` picks one of them by the URL; beside it each knows itself alone."""
    naming = {
        file
        for file, tree in FILES.items()
        for name in imports(tree)
        if below(name, "ledger.sqlite") or below(name, "ledger.postgres")
        if not below(name, "ledger.server_errors")
    }
    own = {file for file in naming if file.startswith(("ledger/sqlite/", "ledger/postgres/"))}
    assert naming - own == {"ledger/database.py"}


def test_only_a_backend_names_the_librarys() -> None:
    """The library's modules for databases stand in settings, and are imported nowhere."""
    naming = {
        file
        for file, tree in FILES.items()
        if any("eventsourcing.sqlite" in t or "eventsourcing.postgres" in t for t in texts(tree))
    }
    assert naming == {"ledger/sqlite/file.py", "ledger/postgres/server.py"}
    assert not any(
        below(name, "eventsourcing.sqlite") or below(name, "eventsourcing.postgres")
        for tree in FILES.values()
        for name in imports(tree)
    )


def test_the_library_is_confined() -> None:
    """Few files know the event store's library; a view can be read without it."""
    knowing = {
        file
        for file, tree in FILES.items()
        if any(below(name, "eventsourcing") for name in imports(tree))
    }
    assert knowing <= CONFINED["eventsourcing"]


def test_the_clock_enters_at_one_place() -> None:
    """No fold, view or rule asks what time it is; only `cli/settings.py` does."""
    asking = {
        file: sorted(set(names(tree)) & set(CLOCKS))
        for file, tree in FILES.items()
        if set(names(tree)) & set(CLOCKS)
    }
    assert asking == {"cli/settings.py": ["datetime.now"]}


def test_only_the_command_line_prints() -> None:
    """The rest returns values."""
    printing = {
        file
        for file, tree in FILES.items()
        if not file.startswith("cli/") and {"print", "sys.stdout", "sys.stderr"} & set(names(tree))
    }
    assert printing == set()


def test_only_the_command_line_reads_the_environment() -> None:
    """Settings are given, not looked up."""
    reading = {
        file
        for file, tree in FILES.items()
        if not file.startswith("cli/") and {"os.environ", "os.getenv"} & set(names(tree))
    }
    assert reading == set()


@pytest.mark.parametrize("file", FILES)
def test_files_are_short(file: str) -> None:
    """At most 400 lines; the catalogue of errors, which is a list, may have 500."""
    most = 500 if file == "ledger/errors.py" else 400
    assert len((ROOT / file).read_text("utf-8").splitlines()) <= most


def test_every_view_file_is_in_the_registry() -> None:
    """A view is one file and one name."""
    from projections.views import NAMES

    files = {file for file in FILES if file.startswith("projections/views/")}
    assert files - {"projections/views/__init__.py"} == {
        f"projections/views/{name}.py" for name in NAMES
    }


def test_every_stream_has_its_facts_its_state_and_its_place() -> None:
    """One file of facts and one of rules for each kind of stream."""
    from ledger.facts import FACT_TYPES, STREAM_KINDS
    from ledger.streams import KINDS

    assert set(KINDS) == set(STREAM_KINDS)
    about_facts = {"fact"}  # they stand in the stream of the fact they are about
    kinds = {type_.stream_kind() for type_ in FACT_TYPES.values()} - about_facts
    assert kinds == set(STREAM_KINDS)
    for kind in STREAM_KINDS:
        assert f"ledger/{kind}.py" in FILES
        assert f"ledger/facts/{kind}.py" in FILES
