"""PDF files as they come: forms, labels, turned pages, margin notes, page breaks, scans."""

from __future__ import annotations

import io
import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pypdfium2
import pytest
from pypdf import PdfReader, PdfWriter
from pypdf.constants import PageLabelStyle
from reportlab.lib.pagesizes import A4
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from assistant.checking.proof import found
from assistant.errors import ReadError
from assistant.types import Passage, Source
from ingest.chunk import passages
from ingest.clean import clean
from ingest.document import Document
from ingest.readers.pdf import read
from ingest.structure import locate

SHARED = Path(__file__).parents[2] / "shared"
SOURCE = Source("da", "Dienstanweisung", "DA", "directive", "da.pdf")
LINES = [f"Die Verwaltung prüft jeden Antrag der Nummer {number} in einer Frist von" for number in range(1, 6)]


def drawn(*pages: Callable[[Canvas], None]) -> bytes:
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=A4)
    for draw in pages:
        draw(canvas)
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def text(*lines: str, top: float = 700, left: float = 72) -> Callable[[Canvas], None]:
    def draw(canvas: Canvas) -> None:
        for index, line in enumerate(lines):
            canvas.drawString(left, top - 14 * index, line)

    return draw


def made_of(data: bytes) -> tuple[Document, list[Passage]]:
    document = clean(read(data, "da.pdf"))
    return document, passages(SOURCE, locate(document))


def test_pages_are_cited_by_what_they_call_themselves() -> None:
    writer = PdfWriter(
        clone_from=PdfReader(io.BytesIO(drawn(text("§ 1 Zweck", *LINES, "drei Tagen."), text("§ 2 Ziel", *LINES))))
    )
    writer.set_page_label(0, 0, style=PageLabelStyle.LOWERCASE_ROMAN, start=4)
    writer.set_page_label(1, 1, style=PageLabelStyle.DECIMAL, start=2)
    buffer = io.BytesIO()
    writer.write(buffer)
    made = made_of(buffer.getvalue())[1]
    assert [(passage.label, passage.locator.page) for passage in made] == [("§ 1 DA, S. iv", 1), ("§ 2 DA, S. 2", 2)]


def test_what_is_filled_into_a_form_is_read() -> None:
    def form(canvas: Canvas) -> None:
        text("Antrag auf Befreiung von der Hundesteuer", *LINES)(canvas)
        field = canvas.acroForm
        field.textfield(name="hund", tooltip="Name des Hundes", value="Bello", x=72, y=500)
        field.textfield(name="leer", tooltip="Bemerkung", value="", x=72, y=460)
        field.checkbox(name="blind", tooltip="Blindenhund", checked=True, x=72, y=420)

    last = made_of(drawn(form))[1][-1]
    assert last.text.endswith("Feld: Name des Hundes | Eintrag: Bello\nFeld: Blindenhund | Eintrag: angekreuzt")


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_a_turned_page_reads_like_any_other(turn: int) -> None:
    def page(canvas: Canvas) -> None:
        canvas.translate(300, 400)
        canvas.rotate(turn)
        text("§ 7 Fristen", *LINES, top=100, left=-200)(canvas)

    assert made_of(drawn(page))[1][0].text == " ".join(LINES)
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(drawn(page))))
    writer.pages[0].rotate(turn)
    buffer = io.BytesIO()
    writer.write(buffer)
    assert made_of(buffer.getvalue())[1][0].label == "§ 7 DA, S. 1"


def test_a_sentence_reads_through_a_page_break() -> None:
    def page(*lines: str) -> Callable[[Canvas], None]:
        def draw(canvas: Canvas) -> None:
            text("Stadt Musterstadt · Dienstanweisung", top=810)(canvas)
            text(*lines)(canvas)
            text("Seite 1", top=30)(canvas)

        return draw

    first = [
        "§ 3 Prüfung",
        "(1) " + LINES[0],
        *LINES[1:],
        "zwei Wochen, soweit nicht die Leitung des Amtes die Zustän-",
    ]
    second = ["digkeit der Abteilung an sich zieht. Das gilt auch für den Fall, dass die", *LINES[:2], "drei Tagen."]
    third = ["Danach ist Schluss."]
    one = next(p for p in made_of(drawn(page(*first), page(*second), page(*third)))[1] if p.locator.subsection)
    assert found("soweit nicht die Leitung des Amtes die Zuständigkeit der Abteilung an sich zieht.", one.text)
    assert "Seite" not in one.text
    assert "Musterstadt" not in one.text
    capital = [*first[:-1], "zwei Wochen, soweit nicht der Rat oder der Ausschuss für die"], ["Finanzen entscheidet."]
    other = next(p for p in made_of(drawn(*(page(*lines) for lines in capital)))[1] if p.locator.subsection)
    assert found("der Ausschuss für die Finanzen entscheidet.", other.text)


