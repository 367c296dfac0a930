"""Where law comes from: gesetze-im-internet.de, or any address or folder of the same layout.

    gii-toc.xml      every law with its title
    SLUG/xml.zip     one law

An address is asked politely (four requests a second at most, conditional requests, not twice within 20 hours) and
kept under data_dir/laws; a folder is read in place.
"""

from __future__ import annotations

import io
import json
import os
import re
import threading
import time
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from defusedxml import ElementTree
from defusedxml.common import DefusedXmlException

from assistant.errors import MirrorError

if TYPE_CHECKING:
    import httpx

TOC = "gii-toc.xml"
FRESH = 20 * 3600
_LINK = re.compile(r"/([\w-][\w.-]*)/xml\.zip$")


class Progress(Protocol):
    """Wraps a sequence of names and tells how far the work on it has come."""

    def __call__(self, names: Sequence[str], title: str, /) -> Iterable[str]: ...


def silent(names: Sequence[str], title: str) -> Iterable[str]:
    return names


@dataclass(slots=True)
class Fetched:
    """What a mirror delivered: files by slug, laws it does not have, laws that came damaged, why it cannot be reached."""

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
    return WebMirror(address, cache, refresh=refresh) if "://" in address else FolderMirror(Path(address))


class FolderMirror:
    def __init__(self, path: Path) -> None:
        self._path = path

    def toc(self) -> dict[str, str]:
        try:
            return _titles((self._path / TOC).read_bytes(), str(self._path / TOC))
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


