"""Formatting, lints and types."""

from __future__ import annotations

import io
import os
import subprocess
import sys
import tokenize
from pathlib import Path

import pytest
from support import ROOT

IGNORED = {tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER}
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


def test_every_public_type_is_known_to_pyright(tmp_path: Path) -> None:
    """As it sees them in the installed package."""
    command = [sys.executable, "-m", "pyright", "--verifytypes", "graph_invalidate", "--ignoreexternal"]
    environment = {**os.environ, "VIRTUAL_ENV": sys.prefix}
    result = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert "Type completeness score: 100%" in result.stdout, result.stdout


def lines_of_code(text: str) -> int:
    """Without blank lines, comments and docstrings."""
    lines: set[int] = set()
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type not in IGNORED and not token.string.startswith('"""'):
            lines.update(range(token.start[0], token.end[0] + 1))
    return len(lines)


def test_the_package_stays_thin() -> None:
    """What is written by hand: calls, awaited ones, runs, credentials, and what bounds the caller's own code."""
    texts = {file.name: file.read_text("utf-8") for file in sorted((FOLDER / "src").rglob("*.py"))}
    code = {name: lines_of_code(text) for name, text in texts.items() if "Made by ``cargo xtask abi``" not in text}
    assert 1000 < sum(code.values()) < 1800, code
