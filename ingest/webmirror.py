"""A law mirror that is asked over HTTP: politely, conditionally, and never twice within 20 hours."""

from __future__ import annotations

import io
import json
import os
import threading
import time
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant.errors import MirrorError
from ingest.mirror import TOC, Fetched, Progress, titles

if TYPE_CHECKING:
    import httpx

FRESH = 20 * 3600
GIVE_UP = 3


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
            if not self._update(TOC, self._cache / TOC):
                raise MirrorError(f"unter der Adresse liegt kein {TOC}")
        except MirrorError:
            if not (self._cache / TOC).exists():
                raise
        finally:
            self._finish()
        return titles((self._cache / TOC).read_bytes(), TOC)

    def fetch(self, slugs: Sequence[str], progress: Progress) -> Fetched:
        result = Fetched()
        try:
            self._fetch([slug for slug in slugs if not self._is_fresh(slug, self._file(slug))], result, progress)
        except MirrorError as error:
            result.unreachable = str(error)
        finally:
            self._finish()
        result.files = {slug: self._file(slug) for slug in slugs if self._file(slug).exists()}
        if result.absent and not result.files and not result.broken and not result.unreachable:
            return Fetched(unreachable="unter der Adresse liegt keines der Gesetze (erwartet wird KÜRZEL/xml.zip)")
        return result

    def _fetch(self, slugs: Sequence[str], result: Fetched, progress: Progress) -> None:
        failures = 0
        for count, slug in enumerate(progress(slugs, "Gesetze abrufen") if slugs else (), start=1):
            try:
                if not self._update(slug, self._file(slug)):
                    result.absent.append(slug)
                failures = 0
            except _DamagedError as error:
                failures += 1
                result.broken[slug] = str(error)
            if failures == GIVE_UP:
                # The login page of a proxy, or a server that has had enough: no fault of these laws.
                reasons = [result.broken.popitem()[1] for _ in range(failures)]
                raise MirrorError(reasons[0])
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
            self._client = None
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

    def _finish(self) -> None:
        self._save()
        if self._client is not None:
            self._client.close()
            self._client = None

    def _save(self) -> None:
        if self._reached:
            self._cache.mkdir(parents=True, exist_ok=True)
            _replace(self._state_file, json.dumps({"address": self._address, "files": self._state}).encode())


class _DamagedError(MirrorError):
    """One file came, but is not what it should be."""


def _check(status: int, data: bytes, name: str) -> None:
    if status != 200:
        raise _DamagedError(f"der Spiegel antwortet mit Fehler {status}")
    if name == TOC:
        titles(data, name)
    elif not zipfile.is_zipfile(io.BytesIO(data)):
        raise _DamagedError("der Spiegel liefert kein Zip-Archiv")


def _replace(file: Path, data: bytes) -> None:
    new = file.with_name(f"{file.name}.new")
    new.write_bytes(data)
    os.replace(new, file)
