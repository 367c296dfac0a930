"""Shared by all tests: a guard against the network, and small corpora made of fictional texts."""

from __future__ import annotations

import http.server
import io
import socket
import threading
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from assistant.config import Corpus, Settings
from assistant.embed import built_in
from assistant.store import Generation
from assistant.storing.builder import Builder
from assistant.storing.pointer import writing
from assistant.types import Passage, Source

SHARED = Path(__file__).parents[2] / "shared"
_LOOPBACK = ("127.", "::1", "localhost")
_PROXIES = ("http_proxy", "https_proxy", "all_proxy", "no_proxy")

DOG_TAX = """---
title: Hundesteuersatzung
short: Hundesteuersatzung
as_of: 2026-01-01
---

# Hundesteuersatzung

## § 1 Steuergegenstand

(1) Die Stadt erhebt eine Steuer auf das Halten von Hunden.

(2) Steuerpflichtig ist, wer einen Hund hält.

## § 2 Steuersatz

(1) Die Steuer beträgt für den ersten Hund 90 Euro im Jahr.

(2) Für den zweiten Hund beträgt sie 120 Euro im Jahr.
"""
SCANNING = """# Leitfaden Scannen

## Qualität

Gescannt wird mit 300 dpi in Farbe.

## Aufbewahrung

Das Papier wird nach sechs Monaten vernichtet.
"""


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A test that connects to anything but this machine fails, even if the code swallows the error."""
    for name in _PROXIES:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    attempts: list[str] = []
    connect, look_up = socket.socket.connect, socket.getaddrinfo

    def guarded_connect(self: socket.socket, address: Any) -> None:  # noqa: ANN401 - socket's own signature
        if self.family in (socket.AF_INET, socket.AF_INET6) and not str(address[0]).startswith(_LOOPBACK):
            attempts.append(str(address))
            raise ConnectionRefusedError(f"no network in tests: {address}")
        connect(self, address)

    def guarded_look_up(host: Any, *rest: Any, **more: Any) -> Any:  # noqa: ANN401 - socket's own signature
        name = host.decode() if isinstance(host, bytes) else host
        if name and not name.startswith(_LOOPBACK) and name != "0.0.0.0":
            attempts.append(name)
            raise socket.gaierror(f"no network in tests: {name}")
        return look_up(host, *rest, **more)

    monkeypatch.setattr(socket.socket, "connect", guarded_connect)
    monkeypatch.setattr(socket, "getaddrinfo", guarded_look_up)
    yield
    assert not attempts, f"the test tried to reach {attempts}"


def law_zip(short: str, sections: Mapping[str, str], title: str = "Gesetz über Musterdinge") -> bytes:
    """A fictional law as gesetze-im-internet.de would serve it; `sections` maps "§ 1" to its first Absatz."""
    head = (
        f"<norm><metadaten><jurabk>{short}</jurabk><langue>{title}</langue><standangabe checked='ja'>"
        "<standtyp>Stand</standtyp><standkommentar>Zuletzt geändert durch Art. 1 G v. 2.3.2026 I Nr. 4"
        "</standkommentar></standangabe></metadaten><textdaten/></norm>"
    )
    norms = "".join(
        f"<norm><metadaten><jurabk>{short}</jurabk><enbez>{name}</enbez><titel format='XML'>Regel</titel></metadaten>"
        f"<textdaten><text format='XML'><Content><P>(1) {text}</P></Content></text></textdaten></norm>"
        for name, text in sections.items()
    )
    declaration = '<?xml version="1.0" encoding="UTF-8"?>'
    xml = f'{declaration}\n<dokumente builddate="20260401" doknr="BJNR0">{head}{norms}</dokumente>'
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        archive.writestr("BJNR0.xml", xml)
    return data.getvalue()


def law_toc(*slugs: str) -> bytes:
    items = "".join(
        f"<item><title>Gesetz {slug}</title><link>http://www.gesetze-im-internet.de/{slug}/xml.zip</link></item>"
        for slug in slugs
    )
    return f'<?xml version="1.0" encoding="UTF-8"?><items>{items}</items>'.encode()


@pytest.fixture
def corpus_folder(tmp_path: Path) -> Path:
    """A folder with a bylaw of four passages and a guideline of two."""
    folder = tmp_path / "dokumente"
    (folder / "steuern").mkdir(parents=True)
    (folder / "steuern" / "hundesteuer.md").write_text(DOG_TAX, encoding="utf-8")
    (folder / "scannen.md").write_text(SCANNING, encoding="utf-8")
    return folder


@pytest.fixture
def law_folder(tmp_path: Path) -> Path:
    """A law mirror that is a folder, with two fictional laws."""
    folder = tmp_path / "spiegel"
    for slug, text in (("musterg", "Muster sind kostenlos."), ("beispielg", "Beispiele sind zu kennzeichnen.")):
        (folder / slug).mkdir(parents=True)
        (folder / slug / "xml.zip").write_bytes(law_zip(slug.title(), {"§ 1": text, "§ 2": "Das Nähere regelt § 1."}))
    (folder / "gii-toc.xml").write_bytes(law_toc("musterg", "beispielg"))
    return folder


@pytest.fixture
def settings(tmp_path: Path, corpus_folder: Path) -> Settings:
    """Settings for the small corpus, without laws."""
    return Settings(
        corpus=Corpus(
            folders=(corpus_folder,), laws="none", law_mirror=str(tmp_path / "kein"), data_dir=tmp_path / "var"
        )
    )


def with_laws(settings: Settings, mirror: str | Path, laws: str = "all") -> Settings:
    corpus = settings.corpus.model_copy(update={"law_mirror": str(mirror), "laws": laws})
    return settings.model_copy(update={"corpus": corpus})


@dataclass
class LawServer:
    """A law mirror over HTTP. `files` by path ("/musterg/xml.zip"); `asked` are the requests as (path, status)."""

    address: str = ""
    files: dict[str, bytes] = field(default_factory=dict)
    asked: list[tuple[str, int]] = field(default_factory=list)

    def answer(self, path: str, etag: str | None) -> tuple[int, bytes, str]:
        data = self.files.get(path)
        tag = f'"{hash(data)}"'
        status = 404 if data is None else 304 if etag == tag else 200
        self.asked.append((path, status))
        return status, data if data is not None and status == 200 else b"", tag


@pytest.fixture
def law_server(law_folder: Path) -> Iterator[LawServer]:
    """The laws of `law_folder`, served on this machine with ETags."""
    mirror = LawServer(
        files={f"/{file.relative_to(law_folder).as_posix()}": file.read_bytes() for file in law_folder.rglob("*.*")}
    )

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, data, tag = mirror.answer(self.path, self.headers.get("If-None-Match"))
            self.send_response(status)
            self.send_header("ETag", tag)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, format: str, *args: object) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        mirror.address = f"http://127.0.0.1:{server.server_address[1]}"
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield mirror
        server.shutdown()
        thread.join()


def sealed(store: Path, corpus: Mapping[Source, Sequence[Passage]]) -> Generation:
    """A generation of these passages, made with the built-in embedding."""
    with writing(store), Builder(store, None, built_in(), "test", fresh=True) as builder:
        for source, passages in corpus.items():
            builder.put(source, passages)
        return builder.seal()
