"""Formatting, lints and types."""

from __future__ import annotations

import subprocess
import sys

import pytest
from support import ROOT

FOLDER = ROOT / "bindings/python"
CHECKS = {
    "ruff_finds_nothing": ["ruff", "check", "--no-cache"],
    "the_format_is_ruffs": ["ruff", "format", "--check", "--no-cache"],
    "mypy_finds_nothing": ["mypy", "--cache-dir", "/dev/null"],
    "pyright_finds_nothing": ["pyright", "--pythonpath", sys.executable],
}


@pytest.mark.parametrize("check", CHECKS)
def test_a_check_is_clean(check: str) -> None:
    """Over the package, its tests, its benchmarks and its build hook."""
    result = subprocess.run(
        [sys.executable, "-m", *CHECKS[check]], cwd=FOLDER, capture_output=True, text=True, timeout=300, check=False
    )
    assert result.returncode == 0, result.stdout + result.stderr


def test_the_package_can_be_read_in_ten_minutes() -> None:
    """Lines of code, without blank ones."""
    files = sorted((FOLDER / "src").rglob("*.py"))
    lines = {file.name: file.read_text("utf-8").splitlines() for file in files}
    code = {name: sum(1 for line in text if line.strip()) for name, text in lines.items()}
    assert sum(code.values()) < 800, code
