"""Finding and checking the native library. Each test runs in a process of its own: a library is loaded once."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from support import needed, run_program

import graph_invalidate
from graph_invalidate import _library

USE = """
import graph_invalidate
try:
    graph_invalidate.use_library({path!r})
    print(graph_invalidate.library_version())
except Exception as error:
    print(type(error).__name__, error, getattr(error, "path", None))
"""


def use(path: Path) -> str:
    """What a program sees that names this library."""
    result = run_program(USE.format(path=str(path)))
    assert (result.returncode, result.stderr) == (0, "")
    return result.stdout.strip()


def compiled(folder: Path, text: str) -> Path:
    """A shared library made of this C text."""
    source, library = folder / "other.c", folder / "other.so"
    source.write_text(text)
    subprocess.run(["gcc", "-shared", "-fPIC", "-o", library, source], check=True)
    return library


def test_the_library_lies_beside_the_package() -> None:
    """And nowhere else is looked for one."""
    package = Path(graph_invalidate.__file__).parent
    assert Path(_library.library()._name).parent == package
    result = run_program("import graph_invalidate; print(graph_invalidate.library_version())", LD_LIBRARY_PATH="/")
    assert result.stdout.strip() == graph_invalidate.__version__


def test_another_library_may_be_named_in_code_before_the_first_use() -> None:
    """After that it is too late, and said."""
    library = needed("GRAPH_INVALIDATE_TEST_LIBRARY")
    assert use(library) == graph_invalidate.__version__
    result = run_program(
        f"import graph_invalidate\ngraph_invalidate.Cancellation()\ngraph_invalidate.use_library({str(library)!r})"
    )
    assert "is loaded already; use_library comes before the first client" in result.stderr


def test_a_missing_library_is_named(tmp_path: Path) -> None:
    """Importing the package works all the same: help() and type checkers need no library."""
    missing = tmp_path / "lib.so"
    said = use(missing)
    assert said.startswith(f"NativeLibraryError {missing} is missing: ")
    assert said.endswith(f" {missing}")
    package = Path(graph_invalidate.__file__).parent
    shutil.copytree(package, tmp_path / "graph_invalidate", ignore=shutil.ignore_patterns("*.so", "*.dylib", "*.dll"))
    program = f"import sys\nsys.path.insert(0, {str(tmp_path)!r})\nimport graph_invalidate\nhelp(graph_invalidate)\n"
    result = run_program(program + "try: graph_invalidate.Client()\nexcept ImportError as error: print('!', error)")
    assert f"! {tmp_path / 'graph_invalidate'}" in result.stdout
    assert "install a wheel that has one" in result.stdout


def test_a_library_that_is_cut_short_is_refused_and_kills_nobody(tmp_path: Path) -> None:
    """Wherever the copying broke off: the system itself would end the process."""
    whole = needed("GRAPH_INVALIDATE_TEST_LIBRARY").read_bytes()
    for length in (0, 40, 63, 100, 1000, len(whole) // 2):
        library = tmp_path / f"{length}.so"
        library.write_bytes(whole[:length])
        said = use(library)
        assert said.startswith(f"NativeLibraryError {library} "), said
        assert "is cut short" in said or "cannot be loaded on this machine" in said, said


def test_a_package_inside_a_zip_archive_says_so(tmp_path: Path) -> None:
    """The system loads no library out of it."""
    package = Path(graph_invalidate.__file__).parent
    archive = shutil.make_archive(str(tmp_path / "app"), "zip", package.parent, package.name)
    program = f"import sys\nsys.path.insert(0, {archive!r})\nimport graph_invalidate\ngraph_invalidate.Client('t')"
    result = run_program(program)
    assert f"lies inside the archive {archive}" in result.stderr
    assert "unpack it" in result.stderr


@pytest.mark.skipif(sys.platform != "linux", reason="the system says it otherwise")
def test_a_library_of_another_processor_is_named(tmp_path: Path) -> None:
    """The system would say that there is no such file."""
    package = Path(graph_invalidate.__file__).parent
    content = bytearray((package / "libgraph_invalidate.so").read_bytes())
    content[18] = 21  # that of PowerPC
    other = tmp_path / "other.so"
    other.write_bytes(content)
    assert f"NativeLibraryError {other} is for another processor than this Python: install" in use(other)


def test_what_is_no_library_for_this_machine_is_named(tmp_path: Path) -> None:
    """With the system's own reason."""
    text = tmp_path / "text.so"
    text.write_text("not a library")
    assert f"NativeLibraryError {text} cannot be loaded on this machine: " in use(text)


@pytest.mark.skipif(sys.platform == "win32", reason="gcc makes the libraries")
def test_a_foreign_an_older_and_a_newer_library_are_told_apart(tmp_path: Path) -> None:
    """Both ABI numbers are named."""
    ours = f"graph_invalidate {graph_invalidate.__version__} for Python needs ABI 1"
    foreign = compiled(tmp_path, "int graph_other(void) { return 1; }")
    assert "is another library than graph-invalidate's" in use(foreign)
    newer = compiled(tmp_path, "unsigned graph_abi_version(void) { return 2; }")
    assert f"{newer} has ABI 2; {ours}: install the package and the library of one version" in use(newer)
    older = compiled(tmp_path, "unsigned graph_abi_version(void) { return 1; }")
    said = use(older)
    assert "has ABI 1 but no graph_" in said
    assert f"yet; {ours} with it: install a newer" in said