def test_margin_notes_stand_behind_their_absatz() -> None:
    def page(canvas: Canvas) -> None:
        text("§ 3 Prüfung", "(1) " + LINES[0], *LINES[1:3], "zwei Tagen.", "(2) " + LINES[3], "drei Tagen.", left=60)(
            canvas
        )
        text("Antrag", "(Rz. 3.1)", top=686, left=510)(canvas)
        text("Frist (Rz. 3.2)", top=630, left=510)(canvas)

    made = made_of(drawn(page))[1]
    assert [passage.text.split("\n")[-1] for passage in made] == ["Antrag (Rz. 3.1)", "Frist (Rz. 3.2)"]
    assert " ".join(LINES[:3]) in made[0].text


def test_a_table_of_contents_is_left_out() -> None:
    entries = [
        f"{number} Abschnitt {name} {'.' * 60} {number}" for number, name in enumerate(("Eins", "Zwei", "Drei"), 1)
    ]
    document = made_of(drawn(text("Inhalt", *entries), text("2.1 Zuständigkeit", *LINES)))[0]
    assert not [block.text for block in document.blocks if "..." in block.text or block.text == "Inhalt"]


def scan(data: bytes) -> Callable[[Canvas], None]:
    """A page that is a picture of the first page of a PDF."""
    with pypdfium2.PdfDocument(data) as pdf:
        image = pdf[0].render(scale=150 / 72).to_pil()
    return lambda canvas: canvas.drawImage(ImageReader(image), 0, 0, *A4)


def test_scanned_pages_are_named_where_they_cannot_be_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    picture = scan(drawn(text(*LINES)))
    document = made_of(drawn(text("§ 1 Zweck", *LINES), picture, text("§ 2 Ziel", *LINES)))[0]
    assert document.meta["skipped_pages"] == "2"
    with pytest.raises(ReadError, match=r"^da\.pdf: .*tesseract"):
        read(drawn(picture), "da.pdf")


@pytest.mark.skipif(shutil.which("tesseract") is None, reason="tesseract is not installed")
def test_scanned_pages_are_recognised() -> None:
    document, made = made_of(drawn(text("Vorwort", *LINES, "drei Tagen."), scan(drawn(text("§ 1 Ziel", "", *LINES)))))
    assert (document.meta["ocr_pages"], made[-1].locator.section, made[-1].locator.page) == ("2", "§ 1", 2)
    assert int(document.meta["ocr_confidence"]) > 70
    assert "Die Verwaltung prüft jeden Antrag der Nummer 3 in einer Frist von" in made[-1].text


@pytest.mark.slow
@pytest.mark.skipif(not (SHARED / "pdfs").is_dir(), reason="../shared/pdfs is not there")
def test_facts_of_real_pdfs_stand_in_a_passage_of_their_page() -> None:
    missing = []
    for entry in json.loads((SHARED / "pdfs" / "manifest.json").read_text(encoding="utf-8"))["files"]:
        if not entry["text_layer"] and shutil.which("tesseract") is None:
            continue
        made = made_of((SHARED / "pdfs" / entry["file"]).read_bytes())[1]
        for fact in entry["facts"]:
            wanted = re.sub(r"[\s-]", "", fact["answer"])
            pages = {p.locator.page for p in made if wanted in re.sub(r"[\s-]", "", p.text)}
            if not pages & {fact["page"], *fact["also_on_pages"]}:
                missing.append((entry["file"], fact["answer"], pages))
    assert not missing
