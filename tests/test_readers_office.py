"""ODT, spreadsheets, slides and mails: what a user would miss, and what goes wrong with such files."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from datetime import datetime
from email.message import EmailMessage
from pathlib import Path

import openpyxl
import pptx
import pytest

from assistant.errors import ReadError
from assistant.types import Source
from ingest.chunk import passages
from ingest.clean import clean
from ingest.document import Document
from ingest.readers import READERS
from ingest.readers.cells import text as cell_text
from ingest.structure import locate

NAMES = {"office": "", "text": "", "table": "", "style": "", "draw": "drawing", "fo": "xsl-fo-compatible"}
XMLNS = " ".join(
    f'xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{name or prefix}:1.0"' for prefix, name in NAMES.items()
)


def read(name: str, data: bytes) -> Document:
    return clean(READERS[Path(name).suffix](data, name))


def shown(document: Document) -> list[tuple[int, str | tuple[tuple[str, ...], ...]]]:
    return [(block.level, block.text or block.rows) for block in document.blocks]


def odf(body: str, *, kind: str = "text", automatic: str = "", styles: str = "", manifest: str = "") -> bytes:
    parts = {
        "content.xml": f"<office:document-content {XMLNS}>"
        f"<office:automatic-styles>{automatic}</office:automatic-styles>"
        f"<office:body><office:{kind}>{body}</office:{kind}></office:body></office:document-content>",
        "styles.xml": f"<office:document-styles {XMLNS}><office:styles>{styles}</office:styles>"
        "</office:document-styles>",
        "meta.xml": f'<office:document-meta {XMLNS} xmlns:dc="http://purl.org/dc/elements/1.1/"><office:meta>'
        "<dc:title>Marktsatzung</dc:title><dc:creator>Ordnungsamt</dc:creator></office:meta></office:document-meta>",
        "META-INF/manifest.xml": manifest or "<manifest/>",
    }
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for path, xml in parts.items():
            archive.writestr(path, xml)
    return buffer.getvalue()


def saved(file: openpyxl.Workbook | pptx.presentation.Presentation) -> bytes:
    buffer = io.BytesIO()
    file.save(buffer)
    return buffer.getvalue()


LISTS = """<text:list-style style:name="Absatz">
  <text:list-level-style-number text:level="1" style:num-prefix="(" style:num-suffix=")" style:num-format="1"/>
  <text:list-level-style-number text:level="2" style:num-suffix=")" style:num-format="a"/></text:list-style>
  <style:style style:name="Fett" style:family="text"><style:text-properties fo:font-weight="bold"/></style:style>"""
OUTLINE = """<text:outline-style style:name="Outline">
  <text:outline-level-style text:level="1" style:num-prefix="§ " style:num-format="1"/></text:outline-style>"""
ODT = """<text:tracked-changes><text:changed-region><text:deletion><text:p>gestrichen</text:p></text:deletion>
  </text:changed-region></text:tracked-changes>
<text:h text:outline-level="1">Zweck</text:h>
<text:list text:style-name="Absatz"><text:list-item><text:p>Der Markt<text:s text:c="2"/>dient<text:note>
  <text:note-citation>1</text:note-citation><text:note-body><text:p>Siehe dort.</text:p>
  </text:note-body></text:note>:</text:p>
  <text:list><text:list-item><text:p>dem Verkauf</text:p></text:list-item>
  <text:list-item><text:p>der Begegnung<office:annotation><text:p>Wirklich?</text:p>
  </office:annotation></text:p></text:list-item>
  </text:list></text:list-item></text:list>
<text:list text:style-name="Absatz" text:continue-numbering="true">
  <text:list-item><text:p>Er ist frei.</text:p></text:list-item></text:list>
