"""Files are replaced as a whole, or not at all."""

from __future__ import annotations

import errno
import os
import shutil
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from ledger.database import Database
from ledger.errors import UnwritableError
from ledger.sqlite.file import SqliteFile
from projections.exports.to_file import replacing
from tests.store.ledgers import NOBODY, program

WRITE_AS_NOBODY = f"""
import os, sys
from pathlib import Path
from projections.exports.to_file import replacing
from ledger.errors import UnwritableError
import shutil, tempfile
if os.geteuid() == 0:
    os.setgroups([])
    os.setgid({NOBODY})
    os.setuid({NOBODY})
try:
    with replacing(Path(sys.argv[1])) as out:
        out.write(b"new")
except UnwritableError as error:
    print(error)
    sys.exit(error.exit_code)
"""


def write(path: Path, data: bytes = b"new") -> None:
    """Write a file as exports do."""
    with replacing(path) as out:
        out.write(data)


def mode(path: Path) -> int:
    """The permission bits of a file."""
    return stat.S_IMODE(path.stat().st_mode)


def test_a_new_file_is_made(tmp_path: Path) -> None:
    """The file has what was written, and the folder nothing else."""
    write(tmp_path / "계약.csv")
    assert [path.name for path in tmp_path.iterdir()] == ["계약.csv"]
    assert (tmp_path / "계약.csv").read_bytes() == b"new"


def test_the_old_file_stands_until_the_new_one_is_complete(tmp_path: Path) -> None:
    """Whoever reads during the write sees all of the old content."""
    path = tmp_path / "x.csv"
    path.write_bytes(b"old")
    with replacing(path) as out:
        out.write(b"n" * 1_000_000)
        out.flush()
        assert path.read_bytes() == b"old"
    assert path.read_bytes() == b"n" * 1_000_000


