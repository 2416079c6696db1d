"""Ten thousand awaited calls against the same in httpx: ``awaited.py EMULATOR``; cargo xtask bench python runs it.

The emulator answers 300 ms late. Each side makes all its calls at once on one client; httpx in a process of its own,
which is ended where it takes too long: nothing else ends it soon, since it searches all that wait whenever one ends.
"""

from __future__ import annotations

import asyncio
import json
import resource
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Awaitable, Coroutine
from pathlib import Path
from typing import Any, Callable

import httpx

from graph_invalidate import AsyncClient

CALLS = 10_000

# Where httpx has not ended by then, this is its time, and it is slower than is shown.
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


def ours(url: str, token: str) -> Callable[[], Coroutine[Any, Any, None]]:
    """The calls by this package."""

    async def make() -> None:
        async with AsyncClient(token, endpoint=url) as client:
            await all_of([client.invalidate() for _ in range(CALLS)])

    return make


def theirs(url: str, token: str) -> Callable[[], Coroutine[Any, Any, None]]:
    """The calls by httpx, with as many connections as it has by itself: without a limit it takes many times as long."""

    async def make() -> None:
        headers = {"Authorization": f"Bearer {token}"}
        async with httpx.AsyncClient(headers=headers, timeout=None, trust_env=False) as client:

            async def call() -> None:
                answer = await client.post(f"{url}/beta/me/invalidateAllRefreshTokens")
                assert answer.json()["value"]

            await all_of([call() for _ in range(CALLS)])

    return make


def main() -> None:
    """Takes the figure; with a second argument, that of httpx alone."""
    url = sys.argv[1]
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    with urllib.request.urlopen(urllib.request.Request(f"{url}/__emulator/tokens", b"{}")) as answer:
        token = json.load(answer)["access_token"]
    if len(sys.argv) > 2:
        print(timed(theirs(url, token))[0])
        return
    before = threads()
    took, used = timed(ours(url, token))
    other = [sys.executable, __file__, url, "httpx"]
    try:
        baseline = float(subprocess.run(other, stdout=subprocess.PIPE, text=True, timeout=MOST_S, check=True).stdout)
    except subprocess.TimeoutExpired:
        baseline = MOST_S
    print(f"awaited_calls {took / baseline:.3f} {took * 1000:.0f} {baseline * 1000:.0f}", flush=True)
    print(f"awaited_threads {(used - before) / 16:.3f} {used - before} 16", flush=True)


if __name__ == "__main__":
    main()
