"""`backup`: a copy that is whole and checked, or none; and never in the place of another file."""

from __future__ import annotations

import errno
import json
import os
import re
import signal
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from shutil import rmtree
from stat import S_IMODE
from subprocess import CompletedProcess
from tempfile import mkdtemp

import pytest

from ledger import backup
from ledger.errors import LedgerExistsError
from ledger.store import opened
from tests.cli.console import Console
from tests.cli.terminal import plain, terminal
from tests.outside import edit, outside
from tests.store import ledgers
from tests.store.ledgers import (
    PROGRAM_AS_NOBODY,
    PROGRAM_ON_A_FULL_DISK,
    bytes_of,
    code_of,
    draft,
    located,
    make,
    note,
    program,
)
from tests.store.test_upgrade import as_version_1

COPY = "사본.sqlite"
"""What the copy is called, which is a file wherever the ledger is."""

KILLED = """
import os, signal, sys
from pathlib import Path
from ledger import backup, database
backup.PAGES = 1
def progress(_what, done, all_):
    if done >= all_ * int(sys.argv[3]) // 100:
        os.kill(os.getpid(), getattr(signal, sys.argv[4]))
backup.back_up(database.locate(sys.argv[1]), Path(sys.argv[2]), progress)
"""
"""A backup that is struck by a signal when so many of a hundred of its pages are copied."""


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that others can read; those of pytest are closed to the user nobody."""
    made = Path(mkdtemp(prefix="lsledger-test-"))
    made.chmod(0o755)
    yield made
    for path in (made, *(path for path in made.iterdir() if path.is_dir())):
        path.chmod(0o755)
    rmtree(made)


@pytest.fixture
def example(ledger: Console) -> Console:
    """A console with a ledger in which a few things are recorded."""
    lines = [
        {"type": "source.registered", "id": "s", "title": "보도자료", "published": "2025"},
        {"type": "plant.completed", "id": "north", "on": "2025-02", "source": "s"},
        *({**ledgers.notes(1)[0], "id": f"n-{number}"} for number in range(30)),
    ]
    ledgers.write_lines(ledger.folder / "facts.jsonl", lines)
    assert ledger("import", "facts.jsonl").code == 0
    (ledger.folder / "facts.jsonl").unlink()
    return ledger


def names(folder: Path) -> set[str]:
    """What lies in a folder beside the ledger, with what SQLite puts beside an open one."""
    found = {p.name for p in folder.iterdir() if not p.name.endswith(("-wal", "-shm"))}
    return found - {"ledger.db"}


def verified_root(console: Console, ledger: str) -> str:
    """The root of the tree in what `verify` says of a ledger that is in order."""
    told = console("--ledger", ledger, "verify", "--format", "json")
    assert told.code == 0, told.out
    tree = next(c["detail"] for c in json.loads(told.out)["checks"] if c["name"] == "tree")
    return str(tree).partition(", root ")[2]


def test_the_copy_is_the_ledger(example: Console) -> None:
    """It has the same facts, tree and views, and can be recorded into on its own."""
    done = example("backup", "원장 사본.db")
    assert (done.code, done.err) == (0, "")
    root = verified_root(example, "ledger.db")
    assert done.out == f"Copied 32 facts to 원장 사본.db, root {root}\n"
    assert verified_root(example, "원장 사본.db") == root
    before = example.stored()
    for words in (["export", "facts", "--format", "jsonl"], ["portfolio"], ["log"]):
        assert example("--ledger", "원장 사본.db", *words).out == example(*words).out
    more = ["source", "add", "--id", "x", "--title", "제목", "--published", "2026"]
    assert example("--ledger", "원장 사본.db", *more).code == 0
    assert example.stored() == before


def test_the_copy_keeps_documents_and_checkpoints(example: Console) -> None:
    """What `verify` needs of the evidence is in it: a trusted key is found again."""
    key = example("keygen", "example.com/ledger", "-o", "key").out.strip()
    article = example.file("기사.html", "<p>The plant began in 2026.</p>")
    added = example("source", "add", article, "--id", "news", "--title", "N", "--published", "2026")
    assert added.code == 0
    held = example.file("note", example("checkpoint", "--key", "key").out)
    assert example("backup", COPY).code == 0
    told = example("--ledger", COPY, "verify", "--trust", key, "--against", held)
    assert told.code == 0, told.out
    assert "1 archived, unchanged" in told.out
    assert example("--ledger", COPY, "source", "get", "news", "-o", "again.html").code == 0
    assert (example.folder / "again.html").read_bytes() == (example.folder / article).read_bytes()


def test_an_empty_ledger_is_copied(ledger: Console) -> None:
    """Its copy is an empty ledger."""
    done = ledger("backup", COPY)
    assert done.out.startswith(f"Copied 0 facts to {COPY}, root e3b0c4")
    assert ledger("--ledger", COPY, "verify").code == 0


@pytest.mark.sqlite
def test_a_ledger_of_an_earlier_version_is_copied_as_it_is(example: Console) -> None:
    """It is not changed for it; the root is the one that its tree will have."""
    root = verified_root(example, "ledger.db")
    as_version_1(Path("ledger.db"))
    assert example("backup", COPY).out.endswith(f"{root}\n")
    for name in ("ledger.db", COPY):
        with closing(sqlite3.connect(name)) as connection:
            assert connection.execute("PRAGMA user_version").fetchone() == (1,)


@pytest.mark.parametrize("mode", [0o600, 0o640])
def test_one_file_is_made(example: Console, mode: int) -> None:
    """Those may read it who may read the ledger's file; that of a server only its owner."""
    file = example.folder / "ledger.db"
    if file.exists():
        file.chmod(mode)
    assert example("backup", COPY).code == 0
    assert [path.name for path in example.folder.glob(f"{COPY}*")] == [COPY]
    assert names(example.folder) == {COPY}
    assert S_IMODE(Path(COPY).stat().st_mode) == (mode if file.exists() else 0o600)


