"""What the package declares of the C ABI lies in memory as C lays it out, and the library has it."""

from __future__ import annotations

import ctypes
import inspect
import json
import re
from typing import Any

import pytest
from support import ROOT

import graph_invalidate
from graph_invalidate import _declarations, _errors
from graph_invalidate._library import library

DESCRIPTION = json.loads((ROOT / "include/graph_invalidate.json").read_text("utf-8"))
SIZES = {"int32_t": 4, "uint32_t": 4, "uint64_t": 8, "double": 8, "size_t": ctypes.sizeof(ctypes.c_size_t)}
POINTER_SIZE = ctypes.sizeof(ctypes.c_void_p)


def size_of(c_type: str) -> int:
    """How many bytes C gives a type; its alignment is the same."""
    return POINTER_SIZE if c_type.endswith("*") else SIZES[c_type]


@pytest.mark.parametrize("structure", DESCRIPTION["structures"], ids=lambda structure: structure["name"])
def test_a_structure_lies_in_memory_as_c_lays_it_out(structure: dict[str, Any]) -> None:
    """Each field at its place, and the whole of the size that its last field and its widest give it."""
    declared = getattr(_declarations, "".join(part.capitalize() for part in structure["name"].split("_")))
    place, widest = 0, 1
    for field in structure["fields"]:
        size = size_of(field["type"])
        place = (place + size - 1) // size * size
        assert (getattr(declared, field["name"]).offset, getattr(declared, field["name"]).size) == (place, size)
        place, widest = place + size, max(widest, size)
    assert ctypes.sizeof(declared) == (place + widest - 1) // widest * widest


@pytest.mark.parametrize("function", DESCRIPTION["functions"], ids=lambda function: function["name"])
def test_a_function_takes_as_much_as_c_says(function: dict[str, Any]) -> None:
    """Result and parameters, one by one; and the loaded function has them."""
    result, parameters = _declarations.FUNCTIONS[function["name"]]
    assert (result is None) == (function["result"] == "void")
    assert [ctypes.sizeof(it) for it in parameters] == [size_of(it["type"]) for it in function["parameters"]]
    loaded = getattr(library(), function["name"])
    assert (loaded.restype, list(loaded.argtypes)) == (result, parameters)


@pytest.mark.parametrize(
    ("structure", "callable_of_it", "elsewhere"),
    [
        # A credential is given where a token is; who asks for a token asks for each call and run.
        ("graph_client_options", graph_invalidate.Client.__init__, {"credential"}),
        ("graph_client_options", graph_invalidate.AsyncClient.__init__, {"credential"}),
        ("graph_run_options", graph_invalidate.Client.run, {"token"}),
        ("graph_credential_options", graph_invalidate.Credential.__init__, set()),
    ],
)
def test_every_option_of_the_library_is_one_here(structure: str, callable_of_it: Any, elsewhere: set[str]) -> None:
    """By its own name: a package that lags behind the library fails."""
    fields = next(it["fields"] for it in DESCRIPTION["structures"] if it["name"] == structure)
    options = {field["public"] for field in fields if "public" in field}
    assert options - elsewhere <= inspect.signature(callable_of_it).parameters.keys()


def test_versions_are_those_of_the_header() -> None:
    """The package, its library and the header belong together."""
    header = (ROOT / "include/graph_invalidate.h").read_text("utf-8")
    defined = dict(re.findall(r"#define GRAPH_INVALIDATE_(\w+VERSION\w*|VERSION\w*) (\d+)", header))
    assert int(defined["ABI_VERSION"]) == _declarations.ABI_VERSION
    version = ".".join(defined[f"VERSION_{part}"] for part in ("MAJOR", "MINOR", "PATCH"))
    assert version == graph_invalidate.__version__ == graph_invalidate.library_version()


def test_every_status_has_a_name_and_every_failure_a_kind() -> None:
    """The package holds no table but the hundreds."""
    statuses = DESCRIPTION["statuses"]
    assert len(statuses) >= 46
    for status in statuses:
        assert library().graph_status_name(status["number"]).decode() == status["name"]
    assert {status["group"] for status in statuses if status["group"]} == _errors._KINDS.keys()
