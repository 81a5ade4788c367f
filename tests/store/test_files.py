"""Which file is a ledger: names of any kind, and a clear error for what is something else."""

from __future__ import annotations

import random
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

import pytest

from cli.main import run
from cli.settings import Settings
from ledger import database
from ledger.cut import Cut
from ledger.errors import BackendError, LedgerError, NewerLedgerError
from ledger.sqlite.file import APPLICATION_ID
from ledger.store import created, opened
from projections.read import reader
from projections.views import NAMES
from tests.store.ledgers import (
    ACTOR,
    DEEP,
    NOW,
    TODAY,
    add,
    bytes_of,
    caught_up,
    draft,
    execute,
    located,
    make,
    note,
)

ODD = [
    "with space.db",
    "원장.db",
    "what?.db",
    "mode=memory.db",
    ":memory:",
    "a#b.db",
    "100%.db",
    "%41.db",
    "a&immutable=1.db",
    "quote'\".db",
    "-dash.db",
    "새 폴더/a b.db",
    "line\nbreak.db",
    "ends.with.",
    "ledger",
]


def told(capsys: pytest.CaptureFixture[str], ledger: str | Path, *args: str) -> tuple[int, str]:
    """The exit code of a command and the code of its error."""
    code = run([*args], Settings(ledger=str(ledger), actor=ACTOR, clock=lambda: NOW))
    _, bracket, rest = capsys.readouterr().err.partition("error[")
    return code, rest.partition("]")[0] if bracket else ""


@pytest.mark.parametrize("name", ODD)
def test_a_ledger_may_have_any_name(tmp_path: Path, name: str) -> None:
    """What the library and SQLite take for a URI or a special name is a name like any other."""
    (tmp_path / name).parent.mkdir(exist_ok=True)
    where = make(tmp_path, note("a"), name=name)
    with opened(where) as store:
        add(store, note("b"))
    assert len(bytes_of(where)) == 2
    assert len(caught_up(where)["view_context"]) == 2
    assert where.path.is_file()
    assert {path.name.removesuffix("-wal").removesuffix("-shm") for path in (
        tmp_path / name
    ).parent.iterdir()} == {where.path.name}  # fmt: skip


@pytest.mark.parametrize("name", ODD)
def test_a_url_names_the_same_file(tmp_path: Path, name: str) -> None:
    """sqlite:////absolute with escapes, as other tools write it."""
    url = f"sqlite:///{quote(str(tmp_path / name))}"
    assert located(url).path == tmp_path / name