def test_facts_that_are_in_the_log_only_are_copied(tmp_path: Path) -> None:
    """While a process has the ledger open, its newest facts are not in the file yet."""
    where = make(tmp_path, note("a"))
    target = tmp_path / "copy.db"
    with opened(where) as store:
        ledgers.add(store, note("b"))
        done = program("--ledger", where.path, "backup", target)
    assert done.stdout.startswith("Copied 2 facts")
    assert bytes_of(located(str(target))) == bytes_of(where)


class TestAPlaceThatIsTaken:
    """What is there stays, and the error says so."""

    @pytest.mark.parametrize("content", [b"", b"notes", b"SQLite format 3\0"])
    def test_by_a_file(self, example: Console, content: bytes) -> None:
        """Of any content."""
        example.file(COPY, content)
        done = example("backup", COPY)
        assert (done.code, done.out) == (1, "")
        assert f"error[ledger-exists]: {COPY} exists already, and is not replaced" in done.err
        assert (Path(COPY).read_bytes(), names(example.folder)) == (content, {COPY})

    @pytest.mark.sqlite
    def test_by_the_ledger_itself(self, example: Console) -> None:
        """A ledger is not copied to itself."""
        before = example.stored()
        assert "error[ledger-exists]" in example("backup", "ledger.db").err
        assert example.stored() == before

    def test_by_a_link_that_leads_nowhere(self, example: Console) -> None:
        """The link is neither followed nor replaced."""
        Path(COPY).symlink_to("elsewhere.sqlite")
        assert "error[ledger-exists]" in example("backup", COPY).err
        assert names(example.folder) == {COPY}
        assert Path(COPY).is_symlink()

    def test_by_a_folder(self, example: Console) -> None:
        """A file in it is asked for."""
        Path("사본").mkdir()
        done = example("backup", "사본")
        assert done.code == 2
        assert "error[unwritable]: 사본 is a folder" in done.err
        assert list(Path("사본").iterdir()) == []

    @pytest.mark.parametrize("suffix", ["-wal", "-journal"])
    def test_by_the_log_of_another_file(self, example: Console, suffix: str) -> None:
        """SQLite would play it into the copy; an empty one does no harm."""
        left = example.file(f"{COPY}{suffix}", b"left behind")
        done = example("backup", COPY)
        assert done.code == 1
        assert f"error[ledger-exists]: {left} was left by another database" in done.err
        assert not Path(COPY).exists()
        Path(left).write_bytes(b"")
        assert example("backup", COPY).code == 0
        assert example("--ledger", COPY, "verify").code == 0

    def test_while_the_copy_was_made(self, example: Console) -> None:
        """Somebody was faster: their file stays, and the copy goes."""

        def somebody(_what: str, _done: int, _all: int) -> None:
            Path(COPY).write_text("theirs", "utf-8")

        with pytest.raises(LedgerExistsError):
            backup.back_up(example.where, Path(COPY), somebody)
        assert (Path(COPY).read_text("utf-8"), names(example.folder)) == ("theirs", {COPY})


