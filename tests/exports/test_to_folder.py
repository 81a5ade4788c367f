"""Folders are replaced as a whole, or not at all."""

from __future__ import annotations

import errno
import os
import shutil
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from ledger.errors import UnwritableError
from projections.exports.to_folder import replacing_folder
from tests.store.ledgers import NOBODY, program

WRITE_AS_NOBODY = f"""
import os, sys
from pathlib import Path
from projections.exports.to_folder import replacing_folder
from ledger.errors import UnwritableError
import shutil, tempfile
if os.geteuid() == 0:
    os.setgroups([])
    os.setgid({NOBODY})
    os.setuid({NOBODY})
try:
    with replacing_folder(Path(sys.argv[1]), lambda _: True) as out:
        (out / "a").write_text("new")
except UnwritableError as error:
    print(error)
    sys.exit(error.exit_code)
"""


def ours(folder: Path) -> bool:
    """Folders with a file `a` alone are those that may be replaced."""
    return {path.name for path in folder.iterdir()} == {"a"}


def write(path: Path, text: str = "new") -> None:
    """Write a folder as exports do."""
    with replacing_folder(path, ours) as folder:
        (folder / "a").write_text(text)


def files(folder: Path) -> dict[str, str]:
    """What is in a folder and the folders in it."""
    return {
        str(path.relative_to(folder)): path.read_text()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@pytest.mark.parametrize("there", ["nothing", "empty", "ours"])
def test_a_folder_is_made_or_replaced(there: str, tmp_path: Path) -> None:
    """It has the new files, and nothing is left beside it."""
    path = tmp_path / "자료"
    if there != "nothing":
        path.mkdir(mode=0o750)
    if there == "ours":
        (path / "a").write_text("old")
    write(path)
    assert files(tmp_path) == {"자료/a": "new"}
    assert [p.name for p in tmp_path.iterdir()] == ["자료"]
    if there != "nothing":
        assert stat.S_IMODE(path.stat().st_mode) == 0o750


@pytest.mark.parametrize("error", [KeyboardInterrupt(), ValueError("x"), OSError(5, "I/O error")])
@pytest.mark.parametrize("there", [True, False])
def test_after_any_exception_all_is_as_it_was(
    error: BaseException, there: bool, tmp_path: Path
) -> None:
    """The old folder stays, no folder appears, nothing stays beside it."""
    path = tmp_path / "x"
    if there:
        write(path, "old")

    def interrupted() -> None:
        with replacing_folder(path, ours) as folder:
            (folder / "a").write_text("half")
            raise error

    with pytest.raises((type(error), UnwritableError)):
        interrupted()
    assert files(tmp_path) == ({"x/a": "old"} if there else {})
    assert len(list(tmp_path.iterdir())) == there


def test_an_interrupt_between_the_two_renames_puts_the_old_folder_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The moment at which neither stands there is undone."""
    path = tmp_path / "x"
    write(path, "old")
    rename = Path.rename

    def interrupted(self: Path, target: Path) -> Path:
        if self.name.endswith(".tmp"):
            raise KeyboardInterrupt
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", interrupted)
    with pytest.raises(KeyboardInterrupt):
        write(path)
    assert files(tmp_path) == {"x/a": "old"}
    assert len(list(tmp_path.iterdir())) == 1


def test_what_others_put_there_meanwhile_stays(tmp_path: Path) -> None:
    """The folder is looked at again before it is replaced."""
    path = tmp_path / "x"

    def raced() -> None:
        with replacing_folder(path, ours) as folder:
            (folder / "a").write_text("new")
            path.mkdir()
            (path / "b").write_text("theirs")

    with pytest.raises(UnwritableError, match="holds other things"):
        raced()
    assert files(tmp_path) == {"x/b": "theirs"}


def test_a_file_and_a_folder_of_other_things_are_refused(tmp_path: Path) -> None:
    """Both stay as they are."""
    (tmp_path / "file").write_text("mine")
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "b").write_text("mine")
    with pytest.raises(UnwritableError, match="is a file"):
        write(tmp_path / "file")
    with pytest.raises(UnwritableError, match="holds other things"):
        write(tmp_path / "folder")
    assert files(tmp_path) == {"file": "mine", "folder/b": "mine"}


def test_the_present_folder_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A shell that stands in it would be left nowhere."""
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UnwritableError, match="that you are in"):
        write(Path())


def test_a_link_stays_and_its_target_is_replaced(tmp_path: Path) -> None:
    """As with files."""
    write(tmp_path / "there", "old")
    (tmp_path / "link").symlink_to("there")
    write(tmp_path / "link")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "there" / "a").read_text() == "new"


@pytest.mark.parametrize("name", ["none/x", "file/x"])
def test_a_missing_folder_is_told(name: str, tmp_path: Path) -> None:
    """A folder that is not there, or is a file, is named."""
    (tmp_path / "file").touch()
    with pytest.raises(UnwritableError, match=f"there is no folder .*{Path(name).parent}"):
        write(tmp_path / name)


def test_a_full_disk_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The old folder stays, and the error says why."""
    write(tmp_path / "x", "old")

    def full(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(UnwritableError, match="the disk is full"):
        write(tmp_path / "x")
    assert files(tmp_path) == {"x/a": "old"}


@pytest.fixture
def closed() -> Iterator[Path]:
    """A folder in which others may not write."""
    made = Path(tempfile.mkdtemp(prefix="lsledger-test-"))
    made.chmod(0o555)
    yield made
    made.chmod(0o755)
    shutil.rmtree(made)


def test_a_folder_without_write_permission_is_told(closed: Path) -> None:
    """Nothing is made there; root becomes the user nobody first."""
    done = program(closed / "x", code=WRITE_AS_NOBODY)
    assert (done.returncode, done.stderr) == (2, "")
    assert "permission denied" in done.stdout
    assert list(closed.iterdir()) == []
