"""The city's documents: built from Markdown sources, read back as a user's own programs would."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import docx
import pytest
from lxml import html
from pypdf import PdfReader

from assistant.errors import FundstelleError
from tools.guidelines import CORPUS, build, outputs

SOURCE = """\
---
title: Dienstanweisung Probe & Prüfung
short: DA Probe
kind: directive
as_of: 2026-09-01
valid_from: 2026-10-01
valid_until: 2028-09-30
author: Stadt Musterstadt, Amt für Organisation
build: {build}
---

# Dienstanweisung Probe & Prüfung

## § 1 Geltung

(1) Sie gilt für **alle** Beschäftigten:

1. Erstens.

   a) Buchstabe.
2. Zweitens.

(2) Danach beginnt die Zählung neu:

1. Anderes.

### Gebühren

| Nr. | Leistung | Gebühr |
|---|---|---:|
| 1 | Beglaubigung | 10,00 € |
"""
LONG = "\n## § 2 Mehr\n\n" + "Ein Satz, der Platz braucht und die Seite füllt. " * 150


@pytest.fixture
def sources(tmp_path: Path) -> Path:
    folder = tmp_path / "sources"
    folder.mkdir()
    for kind in ("pdf", "docx", "html"):
        (folder / f"{kind}-probe.md").write_text(SOURCE.format(build=kind) + LONG, encoding="utf-8")
    wide = SOURCE.format(build="pdf\nlayout: two-column") + LONG + LONG
    (folder / "spalten.md").write_text(wide, encoding="utf-8")
    return folder


def made(sources: Path, name: str) -> bytes:
    return outputs(sources / f"{Path(name).stem}.md")[name]


def flat(outline: list[Any], depth: int = 0) -> Iterator[tuple[Any, int]]:
    for entry in outline:
        if isinstance(entry, list):
            yield from flat(entry, depth + 1)
        else:
            yield entry, depth


@pytest.mark.parametrize("name", ["pdf-probe.pdf", "spalten.pdf"])
def test_pdf_has_pages_with_header_footer_outline_and_all_text(sources: Path, name: str) -> None:
    reader = PdfReader(BytesIO(made(sources, name)))
    pages = [page.extract_text() for page in reader.pages]
    assert len(pages) > 1
    for number, page in enumerate(pages, 1):
        assert "Stadt Musterstadt" in page
        assert "Stand: 1. September 2026" in page
        assert f"Seite {number} von {len(pages)}" in page
    for wording in (
        "Gültig vom 1. Oktober 2026 bis 30. September 2028",
        "(1) Sie gilt für alle",
        "a) Buchstabe.",
        "10,00 €",
    ):
        assert wording in pages[0]
    bookmarks = [(entry.title, depth) for entry, depth in flat(reader.outline)]
    assert bookmarks[:2] == [("§ 1 Geltung", 0), ("Gebühren", 1)]
    assert reader.metadata
    assert reader.metadata.title == "Dienstanweisung Probe & Prüfung"
    assert str(reader.root_object["/Lang"]) == "de-DE"


def test_two_columns_are_read_one_after_the_other(sources: Path) -> None:
    reader = PdfReader(BytesIO(made(sources, "spalten.pdf")))
    lines = [line for page in reader.pages for line in page.extract_text().splitlines()]
    prose = [line for line in lines if "Satz, der" in line]
    assert prose
    assert max(len(line) for line in prose) < 60


def test_docx_has_real_headings_lists_tables_and_fields(sources: Path) -> None:
    document = docx.Document(BytesIO(made(sources, "docx-probe.docx")))
    styles = {line.text: line.style.name for line in document.paragraphs if line.style}
    assert styles["§ 1 Geltung"] == "Heading 1"
    assert styles["Gebühren"] == "Heading 2"
    assert styles["Erstens."] == styles["Anderes."] == "List Number"
    numberings = [line._p.pPr.numPr.numId.val for line in document.paragraphs if styles[line.text] == "List Number"]  # type: ignore[union-attr]
    assert numberings[0] == numberings[1] != numberings[2]
    assert [cell.text for cell in document.tables[0].rows[1].cells] == ["1", "Beglaubigung", "10,00 €"]
    assert "tblHeader" in document.tables[0].rows[0]._tr.xml
    assert document.sections[0].header.paragraphs[0].text == "Dienstanweisung Probe & Prüfung\tStadt Musterstadt"
    assert "NUMPAGES" in document.sections[0].footer.paragraphs[0]._p.xml
    assert document.core_properties.language == "de-DE"


def test_html_is_complete_semantic_and_needs_nothing_from_outside(sources: Path) -> None:
    page = made(sources, "html-probe.html").decode()
    tree = html.fromstring(page)
    assert tree.get("lang") == "de"
    assert tree.findtext(".//main//h1") == "Dienstanweisung Probe & Prüfung"
    assert [cell.text for cell in tree.findall(".//thead//th[@scope='col']")] == ["Nr.", "Leistung", "Gebühr"]
    targets = {link.get("href") for link in tree.findall(".//nav//a")}
    assert {f"#{heading.get('id')}" for heading in tree.findall(".//main//h2")} <= targets
    assert tree.find(".//meta[@name='date']").get("content") == "2026-09-01"
    assert "http" not in page
    assert "src=" not in page


def test_build_writes_sidecars_is_repeatable_and_removes_orphans(sources: Path, tmp_path: Path) -> None:
    target = tmp_path / "guidelines"
    target.mkdir()
    (target / "hand.md").write_text("bleibt", encoding="utf-8")
    list(build(sources, target))
    assert tomllib.loads((target / "pdf-probe.meta.toml").read_text(encoding="utf-8")) == {
        "title": "Dienstanweisung Probe & Prüfung",
        "short": "DA Probe",
        "kind": "directive",
        "as_of": "2026-09-01",
        "valid_from": "2026-10-01",
        "valid_until": "2028-09-30",
        "licence": "CC BY 4.0",
    }
    assert list(build(sources, target)) == []
    (sources / "pdf-probe.md").unlink()
    assert sorted(build(sources, target)) == ["entfernt: pdf-probe.meta.toml", "entfernt: pdf-probe.pdf"]
    assert (target / "hand.md").exists()


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("(2) Danach", "(2) ![Bild](x.png)", "Zeile 23: „image“"),
        ("kind: directive", "kind: Leitfaden", "Vorspann"),
        ("---\ntitle", "title", "Vorspann"),
        ("# Dienstanweisung Probe", "# Anders", "erste Überschrift"),
        ("Zweitens", "☐ Zweitens", "☐"),
    ],
)
def test_what_cannot_be_built_is_named_with_file_and_reason(sources: Path, old: str, new: str, reason: str) -> None:
    file = sources / "pdf-probe.md"
    file.write_text(SOURCE.format(build="pdf").replace(old, new, 1), encoding="utf-8")
    with pytest.raises(FundstelleError, match=reason) as caught:
        outputs(file)
    assert "pdf-probe.md" in str(caught.value)


@pytest.mark.parametrize("source", sorted((CORPUS / "sources").glob("*.md")), ids=lambda path: path.stem)
def test_committed_documents_are_what_their_sources_give(source: Path) -> None:
    for name, data in outputs(source).items():
        file = CORPUS / "guidelines" / name
        if not file.exists():
            pytest.skip(f"{name} ist noch nicht gebaut: python -m tools.guidelines")
        assert file.read_bytes() == data, f"{name} ist veraltet: python -m tools.guidelines"