<text:h text:outline-level="1">Gebühren</text:h>
<text:p><text:span text:style-name="Fett">Standgeld</text:span></text:p>
<table:table><table:table-header-rows><table:table-row><table:table-cell><text:p>Stand</text:p></table:table-cell>
  <table:table-cell><text:p>Gebühr</text:p></table:table-cell></table:table-row></table:table-header-rows>
  <table:table-row><table:table-cell><text:p>klein</text:p></table:table-cell>
  <table:table-cell><text:p>5,00 Euro</text:p></table:table-cell></table:table-row></table:table>"""


def test_odt_numbers_lists_tables_and_leaves_deletions_out() -> None:
    document = read("satzung.odt", odf(ODT, automatic=LISTS, styles=OUTLINE))
    assert dict(document.meta) == {"title": "Marktsatzung", "author": "Ordnungsamt"}
    assert shown(document) == [
        (1, "§ 1 Zweck"),
        (0, "(1) Der Markt dient:"),
        (0, "Fußnote 1: Siehe dort."),
        (0, "a) dem Verkauf\nb) der Begegnung"),
        (0, "(2) Er ist frei."),
        (1, "§ 2 Gebühren"),
        (6, "Standgeld"),
        (0, (("Stand", "Gebühr"), ("klein", "5,00 Euro"))),
    ]


def tariff() -> openpyxl.Workbook:
    """A title, a head of two rows, a group, German formats, a formula, a hidden sheet."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Gebühren"
    rows = [
        ["Gebührenverzeichnis"],
        ["Stand: 01.09.2026"],
        [],
        ["Nr.", "Gegenstand", "Gebühr", None],
        [None, None, 2025, 2026],
        ["1.1", "Kopie", 0.5, 0.6],
        ["1.2", "Plan", 1234.5, "nach Aufwand"],
        ["Zuschläge"],
        ["2.1", "Eilzuschlag", 0.055, datetime(2026, 3, 1)],  # noqa: DTZ001 - spreadsheets know no time zone
    ]
    for row in rows:
        sheet.append(row)
    for merged in ("A1:D1", "C4:D4", "A4:A5", "B4:B5", "A8:D8"):
        sheet.merge_cells(merged)
    for cell in ("C6", "D6", "C7"):
        sheet[cell].number_format = '#,##0.00\\ "€"'
    sheet["C9"].number_format = "0.0%"
    hidden = book.create_sheet("Intern")
    hidden.append(["geheim", "geheim"])
    hidden.sheet_state = "hidden"
    return book


def test_xlsx_rows_carry_their_heads() -> None:
    document = read("tarif.xlsx", saved(tariff()))
    head = ("Nr.", "Gegenstand", "Gebühr 2025", "Gebühr 2026")
    assert shown(document) == [
        (2, "Gebühren"),
        (3, "Gebührenverzeichnis"),
        (0, "Stand: 01.09.2026"),
        (0, (head, ("1.1", "Kopie", "0,50 €", "0,60 €"), ("1.2", "Plan", "1.234,50 €", "nach Aufwand"))),
        (4, "Zuschläge"),
        (0, (head, ("2.1", "Eilzuschlag", "5,5 %", "01.03.2026"))),
    ]
    found = [p.text for p in passages(Source("t", "T", "T", "bylaw", "t.xlsx"), locate(document)) if "Plan" in p.text]
    assert len(found) == 1
    assert "Gegenstand: Plan" in found[0]
    assert "Gebühr 2025: 1.234,50 €" in found[0]


def test_ods_is_read_like_xlsx() -> None:
    def cell(shown: str, kind: str = "", value: str = "", more: str = "") -> str:
        name = {"date": "date-value", "boolean": "boolean-value"}.get(kind, "value")
        typed = f'office:value-type="{kind}" office:{name}="{value}"' if kind else ""
        return f"<table:table-cell {typed} {more}><text:p>{shown}</text:p></table:table-cell>"

    rows = [
        cell("Art", more='table:number-rows-spanned="2"') + cell("Satz", more='table:number-columns-spanned="2"'),
        "<table:covered-table-cell/>" + cell("2025") + cell("2026"),
        cell("Kopie") + cell("$0.50", "currency", "0.5", 'office:currency="EUR"') + cell("1,234.5", "float", "1234.5"),
        cell("Stand") + cell("3/1/26", "date", "2026-03-01") + cell("5%", "percentage", "0.05"),
    ]
    body = "".join(f"<table:table-row>{row}</table:table-row>" for row in rows)
    empty = '<table:table-row table:number-rows-repeated="1048000"><table:table-cell/></table:table-row>'
    hidden = (
        '<style:style style:name="weg" style:family="table"><style:table-properties table:display="false"/>'
        "</style:style>"
    )
    sheets = f'<table:table table:name="Tabelle1">{body}{empty}</table:table>' + (
        f'<table:table table:name="Intern" table:style-name="weg">{body}</table:table>'
    )
    document = read("tarif.ods", odf(sheets, kind="spreadsheet", automatic=hidden))
    head = ("Art", "Satz 2025", "Satz 2026")
    assert shown(document) == [(0, (head, ("Kopie", "0,50 €", "1.234,5"), ("Stand", "01.03.2026", "5 %")))]


