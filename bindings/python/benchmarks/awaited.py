"""Ten thousand awaited calls against the same in httpx: ``awaited.py EMULATOR``; cargo xtask bench python runs it.

The emulator answers 300 ms late. Each side makes all its calls at once on one client, in turns in the same process.
"""

from __future__ import annotations

import asyncio
import json
import resource
import sys
import threading
import time
import urllib.request
from collections.abc import Awaitable, Coroutine
from contextlib import suppress
from pathlib import Path
from statistics import median
from typing import Any, Callable

import httpx

from graph_invalidate import AsyncClient

CALLS = 10_000
ROUNDS = 1

# httpx searches all that wait whenever a call ends, and takes many minutes: it is stopped, and is slower than is shown.
MOST_S = 120


def threads() -> int:
    """How many this process has, whoever made them."""
    return len(list(Path("/proc/self/task").iterdir()))


def timed(make: Callable[[], Coroutine[Any, Any, None]]) -> tuple[float, int]:
    """How long a loop takes, and how many threads there were at most."""
    most, over = threads(), threading.Event()

    def watch() -> None:
        nonlocal most
        while not over.wait(0.05):
            # Less the one that watches.
            most = max(most, threads() - 1)

    watcher = threading.Thread(target=watch)
    watcher.start()
    begin = time.perf_counter()
    asyncio.run(make())
    took = time.perf_counter() - begin
    over.set()
    watcher.join()
    return took, most


async def all_of(calls: list[Awaitable[object]]) -> None:
    """Awaits all at once."""
    await asyncio.gather(*calls)


def main() -> None:
    """Takes the figure."""
    [url] = sys.argv[1:]
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    with urllib.request.urlopen(urllib.request.Request(f"{url}/__emulator/tokens", b"{}")) as answer:
        token = json.load(answer)["access_token"]

    async def ours() -> None:
        async with AsyncClient(token, endpoint=url) as client:
            await all_of([client.invalidate() for _ in range(CALLS)])

    async def theirs() -> None:
        headers = {"Authorization": f"Bearer {token}"}
        # With as many connections as it has by itself: without a limit it takes many times as long.
        async with httpx.AsyncClient(headers=headers, timeout=None, trust_env=False) as client:

            async def call() -> None:
                answer = await client.post(f"{url}/beta/me/invalidateAllRefreshTokens")
                assert answer.json()["value"]

            with suppress(asyncio.TimeoutError):
                await asyncio.wait_for(all_of([call() for _ in range(CALLS)]), MOST_S)

    before = threads()
    pairs = [(timed(ours), timed(theirs)) for _ in range(ROUNDS)]
    ratio = median(one[0] / other[0] for one, other in pairs)
    times = [median(side[0] for side in sides) for sides in zip(*pairs)]
    used = max(one[1] for one, _ in pairs) - before
    print(f"awaited_calls {ratio:.3f} {times[0] * 1000:.0f} {times[1] * 1000:.0f}", flush=True)
    print(f"awaited_threads {used / 16:.3f} {used} 16", flush=True)


if __name__ == "__main__":
    main()
