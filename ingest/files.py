"""The files of the corpus folders as items."""

from __future__ import annotations

import hashlib
import os
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath

from ingest.chunk import slug
from ingest.item import MAX_BYTES, Item
from ingest.readers import READERS

_SIDECAR = ".meta.toml"
_DEFAULTS = "folder.toml"


@dataclass(slots=True)
class Files:
    """What lies in a folder: items without an id, the suffixes of files no reader knows, links that are not followed,
    and folders within that cannot be looked into."""

    items: list[Item] = field(default_factory=list)
    unsupported: Counter[str] = field(default_factory=Counter)
    links: list[str] = field(default_factory=list)
    closed: list[str] = field(default_factory=list)


def files(folder: Path) -> Files:
    """All files below a folder except hidden ones, Office lock files and metadata, sorted by path.

    A link to a folder, or to a file outside, is not followed: it may lead round in a circle, or out of the share.
    """
    found = Files()
    for file in _walk(folder, found):
        if file.suffix.lower() in READERS:
            found.items.append(_item(folder, file))
        else:
            found.unsupported[file.suffix.lower() or file.name] += 1
    return found


def _walk(folder: Path, found: Files) -> list[Path]:
    inside = folder.resolve()
    walked = []

    def closed(error: OSError) -> None:
        if Path(error.filename) != folder:
            found.closed.append(Path(error.filename).relative_to(folder).as_posix())

    for top, folders, names in os.walk(folder, onerror=closed):
        links = [name for name in folders if (Path(top) / name).is_symlink()]
        folders[:] = [name for name in folders if not name.startswith(".") and name not in links]
        for name in [*links, *names]:
            file = Path(top) / name
            if name.startswith((".", "~$")) or name == _DEFAULTS or name.endswith(_SIDECAR):
                continue
            if file.is_symlink() and (name in links or not _leads_inside(file, inside)):
                found.links.append(file.relative_to(folder).as_posix())
            elif file.is_file() or file.is_symlink():
                walked.append(file)
    return sorted(walked)


def _leads_inside(link: Path, folder: Path) -> bool:
    try:
        return link.resolve(strict=True).is_relative_to(folder)
    except (OSError, RuntimeError):  # RuntimeError: it leads to itself
        return False


def _item(folder: Path, file: Path) -> Item:
    relative = file.relative_to(folder)
    above = [folder.joinpath(*relative.parts[:depth]) / _DEFAULTS for depth in range(len(relative.parts))]
    tables = tuple(table for table in above if table.is_file())
    beside = [file.with_name(file.name + _SIDECAR), file.with_name(file.stem + _SIDECAR)]
    sidecar = next((table for table in beside if table.is_file()), None)
    path = unicodedata.normalize("NFC", relative.as_posix())
    try:
        digest = digest_of([file, *tables, *([sidecar] if sidecar else [])], [file.suffix.lower()])
    except OSError:
        digest = ""  # never the stored one, so the file is opened, and named when that fails
    return Item("", path, file, digest, folder=str(folder), tables=tables, sidecar=sidecar)


def digest_of(files: Iterable[Path], texts: Iterable[str]) -> str:
    """One digest over texts and files. "" if a file is empty or too large: such a one is named every time."""
    total = hashlib.sha256()
    for text in texts:
        total.update(f"{text}\0".encode())
    for file in files:
        if not 0 < file.stat().st_size <= MAX_BYTES:
            return ""
        with file.open("rb") as opened:
            total.update(hashlib.file_digest(opened, "sha256").digest())
    return total.hexdigest()[:32]


def unified(items: Sequence[Item]) -> list[Item]:
    """Files of the same content (and metadata) as one item, the first of them, with the others as its copies."""
    same: defaultdict[str, list[Item]] = defaultdict(list)
    for item in items:
        same[item.digest or f"{item.folder}/{item.path}"].append(item)
    return [
        replace(first, copies=tuple(copy.path if copy.folder == first.folder else str(copy.file) for copy in copies))
        for first, *copies in same.values()
    ]


def named(items: Sequence[Item], taken: Collection[str]) -> list[Item]:
    """Gives each document its id: the slug of its path; where that is not unique with the suffix, then the folder."""
    ways: list[Callable[[Item], str]] = [
        lambda item: str(PurePosixPath(item.path).with_suffix("")),
        lambda item: item.path,
        lambda item: f"{Path(item.folder).name}/{item.path}",
        lambda item: f"{item.folder}/{item.path}",
    ]
    result: list[Item] = []
    rest = list(items)
    used = set(taken)
    for way in ways:
        ids = [slug(way(item).replace("/", "-")) or "dokument" for item in rest]
        counts = Counter(ids)
        unique = [id_ not in used and counts[id_] == 1 for id_ in ids]
        result += [replace(item, id=id_) for item, id_, one in zip(rest, ids, unique, strict=True) if one]
        rest = [item for item, one in zip(rest, unique, strict=True) if not one]
        used.update(ids)
    return result