class TestAPlaceThatCannotBeWritten:
    """The error says why, and nothing is left."""

    def test_a_folder_that_is_missing(self, example: Console) -> None:
        """It is not made on the way."""
        done = example("backup", "없는 폴더/copy.db")
        assert done.code == 2
        assert "error[unwritable]: 없는 폴더/copy.db cannot be written: there is no" in done.err
        assert names(example.folder) == set()

    def test_a_folder_that_is_closed(self, folder: Path) -> None:
        """What the system says is passed on."""
        where = make(folder, note("a"))
        closed = folder / "closed"
        closed.mkdir(mode=0o555)
        run = program(
            *("--ledger", where.path, "backup", closed / "copy.db"),
            code=PROGRAM_AS_NOBODY,
            cwd=Path("/"),
        )
        assert (run.returncode, code_of(run)) == (2, "unwritable")
        assert "permission denied" in run.stderr
        assert list(closed.iterdir()) == []

    @pytest.mark.parametrize("pages", [0, 1, 10, 40])
    def test_a_full_disk(self, tmp_path: Path, pages: int) -> None:
        """It is the copy's disk that is named, and the part that was written goes."""
        where = make(tmp_path, *(note(f"n-{number}") for number in range(100)))
        (tmp_path / "ledger.db-shm").unlink(missing_ok=True)
        (tmp_path / "ledger.db-wal").unlink(missing_ok=True)
        target = tmp_path / "new" / "copy.db"
        target.parent.mkdir()
        limit = str(max(pages * 4_096, 32_768) if pages > 1 else pages * 4_096)
        run = program(
            *("--ledger", where.path, "backup", target),
            code=PROGRAM_ON_A_FULL_DISK,
            before=(limit,),
        )
        assert run.returncode in (1, 2)
        # with less room than the shared memory of the ledger needs, that is what fails first
        assert code_of(run) in ("unwritable",) if pages > 1 else ("disk-full", "unwritable")
        assert list(target.parent.iterdir()) == []

    def test_a_file_system_without_links(
        self, example: Console, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The copy gets its name in another way, and still replaces nothing."""

        def link(*_: object) -> None:
            raise OSError(errno.EPERM, "not here")

        monkeypatch.setattr(os, "link", link)
        taken = example.file("taken.sqlite", b"")
        assert "error[ledger-exists]" in example("backup", taken).err
        assert Path(taken).read_bytes() == b""
        assert example("backup", COPY).code == 0
        assert example("--ledger", COPY, "verify").code == 0
        assert names(example.folder) == {COPY, taken}


class TestInterrupted:
    """Wherever it ends, nothing is there by the name of the copy."""

    def struck(self, folder: Path, part: int, signal_: str) -> CompletedProcess[str]:
        """A backup in a process of its own that is struck on its way; how it ended."""
        make(folder, *(note(f"n-{number}") for number in range(100)))
        words = (folder / "ledger.db", folder / "copy.db", str(part), signal_)
        return program(*words, code=KILLED)

    @pytest.mark.parametrize("part", [1, 50, 100])
    def test_by_a_kill(self, tmp_path: Path, part: int) -> None:
        """What is left is hidden and no ledger's name; the next backup is not disturbed."""
        run = self.struck(tmp_path, part, "SIGKILL")
        assert run.returncode == -signal.SIGKILL
        left = names(tmp_path)
        assert all(name.startswith(".lsledger-") and name.endswith(".tmp") for name in left)
        assert len(left) == 1
        ledger = ("--ledger", tmp_path / "ledger.db")
        assert program(*ledger, "verify").returncode == 0
        assert program(*ledger, "backup", tmp_path / "copy.db").returncode == 0
        assert program("--ledger", tmp_path / "copy.db", "verify").returncode == 0

    @pytest.mark.parametrize("part", [1, 50, 100])
    def test_by_ctrl_c(self, tmp_path: Path, part: int) -> None:
        """The temporary file goes, too."""
        run = self.struck(tmp_path, part, "SIGINT")
        assert "KeyboardInterrupt" in run.stderr
        assert names(tmp_path) == set()


@pytest.mark.parametrize(("file", "over"), [(True, True), (True, False), (False, True)])
def test_a_ledger_that_is_read_only(folder: Path, file: bool, over: bool) -> None:
    """Reading is enough; nothing is made beside the ledger."""
    inner = folder / "closed"
    inner.mkdir()
    where = make(inner, note("a"), draft("plant.operating", "north", on="2024", stage="metal"))
    for path in inner.iterdir():
        path.chmod(0o444 if file else 0o666)
    inner.chmod(0o555 if over else 0o777)
    before = {*inner.iterdir()}
    folder.chmod(0o777)
    run = program(
        "--ledger", where.path, "backup", folder / "copy.db", code=PROGRAM_AS_NOBODY, cwd=Path("/")
    )
    assert run.returncode == 0, run.stderr
    assert "Copied 2 facts" in run.stdout
    assert {*inner.iterdir()} == before
    assert bytes_of(located(str(folder / "copy.db"))) == bytes_of(where)


class TestASourceThatIsDamaged:
    """No copy is made of what does not hold together, and older backups are all that counts."""

    def refused(self, console: Console, *words: str) -> str:
        """What a backup that must be refused says of the ledger."""
        done = console(*words, "backup", COPY)
        assert (done.code, done.out) == (1, "")
        assert names(console.folder) == set()
        return done.err

    @pytest.mark.sqlite
    def test_its_pages(self, example: Console) -> None:
        """Bytes in the middle of the file are lost."""
        data = bytearray(Path("ledger.db").read_bytes())
        data[8192:20480] = b"\xa5" * 12288
        Path("ledger.db").write_bytes(data)
        assert "error[damaged]: ledger.db" in self.refused(example)

    def test_a_fact(self, example: Console) -> None:
        """The database finds nothing wrong with a letter that was changed; the tree does."""
        edit(example.where, "stored_events", "state", b"Statement 0", b"Statement 1")
        assert "error[damaged]: ledger.db" in self.refused(example)

    def test_a_document(self, example: Console) -> None:
        """An archived document is hashed anew, like the facts."""
        article = example.file("a.html", "<p>words</p>")
        words = ["source", "add", article, "--id", "n", "--title", "N", "--published", "2026"]
        assert example(*words).code == 0
        Path(article).unlink()
        with outside(example.where) as tool:
            tool.execute("UPDATE documents SET data = ?", (b"other",))
        told = self.refused(example)
        assert "error[damaged]" in told
        assert "document" in told

    def test_the_tree(self, example: Console) -> None:
        """Its tiles are gone; --json-errors gives the same as an object."""
        with outside(example.where) as tool:
            tool.execute("DELETE FROM tiles")
        told = json.loads(self.refused(example, "--json-errors"))
        assert (told["code"], told["exit_code"]) == ("damaged", 1)
        assert "ledger.db" in told["message"]
        assert "verify" in told["hint"]


@pytest.mark.sqlite
def test_what_is_no_ledger_is_not_copied(console: Console) -> None:
    """Neither nothing nor something else."""
    console.file("notes.txt", "no ledger\n" * 99)
    assert "error[ledger-missing]" in console("backup", COPY).err
    assert "error[not-a-ledger]" in console("--ledger", "notes.txt", "backup", COPY).err
    assert names(console.folder) == {"notes.txt"}


def test_a_backup_is_not_printed(example: Console) -> None:
    """`-` is no file's name here."""
    done = example("backup", "-")
    assert (done.code, done.out) == (2, "")
    assert "error[usage]: a backup is not printed" in done.err


def test_a_terminal_shows_how_far_it_is(tmp_path: Path) -> None:
    """A bar that comes to its end, and the closing line below it."""
    where = make(tmp_path, *(note(f"n-{number}") for number in range(300)))
    with terminal("--ledger", where.path, "backup", tmp_path / "copy.db") as screen:
        assert screen.end() == 0
    shown = plain(screen.shown)
    assert re.search(r"Copying pages .* (\d+)/\1\n", shown)
    assert shown.rstrip().rpartition("\n")[2].startswith("Copied 300 facts to")
