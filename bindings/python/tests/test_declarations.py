"""What the package declares of the C ABI is what the header says."""

from __future__ import annotations

import ctypes
import re
from ctypes import POINTER
from typing import Any

import pytest
from support import ROOT

import graph_invalidate
from graph_invalidate import _declarations, _errors
from graph_invalidate._library import library

HEADER = re.sub(r"/\*.*?\*/|//[^\n]*", "", (ROOT / "include/graph_invalidate.h").read_text("utf-8"), flags=re.DOTALL)
OPAQUE = {"graph_client", "graph_cancellation", "graph_run"}
STRUCTURES = {
    "graph_header": _declarations.GraphHeader,
    "graph_outcome": _declarations.GraphOutcome,
    "graph_client_options": _declarations.GraphClientOptions,
    "graph_variable": _declarations.GraphVariable,
    "graph_credential_options": _declarations.GraphCredentialOptions,
    "graph_access": _declarations.GraphAccess,
    "graph_access_finding": _declarations.GraphAccessFinding,
    "graph_run_options": _declarations.GraphRunOptions,
    "graph_progress": _declarations.GraphProgress,
}
PLAIN = {
    "void": None,
    "double": ctypes.c_double,
    "int32_t": ctypes.c_int32,
    "size_t": ctypes.c_size_t,
    "uint8_t": ctypes.c_uint8,
    "uint32_t": ctypes.c_uint32,
    "uint64_t": ctypes.c_uint64,
    "char *": ctypes.c_char_p,
    **{f"{name} *": ctypes.c_void_p for name in OPAQUE},
}


def ctypes_type(written: str) -> Any:
    """The ctypes type of one in the header, such as ``const graph_header *``."""
    written = " ".join(written.replace("const ", "").replace("*", " * ").split()).replace("* *", "**")
    if written in PLAIN:
        return PLAIN[written]
    if written.endswith("**"):
        return POINTER(ctypes_type(written[:-1]))
    if written.endswith(" *"):
        return POINTER(STRUCTURES.get(written[:-2]) or PLAIN[written[:-2]])
    raise AssertionError(written)


def split(declaration: str) -> tuple[str, str]:
    """The type and the name of ``const char *user``."""
    match = re.fullmatch(r"(.*?)(\w+)", " ".join(declaration.split()))
    assert match, declaration
    return match[1].strip(), match[2]


def structure(name: str) -> list[tuple[str, str]]:
    """The fields of a structure in the header: type and name."""
    match = re.search(r"typedef struct \{([^}]*)\} " + name + ";", HEADER)
    assert match, name
    return [split(field) for field in match[1].split(";") if field.strip()]


@pytest.mark.parametrize("name", STRUCTURES)
def test_a_structure_has_the_fields_of_the_header_in_their_order(name: str) -> None:
    """Structures grow by appending and say their size: later fields need not be declared."""
    declared = list(STRUCTURES[name]._fields_)
    expected = [(field, ctypes_type(written)) for written, field in structure(name)[: len(declared)]]
    assert declared == expected


@pytest.mark.parametrize("name", _declarations.FUNCTIONS)
def test_a_function_takes_and_gives_what_the_header_says(name: str) -> None:
    """Result and parameters, one by one; and the loaded function has them."""
    match = re.search(r"([\w ]+[ *]+)" + name + r"\(([^)]*)\);", HEADER)
    assert match, f"the header has no {name}"
    parameters = [split(parameter)[0] for parameter in match[2].split(",") if parameter.strip() != "void"]
    result, arguments = ctypes_type(match[1]), [ctypes_type(parameter) for parameter in parameters]
    assert _declarations.FUNCTIONS[name] == (result, arguments)
    function = getattr(library(), name)
    assert (function.restype, list(function.argtypes)) == (result, arguments)


def test_versions_are_those_of_the_header() -> None:
    """The package, its library and the header belong together."""
    defined = dict(re.findall(r"#define GRAPH_INVALIDATE_(\w+VERSION\w*|VERSION\w*) (\d+)", HEADER))
    assert int(defined["ABI_VERSION"]) == _declarations.ABI_VERSION
    version = ".".join(defined[f"VERSION_{part}"] for part in ("MAJOR", "MINOR", "PATCH"))
    assert version == graph_invalidate.__version__ == graph_invalidate.library_version()


def test_every_status_has_a_name_and_every_failure_a_kind() -> None:
    """The package holds no table but the hundreds."""
    numbers = [int(number) for number in re.findall(r"GRAPH_STATUS_\w+ = (\d+)", HEADER)]
    assert len(numbers) >= 46
    for number in numbers:
        assert library().graph_status_name(number)
    assert {number // 100 * 100 for number in numbers if number >= 100} == _errors._KINDS.keys()
