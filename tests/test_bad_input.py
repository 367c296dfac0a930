"""Bad files: each is named with its reason, everything else is done, and the old passages stay."""

from __future__ import annotations

import io
import json
import os
import resource
import subprocess
import sys
import threading
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from assistant.config import ROOT, Settings
from assistant.store import Generation
from ingest.check import errors
from ingest.sync import sync
from tests.conftest import SCANNING, law_zip, with_laws

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)


def _zip(entries: dict[str, bytes]) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return data.getvalue()


def _with(settings: Settings, **corpus: object) -> Settings:
    return settings.model_copy(update={"corpus": settings.corpus.model_copy(update=corpus)})


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("leer.pdf", b"", "leer"),
        ("leer.txt", b" \n", "leer"),
        ("abgebrochen.pdf", b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog", "abgebrochen.pdf"),
        ("abgebrochen.docx", _zip({"word/document.xml": b"<a/>" * 999})[:-30], "abgebrochen.docx"),
        ("falsch.docx", b"%PDF-1.7 this is no Word file", "falsch.docx"),
        ("falsch.pdf", b"PK\x03\x04 this is no PDF", "falsch.pdf"),
        ("muell.docx", os.urandom(5000), "muell.docx"),
        ("muell.md", b"\x00\x01\x02\x81\x8d\x8f" * 500, "Zeichenkodierung"),
        ("kennwort.docx", OLE, "Kennwort"),
        ("bombe.docx", _zip({"word/document.xml": bytes(400_000_000)}), "größer als"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_bad_file_is_named_and_the_rest_is_read(
    settings: Settings, corpus_folder: Path, name: str, data: bytes, reason: str
) -> None:
    (corpus_folder / name).write_bytes(data)
    report = sync(settings)
    [problem] = report.problems
    assert problem.startswith(f"{name}: ")
    assert reason in problem
    assert "unerwartet" not in problem
    assert set(Generation.open(settings.store).sources) == {"scannen", "steuern-hundesteuer"}


@pytest.mark.parametrize(
    "entity",
    [
        "<!ENTITY a 'aaaaaaaaaa'><!ENTITY b '&a;&a;&a;&a;&a;&a;&a;&a;'>"
        + "".join(f"<!ENTITY {chr(99 + i)} '{f'&{chr(98 + i)};' * 10}'>" for i in range(9)),
        "<!ENTITY k SYSTEM 'file:///etc/passwd'>",
    ],
    ids=["bomb", "external"],
)
def test_xml_entities_of_a_law_are_not_expanded(settings: Settings, law_folder: Path, entity: str) -> None:
    with zipfile.ZipFile(law_folder / "musterg" / "xml.zip") as archive:
        xml = archive.read("BJNR0.xml").decode()
    xml = xml.replace("<dokumente", f"<!DOCTYPE dokumente [{entity}]><dokumente", 1).replace("kostenlos", "&k;", 1)
    (law_folder / "musterg" / "xml.zip").write_bytes(_zip({"BJNR0.xml": xml.encode()}))
    sync(with_laws(settings, law_folder))
    generation = Generation.open(settings.store)
    assert "beispielg" in generation.sources
    texts = [passage.text for passage in generation.of_source("musterg")]
    assert not any("root:" in text or "aaaa" in text for text in texts)


def test_an_archive_cannot_write_outside(settings: Settings, corpus_folder: Path, tmp_path: Path) -> None:
    (corpus_folder / "boese.docx").write_bytes(_zip({"../../entkommen.txt": b"x", "word/document.xml": b"<x/>"}))
    assert len(sync(settings).problems) == 1
    assert not list(tmp_path.rglob("entkommen.txt"))


def test_a_huge_file_is_not_even_opened(settings: Settings, corpus_folder: Path) -> None:
    with (corpus_folder / "riesig.pdf").open("wb") as file:
        file.truncate(2_000_000_000)
    [problem] = sync(settings).problems
    assert problem == "riesig.pdf: Die Datei ist mit 2000 MB größer als 500 MB; nicht gelesen."


def test_links_that_lead_in_circles_or_outside_are_not_followed(
    settings: Settings, corpus_folder: Path, tmp_path: Path
) -> None:
    (tmp_path / "geheim.txt").write_text("Nicht für alle.", encoding="utf-8")
    (corpus_folder / "kreis").symlink_to(corpus_folder)
    (corpus_folder / "selbst.txt").symlink_to("selbst.txt")
    (corpus_folder / "hinaus.txt").symlink_to(tmp_path / "geheim.txt")
    (corpus_folder / "drinnen.md").symlink_to(corpus_folder / "scannen.md")
    report = sync(settings)
    assert report.ok
    assert "nicht verfolgt: hinaus.txt, kreis, selbst.txt" in str(report)
    sources = Generation.open(settings.store).sources
    assert set(sources) == {"drinnen", "steuern-hundesteuer"}
    assert sources["drinnen"].copies == ("scannen.md",)


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root may read everything")
def test_without_the_right_to_read(settings: Settings, corpus_folder: Path) -> None:
    sync(settings)
    (corpus_folder / "scannen.md").chmod(0)
    (corpus_folder / "steuern").chmod(0)
    report = sync(settings)
    (corpus_folder / "steuern").chmod(0o755)
    assert "Leserechte" in str(report)
    assert set(Generation.open(settings.store).sources) == {"scannen", "steuern-hundesteuer"}


def test_a_file_that_takes_too_long_is_given_up(settings: Settings, corpus_folder: Path) -> None:
    rows = "Ein Satz mit Inhalt, wie er in vielen Dienstanweisungen steht, endet hier. " * 12 + "\n\n"
    (corpus_folder / "lang.txt").write_text(rows * 40_000, encoding="utf-8")
    report = sync(_with(settings, file_seconds=3.0))
    [problem] = report.problems
    assert "lang.txt: Das Lesen dauert länger als 3 Sekunden" in problem
    assert report.documents == 2


@pytest.mark.skipif(sys.platform != "linux", reason="memory is limited on Linux")
def test_a_file_that_explodes_is_given_up(settings: Settings, corpus_folder: Path) -> None:
    (corpus_folder / "gross.txt").write_bytes(b"Ein Satz.\n\n" * 12_000_000)
    report = sync(_with(settings, file_megabytes=500))
    [problem] = report.problems
    assert problem.startswith("gross.txt: ")
    assert "braucht mehr als 500 MB Speicher" in problem
    assert report.documents == 2


def _disappear(folder: Path) -> Callable[[list[str], str], list[str]]:
    def progress(names: list[str], title: str) -> list[str]:
        if title == "Texte lesen":
            (folder / "scannen.md").unlink()
        return names

    return progress


def test_a_file_may_disappear_while_the_sync_runs(settings: Settings, corpus_folder: Path) -> None:
    sync(settings)
    (corpus_folder / "scannen.md").write_text(SCANNING + "\nMehr.\n", encoding="utf-8")
    report = sync(settings, _disappear(corpus_folder))  # type: ignore[arg-type]
    assert "scannen.md: Die Datei ist nicht lesbar: sie ist während des Abgleichs verschwunden" in report.problems[0]
    assert "bisherige Fassung bleibt" in report.problems[0]
    assert len(Generation.open(settings.store).of_source("scannen")) == 2


def test_a_full_disk_leaves_the_old_store(settings: Settings, corpus_folder: Path, tmp_path: Path) -> None:
    sync(settings)
    (corpus_folder / "neu.md").write_text("# Neu\n\n" + "Ein neuer Satz.\n\n" * 3000, encoding="utf-8")
    config = tmp_path / "config.toml"
    folders = json.dumps([str(corpus_folder)])
    config.write_text(f'[corpus]\nfolders = {folders}\nlaws = "none"\ndata_dir = "var"\n', encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "ingest", "sync", "--config", str(config)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (150_000, 150_000)),
    )
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert str(settings.store) in done.stderr
    generation = Generation.open(settings.store)
    assert (generation.number, list(errors(generation))) == (1, [])
    assert list(settings.store.glob("building-*")) == []
    assert sync(settings).ok


def test_two_syncs_at_once_do_not_meet(settings: Settings) -> None:
    outcomes: list[str] = []

    def run() -> None:
        try:
            outcomes.append(str(sync(settings)))
        except Exception as error:  # noqa: BLE001 - what came is asserted below
            outcomes.append(str(error))

    threads = [threading.Thread(target=run) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all("Bestand 1" in text or "anderer Vorgang" in text for text in outcomes)
    assert list(errors(Generation.open(settings.store))) == []


def test_a_law_that_lies_about_its_size_is_refused(settings: Settings, law_folder: Path) -> None:
    settings = with_laws(settings, law_folder)
    sync(settings)
    (law_folder / "musterg" / "xml.zip").write_bytes(law_zip("Musterg", {"§ 1": "x"})[:-60])
    [problem] = sync(settings).problems
    assert "beschädigt" in problem
    assert Generation.open(settings.store).of_source("musterg")
