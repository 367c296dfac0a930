"""The type of the PDFs: colours, fonts, measures, and tables."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
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
_PADDING = 3
_NUMBER = re.compile(r"(?<=§)[ ](?=\d)|(?<=\b(?:Abs|Art)\.)[ ](?=\d)|(?<=\bNr\.)[ ](?=\d)")
_JOINT = re.compile(
    "(?<=[a-zäöüß]{3})(?=arbeit|adresse|beauftragt|behörde|bescheid|fassung|freiheit|ordnung|satzung|schlüssel|schutz"
    "|sicherheit|sichtlich|sortierung|stelle|tieren|verantwort|verfahren|verordnung|verwaltung|verzeichnis)"
)
_PIECE = re.compile("(?<=-)|[\n\N{SOFT HYPHEN}]")
CELL = 0.88  # size of type in tables, in body sizes


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
    return escape(_NUMBER.sub("\N{NO-BREAK SPACE}", text))


def markup(text: Text, width: float = math.inf, size: float = 1) -> str:
    """The text for reportlab, bold parts marked; words wider than `width` may be divided. Raises as `safe`."""
    parts = []
    for run in text.runs:
        words = [_divided(word) if stringWidth(word, BOLD, size) > width else word for word in run.text.split(" ")]
        words_safe = safe(" ".join(words)).replace("\n", "<br/>")
        parts.append(f"<b>{words_safe}</b>" if run.bold else words_safe)
    return "".join(parts)


def _divided(word: str) -> str:
    """The word with soft hyphens at the joints we know; an e-mail address is divided behind the @ instead."""
    return word.replace("@", "@\n") if "@" in word else _JOINT.sub("\N{SOFT HYPHEN}", word)


def make_table(grid: Grid, sheet: Sheet) -> Untyped:
    """A full-width table: grid, grey head that repeats on each page, wrapping cells."""
    widths, size = _widths(grid, sheet), sheet.size * CELL
    rows = [
        [
            Paragraph(markup(cell, width - 2 * _PADDING, size), _cell(sheet, right, head=n == 0))
            for cell, width, right in zip(row, widths, grid.right, strict=True)
        ]
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
    return Table(rows, colWidths=widths, repeatRows=1, style=look, spaceBefore=gap, spaceAfter=gap)


def _cell(sheet: Sheet, right: bool, head: bool) -> Untyped:
    side = TA_RIGHT if right else TA_LEFT
    return sheet.style(CELL, spaceAfter=0, alignment=side, fontName=BOLD if head else FONT)


def _widths(grid: Grid, sheet: Sheet) -> list[float]:
    """Column widths that fill the sheet, between two measures of the cells: their pieces of words, words and texts."""

    def longest(parts: Iterable[str]) -> float:
        return max((float(stringWidth(part, BOLD, sheet.size * CELL)) for part in parts), default=0) + 2 * _PADDING + 1

    columns = [[cell.plain for cell in column] for column in zip(*grid.rows, strict=True)]
    words = [[word for cell in column for word in cell.split()] for column in columns]
    pieces = [[piece for word in column for piece in _PIECE.split(_divided(word))] for column in words]
    least, middle, most = ([longest(column) for column in measure] for measure in (pieces, words, columns))
    for low, high in ((least, middle), (middle, most)):
        if sum(high) > sheet.width >= sum(low):
            share = (sheet.width - sum(low)) / (sum(high) - sum(low))
            return [narrow + share * (wide - narrow) for narrow, wide in zip(low, high, strict=True)]
    widths = most if sum(most) <= sheet.width else least
    return [width * sheet.width / sum(widths) for width in widths]
