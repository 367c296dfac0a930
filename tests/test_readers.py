"""From the bytes of a file to blocks: small real files, and what goes wrong with them."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path

import docx
import pytest
from pypdf import PdfReader, PdfWriter
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import getSampleStyleSheet
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

from assistant.errors import ReadError
from assistant.types import Locator, Source
from ingest.chunk import passages
from ingest.clean import clean, clean_text
from ingest.document import Block, Document
from ingest.readers import READERS
from ingest.structure import locate

CORPUS = Path(__file__).parents[1] / "corpus"
TARIFF = [
    ("Tarif-Nr.", "Gegenstand", "Gebühr"),
    ("3.1", "Kopie, je Seite", "0,50 Euro"),
    ("3.2", "Plan", "12,00 Euro"),
    ("3.3", "Datei", "5,00 Euro"),
]


def read(name: str, data: bytes) -> Document:
    return clean(READERS[Path(name).suffix](data, name))


def headings(document: Document) -> list[tuple[int, str]]:
    return [(block.level, block.text) for block in document.blocks if block.level]


def tables(document: Document) -> list[tuple[tuple[str, ...], ...]]:
    return [block.rows for block in document.blocks if block.rows]


def body(document: Document) -> list[str]:
    return [block.text for block in document.blocks if block.text and not block.level]


def bylaw_pdf(*styles: tuple[object, ...]) -> bytes:
    """Three pages with running header and footer, headings, an Absatz over a page break and a table."""
    buffer, sheet = io.BytesIO(), getSampleStyleSheet()

    def furniture(canvas: Canvas, template: SimpleDocTemplate) -> None:
        canvas.setFont("Helvetica", 8)
        canvas.drawString(72, 800, "Stadt Musterstadt · Gebührensatzung · Stand: 01.09.2026")
        canvas.drawString(72, 30, f"Seite {template.page} von 3")

    table = Table(TARIFF)
    table.setStyle(TableStyle([("FONTNAME", (0, 0), (-1, 0), "Helvetica-Bold"), *styles]))
    long = " ".join(f"Der Antrag Nummer {number} wird in der Verwaltung geprüft." for number in range(150))
    story = [
        Paragraph("Gebührensatzung", sheet["Title"]),
        Paragraph("§ 1 Zweck", sheet["Heading2"]),
        Paragraph(f"(1) {long}", sheet["BodyText"]),
        Paragraph("(2) Das gilt nach § 5 Abs. 2 auch hier.", sheet["BodyText"]),
        Paragraph("Anlage 1 Tarif", sheet["Heading2"]),
        Spacer(1, 6),
        table,
    ]
    template = SimpleDocTemplate(buffer, pagesize=A4, title="Gebührensatzung", author="Kämmerei")
    template.build(story, onFirstPage=furniture, onLaterPages=furniture)
    return buffer.getvalue()


def test_pdf_headings_pages_and_running_lines() -> None:
    document = read("satzung.pdf", bylaw_pdf(("GRID", (0, 0), (-1, -1), 0.5, "black")))
    assert dict(document.meta) == {"title": "Gebührensatzung", "author": "Kämmerei", "as_of": "2026-09-01"}
    assert [text for _, text in headings(document)] == ["Gebührensatzung", "§ 1 Zweck", "Anlage 1 Tarif"]
    assert not [text for text in body(document) if "Seite" in text]
    made = passages(Source("g", "Gebührensatzung", "GebS", "bylaw", "g.pdf"), locate(document))
    first = [passage for passage in made if passage.locator.subsection == "1"]
    assert first[0].locator.page == 1
    assert "".join(passage.text for passage in first).count("Verwaltung geprüft.") == 150
    assert "Gegenstand: Plan | Gebühr: 12,00 Euro" in made[-1].text


@pytest.mark.parametrize(
    "style",
    [
        ("GRID", (0, 0), (-1, -1), 0.5, "black"),
        ("LINEBELOW", (0, 0), (-1, -1), 0.5, "black"),
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
    ],
    ids=["grid", "lines", "bare"],
)
def test_pdf_tables_come_out_as_rows(style: tuple[object, ...]) -> None:
    assert tables(read("satzung.pdf", bylaw_pdf(style))) == [tuple(TARIFF)]


def test_pdf_columns_written_across_are_read_one_after_the_other() -> None:
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=A4)
    for row in range(8):
        canvas.drawString(72, 700 - 14 * row, f"links steht in der Zeile {row} ein Satz")
        canvas.drawString(330, 700 - 14 * row, f"rechts steht in der Zeile {row} ein Satz")
    canvas.save()
    text = " ".join(body(read("spalten.pdf", buffer.getvalue())))
    assert re.findall(r"(links|rechts) steht in der Zeile (\d)", text) == [
        (side, str(row)) for side in ("links", "rechts") for row in range(8)
    ]


def test_divided_words_become_whole() -> None:
    assert clean_text("Bau\x02leistung, Ver-\nwaltung, Ein-\nund Ausgabe, E-Government-\nGesetz") == (
        "Bauleistung, Verwaltung, Ein- und Ausgabe, E-Government-Gesetz"
    )
    assert clean_text("§\u202f4\u00a0Abs.\u00ad 2 u\u0308ber ﬁnden") == "§ 4 Abs. 2 über finden"


def numbered_docx() -> bytes:
    """Headings, typed and automatic numbers, a table, and a deletion nobody should read."""
    document = docx.Document()
    document.core_properties.title = "Dienstanweisung"
    document.add_heading("§ 4 Steuersätze", 2)
    document.add_paragraph("(1) Es gilt:")
    for text in ("erstens", "zweitens"):
        document.add_paragraph(text, style="List Number")
    table = document.add_table(0, 3)
    for row in TARIFF:
        for cell, text in zip(table.add_row().cells, row, strict=True):
            cell.text = text
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def test_docx_headings_lists_and_tables() -> None:
    document = read("da.docx", numbered_docx())
    assert document.meta["title"] == "Dienstanweisung"
    assert headings(document) == [(2, "§ 4 Steuersätze")]
    assert body(document) == ["(1) Es gilt:", "1. erstens\n2. zweitens"]
    assert tables(document) == [tuple(TARIFF)]


def test_html_keeps_the_content_and_leaves_the_frame_out() -> None:
    page = """<html><head><title>FAQ</title><meta name="author" content="Bürgerbüro"></head><body>
      <header>Logo</header><nav><ul><li>Start</li></ul></nav><div class="content has-sidebar">
      <h1>FAQ</h1><h2>Was kostet <b>es</b>?</h2>
      <p>Es kostet<br>37 Euro.</p><ol><li>Termin<ul><li>online</li></ul></li><li>Foto</li></ol>
      <table><tr><th>Art</th><th>Preis</th></tr><tr><td>Pass</td><td>70</td></tr></table></div>
      <footer>Impressum</footer><script>alert(1)</script></body></html>"""
    document = read("faq.html", page.encode())
    assert dict(document.meta) == {"title": "FAQ", "author": "Bürgerbüro"}
    assert headings(document) == [(1, "FAQ"), (2, "Was kostet es?")]
    assert body(document) == ["Es kostet\n37 Euro.", "1. Termin\n   - online\n2. Foto"]
    assert tables(document) == [(("Art", "Preis"), ("Pass", "70"))]


def test_markdown_front_matter_marks_and_tables() -> None:
    text = (
        "---\ntitle: Leitfaden\nas_of: 2026-09-01\naudience: [a, b]\n---\n\n"
        "# Leitfaden\n\n**(1)** Ein *Wort* mit [Verweis](x.md)\n"
        "und mehr.\n1. eins\n   a) zwei\n\n| Nr. | **Was** |\n|---|---|\n| 1 | a \\| b<br>c |\n"
    )
    document = read("l.md", text.encode())
    assert dict(document.meta) == {"title": "Leitfaden", "as_of": "2026-09-01", "audience": "a;b"}
    assert body(document) == ["(1) Ein Wort mit Verweis und mehr.\n1. eins\n   a) zwei"]
    assert tables(document) == [(("Nr.", "Was"), ("1", "a | b c"))]


def test_plain_text_in_an_old_encoding() -> None:
    document = read("a.txt", "Satzung\n=======\n\n§ 1 Größe\n\nDie Ver-\nwaltung prüft.\n".encode("cp1252"))
    assert document.blocks[0] == Block("Satzung", level=1)
    assert body(document) == ["§ 1 Größe", "Die Verwaltung prüft."]


def encrypted(pdf: bytes) -> bytes:
    writer, buffer = PdfWriter(clone_from=PdfReader(io.BytesIO(pdf))), io.BytesIO()
    writer.encrypt("geheim", algorithm="RC4-128")
    writer.write(buffer)
    return buffer.getvalue()


def empty_pdf() -> bytes:
    buffer = io.BytesIO()
    canvas = Canvas(buffer)
    canvas.rect(10, 10, 100, 100)
    canvas.save()
    return buffer.getvalue()


def bomb() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b"0" * 301_000_000)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("name", "make", "reason"),
    [
        ("leer.pdf", lambda: b"", "leer"),
        ("text.pdf", lambda: b"Nur ein Text, kein PDF.", "keine PDF-Datei"),
        ("halb.pdf", lambda: bylaw_pdf()[:3000], "unvollständig"),
        ("muell.pdf", lambda: b"%PDF-1.7\n" + bytes(range(256)) * 9 + b"%%EOF", "beschädigt"),
        ("geheim.pdf", lambda: encrypted(bylaw_pdf()), "Kennwort"),
        ("scan.pdf", empty_pdf, "vermutlich ein Scan"),
        ("leer.docx", lambda: b"", "leer"),
        ("halb.docx", lambda: numbered_docx()[:5000], "keine vollständige Word-Datei"),
        ("alt.docx", lambda: b"\xd0\xcf\x11\xe0" + b"0" * 99, "Kennwort"),
        ("bombe.docx", bomb, "größer als 300 MB"),
        ("leer.md", lambda: b" \n", "leer"),
        ("kopf.md", lambda: b"---\ntitle: [\n---\nText", "kein gültiges YAML"),
        ("nur-kopf.md", lambda: b"---\ntitle: x\n---\n", "keinen Text"),
        ("binaer.txt", lambda: b"abc\x00\x81def", "Zeichenkodierung"),
        ("menue.html", lambda: b"<html><body><nav>Start</nav></body></html>", "keinen Text"),
    ],
)
def test_what_cannot_be_read_is_named_with_the_reason(name: str, make: object, reason: str) -> None:
    assert callable(make)
    with pytest.raises(ReadError, match=reason) as caught:
        read(name, make())
    assert str(caught.value).startswith(f"{name}: ")


def test_a_zip_that_is_no_word_file() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("a.txt", "x")
    with pytest.raises(ReadError, match="beschädigt"):
        read("a.docx", buffer.getvalue())


@pytest.mark.parametrize("source", sorted((CORPUS / "sources").glob("*.md")), ids=lambda file: file.stem)
def test_built_documents_say_what_their_sources_say_in_the_same_places(source: Path) -> None:
    built = next(file for file in (CORPUS / "guidelines").glob(f"{source.stem}.*") if file.suffix != ".toml")

    def said(file: Path) -> list[tuple[Locator, str]]:
        """Every place with its wording; what stands before the first section is not the same in both."""
        made = passages(Source("x", "", "X", "guideline", file.name), locate(read(file.name, file.read_bytes())))
        first = next(i for i, passage in enumerate(made) if passage.locator.headings)
        wordings: dict[Locator, str] = {}
        for passage in made[first:]:
            place = Locator(passage.locator.section, passage.locator.subsection, headings=passage.locator.headings)
            wording = "".join(passage.text.replace("•", "-").split())
            wordings[place] = wordings.get(place, "") + wording
        return list(wordings.items())

    assert said(built) == said(source)
