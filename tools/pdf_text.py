"""The type of the PDFs: colours, fonts, measures, and tables."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from xml.sax.saxutils import escape

from reportlab.lib.colors import HexColor
from reportlab.lib.enums import TA_LEFT, TA_RIGHT
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.platypus import Paragraph, Table

from assistant.errors import FundstelleError
from tools.source import Grid, Text

FONT, BOLD = "Helvetica", "Helvetica-Bold"
INK, BLUE, GREY, LINE, HEAD = map(HexColor, ("#1b1f24", "#173a5e", "#55606b", "#9aa5b1", "#e9edf2"))
Untyped = Any  # reportlab ships no types
_PADDING = 4


@dataclass(frozen=True, slots=True)
class Sheet:
    """Measures of a layout, in points: `width` of a text column, `size` and `leading` of the body type."""

    width: float
    size: float
    leading: float
    columns: int

    def style(self, scale: float = 1.0, **more: object) -> Untyped:
        """A paragraph style, `scale` times the body type; `more` goes to reportlab's ParagraphStyle."""
        look: dict[str, object] = {
            "fontName": FONT,
            "fontSize": self.size * scale,
            "leading": self.leading * scale,
            "bulletFontSize": self.size * scale,
            "spaceAfter": self.leading * 0.4,
            "textColor": INK,
            "allowWidows": 0,
        }
        return ParagraphStyle("", **(look | more))


def safe(text: str) -> str:
    """The text for reportlab's markup. Raises FundstelleError on letters the standard fonts lack."""
    missing = sorted({letter for letter in text if not letter.encode("cp1252", "ignore")})
    if missing:
        raise FundstelleError(f"Die Standardschriften kennen diese Zeichen nicht, bitte ersetzen: {' '.join(missing)}")
    return escape(text)


def markup(text: Text) -> str:
    """The text for reportlab, bold parts marked. Raises as `safe`."""
    return "".join(f"<b>{safe(run.text)}</b>" if run.bold else safe(run.text) for run in text.runs)


def make_table(grid: Grid, sheet: Sheet) -> Untyped:
    """A full-width table: grid, grey head that repeats on each page, wrapping cells."""
    rows = [
        [Paragraph(markup(cell), _cell(sheet, right, head=n == 0)) for cell, right in zip(row, grid.right, strict=True)]
        for n, row in enumerate(grid.rows)
    ]
    look = [
        ("GRID", (0, 0), (-1, -1), 0.4, LINE),
        ("BACKGROUND", (0, 0), (-1, 0), HEAD),
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        *((f"{side}PADDING", (0, 0), (-1, -1), _PADDING) for side in ("LEFT", "RIGHT", "BOTTOM")),
        ("TOPPADDING", (0, 0), (-1, -1), _PADDING - 1.5),
    ]
    gap = sheet.leading * 0.6
    return Table(rows, colWidths=_widths(grid, sheet), repeatRows=1, style=look, spaceBefore=gap, spaceAfter=gap)


def _cell(sheet: Sheet, right: bool, head: bool) -> Untyped:
    side = TA_RIGHT if right else TA_LEFT
    return sheet.style(0.9, spaceAfter=0, alignment=side, fontName=BOLD if head else FONT)


def _widths(grid: Grid, sheet: Sheet) -> list[float]:
    """Column widths that fill the sheet: no word broken if that can be, the rest shared by length of text."""

    def longest(parts: Sequence[str]) -> float:
        return max((float(stringWidth(part, BOLD, sheet.size * 0.9)) for part in parts), default=0) + 2 * _PADDING + 1

    columns = [[cell.plain for cell in column] for column in zip(*grid.rows, strict=True)]
    words = [longest([word for cell in column for word in cell.split()]) for column in columns]
    wholes = [longest(column) for column in columns]
    spare = sheet.width - sum(words)
    if spare <= 0:
        return [word * sheet.width / sum(words) for word in words]
    if sum(wholes) <= sheet.width:
        return [whole * sheet.width / sum(wholes) for whole in wholes]
    wishes = [whole - word for whole, word in zip(wholes, words, strict=True)]
    return [word + spare * wish / sum(wishes) for word, wish in zip(words, wishes, strict=True)]
