"""Text recognition: the rules for "§" on their own, and tesseract itself where it is installed."""

from __future__ import annotations

import io
import json
import shutil
from pathlib import Path

import pypdfium2
import pytest
from reportlab.lib.pagesizes import A4
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from assistant.errors import ReadError
from ingest.readers.ocr import confidence, recognise
from ingest.readers.ocr_repair import Repair

PDFS = Path(__file__).parents[2] / "shared" / "pdfs"
needs_tesseract = pytest.mark.skipif(shutil.which("tesseract") is None, reason="tesseract is not installed")


@pytest.mark.parametrize(
    ("seen", "meant"),
    [
        ("O1 nach $ 34 Absatz 8 und $4", "O1 nach § 34 Absatz 8 und §4"),
        ("O2 (8 12 Abs. 2) und S 4 BauGB", "O2 (§ 12 Abs. 2) und § 4 BauGB"),
        ("O2 8 5 der Gemeindeordnung", "O2 § 5 der Gemeindeordnung"),
        ("O3 wer nach 8 34 befreit ist, auf Grund von & 7", "O3 wer nach § 34 befreit ist, auf Grund von § 7"),
        ("O4 die 88 3 und 4, die 88 35 ff.", "O4 die §§ 3 und 4, die §§ 35 ff."),
        ("O5 nach 812 Abs. 2", "O5 nach §12 Abs. 2"),
        ("O6 die $8 3 und 4, nach 8$ 34 Abs. 1", "O6 die §§ 3 und 4, nach § 34 Abs. 1"),
        ("8 1 - Stundensätze", "§ 1 - Stundensätze"),
    ],
)
def test_the_sign_is_repaired_by_context(seen: str, meant: str) -> None:
    assert " ".join(Repair().line(seen.split())) == meant


@pytest.mark.parametrize(
    "text",
    [
        "§ 4 Abs. 2 S 1 BGB",
        "nach 8 500 kg Gesamtmasse",
        "nach 8 30 Uhr",
        "Nr. 8 12 VwVfG",
        "8 Wochen und 812 Euro nach 812 Tagen",
        "5. 81 Euro",
        "S. 333 und S-Bahn",
        "Müller & 3 Partner",
        "8 5 Stück",
    ],
)
def test_other_text_stays_as_it_is(text: str) -> None:
    assert " ".join(Repair().line(text.split())) == text


def test_sections_that_stand_alone_are_known_by_their_order() -> None:
    repair = Repair()
    lines = [["81"], ["Zweck"], ["8", "2"], ["Inkrafttreten"], ["890"], ["Seite"]]
    below = ["Zweck", "(1)", "Inkrafttreten", "Diese", "Seite", ""]
    fixed = [" ".join(repair.line(line, after)) for line, after in zip(lines, below, strict=True)]
    assert fixed == ["§1", "Zweck", "§ 2", "Inkrafttreten", "890", "Seite"]


def scan(*lines: tuple[float, float, str], dpi: int = 200) -> bytes:
    """A page as a picture only, as a copier makes it."""
    typed, copied = io.BytesIO(), io.BytesIO()
    canvas = Canvas(typed, pagesize=A4)
    for x, y, text in lines:
        canvas.drawString(x, y, text)
    canvas.save()
    with pypdfium2.PdfDocument(typed.getvalue()) as pdf:
        picture = pdf[0].render(scale=dpi / 72, grayscale=True).to_pil()
    canvas = Canvas(copied, pagesize=A4)
    canvas.drawImage(ImageReader(picture.rotate(-0.3, fillcolor=255)), 0, 0, *A4)
    canvas.save()
    return copied.getvalue()


@needs_tesseract
def test_a_scanned_page_is_read_with_its_rows_and_its_confidence() -> None:
    rows = [("Einsatzleitwagen", "98 Euro"), ("Rüstwagen", "239 Euro"), ("Drehleiter", "210 Euro"), ("Kran", "77 Euro")]
    table = [(x, 600 - 40 * i, text) for i, row in enumerate(rows) for x, text in zip((80, 420), row, strict=True)]
    pages = recognise(scan((80, 700, "Auf Grund von § 34 Absatz 8 der Satzung gilt:"), *table), "scan.pdf", [1])
    assert pages[1].text.split("\n") == [
        "Auf Grund von § 34 Absatz 8 der Satzung gilt:",
        *(" ".join(row) for row in rows),
    ]
    assert 60 < float(confidence(pages.values())) <= 100
    first = pages[1].lines[1][0]
    assert first.x0 == pytest.approx(80, abs=5)
    assert first.base == pytest.approx(A4[1] - 600, abs=5)


@needs_tesseract
@pytest.mark.skipif(not PDFS.is_dir(), reason="../shared/pdfs is not there")
def test_the_facts_of_the_real_scan_are_found_on_their_pages() -> None:
    files = json.loads((PDFS / "manifest.json").read_text(encoding="utf-8"))["files"]
    facts = next(file["facts"] for file in files if file["file"] == "scan_vokefw_bw.pdf")
    pages = recognise((PDFS / "scan_vokefw_bw.pdf").read_bytes(), "scan.pdf", [1, 2, 3])
    assert [fact["answer"] for fact in facts if fact["answer"] not in pages[fact["page"]].text] == []
    assert "nach § 34 Absätze 4, 7 und 8 FwG" in pages[1].text


def test_without_tesseract_the_file_is_named_and_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ReadError, match=r"^scan\.pdf: .*tesseract.*apt-get install tesseract-ocr tesseract-ocr-deu"):
        recognise(b"", "scan.pdf", [1])


@needs_tesseract
def test_without_its_german_data_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TESSDATA_PREFIX", str(tmp_path))
    with pytest.raises(ReadError, match=r"deutschen Daten.*tesseract-ocr-deu"):
        recognise(b"", "scan.pdf", [1])


@needs_tesseract
def test_a_broken_pdf_is_named() -> None:
    with pytest.raises(ReadError, match=r"^scan\.pdf: .*beschädigt"):
        recognise(b"%PDF-1.7 kaputt", "scan.pdf", [1])
