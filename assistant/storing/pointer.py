"""The folder of generations: their names, the pointer to the current one, and the lock that lets one process write."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from filelock import FileLock, Timeout

from assistant.errors import LockedError, StoreError

KEEP = 5
BUILDING = "building-"


def folder(store: Path, number: int) -> Path:
    return store / f"{number:04d}"


def numbers(store: Path) -> list[int]:
    """The generations that are there, oldest first."""
    return sorted(int(path.name) for path in store.glob("[0-9]*") if path.name.isdigit())


def current_number(store: Path) -> int | None:
    """The number in the pointer; None where nothing was ever sealed. Raises StoreError if it cannot be read."""
    try:
        return int((store / "current").read_text(encoding="ascii"))
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        raise StoreError(
            f"{store / 'current'}: Der Zeiger auf den aktuellen Bestand ist unlesbar ({error})."
        ) from error


def point_to(store: Path, number: int) -> None:
    """Makes a generation the current one, in one step."""
    new = store / "current.new"
    _flush_folder(store)
    with new.open("w", encoding="ascii") as file:
        file.write(f"{number}\n")
        file.flush()
        os.fsync(file.fileno())
    os.replace(new, store / "current")
    _flush_folder(store)


@contextmanager
def writing(store: Path) -> Iterator[None]:
    """Keeps every other writer out, and clears what a killed one left. Raises LockedError if one is at work,
    StoreError if the folder cannot be written to."""
    try:
        store.mkdir(parents=True, exist_ok=True)
        lock = FileLock(store / "lock", timeout=0)
        lock.acquire()
    except Timeout as error:
        raise LockedError(
            f"{store}: Ein anderer Vorgang schreibt gerade in den Bestand. Bitte warten, bis er fertig ist."
        ) from error
    except OSError as error:
        raise StoreError(f"{store}: In den Ordner lässt sich nicht schreiben ({error.strerror}).") from error
    try:
        for left in store.glob(f"{BUILDING}*"):
            shutil.rmtree(left, ignore_errors=True)
        yield
    finally:
        lock.release()


def prune(store: Path, keep: int = KEEP) -> list[int]:
    """Deletes all but the newest generations and the current one; returns the numbers of those that went.

    One that cannot be renamed is in use (Windows) and waits.
    """
    current, went = current_number(store), []
    for number in numbers(store)[: -max(keep, 1)]:
        if number == current:
            continue
        gone = store / f"{BUILDING}gone-{number}"
        with suppress(OSError):
            folder(store, number).rename(gone)
            shutil.rmtree(gone, ignore_errors=True)
            went.append(number)
    return went


def flush(path: Path) -> None:
    """Makes sure that a folder's files are on the disk before it gets its name."""
    for file in path.rglob("*"):
        if file.is_file():
            with file.open("r+b") as handle:
                os.fsync(handle.fileno())
        else:
            _flush_folder(file)
    _flush_folder(path)


def _flush_folder(path: Path) -> None:
    if os.name == "nt":  # Windows cannot flush a folder
        return
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
