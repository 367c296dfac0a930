"""A Vermerk as a Word file: real headings, German as its language, page numbers that Word counts."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from typing import Any

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor

from assistant.handing.blocks import Block
from assistant.handing.vermerk import Place, Vermerk
from assistant.texts import text

LANGUAGE = "de-DE"
FONT = "Arial"
INK = RGBColor(0, 0, 0)
_STYLES = {"text": "Normal", "item": "List Bullet", "quote": "Quote"}
_SIZES = {"Normal": 11, "Title": 18, "Heading 1": 14, "Heading 2": 12, "Quote": 11, "List Bullet": 11}

Untyped = Any  # python-docx ships no types


def write(vermerk: Vermerk, author: str) -> bytes:
    """The bytes of a .docx file."""
    document = Document()
    _set_up(document, vermerk, author)
    document.add_heading(vermerk.title, level=0)
    for fact in vermerk.facts:
        document.add_paragraph(fact)
    document.add_heading(text("vermerk.question"), level=1)
    document.add_paragraph(vermerk.question)
    document.add_heading(text("vermerk.answer"), level=1)
    for block in vermerk.answer:
        _add(document, block)
    document.add_heading(text("vermerk.citations"), level=1)
    for place in vermerk.places:
        _add_place(document, place)
    if not vermerk.places:
        document.add_paragraph(text("vermerk.none"))
    _sign(document, vermerk)
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def _set_up(document: Untyped, vermerk: Vermerk, author: str) -> None:
    core = document.core_properties
    core.title = core.subject = vermerk.title
    core.created = core.modified = datetime.now(UTC)
    core.author, core.language, core.comments = author or "Fundstelle", LANGUAGE, ""
    for name, size in _SIZES.items():
        style = document.styles[name]
        style.font.size, style.font.color.rgb, style.font.italic = Pt(size), INK, False
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for kind in ("ascii", "hAnsi", "cs", "eastAsia"):
            fonts.set(qn(f"w:{kind}"), FONT)
        for kind in ("asciiTheme", "hAnsiTheme", "cstheme", "eastAsiaTheme"):
            fonts.attrib.pop(qn(f"w:{kind}"), None)
    document.styles["Quote"].paragraph_format.left_indent = Cm(0.6)
    for language in document.styles.element.iter(qn("w:lang")):
        language.set(qn("w:val"), LANGUAGE)
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2.5)
    footer = section.footer.paragraphs[0]
    footer.alignment = WD_ALIGN_PARAGRAPH.CENTER
    before, between = text("vermerk.page", page="\n", pages="\n").split("\n")[:2]
    for words, field in ((before, "PAGE"), (between, "NUMPAGES")):
        footer.add_run(words)
        _add_field(footer, field)


def _add(document: Untyped, block: Block) -> None:
    added = document.add_paragraph(style=_STYLES[block.kind])
    added.add_run(block.text)


def _add_place(document: Untyped, place: Place) -> None:
    document.add_heading(f"[{place.number}] {place.label}", level=2)
    for remark in place.remarks:
        document.add_paragraph(remark)
    if place.url:
        _add_link(document.add_paragraph(), place.url)
    for line in place.wording:
        document.add_paragraph(line, style="Quote")


def _sign(document: Untyped, vermerk: Vermerk) -> None:
    line = document.add_paragraph(f"{vermerk.signature} ")
    line.paragraph_format.space_before = Pt(24)
    line.paragraph_format.keep_together = True
    line.add_run("_" * 40)


def _add_link(line: Untyped, url: str) -> None:
    link = OxmlElement("w:hyperlink")
    link.set(qn("r:id"), line.part.relate_to(url, RELATIONSHIP_TYPE.HYPERLINK, is_external=True))
    run = line.add_run(url)
    run.font.underline = True
    link.append(run._r)
    line._p.append(link)


def _add_field(line: Untyped, name: str) -> None:
    """A field that Word fills in, such as the number of the page."""
    run = line.add_run()
    for kind in ("begin", None, "separate", "end"):
        element = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            element.set(qn("w:fldCharType"), kind)
        else:
            element.text = name
        run._r.append(element)
