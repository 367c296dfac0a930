"""Health of a store: what a coordinator is told, and the exit code."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from assistant.config import Settings
from assistant.store import Generation
from ingest.__main__ import main
from ingest.check import check
from ingest.links import dead_links
from ingest.sync import sync
from tests.conftest import SCANNING, law_zip, with_laws


def _kinds(settings: Settings, days: int = 36500) -> set[tuple[str, str, str]]:
    generation = Generation.open(settings.store)
    return {(finding.level, finding.kind, finding.source) for finding in check(generation, settings, days)}


def test_only_what_is_wrong_is_named(settings: Settings, corpus_folder: Path) -> None:
    sync(settings)
    assert _kinds(settings) == {("hint", "no_as_of", "scannen")}
    assert ("hint", "old", "steuern-hundesteuer") in _kinds(settings, days=1)


def test_expired_double_unread_and_outdated_documents(settings: Settings, corpus_folder: Path) -> None:
    long = SCANNING + "".join(f"\nSatz {number} steht in diesem Leitfaden.\n" for number in range(60))
    front = "---\nas_of: 2026-01-01\nvalid_until: 2026-02-01\n---\n"
    (corpus_folder / "scannen.md").write_text(front + long, encoding="utf-8")
    (corpus_folder / "gleich.md").write_text("---\nas_of: 2026-01-01\nshort: Gleich\n---\n" + long, encoding="utf-8")
    (corpus_folder / "fast.md").write_text(
        "---\nas_of: 2026-01-01\nshort: Fast\n---\n" + long + "\nNachtrag am Ende.\n", encoding="utf-8"
    )
    sync(settings)
    (corpus_folder / "kaputt.pdf").write_bytes(b"%PDF-1.4 nichts")
    (corpus_folder / "fast.md").write_text("---\nshort: Fast\n---\n# Neu\n\nText.\n", encoding="utf-8")
    found = _kinds(settings)
    assert ("warning", "expired", "scannen") in found
    assert ("warning", "unreadable", "kaputt") in found
    assert ("hint", "outdated", "") in found
    pairs = {(level, kind) for level, kind, _ in found}
    assert ("warning", "duplicate") in pairs
    assert ("hint", "near_duplicate") in pairs


def test_references_that_lead_nowhere(settings: Settings, law_folder: Path) -> None:
    text = "Es gelten § 2 und § 9. Ferner § 7 BspG und § 1 VwVfG."
    (law_folder / "musterg" / "xml.zip").write_bytes(law_zip("Musterg", {"§ 1": text, "§ 2": "Regel."}))
    (law_folder / "beispielg" / "xml.zip").write_bytes(law_zip("BspG", {"§ 1": "Regel."}))
    settings = with_laws(settings, law_folder)
    sync(settings)
    generation = Generation.open(settings.store)
    assert dead_links(generation) == {"musterg": ["§ 9 Musterg", "§ 7 BspG"]}
    [finding] = [finding for finding in check(generation, settings) if finding.kind == "dead_reference"]
    assert str(finding) == "Hinweis: Aus 1 Gesetz führen 2 Verweise zu keiner Vorschrift des Bestands."


def test_the_exit_code_tells_the_worst(
    settings: Settings, corpus_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = tmp_path / "config.toml"
    folders = json.dumps([str(corpus_folder)])
    config.write_text(f'[corpus]\nfolders = {folders}\nlaws = "none"\ndata_dir = "var"\n', encoding="utf-8")
    sync(settings)
    assert main(["check", "--config", str(config)]) == 0
    assert "in Ordnung" in capsys.readouterr().out
    (corpus_folder / "leer.txt").write_bytes(b"")
    assert main(["check", "--json", "--config", str(config)]) == 2
    findings = json.loads(capsys.readouterr().out)["findings"]
    assert {finding["kind"] for finding in findings} == {"no_as_of", "unreadable"}
    database = settings.store / "0001" / "passages.db"
    database.write_bytes(database.read_bytes().replace(b"90 Euro", b"19 Euro"))
    assert main(["check", "--config", str(config)]) == 1
    assert "FEHLERHAFT" in capsys.readouterr().out