@pytest.mark.parametrize(
    ("value", "form", "expected"),
    [
        (-1234.5, "#,##0.00 [$€-407]", "-1.234,50 €"),
        (1067, "00000", "01067"),
        (12.25, "General", "12,25"),
        (3, '0" km"', "3 km"),
        (2026, "0", "2026"),
        (True, "General", "ja"),
        (0.19, "0%", "19 %"),
    ],
)
def test_numbers_are_written_the_german_way(value: object, form: str, expected: str) -> None:
    assert cell_text(value, form) == expected


@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp1252", "utf-16"])
def test_csv_delimiter_encoding_and_quotes(encoding: str) -> None:
    table = 'Name;Gebühr\n"Müller, A.";1,50\n"Zeile\neins";2,00\n'
    rows = (("Name", "Gebühr"), ("Müller, A.", "1,50"), ("Zeile eins", "2,00"))
    assert shown(read("a.csv", table.encode(encoding))) == [(0, rows)]


def test_csv_without_a_head_keeps_its_first_row() -> None:
    assert shown(read("a.csv", b"1,2,3\n4,5,6\n")) == [(0, (("", "", ""), ("1", "2", "3"), ("4", "5", "6")))]


def test_pptx_slides_are_pages() -> None:
    deck = pptx.Presentation()
    slide = deck.slides.add_slide(deck.slide_layouts[1])
    slide.shapes.title.text = "Einarbeitung"
    slide.placeholders[1].text_frame.text = "Ausweis\nSchlüssel"
    slide.notes_slide.notes_text_frame.text = "Hier nachfragen."
    hidden = deck.slides.add_slide(deck.slide_layouts[5])
    hidden.shapes.title.text = "Entwurf"
    hidden._element.set("show", "0")
    table = deck.slides.add_slide(deck.slide_layouts[6]).shapes.add_table(2, 2, 0, 0, 9, 9).table
    for index, text in enumerate(["Amt", "Zimmer", "Bürgerbüro", "12"]):
        table.cell(index // 2, index % 2).text = text
    document = read("folien.pptx", saved(deck))
    assert shown(document) == [
        (2, "Einarbeitung"),
        (0, "- Ausweis\n- Schlüssel"),
        (0, "Notizen: Hier nachfragen."),
        (2, "Folie 3"),
        (0, (("Amt", "Zimmer"), ("Bürgerbüro", "12"))),
    ]
    assert [block.page for block in document.blocks] == [1, 1, 1, 3, 3]


def mail(**headers: str) -> EmailMessage:
    message = EmailMessage()
    message.set_content(
        "Guten Tag,\n\ndie Frist beträgt vier Wochen.\n\nAm 1. März schrieb Frau Y:\n> Wie lang ist\n> sie?\n"
    )
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    return message


def test_eml_prefers_plain_text_keeps_the_history_and_names_attachments() -> None:
    message = mail(From="Amt für Soziales <a@stadt.example>", Subject="Frist", Date="Tue, 03 Mar 2026 10:00:00 +0100")
    message.add_alternative("<p>anders</p>", subtype="html")
    message.add_attachment(b"x", maintype="application", subtype="pdf", filename="Antrag.pdf")
    document = read("frist.eml", message.as_bytes())
    assert dict(document.meta) == {"title": "Frist", "author": "Amt für Soziales", "as_of": "2026-03-03"}
    assert [text for _, text in shown(document)] == [
        "Frist",
        "Guten Tag,",
        "die Frist beträgt vier Wochen.",
        "Am 1. März schrieb Frau Y:",
        "> Wie lang ist sie?",
        "Beigefügte Dateien (nicht gelesen): Antrag.pdf",
    ]


def test_eml_headers_in_bare_utf8_and_html_only() -> None:
    raw = "From: Müller <a@b.example>\nSubject: Änderung\nContent-Type: text/html; charset=utf-8\n\n<p>Größe</p>"
    document = read("m.eml", raw.encode())
    assert dict(document.meta) == {"title": "Änderung", "author": "Müller"}
    assert shown(document) == [(1, "Änderung"), (0, "Größe")]


def _multipart() -> bytes:
    message = mail(Subject="x")
    message.add_attachment(b"x" * 500, maintype="application", subtype="pdf", filename="a.pdf")
    return message.as_bytes()


SHEET = (
    '<table:table table:name="A"><table:table-row><table:table-cell><text:p>x</text:p></table:table-cell>'
    "</table:table-row></table:table>"
)
WHOLE: dict[str, Callable[[], bytes]] = {
    ".odt": lambda: odf(ODT),
    ".ods": lambda: odf(SHEET, kind="spreadsheet"),
    ".xlsx": lambda: saved(tariff()),
    ".pptx": lambda: saved(pptx.Presentation()),
    ".eml": _multipart,
    ".csv": lambda: b'a;b\n"x";1\n"offen;2\n',
}
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600


@pytest.mark.parametrize("suffix", WHOLE)
def test_broken_files_are_named_with_the_reason(suffix: str) -> None:
    whole = WHOLE[suffix]()
    other = WHOLE[".ods" if suffix != ".ods" else ".odt"]()
    broken = {
        "leer": b" \n",
        "halb": whole[: len(whole) * 2 // 3],
        "fremd": other,
        "alt": OLE,
        "Müll": bytes(range(256)),
    }
    for kind, data in broken.items():
        with pytest.raises(ReadError, match=rf"^{kind}{suffix}: [A-ZÄÖÜ].*\.$"):
            READERS[suffix](data, kind + suffix)


@pytest.mark.parametrize("suffix", [".odt", ".ods"])
def test_odf_with_a_password_says_so(suffix: str) -> None:
    locked = odf(
        "x", manifest='<manifest:file-entry xmlns:manifest="m"><manifest:encryption-data/></manifest:file-entry>'
    )
    with pytest.raises(ReadError, match="Kennwort"):
        READERS[suffix](locked, "geheim" + suffix)


@pytest.mark.parametrize("suffix", [".odt", ".ods", ".xlsx", ".pptx"])
def test_a_zip_bomb_is_not_unpacked(suffix: str) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(4):
            archive.writestr(f"xl/{number}.xml", b"0" * 80_000_000)
    with pytest.raises(ReadError, match="entpackt größer"):
        READERS[suffix](buffer.getvalue(), "bombe" + suffix)


def test_an_entity_bomb_is_not_expanded() -> None:
    entity = '<!DOCTYPE a [<!ENTITY b "xx"><!ENTITY c SYSTEM "file:///etc/passwd">]>'
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("content.xml", entity + "<a>&b;&c;</a>")
    with pytest.raises(ReadError, match="ENTITY"):
        READERS[".odt"](buffer.getvalue(), "bombe.odt")


def test_a_repeated_cell_cannot_fill_the_memory() -> None:
    many = SHEET.replace("<table:table-cell>", '<table:table-cell table:number-columns-repeated="999999999">').replace(
        "<table:table-row>", '<table:table-row table:number-rows-repeated="999999999">'
    )
    with pytest.raises(ReadError, match="Millionen Zellen"):
        READERS[".ods"](odf(many, kind="spreadsheet"), "bombe.ods")
