"""Answers each line of input with the seconds of a run: ``run.py EMULATOR LIST``, the access token is the first line.

cargo xtask bench languages runs it, in turns with the command.
"""

from __future__ import annotations

import math
import sys
import time
from pathlib import Path

from graph_invalidate import Client


def main() -> None:
    """Runs over the list's users, read as they are sent, once a line."""
    url, users = sys.argv[1:]
    with Client(sys.stdin.readline().strip(), endpoint=url) as client:
        while sys.stdin.readline():
            begin = time.perf_counter()
            with Path(users).open(encoding="utf-8") as lines:
                for outcome in client.run(lines, rate=math.inf):
                    if outcome.status != "accepted":
                        raise RuntimeError(outcome)
            print(time.perf_counter() - begin, flush=True)


if __name__ == "__main__":
    main()
