"""Reads texts in processes of their own, so that a file that hangs, crashes or explodes harms no other."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from itertools import islice
from multiprocessing.connection import Connection
from queue import SimpleQueue
from typing import TYPE_CHECKING

from assistant.errors import ReadError
from ingest.item import Item

if TYPE_CHECKING:
    from multiprocessing.process import BaseProcess

    from assistant.storing.prepared import Prepared

_AHEAD = 8  # texts that are read before they are asked for, per worker
_METHOD = "spawn" if sys.platform == "win32" else "forkserver"


def read_all(
    items: Sequence[Item], processes: int, seconds: float, megabytes: int
) -> Iterator[tuple[Item, Prepared | ReadError]]:
    """Every item with what was read of it, or why it could not be read, in the order of the items.

    `processes` read at the same time; each text may take `seconds` and (on POSIX) `megabytes` of memory.
    """
    count = min(processes, len(items))
    workers = [_Worker(seconds, megabytes) for _ in range(count)]
    idle: SimpleQueue[_Worker] = SimpleQueue()
    for worker in workers:
        idle.put(worker)

    def read(item: Item) -> Prepared | ReadError:
        worker = idle.get()
        try:
            return worker.read(item)
        finally:
            idle.put(worker)

    todo = iter(items)
    pending: deque[tuple[Item, Future[Prepared | ReadError]]] = deque()
    with ThreadPoolExecutor(max(count, 1)) as pool:
        try:
            pending += ((item, pool.submit(read, item)) for item in islice(todo, _AHEAD * count))
            while pending:
                item, result = pending.popleft()
                yield item, result.result()
                pending += ((following, pool.submit(read, following)) for following in islice(todo, 1))
        finally:
            for _, result in pending:
                result.cancel()
            for worker in workers:
                worker.stop()


class _Worker:
    """One process that reads; started when it is needed, and anew after it had to be ended."""

    def __init__(self, seconds: float, megabytes: int) -> None:
        self._seconds = seconds
        self._megabytes = megabytes
        self._process: BaseProcess | None = None
        self._connection: Connection | None = None
        self._stopped = False

    def read(self, item: Item) -> Prepared | ReadError:
        try:
            connection = self._connection or self._start()
            connection.send(item)
            if not connection.poll(self._seconds):
                self._end()
                return ReadError(f"{item.path}: Das Lesen dauert länger als {self._seconds:.0f} Sekunden; abgebrochen.")
            answer: Prepared | ReadError = connection.recv()
        except (EOFError, OSError):
            self._end()
            return ReadError(f"{item.path}: Beim Lesen ist das Programm abgestürzt; die Datei ist wohl beschädigt.")
        if isinstance(answer, _MemoryShortError):
            self._end()
            return ReadError(f"{item.path}: Das Lesen braucht mehr als {self._megabytes} MB Speicher; abgebrochen.")
        return answer

    def stop(self) -> None:
        self._stopped = True
        self._end()

    def _start(self) -> Connection:
        if self._stopped:
            raise EOFError
        context = multiprocessing.get_context(_METHOD)
        if _METHOD == "forkserver":
            context.set_forkserver_preload(["ingest.reading"])
        self._connection, theirs = context.Pipe()
        self._process = context.Process(target=_serve, args=(theirs, self._megabytes), daemon=True)  # type: ignore[attr-defined]
        self._process.start()
        theirs.close()
        return self._connection

    def _end(self) -> None:
        """Ends the process and what it started (tesseract)."""
        if self._process is not None:
            if self._process.pid and self._process.is_alive() and sys.platform != "win32":
                with suppress(ProcessLookupError, PermissionError):
                    os.killpg(self._process.pid, signal.SIGKILL)
            self._process.kill()
            self._process.join()
        if self._connection is not None:
            self._connection.close()
        self._process = self._connection = None


class _MemoryShortError(ReadError):
    """The text needs more memory than it may have."""


def _serve(connection: Connection, megabytes: int) -> None:
    """The life of a worker: items in, results out, until nobody is there any more."""
    if sys.platform != "win32":
        os.setpgid(0, 0)  # so that Ctrl-C ends the sync first, and a hung text with all it started
        _limit(megabytes)
    from ingest.reading import read

    with suppress(EOFError, OSError):
        while True:
            connection.send(_outcome(read, connection.recv()))


def _outcome(read: Callable[[Item], Prepared], item: Item) -> Prepared | ReadError:
    try:
        return read(item)
    except ReadError as error:
        return error
    except MemoryError:
        return _MemoryShortError(item.path)
    except Exception as error:  # noqa: BLE001 - one file must not stop the others
        return ReadError(f"{item.path}: unerwarteter Fehler beim Lesen ({type(error).__name__}: {error})")


def _limit(megabytes: int) -> None:
    import resource

    with suppress(ValueError, OSError):  # a limit that is already lower stays
        resource.setrlimit(resource.RLIMIT_AS, (megabytes * 10**6, megabytes * 10**6))
