"""Puts the native library into a wheel, and tags the wheel for the platform that the library is for."""

from __future__ import annotations

import os
import sysconfig
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

# The platform of a wheel that is made on another one, as wheels name it.
OTHER_PLATFORM = os.environ.get("GRAPH_INVALIDATE_WHEEL_PLATFORM")
PLATFORM = OTHER_PLATFORM or sysconfig.get_platform().replace("-", "_").replace(".", "_")
LIBRARY = {"win": "graph_invalidate.dll", "mac": "libgraph_invalidate.dylib"}.get(
    PLATFORM[:3], "libgraph_invalidate.so"
)


class NativeLibraryHook(BuildHookInterface[Any]):
    """Hatchling's hook: it runs before a wheel is made."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002
        """Finds the library; a wheel without one would be useless, so there is none."""
        root = Path(self.root)
        beside, built = root / "src/graph_invalidate" / LIBRARY, root / "../../target/libraries/release" / LIBRARY
        library = next((place for place in (beside, built) if place.is_file()), None)
        if library is None:
            self.app.abort(
                f"graph-invalidate needs its native library, which this source does not hold: in a clone of the "
                f"repository, cargo xtask package python makes a wheel with it; or put {LIBRARY} at {beside} and try "
                "again"
            )
        build_data["force_include"][str(library)] = f"graph_invalidate/{LIBRARY}"
        build_data["tag"] = f"py3-none-{PLATFORM}"
        build_data["pure_python"] = False
