"""Law mirrors over HTTP: polite, patient, and never in the way of the city's own documents."""

from __future__ import annotations

import os
import socket
import time
from pathlib import Path

import pytest

from assistant.config import Settings
from assistant.errors import MirrorError
from assistant.store import Generation
from ingest import webmirror
from ingest.mirror import FolderMirror, silent
from ingest.sync import sync
from ingest.webmirror import WebMirror
from tests.conftest import LawServer, law_zip, with_laws


def _dead_address() -> str:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{free.getsockname()[1]}"


def test_laws_come_over_http_and_are_not_asked_twice_a_day(settings: Settings, law_server: LawServer) -> None:
    settings = with_laws(settings, law_server.address)
    assert sync(settings).laws == 2
    assert sorted(law_server.asked) == [
        ("/beispielg/xml.zip", 200),
        ("/gii-toc.xml", 200),
        ("/musterg/xml.zip", 200),
    ]
    law_server.asked.clear()
    assert not sync(settings).sealed
    assert law_server.asked == []


def test_a_refresh_is_conditional(settings: Settings, law_server: LawServer) -> None:
    settings = with_laws(settings, law_server.address)
    sync(settings)
    law_server.asked.clear()
    law_server.files["/musterg/xml.zip"] = law_zip("Musterg", {"§ 1": "Muster kosten 5 Euro."})
    report = sync(settings, refresh=True)
    assert sorted(law_server.asked) == [
        ("/beispielg/xml.zip", 304),
        ("/gii-toc.xml", 304),
        ("/musterg/xml.zip", 200),
    ]
    assert [change.name for change in report.changes] == ["Musterg"]


def test_requests_keep_their_distance(tmp_path: Path, law_server: LawServer) -> None:
    start = time.monotonic()
    WebMirror(law_server.address, tmp_path / "laws").fetch(["musterg", "beispielg"], silent)
    assert time.monotonic() - start >= 0.25


def test_an_aborted_run_goes_on_where_it_stopped(tmp_path: Path, law_server: LawServer) -> None:
    def aborted(names: object, title: str) -> object:
        yield "musterg"
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        WebMirror(law_server.address, tmp_path / "laws").fetch(["musterg", "beispielg"], aborted)  # type: ignore[arg-type]
    fetched = WebMirror(law_server.address, tmp_path / "laws").fetch(["musterg", "beispielg"], silent)
    assert sorted(fetched.files) == ["beispielg", "musterg"]
    assert [path for path, _ in law_server.asked] == ["/musterg/xml.zip", "/beispielg/xml.zip"]


def test_without_a_mirror_the_documents_are_there_and_the_laws_are_named(settings: Settings) -> None:
    report = sync(with_laws(settings, _dead_address(), "core"))
    assert report.ok
    assert (report.laws, report.documents) == (0, 2)
    text = str(report)
    assert text.count("VwVfG,") == 1
    assert "python -m ingest sync --mirror" in text
    missing = {law.slug: law.short for law in Generation.open(settings.store).manifest.missing}
    assert missing["vwvfg"] == "VwVfG"


def test_laws_stay_when_the_mirror_goes(settings: Settings, law_folder: Path) -> None:
    sync(with_laws(settings, law_folder))
    report = sync(with_laws(settings, _dead_address()))
    assert report.ok
    assert report.laws == 2
    assert not report.sealed
    assert "bisherigen Fassung" in str(report)


def test_a_mirror_that_does_not_answer_is_given_up_soon(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent_server:
        address = f"http://127.0.0.1:{silent_server.getsockname()[1]}"
        start = time.monotonic()
        fetched = WebMirror(address, tmp_path / "laws", patience=0.2).fetch(["musterg"], silent)
        assert time.monotonic() - start < 2
    assert "keine Antwort" in fetched.unreachable


def test_one_damaged_law_is_named_and_the_old_one_stays(settings: Settings, law_server: LawServer) -> None:
    settings = with_laws(settings, law_server.address)
    sync(settings)
    law_server.files["/musterg/xml.zip"] = b"<html>Wartungsarbeiten</html>"
    report = sync(settings, refresh=True)
    assert not report.ok
    assert "Zip-Archiv" in report.problems[0]
    assert "vorige Fassung bleibt" in report.problems[0]
    assert report.laws == 2
    assert not report.sealed


def test_the_login_page_of_a_proxy_is_no_mirror(tmp_path: Path, law_server: LawServer) -> None:
    slugs = [f"gesetz{number}" for number in range(6)]
    law_server.files = {f"/{slug}/xml.zip": b"<html>Bitte anmelden</html>" for slug in slugs}
    fetched = WebMirror(law_server.address, tmp_path / "laws", interval=0).fetch(slugs, silent)
    assert "kein Zip-Archiv" in fetched.unreachable
    assert fetched.broken == {}
    assert len(law_server.asked) == webmirror.GIVE_UP


def test_a_law_the_mirror_does_not_have_is_named(settings: Settings, law_server: LawServer) -> None:
    del law_server.files["/musterg/xml.zip"]
    report = sync(with_laws(settings, law_server.address))
    assert report.ok
    assert "führt nicht: musterg (musterg)" in str(report)
    assert [law.slug for law in Generation.open(settings.store).manifest.missing] == ["musterg"]


def test_yesterdays_laws_are_asked_again(
    tmp_path: Path, law_server: LawServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    WebMirror(law_server.address, tmp_path / "laws").fetch(["musterg"], silent)
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + webmirror.FRESH + 1)
    WebMirror(law_server.address, tmp_path / "laws").fetch(["musterg"], silent)
    assert law_server.asked == [("/musterg/xml.zip", 200), ("/musterg/xml.zip", 304)]


def test_a_list_from_elsewhere_cannot_name_files_outside(tmp_path: Path) -> None:
    (tmp_path / "gii-toc.xml").write_bytes(
        b"<items><item><title>x</title><link>http://x/../../etc/xml.zip</link></item>"
        b"<item><title>y</title><link>http://x/..%2f/xml.zip</link></item></items>"
    )
    titles = FolderMirror(tmp_path).toc()
    assert all(os.sep not in slug and not slug.startswith(".") for slug in titles)


@pytest.mark.parametrize("data", [b"", b"<items></items>", b"<html>", b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'])
def test_a_list_that_is_none_is_refused(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "gii-toc.xml").write_bytes(data)
    with pytest.raises(MirrorError):
        FolderMirror(tmp_path).toc()