def test_urls_may_be_relative(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """sqlite:///name is a file of the folder one is in."""
    monkeypatch.chdir(tmp_path)
    with created(located("sqlite:///sub.db")):
        pass
    assert (tmp_path / "sub.db").is_file()
    assert located("sub.db").path.absolute() == tmp_path / "sub.db"


def test_a_name_need_not_be_text(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A name with bytes that are not UTF-8 works, and is shown as far as it can be."""
    name = str(tmp_path) + "/\udcff.db"
    try:
        Path(name).touch()
    except OSError:
        pytest.skip("this file system takes only text as names")
    Path(name).unlink()
    for args in (["init"], ["status"], ["plants"]):
        assert told(capsys, name, *args) == (0, "")


def test_two_slashes_at_the_beginning(tmp_path: Path) -> None:
    """//tmp/x is /tmp/x, and not a host for SQLite."""
    where = located(f"/{tmp_path / 'ledger.db'}")
    with created(where) as store:
        add(store, note("a"))
    assert (tmp_path / "ledger.db").is_file()
    assert len(bytes_of(where)) == 1


def test_the_home_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """~ is the home folder; a user that does not exist is a name like any other."""
    monkeypatch.setenv("HOME", str(tmp_path))
    assert located("~/a.db").path == tmp_path / "a.db"
    assert located("~no-such-user/a.db").path == Path("~no-such-user/a.db")


@pytest.mark.parametrize("url", ["mysql://x", "http://x/ledger.db"])
def test_other_databases_are_named(url: str) -> None:
    """A URL of another kind says which kind is meant."""
    with pytest.raises(BackendError, match=url.partition(":")[0]):
        located(url)


class TestNotALedger:
    """Each thing that can stand where a ledger is expected has its own error."""

    def test_nothing(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        """There is no file."""
        assert told(capsys, tmp_path / "none.db", "plants") == (1, "ledger-missing")
        assert told(capsys, tmp_path / "no" / "none.db", "plants") == (1, "ledger-missing")
        assert list(tmp_path.iterdir()) == []

    def test_a_dangling_link(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        """The link leads nowhere; `init` neither follows nor removes it."""
        link = tmp_path / "link.db"
        link.symlink_to(tmp_path / "gone.db")
        assert told(capsys, link, "plants") == (1, "ledger-missing")
        assert told(capsys, link, "init") == (1, "ledger-exists")
        assert list(tmp_path.iterdir()) == [link]

    def test_a_link_in_a_circle(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        """What the system says is passed on."""
        link = tmp_path / "link.db"
        link.symlink_to(link)
        assert told(capsys, link, "plants") == (1, "store")

    def test_a_name_that_is_too_long(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        """No file can have it."""
        assert told(capsys, tmp_path / ("x" * 300), "plants") == (1, "store")
        assert told(capsys, tmp_path / ("x" * 300), "init") == (1, "store")

    def test_a_folder(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        """Neither readable nor writable as a ledger."""
        for args in (["plants"], ["status"], ["record", "plant.named", "a", "--on", "2025"]):
            assert told(capsys, tmp_path, *args) == (1, "not-a-ledger")
        assert told(capsys, tmp_path, "init") == (1, "ledger-exists")

    def test_a_device(self, capsys: pytest.CaptureFixture[str]) -> None:
        """It is not opened: a pipe would never answer."""
        assert told(capsys, "/dev/null", "plants") == (1, "not-a-ledger")

    @pytest.mark.parametrize("content", [b"", b"a text\n", b"x" * 10_000, b"SQLite format 3\x00"])
    def test_another_file(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str], content: bytes
    ) -> None:
        """An empty file, a text, or what only begins like a database, stays as it is."""
        path = tmp_path / "file.db"
        path.write_bytes(content)
        for args in (["plants"], ["record", "plant.named", "a", "--on", "2025"], ["rebuild"]):
            assert told(capsys, path, *args) == (1, "not-a-ledger")
        assert told(capsys, path, "init") == (1, "ledger-exists")
        assert path.read_bytes() == content

    def test_another_database(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        """A database of another program is not touched."""
        path = tmp_path / "other.db"
        with closing(sqlite3.connect(path)) as connection:
            connection.execute("CREATE TABLE stored_events (a)")
        before = path.read_bytes()
        for args in (["plants"], ["record", "plant.named", "a", "--on", "2025"], ["rebuild"]):
            assert told(capsys, path, *args) == (1, "not-a-ledger")
        assert path.read_bytes() == before

    def test_a_newer_ledger(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        """A later schema is neither read nor written."""
        where = make(tmp_path, note("a"))
        execute(where, f"PRAGMA user_version = {database.SCHEMA_VERSION + 1}")
        for args in (["plants"], ["record", "plant.named", "a", "--on", "2025"], ["rebuild"]):
            assert told(capsys, where.path, *args) == (1, "ledger-newer")

    def test_a_fact_of_a_newer_release(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        """A type that is not known stops the views, with its name, and is not skipped."""
        where = make(tmp_path, note("a"))
        newer = b'{"type":"plant.relocated","type_version":1,"content":{}}'
        execute(where, f"INSERT INTO stored_events VALUES ('plant:a',1,'t',x'{newer.hex()}')")
        assert told(capsys, where.path, "plants") == (1, "ledger-newer")
        with pytest.raises(NewerLedgerError, match="relocated"), opened(where) as store:
            add(store, note("b"))

    def test_a_damaged_fact(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        """A fact that cannot be read stops the views, and is not skipped."""
        where = make(tmp_path, note("a"))
        execute(where, "INSERT INTO stored_events VALUES ('context:b',1,'t',x'00')")
        for args in (["plants"], ["log"], ["rebuild"], ["show", "context:b"]):
            assert told(capsys, where.path, *args) == (1, "damaged")

    def test_missing_tables(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        """A file that says it is a ledger and is not."""
        path = tmp_path / "hollow.db"
        with closing(sqlite3.connect(path)) as connection:
            connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
            connection.execute("CREATE TABLE other (a)")
        assert told(capsys, path, "plants") == (1, "damaged")
        assert told(capsys, path, "status") == (1, "damaged")

    @pytest.mark.parametrize("part", [0.1, 0.4, 0.7, 0.95])
    def test_a_truncated_file(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str], part: float
    ) -> None:
        """The end is missing: `status` finds it, whatever a view happens to need of it."""
        where = make(tmp_path, *(note(f"n-{number}") for number in range(300)))
        data = where.path.read_bytes()
        where.path.write_bytes(data[: int(len(data) * part)])
        code, error = told(capsys, where.path, "status")
        assert code == 1
        assert error in ("damaged", "")  # else what `status` prints says so
        code, error = told(capsys, where.path, "rebuild")
        assert (code, error) in ((0, ""), (1, "damaged"))


@pytest.mark.parametrize("trial", range(60 if DEEP else 12))
def test_damage_anywhere_is_told_or_harmless(tmp_path: Path, trial: int) -> None:
    """Random bytes over a page of the file: every view answers, or fails with our error."""
    chance = random.Random(trial)
    where = make(
        tmp_path,
        *(note(f"n-{number}") for number in range(100)),
        draft("plant.capacity_stated", "p", on="2025", capacity="5 kt/yr", stage="metal"),
        draft("plant.operating", "p", on="2025-02"),
    )
    data = bytearray(where.path.read_bytes())
    begin = chance.randrange(100, len(data))
    size = chance.choice([1, 8, 200, 4_096])
    data[begin : begin + size] = chance.randbytes(min(size, len(data) - begin))
    where.path.write_bytes(data)
    for name in NAMES:
        try:
            with reader(where, Cut(TODAY), TODAY) as view:
                view.answer(name).held()
        except LedgerError:
            pass


def test_a_damaged_header_is_damage(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A file that begins as a database does and cannot be read as one is not sent to `init`."""
    where = make(tmp_path, note("a"))
    data = bytearray(where.path.read_bytes())
    data[18:20] = b"\x09\x09"
    where.path.write_bytes(data)
    assert told(capsys, where.path, "context") == (1, "damaged")


def test_a_backup_by_copying_the_file(tmp_path: Path) -> None:
    """A ledger that nobody writes to is one file: its copy is the ledger."""
    where = make(tmp_path, note("a"))
    shutil.copy(where.path, tmp_path / "copy.db")
    assert bytes_of(located(str(tmp_path / "copy.db"))) == bytes_of(where)
