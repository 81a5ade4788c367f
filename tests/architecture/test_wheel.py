"""The wheel: it holds what the program needs, and works where nothing else is installed."""

from __future__ import annotations

import os
import subprocess
import sys
import venv
from pathlib import Path
from zipfile import ZipFile

import pytest

from tests.architecture.source_files import PACKAGES, ROOT

pytestmark = [pytest.mark.wheel, pytest.mark.xdist_group("wheel")]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from the checkout with the build backend of pyproject.toml."""
    out = tmp_path_factory.mktemp("wheel")
    pip("wheel", "--no-deps", "--wheel-dir", str(out), str(ROOT))
    (built,) = out.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def program(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The program, installed with its dependencies into an empty environment."""
    place = tmp_path_factory.mktemp("installed") / "venv"
    venv.create(place, symlinks=True)
    pip("--python", str(place / "bin" / "python"), "install", str(wheel))
    return place / "bin" / "lsledger"


def pip(*args: str) -> None:
    """Run pip of the environment that runs the tests."""
    quiet = ["--quiet", "--disable-pip-version-check", "--no-input"]
    done = subprocess.run(
        [sys.executable, "-m", "pip", *quiet, *args], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def run(program: Path, folder: Path, *args: str) -> str:
    """Run the installed program outside the checkout, with an environment of its own."""
    done = subprocess.run(
        [program, *args],
        cwd=folder,
        env={"PATH": os.defpath, "HOME": str(folder), "LSLEDGER_ACTOR": "a"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr.count("Traceback") == 0
    return done.stdout


def test_what_is_in_the_wheel(wheel: Path) -> None:
    """The three packages, the example and the licence; no tests, no caches."""
    names = set(ZipFile(wheel).namelist())
    source = {
        path.relative_to(ROOT).as_posix()
        for package in PACKAGES
        for path in (ROOT / package).rglob("*")
        if path.suffix in (".py", ".yaml", ".typed", ".css", ".j2")
        and "__pycache__" not in path.parts
    }
    assert {name for name in names if ".dist-info/" not in name} == source
    assert sum(name.startswith("ledger/example/") and name.endswith(".yaml") for name in names) == 2
    assert {"projections/report/page.css", "projections/report/page.html.j2"} <= names
    assert any(name.endswith("licenses/LICENSE") for name in names)
    assert any(name.endswith("entry_points.txt") for name in names)


def test_the_installed_program_tells_its_version(
    program: Path, wheel: Path, tmp_path: Path
) -> None:
    """The version is that of the wheel."""
    told = run(program, tmp_path, "--version")
    assert told == f"lsledger {wheel.name.split('-')[1]}\n"


def test_the_installed_program_shows_the_example(program: Path, tmp_path: Path) -> None:
    """`lsledger demo` works anywhere, and leaves nothing behind."""
    assert "hung-thinh-reo" in run(program, tmp_path, "demo")
    assert list(tmp_path.iterdir()) == []


def test_the_installed_program_keeps_a_ledger(program: Path, tmp_path: Path) -> None:
    """Made, recorded into, asked and handed on, with the code of the wheel alone."""
    run(program, tmp_path, "init", "--example")
    fact = ["plant.operating", "llbs-saemangeum-precursor", "--on", "2026-06"]
    run(program, tmp_path, "record", *fact, "--force")
    run(program, tmp_path, "plants", "-o", "plants.xlsx")
    assert "lsmnm-ulsan-nickel-sulfate" in run(program, tmp_path, "plants", "--format", "csv")
    assert (tmp_path / "plants.xlsx").stat().st_size > 1_000


def test_the_installed_program_draws_with_its_extra(
    program: Path, wheel: Path, tmp_path: Path
) -> None:
    """Without the extra it says what to install; with it, it writes the report."""
    run(program, tmp_path, "init", "--example")
    command = [str(program), "report", "-o", "report.html"]
    env = {"PATH": os.defpath, "HOME": str(tmp_path)}
    refused = subprocess.run(
        command, cwd=tmp_path, env=env, capture_output=True, text=True, check=False
    )
    assert refused.returncode == 2
    assert "pip install 'lsledger[report]'" in refused.stderr
    pip("--python", str(program.parent / "python"), "install", f"{wheel}[report]")
    run(program, tmp_path, "report", "-o", "report.html")
    assert "<svg" in (tmp_path / "report.html").read_text("utf-8")
