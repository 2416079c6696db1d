"""The wheel in an empty environment without a compiler, with every Python at hand; and the source distribution."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest
from support import ADELE, Emulator, needed

from graph_invalidate._library import library

PROGRAM = """
import sys
import graph_invalidate
print(graph_invalidate.invalidate_all_refresh_tokens(USER, token=TOKEN).status)
print(graph_invalidate.__file__.startswith(sys.prefix))
"""


def package(pattern: str) -> Path:
    """The one package of this kind that ``cargo xtask package python`` made."""
    [found] = needed("GRAPH_INVALIDATE_TEST_PACKAGES").glob(pattern)
    return found


def pythons() -> list[str]:
    """This Python, and every other from 3.9 on that can be run by its name."""
    found = {f"{sys.version_info.major}.{sys.version_info.minor}": sys.executable}
    for version in (f"3.{minor}" for minor in range(9, 16)):
        program = shutil.which(f"python{version}")
        if program and version not in found:
            asked = subprocess.run([program, "-m", "venv", "--help"], capture_output=True, check=False)
            if asked.returncode == 0:
                found[version] = program
    return sorted(found.values())


@pytest.mark.parametrize("python", pythons())
def test_the_wheel_works_in_an_empty_environment(python: str, emulator: Emulator, tmp_path: Path) -> None:
    """No compiler, no other package, nothing of this checkout."""
    environment = tmp_path / "empty"
    subprocess.run([python, "-m", "venv", "--without-pip", environment], check=True)
    inside = environment / ("Scripts" if sys.platform == "win32" else "bin") / "python"
    pip = [sys.executable, "-m", "pip", "--python", str(inside), "install", "--quiet", "--no-index", "--no-deps"]
    subprocess.run([*pip, str(package("*.whl"))], check=True)
    program = PROGRAM.replace("USER", repr(ADELE)).replace("TOKEN", repr(emulator.token()))
    result = subprocess.run(
        [inside, "-W", "error", "-c", program],
        env={"PATH": "", "GRAPH_INVALIDATE_ENDPOINT": emulator.url},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (result.returncode, result.stdout, result.stderr) == (0, "accepted\nTrue\n", "")


def test_a_wheel_is_for_one_platform_and_every_python() -> None:
    """It holds the library, the mark of a typed package and both licences, and needs no other package."""
    wheel = package("*.whl")
    assert re.fullmatch(r"graph_invalidate-[\d.]+-py3-none-(?!any)\w+\.whl", wheel.name)
    if sys.platform == "linux":
        assert "-manylinux_" in wheel.name
    with zipfile.ZipFile(wheel) as file:
        names = {Path(name).name for name in file.namelist()}
        [metadata] = [file.read(name).decode() for name in file.namelist() if name.endswith("/METADATA")]
    assert names >= {Path(library()._name).name, "py.typed", "LICENSE-APACHE", "LICENSE-MIT"}
    assert "Requires-Dist" not in metadata
    assert "Requires-Python: >=3.9" in metadata
    assert "License-Expression: MIT OR Apache-2.0" in metadata


def test_twine_accepts_both_packages() -> None:
    """Their descriptions can be shown."""
    packages = [str(package("*.whl")), str(package("*.tar.gz"))]
    subprocess.run([sys.executable, "-m", "twine", "check", "--strict", *packages], check=True)


def test_the_source_distribution_says_what_it_needs(tmp_path: Path) -> None:
    """Without a library there is no wheel; with one, the wheel is the same."""
    with tarfile.open(package("*.tar.gz")) as file:
        assert not [name for name in file.getnames() if name.endswith((".so", ".dylib", ".dll"))]
        for member in file.getmembers():
            file.extract(member, tmp_path)
    [source] = tmp_path.iterdir()
    arguments = ["--no-isolation", "--wheel", "--outdir", str(tmp_path / "dist"), str(source)]
    build = [sys.executable, "-m", "build", *arguments]
    result = subprocess.run(build, capture_output=True, text=True, check=False)
    assert result.returncode != 0
    assert "graph-invalidate needs its native library, which this source does not hold" in result.stdout + result.stderr
    built = needed("GRAPH_INVALIDATE_TEST_LIBRARY")
    shutil.copy(built, source / "src/graph_invalidate")
    subprocess.run(build, check=True, capture_output=True)
    [wheel] = (tmp_path / "dist").iterdir()
    with zipfile.ZipFile(wheel) as ours, zipfile.ZipFile(package("*.whl")) as theirs:
        assert set(ours.namelist()) == {name for name in theirs.namelist() if not name.endswith("/")}
        assert ours.read(f"graph_invalidate/{built.name}") == theirs.read(f"graph_invalidate/{built.name}")


def test_type_checkers_see_the_types_of_the_installed_package(tmp_path: Path) -> None:
    """Since py.typed is in the wheel."""
    program = tmp_path / "program.py"
    program.write_text(
        "import graph_invalidate\nreveal_type(graph_invalidate.Client('t').invalidate('u').server_date)\n"
    )
    mypy = [sys.executable, "-m", "mypy", "--strict", "--cache-dir", os.devnull, str(program)]
    result = subprocess.run(mypy, capture_output=True, text=True, check=False, cwd=tmp_path)
    assert 'Revealed type is "datetime.datetime | None"' in result.stdout
