"""Where law comes from: gesetze-im-internet.de, or any address or folder of the same layout.

    gii-toc.xml      every law with its title
    SLUG/xml.zip     one law

A folder is read in place; webmirror.py asks an address and keeps what came.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from defusedxml import ElementTree
from defusedxml.common import DefusedXmlException

from assistant.errors import MirrorError

TOC = "gii-toc.xml"
_LINK = re.compile(r"/([\w-][\w.-]*)/xml\.zip$")


class Progress(Protocol):
    """Wraps a sequence of names and tells how far the work on it has come."""

    def __call__(self, names: Sequence[str], title: str, /) -> Iterable[str]: ...


def silent(names: Sequence[str], title: str) -> Iterable[str]:
    return names


@dataclass(slots=True)
class Fetched:
    """What a mirror delivered: files by slug, laws it does not have, laws that came damaged (with the reason),
    and why it cannot be reached, or ""."""

    files: dict[str, Path] = field(default_factory=dict)
    absent: list[str] = field(default_factory=list)
    broken: dict[str, str] = field(default_factory=dict)
    unreachable: str = ""


class Mirror(Protocol):
    def toc(self) -> dict[str, str]:
        """Titles of all laws by slug. Raises MirrorError."""

    def fetch(self, slugs: Sequence[str], progress: Progress) -> Fetched: ...


def mirror(address: str, cache: Path, *, refresh: bool = False) -> Mirror:
    """The mirror at an address or folder. With `refresh` an address is asked even for what was checked today."""
    if "://" not in address:
        return FolderMirror(Path(address))
    from ingest.webmirror import WebMirror

    return WebMirror(address, cache, refresh=refresh)


class FolderMirror:
    def __init__(self, path: Path) -> None:
        self._path = path

    def toc(self) -> dict[str, str]:
        try:
            return titles((self._path / TOC).read_bytes(), str(self._path / TOC))
        except OSError as error:
            raise MirrorError(f"{self._path / TOC}: nicht lesbar ({error.strerror})") from error

    def fetch(self, slugs: Sequence[str], progress: Progress) -> Fetched:
        if not self._path.is_dir():
            return Fetched(unreachable="den Ordner gibt es nicht")
        files = {slug: self._path / slug / "xml.zip" for slug in slugs}
        files = {slug: file for slug, file in files.items() if file.is_file()}
        if slugs and not files:
            return Fetched(unreachable="im Ordner liegt keines der Gesetze (erwartet wird KÜRZEL/xml.zip)")
        return Fetched(files, [slug for slug in slugs if slug not in files])


class CacheMirror(FolderMirror):
    """What was fetched before from an address, to look at without asking it."""

    def fetch(self, slugs: Sequence[str], progress: Progress) -> Fetched:
        files = {slug: self._path / f"{slug}.zip" for slug in slugs}
        files = {slug: file for slug, file in files.items() if file.is_file()}
        return Fetched(files, unreachable="" if files else "zum Vorausschauen wird er nicht gefragt")


def titles(data: bytes, name: str) -> dict[str, str]:
    """Titles by slug from the bytes of gii-toc.xml. Raises MirrorError."""
    try:
        items = ElementTree.fromstring(data).iter("item")
    except (ElementTree.ParseError, DefusedXmlException) as error:
        raise MirrorError(f"{name}: kein lesbares Verzeichnis ({error})") from error
    found = {}
    for item in items:
        if match := _LINK.search(item.findtext("link") or ""):
            found[match[1]] = (item.findtext("title") or "").strip()
    if not found:
        raise MirrorError(f"{name}: das Verzeichnis nennt kein Gesetz")
    return found
