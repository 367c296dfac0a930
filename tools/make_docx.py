"""A document as DOCX: real heading and list styles, tables with a head row, page-number fields."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable
from datetime import UTC, datetime, time
from io import BytesIO

import docx
from docx.document import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_TAB_ALIGNMENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.shared import Cm, Pt, RGBColor
from docx.styles.style import ParagraphStyle
from docx.text.paragraph import Paragraph

from tools.source import Block, Front, Grid, Guideline, Heading, Items, Text

BLUE, GREY = RGBColor(0x17, 0x3A, 0x5E), RGBColor(0x55, 0x60, 0x6B)
TEXT_WIDTH, STEP = Cm(16.4), Cm(0.8)
_UNUSED_PARTS = ("thumbnail", "stylesWithEffects")


def make_docx(guideline: Guideline) -> bytes:
    """The DOCX; the same source gives the same bytes (stored, so that zlib's version does not matter)."""
    document = docx.Document()
    _page(document, guideline.front)
    _styles(document)
    _properties(document, guideline.front)
    _title(document, guideline.front)
    _blocks(document, guideline.blocks, 1, 1)
    target = BytesIO()
    document.save(target)
    return _sealed(target)


def _sealed(target: BytesIO) -> bytes:
    """The same archive with fixed dates, uncompressed."""
    out = BytesIO()
    with zipfile.ZipFile(target) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as new:
        for name in old.namelist():
            info = zipfile.ZipInfo(name)
            info.create_system = 0
            new.writestr(info, old.read(name))
    return out.getvalue()


def _page(document: Document, front: Front) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin, section.right_margin = Cm(2.4), Cm(2.2)
    section.top_margin, section.bottom_margin = Cm(2.8), Cm(2.5)
    header, footer = section.header.paragraphs[0], section.footer.paragraphs[0]
    border = _element("w:bottom", val="single", sz="4", space="4", color="9AA5B1")
    header._p.get_or_add_pPr().append(_element("w:pBdr", border))
    for line in (header, footer):
        line.paragraph_format.tab_stops.add_tab_stop(TEXT_WIDTH, WD_TAB_ALIGNMENT.RIGHT)
    header.add_run(f"{front.title}\tStadt Musterstadt")
    footer.add_run(f"{front.stand}\tSeite ")
    _field(footer, "PAGE")
    footer.add_run(" von ")
    _field(footer, "NUMPAGES")


def _element(tag: str, *children: BaseOxmlElement, **attributes: str) -> BaseOxmlElement:
    element = OxmlElement(tag)
    for name, value in attributes.items():
        element.set(qn(f"w:{name}"), value)
    element.extend(children)
    return element


def _field(line: Paragraph, code: str) -> None:
    text = OxmlElement("w:t")
    text.text = "1"
    line._p.append(_element("w:fldSimple", _element("w:r", text), instr=code))


def _styles(document: Document) -> None:
    styles = document.styles
    for style in [style for style in styles if style.type == WD_STYLE_TYPE.TABLE]:
        if style.name not in ("Normal Table", "Table Grid"):
            style.delete()
    for relations in (document.part.rels, document.part.package.rels):
        for key in [key for key, relation in relations.items() if relation.reltype.endswith(_UNUSED_PARTS)]:
            del relations[key]
    styles.element.find(".//" + qn("w:lang")).set(qn("w:val"), "de-DE")
    _look(styles["Normal"], 10.5, after=6)
    _look(styles["Title"], 20, BLUE, after=6)
    _look(styles["Subtitle"], 10, GREY, after=2)
    for level, size, before in ((1, 13, 16), (2, 11.5, 12), (3, 10.5, 8)):
        _look(styles[f"Heading {level}"], size, BLUE, before=before, after=4)
    for name in ("Header", "Footer"):
        styles[name].paragraph_format.tab_stops.clear_all()
        _look(styles[name], 8.5, GREY)
    for name in ("List Number", "List Bullet", "List Number 2", "List Bullet 2"):
        _look(styles[name], 10.5, after=3)


def _look(
    style: ParagraphStyle, size: float, color: RGBColor | None = None, before: float = 0, after: float = 0
) -> None:
    style.font.name, style.font.size, style.font.italic = "Arial", Pt(size), None
    fonts = style.element.rPr.rFonts
    # A theme font would win over the named one.
    for key in [key for key in fonts.attrib if key.endswith("Theme")]:
        del fonts.attrib[key]
    if color is not None:
        style.font.color.rgb = color
    style.paragraph_format.space_before, style.paragraph_format.space_after = Pt(before), Pt(after)
    style.paragraph_format.line_spacing = 1.15


def _properties(document: Document, front: Front) -> None:
    core, day = document.core_properties, datetime.combine(front.as_of, time(), UTC)
    core.title, core.author, core.last_modified_by = front.title, front.author, front.author
    core.subject, core.language, core.comments = f"{front.kind_name}, {front.stand}", "de-DE", ""
    core.created = core.modified = day
    core.revision, core.keywords, core.category = 1, "", front.kind_name


def _title(document: Document, front: Front) -> None:
    document.add_paragraph(front.kind_name, style="Subtitle")
    document.add_paragraph(front.title, style="Title")
    for line in (" · ".join(part for part in (front.stand, front.validity) if part), front.author):
        document.add_paragraph(line, style="Subtitle")


def _blocks(document: Document, blocks: Iterable[Block], depth: int, level: int) -> None:
    """Writes the blocks, `depth` - 1 steps indented; what follows "(1)" stands one step deeper, until "(2)".

    `level` is that of the next list, which is not the indent: a list below "(1)" is still a first-level list.
    """
    under = depth
    for block in blocks:
        if isinstance(block, Heading):
            under = depth
            document.add_heading(block.text, block.level - 1)
        elif isinstance(block, Text):
            numbered = block.mark.startswith("(")
            _prose(document, block, depth if numbered else under)
            under = depth + 1 if numbered else under
        elif isinstance(block, Items):
            _list(document, block, under, level)
        else:
            _table(document, block)


def _prose(document: Document, text: Text, depth: int) -> None:
    """A mark hangs left of its text, as a clerk would set it: with a tab."""
    item = document.add_paragraph()
    indent = STEP * (depth if text.mark else depth - 1)
    item.paragraph_format.left_indent = indent or None
    if text.mark:
        item.paragraph_format.first_line_indent = -STEP
        item.add_run(f"{text.mark}\t")
    _runs(item, text)


def _runs(item: Paragraph, text: Text) -> None:
    for run in text.runs:
        item.add_run(run.text).bold = run.bold or None


def _list(document: Document, block: Items, depth: int, level: int) -> None:
    name = ("List Bullet" if block.start is None else "List Number") + (f" {level}" if level > 1 else "")
    number = None if block.start is None else _numbering(document, name, block.start)
    for first, *rest in block.items:
        item = document.add_paragraph(style=name)
        item.paragraph_format.left_indent, item.paragraph_format.first_line_indent = STEP * depth, -STEP
        if number is not None:
            item._p.get_or_add_pPr().get_or_add_numPr().get_or_add_numId().val = number
        if isinstance(first, Text):
            _runs(item, first)
        _blocks(document, rest, depth + 1, level + 1)


def _numbering(document: Document, style: str, start: int) -> int:
    """A new numbering of the style's form that begins at `start`; its id. Word would count on without it."""
    numbering = document.part.numbering_part.element
    of_style = document.styles[style].element.pPr.numPr.numId.val
    new = numbering.add_num(numbering.num_having_numId(of_style).abstractNumId.val)
    new.add_lvlOverride(0).add_startOverride(start)
    return int(new.numId)


def _table(document: Document, grid: Grid) -> None:
    table = document.add_table(rows=0, cols=len(grid.right), style="Table Grid")
    for number, cells in enumerate(grid.rows):
        row = table.add_row()
        properties = row._tr.get_or_add_trPr()
        properties.append(OxmlElement("w:cantSplit"))
        if number == 0:
            properties.append(OxmlElement("w:tblHeader"))
        for cell, text, right in zip(row.cells, cells, grid.right, strict=True):
            line = cell.paragraphs[0]
            _runs(line, text)
            line.paragraph_format.space_after = Pt(2)
            if right:
                line.alignment = WD_ALIGN_PARAGRAPH.RIGHT
            if number == 0:
                for run in line.runs:
                    run.bold = True
                cell._tc.get_or_add_tcPr().append(_element("w:shd", val="clear", color="auto", fill="E9EDF2"))
    document.add_paragraph().paragraph_format.space_after = Pt(0)