class WebMirror:
    """An address. `state.json` beside the cached files holds what the server said of each, so that an aborted run
    goes on where it stopped."""

    def __init__(
        self, address: str, cache: Path, *, refresh: bool = False, interval: float = 0.25, patience: float = 3.0
    ) -> None:
        self._address = address.rstrip("/")
        self._cache = cache
        self._interval = interval
        self._patience = patience
        self._state_file = cache / "state.json"
        self._state = self._load()
        self._fresh_after = time.time() if refresh else time.time() - FRESH
        self._last = 0.0
        self._reached = False
        self._client: httpx.Client | None = None

    def toc(self) -> dict[str, str]:
        try:
            self._update(TOC, self._cache / TOC)
        except MirrorError:
            if not (self._cache / TOC).exists():
                raise
        return _titles((self._cache / TOC).read_bytes(), f"{self._address}/{TOC}")

    def fetch(self, slugs: Sequence[str], progress: Progress) -> Fetched:
        result = Fetched()
        try:
            self._fetch([slug for slug in slugs if not self._is_fresh(slug, self._file(slug))], result, progress)
        except MirrorError as error:
            result.unreachable = str(error)
        finally:
            self._save()
        result.files = {slug: self._file(slug) for slug in slugs if self._file(slug).exists()}
        if result.absent and not result.files and not result.broken and not result.unreachable:
            return Fetched(unreachable="unter der Adresse liegt keines der Gesetze (erwartet wird KÜRZEL/xml.zip)")
        return result

    def _fetch(self, slugs: Sequence[str], result: Fetched, progress: Progress) -> None:
        if not slugs:
            return
        for count, slug in enumerate(progress(slugs, "Gesetze abrufen"), start=1):
            try:
                if not self._update(slug, self._file(slug)):
                    result.absent.append(slug)
            except _DamagedError as error:
                result.broken[slug] = str(error)
            if count % 50 == 0:
                self._save()

    def _update(self, name: str, file: Path) -> bool:
        """Brings one cached file up to date; False if the mirror does not have it. Raises MirrorError."""
        if self._is_fresh(name, file):
            return True
        known = self._state.get(name, {}) if file.exists() else {}
        headers = {"If-None-Match": known.get("etag"), "If-Modified-Since": known.get("modified")}
        path = name if name == TOC else f"{name}/xml.zip"
        response = self._get(f"{self._address}/{path}", {key: value for key, value in headers.items() if value})
        if response.status_code in (404, 410):
            return False
        if response.status_code != 304:
            _check(response.status_code, response.content, name)
            file.parent.mkdir(parents=True, exist_ok=True)
            _replace(file, response.content)
            known = {"etag": response.headers.get("ETag"), "modified": response.headers.get("Last-Modified")}
        self._state[name] = known | {"checked": time.time()}
        return True

    def _get(self, url: str, headers: Mapping[str, str]) -> httpx.Response:
        time.sleep(max(0.0, self._last + self._interval - time.monotonic()))
        self._last = time.monotonic()
        if self._reached:
            return self._request(url, headers)
        # Looking up a name has no timeout of its own, so the first request is given up from outside.
        answers: list[httpx.Response | MirrorError] = []
        thread = threading.Thread(target=self._first, args=(url, headers, answers), daemon=True)
        thread.start()
        thread.join(self._patience)
        if not answers:
            raise MirrorError(f"keine Antwort innerhalb von {self._patience:.0f} Sekunden")
        if isinstance(answers[0], MirrorError):
            raise answers[0]
        self._reached = True
        return answers[0]

    def _first(self, url: str, headers: Mapping[str, str], answers: list[httpx.Response | MirrorError]) -> None:
        try:
            answers.append(self._request(url, headers))
        except MirrorError as error:
            answers.append(error)

    def _request(self, url: str, headers: Mapping[str, str]) -> httpx.Response:
        import httpx

        try:
            if self._client is None:
                # trust_env: many cities reach the outside through a proxy only. Nothing but law is asked here.
                self._client = httpx.Client(
                    trust_env=True,
                    follow_redirects=True,
                    timeout=httpx.Timeout(30, connect=self._patience),
                    headers={"User-Agent": "Fundstelle"},
                )
            return self._client.get(url, headers=dict(headers))
        except (httpx.HTTPError, httpx.InvalidURL, ImportError, ValueError) as error:
            raise MirrorError(str(error) or type(error).__name__) from error

    def _is_fresh(self, name: str, file: Path) -> bool:
        return self._state.get(name, {}).get("checked", 0) > self._fresh_after and file.exists()

    def _file(self, slug: str) -> Path:
        return self._cache / f"{slug}.zip"

    def _load(self) -> dict[str, dict[str, Any]]:
        """What was noted of this address; nothing if the notes are of another one, or damaged."""
        try:
            state = json.loads(self._state_file.read_bytes())
            return dict(state["files"]) if state["address"] == self._address else {}
        except (OSError, ValueError, KeyError, TypeError):
            return {}

    def _save(self) -> None:
        if self._reached:
            self._cache.mkdir(parents=True, exist_ok=True)
            _replace(self._state_file, json.dumps({"address": self._address, "files": self._state}).encode())


class _DamagedError(MirrorError):
    """One file came, but is not what it should be."""


def _check(status: int, data: bytes, name: str) -> None:
    if status != 200:
        raise _DamagedError(f"der Spiegel antwortet mit Fehler {status}")
    if name != TOC and not zipfile.is_zipfile(io.BytesIO(data)):
        raise _DamagedError("der Spiegel liefert kein Zip-Archiv")


def _titles(data: bytes, name: str) -> dict[str, str]:
    try:
        items = ElementTree.fromstring(data).iter("item")
    except (ElementTree.ParseError, DefusedXmlException) as error:
        raise MirrorError(f"{name}: kein lesbares Verzeichnis ({error})") from error
    titles = {}
    for item in items:
        if match := _LINK.search(item.findtext("link") or ""):
            titles[match[1]] = (item.findtext("title") or "").strip()
    if not titles:
        raise MirrorError(f"{name}: das Verzeichnis nennt kein Gesetz")
    return titles


def _replace(file: Path, data: bytes) -> None:
    new = file.with_name(f"{file.name}.new")
    new.write_bytes(data)
    os.replace(new, file)
