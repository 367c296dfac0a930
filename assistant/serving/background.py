"""Async streams for threads: one event loop beside them reads, so that a thread can stop a stream that hangs."""

from __future__ import annotations

import asyncio
import queue
import threading
from collections.abc import AsyncIterator, Generator
from functools import cache
from typing import TypeVar

Item = TypeVar("Item")


def read(source: AsyncIterator[Item], tick: float) -> Generator[Item | None, None, None]:
    """The items of `source`; None after every `tick` seconds without one.

    Closing this iterator cancels the source wherever it waits, which closes its connection. Errors of the source
    are raised here.
    """
    items: queue.SimpleQueue[tuple[Item] | None] = queue.SimpleQueue()

    async def pump() -> None:
        async for item in source:
            items.put((item,))

    future = asyncio.run_coroutine_threadsafe(pump(), _loop())
    future.add_done_callback(lambda _: items.put(None))
    try:
        while True:
            try:
                arrived = items.get(timeout=tick)
            except queue.Empty:
                yield None
                continue
            if arrived is None:
                future.result()
                return
            yield arrived[0]
    finally:
        future.cancel()


@cache
def _loop() -> asyncio.AbstractEventLoop:
    loop = asyncio.new_event_loop()
    threading.Thread(target=loop.run_forever, name="model streams", daemon=True).start()
    return loop