@pytest.mark.parametrize("error", [KeyboardInterrupt(), ValueError("x"), SystemExit(3)])
@pytest.mark.parametrize("there", [True, False])
def test_after_any_exception_all_is_as_it_was(
    error: BaseException, there: bool, tmp_path: Path
) -> None:
    """The old file stays, no file appears, no temporary file stays, the exception goes on."""
    path = tmp_path / "x.csv"
    if there:
        path.write_bytes(b"old")

    def interrupted() -> None:
        with replacing(path) as out:
            out.write(b"half")
            raise error

    with pytest.raises(type(error)):
        interrupted()
    assert {p.name: p.read_bytes() for p in tmp_path.iterdir()} == (
        {"x.csv": b"old"} if there else {}
    )


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EDQUOT])
def test_a_full_disk_is_told(code: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A disk that fills up at the last moment keeps the old file, and the error says why."""
    path = tmp_path / "x.csv"
    path.write_bytes(b"old")

    def full(_descriptor: int) -> None:
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(UnwritableError, match="the disk is full"):
        write(path)
    assert {p.name: p.read_bytes() for p in tmp_path.iterdir()} == {"x.csv": b"old"}


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_device_is_written_to_and_not_replaced() -> None:
    """A full device says so and is a device still; so is /dev/null."""
    with pytest.raises(UnwritableError, match="the disk is full"):
        write(Path("/dev/full"))
    write(Path("/dev/null"))
    assert all(stat.S_ISCHR(Path(name).stat().st_mode) for name in ("/dev/full", "/dev/null"))


def test_a_pipe_is_written_to(tmp_path: Path) -> None:
    """A named pipe gets the data, as the shell's >(...) does."""
    pipe = tmp_path / "pipe.csv"
    os.mkfifo(pipe)
    reader = subprocess.Popen(["cat", str(pipe)], stdout=subprocess.PIPE)
    write(pipe)
    assert reader.communicate(timeout=10)[0] == b"new"
    assert [path.name for path in tmp_path.iterdir()] == ["pipe.csv"]


def test_a_folder_is_refused(tmp_path: Path) -> None:
    """A folder as the target is an error that says so, also through a link."""
    (tmp_path / "folder").mkdir()
    (tmp_path / "link.csv").symlink_to("folder")
    for name in ("folder", "link.csv"):
        with pytest.raises(UnwritableError, match="is a folder"):
            write(tmp_path / name)
    assert list((tmp_path / "folder").iterdir()) == []


@pytest.mark.parametrize("name", ["none/x.csv", "file/x.csv"])
def test_a_missing_folder_is_told(name: str, tmp_path: Path) -> None:
    """A folder that is not there, or is a file, is named."""
    (tmp_path / "file").touch()
    with pytest.raises(UnwritableError, match=f"there is no folder .*{Path(name).parent}"):
        write(tmp_path / name)


def test_a_loop_of_links_and_a_long_name_are_told(tmp_path: Path) -> None:
    """What the system refuses comes as our error."""
    (tmp_path / "loop.csv").symlink_to("loop.csv")
    for path in (tmp_path / "loop.csv", tmp_path / f"{'x' * 300}.csv"):
        with pytest.raises(UnwritableError, match="cannot be written"):
            write(path)
    assert [path.name for path in tmp_path.iterdir()] == ["loop.csv"]


def test_a_name_of_full_length_can_be_written(tmp_path: Path) -> None:
    """The temporary name is not derived from the file's, which may have no room left."""
    path = tmp_path / f"{'x' * 251}.csv"
    write(path)
    assert path.read_bytes() == b"new"


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that others can read; those of pytest are closed to the user nobody."""
    made = Path(tempfile.mkdtemp(prefix="lsledger-test-"))
    yield made
    made.chmod(0o755)
    shutil.rmtree(made)


@pytest.mark.parametrize("there", [True, False])
def test_a_folder_without_write_permission_is_told(folder: Path, there: bool) -> None:
    """The old file in it stays, and none is made; root becomes the user nobody first."""
    path = folder / "x.csv"
    if there:
        path.write_bytes(b"old")
        path.chmod(0o666)
    folder.chmod(0o555)
    done = program(path, code=WRITE_AS_NOBODY)
    assert (done.returncode, done.stderr) == (2, "")
    assert "permission denied" in done.stdout
    left = {p.name: p.read_bytes() for p in folder.iterdir()}
    assert left == ({"x.csv": b"old"} if there else {})


@pytest.mark.parametrize("code", [errno.EACCES, errno.EROFS])
def test_what_the_system_forbids_is_told(
    code: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The error has the system's reason, whoever runs the test."""

    def refuse(*_: object, **__: object) -> int:
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(os, "open", refuse)
    with pytest.raises(UnwritableError, match=os.strerror(code).lower()):
        write(tmp_path / "x.csv")


def test_a_protected_file_is_not_replaced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """That the folder would allow it does not mean that the file is to be lost."""
    path = tmp_path / "x.csv"
    path.write_bytes(b"old")
    path.chmod(0o444)
    monkeypatch.setattr(os, "access", lambda *_: False)  # as for anyone but root
    with pytest.raises(UnwritableError, match="write-protected"):
        write(path)
    assert path.read_bytes() == b"old"


@pytest.mark.sqlite
def test_a_ledger_is_not_replaced(example: Database) -> None:
    """An export that is sent to the ledger's own file is refused."""
    assert isinstance(example, SqliteFile)
    before = example.path.read_bytes()
    with pytest.raises(UnwritableError, match="perhaps a ledger"):
        write(example.path)
    assert example.path.read_bytes() == before


@pytest.mark.parametrize("bits", [0o600, 0o640, 0o664, 0o777])
def test_permissions_are_kept(bits: int, tmp_path: Path) -> None:
    """The new file may be read and written by whom the old one could."""
    path = tmp_path / "x.csv"
    path.touch()
    path.chmod(bits)
    write(path)
    assert mode(path) == bits


@pytest.mark.parametrize(("umask", "bits"), [(0o022, 0o644), (0o077, 0o600), (0o002, 0o664)])
def test_a_new_file_respects_the_umask(umask: int, bits: int, tmp_path: Path) -> None:
    """A new file has the permissions that any program's would have."""
    before = os.umask(umask)
    try:
        write(tmp_path / "x.csv")
    finally:
        os.umask(before)
    assert mode(tmp_path / "x.csv") == bits


@pytest.mark.parametrize("there", [True, False])
def test_a_link_stays_and_its_target_is_replaced(there: bool, tmp_path: Path) -> None:
    """Links, also of links and to files that are not there yet, are written through."""
    (tmp_path / "a").mkdir()
    target = tmp_path / "a" / "target.csv"
    if there:
        target.write_bytes(b"old")
    (tmp_path / "link.csv").symlink_to("a/target.csv")
    (tmp_path / "second.csv").symlink_to("link.csv")
    write(tmp_path / "second.csv")
    assert (tmp_path / "second.csv").is_symlink()
    assert (tmp_path / "link.csv").is_symlink()
    assert target.read_bytes() == b"new"
    assert [path.name for path in target.parent.iterdir()] == ["target.csv"]


def test_a_real_interrupt_leaves_nothing(tmp_path: Path) -> None:
    """Ctrl-C in the middle of a write, sent to a process of its own."""
    script = (
        "import os, signal, sys; from pathlib import Path\n"
        "from projections.exports.to_file import replacing\n"
        "with replacing(Path(sys.argv[1])) as out:\n"
        "    out.write(b'half'); out.flush(); os.kill(os.getpid(), signal.SIGINT)\n"
    )
    path = tmp_path / "x.csv"
    path.write_bytes(b"old")
    done = subprocess.run([sys.executable, "-c", script, str(path)], capture_output=True)
    assert b"KeyboardInterrupt" in done.stderr
    assert {p.name: p.read_bytes() for p in tmp_path.iterdir()} == {"x.csv": b"old"}
