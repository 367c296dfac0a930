"""Page images of PDF files: which pages, and what is marked on them."""

from pathlib import Path

import pypdfium2 as pdfium
import pytest
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import getSampleStyleSheet
from reportlab.platypus import PageBreak, SimpleDocTemplate, Table
from reportlab.platypus import Paragraph as Text

from assistant.errors import ReadError
from assistant.facsimile import boxes, page_image, pages

FIRST = "Die Gebühr beträgt 12 Euro für jeden angefangenen Monat, und sie wird erhoben,"
SECOND = "sobald der Bescheid bekannt gegeben ist. Sie entfällt nicht."
LEAD = "Für den zweiten Hund sind es 132,00 Euro."
ROWS = [["Hund", "Steuer", "Hinweis"], ["erster Hund", "96,00 Euro", "gilt"], ["zweiter Hund", "132,00 Euro", "neu"]]
WRAPPED = "qualifizierte elektronische Signatur der Behörde"


@pytest.fixture
def pdf(tmp_path: Path) -> Path:
    style = getSampleStyleSheet()["BodyText"]
    table = Table([*ROWS, [Text(WRAPPED, style), "0,00 Euro", "alt"]], colWidths=[110, 90, 60])
    file = tmp_path / "satzung.pdf"
    story = [Text(FIRST, style), PageBreak(), Text(SECOND, style), Text(LEAD, style), table]
    SimpleDocTemplate(str(file), pagesize=A4).build(story)
    return file


def _marked(file: Path, page: int, wording: str) -> list[str]:
    """The texts under the boxes of a wording."""
    document = pdfium.PdfDocument(file)
    try:
        text = document[page - 1].get_textpage()
        return [text.get_text_bounded(*box).strip() for box in boxes(document[page - 1], wording)]
    finally:
        document.close()


def test_a_passage_over_two_pages_has_both(pdf: Path) -> None:
    assert pages(pdf, 1, f"{FIRST} {SECOND}") == (1, 2)
    assert pages(pdf, 1, FIRST) == (1,)
    assert pages(pdf, 2, SECOND) == (2,)
    for page in (1, 2):
        assert page_image(pdf, page, f"{FIRST} {SECOND}").startswith(b"\x89PNG")


def test_the_cells_of_a_row_are_marked_and_not_the_same_words_above(pdf: Path) -> None:
    marked = _marked(pdf, 2, "Hund: zweiter Hund | Steuer: 132,00 Euro | Hinweis: neu")
    assert marked == ["zweiter Hund", "132,00 Euro", "neu"]


def test_a_cell_of_several_lines_is_marked(pdf: Path) -> None:
    marked = " ".join(_marked(pdf, 2, f"Hund: {WRAPPED} | Steuer: 0,00 Euro | Hinweis: alt"))
    assert "elektronische Signatur" in marked
    assert "0,00 Euro" in marked


def test_a_file_that_was_replaced_is_drawn_anew(pdf: Path) -> None:
    before = page_image(pdf, 1, FIRST)
    SimpleDocTemplate(str(pdf), pagesize=A4).build([Text("Ganz anders.", getSampleStyleSheet()["BodyText"])])
    assert page_image(pdf, 1, FIRST) != before
    with pytest.raises(ReadError, match="Eine Seite 2 gibt es nicht"):
        page_image(pdf, 2, FIRST)
