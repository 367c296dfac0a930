"""A document as PDF: A4, running header and footer, outline, one or two columns, tables with repeated head."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO

from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.platypus import (
    BaseDocTemplate,
    CondPageBreak,
    Frame,
    FrameBreak,
    HRFlowable,
    NextPageTemplate,
    PageTemplate,
    Paragraph,
    Table,
)

from tools.pdf_text import BLUE, BOLD, FONT, GREY, LINE, Sheet, Untyped, make_table, markup, safe
from tools.source import Block, Front, Grid, Guideline, Heading, Items, Text

WIDTH, HEIGHT = A4
LEFT, RIGHT, TOP, BOTTOM, GUTTER = 24 * mm, 22 * mm, 30 * mm, 25 * mm, 8 * mm
TEXT_HEIGHT = HEIGHT - TOP - BOTTOM
HANG = 2.1  # indent behind "(1)" or "a)", in body sizes
CITY = "Stadt Musterstadt"


@dataclass(frozen=True, slots=True)
class _Part:
    """A flowable; `glued` ones must not be the last thing of a column."""

    flow: Untyped
    glued: bool = False


ONE_COLUMN = Sheet(WIDTH - LEFT - RIGHT, 10, 14, 1)
TWO_COLUMNS = Sheet((WIDTH - LEFT - RIGHT - GUTTER) / 2, 9, 12, 2)


def make_pdf(guideline: Guideline) -> bytes:
    """The PDF; the same source gives the same bytes (uncompressed, so that zlib's version does not matter).

    Raises FundstelleError if the text holds characters that the standard fonts lack.
    """
    pages, _ = _typeset(guideline, 0)
    return _typeset(guideline, pages)[1]


def _typeset(guideline: Guideline, total: int) -> tuple[int, bytes]:
    """One pass; `total` pages is what the footer says. Returns the pages it took, and the PDF."""
    front, target = guideline.front, BytesIO()
    sheet = TWO_COLUMNS if front.layout == "two-column" else ONE_COLUMN
    title = _title(front)
    depth = sum(part.wrap(WIDTH - LEFT - RIGHT, HEIGHT)[1] + part.getSpaceAfter() for part in title)
    document = BaseDocTemplate(
        target, pagesize=A4, title=front.title, author=front.author, subject=f"{front.kind_name}, {front.stand}",
        creator=CITY, lang="de-DE", displayDocTitle=True, invariant=1, pageCompression=0,
    )  # fmt: skip
    document.addPageTemplates(
        [
            PageTemplate("first", _frames(sheet, depth), onPage=_furniture(front, total)),
            PageTemplate("later", _frames(sheet, 0), onPage=_furniture(front, total)),
        ]
    )
    document.afterFlowable = lambda flow: _outline(document, flow)
    body = _unbroken(list(_parts(guideline.blocks, sheet, 0)), sheet)
    document.build([NextPageTemplate("later"), *title, FrameBreak(), *body])
    return document.page, target.getvalue()


def _frames(sheet: Sheet, depth: float) -> list[Untyped]:
    """The columns of a page, below a title block of the given depth (0: none)."""
    bare = {"leftPadding": 0, "rightPadding": 0, "topPadding": 0, "bottomPadding": 0}
    height = TEXT_HEIGHT - depth
    lefts = [LEFT + n * (sheet.width + GUTTER) for n in range(sheet.columns)]
    columns = [Frame(left, BOTTOM, sheet.width, height, **bare) for left in lefts]
    return [Frame(LEFT, BOTTOM + height, WIDTH - LEFT - RIGHT, depth + 1, **bare), *columns] if depth else columns


def _furniture(front: Front, total: int) -> Callable[[Untyped, Untyped], None]:
    def draw(canvas: Untyped, document: Untyped) -> None:
        canvas.setFont(FONT, 8)
        canvas.setFillColor(GREY)
        canvas.setStrokeColor(LINE)
        canvas.setLineWidth(0.4)
        canvas.drawString(LEFT, HEIGHT - 17 * mm, front.title)
        canvas.drawRightString(WIDTH - RIGHT, HEIGHT - 17 * mm, CITY)
        canvas.line(LEFT, HEIGHT - 19 * mm, WIDTH - RIGHT, HEIGHT - 19 * mm)
        canvas.drawString(LEFT, 14 * mm, front.stand)
        canvas.drawRightString(WIDTH - RIGHT, 14 * mm, f"Seite {document.page} von {total}")

    return draw


def _outline(document: Untyped, flow: Untyped) -> None:
    if hasattr(flow, "entry"):
        key, text, level = flow.entry
        document.canv.addOutlineEntry(text, key, level)


def _title(front: Front) -> list[Untyped]:
    sheet = ONE_COLUMN
    facts = " · ".join(part for part in (front.stand, front.validity) if part)
    small = sheet.style(0.95, textColor=GREY, spaceAfter=2)
    rule = HRFlowable(width="100%", thickness=0.8, color=BLUE, spaceBefore=6, spaceAfter=14)
    return [
        Paragraph(front.kind_name, sheet.style(fontName=BOLD, textColor=GREY, spaceAfter=3)),
        Paragraph(safe(front.title), sheet.style(2, leading=25, fontName=BOLD, textColor=BLUE, spaceAfter=6)),
        Paragraph(facts, small),
        Paragraph(safe(front.author), small),
        rule,
    ]


def _parts(blocks: Sequence[Block], sheet: Sheet, indent: float) -> Iterator[_Part]:
    """The flowables of the blocks; a text is glued to the list or table it announces."""
    depth, under = -1, indent
    for place, block in enumerate(blocks):
        if isinstance(block, Heading):
            depth, under = min(block.level - 2, depth + 1), indent
            yield _Part(_heading(block, f"h{place}", depth, sheet), glued=True)
        elif isinstance(block, Text):
            numbered = block.mark.startswith("(")
            announces = _announces(block, (*blocks, None)[place + 1])
            yield _Part(_text_block(block, block.mark, sheet, indent if numbered else under), announces)
            under = indent + HANG * sheet.size if numbered else under
        elif isinstance(block, Items):
            yield from _items(block, sheet, under)
        else:
            yield _Part(make_table(block, sheet))


def _announces(text: Text, after: Block | None) -> bool:
    return isinstance(after, Items) or (isinstance(after, Grid) and len(text.plain) < 300)


def _heading(block: Heading, key: str, depth: int, sheet: Sheet) -> Untyped:
    size, before = {2: (1.3, 1.1), 3: (1.1, 0.8)}.get(block.level, (1.0, 0.6))
    space = {"spaceBefore": sheet.leading * before, "spaceAfter": sheet.leading * 0.35}
    style = sheet.style(size, fontName=BOLD, textColor=BLUE, **space)
    heading = Paragraph(f'<a name="{key}"/>{safe(block.text)}', style)
    heading.entry = (key, block.text, depth)
    return heading


def _text_block(text: Text, mark: str, sheet: Sheet, indent: float) -> Untyped:
    """A paragraph; its mark, if any, stands in the indent. A mark too wide for it pushes the first line only."""
    hang = HANG * sheet.size if mark else 0
    style = sheet.style(leftIndent=indent + hang, bulletIndent=indent)
    return Paragraph(markup(text), style, bulletText=mark or None)


def _items(block: Items, sheet: Sheet, indent: float) -> Iterator[_Part]:
    for number, (first, *rest) in enumerate(block.items, block.start or 0):
        mark = "•" if block.start is None else f"{number}."
        if isinstance(first, Text):
            yield _Part(_text_block(first, mark, sheet, indent), bool(rest))
        yield from _parts(rest, sheet, indent + HANG * sheet.size)


def _unbroken(parts: Sequence[_Part], sheet: Sheet) -> Iterator[Untyped]:
    """The flowables, with a column break before a glued chain whose successor could not begin below it."""
    chain: list[Untyped] = []
    for part in parts:
        chain.append(part.flow)
        if part.glued:
            continue
        if len(chain) > 1 or isinstance(part.flow, Table):
            need = sum(_height(flow, sheet) for flow in chain[:-1]) + _least(chain[-1], sheet)
            yield CondPageBreak(min(need, TEXT_HEIGHT / 2))
        yield from chain
        chain = []
    yield from chain


def _height(flow: Untyped, sheet: Sheet) -> float:
    return float(flow.getSpaceBefore() + flow.wrap(sheet.width, HEIGHT)[1] + flow.getSpaceAfter())


def _least(flow: Untyped, sheet: Sheet) -> float:
    """What must fit for the flowable to begin: four lines of a text; a small table, or the start of a long one."""
    height = _height(flow, sheet)
    if isinstance(flow, Table):
        return height if height < TEXT_HEIGHT / 4 else float(sum(flow._rowHeights[:3]))
    return min(height, 4 * sheet.leading)
